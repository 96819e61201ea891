"""What people say about an image and its boxes, in threads, and a line to say more in."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from app.core.comment import MOST_CHARACTERS, Comment, Thread, threads
from widgets.panels.comment_thread import ThreadRow
from widgets.panels.pieces import faint, tool_button
from widgets.panels.scrolling import replace_widget, rows_area

_INPUT_LINES = 3
_MOST_AT_ONCE = 40


class CommentPanel(QWidget):
    added = Signal(str, bool)  # text, pinned to the selected box
    replied = Signal(int, str)  # id of the comment that begins the thread, text
    resolved = Signal(int)  # id of the comment that begins the thread
    reopened = Signal(int)
    jump = Signal(str)  # uid of the box that a thread is pinned to

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scroll = rows_area()
        self.input = _Input()
        self.input.sent.connect(self._send)
        self.pin = QCheckBox(self.tr("Pin to the selected box"))
        self.pin.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.note.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 4)
        layout.addWidget(self._scroll, 1)
        for widget in (self.note, self._make_answering(), self.pin, self.input):
            layout.addWidget(widget)
        self._comments: Sequence[Comment] = ()
        self._threads: list[Thread] = []
        self._answered: int | None = None  # id of the thread that is answered
        self._is_built = False
        self.set_can_pin(False)
        self._answer(None)

    def show_comments(self, comments: Sequence[Comment]) -> None:
        """Of the image that is open, oldest first. What is being written stays."""
        if self._is_built and list(comments) == list(self._comments):
            return
        self._comments, self._threads = comments, threads(comments)
        self._answer(self._answered)
        self._is_built = False
        if self.isVisible():
            self._build(_MOST_AT_ONCE)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._is_built:
            self._build(_MOST_AT_ONCE)

    def set_can_pin(self, can_pin: bool) -> None:
        """Whether exactly one box is selected."""
        self.pin.setEnabled(can_pin)
        if not can_pin:
            self.pin.setChecked(False)

    def take_back(self, text: str, thread_id: int | None = None) -> None:
        """A comment that could not be saved is there again, before what was begun meanwhile;
        `thread_id` is what it answered."""
        self.input.setPlainText("\n".join(filter(None, (text, self.input.toPlainText()))))
        self._answer(thread_id)

    def start_writing(self) -> None:
        self.input.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _make_answering(self) -> QWidget:
        self.answering = QWidget()
        layout = QHBoxLayout(self.answering)
        layout.setContentsMargins(4, 0, 0, 0)
        self._answering = faint(QLabel())
        layout.addWidget(self._answering, 1)
        stop = tool_button(self.tr("Don't reply"), self.tr("Begin a thread of its own"))
        stop.clicked.connect(lambda: self._answer(None))
        layout.addWidget(stop)
        return self.answering

    def _build(self, most: int) -> None:
        self._is_built = True
        shown = _last(self._threads, most)
        earlier = len(self._threads) - len(shown)
        column = QWidget()
        layout = QVBoxLayout(column)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.setSpacing(6)
        if earlier:
            button = tool_button(self.tr("Show {n} earlier").format(n=earlier), "")
            button.clicked.connect(lambda: self._build(len(self._comments)))
            layout.addWidget(button)
        for thread in shown:
            layout.addWidget(self._row(thread))
        if not shown:
            nothing = faint(QLabel(self.tr("Nobody has said anything about this image.")))
            nothing.setWordWrap(True)
            layout.addWidget(nothing)
        layout.addStretch(1)
        replace_widget(self._scroll, column)
        column.adjustSize()
        self._scroll.verticalScrollBar().setValue(self._scroll.verticalScrollBar().maximum())

    def _row(self, thread: Thread) -> ThreadRow:
        row, thread_id = ThreadRow(thread), thread.root.id
        row.set_picked(thread_id == self._answered)
        row.reply_wanted.connect(lambda: self._begin_answer(thread_id))
        row.resolved.connect(lambda: self.resolved.emit(thread_id))
        row.reopened.connect(lambda: self.reopened.emit(thread_id))
        row.jump.connect(self.jump)
        return row

    def _begin_answer(self, thread_id: int) -> None:
        self._answer(thread_id)
        self.start_writing()

    def _answer(self, thread_id: int | None) -> None:
        """What is written next answers that thread, where the image has it; None for none."""
        thread = next((t for t in self._threads if t.root.id == thread_id), None)
        self._answered = None if thread is None else thread_id
        self.answering.setVisible(thread is not None)
        self.pin.setVisible(thread is None)
        self.input.setPlaceholderText(
            self.tr("Comment. Enter sends, Shift+Enter starts a line")
            if thread is None
            else self.tr("Reply. Enter sends, Shift+Enter starts a line")
        )
        if thread is not None:
            words = self.tr("Reply to {person}")
            self._answering.setText(words.format(person=thread.root.author))
        for row in self._scroll.findChildren(ThreadRow):
            row.set_picked(row.thread_id == self._answered)

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
        answered, is_pinned = self._answered, self.pin.isChecked()
        self.input.clear()
        self.pin.setChecked(False)
        self._answer(None)
        # The letters go to the window's keys again.
        self.input.clearFocus()
        if answered is None:
            self.added.emit(text, is_pinned)
        else:
            self.replied.emit(answered, text)


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


def _last(threads: Sequence[Thread], most: int) -> Sequence[Thread]:
    """As many of the last threads as have `most` comments together; one at least."""
    count = 0
    for place in range(len(threads) - 1, -1, -1):
        count += 1 + len(threads[place].replies)
        if count > most:
            return threads[min(place + 1, len(threads) - 1) :]
    return threads
