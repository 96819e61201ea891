"""The actions through real key events: what fires, what is left to text fields, what is held."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QDockWidget,
    QLineEdit,
    QListWidget,
    QMainWindow,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.core.label_class import LabelClass
from app.shell.keys.action_set import ActionSet
from app.shell.keys.actions import ACTIONS, GROUPS
from app.shell.keys.key_map import KeyMap

Key = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


class Bench(QMainWindow):
    """A window with everything that can have the focus; every action writes its name down."""

    def __init__(self) -> None:
        super().__init__()
        self.done: list[str] = []
        self.line, self.text, self.spin = QLineEdit(), QPlainTextEdit(), QSpinBox()
        self.list, self.button, self.canvas = QListWidget(), QPushButton("go"), QWidget()
        self.list.addItems(["dune", "delta", "slag"])
        self.canvas.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.button.clicked.connect(lambda: self.done.append("button"))
        middle = QWidget()
        layout = QVBoxLayout(middle)
        for each in (self.line, self.text, self.spin, self.list, self.button, self.canvas):
            layout.addWidget(each)
        self.setCentralWidget(middle)
        self.actions_ = ActionSet(self, KeyMap())
        for spec in ACTIONS:
            if spec.kind == "hold":
                self.actions_.bind_hold(
                    spec.name, self._noting(f"{spec.name} down"), self._noting(f"{spec.name} up")
                )
            else:
                self.actions_.bind(spec.name, self._noting(spec.name))
        self.actions_.class_picked.connect(lambda i: self.done.append(f"class {i}"))
        self.actions_.tag_picked.connect(lambda tag: self.done.append(f"tag {tag}"))

    def _noting(self, name: str) -> Callable[..., None]:
        return lambda *_: self.done.append(name)


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    window = Bench()
    qtbot.addWidget(window)
    window.actions_.set_classes(
        [LabelClass("streak", id=7, hotkey="y"), LabelClass("slag", id=8)], ["shadow"]
    )
    window.show()
    qtbot.waitActive(window)
    window.canvas.setFocus()
    return window


def focus(window: Bench, widget: QWidget) -> QWidget:
    widget.setFocus()
    assert window.focusWidget() is widget
    return widget


# Signs come without the Shift that makes them: so does a real keyboard offer them to shortcuts.
PLAIN = [
    (Key.Key_D, Qt.KeyboardModifier.NoModifier, "next"),
    (Key.Key_Space, Qt.KeyboardModifier.NoModifier, "accept_submit_next"),
    (Key.Key_Return, Qt.KeyboardModifier.NoModifier, "accept_submit_next"),
    (Key.Key_Tab, Qt.KeyboardModifier.NoModifier, "next_under_cursor"),
    (Key.Key_X, SHIFT, "reject_all_proposals"),
    (Key.Key_Left, SHIFT, "nudge_left_10"),
    (Key.Key_Question, Qt.KeyboardModifier.NoModifier, "cheat_sheet"),
    (Key.Key_Plus, Qt.KeyboardModifier.NoModifier, "zoom_in"),
    (Key.Key_1, Qt.KeyboardModifier.NoModifier, "class 7"),
    (Key.Key_Y, Qt.KeyboardModifier.NoModifier, "class 7"),
    (Key.Key_2, Qt.KeyboardModifier.NoModifier, "class 8"),
    (Key.Key_2, Qt.KeyboardModifier.KeypadModifier, "class 8"),
]
WITH_MODIFIER = [(Key.Key_Z, CTRL, "undo"), (Key.Key_1, ALT, "tag shadow")]


@pytest.mark.parametrize("place", ["canvas", "list", "button"])
@pytest.mark.parametrize(("key", "modifier", "name"), PLAIN + WITH_MODIFIER)
def test_keys_work_wherever_the_focus_is(bench: Bench, place, key, modifier, name):
    QTest.keyClick(focus(bench, getattr(bench, place)), key, modifier)

    assert bench.done == [name]


NO_NUMBER = {Key.Key_D, Key.Key_Space, Key.Key_X, Key.Key_Question, Key.Key_Y}


@pytest.mark.parametrize("place", ["line", "text", "spin"])
@pytest.mark.parametrize(("key", "modifier", "name"), PLAIN + WITH_MODIFIER)
def test_text_fields_keep_their_keys(bench: Bench, place, key, modifier, name):
    QTest.keyClick(focus(bench, getattr(bench, place)), key, modifier)

    assert bench.done == ([name] if place == "spin" and key in NO_NUMBER else [])


def test_a_key_that_no_number_has_leaves_the_field(bench: Bench):
    focus(bench, bench.spin).selectAll()
    QTest.keyClicks(bench.spin, "5")
    QTest.keyClick(bench.spin, Key.Key_D)
    assert bench.spin.value() == 5 and not bench.spin.hasFocus()
    QTest.keyClick(bench.focusWidget() or bench, Key.Key_1)
    assert bench.done == ["next", "class 7"]
    assert bench.spin.value() == 5


def test_a_key_is_held_from_a_number_on(bench: Bench):
    focus(bench, bench.spin)
    window = bench.windowHandle()
    QTest.keyPress(window, Key.Key_S)
    assert bench.done == ["previous_layer down"]
    QTest.keyRelease(window, Key.Key_S)
    assert bench.done == ["previous_layer down", "previous_layer up"]


def test_what_is_typed_arrives_in_the_text(bench: Bench):
    QTest.keyClicks(focus(bench, bench.line), "sad next? 12")

    assert bench.line.text() == "sad next? 12"
    assert bench.done == []


def test_commands_of_the_window_work_over_a_text_field(bench: Bench):
    QTest.keyClick(focus(bench, bench.line), Key.Key_F, CTRL)
    QTest.keyClick(bench.line, Key.Key_F1)
    QTest.keyClick(bench.line, Key.Key_Slash)

    assert bench.done == ["find", "cheat_sheet"]
    assert bench.line.text() == "/"


def test_a_text_that_is_only_read_takes_no_keys(bench: Bench):
    bench.text.setReadOnly(True)

    QTest.keyClick(focus(bench, bench.text), Key.Key_Space)

    assert bench.done == ["accept_submit_next"]


def test_without_a_project_only_the_window_answers(bench: Bench):
    bench.actions_.set_project_open(False)

    QTest.keyClick(focus(bench, bench.button), Key.Key_Space)
    QTest.keyClick(bench.button, Key.Key_D)
    QTest.keyClick(bench.button, Key.Key_1)
    QTest.keyClick(bench.button, Key.Key_Q)
    QTest.keyClick(bench.button, Key.Key_O, CTRL)

    assert bench.done == ["button", "open"]


def test_a_held_key_acts_once_until_it_is_up(bench: Bench):
    QTest.keyPress(bench.canvas, Key.Key_Q)
    repeat_key(bench.canvas, Key.Key_Q)
    assert bench.done == ["compare down"]

    QTest.keyRelease(bench.canvas, Key.Key_Q)
    assert bench.done == ["compare down", "compare up"]


def test_two_keys_are_held_at_once(bench: Bench):
    QTest.keyPress(bench.canvas, Key.Key_Q)
    QTest.keyPress(bench.canvas, Key.Key_S, SHIFT)
    QTest.keyRelease(bench.canvas, Key.Key_Q)
    QTest.keyRelease(bench.canvas, Key.Key_S)  # shift was up before it

    assert bench.done == ["compare down", "next_layer down", "compare up", "next_layer up"]


def test_a_list_does_not_search_for_a_held_key(bench: Bench):
    QTest.keyPress(focus(bench, bench.list), Key.Key_S)
    QTest.keyRelease(bench.list, Key.Key_S)

    assert bench.done == ["previous_layer down", "previous_layer up"]
    assert bench.list.currentRow() <= 0


def test_losing_the_focus_lets_go(bench: Bench):
    QTest.keyPress(bench.canvas, Key.Key_Q)
    bench.line.setFocus()

    assert bench.done == ["compare down", "compare up"]


def test_closing_the_project_lets_go(bench: Bench):
    QTest.keyPress(bench.canvas, Key.Key_Q)
    bench.actions_.set_project_open(False)

    assert bench.done == ["compare down", "compare up"]


def test_only_what_may_repeat_does(bench: Bench):
    for key in (Key.Key_D, Key.Key_Space):
        QTest.keyPress(bench.canvas, key)
        repeat_key(bench.canvas, key)

    assert bench.done == ["next", "next", "accept_submit_next"]


def test_keys_work_in_a_dock_that_floats(bench: Bench, qtbot: QtBot):
    dock, inside = QDockWidget(bench), QListWidget()
    inside.addItems(["quartz"])
    dock.setWidget(inside)
    bench.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
    dock.setFloating(True)
    dock.activateWindow()
    inside.setFocus()
    qtbot.waitUntil(inside.hasFocus)

    for key in (Key.Key_Space, Key.Key_Q):
        QTest.keyClick(inside, key)

    assert bench.done == ["accept_submit_next", "compare down", "compare up"]


def test_changed_keys_take_effect_at_once(bench: Bench):
    bench.actions_.set_keys(KeyMap().with_keys("next", ["Y"]).with_keys("compare", ["D"]))

    for key in (Key.Key_Y, Key.Key_Q, Key.Key_D):
        QTest.keyClick(bench.canvas, key)

    assert bench.done == ["next", "compare down", "compare up"]


def test_an_action_keeps_its_key_from_a_class(bench: Bench):
    clash = LabelClass("dent", id=9, hotkey="d")

    assert bench.actions_.set_classes([clash]) == [clash]
    QTest.keyClick(bench.canvas, Key.Key_D)
    QTest.keyClick(bench.canvas, Key.Key_1)

    assert bench.done == ["next", "class 9"]


def test_toggles_are_told_their_state_and_setting_them_says_nothing(bench: Bench):
    states: list[bool] = []
    window = QMainWindow()
    actions = ActionSet(window, KeyMap())
    actions.bind("crosshair", states.append)

    actions.action("crosshair").setChecked(True)
    actions.action("crosshair").trigger()

    assert states == [False]
    window.deleteLater()


def test_what_is_not_bound_is_out_of_sight(qtbot: QtBot):
    window = QMainWindow()
    qtbot.addWidget(window)
    actions = ActionSet(window, KeyMap())
    actions.bind("next", lambda: None)
    actions.set_project_open(False)
    actions.set_project_open(True)

    assert actions.action("next").isVisible() and actions.action("next").isEnabled()
    assert not actions.action("previous").isVisible()
    assert not actions.action("previous").isEnabled()
    assert set(actions.unbound) == {s.name for s in ACTIONS} - {"next"}


def test_binding_twice_or_in_the_wrong_way_is_refused(bench: Bench):
    with pytest.raises(ValueError, match="bound already"):
        bench.actions_.bind("next", lambda: None)
    with pytest.raises(ValueError, match="bind_hold"):
        bench.actions_.bind("compare", lambda: None)
    with pytest.raises(ValueError, match="not held"):
        bench.actions_.bind_hold("next", lambda: None, lambda: None)


def test_menus_hold_what_can_be_clicked(bench: Bench):
    menus = bench.actions_.add_menus(bench.menuBar())

    titles = {a.objectName() for menu in menus.values() for a in menu.actions()}
    assert titles == {s.name for s in ACTIONS if s.in_menu}
    assert tuple(menus) == GROUPS


def test_names_and_keys_of_the_table_are_unique():
    names = [s.name for s in ACTIONS]
    keys = [key for s in ACTIONS for key in s.keys]

    assert len(set(names)) == len(names)
    assert len(set(keys)) == len(keys)


def repeat_key(widget: QWidget, key: Qt.Key) -> None:
    """What a keyboard sends while a key stays down."""
    QTest.simulateEvent(widget, True, key, Qt.KeyboardModifier.NoModifier, "", True)
