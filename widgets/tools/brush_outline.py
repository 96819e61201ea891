"""What a brush stroke makes of an outline: union or difference, and one outline again."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainterPath, QPainterPathStroker, QPolygonF, QTransform

from app.core.geometry import Box
from app.core.shape import Shape, outlined

Points = NDArray[np.float64]
"""N x 2: x, y."""

_TOLERANCE_PX = 0.5  # what an outline may lose, in pixels of the screen or the photo


def painted(
    shape: Shape,
    stroke: Sequence[tuple[float, float]],
    *,
    radius_px: float,
    erases: bool,
    bounds: Box,
    detail: float,
) -> Shape | None:
    """The largest part that is left or has come to be, without its holes.

    None when nothing is left, and when the brush went past or stayed inside and so adds nothing.

    `stroke` is the way of a round brush in image pixels; a box without an outline starts as itself.
    `detail` is how many steps a pixel's side is told apart in: the zoom at which it was painted.
    """
    finer = QTransform.fromScale(detail, detail)
    before = finer.map(_path_of(shape))
    brush = finer.map(_swept(stroke, radius_px, detail))
    if not before.intersects(brush) or (not erases and before.contains(brush)):
        return None
    after = before.subtracted(brush) if erases else before.united(brush)
    photo = QPainterPath()
    photo.addRect(QRectF(0, 0, bounds.right * detail, bounds.bottom * detail))
    rings = [_points(ring) for ring in after.intersected(photo).simplified().toSubpathPolygons()]
    rings = [ring for ring in rings if len(ring) > 2]
    if not rings:
        return None
    largest = simplified(max(rings, key=_area), _TOLERANCE_PX) / detail
    return outlined([(x, y) for x, y in largest.tolist()], bounds)


def simplified(ring: Points, tolerance: float) -> Points:
    """A closed outline with fewer corners, none of those left out further away than `tolerance`.

    Douglas and Peucker's method (1973), from the first corner to the one furthest from it and back.
    """
    furthest = int(np.argmax(np.hypot(*(ring - ring[0]).T)))
    closed = np.vstack([ring, ring[:1]])
    kept = np.zeros(len(closed), np.bool_)
    kept[[0, furthest]] = True
    spans = [(0, furthest), (furthest, len(ring))]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        away = _distance_to_line(closed[first + 1 : last], closed[first], closed[last])
        worst = int(np.argmax(away))
        if away[worst] > tolerance:
            middle = first + 1 + worst
            kept[middle] = True
            spans += [(first, middle), (middle, last)]
    return ring[kept[:-1]]


def _distance_to_line(points: Points, start: Points, end: Points) -> Points:
    along = end - start
    length = np.hypot(*along)
    if length == 0:
        return np.asarray(np.hypot(*(points - start).T))
    offset = points - start
    across = along[0] * offset[:, 1] - along[1] * offset[:, 0]
    return np.asarray(np.abs(across) / length)


def _path_of(shape: Shape) -> QPainterPath:
    path = QPainterPath()
    box = shape.box
    if shape.polygon is None:
        path.addRect(QRectF(box.left, box.top, box.width, box.height))
    else:
        path.addPolygon(QPolygonF([QPointF(x, y) for x, y in shape.polygon]))
        path.closeSubpath()
    path.setFillRule(Qt.FillRule.WindingFill)
    return path


def _swept(stroke: Sequence[tuple[float, float]], radius_px: float, detail: float) -> QPainterPath:
    """All that a round brush covered on its way."""
    dot = QPainterPath()
    dot.addEllipse(QPointF(*stroke[0]), radius_px, radius_px)
    if len(stroke) == 1:
        return dot
    way = QPainterPath(QPointF(*stroke[0]))
    for point in stroke[1:]:
        way.lineTo(QPointF(*point))
    stroker = QPainterPathStroker()
    stroker.setWidth(2 * radius_px)
    stroker.setCapStyle(Qt.PenCapStyle.RoundCap)
    stroker.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    stroker.setCurveThreshold(0.25 / detail)
    swept = stroker.createStroke(way)
    swept.setFillRule(Qt.FillRule.WindingFill)
    return swept.simplified()


def _points(ring: QPolygonF) -> Points:
    places = [ring.at(n) for n in range(ring.size())]
    points = np.array([(p.x(), p.y()) for p in places], np.float64).reshape(-1, 2)
    return points[:-1] if len(points) > 1 and (points[0] == points[-1]).all() else points


def _area(ring: Points) -> float:
    """By the shoelace formula."""
    x, y = (ring - ring[0]).T
    return abs(float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))) / 2
