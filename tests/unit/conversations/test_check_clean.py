"""How much of an image is called clean, and what is held against it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.conversations.checks.checking import check_exchanges
from app.conversations.checks.reading import reader_of
from app.conversations.checks.regions import Region, lies_in, reaches, regions_in
from app.conversations.checks.understanding import claims_of
from app.conversations.rewording.judging import worded
from app.conversations.rewording.refusals import Refusal
from app.conversations.rewording.turns import Turn
from app.core.chat import ChatReply
from app.core.conversation import Exchange
from app.core.geometry import Box
from tests.helpers.clean_talk import IMAGES, STREAK, kinds_of
from tests.helpers.reworded import words

THREE = IMAGES["three"]
A, B = pytest.approx(1 / 3), pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("language", "text", "regions"),
    [
        ("en", "the upper right", [(B, 0, 1, A)]),
        ("en", "in the bottom-left corner", [(0, B, A, 1)]),
        ("en", "the right-hand side", [(B, 0, 1, 1)]),
        ("en", "the lower half", [(0, 0.5, 1, 1)]),
        ("en", "the left half of the bed", [(0, 0, 0.5, 1)]),
        ("en", "top and bottom", [(0, 0, 1, A), (0, B, 1, 1)]),
        ("en", "the centre right", [(B, A, 1, B)]),
        ("en", "in the middle", [(A, A, B, B)]),
        ("en", "the four corners", [(0, 0, A, A), (B, 0, 1, A), (0, B, A, 1), (B, B, 1, 1)]),
        ("en", "left by the blade, right after the top layer, lower energy", []),
        ("zh", "右上角", [(B, 0, 1, A)]),
        ("zh", "左下方", [(0, B, A, 1)]),
        ("zh", "上半部分", [(0, 0, 1, 0.5)]),
        ("zh", "右半边", [(0.5, 0, 1, 1)]),
        ("zh", "画面下方", [(0, B, 1, 1)]),
        ("zh", "左右两侧", [(0, 0, A, 1), (B, 0, 1, 1)]),
        ("zh", "中间", [(A, A, B, B)]),
        ("zh", "刮刀下方的一下一层，上述左右", []),
    ],
)
def test_parts_of_an_image(language, text, regions):
    assert [tuple(region) for region in regions_in(text, language)] == regions


BOXES = st.builds(
    lambda x, y, w, h: Box(x, y, x + w, y + h),
    *(st.floats(0, 900) for _ in range(2)),
    *(st.floats(1, 900) for _ in range(2)),
)


@given(BOXES)
def test_a_box_lies_somewhere_and_only_where_it_reaches(box):
    box = box.clipped(900, 900) or Box(899, 899, 900, 900)
    thirds = (0, 1 / 3, 2 / 3, 1)
    cells = [Region(thirds[x], thirds[y], thirds[x + 1], thirds[y + 1])
             for x in range(3) for y in range(3)]  # fmt: skip
    inside = [cell for cell in cells if lies_in(box, 900, 900, cell)]
    assert inside
    assert all(reaches(box, 900, 900, cell) for cell in inside)
    assert lies_in(box, 900, 900, Region(0, 0, 1, 1))


def test_a_box_that_only_touches_a_part_does_not_lie_there():
    upper_left = Region(0, 0, 1 / 3, 1 / 3)
    box = Box(290, 290, 590, 590)
    assert reaches(box, 900, 900, upper_left)
    assert not lies_in(box, 900, 900, upper_left)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("The bed is clean.", ("image", True)),
        ("The bed is not clean.", ("image", False)),
        ("The upper right is clean.", ("part", True)),
        ("The rest is clean.", ("rest", True)),
        ("Apart from the streak the bed is clean.", ("rest", True)),
        ("The bed is clean, but there is a streak.", ("rest", True)),
        ("Clean the bed.", None),
        ("The streak has clean edges.", None),
        ("The blade is clean.", None),
        ("The bed must be clean.", None),
    ],
)
def test_how_much_is_called_clean(text, told):
    states = claims_of(text, reader_of(THREE.classes, "en")).states
    assert [(s.reach, s.is_clean) for s in states] == ([told] if told else [])


def _asked(question: str, answer: str) -> Exchange:
    return Exchange("presence", "", None, question, answer, author="ann")


def test_the_rest_is_what_no_turn_has_named():
    turns = [_asked("Do you see streaks?", "Yes, two."), _asked("Else?", "Nothing else.")]
    (found,) = check_exchanges(turns, THREE, "en")
    assert (found.turn, found.kind, found.words, found.expected) == (
        3, "normal", "Nothing else", "one",
    )  # fmt: skip
    turns.insert(1, _asked("And wrinkles?", "Yes, a wrinkle."))
    assert check_exchanges(turns, THREE, "en") == []


def test_the_finding_says_how_much_and_how_many():
    (found,) = check_exchanges([_asked("Well?", "The upper third is clean.")], THREE, "en")
    assert found.what == "says 'clean' of a part of the image, the labels hold one there"


@pytest.mark.parametrize(
    ("question", "answer", "is_right"),
    [
        ("Is there a streak in the centre?", "Yes.", True),
        ("Is there a streak in the upper right?", "No.", True),
        ("Is there a streak in the upper right?", "Yes.", False),
        ("Is anything wrong in the centre?", "No.", False),
        ("Is the upper right clean?", "Yes, it is clean.", True),
        ("Is the lower half clean?", "Yes, it is clean.", False),
    ],
)
def test_a_question_may_be_about_a_part(question, answer, is_right):
    found = {f.kind for f in check_exchanges([_asked(question, answer)], THREE, "en")}
    assert found <= {"yes_no", "normal"}
    assert bool(found) != is_right


def test_what_a_model_writes_is_held_to_the_same():
    image = IMAGES["right"]
    asked = Exchange("presence", "asked", 2, "Is there any slag?", "No, I find no slag here.")
    reply = ChatReply(words(asked.question, "No, the bed is clean and free of slag."), "m")
    refusal = worded(Turn(image, "en", (asked,), 0), "rephrase", reply, "m")
    assert isinstance(refusal, Refusal) and refusal.finding
    assert refusal.finding.kind == "normal"
    assert STREAK in image.present


@pytest.mark.parametrize(
    ("image", "language", "answer", "found"),
    [
        ("right", "en", "There are several streaks.", {"class_count"}),
        ("right", "en", "The bed has a few small streaks on the right.", {"class_count", "size"}),
        ("right", "en", "I count many defects.", {"total"}),
        ("right", "en", "One streak that runs over many layers.", set()),
        ("three", "en", "There are several streaks and a wrinkle.", set()),
        ("right", "zh", "右侧有多处条纹。", {"class_count"}),
        ("right", "zh", "有好几条明显的条纹。", {"class_count"}),
        ("right", "zh", "有不少缺陷。", {"total"}),
        ("three", "zh", "有多处条纹和一处褶皱。", set()),
    ],
)
def test_several_are_more_than_one(image, language, answer, found):
    assert kinds_of(image, "Well?" if language == "en" else "怎么样？", answer, language) == found
