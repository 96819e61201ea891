"""Where all of the window changes at once, each turn of the event loop paints one part of it."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QToolBar, QWidget
from pytestqt.qtbot import QtBot

from widgets.frame.part_by_part import PartByPart


class Painted(QObject):
    """The names of those that were painted, in their order."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Paint and watched.objectName():
            self.names.append(watched.objectName())
        return False

    def in_a_turn(self) -> list[str]:
        self.names.clear()
        QApplication.processEvents()
        return self.names.copy()


def named(widget: QWidget, name: str) -> QWidget:
    widget.setObjectName(name)
    return widget


@pytest.fixture
def window(qtbot: QtBot) -> QMainWindow:
    """A bar above, one that is hidden, and something in the middle."""
    window = QMainWindow()
    qtbot.addWidget(window)
    for name in ("bar", "hidden"):
        window.addToolBar(named(QToolBar(), name))
    window.findChild(QToolBar, "hidden").hide()
    window.setCentralWidget(named(QLabel("middle"), "middle"))
    window.show()
    qtbot.waitExposed(window)
    return window


@pytest.fixture
def painted(qtbot: QtBot, window: QMainWindow, qapp: QApplication) -> Iterator[Painted]:
    painted = Painted()
    qapp.installEventFilter(painted)
    qtbot.waitUntil(lambda: not painted.in_a_turn())
    yield painted
    qapp.removeEventFilter(painted)


def update_all(window: QMainWindow) -> None:
    for widget in (window, *window.findChildren(QWidget)):
        widget.update()


def test_what_is_held_is_painted_in_turns_the_middle_first(
    window: QMainWindow, painted: Painted
) -> None:
    parts = PartByPart(window)
    parts.hold()
    update_all(window)
    assert not {"bar", "middle"} & set(painted.in_a_turn())
    parts.let_go()
    turns = [painted.in_a_turn() for _ in range(4)]
    assert [names for names in turns if names] == [["middle"], ["bar"]]


def test_without_being_held_all_is_painted_at_once(window: QMainWindow, painted: Painted) -> None:
    update_all(window)
    assert {"bar", "middle"} <= set(painted.in_a_turn())


def test_a_part_that_goes_meanwhile_and_one_that_comes(
    window: QMainWindow, painted: Painted
) -> None:
    parts = PartByPart(window)
    parts.hold()
    window.setCentralWidget(named(QLabel("other"), "other"))
    window.findChild(QToolBar, "hidden").show()
    parts.let_go()
    seen = {name for _ in range(6) for name in painted.in_a_turn()}
    assert {"other", "bar", "hidden"} <= seen
    assert all(part.updatesEnabled() for part in window.findChildren(QWidget))


def test_held_again_before_all_was_painted(window: QMainWindow, painted: Painted) -> None:
    parts = PartByPart(window)
    parts.hold()
    parts.let_go()
    parts.hold()
    update_all(window)
    assert not {"bar", "middle"} & {name for _ in range(3) for name in painted.in_a_turn()}
    parts.let_go()
    assert {"bar", "middle"} <= {name for _ in range(4) for name in painted.in_a_turn()}
