"""What lies behind another dock is not kept up to date, until it comes to the front."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QTabBar, QToolButton
from pytestqt.qtbot import QtBot

from app.services.create import create_project, load_label_set
from app.shell.frame.main_window import MainWindow
from app.storage.project import Project
from tests.gui.bench_driver import BenchDriver
from tests.gui.conftest import SLAG_BOX


def test_only_the_dock_in_front_is_visible(bench: BenchDriver):
    panels = bench.bench.panels
    assert (panels.boxes.isVisible(), panels.comments.isVisible()) == (True, False)
    panels.bring_up("comments")
    bench.qtbot.waitUntil(panels.comments.isVisible)
    assert not panels.boxes.isVisible()


def test_a_dock_that_comes_to_the_front_shows_what_was_done_before(bench: BenchDriver):
    panels = bench.bench.panels
    entries = panels.history.list.model()
    before = entries.rowCount()
    bench.click(SLAG_BOX.centre)
    bench.press(Qt.Key.Key_X)
    bench.wait_until_saved()
    bench.qtbot.wait(150)
    assert entries.rowCount() == before
    panels.bring_up("history")
    bench.qtbot.waitUntil(lambda: entries.rowCount() == 2)


def test_a_dock_that_is_closed_and_opened_again_shows_its_panel(bench: BenchDriver):
    panels = bench.bench.panels
    panels.docks["images"].hide()
    assert not panels.queue.isVisible()
    panels.docks["images"].show()
    bench.qtbot.waitUntil(panels.queue.isVisible)


def test_a_dock_that_is_wanted_from_the_menu_comes_to_the_front(bench: BenchDriver):
    panels = bench.bench.panels
    assert panels.docks["survey"].isHidden()
    panels.docks["survey"].toggleViewAction().trigger()
    bench.qtbot.waitUntil(lambda: panels.survey.isVisible() and not panels.boxes.isVisible())


def test_no_title_of_a_dock_is_cut_off(bench: BenchDriver):
    piles = [bar for bar in bench.window.findChildren(QTabBar) if bar.isVisible()]
    shown = [dock for dock in bench.bench.panels.docks.values() if not dock.isHidden()]
    assert sum(bar.count() for bar in piles) == len(shown) - 1
    assert [bar for bar in piles if bar.width() < bar.sizeHint().width()] == []


def pile_of(bench: BenchDriver, title: str) -> QTabBar:
    """The tabs of the docks that share a place with the one of that title."""
    bars = [bar for bar in bench.window.findChildren(QTabBar) if bar.isVisible()]
    return next(bar for bar in bars if title in map(bar.tabToolTip, range(bar.count())))


def test_tabs_that_have_no_room_for_words_show_icons_with_the_title_as_tip(bench: BenchDriver):
    panels = bench.bench.panels
    words_px = pile_of(bench, "Boxes").tabRect(0).width()
    for name in ("survey", "balance", "quality"):
        panels.docks[name].show()
    bench.qtbot.waitUntil(lambda: pile_of(bench, "Boxes").count() == 8)
    bar = pile_of(bench, "Boxes")
    titles = [bar.tabToolTip(n) for n in range(8)]
    assert titles[:2] == ["Boxes", "Proposals"] and titles[-2:] == ["Balance", "Quality"]
    assert bar.tabRect(7).right() < bar.width()
    assert not any(button.isVisible() for button in bar.findChildren(QToolButton))
    behind = [bar.grab(bar.tabRect(n)).toImage() for n in range(1, 8)]
    assert not any(a == b for n, a in enumerate(behind) for b in behind[:n])
    bench.window.resizeDocks([panels.docks["boxes"]], [700], Qt.Orientation.Horizontal)
    bench.qtbot.waitUntil(lambda: bar.tabRect(0).width() == words_px)


@pytest.mark.parametrize("size_px", [(1024, 700), (1400, 900), (1920, 1050)])
def test_the_button_that_runs_a_model_is_in_sight_in_windows_of_any_size(
    qtbot: QtBot, project: Project, home: Path, size_px: tuple[int, int]
) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    window.resize(*size_px)
    window.open_project(Project.open(project.folder))
    with qtbot.waitExposed(window):
        window.show()
    assert window.bench is not None
    panels = window.bench.panels
    panels.bring_up("prelabel")
    qtbot.waitUntil(panels.prelabel.classes.isVisible)  # the model's classes are known
    for widget in (panels.prelabel.run_button, panels.prelabel.scope):
        qtbot.waitUntil(
            lambda widget=widget: widget.visibleRegion().boundingRect() == widget.rect()
        )
    assert (window.width(), window.height()) == size_px
    window.close()


def test_docks_of_a_project_that_is_opened_from_the_start_page_are_fitted_too(
    qtbot: QtBot, project: Project, home: Path
) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    window.resize(1024, 700)
    with qtbot.waitExposed(window):
        window.show()
    window.open_folder(project.folder)
    assert window.bench is not None
    docks = window.bench.panels.docks
    qtbot.waitUntil(lambda: (docks["images"].width(), docks["boxes"].width()) == (220, 287))
    window.close()


@pytest.mark.parametrize("is_shown_first", [True, False])
@pytest.mark.parametrize("size_px", [(1280, 720), (1920, 1050)])
def test_classes_and_boxes_are_in_sight_however_the_first_project_is_opened(
    qtbot: QtBot, home: Path, tmp_path: Path, size_px: tuple[int, int], is_shown_first: bool
) -> None:
    create_project(tmp_path / "bed", load_label_set("powder-bed"), actor="ann").close()
    window = MainWindow()
    qtbot.addWidget(window)
    window.resize(*size_px)
    if is_shown_first:
        with qtbot.waitExposed(window):
            window.show()
    window.open_folder(tmp_path / "bed")
    window.show()
    assert window.bench is not None
    panels = window.bench.panels
    boxes = panels.docks["boxes"]
    qtbot.waitUntil(lambda: panels.classes.height() >= panels.classes.sizeHint().height())
    qtbot.waitUntil(lambda: boxes.isVisible() and boxes.height() > 0.3 * size_px[1])
    qtbot.wait(50)  # nothing that comes later takes it back
    assert panels.classes.height() >= panels.classes.sizeHint().height()
    assert boxes.height() > 0.3 * size_px[1]
    window.close()


def test_docks_leave_the_canvas_room_in_a_small_window_and_are_wide_again_after_it(
    bench: BenchDriver,
) -> None:
    docks = bench.bench.panels.docks
    for width_px, sides_px in ((1920, (280, 380)), (1024, (220, 287)), (1920, (280, 380))):
        bench.window.resize(width_px, 900)
        bench.qtbot.waitUntil(
            lambda px=sides_px: (docks["images"].width(), docks["boxes"].width()) == px
        )


def test_a_width_that_a_person_drew_is_theirs_in_every_window(
    bench: BenchDriver, open_bench: Callable[[Path], BenchDriver], project: Project
) -> None:
    boxes, window = bench.bench.panels.docks["boxes"], bench.window
    between = QPoint(boxes.x() - 2, 450)
    bench.qtbot.mousePress(window, Qt.MouseButton.LeftButton, pos=between)
    for step in (20, 60, 120):
        bench.qtbot.mouseMove(window, between - QPoint(step, 0))
        bench.qtbot.wait(10)
    bench.qtbot.mouseRelease(window, Qt.MouseButton.LeftButton, pos=between - QPoint(120, 0))
    bench.qtbot.waitUntil(lambda: boxes.width() == 500)
    images = bench.bench.panels.docks["images"]
    for width_px, images_px in ((1024, 220), (1400, 280)):
        window.resize(width_px, 900)
        bench.qtbot.waitUntil(lambda px=images_px: (images.width(), boxes.width()) == (px, 500))
    window.close()
    again = open_bench(project.folder)
    docks = again.bench.panels.docks
    again.qtbot.waitUntil(lambda: docks["boxes"].width() == 500)
    assert docks["images"].width() == 280


def test_each_pile_of_docks_has_one_row_of_tabs(bench: BenchDriver) -> None:
    # Qt's, of which it parks some out of sight.
    rows = bench.window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
    seen = [row for row in rows if row.isVisible() and row.geometry().top() >= 0]
    tabs = [[row.tabText(n) for n in range(row.count())] for row in seen]
    assert sorted(tabs) == [
        ["Boxes", "Proposals", "Comments", "Disputed", "Record"],
        ["Classes", "Looks", "Models", "Time", "History", "Ask"],
    ]


def test_docks_put_in_their_places_load_no_models(
    qtbot: QtBot, project: Project, open_bench: Callable[[Path], BenchDriver]
) -> None:
    open_bench(project.folder).window.close()  # the places are kept
    window = MainWindow()
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    window.open_folder(project.folder)
    qtbot.wait(100)
    assert window.bench is not None
    models = window.bench.models
    assert "modelling" not in models.__dict__
    window.bench.panels.bring_up("prelabel")
    qtbot.waitUntil(lambda: "modelling" in models.__dict__)
    window.close()
