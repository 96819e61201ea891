"""Asks why, over the photo: a digit gives a ready reason, a line takes any other."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPalette
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

MOST_READY = 9
_WIDTH_PX = 380
_TOP_PX, _SIDE_PX = 48, 12
_ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)


class ReasonPopup(QFrame):
    """Lies over its parent and has the keyboard until it is answered or left."""

    given = Signal(str)  # the reason, without space around it
    left = Signal()  # without one

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Window)
        self.setFixedWidth(_WIDTH_PX)
        self.title, self.note = QLabel(), QLabel()
        self.line = QLineEdit()
        self.line.setMaxLength(200)
        self.line.installEventFilter(self)
        self.buttons: list[QPushButton] = []
        self._ready: tuple[str, ...] = ()
        self._clear_of = QRect()
        self._lay_out()
        parent.installEventFilter(self)
        self.hide()

    def ask(
        self, title: str, ready: Sequence[str], *, note: str = "", clear_of: QRect | None = None
    ) -> None:
        """`ready` are reasons that digits give, the first MOST_READY of them; `note` says more.

        `clear_of` is a place in the parent that stays in sight, where there is room beside it.
        """
        self._ready = tuple(ready[:MOST_READY])
        self._clear_of = clear_of or QRect()
        self.title.setText(title)
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self._show_ready()
        self.line.clear()
        words = self.tr("A digit, or another reason and Enter") if ready else self.tr("The reason")
        self.line.setPlaceholderText(words)
        self.adjustSize()
        self._place()
        self.show()
        self.raise_()
        self.line.setFocus(Qt.FocusReason.PopupFocusReason)

    def leave(self) -> None:
        """Nothing was answered."""
        if not self.isHidden():
            self._close()
            self.left.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self.line:
            if event.type() == QEvent.Type.Resize and not self.isHidden():
                self._place()
            return False
        if isinstance(event, QKeyEvent):
            return self._take_key(event)
        is_gone = isinstance(event, QFocusEvent) and event.type() == QEvent.Type.FocusOut
        # Another window in front is no answer.
        if is_gone and event.reason() != Qt.FocusReason.ActiveWindowFocusReason:  # type: ignore[attr-defined]
            self.leave()
        return False

    def _take_key(self, event: QKeyEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and event.key() in _ENDS:
            event.accept()  # or the window would do with it what it does elsewhere
            return True
        if event.type() != QEvent.Type.KeyPress:
            return False
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        elif event.key() in _ENDS:
            self._answer(self.line.text())
        elif not self.line.text() and event.text() in self._digits:
            self._answer(self._ready[int(event.text()) - 1])
        else:
            return False
        return True

    @property
    def _digits(self) -> tuple[str, ...]:
        return tuple(str(n) for n in range(1, len(self._ready) + 1))

    def _answer(self, reason: str) -> None:
        kept = " ".join(reason.split())
        if kept:
            self._close()
            self.given.emit(kept)

    def _close(self) -> None:
        self.hide()
        parent = self.parentWidget()
        if parent is not None:
            parent.setFocus()  # keys mean again what they mean over a photo

    def _show_ready(self) -> None:
        for button in self.buttons:
            button.hide()  # until the event loop deletes it, it would be seen still
            button.deleteLater()
        self.buttons = []
        for digit, reason in zip(self._digits, self._ready, strict=True):
            button = QPushButton(f"{digit}   {reason.replace('&', '&&')}")
            button.setFlat(True)
            button.setStyleSheet("text-align: left; padding: 4px 8px;")
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda _, reason=reason: self._answer(reason))
            self._column.insertWidget(self._column.count() - 1, button)
            self.buttons.append(button)

    def _lay_out(self) -> None:
        bold = self.title.font()
        bold.setBold(True)
        self.title.setFont(bold)
        for label in (self.title, self.note):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self.note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 10, 12, 12)
        self._column.setSpacing(3)
        for widget in (self.title, self.note, self.line):
            self._column.addWidget(widget)

    def _place(self) -> None:
        """In the middle, near the top: below what messages take; elsewhere to keep a place free."""
        parent = self.parentWidget()
        if parent is None:
            return
        right, foot = parent.width() - self.width(), parent.height() - self.height()
        middle, side = max(right // 2, 0), max(right - _SIDE_PX, 0)
        places = [
            (middle, _TOP_PX),
            (middle, foot - _SIDE_PX),
            (side, _TOP_PX),
            (_SIDE_PX, _TOP_PX),
        ]
        free = (at for at in places if not self._covers(*at))
        self.move(*next(free, places[0]))

    def _covers(self, x: int, y: int) -> bool:
        return QRect(x, y, self.width(), self.height()).intersects(self._clear_of)
