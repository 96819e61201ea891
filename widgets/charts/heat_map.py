"""A table of numbers as colours: how much lies where, or what goes together."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QImage, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

_LEAST_PX, _MOST_PX, _USUAL_PX = 90, 380, 200
_GAP_PX = 4
_MOST_OF_WIDTH = 0.35
"""That titles of rows may take."""

Cells = npt.NDArray[np.float64]
"""(rows, columns), row 0 on top; not a number where there is nothing to say."""


class HeatMap(QWidget):
    """Colours run from the window's own, 0, to the accent, `most`. Never takes the keyboard."""

    picked = Signal(int, int)  # row and column of the cell that was clicked

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cells: Cells = np.zeros((1, 1))
        self._rows: Sequence[str] = ()
        self._columns: Sequence[str] = ()
        self._told: Callable[[int, int], str] = lambda row, column: ""
        self._most: float | None = None
        self._shape = 1.0
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_cells(
        self,
        cells: Cells,
        *,
        told: Callable[[int, int], str],
        row_titles: Sequence[str] = (),
        column_titles: Sequence[str] = (),
        most: float | None = None,
        height_by_width: float | None = None,
    ) -> None:
        """`told` gives the tool tip of a cell by row and column.

        `most` is the value of the full colour, by default the greatest there is.
        `height_by_width` is the form of the whole map, by default such that cells are square.
        """
        rows, columns = cells.shape
        self._cells, self._told, self._most = cells, told, most
        self._rows, self._columns = row_titles, column_titles
        self._shape = height_by_width or rows / columns
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return round(min(max(width * self._shape, _LEAST_PX), _MOST_PX))

    def sizeHint(self) -> QSize:
        return QSize(_USUAL_PX, self.heightForWidth(_USUAL_PX))

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST_PX, _LEAST_PX)

    def cell_centre(self, row: int, column: int) -> tuple[int, int]:
        """Where a click picks the cell, in pixels of the widget."""
        place = self._cell_rect(row, column).center().toPoint()
        return place.x(), place.y()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        cell = self._cell_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and cell is not None:
            self.picked.emit(*cell)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            cell = self._cell_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), "" if cell is None else self._told(*cell), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        inside = self._inside
        with QPainter(self) as painter:
            painter.drawImage(inside, self._image())
            # Empty cells look like the panel, so a line goes around all.
            painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
            painter.drawRect(inside)
            painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
            self._paint_titles(painter, inside)

    def _paint_titles(self, painter: QPainter, inside: QRectF) -> None:
        metrics = self.fontMetrics()
        for row, title in enumerate(self._rows):
            cell = self._cell_rect(row, 0)
            words = QRectF(0, cell.top(), inside.left() - _GAP_PX, cell.height())
            short = metrics.elidedText(title, Qt.TextElideMode.ElideRight, int(words.width()))
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(words, int(right), short)
        for column, title in enumerate(self._columns):
            cell = self._cell_rect(0, column)
            words = QRectF(cell.left(), inside.bottom(), cell.width(), metrics.height())
            short = metrics.elidedText(title, Qt.TextElideMode.ElideRight, int(words.width()))
            painter.drawText(words, int(Qt.AlignmentFlag.AlignCenter), short)

    def _image(self) -> QImage:
        """One pixel a cell."""
        most = float(np.nanmax(self._cells, initial=0)) if self._most is None else self._most
        share = np.clip(np.nan_to_num(self._cells) / (most or 1), 0, 1)[..., None]
        roles = QPalette.ColorRole
        empty, full, nothing = map(self._rgb, (roles.Base, roles.Link, roles.Window))
        rgb = np.rint(empty + share * (full - empty))
        rgb[np.isnan(self._cells)] = nothing
        rows, columns = self._cells.shape
        pixels = np.ascontiguousarray(rgb, np.uint8)
        image = QImage(pixels.data, columns, rows, 3 * columns, QImage.Format.Format_RGB888)
        return image.copy()  # which owns its pixels

    def _rgb(self, role: QPalette.ColorRole) -> npt.NDArray[np.float64]:
        colour = self.palette().color(role)
        return np.array([colour.red(), colour.green(), colour.blue()], np.float64)

    @property
    def _inside(self) -> QRectF:
        """Where the cells are."""
        metrics = self.fontMetrics()
        titles_px = max(map(metrics.horizontalAdvance, self._rows), default=0)
        left = min(titles_px, self.width() * _MOST_OF_WIDTH) + _GAP_PX if self._rows else 0
        below = metrics.height() if self._columns else 0
        return QRectF(left, 0, self.width() - left - 1, self.height() - below - 1)

    def _cell_rect(self, row: int, column: int) -> QRectF:
        rows, columns = self._cells.shape
        inside = self._inside
        width, height = inside.width() / columns, inside.height() / rows
        return QRectF(inside.left() + column * width, row * height, width, height)

    def _cell_at(self, at: QPointF | QPoint) -> tuple[int, int] | None:
        rows, columns = self._cells.shape
        inside = self._inside
        column = int((at.x() - inside.left()) // (inside.width() / columns))
        row = int(at.y() // (inside.height() / rows))
        return (row, column) if 0 <= row < rows and 0 <= column < columns else None
