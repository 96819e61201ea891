"""A VLM that lies as often as it was told: what a survey measures is what was seeded."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.core.annotation import Annotation, new_uid
from app.core.chat import ChatServer, ServerUnusableError
from app.core.edit import AnnotationEdit
from app.core.errors import UserError
from app.core.geometry import Box
from app.core.label_class import LabelClass
from app.core.progress import Cancelled, Progress
from app.core.scores import YesNoScore
from app.core.stopping import Stop
from app.core.survey import Topic
from app.imaging.opencv import cv2
from app.services.chat_servers import chat_with
from app.services.import_photos import import_photos
from app.services.survey import SurveyOptions, SurveyReport, run_survey
from app.services.survey_results import Measured, find_survey, measure
from app.storage.project import Project
from app.storage.runs import RunKey
from tests.helpers.chat_server import serving
from tests.helpers.reviewing import bring_to
from tests.helpers.survey_answers import shade

STREAK, SLAG, PIT = 1, 2, 3
NAMES = {STREAK: "streak", SLAG: "slag", PIT: "pit"}
WORDS = {"streak": ["streak", "条纹"], "slag": ["slag", "熔渣"], "pit": ["pit", "凹坑"]}
SIZE = 280, 140  # copies are 3.6 times as large: tens of pixels are told exactly
LABELS = {
    1: [(STREAK, 20, 10, 40, 130), (STREAK, 100, 0, 120, 140), (SLAG, 200, 40, 240, 80)],
    2: [(STREAK, 60, 10, 80, 130)],
    3: [(STREAK, 140, 10, 160, 130), (SLAG, 40, 40, 80, 80)],
    4: [(STREAK, 180, 0, 200, 140)],
    5: [(SLAG, 100, 40, 140, 80)],
    6: [(SLAG, 20, 40, 60, 80)],
    7: [], 8: [], 9: [], 10: [], 11: [], 12: [],
}  # fmt: skip
"""Image → its boxes. Four of twelve show a streak, four slag; nothing shows a pit."""

ASKED = 2 * 4 + 2 * 4 + 12
_RUN = RunKey("model", "starter", "w", {})
ANSWERS = "tests.helpers.survey_answers:knowing"
LIES = {
    "deny": {"streak": 1},
    "claim": {"streak": 2, "slag": 1},
    "mumble": {"streak": 1, "slag": 0},
    "drop": {"streak": 1},
    "shift": {"slag": 1},
    "invent": 2,
    "mutter": 1,
}


@pytest.fixture
def labelled(project: Project, tmp_path: Path) -> Project:
    """Twelve photos, each of one grey, all of them submitted."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in LABELS:
        pixels = np.full((SIZE[1], SIZE[0]), shade(number), np.uint8)
        (folder / f"layer_{number:02}.png").write_bytes(cv2.imencode(".png", pixels)[1].tobytes())
    names_zh = {name: words[1] for name, words in WORDS.items()}
    project.add_classes([LabelClass(n, name_zh=z) for n, z in names_zh.items()], actor="lead")
    import_photos(project, folder)
    for number, boxes in LABELS.items():
        project.apply([AnnotationEdit(number, None, own(*each)) for each in boxes], actor="ann")
        bring_to(project, number, "submitted", is_normal=not boxes)
    return project


def own(class_id: int, *corners: int) -> Annotation:
    return Annotation(new_uid(), class_id, Box(*corners), author="ann")


Serve = Callable[..., Any]


@pytest.fixture
def vlm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Starts a server that knows LABELS and lies as told; `.close` of the fixture ends all."""
    truth = tmp_path / "truth.json"
    monkeypatch.setenv("FLAWMARK_TEST_TRUTH", str(truth))
    with ExitStack() as stack:

        def start(lies: dict[str, Any] | None = None, behaviour: str = "well", **told: Any) -> Any:
            boxes = {n: [(NAMES[c], *at) for c, *at in each] for n, each in LABELS.items()}
            known = {"width": SIZE[0], "boxes": boxes, "words": WORDS, **(lies or {})}
            truth.write_text(json.dumps(known), "utf-8")
            return stack.enter_context(serving(behaviour, answers=ANSWERS, **told))

        start.close = stack.close  # type: ignore[attr-defined]
        yield start


def server(url: str, **told: Any) -> ChatServer:
    given = {"vlm": "qwen2.5-vl", "retries": 0, "model": "small-vl", "timeout_s": 20.0, **told}
    return ChatServer("here", url, **given)


def survey(
    project: Project,
    url: str,
    *,
    server_told: dict[str, Any] | None = None,
    on_progress: Callable[[Progress], None] = lambda _: None,
    stop: Stop | None = None,
    **options: Any,
) -> SurveyReport:
    stop = stop or Stop()
    chat = chat_with(server(url, **(server_told or {})), project.folder / "cache", stop=stop)
    return run_survey(
        project, chat, SurveyOptions(**options), actor="li", on_progress=on_progress, stop=stop
    )


def figures(project: Project) -> Measured:
    return measure(project, find_survey(project))


def test_figures_are_what_was_seeded(labelled: Project, vlm: Serve) -> None:
    served = vlm(LIES)
    report = survey(labelled, served.url)
    assert (report.images, report.answers, report.kept, report.failed) == (12, ASKED, 0, [])
    assert report.notes == ["Not asked about, since none of the images shows it: pit."]
    assert (report.usage.asked, report.usage.tokens_in) == (ASKED, 100 * ASKED)
    result = figures(labelled).result
    streaks, slag = result.by_class[STREAK], result.by_class[SLAG]
    assert streaks.presence == YesNoScore(
        hits=3, misses=1, false_alarms=2, rejections=1, unreadable_absent=1
    )
    assert slag.presence == YesNoScore(hits=4, false_alarms=1, rejections=3)
    assert result.overall.presence.accuracy == 11 / 16
    assert result.overall.presence.precision == 7 / 10
    assert result.overall.presence.recall == 7 / 8
    assert result.overall.presence.yes_ratio == 10 / 16
    boxes = result.overall.boxes
    assert (boxes.labelled, boxes.drawn, boxes.matched) == (9, 10, 8)
    assert (boxes.asked, boxes.unreadable) == (12, 1)
    assert (boxes.precision, boxes.recall) == (8 / 10, 8 / 9)
    assert boxes.mean_iou == pytest.approx((7 + 0.6) / 8)
    assert (streaks.boxes.labelled, streaks.boxes.drawn, streaks.boxes.matched) == (5, 4, 4)
    assert slag.boxes.mean_iou == pytest.approx((3 + 0.6) / 4)
    assert PIT not in result.by_class


def test_who_never_lies_is_right(labelled: Project, vlm: Serve) -> None:
    survey(labelled, vlm().url)
    result = figures(labelled).result
    assert not result.differing
    assert result.overall.presence.accuracy == result.overall.boxes.f1 == 1
    assert result.overall.presence.yes_ratio == 0.5
    assert result.overall.boxes.mean_iou == 1


def test_where_they_disagree_is_listed_worst_first(labelled: Project, vlm: Serve) -> None:
    survey(labelled, vlm(LIES).url)
    measured = figures(labelled)
    differing = [d for listed in measured.result.differing.values() for d in listed]
    kinds = Counter(d.answer.topic.kind for d in differing)
    assert kinds == {"presence": 5, "where": 4}  # a box dropped, two invented, one unreadable
    weights = [sum(d.weight for d in each) for each in measured.result.differing.values()]
    assert weights == sorted(weights, reverse=True)
    (dropped,) = [d for d in differing if d.missed]
    assert {box.class_id for box in dropped.missed} == {STREAK}
    invented = [d for d in differing if d.extra]
    assert [box.class_id for d in invented for box in d.extra] == [None, None]


def test_in_chinese_the_same(labelled: Project, vlm: Serve) -> None:
    served = vlm(LIES)
    survey(labelled, served.url, language="zh")
    overall = figures(labelled).result.overall
    assert (overall.presence.hits, overall.presence.false_alarms) == (7, 3)
    assert overall.presence.unreadable == 1
    assert overall.boxes.matched == 8
    assert all("条纹" in str(each.body) or "熔渣" in str(each.body) for each in served.chats())


def test_classes_are_asked_for_one_by_one(labelled: Project, vlm: Serve) -> None:
    served = vlm()
    report = survey(labelled, served.url, classes=("slag",), kinds=("where",))
    assert report.answers == 8
    result = figures(labelled).result
    assert set(result.by_class) == {SLAG}
    boxes = result.by_class[SLAG].boxes
    assert (boxes.asked, boxes.labelled, boxes.drawn, boxes.matched) == (8, 4, 4, 4)
    answers = labelled.surveys.answers(find_survey(labelled).id)
    assert {answer.topic for answer in answers} == {Topic("where", SLAG)}


def test_findings_are_told_where_they_are_wanted(labelled: Project, vlm: Serve) -> None:
    with labelled.transaction():
        run = labelled.runs.open(_RUN, actor="li")
    before = labelled.annotations.of_image(2)[0]
    found = replace(before, run_id=run)
    labelled.apply([AnnotationEdit(2, before, found)], actor="lead")
    served = vlm()
    survey(labelled, served.url, kinds=("where",), findings=True)
    told = [str(each.body["messages"][0]) for each in served.chats()]
    assert sum("[216, 36, 288, 468]" in system for system in told) == 1
    survey(labelled, served.url, kinds=("where",))
    told = [str(each.body["messages"][0]) for each in served.chats()[12:]]
    assert not any("[216, 36, 288, 468]" in system for system in told)
    assert len(labelled.surveys.all()) == 2


def test_what_was_answered_is_not_asked_again(labelled: Project, vlm: Serve) -> None:
    served = vlm(LIES)
    first = survey(labelled, served.url)
    vlm.close()  # type: ignore[attr-defined]
    again = survey(labelled, served.url)  # nobody is there, and nobody is needed
    assert (again.answers, again.kept, again.survey) == (0, ASKED, first.survey)
    assert len(labelled.surveys.all()) == 1


def test_stopped_it_goes_on_where_it_was(labelled: Project, vlm: Serve) -> None:
    served = vlm(delay_s=0.02)
    stop = Stop()

    def stop_at_four(told: Progress) -> None:
        if told.done == 4:
            stop.request()

    with pytest.raises(Cancelled):
        survey(labelled, served.url, on_progress=stop_at_four, stop=stop)
    saved = labelled.surveys.answers(find_survey(labelled).id)
    assert 4 <= len({answer.image_id for answer in saved}) < 12
    report = survey(labelled, served.url)
    assert (report.answers, report.kept) == (ASKED - len(saved), len(saved))
    assert not figures(labelled).result.differing


def test_an_interrupted_command_ends_what_is_under_way(labelled: Project, vlm: Serve) -> None:
    served = vlm(delay_s=0.02)
    stop = Stop()

    def interrupt(told: Progress) -> None:
        if told.done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        survey(labelled, served.url, on_progress=interrupt, stop=stop)
    assert stop.requested
    assert len({a.image_id for a in labelled.surveys.answers(find_survey(labelled).id)}) == 2


def test_a_photo_that_is_gone_is_told_and_the_rest_goes_on(labelled: Project, vlm: Serve) -> None:
    labelled.locate(labelled.images.get(3).path).unlink()
    report = survey(labelled, vlm().url)
    assert report.images == 11
    (failure,) = report.failed
    assert "layer_03.png" in failure.what
    assert 3 not in figures(labelled).images


def test_one_image_without_an_answer_is_told_and_asked_later(labelled: Project, vlm: Serve) -> None:
    served = vlm(behaviour="too_long", times=1)
    report = survey(labelled, served.url, server_told={"at_once": 1})
    (failure,) = report.failed
    assert failure.what.startswith("../photos/layer_01.png: ")
    assert report.images == 11
    later = survey(labelled, served.url)
    assert (later.images, later.failed) == (1, [])
    assert len(figures(labelled).answers) == ASKED


def test_a_server_that_is_not_there_is_one_error(labelled: Project) -> None:
    with serving("nobody") as nobody, pytest.raises(ServerUnusableError) as refused:
        survey(labelled, nobody.url)
    assert "here" in refused.value.what
    assert labelled.surveys.all() == []


def test_a_server_that_goes_leaves_what_it_answered(labelled: Project, vlm: Serve) -> None:
    served = vlm()

    def end_at_three(told: Progress) -> None:
        if told.done == 3:
            vlm.close()  # type: ignore[attr-defined]

    with pytest.raises(ServerUnusableError) as refused:
        survey(labelled, served.url, server_told={"at_once": 1}, on_progress=end_at_three)
    assert "What was answered is saved" in refused.value.hint
    saved = len(labelled.surveys.answers(find_survey(labelled).id))
    assert saved
    elsewhere = vlm()
    report = survey(labelled, elsewhere.url)
    assert (report.kept, report.answers) == (saved, ASKED - saved)
    assert not figures(labelled).result.differing


def test_a_server_without_answers_is_given_up(labelled: Project, vlm: Serve) -> None:
    served = vlm(behaviour="error")
    with pytest.raises(UserError) as refused:
        survey(labelled, served.url, server_told={"at_once": 1})
    assert "5 images in a row" in refused.value.what
    assert 5 <= len(served.chats()) <= 8


def test_without_enlarging_it_is_another_survey_where_that_matters(
    labelled: Project, vlm: Serve
) -> None:
    served = vlm()
    first = survey(labelled, served.url, kinds=("where",), images=3).survey
    asked = len(served.chats())
    assert {chat.pictures[0].size for chat in served.chats()} == {(1008, 504)}
    plain = survey(labelled, served.url, kinds=("where",), images=3, enlarge=False)
    assert plain.survey != first and plain.kept == 0
    assert {chat.pictures[0].size for chat in served.chats()[asked:]} == {(280, 140)}
    # A VLM that counts alike in every picture is asked the same.
    told = {"vlm": "qwen3-vl"}
    first = survey(labelled, served.url, kinds=("where",), images=3, server_told=told).survey
    again = survey(
        labelled, served.url, kinds=("where",), images=3, server_told=told, enlarge=False
    )
    assert (again.survey, again.answers) == (first, 0)


def test_asked_again_it_is_another_survey(labelled: Project, vlm: Serve) -> None:
    served = vlm()
    survey(labelled, served.url, kinds=("where",))
    survey(labelled, served.url, kinds=("where",), again=True)
    first, second = labelled.surveys.all()
    assert (first.name, second.name) == ("small-vl", "small-vl (2)")
    assert len(served.chats()) == 24  # what is kept of answers is not given back
    again = survey(labelled, served.url, kinds=("where",))
    assert (again.survey, again.answers) == (second, 0)


def test_the_model_names_itself_where_nobody_has(labelled: Project, vlm: Serve) -> None:
    survey(labelled, vlm(models=("finetuned-3",)).url, server_told={"model": ""})
    assert find_survey(labelled).model == "finetuned-3"


def test_labels_as_they_are_now_are_what_counts(labelled: Project, vlm: Serve) -> None:
    survey(labelled, vlm().url)
    bring_to(labelled, 2, "returned")
    result = figures(labelled).result
    assert result.unlabelled == sum(
        a.image_id == 2 for a in labelled.surveys.answers(find_survey(labelled).id)
    )
    assert (result.overall.boxes.labelled, result.differing) == (8, {})


def test_a_changed_box_changes_the_figures(labelled: Project, vlm: Serve) -> None:
    survey(labelled, vlm().url)
    was = labelled.annotations.of_image(5)[0]
    moved = replace(was, box=Box(0, 0, 20, 20))
    labelled.apply([AnnotationEdit(5, was, moved)], actor="lead")
    measured = figures(labelled)
    assert measured.result.overall.boxes.matched == 8
    assert list(measured.result.differing) == [5]


@pytest.mark.parametrize(
    ("options", "told", "what"),
    [
        ({"classes": ("rust",)}, {}, "no class rust"),
        ({"states": ("approved",)}, {}, "nothing to ask about"),
        ({}, {"vlm": ""}, "not said to see pictures"),
        ({}, {"vlm": "no-such-vlm"}, "no-such-vlm"),
    ],
)
def test_what_cannot_be_asked_is_told_before_anything_is_sent(
    labelled: Project, vlm: Serve, options: dict[str, Any], told: dict[str, Any], what: str
) -> None:
    served = vlm()
    with pytest.raises(UserError, match=what):
        survey(labelled, served.url, server_told=told, **options)
    assert served.requests() == []


@pytest.mark.parametrize(
    "options", [{"images": 0}, {"kinds": ()}, {"kinds": ("why",)}, {"classes": ()}, {"states": ()}]
)
def test_options_that_ask_nothing_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"survey|kinds"):
        SurveyOptions(**options)


def test_a_survey_that_is_not_there(labelled: Project, vlm: Serve) -> None:
    with pytest.raises(UserError, match="No survey"):
        find_survey(labelled)
    survey(labelled, vlm().url, kinds=("where",), images=2)
    with pytest.raises(UserError, match="no survey 'other'") as refused:
        find_survey(labelled, "other")
    assert "small-vl" in refused.value.hint
