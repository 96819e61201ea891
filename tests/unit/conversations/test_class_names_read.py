"""Class names that are words of their own: figures, "defect", sides of an image, verbs."""

import random

import pytest

from app.conversations.checks.checking import check_exchanges
from app.conversations.checks.reading import reader_of
from app.conversations.checks.understanding import claims_of
from app.conversations.writing.writer import Writer
from app.core.label_class import LabelClass
from app.core.language import LANGUAGES
from app.services.questions import shipped
from tests.helpers.random_facts import random_facts, with_ids


def _classes(*names: str) -> tuple[LabelClass, ...]:
    return with_ids(tuple(LabelClass(name) for name in names))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "names",
    [
        ("defect",),
        ("1", "2", "3", "4"),
        ("left_edge_crack", "right_edge_crack", "bottom_dent", "top_dent"),
        ("over_melt", "wrinkle", "scratch"),
    ],
)
def test_nothing_is_found_in_what_is_generated(names, language):
    dice, writer = random.Random(5), Writer(shipped()["surface", language], seed=3)
    for _ in range(6):
        image = random_facts(dice, _classes(*names), ())
        found = check_exchanges(writer.exchanges(image), image, language)
        assert found == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("over_melt", "The bed is over-melted here."),
        ("over_melt", "I see some over-melting."),
        ("wrinkle", "It looks wrinkled."),
        ("left_edge_crack", "There are left_edge_cracks."),
        ("left_edge_crack", "Here are left edge cracks."),
    ],
)
def test_a_name_is_known_in_its_forms_and_within_other_words(name, text):
    (c,) = classes = _classes(name)
    assert claims_of(text, reader_of(classes, "en")).class_ids == {c.id}
