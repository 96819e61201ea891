"""The cheat sheet: it has every key there is, and goes at the first sign of impatience."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMainWindow
from pytestqt.qtbot import QtBot

from app.core.label_class import LabelClass
from app.shell.frame.language import use_language
from app.shell.keys.actions import ACTIONS
from app.shell.keys.key_map import KeyMap, cheat_sections
from widgets.frame.cheat_sheet import CheatSheet, KeyLine, KeySection, in_columns

CLASSES = [
    LabelClass("streak", id=1, colour="#e6194b", hotkey="1"),
    LabelClass("incomplete_spreading", id=2, name_zh="铺粉不完全", colour="#911eb4"),
]


def test_it_is_made_from_the_table_the_keys_the_classes_and_the_tags():
    key_map = KeyMap().with_keys("next", ["Y"]).with_keys("quit", [])
    lines = {
        line.title: line
        for section in cheat_sections(key_map, CLASSES, ["shadow"])
        for line in section.lines
    }

    assert lines["Next image"].keys == ("Y",)
    assert "Quit" not in lines
    assert lines["streak"] == KeyLine("streak", ("1",), "#e6194b")
    assert lines["incomplete_spreading"].keys == ("2",)
    assert lines["shadow"].keys == ("Alt+1",)
    assert lines["Drop what is begun; deselect"].keys == ("Esc",)
    assert lines["Zoom at the pointer"].caps == ["Wheel"]
    with_keys = {title for title, line in lines.items() if line.keys and line.keys != ("Esc",)}
    of_project = {"streak", "incomplete_spreading", "shadow"}
    assert with_keys - of_project == {s.title for s in ACTIONS if s.keys and s.name != "quit"}


def test_two_keys_never_look_alike(qapp):
    use_language(qapp, "zh_CN")
    try:
        caps = [cap for s in ACTIONS for cap in KeyLine(s.title, s.keys).caps]
    finally:
        use_language(qapp, "en")
    assert len(caps) == len(set(caps))


sections_of_any_height = st.lists(st.integers(1, 30), min_size=1, max_size=12).map(
    lambda heights: [
        KeySection(f"{number}", tuple(KeyLine(f"{i}", ("A",)) for i in range(height)))
        for number, height in enumerate(heights)
    ]
)


@given(sections_of_any_height, st.integers(1, 6))
def test_columns_hold_every_section_in_order(sections, most):
    columns = in_columns(sections, most)

    assert [section for column in columns for section in column] == sections
    assert 1 <= len(columns) <= most
    assert all(columns)


def test_columns_are_as_low_as_they_get():
    sections = [KeySection("", (KeyLine("", ()),) * n) for n in (10, 2, 2, 4)]

    assert [len(column) for column in in_columns(sections, 2)] == [1, 3]


@pytest.fixture
def window(qtbot: QtBot) -> QMainWindow:
    window = QMainWindow()
    qtbot.addWidget(window)
    window.resize(1000, 640)
    field = QLineEdit()
    window.setCentralWidget(field)
    window.show()
    qtbot.waitActive(window)
    field.setFocus()
    return window


@pytest.fixture
def sheet(window: QMainWindow) -> CheatSheet:
    sheet = CheatSheet(window)
    sheet.show_sections(cheat_sections(KeyMap(), CLASSES, ["shadow"]))
    return sheet


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Question, Qt.Key.Key_F1])
def test_a_key_closes_it_and_the_focus_is_back(window, sheet, key):
    assert sheet.hasFocus()
    QTest.keyClick(sheet, key)

    assert not sheet.isVisible()
    assert window.centralWidget().hasFocus()


def test_a_click_closes_it_even_on_the_table(window, sheet):
    closed: list[bool] = []
    sheet.closed.connect(lambda: closed.append(True))
    target = window.childAt(sheet.geometry().center())
    QTest.mouseClick(target, Qt.MouseButton.LeftButton, pos=QPoint(1, 1))

    assert (sheet.isVisible(), closed) == (False, [True])


def test_nothing_is_done_behind_it(window, sheet):
    done: list[str] = []
    action = QAction(window)
    action.setShortcut("Space")
    action.triggered.connect(lambda: done.append("submitted"))
    window.addAction(action)
    QTest.keyClick(sheet, Qt.Key.Key_Space)

    assert done == []


def test_it_scrolls_where_it_is_small_and_follows_the_window(window, sheet, qtbot):
    window.resize(500, 300)
    qtbot.waitUntil(lambda: sheet.size() == window.size())
    assert len(sheet.columns) == 1

    bar = sheet.scroll_bar
    QTest.keyClick(sheet, Qt.Key.Key_PageDown)
    assert (sheet.isVisible(), bar.value() > 0) == (True, True)
    QTest.keyClick(sheet, Qt.Key.Key_PageUp)
    assert bar.value() == 0


def test_it_darkens_the_window_first_and_comes_in_the_next_turn(window, qtbot):
    sheet, sections = CheatSheet(window), cheat_sections(KeyMap(), CLASSES, [])
    sheet.show_sections(sections)
    assert (sheet.isVisible(), sheet.is_laid_out) == (True, False)
    qtbot.waitUntil(lambda: sheet.is_laid_out)
    sheet.close_sheet()
    sheet.show_sections(sections)
    assert not sheet.is_laid_out
    sheet.close_sheet()
    qtbot.wait(20)
    assert not sheet.is_laid_out
