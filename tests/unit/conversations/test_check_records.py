"""The checker on whole records and conversations: roles, tags, reports, boxes, repetitions."""

from dataclasses import replace

import pytest

from app.conversations.checks.checking import check_exchanges, check_record
from app.conversations.facts import ImageFacts, facts_of
from app.core.annotation import Annotation
from app.core.conversation import Claim, Exchange, Message, Record
from app.core.geometry import Box
from app.core.image import Image
from app.core.label_class import LabelClass

STREAK, SLAG, WRINKLE = 1, 2, 3
CLASSES = (
    LabelClass("streak", STREAK, name_zh="条纹"),
    LabelClass("slag", SLAG, name_zh="灰渣"),
    LabelClass("wrinkle", WRINKLE, name_zh="褶皱"),
)
LEFT, RIGHT = Box(10, 400, 110, 500), Box(700, 400, 800, 500)
BOTTOM = Box(400, 800, 500, 890)


def _facts(*boxes: tuple[int, Box]) -> ImageFacts:
    drawn = [Annotation(f"u{i}", c, box, author="a") for i, (c, box) in enumerate(boxes)]
    return facts_of(Image(1, "a.png", "0" * 16, 900, 900), drawn, CLASSES)


FACTS = _facts((STREAK, LEFT), (STREAK, RIGHT))
SYSTEM = Message("system", "Judge the surface. The classes are streak, slag and wrinkle.")
QUESTION = Message("user", "<image>Is anything wrong?")
ANSWER = Message("assistant", "Yes, two areas of streak.")
MORE = (Message("user", "Any slag?"), Message("assistant", "No."))
RECORD = Record("en", ("presence", "presence"), (SYSTEM, QUESTION, ANSWER, *MORE))


def _kinds(record: Record, facts: ImageFacts = FACTS) -> set[str]:
    return {finding.kind for finding in check_record(record, facts)}


def _with(*messages: Message) -> Record:
    return replace(RECORD, messages=messages)


def test_a_right_record():
    assert check_record(RECORD, FACTS) == []
    assert _kinds(replace(_with(QUESTION, ANSWER), kinds=("presence",))) == set()


@pytest.mark.parametrize(
    "messages",
    [
        (),
        (SYSTEM,),
        (SYSTEM, QUESTION),
        (SYSTEM, ANSWER, QUESTION),
        (SYSTEM, QUESTION, ANSWER, MORE[0]),
        (SYSTEM, QUESTION, ANSWER, ANSWER),
        (SYSTEM, SYSTEM, QUESTION, ANSWER),
        (QUESTION, SYSTEM, ANSWER),
        (QUESTION, ANSWER, SYSTEM),
    ],
)
def test_roles_out_of_order(messages):
    assert "role" in _kinds(_with(*messages))


@pytest.mark.parametrize(
    "messages",
    [
        (SYSTEM, Message("user", "Is anything wrong?"), ANSWER),
        (SYSTEM, Message("user", "<image><image>Is anything wrong?"), ANSWER),
        (SYSTEM, QUESTION, Message("assistant", "<image>Yes.")),
        (SYSTEM, QUESTION, ANSWER, Message("user", "<image>Any slag?"), MORE[1]),
        (Message("system", "<image>"), QUESTION, ANSWER),
    ],
)
def test_image_tags(messages):
    assert "image_tag" in _kinds(_with(*messages))


@pytest.mark.parametrize(
    ("system", "is_right"),
    [
        ("Find streak, slag and wrinkle.", True),
        ("Find streaks, slag, and wrinkles. Streaks are lines.", True),
        ("Judge the surface.", True),
        ("Find streak and slag.", False),
        ("Find streak, streak and wrinkle.", False),
        ("Find streak, porosity, slag and wrinkle.", False),
        ("类别：条纹、灰渣、褶皱。", True),
        ("类别：条纹、灰渣。", False),
        ("类别：条纹、孔隙、灰渣、褶皱。", False),
    ],
)
def test_the_system_text_lists_the_classes_of_the_project(system, is_right):
    record = _with(Message("system", system), QUESTION, ANSWER)
    found = _kinds(replace(record, kinds=("presence",))) - {"language"}
    assert found == (set() if is_right else {"system_classes"})


@pytest.mark.parametrize(
    ("question", "answer", "is_right"),
    [
        ("Give the boxes.", "<boxes:u0 u1>", True),
        ("Give the boxes.", "<boxes:u1 u0>", True),
        ("Give the boxes.", "<boxes:u0>", False),
        ("Give the boxes.", "<boxes:u0 u1 u2>", False),
        ("Give the boxes.", "<boxes:u0 u0 u1>", False),
        ("Give the boxes.", "<boxes:>", False),
        ("Give the boxes of streaks.", "<boxes:u0 u1>", True),
        ("Give the boxes of slag.", "<boxes:>", True),
        ("Give the boxes of slag.", "<boxes:u0>", False),
        ("Give the boxes.", "Here: <boxes:u0 u1>", False),
    ],
)
def test_boxes_are_all_of_what_is_asked_for(question, answer, is_right):
    messages = (Message("user", f"<image>{question}"), Message("assistant", answer))
    found = _kinds(Record("en", ("where",), messages))
    assert bool(found) != is_right
    assert found <= {"boxes", "not_only_boxes"}


def test_a_clause_ties_answers_to_all_boxes():
    for boxes, kinds in (("u0 u1", set()), ("u0", {"boxes"})):
        system = Message("system", f"Judge what is inside <boxes:{boxes}>.")
        assert _kinds(_with(system, QUESTION, ANSWER)) == kinds


REPORT = Message("system", "A detector reported <claims>.")
RIGHT_CLAIMS = (Claim(STREAK, LEFT), Claim(STREAK, RIGHT))
MISSED = RIGHT_CLAIMS[:1]
WRONG_CLASS = (Claim(STREAK, LEFT), Claim(SLAG, RIGHT))
FALSE_BOX = (*RIGHT_CLAIMS, Claim(WRINKLE, BOTTOM))


@pytest.mark.parametrize(
    ("fault", "claims", "is_right"),
    [
        (None, RIGHT_CLAIMS, True),
        ("missed", MISSED, True),
        ("wrong_class", WRONG_CLASS, True),
        ("false_box", FALSE_BOX, True),
        (None, MISSED, False),
        ("missed", RIGHT_CLAIMS, False),
        ("missed", (), False),
        ("missed", WRONG_CLASS, False),
        ("wrong_class", FALSE_BOX, False),
        ("false_box", (*FALSE_BOX, Claim(SLAG, BOTTOM)), False),
    ],
)
def test_a_report_is_wrong_as_the_record_says(fault, claims, is_right):
    record = replace(_with(REPORT, QUESTION, ANSWER), fault=fault, claims=claims)
    assert _kinds(record) == (set() if is_right else {"report"})


def test_noise_without_a_report():
    record = replace(_with(SYSTEM, QUESTION, ANSWER), fault="missed", claims=MISSED)
    assert _kinds(record) == {"report"}
    misplaced = _with(SYSTEM, Message("user", "<image>Right? <claims>"), ANSWER)
    assert "report" in _kinds(replace(misplaced, claims=RIGHT_CLAIMS))


@pytest.mark.parametrize(
    ("fault", "claims", "answer", "kinds"),
    [
        (
            "wrong_class",
            WRONG_CLASS,
            "The report takes an area of streak on the right for slag. Yes, two areas of streak.",
            set(),
        ),
        (
            "wrong_class",
            WRONG_CLASS,
            "The report takes an area of streak on the right for a wrinkle. Two areas of streak.",
            {"report"},
        ),
        (
            "wrong_class",
            WRONG_CLASS,
            "The report takes an area of streak on the left for slag. Two areas of streak.",
            {"place"},
        ),
        (
            "false_box",
            FALSE_BOX,
            "I cannot confirm a wrinkle at the bottom; the bed is normal there. Yes, two streaks.",
            set(),
        ),
        (
            "false_box",
            FALSE_BOX,
            "I cannot confirm a wrinkle at the bottom; the bed is normal there. No.",
            {"yes_no"},
        ),
        ("missed", MISSED, "The detector missed a streak on the right. Two streaks.", set()),
        (
            "missed",
            MISSED,
            "The detector missed a streak on the right. Three streaks.",
            {"class_count"},
        ),
        ("missed", MISSED, "The detector missed slag on the right. Two streaks.", {"report"}),
    ],
)
def test_an_answer_may_say_what_is_wrong_with_the_report(fault, claims, answer, kinds):
    messages = (REPORT, QUESTION, Message("assistant", answer))
    assert _kinds(Record("en", ("presence",), messages, fault, claims)) == kinds


def _exchange(question: str, answer: str) -> Exchange:
    return Exchange("presence", "", None, question, answer, author="a")


def test_turns_that_contradict_one_another():
    first = _exchange("What is there?", "Two streaks.")
    third = _exchange("And here?", "There are three streaks.")
    found = check_exchanges([first, _exchange("Any slag?", "No."), third], FACTS, "en")
    assert {(f.turn, f.kind) for f in found} == {(5, "class_count"), (5, "contradiction")}
    (contradiction,) = [f for f in found if f.kind == "contradiction"]
    assert (contradiction.said, contradiction.expected) == ("three", "two")


def test_questions_that_repeat_one_another():
    first = _exchange("What is there?", "There are two streaks on the bed.")
    again = _exchange("what is there", "two streaks")
    assert [(f.turn, f.kind) for f in check_exchanges([first, again], FACTS, "en")] == [
        (2, "repeated")
    ]


def test_what_answers_two_questions_may_come_twice_but_no_cause_is_a_remedy():
    first = _exchange("What is there?", "There are two streaks on the bed.")
    same = _exchange("Tell me what you see.", "There are two streaks on the bed!")
    assert check_exchanges([first, same], FACTS, "en") == []
    cause = replace(first, kind="cause", question="What causes streaks?")
    remedy = replace(first, kind="remedy", question="What helps against streaks?")
    assert [(f.turn, f.kind) for f in check_exchanges([cause, remedy], FACTS, "en")] == [
        (3, "repeated")
    ]


def test_short_answers_and_boxes_may_come_twice():
    short = [_exchange("Any slag?", "No."), _exchange("Any wrinkle?", "No.")]
    assert check_exchanges(short, FACTS, "en") == []
    boxes = [
        Exchange("where", "where_class", SLAG, "Box all slag.", "<boxes:>"),
        Exchange("where", "where_class", WRINKLE, "Box all wrinkles.", "<boxes:>"),
    ]
    assert check_exchanges(boxes, FACTS, "en") == []


def test_a_project_without_classes():
    facts = facts_of(Image(1, "a.png", "0" * 16, 900, 900), [], [])
    assert check_exchanges([_exchange("Is anything wrong?", "No.")], facts, "en") == []
    assert check_record(_with(QUESTION, Message("assistant", "No.")), facts) == []
