"""Several questions and answers in people's own words, and short answers of models."""

import pytest

from app.conversations.checks.regions import Region, covers, is_at
from app.conversations.checks.yes_or_no import read_yes_or_no
from app.core.places import PLACES
from tests.helpers.free_talk import IMAGES, STREAK, findings

P, N, W, C = "presence", "identification", "where", "cause"

WRONG = [
    ("three", "en", [(P, "Is there a wrinkle?", "Yes."), (W, "Where is it?", "There is none.")]),
    ("three", "en", [(P, "Anything wrong?", "Yes, there are defects."),
                     (N, "What are they?", "There are none, the layer is normal.")]),
    ("three", "en", [(P, "Anything wrong?", "Yes, two streaks and a wrinkle."),
                     (P, "Are you sure?", "No, the bed is in order.")]),
    ("three", "en", [(P, "Is there a wrinkle?", "Yes."), (W, "Where?", "At the top.")]),
    ("three", "en", [(P, "Is there a wrinkle?", "Yes."), (C, "Why?", "A nicked or worn blade.")]),
    ("three", "en", [(P, "Is there slag?", "No."),
                     (C, "What causes it?", "Spatter that fell on the bed.")]),
    ("three", "zh", [(P, "有褶皱吗？", "有。"), (W, "在哪里？", "图中没有褶皱。")]),
    ("three", "zh", [(P, "有没有问题？", "有，两处条纹和一处褶皱。"),
                     (N, "条纹有几处？", "三处。")]),
]  # fmt: skip
RIGHT = [
    ("three", "en", [(P, "Anything wrong?", "Yes, two streaks and a wrinkle."),
                     (N, "How many streaks are there?", "Two of them."),
                     (W, "And where?", "Top left and top right.")]),
    ("five", "en", [(P, "Anything wrong?", "Yes, five defects."),
                    (N, "How many pieces of slag?", "Two, both small and near the bottom.")]),
    ("three", "zh", [(P, "有没有问题？", "有，两处条纹和一处褶皱。"),
                     (N, "条纹有几处？", "两处。"), (W, "在哪里？", "左上和右上。")]),
    ("five", "zh", [(P, "有没有问题？", "有，共五处。"),
                    (N, "灰渣有几处？", "两处，都比较小，都在下面。")]),
]  # fmt: skip


@pytest.mark.parametrize(("image", "language", "turns"), WRONG)
def test_turns_are_held_against_the_labels_and_one_another(image, language, turns):
    assert findings(image, turns, language)


@pytest.mark.parametrize(("image", "language", "turns"), RIGHT)
def test_turns_may_go_on_from_one_another(image, language, turns):
    assert findings(image, turns, language) == []


YES = (
    "Sure. | Certainly. | Definitely. | Absolutely. | I believe so. | I think so. | There is. | "
    "It does. | One is visible. | It appears so. | Of course. | Correct. | Streak present. | "
    "Streak: present | Yes, there are no other defects."
)
NO = (
    "Nope. | Nah. | Negative. | False | Definitely not. | Not that I can see. | I don't see any. | "
    "I don't think so. | There isn't. | It does not. | Streak: absent. | Streak: not present. | "
    "Streak: none | Streak: not visible | Streaks: 0 | Streak = no | Streak: not detected | "
    "Answer: absent | There is no streak, but there is slag."
)
YES_ZH = "应该有。 | 确实有。 | 有的 | 条纹：存在 | 嗯，有。 | 存在。"
NO_ZH = (
    "应该没有。 | 条纹：0处 | 条纹：不存在 | 条纹：未检出 | 没有，但有灰渣。 | 看不到。 | 没看到。"
)


@pytest.mark.parametrize(
    ("language", "answer", "there"),
    [
        *(("en", answer, True) for answer in YES.split(" | ")),
        *(("en", answer, False) for answer in NO.split(" | ")),
        *(("zh", answer, True) for answer in YES_ZH.split(" | ")),
        *(("zh", answer, False) for answer in NO_ZH.split(" | ")),
    ],
)
def test_a_survey_reads_what_the_checker_reads(language, answer, there):
    question = "Is there a streak in this photo?" if language == "en" else "图中有条纹吗？"
    assert read_yes_or_no(question, answer, STREAK.id, IMAGES["three"], language) is there


@pytest.mark.parametrize("place", PLACES)
def test_a_part_of_an_image_holds_the_places_in_it(place):
    assert covers(place, place)
    assert covers(Region(0, 0, 1, 1), place)
    assert sum(covers(Region(0, third / 3, 1, (third + 1) / 3), place) for third in range(3)) == 1


def test_what_spans_the_image_is_at_no_side_of_it():
    (band,) = IMAGES["band"].things
    assert not is_at(band.box, 900, 900, Region(0, 0, 1 / 3, 1))
    assert is_at(band.box, 900, 900, Region(0, 1 / 3, 1, 2 / 3))
