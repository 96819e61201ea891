"""The classes of a project, how often each was drawn, and which of them the canvas shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.core.label_class import LabelClass
from widgets.legend import Legend

_BAR_PX = 6


@dataclass(frozen=True, slots=True)
class ClassBalance:
    """How often a class was drawn: all its boxes, and those that are proposals."""

    label_class: LabelClass
    boxes: int
    proposals: int


class ClassPanel(QWidget):
    """A check box hides or shows its class."""

    hidden_changed = Signal(object)  # frozenset of the ids of all classes that are hidden

    def __init__(self, balance: Sequence[ClassBalance], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._checks: dict[int, QCheckBox] = {}
        rows = QWidget()
        grid = QGridLayout(rows)
        grid.setColumnStretch(0, 1)
        grid.setVerticalSpacing(3)
        most = max((b.boxes for b in balance), default=0)
        for number, each in enumerate(balance):
            self._add_row(grid, number, each, most)
        grid.setRowStretch(2 * len(balance), 1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(rows)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll, 1)
        layout.addWidget(Legend())

    def set_shown(self, class_id: int, shown: bool) -> None:
        """As if a person had clicked the check box."""
        self._checks[class_id].setChecked(shown)

    def _add_row(self, grid: QGridLayout, number: int, each: ClassBalance, most: int) -> None:
        label_class = each.label_class
        title = f"{label_class.name}  {label_class.name_zh}".rstrip()
        # Qt would take a single "&" for the mark of a shortcut.
        check = QCheckBox(title.replace("&", "&&"))
        check.setChecked(True)
        check.setToolTip(f"{title}\n{label_class.definition}".rstrip())
        # A long name is cut off rather than pushing the count out of sight.
        check.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        check.toggled.connect(self._report)
        self._checks[label_class.id] = check
        count = QLabel(f"{each.boxes:,}")
        count.setToolTip(self.tr("of them proposals: {n}").format(n=each.proposals))
        count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(check, 2 * number, 0)
        grid.addWidget(count, 2 * number, 1)
        bar = _Bar(QColor(label_class.colour), each.boxes / most if most else 0.0)
        grid.addWidget(bar, 2 * number + 1, 0, 1, 2)

    def _report(self) -> None:
        hidden = (i for i, check in self._checks.items() if not check.isChecked())
        self.hidden_changed.emit(frozenset(hidden))


class _Bar(QWidget):
    """A class's share of what the most frequent class has, in its own colour."""

    def __init__(self, colour: QColor, share: float) -> None:
        super().__init__()
        self._colour, self._share = colour, share

    def sizeHint(self) -> QSize:
        return QSize(80, _BAR_PX + 8)

    def paintEvent(self, event: QPaintEvent) -> None:
        track = QRectF(0, 0, self.width(), _BAR_PX)
        # Never so short that the colour can't be told.
        filled = QRectF(0, 0, max(self._share * self.width(), 2 * _BAR_PX), _BAR_PX)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.palette().color(QPalette.ColorRole.Mid))
            painter.drawRoundedRect(track, _BAR_PX / 2, _BAR_PX / 2)
            painter.setBrush(self._colour)
            painter.drawRoundedRect(filled, _BAR_PX / 2, _BAR_PX / 2)
