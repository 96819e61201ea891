import pytest

from app.conversations.lexicon import LEXICONS
from app.conversations.writing.wording import lacking_knowledge
from app.core.knowledge import Knowledge
from app.core.label_class import LabelClass
from tests.helpers.talk import BARE, SLAG, STREAK, facts

EN, ZH = LEXICONS["en"], LEXICONS["zh"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("scratch", "an area of scratch"),
        ("uncoated_spot", "an area of uncoated spot"),
    ],
)
def test_a_class_without_a_noun_is_an_area(name: str, words: str) -> None:
    assert EN.one(LabelClass(name)) == words


@pytest.mark.parametrize(
    ("noun", "article"),
    [
        ("uneven spot", "an"),
        ("unmelted area", "an"),
        ("unintended mark", "an"),
        ("uniform band", "a"),
        ("used tip", "a"),
        ("one-sided burr", "a"),
        ("Edge", "an"),
        ("hole", "a"),
    ],
)
def test_articles_go_by_the_sound(noun: str, article: str) -> None:
    assert EN.one(LabelClass("x", en=Knowledge(noun=noun))) == f"{article} {noun}"


def test_counts() -> None:
    assert EN.counted(SLAG, 1) == "one piece of slag"
    assert EN.counted(SLAG, 12) == "twelve pieces of slag"
    assert EN.counted(SLAG, 30) == "30 pieces of slag"
    assert ZH.counted(SLAG, 2) == "两处灰渣"
    assert ZH.counted(SLAG, 10) == "十处灰渣"
    assert ZH.counted(SLAG, 11) == "11处灰渣"


def test_numbers_of_one_text_are_written_alike() -> None:
    image = facts([(SLAG, (5, 5, 20, 20))] + [(STREAK, (10, 10, 20, 20))] * 12)
    things = image.things

    assert EN.located(things) == "1 piece of slag in the top left and 12 streaks in the top left"
    assert EN.located(things[:12]) == (
        "one piece of slag in the top left and eleven streaks in the top left"
    )
    assert ZH.located(things[:10]) == "左上部一处灰渣和左上部九处条纹"
    assert ZH.located(things[:11]) == "左上部1处灰渣和左上部10处条纹"


def test_phrases_that_hold_and_themselves_are_told_apart() -> None:
    assert EN.and_(["raise the flow", "sieve"]) == "raise the flow and sieve"
    assert EN.and_(["wipe and dry it", "sieve"]) == "wipe and dry it, and sieve"
    assert EN.or_(["a nicked or worn blade", "dirt"]) == "a nicked or worn blade, or dirt"
    assert EN.then(["stop", "sieve", "dry"]) == "stop, sieve and dry"
    assert EN.then(["check it, and dry it", "sieve"]) == "check it, and dry it; and sieve"


def test_places_are_read_row_by_row_with_how_many_of_each_class_they_hold() -> None:
    things = facts(
        [
            (STREAK, (130, 5, 150, 20)),
            (STREAK, (10, 10, 20, 20)),
            (STREAK, (30, 12, 40, 20)),
            (SLAG, (15, 30, 20, 40)),
            (STREAK, (280, 280, 290, 290)),
        ]
    ).things

    assert EN.located(things) == (
        "two streaks in the top left, one piece of slag in the top left,"
        " one streak at the top and one streak in the bottom right"
    )
    assert ZH.located(things) == "左上部两处条纹、左上部一处灰渣、上部一处条纹和右下部一处条纹"


def test_what_is_not_known_is_told_by_class() -> None:
    assert lacking_knowledge([STREAK, SLAG, BARE], "en") == {
        "slag": ("appearance", "consequences", "remedies"),
        "incomplete_spreading": ("appearance", "causes", "consequences", "remedies"),
    }
