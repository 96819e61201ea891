"""Asking why: a digit, a line, or nothing."""

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from widgets.review.reason_popup import ReasonPopup

Key = Qt.Key
READY = ("wrong class", "doesn't fit", "missed")


class Asked:
    def __init__(self, over: QWidget, popup: ReasonPopup, other: QLineEdit) -> None:
        self.over, self.popup, self.other = over, popup, other
        self.given: list[str] = []
        self.left: list[int] = []
        popup.given.connect(self.given.append)
        popup.left.connect(lambda: self.left.append(1))


@pytest.fixture
def asked(qtbot: QtBot) -> Asked:
    over = QWidget()
    over.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    over.resize(1000, 600)
    other = QLineEdit(over)
    qtbot.addWidget(over)
    popup = ReasonPopup(over)
    with qtbot.waitActive(over):
        over.show()
    popup.ask("Why?", READY, note="pinned")
    qtbot.waitUntil(popup.line.hasFocus)
    return Asked(over, popup, other)


def test_a_digit_gives_a_ready_reason(qtbot: QtBot, asked: Asked):
    qtbot.keyClick(asked.popup.line, Key.Key_2)
    assert asked.given == ["doesn't fit"]
    assert asked.popup.isHidden() and not asked.left
    assert asked.over.hasFocus()


def test_a_digit_without_a_reason_and_one_inside_a_text_are_text(qtbot: QtBot, asked: Asked):
    qtbot.keyClick(asked.popup.line, Key.Key_7)
    qtbot.keyClick(asked.popup.line, Key.Key_2)
    assert asked.popup.line.text() == "72" and not asked.given


def test_words_are_a_reason_once_they_are_sent(qtbot: QtBot, asked: Asked):
    qtbot.keyClicks(asked.popup.line, "  two   boxes ")
    assert not asked.given
    qtbot.keyClick(asked.popup.line, Key.Key_Return)
    assert asked.given == ["two boxes"]


def test_nothing_is_no_reason(qtbot: QtBot, asked: Asked):
    qtbot.keyClicks(asked.popup.line, "   ")
    qtbot.keyClick(asked.popup.line, Key.Key_Return)
    assert not asked.given and not asked.popup.isHidden()


def test_escape_and_a_click_elsewhere_leave_it(qtbot: QtBot, asked: Asked):
    qtbot.keyClick(asked.popup.line, Key.Key_Escape)
    assert (asked.given, asked.left, asked.popup.isHidden()) == ([], [1], True)
    asked.popup.ask("Why?", READY)
    qtbot.waitUntil(asked.popup.line.hasFocus)
    asked.other.setFocus(Qt.FocusReason.MouseFocusReason)
    assert (asked.given, asked.left, asked.popup.isHidden()) == ([], [1, 1], True)


def test_a_reason_is_clicked_and_the_line_takes_any_where_none_is_ready(qtbot: QtBot, asked: Asked):
    qtbot.mouseClick(asked.popup.buttons[0], Qt.MouseButton.LeftButton)
    assert asked.given == ["wrong class"]
    asked.popup.ask("Why?", ())
    assert asked.popup.buttons == []
    qtbot.keyClicks(asked.popup.line, "1")
    qtbot.keyClick(asked.popup.line, Key.Key_Enter)
    assert asked.given == ["wrong class", "1"]


def test_it_stays_in_the_middle(asked: Asked):
    asked.over.resize(1200, 700)
    middle = asked.popup.geometry().center().x()
    assert abs(middle - 600) <= 1


def test_it_leaves_a_place_in_sight_where_there_is_room(asked: Asked):
    popup, over = asked.popup, asked.over
    for place in (QRect(350, 60, 100, 100), QRect(350, 60, 100, 500)):
        popup.ask("Why?", READY, clear_of=place)
        assert not popup.geometry().intersects(place)
        assert over.rect().contains(popup.geometry())
    popup.ask("Why?", READY, clear_of=over.rect())
    assert over.rect().contains(popup.geometry())
