"""The images of a project in their order, with the state and number of boxes of each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QPainter, QPalette, QPen
from PySide6.QtWidgets import (
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.core.image import State
from widgets.words import state_title

Index = QModelIndex | QPersistentModelIndex

STATE_COLOURS: dict[State, str] = {
    "new": "#9aa0a6",
    "prelabelled": "#42a5f5",
    "in_progress": "#ffb300",
    "submitted": "#ab47bc",
    "approved": "#43a047",
    "returned": "#e53935",
    "excluded": "#616161",
}
_ROW_ROLE = Qt.ItemDataRole.UserRole
_PADDING_PX = 8
_DOT_PX = 9


@dataclass(frozen=True, slots=True)
class ImageRow:
    """One line of the list."""

    name: str
    state: State


class ImageListModel(QAbstractListModel):
    """Counts boxes only of rows that come into sight, so that any number of images opens at once.

    `boxes_of` gives the number of boxes of a row.
    """

    def __init__(
        self, rows: Sequence[ImageRow], boxes_of: Callable[[int], int], parent: QWidget | None
    ) -> None:
        super().__init__(parent)
        self._rows, self._boxes_of = rows, boxes_of
        self._boxes: dict[int, int] = {}

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{row.name}\n{state_title(row.state)}"
        return row if role == _ROW_ROLE else None

    def boxes(self, row: int) -> int:
        if row not in self._boxes:
            self._boxes[row] = self._boxes_of(row)
        return self._boxes[row]


class ImageList(QListView):
    """Says which row a person picked; the current row is also moved from outside."""

    picked = Signal(int)

    def __init__(
        self,
        rows: Sequence[ImageRow],
        boxes_of: Callable[[int], int],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        model = ImageListModel(rows, boxes_of, self)
        self.setModel(model)
        self.setUniformItemSizes(True)  # or Qt would measure every row of the project
        self.setItemDelegate(_ImageRowDelegate(model, self))
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.selectionModel().currentChanged.connect(self._report)

    def set_current(self, row: int) -> None:
        """Does not report it as picked."""
        index = self.model().index(row, 0)
        blocked = self.blockSignals(True)
        self.setCurrentIndex(index)
        self.blockSignals(blocked)
        self.scrollTo(index)

    def centre_of(self, row: int) -> QPoint:
        """Where the row is in the viewport; the null point while it is out of sight."""
        return self.visualRect(self.model().index(row, 0)).center()

    def _report(self, current: QModelIndex, _: QModelIndex) -> None:
        if current.isValid():
            self.picked.emit(current.row())


class _ImageRowDelegate(QStyledItemDelegate):
    """State as a dot, the name, the number of boxes at the right."""

    def __init__(self, model: ImageListModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(160, option.fontMetrics.height() + 10)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: ImageRow = index.data(_ROW_ROLE)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        inside = option.rect.adjusted(_PADDING_PX, 0, -_PADDING_PX, 0)
        painter.save()
        if selected:
            painter.fillRect(option.rect, option.palette.color(QPalette.ColorRole.Highlight))
        role = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Text
        text = option.palette.color(role)
        rim = QPen(text) if selected else QPen(Qt.PenStyle.NoPen)
        _paint_dot(painter, inside, QColor(STATE_COLOURS[row.state]), rim)
        painter.setPen(text)
        count = f"{boxes}" if (boxes := self._model.boxes(index.row())) else ""
        painter.drawText(inside, int(_MIDDLE | Qt.AlignmentFlag.AlignRight), count)
        count_width = option.fontMetrics.horizontalAdvance("0000")
        named = inside.adjusted(_DOT_PX + _PADDING_PX, 0, -count_width, 0)
        # Layers of one build differ at the end of their names.
        name = option.fontMetrics.elidedText(row.name, Qt.TextElideMode.ElideLeft, named.width())
        painter.drawText(named, int(_MIDDLE | Qt.AlignmentFlag.AlignLeft), name)
        painter.restore()


_MIDDLE = Qt.AlignmentFlag.AlignVCenter


def _paint_dot(painter: QPainter, inside: QRect, colour: QColor, rim: QPen) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(rim)
    painter.setBrush(colour)
    painter.drawEllipse(inside.left(), inside.center().y() - _DOT_PX // 2, _DOT_PX, _DOT_PX)
