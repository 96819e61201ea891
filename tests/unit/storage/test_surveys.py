"""Surveys and their answers: kept as they were given, continued by their key."""

from dataclasses import replace

import pytest

from app.core.geometry import Box
from app.core.scores import ClassBox
from app.core.survey import Survey, SurveyAnswer, Topic
from app.storage.project import Project
from app.storage.surveys import SurveyKey

STREAK, SLAG = 1, 2
KEY = SurveyKey("small-vl", "qwen2.5-vl", "en", {"images": 20, "seed": 0})
ANSWERS = [
    SurveyAnswer(1, Topic("presence", STREAK), "A streak?", "Yes.", is_there=True),
    SurveyAnswer(1, Topic("presence", SLAG), "Slag?", "Hm.", is_there=None),
    SurveyAnswer(
        2,
        Topic("where"),
        "Where?",
        "[…]",
        boxes=(ClassBox(SLAG, Box(1.5, 2, 30, 40.25)), ClassBox(None, Box(0, 0, 9, 9))),
        problem="lost",
    ),
    SurveyAnswer(2, Topic("where", SLAG), "Slag where?", "[]"),
    SurveyAnswer(3, Topic("presence", SLAG), "有熔渣吗？", "没有。", is_there=False),
]


def begin(project: Project, key: SurveyKey = KEY, name: str = "small-vl") -> Survey:
    with project.transaction():
        return project.surveys.open(key, name=name, actor="li")


def keep(project: Project, survey: Survey, *answers: SurveyAnswer) -> None:
    with project.transaction():
        project.surveys.put(survey.id, answers)


def test_the_same_key_goes_on_with_the_same_survey(project: Project) -> None:
    first = begin(project)
    assert (first.name, first.model, first.actor) == ("small-vl", "small-vl", "li")
    assert first.settings == {"images": 20, "seed": 0}
    assert begin(project, name="another name") == first
    same = replace(KEY, settings={"seed": 0, "images": 20})  # in another order
    assert begin(project, same) == first
    assert project.surveys.find(KEY) == first


@pytest.mark.parametrize(
    "other",
    [
        replace(KEY, model="large-vl"),
        replace(KEY, vlm="internvl"),
        replace(KEY, language="zh"),
        replace(KEY, settings={"images": 20, "seed": 1}),
    ],
)
def test_another_key_is_another_survey(project: Project, other: SurveyKey) -> None:
    first, second = begin(project), begin(project, other)
    assert first.id != second.id
    assert [first.name, second.name] == ["small-vl", "small-vl (2)"]
    assert project.surveys.all() == [first, second]


def test_names_stay_apart_when_one_is_gone(project: Project) -> None:
    surveys = [begin(project, replace(KEY, settings={"seed": seed})) for seed in range(3)]
    with project.transaction():
        project.surveys.remove(surveys[1].id)
    assert begin(project, replace(KEY, settings={"seed": 9})).name == "small-vl (2)"
    assert len({survey.name for survey in project.surveys.all()}) == 3


def test_answers_come_back_as_they_were_put(project: Project) -> None:
    survey = begin(project)
    keep(project, survey, *reversed(ANSWERS))
    assert project.surveys.answers(survey.id) == sorted(
        ANSWERS, key=lambda a: (a.image_id, a.topic.position)
    )
    assert project.surveys.asked(survey.id) == {(a.image_id, a.topic) for a in ANSWERS}


def test_what_was_asked_again_stands_once(project: Project) -> None:
    survey = begin(project)
    keep(project, survey, *ANSWERS)
    again = replace(ANSWERS[0], answer="No.", is_there=False)
    keep(project, survey, again)
    kept = project.surveys.answers(survey.id)
    assert len(kept) == len(ANSWERS)
    assert again in kept
    assert ANSWERS[0] not in kept


def test_surveys_keep_their_answers_apart(project: Project) -> None:
    first, second = begin(project), begin(project, replace(KEY, model="large-vl"))
    keep(project, first, *ANSWERS)
    keep(project, second, ANSWERS[0])
    with project.transaction():
        project.surveys.remove(first.id)
    assert project.surveys.answers(first.id) == []
    assert project.surveys.answers(second.id) == [ANSWERS[0]]
    assert project.integrity_problems() == []
