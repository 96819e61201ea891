"""The table's actions as Qt's: bound to what they do, with a person's own keys, in menus."""

import re
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QIcon, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from app.core.label_class import LabelClass
from app.shell.keys.actions import GROUPS, ActionSpec, Group, action_title, group_title
from app.shell.keys.focus_keys import FocusKeys, Hold
from app.shell.keys.key_map import TAG_KEYS, KeyMap, class_keys, taken_keys
from widgets.frame.key_names import portable, shown

_ALWAYS: frozenset[Group] = frozenset({"window"})
"""Groups that also work where no project is open."""
_OVER_TEXT: frozenset[Group] = frozenset({"window", "models"})
"""Groups whose keys with Ctrl, Alt or F1 to F12 also work while a text field has the focus."""

_FUNCTION_KEY = re.compile(r"(Shift\+)?F\d+")


class ActionSet(QObject):
    """Binds names to functions. An action that is not bound is out of sight and does nothing."""

    class_picked = Signal(int)  # class id
    tag_picked = Signal(str)

    def __init__(self, window: QWidget, key_map: KeyMap) -> None:
        super().__init__(window)
        self._window, self._key_map = window, key_map
        self._specs = {spec.name: spec for spec in key_map.specs}
        self._actions = {spec.name: self._made(spec) for spec in key_map.specs}
        self._holds: dict[str, Hold] = {}
        self._bound: set[str] = set()
        self._is_project_open = True
        self._classes: tuple[LabelClass, ...] = ()
        self._tags: tuple[str, ...] = ()
        self._picks: list[QAction] = []
        self.set_keys(key_map)
        self._focus_keys = FocusKeys(window, self._hold_of, self._text_keeps)

    @property
    def key_map(self) -> KeyMap:
        return self._key_map

    @property
    def unbound(self) -> list[str]:
        return [name for name in self._specs if name not in self._bound]

    def action(self, name: str) -> QAction:
        """Raises KeyError for a name that isn't in the table, as all of these do."""
        return self._actions[name]

    def bind(self, name: str, does: Callable[..., object]) -> None:
        """`does` gets nothing, or for a toggle whether it is on. Setting it checked does nothing.

        Raises ValueError for an action that is held, or bound already.
        """
        kind = self._specs[name].kind
        if kind == "hold":
            raise ValueError(f"{name!r} is held: bind_hold")
        self._mark_bound(name)
        toggles = kind == "toggle"
        self._actions[name].triggered.connect(lambda on: does(on) if toggles else does())

    def bind_hold(
        self, name: str, pressed: Callable[[], object], released: Callable[[], object]
    ) -> None:
        """`released` comes once after each `pressed`, at the latest when the focus goes elsewhere.

        Raises ValueError for an action that is not held, or bound already.
        """
        if self._specs[name].kind != "hold":
            raise ValueError(f"{name!r} is not held: bind")
        self._mark_bound(name)
        self._holds[name] = Hold(pressed, released)

    def release_holds(self) -> None:
        self._focus_keys.release_all()

    def set_project_open(self, is_open: bool) -> None:
        """Without a project only the actions of the window work."""
        self._is_project_open = is_open
        for name in self._bound:
            self._actions[name].setEnabled(is_open or self._specs[name].group in _ALWAYS)
        for pick in self._picks:
            pick.setEnabled(is_open)
        if not is_open:
            self.release_holds()

    def set_keys(self, key_map: KeyMap) -> None:
        """Changes the keys of all actions and classes at once."""
        self._key_map = key_map
        for name, action in self._actions.items():
            keys = key_map.keys(name)
            if self._specs[name].kind != "hold":
                action.setShortcuts([QKeySequence(key) for key in keys])
            title = action.text()
            action.setToolTip(f"{title} ({shown(keys[0])})" if keys else title)
        self.set_classes(self._classes, self._tags)

    def set_classes(
        self, classes: Sequence[LabelClass], tags: Sequence[str] = ()
    ) -> list[LabelClass]:
        """The classes and tags that keys pick. Returns classes whose own hotkey an action has."""
        self._classes, self._tags = tuple(classes), tuple(tags)
        for pick in self._picks:
            self._window.removeAction(pick)
            pick.deleteLater()
        taken = taken_keys(self._key_map)
        picks = [
            self._pick(key, partial(self.class_picked.emit, class_id))
            for key, class_id in class_keys(self._classes, taken).items()
        ]
        tagging = zip(TAG_KEYS, self._tags, strict=False)
        self._picks = picks + [
            self._pick(key, partial(self.tag_picked.emit, tag)) for key, tag in tagging
        ]
        return [c for c in self._classes if c.hotkey and portable(c.hotkey) in taken]

    def set_icons(self, icon_of: Callable[[str], QIcon]) -> None:
        """`icon_of` makes an icon from its name. Call it again when the theme has changed."""
        for name, action in self._actions.items():
            if self._specs[name].icon:
                action.setIcon(icon_of(self._specs[name].icon))

    def add_menus(self, bar: QMenuBar) -> dict[Group, QMenu]:
        """One menu a group, with all that is bound, now or later."""
        menus = {group: bar.addMenu(group_title(group)) for group in GROUPS}
        for spec in self._key_map.specs:
            if spec.in_menu:
                menus[spec.group].addAction(self._actions[spec.name])
        return menus

    def _made(self, spec: ActionSpec) -> QAction:
        action = QAction(action_title(spec), self._window)
        action.setObjectName(spec.name)
        action.setCheckable(spec.kind == "toggle")
        action.setAutoRepeat(spec.repeats)
        action.setVisible(False)
        action.setEnabled(False)
        self._window.addAction(action)
        return action

    def _mark_bound(self, name: str) -> None:
        if name in self._bound:
            raise ValueError(f"{name!r} is bound already")
        self._bound.add(name)
        self._actions[name].setVisible(True)
        self._actions[name].setEnabled(self._is_project_open or self._specs[name].group in _ALWAYS)

    def _pick(self, key: str, does: Callable[[], object]) -> QAction:
        action = QAction(self._window)
        action.setShortcut(QKeySequence(key))
        action.setAutoRepeat(False)
        action.setEnabled(self._is_project_open)
        action.triggered.connect(lambda: does())
        self._window.addAction(action)
        return action

    def _hold_of(self, key: str) -> Hold | None:
        name = self._key_map.holder(key)
        usable = name is not None and self._actions[name].isEnabled()
        return self._holds.get(name) if name is not None and usable else None

    def _text_keeps(self, key: str) -> bool:
        if (name := self._key_map.holder(key)) is None:
            return any(QKeySequence(key) in pick.shortcuts() for pick in self._picks)
        return self._specs[name].group not in _OVER_TEXT or _is_plain(key)


def _is_plain(key: str) -> bool:
    """Whether it may be meant for a text: neither with Ctrl, Alt or Meta, nor a function key."""
    return not key.startswith(("Meta+", "Ctrl+", "Alt+")) and not _FUNCTION_KEY.fullmatch(key)
