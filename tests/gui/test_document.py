"""What is on screen, what is saved, and that the one never lies about the other."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.core.corrections import drawn, removed, reshaped
from app.core.errors import UserError
from app.core.geometry import Box
from app.core.shape import Shape
from app.shell.bench.document import Document
from app.shell.bench.writer import Writer
from app.storage.project import Project
from tests.gui.conftest import STREAK

NEW = Shape(Box(5, 5, 25, 25))


@pytest.fixture
def document(qtbot: QtBot, project: Project) -> Iterator[Document]:
    writer = Writer(project.folder)
    document = Document(project, writer, person="ann")
    document.open(1)
    yield document
    writer.close()


@pytest.fixture
def settled(qtbot: QtBot, document: Document) -> Callable[[], None]:
    counts = [0]
    document.saving.connect(counts.append)
    return lambda: qtbot.waitUntil(lambda: counts[-1] == 0)


def draw(document: Document) -> str:
    sheet = document.sheet
    assert sheet is not None
    edits, uids = drawn(sheet, [(STREAK, NEW)], person="ann")
    document.apply(edits)
    return uids[0]


def uids(document: Document) -> list[str]:
    assert document.sheet is not None
    return [a.uid for a in document.sheet.annotations]


def test_a_change_shows_at_once_and_is_said_to_be_saved_only_when_it_is(
    qtbot: QtBot, project: Project, document: Document
):
    with qtbot.waitSignal(document.saved):
        new = draw(document)
        assert uids(document) == ["s1", "g1", new]
    assert [a.uid for a in project.annotations.of_image(1)] == ["s1", "g1", new]


def test_what_is_not_saved_yet_is_there_when_the_image_is_opened_again(document: Document, settled):
    new = draw(document)
    document.open(2)
    document.open(1)
    assert new in uids(document)
    settled()
    assert new in uids(document)


def test_what_somebody_else_changed_first_is_told_and_shown(
    qtbot: QtBot, project: Project, document: Document
):
    assert document.sheet is not None
    theirs = removed(document.sheet, ["s1"])
    project.apply(theirs, actor="bo")
    with qtbot.waitSignal(document.failed) as told:
        document.apply(reshaped(document.sheet, {"s1": NEW}, person="ann"))
    assert isinstance(told.args[0], UserError)
    assert uids(document) == ["g1"]


@pytest.mark.parametrize(
    ("drawn_on", "now", "told"),
    [
        ([1], 1, "The disk is full."),
        ([1], 2, "layer_1.png: The disk is full."),
        ([1, 3], 2, "layer_1.png (+1): The disk is full."),
    ],
)
def test_what_is_not_saved_is_told_with_the_image_that_was_left_meanwhile(
    qtbot: QtBot,
    document: Document,
    monkeypatch: pytest.MonkeyPatch,
    drawn_on: list[int],
    now: int,
    told: str,
):
    def full(*_: object, **__: object) -> None:
        raise UserError("The disk is full.", hint="Make room.")

    monkeypatch.setattr(Project, "apply", full)
    sheets = [document.read(image_id) for image_id in drawn_on]
    with qtbot.waitSignal(document.failed) as failed:
        document.apply([e for s in sheets for e in drawn(s, [(STREAK, NEW)], person="ann")[0]])
        document.open(now)
    assert (failed.args[0].what, failed.args[0].hint) == (told, "Make room.")


def test_a_gesture_on_an_image_that_was_left_is_taken_back_there(
    qtbot: QtBot, project: Project, document: Document
):
    new = draw(document)
    document.open(2)
    with qtbot.waitSignal(document.reverted) as told:
        document.undo()
    assert {e.image_id for e in told.args[0].edits} == {1}
    assert uids(document) == []
    assert new not in [a.uid for a in project.annotations.of_image(1)]
    with qtbot.waitSignal(document.reverted):
        document.redo()
    assert new in [a.uid for a in project.annotations.of_image(1)]


def test_closing_the_writer_saves_everything_that_was_asked_for(qtbot: QtBot, project: Project):
    writer = Writer(project.folder)
    document = Document(project, writer, person="ann")
    document.open(1)
    new = [draw(document) for _ in range(20)]
    writer.close()
    with Project.open(Path(project.folder)) as again:
        assert {a.uid for a in again.annotations.of_image(1)} >= set(new)


@pytest.fixture
def reads(project: Project, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Ids of the images whose boxes are read from the file; one box makes a crowd."""
    monkeypatch.setattr("app.shell.bench.crowded.CROWDED_FROM", 1)
    found: list[int] = []
    of_image = project.annotations.of_image
    monkeypatch.setattr(
        project.annotations,
        "of_image",
        lambda image_id: found.append(image_id) or of_image(image_id),
    )
    return found


def test_a_crowded_image_is_read_once_until_somebody_changes_it(
    project: Project, document: Document, reads: list[int]
):
    assert document.read_ahead(1)
    assert reads == [1]
    document.open(1)
    document.open(2)
    document.open(1)
    assert (uids(document), reads) == (["s1", "g1"], [1, 2])
    assert document.sheet is not None
    project.apply(removed(document.sheet, ["s1"]), actor="bo")
    document.open(2)
    document.open(1)
    assert (uids(document), reads) == (["g1"], [1, 2, 2, 1])


def test_what_the_person_does_on_a_crowded_image_is_there_when_they_come_back(
    qtbot: QtBot, document: Document, reads: list[int]
):
    with qtbot.waitSignal(document.saved):
        new = draw(document)
    document.open(2)
    document.open(1)
    assert uids(document) == ["s1", "g1", new]


def test_a_crowded_image_that_is_labelled_a_second_time_is_never_kept(
    project: Project, document: Document, reads: list[int]
):
    document.open(2)
    assert document.read_ahead(1)
    project.second.give(1, "ann", "twice")
    document.open(1)
    assert uids(document) == [] and not document.read_ahead(1)


def test_an_image_with_few_boxes_is_not_kept(
    document: Document, reads: list[int], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("app.shell.bench.crowded.CROWDED_FROM", 3)
    assert not document.read_ahead(1)
    document.open(1)
    document.open(1)
    assert reads == [1, 1]
