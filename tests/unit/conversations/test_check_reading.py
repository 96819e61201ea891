"""Which words of a text are read as classes, counts, places and sizes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.conversations.checks.checking import check_exchange
from app.conversations.checks.reading import reader_of
from app.conversations.checks.regions import Region, Spot
from app.conversations.checks.understanding import claims_of
from app.conversations.facts import ImageFacts
from app.core.conversation import Exchange
from app.core.knowledge import Knowledge
from app.core.label_class import LabelClass
from app.core.language import LANGUAGES, Language
from tests.helpers.talk import facts


def _named(text: str, *names: str, language: Language = "en") -> list[str]:
    classes = tuple(LabelClass(name, i) for i, name in enumerate(names, 1))
    reader = reader_of(classes, language)
    ids = [mention.class_id for mention in claims_of(text, reader).mentions]
    return [names[i - 1] for i in ids if i is not None]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("a powder streak and powder", ["powder streak", "powder"]),
        ("Powder Streaks", ["powder streak"]),
        ("powder-streak, powder_streaks", ["powder streak", "powder streak"]),
        ("powdery streaky", []),
        ("patch patches", ["patches", "patches"]),
        ("an inclusion, inclusions", ["inclusion", "inclusion"]),
        ("rolled in scale and rolled-in_scale", ["rolled-in_scale", "rolled-in_scale"]),
        ("areas of powder", ["powder"]),
        ("powder的区域", ["powder"]),
    ],
)
def test_class_words(text, named):
    names = ("powder", "powder streak", "patches", "inclusion", "rolled-in_scale")
    assert _named(text, *names) == named


def test_what_two_classes_share_means_none_of_them():
    shared = (LabelClass("a1b", 1, name_zh="划痕"), LabelClass("c2d", 2, name_zh="划痕"))
    assert claims_of("划痕", reader_of(shared, "zh")).mentions == ()


def test_names_that_are_only_a_figure_or_letter_are_not_read():
    assert _named("There are 2 of a kind, n.", "2", "n") == []


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a streak right across the top", "row_top"),
        ("a streak across the top", "row_top"),
        ("a streak at the top", "top"),
        ("a streak near the left edge", Region(0, 0, 1 / 3, 1)),
        ("a streak left by the blade", None),
        ("on top of the streak", None),
        ("a streak in the Bottom Right", "bottom_right"),
    ],
)
def test_places(text, place: Spot | None):
    claims = claims_of(text, reader_of((LabelClass("streak", 1),), "en"))
    assert [told.value for told in claims.places] == ([place] if place else [])


def test_process_words_of_knowledge_are_not_classes():
    bubble = LabelClass("bubble", 1)
    bare = LabelClass("bare", 2, en=Knowledge(causes=("a bubble in the slurry",)))
    claims = claims_of("It comes from a bubble in the slurry.", reader_of((bubble, bare), "en"))
    assert claims.mentions == ()
    assert [known.owners for known in claims.known] == [{(2, "causes")}]


@given(
    question=st.text(max_size=60),
    answer=st.text(max_size=120),
    name=st.text(min_size=1, max_size=8).filter(lambda n: n.strip() and n.splitlines() == [n]),
    language=st.sampled_from(LANGUAGES),
)
def test_any_text_can_be_checked(question, answer, name, language):
    facts = ImageFacts("0" * 16, 100, 100, (), (), (LabelClass(name, 1, name_zh=name[::-1]),))
    exchange = Exchange("presence", "", None, question, answer)
    for finding in check_exchange(exchange, facts, language):
        assert finding.turn in (0, 1) and finding.what


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("条纹和灰渣都有，各一处。", []),
        ("条纹和灰渣各有一处，没有褶皱。", []),
        ("条纹和灰渣都有，各两处。", ["total"]),
        ("一共两处缺陷，一处是条纹，另一处是灰渣。", []),
        ("一共两处缺陷，一处为条纹，一处为灰渣。", []),
        ("条纹要分两种情况看，这里有一处条纹和一处灰渣。", []),
        ("条纹要分三种情况看，这里有一处条纹和一处灰渣。", []),
        ("有条纹和灰渣三种缺陷。", ["kinds"]),
    ],
)
def test_what_chinese_counts_count(text, found):
    names = ("条纹", "灰渣", "褶皱")
    classes = tuple(LabelClass(f"c{i}x", i, name_zh=name) for i, name in enumerate(names, 1))
    of = facts([(classes[0], (10, 10, 20, 60)), (classes[1], (90, 90, 95, 95))], classes=classes)
    asked = Exchange("identification", "identification", None, "图中有什么缺陷？", text)
    assert [each.kind for each in check_exchange(asked, of, "zh")] == found
