"""The quality panel, and the way from a suspect to its box on the photo."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QToolButton
from pytestqt.qtbot import QtBot

from app.core.agreement import Agreement
from app.core.annotation import Annotation
from app.core.corrections import classified, removed, submitted
from app.core.edit import AnnotationEdit
from app.core.geometry import Box
from app.core.label_errors import ERROR_KINDS
from app.core.quality import SecondFigures
from app.core.sheet import Sheet
from app.services.quality import count_changed, figures, suspects
from app.shell.bench.quality import Quality
from app.storage.project import Project
from tests.gui.bench_driver import BenchDriver
from tests.gui.conftest import HEIGHT_PX, SLAG, STREAK, WIDTH_PX
from widgets.canvas.ghost import Ghost
from widgets.panels.quality_panel import QualityPanel

LEFT = Qt.MouseButton.LeftButton
SWAPPED, GONE = Box(20, 20, 60, 60), Box(150, 30, 200, 90)


@pytest.fixture
def worked_on(project: Project) -> Project:
    """On the second photo a model was sure of two streaks: Ann calls one slag and removes one."""
    drawn = [
        Annotation("swapped", STREAK, SWAPPED, score=0.95, run_id=1),
        Annotation("gone", STREAK, GONE, score=0.9, run_id=1),
        Annotation("kept", SLAG, Box(80, 100, 120, 150), score=0.8, run_id=1),
    ]
    project.apply([AnnotationEdit(2, None, a) for a in drawn], actor="ann", kind="prelabel")
    with project.transaction():
        project.runs.mark_seen(1, [2])
    for edits in (
        lambda sheet: classified(sheet, ["swapped"], SLAG, person="ann"),
        lambda sheet: removed(sheet, ["gone"]),
        lambda sheet: submitted(sheet, unseen=(), person="ann"),
    ):
        project.apply(edits(sheet_of(project, 2)), actor="ann")
    return project


def sheet_of(project: Project, image_id: int) -> Sheet:
    label = project.images.get(image_id).label
    boxes = tuple(project.annotations.of_image(image_id))
    return Sheet(image_id, WIDTH_PX, HEIGHT_PX, label, boxes)


@pytest.fixture
def panel(qtbot: QtBot) -> QualityPanel:
    panel = QualityPanel()
    qtbot.addWidget(panel)
    panel.resize(400, 900)
    return panel


@pytest.fixture
def room(
    worked_on: Project, bench: BenchDriver, panel: QualityPanel
) -> Iterator[tuple[Quality, BenchDriver]]:
    parts = bench.bench
    quality = Quality(
        *(worked_on, parts.document, parts.sight, parts.viewing, parts.canvas),
        *(panel, bench.window.messages),
        person="ann",
    )
    quality.jump.connect(parts.open)
    panel.wanted.connect(quality.look)
    yield quality, bench
    quality.close()


def show(project: Project, panel: QualityPanel) -> None:
    count_changed(project)
    classes = {c.id: c for c in project.classes.all()}
    panel.show_figures(figures(project), classes, dict(project.runs.names()))
    panel.show_suspects(suspects(project, most=10), classes)


def buttons(panel: QualityPanel, title: str) -> list[QToolButton]:
    return [b for b in panel.findChildren(QToolButton) if b.text() == title and b.isVisible()]


def test_the_figures_are_told(worked_on: Project, panel: QualityPanel) -> None:
    show(worked_on, panel)

    assert panel.proposals_told.text().startswith("Judged: 3; 33 %")
    assert "ann: – an image" in panel.people_told.text()
    assert [panel.kinds.itemText(n) for n in range(panel.kinds.count())] == [
        *("all kinds: 2", "overlooked: 1", "badly located: 0", "swapped class: 1"),
        "drawn twice: 0",
    ]
    kinds = [each.suspect.kind for each in panel.suspects.listed]
    assert sorted(kinds) == ["overlooked", "swapped"]


def test_without_work_it_says_so(project: Project, panel: QualityPanel) -> None:
    show(project, panel)

    assert panel.proposals_told.text() == "No proposal has been judged yet."
    assert panel.people_told.text() == "No image has been handed in yet."
    assert panel.modes_told.text().startswith("No blind image has been handed in yet")


def test_second_labellings_are_told(panel: QualityPanel) -> None:
    panel.show_second([])
    assert panel.second_told.text().startswith("No image has been labelled a second time")
    pairs = {(STREAK, STREAK): 3, (SLAG, STREAK): 1}
    panel.show_second([SecondFigures("li", "", 2, Agreement(4, 4, 4.0, pairs))])

    assert panel.second.accessibleName() == "li against gold: F1 0.75, kappa 0.00, 2 images"
    assert panel.second_told.text() == ""


def test_an_answered_suspect_goes_and_the_next_is_picked(
    worked_on: Project, panel: QualityPanel, qtbot: QtBot
) -> None:
    show(worked_on, panel)
    first, second = panel.suspects.listed
    with qtbot.waitExposed(panel):
        panel.show()
    heard = list[object]()
    panel.answered.connect(heard.append)
    panel.picked.connect(heard.append)
    qtbot.mouseClick(buttons(panel, "Nothing wrong")[0], LEFT)

    assert heard == [first, second]
    assert panel.suspects.listed == [second]


def test_many_suspects_are_built_a_few_at_a_time(
    worked_on: Project, panel: QualityPanel, qtbot: QtBot
) -> None:
    show(worked_on, panel)
    one = panel.suspects.listed[0]
    many = [replace(one, suspect=replace(one.suspect, key=f"{n}")) for n in range(60)]
    panel.show_suspects(many, {c.id: c for c in worked_on.classes.all()})
    with qtbot.waitExposed(panel):
        panel.show()
    assert len(buttons(panel, "Nothing wrong")) == 20
    qtbot.mouseClick(buttons(panel, "Show 40 more")[0], LEFT)

    qtbot.waitUntil(lambda: len(buttons(panel, "Nothing wrong")) == 60)


def test_it_counts_and_reads_once_it_is_seen(
    room: tuple[Quality, BenchDriver], worked_on: Project, panel: QualityPanel, qtbot: QtBot
) -> None:
    assert worked_on.quality.due()
    assert panel.suspects.listed == []
    panel.show()

    qtbot.waitUntil(lambda: len(panel.suspects.listed) == 2)
    assert not worked_on.quality.due() and panel.counting.isHidden()


def test_a_picked_suspect_opens_its_image_and_box(
    room: tuple[Quality, BenchDriver], panel: QualityPanel, qtbot: QtBot
) -> None:
    _, bench = room
    panel.show()
    qtbot.waitUntil(lambda: len(panel.suspects.listed) == 2)
    by_kind = {each.suspect.kind: each for each in panel.suspects.listed}

    panel.suspects.pick(by_kind["swapped"])
    bench.wait_for_image(2)
    qtbot.waitUntil(lambda: list(bench.canvas.selection) == ["swapped"])

    panel.suspects.pick(by_kind["overlooked"])
    qtbot.waitUntil(lambda: not bench.canvas.selection)
    assert bench.canvas.rect().contains(bench.on_canvas((175, 60)).toPoint())


def test_nothing_is_told_of_photos_that_one_labels_a_second_time(
    room: tuple[Quality, BenchDriver], worked_on: Project, panel: QualityPanel, qtbot: QtBot
) -> None:
    with worked_on.transaction():
        worked_on.second.give(2, "ann", "twice")
    panel.show()

    qtbot.waitUntil(lambda: not worked_on.quality.due())
    qtbot.waitUntil(lambda: panel.proposals_told.text().startswith("Judged: 3;"))
    assert panel.suspects.listed == []


def test_what_was_answered_is_kept(
    room: tuple[Quality, BenchDriver], worked_on: Project, panel: QualityPanel, qtbot: QtBot
) -> None:
    panel.show()
    qtbot.waitUntil(lambda: len(panel.suspects.listed) == 2)
    first, second = panel.suspects.listed
    panel.suspects.answer(first)

    qtbot.waitUntil(lambda: [each for each in suspects(worked_on, most=9)] == [second])
    kinds = (first.suspect.kind,)
    panel.kinds_wanted.emit(kinds)
    qtbot.waitUntil(lambda: panel.suspects.listed == [])
    panel.kinds_wanted.emit(ERROR_KINDS)
    qtbot.waitUntil(lambda: panel.suspects.listed == [second])

    _, bench = room
    (said,) = [m for m in bench.window.messages.history if m.action is not None]
    assert said.action is not None and said.action.title == "Take back"
    said.action.does()
    qtbot.waitUntil(lambda: panel.suspects.listed == [first, second])


def test_what_is_dotted_on_the_photo_goes_with_the_panel(
    room: tuple[Quality, BenchDriver], panel: QualityPanel, qtbot: QtBot
) -> None:
    _, bench = room
    panel.show()
    qtbot.waitUntil(lambda: len(panel.suspects.listed) == 2)
    panel.suspects.pick(panel.suspects.listed[0])
    ghosts = bench.canvas.findChildren(Ghost)
    qtbot.waitUntil(lambda: any(ghost.shape is not None for ghost in ghosts))

    panel.hide()
    assert all(ghost.shape is None for ghost in ghosts)


def test_a_report_is_written_where_a_person_says(
    room: tuple[Quality, BenchDriver],
    panel: QualityPanel,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = tmp_path / "report.html"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *given: (str(file), ""))
    with qtbot.waitExposed(panel):
        panel.show()
    qtbot.mouseClick(panel.report, LEFT)

    qtbot.waitUntil(file.exists)
    assert "Quality report" in file.read_text("utf-8")
