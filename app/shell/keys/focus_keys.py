"""What Qt's shortcuts can't do alone: keys that are held, and keys that text fields need."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeGuard

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)
from shiboken6 import isValid

from widgets.frame.key_editor import KeyButton
from widgets.frame.key_names import key_of

_TEXT_FIELDS = (QLineEdit, QTextEdit, QPlainTextEdit, QAbstractSpinBox)


def takes_text(widget: QObject | None) -> TypeGuard[QWidget]:
    """Whether letters are typed into it."""
    return isinstance(widget, _TEXT_FIELDS) and not widget.isReadOnly()


@dataclass(frozen=True, slots=True)
class Hold:
    """What is done when a key goes down, and when it comes up again."""

    pressed: Callable[[], object]
    released: Callable[[], object]


def _is_in_no_number(event: QKeyEvent) -> bool:
    """A sign that no number has, as it is typed without Ctrl or Alt."""
    sign, shift = event.text(), Qt.KeyboardModifier.ShiftModifier
    is_plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, shift)
    return is_plain and len(sign) == 1 and sign.isprintable() and sign not in "0123456789.,+-"


class FocusKeys(QObject):
    """Watches only the widget that has the focus: watching all would cost time at every event.

    `hold_of` gives what a portable key holds now; `text_keeps` tells of a portable key whether a
    text field with the focus is to have it rather than a shortcut.
    """

    def __init__(
        self,
        window: QWidget,
        hold_of: Callable[[str], Hold | None],
        text_keeps: Callable[[str], bool],
    ) -> None:
        super().__init__(window)
        self._window, self._hold_of, self._text_keeps = window, hold_of, text_keeps
        self._watched: QWidget | None = None
        self._held: dict[int, Hold] = {}
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._follow)
        self._follow(None, QApplication.focusWidget())

    @property
    def held(self) -> Mapping[int, Hold]:
        """By the code of the key that is down."""
        return self._held

    def release_all(self) -> None:
        """As if all keys had come up: for a window that closes what they show."""
        held, self._held = self._held, {}
        for hold in held.values():
            hold.released()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent):
            return False
        if event.type() == QEvent.Type.KeyRelease:
            return self._release(event)
        if isinstance(watched, KeyButton) and watched.is_listening:
            return False  # a key is chosen, not used
        if isinstance(watched, QAbstractSpinBox) and _is_in_no_number(event):
            return self._leave_number(watched, event)
        if takes_text(watched):
            return self._keep_in_text(watched, event)
        if self._hold_of(key_of(event)) is None:
            return False
        if event.type() == QEvent.Type.KeyPress and not event.isAutoRepeat():
            self._press(event)
        event.accept()
        return True

    def _leave_number(self, field: QAbstractSpinBox, event: QKeyEvent) -> bool:
        """The window has the key, and those that come next: else a digit would go into the field,
        which would also keep letters from the shortcuts.
        """
        if event.type() == QEvent.Type.ShortcutOverride:
            event.setAccepted(self._hold_of(key_of(event)) is not None)
            field.clearFocus()
        return True

    def _keep_in_text(self, watched: QWidget, event: QKeyEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress:
            self._leave_line(watched, event)
            return False
        kept = event.type() == QEvent.Type.ShortcutOverride and self._text_keeps(key_of(event))
        if kept:
            event.accept()
        return kept

    def _leave_line(self, field: QWidget, event: QKeyEvent) -> None:
        """Return ends what is typed in one line: from then on letters are keys again."""
        is_line = isinstance(field, QLineEdit | QAbstractSpinBox)
        if is_line and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            QTimer.singleShot(0, field, field.clearFocus)  # once the field has taken what it has

    def _press(self, event: QKeyEvent) -> None:
        hold = self._hold_of(key_of(event))
        if hold is not None and event.key() not in self._held:
            self._held[event.key()] = hold
            hold.pressed()

    def _release(self, event: QKeyEvent) -> bool:
        if event.key() not in self._held:
            return False
        if not event.isAutoRepeat():
            self._held.pop(event.key()).released()
        return True

    def _follow(self, _: QWidget | None, now: QWidget | None) -> None:
        if not isValid(self._window):
            return  # the focus goes while the window is being taken down
        self.release_all()
        if now is None and self._window.isActiveWindow():
            now = self._window  # keys go there while nothing in it has the focus
        if self._watched is not None and isValid(self._watched):
            self._watched.removeEventFilter(self)
        self._watched = now if now is not None and self._is_mine(now) else None
        if self._watched is not None:
            self._watched.installEventFilter(self)

    def _is_mine(self, widget: QWidget | None) -> bool:
        # isAncestorOf() would leave out docks that float in windows of their own.
        while widget is not None and widget is not self._window:
            widget = widget.parentWidget()
        return widget is not None
