"""Paints what lies over the boxes while they are worked on: handles, bands, tags, crosshair."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QPolygonF, QRegion

from app.core.geometry import Box, Polygon
from widgets.photo.view import Size, View

_DARK = QColor(0, 0, 0, 170)
_BRIGHT = QColor(255, 255, 255)
_BRIGHT_FROM = 0.6  # lightness
_AROUND_PX = 3.0  # handles sit on the line, which runs around a box and leaves it free
_FRAME_AWAY_PX = 4
_HANDLE_PX = 7.0
_HANDLES_FROM_PX = 28.0  # a shorter side has no room for a handle in its middle
_VERTEX_PX = 7.0
_TAG_AWAY_PX = 12.0
_TAG_PADDING_PX = 5.0


def paint_handles(painter: QPainter, box: Box, view: View) -> None:
    """Of one box: at its corners, and in the middle of edges that have room for one."""
    shown = view.box_on_widget(box)
    left, top = shown.left - _AROUND_PX, shown.top - _AROUND_PX
    right, bottom = shown.right + _AROUND_PX, shown.bottom + _AROUND_PX
    x, y = shown.centre
    places = [(left, top), (right, top), (right, bottom), (left, bottom)]
    if shown.width >= _HANDLES_FROM_PX:
        places += [(x, top), (x, bottom)]
    if shown.height >= _HANDLES_FROM_PX:
        places += [(left, y), (right, y)]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(_DARK, 1.0))
    painter.setBrush(_BRIGHT)
    half = _HANDLE_PX / 2
    painter.drawRects([QRectF(x - half, y - half, _HANDLE_PX, _HANDLE_PX) for x, y in places])


def paint_vertices(painter: QPainter, polygon: Polygon, view: View, screen: Size) -> None:
    """The outline once more as a fine line, and its corners."""
    corners = np.asarray(polygon) * view.scale + (view.left, view.top)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(_BRIGHT, 1.0))
    painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in corners.tolist()]))
    in_sight = ((corners >= 0) & (corners <= (screen.width, screen.height))).all(1)
    paint_dots(painter, corners[in_sight].tolist())


def paint_dots(painter: QPainter, places: Sequence[tuple[float, float]]) -> None:
    """In widget pixels."""
    painter.setPen(QPen(_DARK, 1.0))
    painter.setBrush(_BRIGHT)
    for x, y in places:
        painter.drawEllipse(QPointF(x, y), _VERTEX_PX / 2, _VERTEX_PX / 2)


def paint_band(painter: QPainter, box: Box, colour: QColor) -> None:
    """A box that is being drawn, in widget pixels."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    rect = QRectF(box.left, box.top, box.width, box.height)
    for pen in _rimmed(colour, 2.0):
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.drawRect(rect)


def paint_frame(painter: QPainter, box: Box) -> None:
    """A fine line around a box and apart from it, in widget pixels: keys act on this one."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in _rimmed(_BRIGHT, 1.0):
        painter.setPen(pen)
        painter.drawRect(_frame(box))


def frame_region(box: Box) -> QRegion:
    """What `paint_frame` paints on."""
    outer = _frame(box).adjusted(-2, -2, 2, 2)
    return QRegion(outer).subtracted(QRegion(outer.adjusted(4, 4, -4, -4)))


def paint_line(painter: QPainter, places: Sequence[tuple[float, float]], colour: QColor) -> None:
    """An open line, in widget pixels."""
    line = QPolygonF([QPointF(x, y) for x, y in places])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for pen in _rimmed(colour, 2.0):
        painter.setPen(pen)
        painter.drawPolyline(line)


def paint_ring(painter: QPainter, at: tuple[float, float], radius_px: float) -> None:
    """A circle that is seen on bright and on dark powder, in widget pixels."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in _rimmed(_BRIGHT, 1.0):
        painter.setPen(pen)
        painter.drawEllipse(QPointF(*at), radius_px, radius_px)


def tag_rect(metrics: QFontMetrics, at: tuple[float, float], text: str, room: QRect) -> QRect:
    """Where `paint_tag` paints: right below the widget point, where there is room for it."""
    width = round(metrics.horizontalAdvance(text) + 2 * _TAG_PADDING_PX)
    height = metrics.height() + 4
    x, y = (round(c + _TAG_AWAY_PX) for c in at)
    if x + width > room.right():
        x = round(at[0] - _TAG_AWAY_PX) - width
    if y + height > room.bottom():
        y = round(at[1] - _TAG_AWAY_PX) - height
    return QRect(x, y, width, height)


def paint_tag(painter: QPainter, at: tuple[float, float], text: str, colour: QColor) -> None:
    """Words on a dark plate with a coloured rim, beside a widget point."""
    plate = tag_rect(painter.fontMetrics(), at, text, painter.window())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, 1.0))
    painter.setBrush(QColor(20, 20, 20, 215))
    painter.drawRoundedRect(QRectF(plate).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
    painter.setPen(_BRIGHT)
    painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)


def paint_crosshair(painter: QPainter, at: tuple[float, float], screen: Size) -> None:
    """Hairlines through a widget point, dark beside bright, to be seen on any powder."""
    x, y = _whole(at)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for off, colour in ((1, _DARK), (0, _BRIGHT)):
        painter.setPen(QPen(colour, 0))
        painter.drawLine(QLineF(x + off, 0, x + off, screen.height))
        painter.drawLine(QLineF(0, y + off, screen.width, y + off))


def crosshair_region(at: tuple[float, float], screen: Size) -> QRegion:
    """What has to be painted anew where a crosshair comes or goes."""
    x, y = _whole(at)
    down = QRegion(x - 1, 0, 4, int(screen.height) + 1)
    return down.united(QRegion(0, y - 1, int(screen.width) + 1, 4))


def _frame(box: Box) -> QRect:
    away = _FRAME_AWAY_PX
    left, top = round(box.left) - away, round(box.top) - away
    return QRect(left, top, round(box.right) + away - left, round(box.bottom) + away - top)


def _whole(at: tuple[float, float]) -> tuple[int, int]:
    return int(at[0]), int(at[1])


def _rimmed(colour: QColor, width_px: float) -> tuple[QPen, QPen]:
    """Two pens, one over the other: dark colours get a bright rim, bright ones a dark one."""
    rim = _DARK if colour.lightnessF() > _BRIGHT_FROM else _BRIGHT
    return QPen(rim, width_px + 2.0), QPen(colour, width_px)
