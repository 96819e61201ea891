"""A small window into the photo, enlarged: the place under the pointer, with its boxes."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from app.core.geometry import Box
from widgets.marks.mark import Mark
from widgets.photo.painter import paint_picture
from widgets.photo.picture import Picture
from widgets.photo.view import Size, View

SIDE_PX = 180
ZOOM = 4.0
"""Device pixels for each of the photo's, and never less than twice what the canvas shows."""

_AWAY_PX = 24
_FRAME = QColor(20, 20, 20)
_RIM = QColor(245, 245, 245)


class Magnifier(QWidget):
    """Lies on the canvas, lets the mouse through, and keeps out of the pointer's way.

    `marks_in` tells what stands on an area of the photo whenever that is painted.
    """

    def __init__(
        self,
        parent: QWidget | None = None,
        marks_in: Callable[[Box], Iterable[Mark]] = lambda _: (),
    ) -> None:
        super().__init__(parent)
        self._marks_in = marks_in
        self._picture: Picture | None = None
        self._at = (0.0, 0.0)
        self._zoom = ZOOM
        self.setFixedSize(SIDE_PX, SIDE_PX)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def sizeHint(self) -> QSize:
        return QSize(SIDE_PX, SIDE_PX)

    def show_at(
        self, picture: Picture, column: float, row: float, *, canvas_scale: float = 1.0
    ) -> None:
        """The photo around this image point in the middle, and shows itself.

        `canvas_scale` is in device pixels a photo pixel, as `Canvas.zoomed` says.
        """
        self._picture, self._at = picture, (column, row)
        self._zoom = max(ZOOM, 2 * canvas_scale)
        self.update()
        self.show()

    def move_beside(self, pointer: QPoint, within: QRect) -> None:
        """Below and right of the pointer, or on the other side where there is no room."""
        x, y = pointer.x() + _AWAY_PX, pointer.y() + _AWAY_PX
        if x + self.width() > within.right():
            x = pointer.x() - _AWAY_PX - self.width()
        if y + self.height() > within.bottom():
            y = pointer.y() - _AWAY_PX - self.height()
        self.move(max(x, within.left()), max(y, within.top()))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Dark))
            if self._picture is None:
                return
            view = self._view()
            room = Size(self.width(), self.height())
            paint_picture(painter, self._picture, view, room, self.devicePixelRatioF())
            self._paint_marks(painter, view)
            self._paint_pixel(painter, view)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for inset, colour in ((0.5, _FRAME), (1.5, _RIM)):
                painter.setPen(QPen(colour, 1))
                painter.drawRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset))

    def _view(self) -> View:
        scale = self._zoom / self.devicePixelRatioF()
        column, row = self._at
        return View(scale, self.width() / 2 - column * scale, self.height() / 2 - row * scale)

    def _paint_marks(self, painter: QPainter, view: View) -> None:
        """A proposal's line is dashed, as on the canvas."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        left, top = view.to_image(0, 0)
        right, bottom = view.to_image(self.width(), self.height())
        for mark in self._marks_in(Box(left, top, right, bottom)):
            pen = QPen(mark.colour, 2)
            if mark.annotation.is_proposal:
                pen.setStyle(Qt.PenStyle.DashLine)
            painter.setPen(pen)
            if mark.annotation.polygon is None:
                shown = view.box_on_widget(mark.annotation.box)
                painter.drawRect(QRectF(shown.left, shown.top, shown.width, shown.height))
            else:
                corners = [QPointF(*view.to_widget(x, y)) for x, y in mark.annotation.polygon]
                painter.drawPolygon(QPolygonF(corners))

    def _paint_pixel(self, painter: QPainter, view: View) -> None:
        """Frames the pixel that the pointer is on, dark beside bright."""
        column, row = int(self._at[0] // 1), int(self._at[1] // 1)
        x, y = view.to_widget(column, row)
        pixel = QRectF(x, y, view.scale, view.scale)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for outset, colour in ((1.5, _FRAME), (0.5, _RIM)):
            painter.setPen(QPen(colour, 1))
            painter.drawRect(pixel.adjusted(-outset, -outset, outset, outset))
