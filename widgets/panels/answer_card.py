"""One question that a language model was asked, its answer, and the boxes that it gave."""

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFont,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from widgets.panels.pickable import PickableRow
from widgets.panels.pieces import faint, tool_button

_SWATCH_PX = 11
_UNDER = QColor(0, 0, 0, 150)


@dataclass(frozen=True, slots=True)
class ShownBox:
    """`note` says what is odd about it. `is_taken`: a box like it stands on the image already.

    `becomes` is the class that it would be drawn as, "" where there is none.
    """

    title: str
    colour: str
    note: str = ""
    becomes: str = ""
    is_taken: bool = False


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """`by` says who answered; `notes` what was wrong with it. Without `words` there was none."""

    question: str
    words: str
    boxes: tuple[ShownBox, ...] = ()
    by: str = ""
    notes: tuple[str, ...] = ()


class AnswerCard(PickableRow):
    """Boxes are named by their place. A click anywhere else picks the answer."""

    pointed_at = Signal(int)  # -1 when the pointer has left it
    box_clicked = Signal(int)
    taken = Signal(int)
    asked_again = Signal()

    def __init__(self, shown: ShownAnswer) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.rows: list[_BoxRow] = []
        self.question, self.words = _text(shown.question), _text(shown.words)
        bold = QFont(self.question.font())
        bold.setBold(True)
        self.question.setFont(bold)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.words.setVisible(bool(shown.words))
        self.again = tool_button(self.tr("Ask again"), self.tr("Ask it for another answer"))
        self.again.clicked.connect(self.asked_again)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(8, 6, 8, 6)
        self._column.setSpacing(3)
        for each in (self.question, self.words):
            self._column.addWidget(each)
        for place, box in enumerate(shown.boxes):
            self._add_row(place, box)
        for note in shown.notes:
            self._column.addWidget(_text(f"⚠ {note}"))
        foot = QHBoxLayout()
        foot.addWidget(faint(_text(shown.by)), 1)
        foot.addWidget(self.again, 0, Qt.AlignmentFlag.AlignBottom)
        self._column.addLayout(foot)

    def _add_row(self, place: int, box: ShownBox) -> None:
        row = _BoxRow(place + 1, box)
        row.entered.connect(partial(self.pointed_at.emit, place))
        row.left.connect(partial(self.pointed_at.emit, -1))
        row.clicked.connect(partial(self.box_clicked.emit, place))
        row.take.clicked.connect(partial(self.taken.emit, place))
        self._column.addWidget(row)
        self.rows.append(row)


class _BoxRow(QWidget):
    entered = Signal()
    left = Signal()
    clicked = Signal()

    def __init__(self, number: int, box: ShownBox) -> None:
        super().__init__()
        self._is_pointed_at = False
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.title = _text(f"{number}  {box.title}")
        self.take = tool_button(self.tr("Taken") if box.is_taken else self.tr("Take as box"), "")
        self.take.setEnabled(not box.is_taken and bool(box.becomes))
        words = self.tr("Draw it as a box of yours, of the class {name}")
        self.take.setToolTip(words.format(name=box.becomes) if box.becomes else "")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(4, 2, 0, 2)
        layout.setSpacing(8)
        layout.addWidget(_Swatch(box.colour))
        told = QVBoxLayout()
        told.setSpacing(0)
        told.addWidget(self.title)
        if box.note:
            told.addWidget(faint(_text(box.note)))
        layout.addLayout(told, 1)
        layout.addWidget(self.take)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._set_pointed_at(True)
        self.entered.emit()

    def leaveEvent(self, event: QEvent) -> None:
        self._set_pointed_at(False)
        self.left.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()  # or the answer would take it for a click of its own
        if event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._is_pointed_at:
            colour = QColor(self.palette().color(QPalette.ColorRole.Highlight))
            colour.setAlpha(60)
            with QPainter(self) as painter:
                painter.fillRect(self.rect(), colour)

    def _set_pointed_at(self, pointed_at: bool) -> None:
        self._is_pointed_at = pointed_at
        self.update()


class _Swatch(QWidget):
    """A line as that around the box on the photo."""

    def __init__(self, colour: str) -> None:
        super().__init__()
        self._colour = QColor(colour)
        self.setFixedSize(_SWATCH_PX + 2, self.fontMetrics().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        pen = QPen(self._colour, 2)
        pen.setDashPattern((1.5, 1.0))
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        top = (self.height() - _SWATCH_PX) // 2
        with QPainter(self) as painter:
            for each in (QPen(_UNDER, 2), pen):
                painter.setPen(each)
                painter.drawRect(1, top, _SWATCH_PX - 1, _SWATCH_PX - 1)


def _text(words: str) -> QLabel:
    """What a model wrote is never taken for markup."""
    label = QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    narrow = label.sizePolicy()  # whose height follows its width
    narrow.setHorizontalPolicy(QSizePolicy.Policy.Ignored)
    label.setSizePolicy(narrow)
    return label
