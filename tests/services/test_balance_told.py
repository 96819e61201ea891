"""What `flawmark balance` says of a project without classes, and of targets."""

import pytest

from app.cli import command_line
from app.core.errors import UserError
from app.core.label_class import LabelClass
from app.services.people import change_person
from app.storage.project import Project


def test_without_classes_none_lacks_a_box(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    command_line().main(["balance", str(project.folder)], "flawmark", standalone_mode=False)
    said = capsys.readouterr().out
    assert "no classes yet" in said and "0 of 0 classes" not in said


def targets(project: Project) -> dict[str, int]:
    return {each.name: each.target_count for each in project.classes.all()}


def told(project: Project, *options: str) -> None:
    arguments = ["balance", str(project.folder), *options]
    command_line().main(arguments, "flawmark", standalone_mode=False)


def test_a_target_is_set_and_taken_away(
    project: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLAWMARK_USER", "lead")
    project.add_classes([LabelClass("streak"), LabelClass("a=b")], actor="lead")
    told(project, "--target", "streak=200", "--target", "a=b=7")
    assert targets(project) == {"streak": 200, "a=b": 7}
    assert "streak: 0 of 200; no unlabelled image" in capsys.readouterr().out
    told(project, "--target", "streak=0")
    assert targets(project) == {"streak": 0, "a=b": 7}


@pytest.mark.parametrize(
    ("given", "who", "why"),
    [
        (("streak",), "lead", "not like"),
        (("streak=-3",), "lead", "not like"),
        (("streak=3", "slog=3"), "lead", "no class 'slog'"),
        (("streak=3",), "ann", "doesn't lead"),
    ],
)
def test_a_target_that_cannot_be_changes_nothing(
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    given: tuple[str, ...],
    who: str,
    why: str,
) -> None:
    project.add_classes([LabelClass("streak")], actor="lead")
    change_person(project, "ann", by="lead")
    monkeypatch.setenv("FLAWMARK_USER", who)
    with pytest.raises(UserError, match=why):
        told(project, *(word for each in given for word in ("--target", each)))
    assert targets(project) == {"streak": 0}
