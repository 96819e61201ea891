"""What lies behind another dock is not kept up to date, until it comes to the front."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTabBar
from pytestqt.qtbot import QtBot

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
