"""Where models and people disagree, from a pass over the images to the command line."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
import typer
from rich.console import Console

from app.commands.disagreements import disagreements as run_command
from app.core.annotation import Annotation, new_uid
from app.core.edit import AnnotationEdit, ImageEdit
from app.core.errors import UserError
from app.core.geometry import Box
from app.core.image import ImageLabel
from app.core.label_class import LabelClass
from app.core.proposals import proposal_edits
from app.services.disagreements import dismiss, list_disagreements, record, reopen
from app.services.import_photos import import_photos
from app.storage.project import Project
from app.storage.runs import RunKey

STREAK, SLAG = 1, 2
A, B, C = Box(10, 10, 50, 90), Box(80, 10, 120, 90), Box(140, 10, 180, 90)
ASIDE = A.moved(12, 0)
FIRST = "../photos/monday/layer_0.png"


@pytest.fixture
def worked_on(project: Project, photos: Path) -> Project:
    """A person drew streaks at A and B on the first image; the second is normal."""
    project.add_classes([LabelClass("streak"), LabelClass("slag")], actor="lead")
    import_photos(project, photos)
    drawn = [Annotation(uid, STREAK, box, author="li") for uid, box in (("a", A), ("b", B))]
    project.apply([AnnotationEdit(1, None, a) for a in drawn], actor="li")
    project.apply([ImageEdit(2, ImageLabel(), ImageLabel(is_normal=True))], actor="li")
    return project


def go_over(
    project: Project, image_id: int, found: Sequence[tuple[int, Box]], *, model: str = "starter"
) -> int:
    """A model's pass over one image: what comes in as proposals, and what it says besides."""
    with project.transaction():
        run = project.runs.open(RunKey("model", model, model, {}), actor="li")
        finds = [Annotation(new_uid(), c, box, score=0.8, run_id=run) for c, box in found]
        label = project.images.get(image_id).label
        if label.state == "new" and not label.is_normal:
            standing = project.annotations.of_image(image_id)
            own_runs = project.runs.same_model(run)
            edits = proposal_edits(image_id, standing, [], finds, own_runs=own_runs)
            project.apply(edits, actor="li", kind="prelabel")
        return record(project, run, image_id, finds, classes={STREAK, SLAG})


def listed(project: Project) -> list[tuple[str, str]]:
    return [(each.image, each.kept.said.kind) for each in list_disagreements(project)]


def test_a_pass_notes_what_it_sees_otherwise(worked_on: Project) -> None:
    assert go_over(worked_on, 1, [(STREAK, ASIDE), (SLAG, B), (SLAG, C)]) == 3
    assert go_over(worked_on, 2, [(STREAK, A)]) == 1
    assert go_over(worked_on, 3, [(STREAK, A)]) == 0
    second = "../photos/monday/layer_1.png"
    assert listed(worked_on) == [
        (FIRST, "shifted"),
        (FIRST, "class"),
        (FIRST, "extra"),
        (second, "extra"),
    ]
    on_first, on_second = list_disagreements(worked_on, kinds=["extra"])
    (proposal,) = [a for a in worked_on.annotations.of_image(1) if a.is_proposal]
    assert on_first.kept.said.standing == proposal
    assert on_second.kept.said.standing is None and on_second.run == "starter"


def test_going_over_it_again_changes_nothing(worked_on: Project) -> None:
    found = [(STREAK, ASIDE), (SLAG, C)]
    for _ in range(2):
        assert go_over(worked_on, 1, found) == 3
        assert listed(worked_on) == [(FIRST, "shifted"), (FIRST, "missed"), (FIRST, "extra")]


def test_one_answer_holds_for_all_models_that_say_the_same(worked_on: Project) -> None:
    go_over(worked_on, 1, [(STREAK, ASIDE), (STREAK, B)])
    go_over(worked_on, 1, [(STREAK, ASIDE.moved(1, 0)), (SLAG, B)], model="dino")
    assert [kind for _, kind in listed(worked_on)] == ["shifted", "shifted", "class"]
    first = list_disagreements(worked_on)[0].kept
    dismiss(worked_on, [first.id], actor="li")
    assert [kind for _, kind in listed(worked_on)] == ["class"]
    reopen(worked_on, [first.id])
    assert [kind for _, kind in listed(worked_on)] == ["shifted", "shifted", "class"]


def test_only_of_one_model(worked_on: Project) -> None:
    go_over(worked_on, 1, [])
    go_over(worked_on, 2, [(STREAK, A)], model="dino")
    (extra,) = list_disagreements(worked_on, run="dino")
    assert (extra.run, extra.kept.said.kind) == ("dino", "extra")
    with pytest.raises(UserError, match="'sam'") as told:
        list_disagreements(worked_on, run="sam")
    assert "dino, starter" in told.value.hint


def test_the_command_prints_json(worked_on: Project, capsys: pytest.CaptureFixture[str]) -> None:
    go_over(worked_on, 1, [(STREAK, ASIDE), (SLAG, C)])
    (proposal,) = [a for a in worked_on.annotations.of_image(1) if a.is_proposal]
    run_command(worked_on.folder, as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert told["counts"] == {"extra": 1, "missed": 1, "shifted": 1, "class": 0}
    assert told["images"] == 1
    shifted, missed, extra = told["disagreements"]
    assert shifted == {
        "id": shifted["id"],
        "image": FIRST,
        "run": "starter",
        "kind": "shifted",
        "people": {"uid": "a", "class": "streak", "box": [10, 10, 50, 90]},
        "model": {"class": "streak", "box": [22, 10, 62, 90], "score": 0.8},
        "proposal": None,
    }
    assert (missed["people"]["uid"], missed["model"]) == ("b", None)
    assert (extra["people"], extra["model"]["class"]) == (None, "slag")
    assert extra["proposal"] == proposal.uid


def test_the_command_prints_a_table(
    worked_on: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.commands.disagreements.out", Console(width=200, soft_wrap=True))
    run_command(worked_on.folder)
    assert capsys.readouterr().out == "No disagreement is waiting for an answer.\n"
    go_over(worked_on, 1, [(STREAK, ASIDE), (SLAG, B), (SLAG, C)])
    run_command(worked_on.folder, kind=["class", "shifted"])
    said = capsys.readouterr().out
    assert said.startswith("2 disagreements on 1 image: 1 shifted, 1 class.\n")
    assert "streak (10, 10, 50, 90)" in said and "slag (80, 10, 120, 90)" in said
    assert "missed" not in said and "0.80" in said


def test_a_kind_that_is_none_is_refused(worked_on: Project) -> None:
    with pytest.raises(typer.BadParameter, match="extra, missed, shifted, class, not lost"):
        run_command(worked_on.folder, kind=["lost"])
