"""The checker on generated records: silent while they are right, and finds one wrong word."""

import random
from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest

from app.conversations.checks.checking import check_exchanges, check_record
from app.conversations.writing.records import RecordOptions, records
from app.conversations.writing.writer import Writer
from app.core.label_class import LabelClass
from app.core.language import LANGUAGES, Language
from app.services.create import load_label_set
from app.services.questions import shipped
from tests.helpers.random_facts import random_facts, with_ids
from tests.helpers.record_mutations import MUTATIONS, Sample, mutated

STEEL = ("crazing", "inclusion", "patches", "pitted_surface", "rolled-in_scale", "scratches")
ALIKE = (
    LabelClass("scratch", name_zh="划痕"),
    LabelClass("deep_scratch", name_zh="深划痕"),
    LabelClass("spot", name_zh="斑点"),
    LabelClass("oil spot", name_zh="油斑点"),
    LabelClass("Bruch"),
)
PROJECTS: dict[str, tuple[str, tuple[LabelClass, ...], tuple[str, ...]]] = {
    "powder bed": (
        "powder-bed", load_label_set("powder-bed").classes, ("spreading", "printing", "shadow"),
    ),
    "battery": ("battery-electrode", load_label_set("battery-electrode").classes, ("shadow",)),
    "steel": ("surface", tuple(map(LabelClass, STEEL)), ()),
    "names within names": ("surface", ALIKE, ()),
    "powder asked in general": ("surface", load_label_set("powder-bed").classes, ()),
}  # fmt: skip
"""By name: a question set, the classes and the tags of images."""

IMAGES = 150  # of each project in each language: 1,500 in all
MUTATED = 2000
FOUND = 0.99
OTHER: dict[Language, Language] = {"en": "zh", "zh": "en"}
OPTIONS = (
    RecordOptions(per_image=5, noise=0.05),
    RecordOptions(per_image=5, noise=0.3, grounding="all"),
)


@cache
def _writer(questions: str, language: Language) -> Writer:
    return Writer(shipped()[questions, language], seed=1)


def _samples(project: str, language: Language, dice: random.Random) -> Iterator[Sample]:
    """Records of one image."""
    questions, classes, tags = PROJECTS[project]
    writer, other = _writer(questions, language), _writer(questions, OTHER[language])
    facts = random_facts(dice, with_ids(classes), tags)
    exchanges, others = writer.exchanges(facts), other.exchanges(facts)
    options = dice.choice(OPTIONS)
    translated = next(iter(records(other, facts, others, options)), None)
    system = translated.messages[0].content if translated else ""
    for record in records(writer, facts, exchanges, options):
        yield Sample(record, facts, exchanges, others, system)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("project", PROJECTS)
def test_says_nothing_of_what_was_generated(project, language):
    questions, classes, tags = PROJECTS[project]
    writer, dice = _writer(questions, language), random.Random(f"{project} {language}")
    for _ in range(IMAGES):
        facts = random_facts(dice, with_ids(classes), tags)
        exchanges = writer.exchanges(facts)
        assert check_exchanges(exchanges, facts, language) == []
        for record in records(writer, facts, exchanges, dice.choice(OPTIONS)):
            assert check_record(record, facts) == [], record


@pytest.mark.slow
def test_finds_one_wrong_word():
    dice = random.Random(7)
    tried: Counter[str] = Counter()
    found: Counter[str] = Counter()
    while tried.total() < MUTATED:
        project, language = dice.choice(list(PROJECTS)), dice.choice(LANGUAGES)
        for sample in _samples(project, language, dice):
            category = min(MUTATIONS, key=lambda c: (tried[c], c))
            for way in (category, dice.choice(list(MUTATIONS))):
                spoilt = mutated(sample, way, dice)
                if spoilt is not None:
                    tried[way] += 1
                    found[way] += bool(check_record(spoilt, sample.facts))
    shares = {way: found[way] / tried[way] for way in MUTATIONS}
    assert found.total() / tried.total() >= FOUND, shares
    assert min(shares.values()) >= FOUND - 0.02, shares
    assert min(tried.values()) >= MUTATED / 40, tried
