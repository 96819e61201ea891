"""What people say about an image and its boxes, and a line to answer in."""

import re
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.core.comment import MOST_CHARACTERS, Comment
from widgets.panels.pieces import faint, tool_button
from widgets.panels.scrolling import replace_widget, rows_area
from widgets.panels.when import local_time

_INPUT_LINES = 3
_MOST_AT_ONCE = 40
_LONG_WORD = re.compile(r"\S{24}")


class CommentPanel(QWidget):
    added = Signal(str, bool)  # text, pinned to the selected box
    resolved = Signal(int)  # id of the comment
    reopened = Signal(int)
    jump = Signal(str)  # uid of the box that a comment is pinned to

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scroll = rows_area()
        self.input = _Input()
        self.input.setPlaceholderText(self.tr("Comment. Enter sends, Shift+Enter starts a line"))
        self.input.sent.connect(self._send)
        self.pin = QCheckBox(self.tr("Pin to the selected box"))
        self.pin.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.note.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 4)
        layout.addWidget(self._scroll, 1)
        for widget in (self.note, self.pin, self.input):
            layout.addWidget(widget)
        self._comments: Sequence[Comment] = ()
        self._is_built = False
        self.set_can_pin(False)

    def show_comments(self, comments: Sequence[Comment]) -> None:
        """Of the image that is open, oldest first. What is being written stays."""
        if self._is_built and list(comments) == list(self._comments):
            return
        self._comments, self._is_built = comments, False
        if self.isVisible():
            self._build(_MOST_AT_ONCE)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._is_built:
            self._build(_MOST_AT_ONCE)

    def _build(self, most: int) -> None:
        self._is_built = True
        comments, earlier = self._comments[-most:], max(len(self._comments) - most, 0)
        column = QWidget()
        layout = QVBoxLayout(column)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.setSpacing(6)
        if earlier:
            button = tool_button(self.tr("Show {n} earlier").format(n=earlier), "")
            button.clicked.connect(lambda: self._build(len(self._comments)))
            layout.addWidget(button)
        for comment in comments:
            layout.addWidget(self._row(comment))
        if not comments:
            nothing = faint(QLabel(self.tr("Nobody has said anything about this image.")))
            nothing.setWordWrap(True)
            layout.addWidget(nothing)
        layout.addStretch(1)
        replace_widget(self._scroll, column)
        column.adjustSize()
        self._scroll.verticalScrollBar().setValue(self._scroll.verticalScrollBar().maximum())

    def set_can_pin(self, can_pin: bool) -> None:
        """Whether exactly one box is selected."""
        self.pin.setEnabled(can_pin)
        if not can_pin:
            self.pin.setChecked(False)

    def take_back(self, text: str) -> None:
        """A comment that could not be saved is there again, before what was begun meanwhile."""
        self.input.setPlainText("\n".join(filter(None, (text, self.input.toPlainText()))))

    def start_writing(self) -> None:
        self.input.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _row(self, comment: Comment) -> QWidget:
        row = QFrame()
        row.setFrameShape(QFrame.Shape.StyledPanel)
        layout = QVBoxLayout(row)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.setSpacing(3)
        layout.addLayout(self._head(comment))
        text = QLabel(_breakable(comment.text))
        # What somebody wrote is never taken for markup.
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setWordWrap(True)
        text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout.addWidget(text if comment.is_open else faint(text))
        if not comment.is_open:
            said = self.tr("resolved by {person}, {when}").format(
                person=comment.resolved_by, when=local_time(comment.resolved_at or comment.at)
            )
            layout.addWidget(faint(QLabel(said)))
        return row

    def _head(self, comment: Comment) -> QHBoxLayout:
        head = QHBoxLayout()
        author = QLabel(comment.author)
        author.setTextFormat(Qt.TextFormat.PlainText)
        bold = QFont(author.font())
        bold.setBold(True)
        author.setFont(bold)
        head.addWidget(author)
        head.addWidget(faint(QLabel(local_time(comment.at))))
        head.addStretch(1)
        if comment.uid is not None:
            uid = comment.uid
            box = tool_button(self.tr("Box"), self.tr("Show the box that this is pinned to"))
            box.clicked.connect(lambda: self.jump.emit(uid))
            head.addWidget(box)
        if comment.is_open:
            button = tool_button(self.tr("Resolve"), self.tr("Say that this is dealt with"))
            button.clicked.connect(lambda: self.resolved.emit(comment.id))
        else:
            button = tool_button(self.tr("Reopen"), self.tr("Say that this is not dealt with"))
            button.clicked.connect(lambda: self.reopened.emit(comment.id))
        head.addWidget(button)
        return head

    def _send(self) -> None:
        text = self.input.toPlainText().strip()
        if not text:
            return
        if len(text) > MOST_CHARACTERS:
            words = self.tr("{n} characters are too many; {most} are possible.")
            self.note.setText(words.format(n=len(text), most=MOST_CHARACTERS))
            self.note.show()
            return
        self.note.hide()
        self.added.emit(text, self.pin.isChecked())
        self.input.clear()
        self.pin.setChecked(False)
        # The letters go to the window's keys again.
        self.input.clearFocus()


class _Input(QPlainTextEdit):
    sent = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setFixedHeight(_INPUT_LINES * self.fontMetrics().lineSpacing() + 14)

    def sizeHint(self) -> QSize:
        return QSize(180, self.height())

    def event(self, event: QEvent) -> bool:
        # Or Escape would first reach what the window does with it.
        ours = (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        is_asked_first = event.type() == QEvent.Type.ShortcutOverride
        if is_asked_first and isinstance(event, QKeyEvent) and event.key() in ours:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.sent.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.clearFocus()
        else:
            super().keyPressEvent(event)


def _breakable(text: str) -> str:
    """Lets a line end inside a long word, such as a path, that would run out of sight."""
    return _LONG_WORD.sub("\\g<0>\N{ZERO WIDTH SPACE}", text)
