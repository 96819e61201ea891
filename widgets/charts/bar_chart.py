"""Lying bars, one below the other: each of several parts, against a target where there is one."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

_BAR_PX, _GAP_PX, _SWATCH_PX = 8, 5, 10
_NO_ROW = -1


@dataclass(frozen=True, slots=True)
class BarPart:
    """`value` is zero or more, in whatever unit the chart counts; `colour` is "#rrggbb"."""

    value: float
    colour: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """`key` is what `BarChart.picked` tells. `note` stands at the right end of the title's line.

    `target` is in the unit of the parts, 0 for none; `colour` of a swatch before the title, ""
    for none.
    """

    key: object
    title: str
    parts: tuple[BarPart, ...]
    target: float = 0
    note: str = ""
    colour: str = ""

    @property
    def total(self) -> float:
        return sum(part.value for part in self.parts)


class BarChart(QWidget):
    """All bars have one scale: the longest of bars and targets is as wide as the chart.

    A target is a track that ends at it, with a tick that stays visible where the bar is longer.
    Never takes the keyboard.
    """

    picked = Signal(object)  # the key of the bar that was clicked

    def __init__(self, bars: Sequence[Bar] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars: Sequence[Bar] = ()
        self._most: float | None = None
        self._hovered = _NO_ROW
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_bars(bars)

    def show_bars(self, bars: Sequence[Bar], *, most: float | None = None) -> None:
        """`most` is the value at the right end, where another than the greatest is wanted."""
        self._bars, self._most, self._hovered = tuple(bars), most, _NO_ROW
        self.setAccessibleName("; ".join(f"{bar.title}: {bar.note}" for bar in self._bars))
        self.updateGeometry()
        self.update()

    def row_centre(self, key: object) -> QPointF:
        """Where a click picks the bar with that key, in pixels of the widget."""
        row = [bar.key for bar in self._bars].index(key)
        return QPointF(self.width() / 2, (row + 0.5) * self._row_px)

    def sizeHint(self) -> QSize:
        return QSize(200, self._row_px * len(self._bars))

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self._row_px * len(self._bars))

    @property
    def _row_px(self) -> int:
        return self.fontMetrics().height() + _BAR_PX + 3 * _GAP_PX

    @property
    def _scale_end(self) -> float:
        if self._most is not None:
            return self._most
        return max((max(bar.total, bar.target) for bar in self._bars), default=0) or 1.0

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._row_at(event.position().y()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(_NO_ROW)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position().y())
        if event.button() == Qt.MouseButton.LeftButton and row != _NO_ROW:
            self.picked.emit(self._bars[row].key)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            row = self._row_at(event.pos().y())
            lines = [] if row == _NO_ROW else _told(self._bars[row])
            QToolTip.showText(event.globalPos(), "\n".join(lines), self)
            return True
        return super().event(event)

    def _row_at(self, y_px: float) -> int:
        row = int(y_px // self._row_px)
        return row if 0 <= row < len(self._bars) else _NO_ROW

    def _hover(self, row: int) -> None:
        if row != self._hovered:
            self._hovered = row
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        first = max(int(event.rect().top() // self._row_px), 0)
        last = int(event.rect().bottom() // self._row_px)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for row, bar in list(enumerate(self._bars))[first : last + 1]:
                room = QRectF(0, row * self._row_px, self.width(), self._row_px)
                self._paint_bar(painter, room, bar, is_hovered=row == self._hovered)

    def _paint_bar(self, painter: QPainter, room: QRectF, bar: Bar, *, is_hovered: bool) -> None:
        if is_hovered:
            ground = self.palette().color(QPalette.ColorRole.Highlight)
            ground.setAlpha(25)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawRoundedRect(room, 4, 4)
        inside = room.adjusted(_GAP_PX, _GAP_PX, -_GAP_PX, -_GAP_PX)
        line = QRectF(inside.left(), inside.top(), inside.width(), self.fontMetrics().height())
        self._paint_words(painter, line, bar)
        track = QRectF(inside.left(), inside.bottom() - _BAR_PX, inside.width(), _BAR_PX)
        self._paint_parts(painter, track, bar)

    def _paint_words(self, painter: QPainter, line: QRectF, bar: Bar) -> None:
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        painter.drawText(line, int(Qt.AlignmentFlag.AlignRight | _MIDDLE), bar.note)
        taken = self.fontMetrics().horizontalAdvance(bar.note) + _GAP_PX if bar.note else 0
        if bar.colour:
            top = line.center().y() - _SWATCH_PX / 2
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(bar.colour))
            painter.drawRoundedRect(QRectF(line.left(), top, _SWATCH_PX, _SWATCH_PX), 2, 2)
            line = line.adjusted(_SWATCH_PX + _GAP_PX, 0, 0, 0)
        room_px = int(line.width() - taken)
        title = self.fontMetrics().elidedText(bar.title, Qt.TextElideMode.ElideRight, room_px)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawText(line, int(Qt.AlignmentFlag.AlignLeft | _MIDDLE), title)

    def _paint_parts(self, painter: QPainter, track: QRectF, bar: Bar) -> None:
        px_per_unit = track.width() / self._scale_end
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().color(QPalette.ColorRole.Midlight))
        wanted_px = min(bar.target * px_per_unit, track.width()) if bar.target else track.width()
        painter.drawRect(QRectF(track.left(), track.top(), wanted_px, _BAR_PX))
        left = track.left()
        for part in bar.parts:
            width_px = min(part.value * px_per_unit, track.right() - left)
            painter.setBrush(QColor(part.colour))
            painter.drawRect(QRectF(left, track.top(), width_px, _BAR_PX))
            left += width_px
        if bar.target:
            at = min(track.left() + wanted_px, track.right() - 1)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.WindowText), 1.5))
            painter.drawLine(QPointF(at, track.top() - 2), QPointF(at, track.bottom() + 2))


_MIDDLE = Qt.AlignmentFlag.AlignVCenter


def _told(bar: Bar) -> list[str]:
    parts = [f"{part.title}: {part.value:,.10g}" for part in bar.parts if part.title]
    return [f"{bar.title}: {bar.note}" if bar.note else bar.title, *parts]
