"""What `flawmark balance` says of a project without classes."""

import pytest

from app.cli import command_line
from app.storage.project import Project


def test_without_classes_none_lacks_a_box(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    command_line().main(["balance", str(project.folder)], "flawmark", standalone_mode=False)
    said = capsys.readouterr().out
    assert "no classes yet" in said and "0 of 0 classes" not in said
