"""Yes and no as models say them, in the language of the question or in the other one."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.conversations.checks.yes_or_no import read_yes_or_no
from app.conversations.facts import ImageFacts
from app.core.language import LANGUAGES, Language
from app.services.create import load_label_set

CLASSES = tuple(
    replace(c, id=number) for number, c in enumerate(load_label_set("powder-bed").classes, 1)
)
FACTS = ImageFacts("hash", 200, 100, (), (), CLASSES)
STREAK, SLAG = 1, 2
QUESTIONS: dict[Language, str] = {"en": "Is there a streak on the bed?", "zh": "粉床上有条纹吗？"}


def read(answer: str, language: Language = "en", class_id: int = STREAK) -> bool | None:
    return read_yes_or_no(QUESTIONS[language], answer, class_id, FACTS, language)


YES = [
    "Yes", "yes.", '"Yes"', "**Yes**", "Yes, there is a streak.", "There is a streak on the left.",
    "- Yes.", "I see two streaks.", "Yes. No slag, though.", "<think>No?</think>Yes.",
    "Answer: Yes", "The answer is yes.", '{"answer": "yes"}', "Streak: yes", "答案：有",
    "答案是有。",
    "是", "是的。", "有", "有条纹。", "存在条纹", "可见条纹", "“有”", "有，左侧有一处条纹。",
]  # fmt: skip
NO = [
    "No", "no.", "**No**", "No, I see no streak.", "There are no streaks in this image.",
    "I don't see any streaks.", "Not visible.", "The layer looks normal.", "None.",
    "The final answer is: no.", "A: No", "Streak: no", "Streaks: No.", "条纹：无", "答案：没有。",
    "No, there is no 条纹.", "否", "没有", "无", "没有条纹", "没有streak。", "未发现条纹", "不存在",
    "图中没有看到条纹", "否，没有条纹",
]  # fmt: skip
NEITHER = [
    "I'm not sure.",
    "I’m not sure, perhaps not.",
    "I cannot tell from this photo.",
    "Slag: no",
    "灰渣：无",
    "不确定，可能没有。",
    "",
    "Hard to say.",
    "The photo is dark.",
    "…",
    "{}",
    "看不清。",
    "[]",
    "<think>Yes",
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("answer", "there"),
    [*((a, True) for a in YES), *((a, False) for a in NO), *((a, None) for a in NEITHER)],
)
def test_answers_of_models(answer: str, there: bool | None, language: Language) -> None:
    assert read(answer, language) is there


def test_another_class_is_no_answer() -> None:
    assert read("There is slag in the centre.") is None
    assert read("There is slag in the centre.", class_id=SLAG) is True


def test_a_question_for_the_good_is_answered_the_other_way_round() -> None:
    def said(answer: str) -> bool | None:
        return read_yes_or_no("Is the bed free of streaks?", answer, STREAK, FACTS, "en")

    assert said("Yes.") is False
    assert said("No.") is True
    assert said("There is a streak.") is True


@given(st.text(max_size=60), st.sampled_from(LANGUAGES))
def test_any_text_is_read(answer: str, language: Language) -> None:
    assert read(answer, language) in (True, False, None)


@given(
    st.sampled_from(["Yes", "No", "有", "没有"]), st.text(st.sampled_from(' \n*"“-#'), max_size=5)
)
def test_marks_before_it_change_nothing(answer: str, marks: str) -> None:
    assert read(marks + answer) is read(answer)
