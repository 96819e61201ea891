"""Panels that nobody looks at are not made; those that somebody looks at know all that was said."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QLabel, QTabBar
from pytestqt.qtbot import QtBot

from app.shell.bench.late_panels import Late, LatePanels
from app.shell.bench.panels import Panels
from app.shell.frame.main_window import MainWindow
from app.storage.project import Project
from tests.gui.bench_driver import BenchDriver
from tests.gui.conftest import SLAG_BOX, STREAK_BOX

OF_DOCK = {
    "prelabel": Panels.prelabel,
    "time": Panels.time,
    "history": Panels.history,
    "ask": Panels.ask,
    "proposals": Panels.proposals,
    "comments": Panels.comments,
    "conversation": Panels.conversation,
    "survey": Panels.survey,
    "balance": Panels.balance,
    "quality": Panels.quality,
}


class Said(QObject):
    said = Signal(str, int)


class Two(LatePanels):
    @Late
    def first(self) -> QLabel:
        """The first of them."""
        return QLabel("first")

    @Late
    def second(self) -> QLabel:
        return QLabel("second")


def made(panels: Panels) -> list[str]:
    """The docks whose panels there are."""
    return [name for name, late in OF_DOCK.items() if panels.made(late) is not None]


def test_a_late_panel_is_made_once_when_it_is_named(qtbot: QtBot) -> None:
    panels = Two()
    assert panels.made(Two.first) is None and not panels.is_seen(Two.first)
    label = panels.first
    assert label.text() == "first" and panels.first is label is panels.get(Two.first)
    assert panels.made(Two.first) is label and panels.made(Two.second) is None


def test_what_is_to_be_done_with_it_is_done_in_order_and_once(qtbot: QtBot) -> None:
    panels, done = Two(), []
    panels.when_made(Two.first, lambda label: done.append(("a", label.text())))
    panels.when_made(Two.first, lambda label: done.append(("b", label.text())))
    assert done == []
    assert panels.first is panels.first
    assert done == [("a", "first"), ("b", "first")]
    panels.when_made(Two.first, lambda label: done.append(("c", label.text())))
    assert done[2:] == [("c", "first")]


def test_it_is_told_what_was_said_last_before_it_was_made(qtbot: QtBot) -> None:
    panels, source = Two(), Said()
    for late in (Two.first, Two.second):
        panels.follow(late, source.said, lambda label, text, n: label.setText(f"{text} {n}"))
    assert panels.first.text() == "first"
    source.said.emit("old", 1)
    source.said.emit("new", 2)
    assert panels.second.text() == panels.first.text() == "new 2"
    source.said.emit("newer", 3)
    assert panels.second.text() == panels.first.text() == "newer 3"


def test_no_panel_behind_another_one_is_made(bench: BenchDriver) -> None:
    assert made(bench.bench.panels) == []
    bench.press(Qt.Key.Key_D)
    bench.wait_for_image(2)
    bench.qtbot.wait(150)  # all that is told a moment later
    bench.click(SLAG_BOX.centre)
    bench.wait_until_saved()
    assert made(bench.bench.panels) == []


@pytest.mark.parametrize("name", OF_DOCK)
def test_a_panel_is_there_in_the_turn_in_which_its_dock_is_wanted(
    bench: BenchDriver, name: str
) -> None:
    panels = bench.bench.panels
    panels.bring_up(name)
    bench.qtbot.waitUntil(lambda: made(panels) != [])
    assert panels.is_seen(OF_DOCK[name])
    assert made(panels) == [name]


def test_a_click_on_a_tab_shows_a_whole_panel_at_once(bench: BenchDriver) -> None:
    bars = [bar for bar in bench.window.findChildren(QTabBar) if bar.isVisible()]
    bar = next(b for b in bars if "Proposals" in [b.tabToolTip(n) for n in range(b.count())])
    tab = [bar.tabToolTip(n) for n in range(bar.count())].index("Proposals")
    bench.qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(tab).center())
    panel = bench.bench.panels.proposals
    assert panel.isVisible()
    assert panel.accept_button.text() == "Accept shown (1)"
    assert panel.bulk.title() == "On the filtered images (3)"


def test_a_panel_that_is_in_front_when_a_project_is_opened_is_made_and_no_other(
    qtbot: QtBot, bench: BenchDriver, project: Project
) -> None:
    bench.bench.panels.bring_up("comments")
    bench.qtbot.waitUntil(lambda: bench.bench.panels.is_seen(Panels.comments))
    bench.window.close()  # the places are kept
    window = MainWindow()
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    window.open_folder(project.folder)
    driver = BenchDriver(qtbot, window)
    driver.wait_for_image(1)
    assert made(driver.bench.panels) == ["comments"]
    assert driver.bench.panels.is_seen(Panels.comments)
    assert not driver.bench.panels.boxes.isVisible()
    window.close()


def test_models_are_listed_where_their_panel_is_in_front_when_a_project_is_opened(
    qtbot: QtBot, bench: BenchDriver, project: Project
) -> None:
    bench.bench.panels.bring_up("prelabel")
    bench.qtbot.waitUntil(lambda: bench.bench.panels.is_seen(Panels.prelabel))
    bench.window.close()
    window = MainWindow()
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    window.open_folder(project.folder)
    driver = BenchDriver(qtbot, window)
    qtbot.waitUntil(lambda: driver.bench.panels.prelabel.models.count() > 0)
    window.close()


def test_no_panel_is_made_when_the_project_is_left(bench: BenchDriver) -> None:
    panels = bench.bench.panels
    bench.window.leave_project()
    QApplication.processEvents()
    assert made(panels) == []


def test_comments_are_pinned_to_a_box_that_was_selected_before_anybody_looked(
    bench: BenchDriver,
) -> None:
    panels = bench.bench.panels
    bench.click(STREAK_BOX.centre)
    assert panels.comments.pin.isEnabled()
    bench.press(Qt.Key.Key_Escape)
    assert not panels.comments.pin.isEnabled()


def test_models_are_told_how_many_images_there_are(bench: BenchDriver) -> None:
    scope = bench.bench.panels.prelabel.scope
    titles = [scope.itemText(n) for n in range(scope.count())]
    assert titles == ["This image", "The filtered images (3)", "All images (3)"]


def test_what_was_said_of_an_image_is_there_at_the_first_look(
    project: Project, open_bench: Callable[[Path], BenchDriver]
) -> None:
    with project.transaction():
        project.comments.add(1, "Is this one?", author="ann")
    driver = open_bench(project.folder)
    driver.wait_for_image(1)
    with driver.qtbot.waitSignal(driver.bench.telling.waiting):
        driver.bench.telling.refresh()
    panels = driver.bench.panels
    assert made(panels) == []
    panels.bring_up("comments")
    said = [label.text() for label in panels.comments.findChildren(QLabel) if label.isVisible()]
    assert "Is this one?" in "\n".join(said)
