"""Causes and remedies asked of all that is seen, and of classes that aren't there."""

from dataclasses import replace

import pytest

from app.conversations.checks.checking import check_exchange
from app.conversations.writing.made_with import MadeWith
from app.conversations.writing.trying import faults
from app.conversations.writing.writer import Writer
from app.core.conversation import Exchange, Kind
from app.core.knowledge import Knowledge
from app.core.label_class import LabelClass
from app.core.language import LANGUAGES, Language
from app.core.questions import Phrasing, Section
from app.services.create import load_label_set
from app.services.questions import shipped
from tests.helpers.random_facts import with_ids
from tests.helpers.talk import BARE, SLAG, STREAK, facts, questions

KNOWN = replace(SLAG, en=replace(SLAG.en, remedies=("raise the gas flow", "sieve the rest")))
CLASSES = (STREAK, KNOWN, BARE)
ONE = facts([(STREAK, (10, 10, 40, 20))], classes=CLASSES)
TWO = facts([(STREAK, (10, 10, 40, 20)), (KNOWN, (200, 200, 210, 212))], classes=CLASSES)
NORMAL = facts(classes=CLASSES)
OWN = questions(
    sections={
        "any_cause": Section(
            (Phrasing("What caused what is seen here?", 1),),
            {
                "defects": (Phrasing("{{ found | upfirst }}, from {{ causes }}.", 2),),
                "normal": (Phrasing("There is no defect, so no cause.", 3),),
            },
        )
    }
)


def told(image, writer: Writer | None = None) -> list[str]:
    return [e.answer for e in (writer or Writer(OWN)).exchanges(image)]


def test_of_one_class_the_cause_is_told_as_ever() -> None:
    [answer] = told(ONE)
    assert answer.startswith("One streak, from a ") and "(" not in answer


def test_of_several_classes_each_has_its_own_causes() -> None:
    [answer] = told(TWO)
    assert answer.startswith("One streak and one piece of slag, from a ")
    assert answer.endswith(" (streak); spatter (slag).")


def test_what_is_not_known_of_all_that_is_seen_is_not_asked() -> None:
    others = [LabelClass(f"kind {n}", id=10 + n, en=STREAK.en) for n in range(3)]
    four = [(c, (50 * n, 10, 50 * n + 9, 20)) for n, c in enumerate((STREAK, *others), 1)]
    classes = (*CLASSES, *others)
    bare = facts([(STREAK, (10, 10, 40, 20)), (BARE, (60, 60, 90, 90))])

    assert told(facts(four[:3], classes=classes))
    assert told(facts(four, classes=classes)) == []
    assert told(bare) == []


def test_where_nothing_is_known_of_any_class_normal_images_are_not_asked_either() -> None:
    assert told(NORMAL) == ["There is no defect, so no cause."]
    assert told(facts(classes=(BARE,))) == []


def test_what_is_known_of_classes_that_an_image_lacks_counts_in_what_it_was_made_with() -> None:
    made = MadeWith(OWN)
    now = made.of(NORMAL)

    assert now == made.of(TWO)
    assert now == made.of(facts(classes=(*CLASSES, LabelClass("new", id=9))))
    learned = replace(BARE, en=Knowledge(causes=("an empty feed",)))
    assert now != made.of(facts(classes=(STREAK, KNOWN, learned)))


@pytest.mark.parametrize("section", ["cause", "consequence", "remedy"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_set_is_tried_with_all_that_it_says_of_classes_that_are_not_there(
    section: str, language: Language
) -> None:
    own = shipped()["powder-bed", language]
    held = own.sections[section]
    known = with_ids(load_label_set("powder-bed").classes)
    liar = Phrasing("There is {{ a_defect }}." if language == "en" else "有一处{{ name }}。", 5)
    lying = Section(held.questions[:1], {"absent": (liar,)})

    found = list(faults(replace(own, sections={section: lying}, stages=()), known))

    assert liar in [each.phrasing for each in found]


def exchange(question: str, answer: str, section: str, kind: Kind = "cause") -> Exchange:
    return Exchange(kind, section, None, question, answer)


WHY, WHY_ZH = "What caused what is seen here?", "图中缺陷是什么原因引起的？"


@pytest.mark.parametrize(
    ("answer", "language", "found"),
    [
        ("I see a streak and a piece of slag: a worn blade (streak); spatter (slag).", "en", None),
        (
            "I see a streak and a piece of slag: spatter (streak); a worn blade (slag).",
            "en",
            "other_knowledge",
        ),
        ("The streak leads to a groove in the next layer.", "en", "topic"),
        ("Check the blade edge and sieve the powder.", "en", "topic"),
        ("Nothing went wrong; the layer is normal.", "en", "normal"),
        ("It just happens.", "en", "topic"),
        ("一处条纹，多由粗颗粒引起。", "zh", None),
        ("一处条纹，会导致层间缺陷。", "zh", "topic"),
    ],
)
def test_an_answer_that_names_the_cause_of_what_is_seen(
    answer: str, language: Language, found: str | None
) -> None:
    asked = exchange(WHY if language == "en" else WHY_ZH, answer, "any_cause")
    kinds = {finding.kind for finding in check_exchange(asked, TWO, language)}
    assert kinds == set() if found is None else found in kinds


@pytest.mark.parametrize(
    ("answer", "is_right"),
    [
        ("There are no streaks here, so there is no cause to look for.", True),
        ("There are no streaks here. In general they come from a worn blade.", True),
        ("They come from a worn blade.", False),
        ("There is no slag here. In general streaks come from a worn blade.", False),
        ("There are no streaks here. They come from spatter.", False),
    ],
)
def test_the_cause_of_what_is_not_there_is_told_with_that_alone(answer: str, is_right) -> None:
    asked = replace(exchange("Why do streaks form?", answer, "cause"), class_id=STREAK.id)
    assert (check_exchange(asked, NORMAL, "en") == []) == is_right
    if is_right:
        assert check_exchange(asked, ONE, "en")  # there it is a lie


@pytest.mark.parametrize(
    ("question", "answer", "language"),
    [
        ("What causes the streak?", "Spatter (slag).", "en"),
        ("条纹是什么原因引起的？", "飞溅（灰渣）。", "zh"),
    ],
)
def test_another_class_in_brackets_does_not_make_its_cause_an_answer(
    question: str, answer: str, language: Language
) -> None:
    asked = Exchange("cause", "cause", STREAK.id, question, answer)
    assert {f.kind for f in check_exchange(asked, TWO, language)} & {
        "other_knowledge",
        "other_class",
    }
