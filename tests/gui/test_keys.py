"""Changing keys: by value, and through the editor's buttons."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from app.core.errors import UserError
from app.core.label_class import LabelClass
from app.shell.keys.action_set import ActionSet
from app.shell.keys.actions import ACTIONS
from app.shell.keys.key_changing import KeyChanging
from app.shell.keys.key_map import (
    DIGITS,
    TAG_KEYS,
    KeyMap,
    class_key_titles,
    class_keys,
    editable_sections,
    taken_keys,
)
from widgets.frame.key_editor import KeyEditor
from widgets.frame.key_names import portable

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
NAMES = [spec.name for spec in ACTIONS]
SOME_KEYS = ["A", "D", "Y", "Ctrl+Y", "Shift+F5", "F7", "?", "5", "Alt+3", "Esc", "nonsense", ""]


def test_without_changes_every_action_has_its_own_keys():
    key_map = KeyMap()

    assert {name: key_map.keys(name) for name in NAMES} == {s.name: s.keys for s in ACTIONS}


def test_a_changed_key_belongs_to_its_action_alone():
    key_map = KeyMap().with_keys("next", ["y", "F7"])

    assert key_map.keys("next") == ("Y", "F7")
    assert (key_map.holder("Y"), key_map.holder("D")) == ("next", None)


def test_a_key_that_is_taken_is_refused_with_the_name_of_who_has_it():
    with pytest.raises(UserError, match="Previous image") as refused:
        KeyMap().with_keys("next", ["A"])

    assert "Previous image" in refused.value.hint


@pytest.mark.parametrize("key", ["1", "0", "Alt+3", "Esc"])
def test_kept_keys_are_refused(key):
    with pytest.raises(UserError, match=key.replace("+", r"\+")):
        KeyMap().with_keys("next", [key])


def test_a_class_keeps_its_hotkey():
    with pytest.raises(UserError, match="slag"):
        KeyMap().with_keys("next", ["y"], of_classes={"Y": "slag"})


def test_the_default_comes_back_only_when_nobody_has_it():
    moved = KeyMap().with_keys("next", ["Y"]).with_keys("previous", ["D"])

    with pytest.raises(UserError, match="Previous image"):
        moved.with_default("next")
    assert moved.with_keys("previous", ["F7"]).with_default("next").keys("next") == ("D", "PgDown")


def test_what_was_kept_by_another_version_is_taken_as_far_as_it_goes():
    kept = {"next": ("A", "5", "no key", "Y"), "gone": ("X",), "exclude": ()}
    key_map = KeyMap(kept)

    assert key_map.keys("next") == ("A", "Y")
    assert key_map.keys("previous") == ("PgUp",)  # A was given away
    assert key_map.keys("exclude") == ()
    assert key_map.keys("delete") == ("X", "Del", "Backspace")


@given(st.dictionaries(st.sampled_from(NAMES), st.lists(st.sampled_from(SOME_KEYS)).map(tuple)))
def test_no_key_ever_does_two_things(changed: dict[str, tuple[str, ...]]):
    key_map = KeyMap(changed)
    keys = [key for name in NAMES for key in key_map.keys(name)]

    assert len(keys) == len(set(keys)) == len(taken_keys(key_map))
    assert not set(keys) & {*DIGITS, *TAG_KEYS, "Esc", ""}
    assert all(key_map.holder(key) in NAMES for key in keys)


def classes(*hotkeys: str) -> list[LabelClass]:
    return [LabelClass(f"c{i}", id=i, hotkey=key) for i, key in enumerate(hotkeys, start=1)]


@pytest.mark.parametrize(
    ("hotkeys", "taken", "expected"),
    [
        (["", ""], "", {"1": 1, "2": 2}),
        (["y", ""], "", {"Y": 1, "1": 1, "2": 2}),
        (["y", ""], "Y", {"1": 1, "2": 2}),
        (["2", ""], "", {"2": 1}),  # 1 stays free: a class with a digit has no second one
        (["3", "", ""], "", {"3": 1, "2": 2}),
        ([""] * 11, "", {d: n for n, d in enumerate("1234567890", start=1)}),
    ],
)
def test_keys_of_classes(hotkeys: list[str], taken: Sequence[str], expected: dict[str, int]):
    assert class_keys(classes(*hotkeys), taken) == expected


def test_titles_of_class_keys_leave_out_what_an_action_has():
    assert class_key_titles(classes("d", "y"), KeyMap()) == {"1": "c1", "Y": "c2", "2": "c2"}


@pytest.mark.parametrize(("key", "expected"), [("d", "D"), ("shift+n", "Shift+N"), ("A, B", "")])
def test_keys_are_kept_as_qt_writes_them(key: str, expected: str):
    assert portable(key) == expected


class EditorDriver:
    """The editor in a window whose actions have the same keys, as in the real one."""

    def __init__(self, qtbot: QtBot) -> None:
        self.window = QMainWindow()
        qtbot.addWidget(self.window)
        self.key_map = KeyMap()
        self.editor = KeyEditor(editable_sections(self.key_map))
        self.window.setCentralWidget(self.editor)
        self.done: list[str] = []
        self.actions = ActionSet(self.window, self.key_map)
        for name in ("next", "next_under_cursor", "quit"):
            self.actions.bind(name, lambda name=name: self.done.append(name))
        self.changing = KeyChanging(self.editor, self.key_map, {"Y": "slag"})
        self.changing.changed.connect(self._take)
        self.window.resize(500, 600)
        self.window.show()
        qtbot.waitActive(self.window)

    def press(self, name: str, key: Qt.Key, modifier=Qt.KeyboardModifier.NoModifier, *, more=False):
        row = self.editor.row(name)
        QTest.mouseClick(row.more if more else row.key, Qt.MouseButton.LeftButton)
        assert row.key.is_listening
        QTest.keyClick(row.key, key, modifier)

    def conflict(self, name: str) -> str:
        label = self.editor.row(name).conflict
        return label.text() if label.isVisible() else ""

    def _take(self, key_map: KeyMap) -> None:
        self.key_map = key_map
        self.actions.set_keys(key_map)


@pytest.fixture
def driver(qtbot: QtBot) -> EditorDriver:
    return EditorDriver(qtbot)


def test_a_click_and_a_key_change_it(driver: EditorDriver):
    driver.press("next", Key.Key_F8)

    assert driver.key_map.keys("next") == ("F8",)
    assert driver.editor.row("next").key.text() == "F8"
    assert driver.editor.row("next").reset.isEnabled()


def test_one_more_key_is_added(driver: EditorDriver):
    driver.press("next", Key.Key_F7, more=True)

    assert driver.key_map.keys("next") == ("D", "PgDown", "F7")


def test_a_conflict_is_said_beside_it_and_nothing_changes(driver: EditorDriver):
    driver.press("next", Key.Key_A)

    assert "Previous image" in driver.conflict("next")
    assert driver.key_map.changed == {}
    driver.press("next", Key.Key_Y)
    assert "slag" in driver.conflict("next")
    driver.press("next", Key.Key_F7)
    assert driver.conflict("next") == ""


def test_keys_that_do_something_are_only_listened_to(driver: EditorDriver):
    driver.press("crosshair", Key.Key_Tab)
    assert "Next box under the pointer" in driver.conflict("crosshair")
    driver.press("crosshair", Key.Key_Q, CTRL)
    assert "Quit" in driver.conflict("crosshair")

    assert driver.done == []


def test_modifiers_alone_are_waited_out_and_escape_leaves_it(driver: EditorDriver):
    button = driver.editor.row("next").key
    button.click()
    QTest.keyPress(button, Key.Key_Shift, SHIFT)
    assert button.is_listening
    QTest.keyClick(button, Key.Key_Escape)

    assert not button.is_listening
    assert driver.key_map.changed == {}
    assert button.text().split() == ["D", "PgDown"]


def test_a_sign_is_kept_without_the_shift_that_makes_it(driver: EditorDriver):
    driver.press("next", Key.Key_Exclam, SHIFT)

    assert driver.key_map.keys("next") == ("!",)
    driver.window.setFocus()
    QTest.keyClick(driver.window, Key.Key_Exclam)
    assert driver.done == ["next"]


def test_one_or_all_come_back(driver: EditorDriver):
    driver.press("next", Key.Key_F8)
    driver.press("quit", Key.Key_F7)
    driver.editor.row("next").reset.click()
    assert driver.key_map.changed == {"quit": ("F7",)}

    driver.editor.reset_all.click()
    assert driver.key_map.changed == {}
    assert not driver.editor.reset_all.isEnabled()
