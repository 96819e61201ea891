"""One thread: what somebody said, what was answered, and who dealt with it when."""

import re

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.core.comment import Comment, Thread, Turn
from widgets.panels.pickable import PickableRow
from widgets.panels.pieces import faint, tool_button
from widgets.panels.when import local_time

_INDENT_PX = 10
_LONG_WORD = re.compile(r"\S{24}")


class ThreadRow(PickableRow):
    reply_wanted = Signal()
    resolved = Signal()
    reopened = Signal()
    jump = Signal(str)  # uid of the box that it is pinned to

    def __init__(self, thread: Thread, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.thread_id = thread.root.id
        self.setFrameShape(QFrame.Shape.StyledPanel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.setSpacing(3)
        layout.addLayout(self._headed(thread.root))
        layout.addWidget(_text(thread.root, is_faint=not thread.is_open))
        happened: list[Comment | Turn] = [*thread.replies, *thread.root.turns]
        for said in sorted(happened, key=lambda each: each.at):
            if isinstance(said, Turn):
                layout.addWidget(faint(QLabel(self._turned(said))))
            else:
                layout.addWidget(_answer(said, is_faint=not thread.is_open))
        layout.addLayout(self._foot(thread))

    def _turned(self, turn: Turn) -> str:
        words = (
            self.tr("reopened by {person}, {when}")
            if turn.is_open
            else self.tr("resolved by {person}, {when}")
        )
        return words.format(person=turn.person, when=local_time(turn.at))

    def _headed(self, root: Comment) -> QHBoxLayout:
        head, uid = _head(root), root.uid
        if uid is not None:
            box = tool_button(self.tr("Box"), self.tr("Show the box that this is pinned to"))
            box.clicked.connect(lambda: self.jump.emit(uid))
            head.addWidget(box)
        return head

    def _foot(self, thread: Thread) -> QHBoxLayout:
        foot = QHBoxLayout()
        foot.addStretch(1)
        if thread.is_open:
            reply = tool_button(self.tr("Reply"), self.tr("Answer this"))
            reply.clicked.connect(self.reply_wanted)
            foot.addWidget(reply)
            done = tool_button(self.tr("Resolve"), self.tr("Say that this is dealt with"))
            done.clicked.connect(self.resolved)
        else:
            done = tool_button(self.tr("Reopen"), self.tr("Say that this is not dealt with"))
            done.clicked.connect(self.reopened)
        foot.addWidget(done)
        return foot


def _answer(reply: Comment, *, is_faint: bool) -> QWidget:
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(2, 2, 0, 0)
    layout.setSpacing(_INDENT_PX)
    line = QFrame()
    line.setFrameShape(QFrame.Shape.VLine)
    line.setFrameShadow(QFrame.Shadow.Sunken)
    layout.addWidget(line)
    said = QVBoxLayout()
    said.setSpacing(2)
    said.addLayout(_head(reply))
    said.addWidget(_text(reply, is_faint=is_faint))
    layout.addLayout(said, 1)
    return row


def _head(comment: Comment) -> QHBoxLayout:
    head = QHBoxLayout()
    head.setSpacing(6)
    author = QLabel(comment.author)
    author.setTextFormat(Qt.TextFormat.PlainText)
    author.setMinimumWidth(1)  # of a long name the end is out of sight, not the buttons
    bold = QFont(author.font())
    bold.setBold(True)
    author.setFont(bold)
    head.addWidget(author)
    head.addWidget(faint(QLabel(local_time(comment.at))))
    head.addStretch(1)
    return head


def _text(comment: Comment, *, is_faint: bool) -> QLabel:
    text = QLabel(_breakable(comment.text))
    # What somebody wrote is never taken for markup.
    text.setTextFormat(Qt.TextFormat.PlainText)
    text.setWordWrap(True)
    policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    policy.setHeightForWidth(True)
    text.setSizePolicy(policy)
    text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return faint(text) if is_faint else text


def _breakable(text: str) -> str:
    """Lets a line end inside a long word, such as a path, that would run out of sight."""
    return _LONG_WORD.sub("\\g<0>\N{ZERO WIDTH SPACE}", text)
