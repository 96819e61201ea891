"""What a brush stroke makes of an outline: union or difference, and one outline again."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainterPath, QPainterPathStroker, QPolygonF, QTransform

from app.core.bridges import Ring, bridged, oriented, rings_of, signed_area
from app.core.geometry import Box
from app.core.shape import Shape, outlined
from widgets.tools.checked_paths import combined

_Floats = NDArray[np.float64]

_TOLERANCE_PX = 0.5  # what an outline may lose, in pixels of the screen or the photo
_CURVE_PX = 0.25  # what a curve of the brush may lose, in the same pixels
_LEAST_AREA_PX = 1.0  # of a part or a hole, in the same pixels, squared


def painted(
    shape: Shape | None,
    stroke: Sequence[tuple[float, float]],
    *,
    radius_px: float,
    erases: bool,
    bounds: Box,
    detail: float,
) -> Shape | None:
    """All that is left or has come to be: parts that lie apart, and holes, are joined to the
    largest part by bridges. None when nothing is left; the shape itself when nothing changes.

    `stroke` is the way of a round brush in image pixels; a box without an outline starts as itself,
    and without a shape the brush alone counts.
    `detail` is how many steps a pixel's side is told apart in: the zoom at which it was painted.
    """
    finer = QTransform.fromScale(detail, detail)
    before = finer.map(area_of(shape)) if shape else QPainterPath()
    way = [finer.map(QPointF(x, y)) for x, y in stroke]

    def brush(wider_px: float) -> QPainterPath:
        return _swept(way, radius_px * detail + wider_px)

    # Qt's own `contains` overlooks a hole that lies within the brush.
    if not _rings(brush(0).intersected(before) if erases else brush(0).subtracted(before)):
        return shape
    after = combined(before, brush, erases=erases)
    photo = QPainterPath()
    photo.addRect(QRectF(0, 0, bounds.right * detail, bounds.bottom * detail))
    rings = [
        simplified(ring, _TOLERANCE_PX) / detail
        for ring in oriented(_rings(after.intersected(photo)))
    ]
    whole = [ring for ring in rings if len(ring) > 2]
    if not whole:
        return None
    return outlined([(x, y) for x, y in bridged(whole).tolist()], bounds)


def simplified(ring: Ring, tolerance: float) -> Ring:
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


def _distance_to_line(points: _Floats, start: _Floats, end: _Floats) -> _Floats:
    along = end - start
    length = np.hypot(*along)
    if length == 0:
        return np.asarray(np.hypot(*(points - start).T))
    offset = points - start
    across = along[0] * offset[:, 1] - along[1] * offset[:, 0]
    return np.asarray(np.abs(across) / length)


def area_of(shape: Shape) -> QPainterPath:
    """All that the outline encloses, or the box where there is none, in image pixels. Without
    bridges: Qt would have to find out that they enclose nothing.
    """
    path = QPainterPath()
    box = shape.box
    if shape.polygon is None:
        path.addRect(QRectF(box.left, box.top, box.width, box.height))
    else:
        for ring in rings_of(np.array(shape.polygon, np.float64)):
            path.addPolygon(QPolygonF([QPointF(x, y) for x, y in ring.tolist()]))
            path.closeSubpath()
    path.setFillRule(Qt.FillRule.WindingFill)
    return path


def _swept(way: Sequence[QPointF], radius_px: float) -> QPainterPath:
    """All that a round brush covered on its way."""
    if all(point == way[0] for point in way):
        dot = QPainterPath()
        dot.addEllipse(way[0], radius_px, radius_px)
        return dot
    line = QPainterPath(way[0])
    for point in way[1:]:
        line.lineTo(point)
    stroker = QPainterPathStroker()
    stroker.setWidth(2 * radius_px)
    stroker.setCapStyle(Qt.PenCapStyle.RoundCap)
    stroker.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    stroker.setCurveThreshold(_CURVE_PX)
    swept = stroker.createStroke(line)
    swept.setFillRule(Qt.FillRule.WindingFill)
    return swept.simplified()


def _rings(path: QPainterPath) -> list[Ring]:
    """Those that enclose something."""
    rings = map(_ring, path.toSubpathPolygons())
    return [ring for ring in rings if len(ring) > 2 and abs(signed_area(ring)) >= _LEAST_AREA_PX]


def _ring(polygon: QPolygonF) -> Ring:
    places = [polygon.at(n) for n in range(polygon.size())]
    points = np.array([(p.x(), p.y()) for p in places], np.float64).reshape(-1, 2)
    return points[:-1] if len(points) > 1 and (points[0] == points[-1]).all() else points
