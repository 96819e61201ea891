"""What the window has to say, on top of the photo: never in the way, never taking the focus."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

Level = Literal["info", "saved", "refusal", "warning", "error"]

LEVEL_COLOURS: dict[Level, str] = {
    "info": "#7a8691",
    "saved": "#43a047",
    "refusal": "#f9a825",
    "warning": "#f9a825",
    "error": "#e53935",
}
HIDE_AFTER_MS = 5000
_STAYING: frozenset[Level] = frozenset({"warning", "error"})
_PLACING = frozenset({QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide})
"""Of what it lies over or below."""

_WIDEST_PX = 680
_MARGIN_PX = 10
_STRIPE_PX = 5


@dataclass(frozen=True, slots=True)
class MessageAction:
    """A button beside a message. The message goes when it is pressed."""

    title: str
    does: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Message:
    """`hint` says what to do about it, or is empty. `at` is with its time zone."""

    level: Level
    what: str
    hint: str
    at: datetime
    action: MessageAction | None = None

    def says_same(self, other: "Message") -> bool:
        return (self.level, self.what, self.hint) == (other.level, other.what, other.hint)


class MessageBar(QFrame):
    """Lies over the top of its parent, so that the photo under it stays where it is; and below the
    widget `below`, while that is in sight: what it tells people to press stands there.

    Warnings and errors stay until they are dismissed, the newest in front. What only informs goes
    by itself, and never covers one of those; a refusal goes too, but comes before them.
    """

    def __init__(
        self, parent: QWidget, *, below: QWidget | None = None, hide_after_ms: int = HIDE_AFTER_MS
    ) -> None:
        super().__init__(parent)
        self._staying: list[Message] = []
        self._shown: Message | None = None
        self._leaving = QTimer(self, singleShot=True, interval=hide_after_ms)
        self._leaving.timeout.connect(self._show_newest)
        self.what, self.hint, self.more = QLabel(), QLabel(), QLabel()
        self.act = _button()
        self.dismiss_all = _button(self.tr("Dismiss all"))
        self.dismiss = _button("✕")
        self.dismiss.setToolTip(self.tr("Dismiss"))
        self._lay_out()
        self.act.clicked.connect(self._do_action)
        self.dismiss.clicked.connect(self.dismiss_shown)
        self.dismiss_all.clicked.connect(self.clear)
        self._over, self._below = parent, below
        for widget in filter(None, (parent, below)):
            widget.installEventFilter(self)
        self.hide()

    @property
    def shown(self) -> Message | None:
        return self._shown

    @property
    def waiting(self) -> int:
        """How many warnings and errors are behind the one that is shown."""
        return len([m for m in self._staying if m is not self._shown])

    def show_message(self, message: Message) -> None:
        """One that says the same as another takes its place."""
        if message.level in _STAYING:
            self._staying = [m for m in self._staying if not m.says_same(message)]
            self._staying.append(message)
            self._show_newest()
        elif message.level == "refusal" or not self._staying:
            self._show(message)
            self._leaving.start()

    def dismiss_shown(self) -> None:
        """The one behind it comes to the front."""
        self._staying = [m for m in self._staying if m is not self._shown]
        self._show_newest()

    def drop_refusal(self) -> None:
        """The person went on, so it is out of date."""
        if self._shown is not None and self._shown.level == "refusal":
            self._show_newest()

    def clear(self) -> None:
        self._staying.clear()
        self._show_newest()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _PLACING:
            self._place()
        elif event.type() == QEvent.Type.LayoutRequest:
            self.raise_()  # a page that has just come to the front would cover it
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        card = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        rim = self.palette().color(QPalette.ColorRole.Mid)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(rim)
            painter.setBrush(self.palette().color(QPalette.ColorRole.Window))
            painter.drawRoundedRect(card, 6, 6)
            if self._shown is not None:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(LEVEL_COLOURS[self._shown.level]))
                painter.drawRoundedRect(QRectF(6, 6, _STRIPE_PX, card.height() - 12), 2, 2)

    def _lay_out(self) -> None:
        for label in (self.what, self.hint):
            label.setTextFormat(Qt.TextFormat.PlainText)  # file names are no markup
            label.setWordWrap(True)
        strong = self.what.font()
        strong.setBold(True)
        self.what.setFont(strong)
        self.more.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.more.setContentsMargins(0, 4, 0, 0)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.what)
        words.addWidget(self.hint)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 8, 8, 8)
        row.addLayout(words, 1)
        for widget in (self.more, self.act, self.dismiss_all, self.dismiss):
            row.addWidget(widget, 0, Qt.AlignmentFlag.AlignTop)

    def _show_newest(self) -> None:
        self._leaving.stop()
        self._show(self._staying[-1] if self._staying else None)

    def _show(self, message: Message | None) -> None:
        self._shown = message
        if message is None:
            self.hide()
            return
        self.what.setText(message.what)
        self.hint.setText(message.hint)
        self.hint.setVisible(bool(message.hint))
        self.act.setVisible(message.action is not None)
        self.act.setText(message.action.title if message.action else "")
        self.more.setText(f"+{self.waiting}")
        self.more.setVisible(self.waiting > 0)
        self.dismiss_all.setVisible(self.waiting > 0)
        self.show()  # before it is placed: what was never shown has no height for a width
        self._place()
        self.raise_()
        self.update()

    def _place(self) -> None:
        width = max(min(_WIDEST_PX, self._over.width() - 2 * _MARGIN_PX), 1)
        height = max(self.heightForWidth(width), self.minimumSizeHint().height())
        left, top = (self._over.width() - width) // 2, self._top_px + _MARGIN_PX
        self.setGeometry(left, top, width, height)

    @property
    def _top_px(self) -> int:
        """Of the room that is left to it."""
        below = self._below
        if below is None or not below.isVisible():
            return 0
        return below.mapTo(self._over, below.rect().bottomLeft()).y() + 1

    def _do_action(self) -> None:
        action = self._shown.action if self._shown else None
        self.dismiss_shown()
        if action is not None:
            action.does()


class MessageHistory(QPlainTextEdit):
    """All that was said, newest first, to be read again and copied."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setPlaceholderText(self.tr("Nothing has been said yet."))

    def show_messages(self, messages: Sequence[Message]) -> None:
        """Oldest first, as they came."""
        titles: dict[Level, str] = {
            "info": self.tr("info"),
            "saved": self.tr("saved"),
            "refusal": self.tr("refused"),
            "warning": self.tr("warning"),
            "error": self.tr("error"),
        }
        texts = [f"{m.at:%H:%M:%S}  {titles[m.level]}\n{m.what}\n{m.hint}" for m in messages]
        self.setPlainText("\n\n".join(text.rstrip() for text in reversed(texts)))


def _button(text: str = "") -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setAutoRaise(True)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return button
