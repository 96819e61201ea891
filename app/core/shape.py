"""Where an annotation lies, and what a hand can do to it: move, resize, bend, clip. Pure values.

`bounds` is the whole image: Box(0, 0, width, height).
"""

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.core.annotation import Annotation
from app.core.bridges import bridged, rings_of
from app.core.geometry import Box, Polygon

Handle = Literal[
    "top_left", "top", "top_right", "right", "bottom_right", "bottom", "bottom_left", "left"
]
"""The corner or edge of a box that a resize takes along, named as it was when taken."""

LEAST_SIDE_PX = 1.0
"""A resize stops here: what is thinner than a pixel was not meant."""

_LEAST_MOVED_SIDE_PX = 1e-6  # far from 0 a thinner box would lose its area to rounding

_MOST_TIMES_ASIDE = 8

Place = tuple[int, ...]
"""Where a shape lies, to be compared: see `place_of`."""

_Point = tuple[float, float]
_Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Shape:
    """A box and, where there is one, the outline in it; both in pixels of the upright image."""

    box: Box
    polygon: Polygon | None = None


def shape_of(annotation: Annotation) -> Shape:
    return Shape(annotation.box, annotation.polygon)


def place_of(shape: Shape) -> Place:
    """The same for shapes that nobody can tell apart: to a hundredth of a pixel."""
    corners = (shape.box.corners[:2], shape.box.corners[2:], *(shape.polygon or ()))
    return tuple(round(100 * value) for corner in corners for value in corner)


def moved(shape: Shape, dx: float, dy: float, bounds: Box) -> Shape:
    """By pixels, as far as `bounds` (the image) lets it; its size stays.

    What sticks out to begin with is brought inside; what is larger than the image is cut.
    """
    (alone,) = moved_together([shape], dx, dy, bounds)
    return alone


def moved_aside(shape: Shape, by_px: float, bounds: Box, *, taken: Collection[Place]) -> Shape:
    """Moved by so many pixels right and down, or another way or further where the border or one of
    the places `taken` is there; as it is where there is no room at all.
    """
    near = None
    for times in range(1, _MOST_TIMES_ASIDE + 1):
        for right, down in ((1, 1), (-1, -1), (1, -1), (-1, 1)):
            dx, dy = right * times * by_px, down * times * by_px
            there = moved(shape, dx, dy, bounds)
            if place_of(there) in taken:
                continue
            if place_of(there) == place_of(_shifted(shape, dx, dy)):
                return there
            near = near or there
    return near or shape


def moved_together(shapes: Sequence[Shape], dx: float, dy: float, bounds: Box) -> list[Shape]:
    """As `moved`, but all stop when the first reaches the border, so that they keep their places.

    Raises ValueError when there are none.
    """
    extent = Box.around(point for shape in shapes for point in _points(shape))
    dx = _inside(dx, -extent.left, bounds.right - extent.right)
    dy = _inside(dy, -extent.top, bounds.bottom - extent.bottom)
    return [_fitted(_shifted(shape, dx, dy), bounds) for shape in shapes]


def resized(shape: Shape, handle: Handle, dx: float, dy: float, bounds: Box) -> Shape:
    """The handle moved by pixels, inside `bounds`; the opposite edges stay, an outline scales.

    A handle that crosses the opposite edge turns the shape over. No side gets shorter than
    LEAST_SIDE_PX, or than it was where it was shorter.
    """
    box = shape.box
    before_x, before_y = (box.left, box.right), (box.top, box.bottom)
    x = _pulled(before_x, ("left" in handle, "right" in handle), dx, bounds.right)
    y = _pulled(before_y, ("top" in handle, "bottom" in handle), dy, bounds.bottom)
    target = Box(min(x), min(y), max(x), max(y))
    if shape.polygon is None:
        return Shape(target)
    corners = tuple((_along(cx, before_x, x), _along(cy, before_y, y)) for cx, cy in shape.polygon)
    return _fitted(Shape(target, corners), bounds)


def with_vertex_moved(shape: Shape, number: int, to: _Point, bounds: Box) -> Shape:
    """One corner of the outline put elsewhere, the box around it all; all corners that lie on each
    other go along, so that a bridge between the parts of a mask stays without width.

    Stays as it was where the outline would have no height or width left.
    """
    outline, there = _outline(shape), _point_inside(to, bounds)
    corners = [there if corner == outline[number] else corner for corner in outline]
    return _around(corners) or shape


def with_vertex_inserted(shape: Shape, after: int, at: _Point, bounds: Box) -> Shape:
    """A new corner between corner `after` and the next one."""
    corners = list(_outline(shape))
    corners.insert(after + 1, _point_inside(at, bounds))
    return _around(corners) or shape


def with_vertex_removed(shape: Shape, number: int) -> Shape | None:
    """None when fewer than three corners, or no area, would be left. Where a bridge began there
    the parts of the mask are joined anew, without those that would have no area left.
    """
    outline = _outline(shape)
    gone = outline[number]
    if outline.count(gone) == 1:
        return _around([corner for corner in outline if corner != gone])
    left = [ring[(ring != gone).any(axis=1)] for ring in rings_of(np.array(outline))]
    whole = [ring for ring in left if len(ring) > 2]
    return _around([(x, y) for x, y in bridged(whole).tolist()]) if whole else None


def outlined(corners: Iterable[_Point], bounds: Box) -> Shape | None:
    """An outline with its box, corners brought inside `bounds`; None when it has no area."""
    return _around([_point_inside(corner, bounds) for corner in corners])


def clipped(shape: Shape, width_px: float, height_px: float) -> Shape | None:
    """The part inside a width x height image, or None when nothing is left of the box.

    The outline is cut by Sutherland and Hodgman's method (1974): where it leaves the image and
    comes back, the parts stay joined along the border. It goes when nothing is left of it.
    """
    box = shape.box.clipped(width_px, height_px)
    if box is None:
        return None
    if shape.polygon is None:
        return Shape(box)
    corners = list(shape.polygon)
    for axis, limit, sign in ((0, 0.0, 1), (0, width_px, -1), (1, 0.0, 1), (1, height_px, -1)):
        corners = _cut(corners, axis, limit, sign)
    outline = _around(corners)
    return Shape(box, outline.polygon if outline else None)


def _points(shape: Shape) -> list[_Point]:
    box = shape.box
    return [(box.left, box.top), (box.right, box.bottom), *(shape.polygon or ())]


def _outline(shape: Shape) -> Polygon:
    if shape.polygon is None:
        raise ValueError(f"no outline to bend: {shape}")
    return shape.polygon


def _around(corners: Sequence[_Point]) -> Shape | None:
    if len(corners) < 3:
        return None
    xs, ys = zip(*corners, strict=True)
    if not (min(xs) < max(xs) and min(ys) < max(ys)) or _area(corners) == 0:
        return None
    return Shape(Box.around(corners), tuple(corners))


def _area(corners: Sequence[_Point]) -> float:
    """Signed, by the shoelace formula; seen from the first corner, so that far away counts too."""
    (x0, y0), total = corners[0], 0.0
    for (x1, y1), (x2, y2) in zip(corners, [*corners[1:], corners[0]], strict=True):
        total += (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
    return total / 2


def _shifted(shape: Shape, dx: float, dy: float) -> Shape:
    box = shape.box
    left, top = box.left + dx, box.top + dy
    right = max(box.right + dx, left + _LEAST_MOVED_SIDE_PX)
    bottom = max(box.bottom + dy, top + _LEAST_MOVED_SIDE_PX)
    outline = shape.polygon and tuple((x + dx, y + dy) for x, y in shape.polygon)
    return Shape(Box(left, top, right, bottom), outline)


def _pulled(edges: _Span, taken: tuple[bool, bool], by: float, limit: float) -> _Span:
    """Both edges along one axis, one of them pulled; the first is beyond the second when flipped.

    An axis of which no edge is taken only comes inside 0..limit.
    """
    low, high = (_inside(edge, 0.0, limit) for edge in edges)
    least = min(LEAST_SIDE_PX, edges[1] - edges[0], limit)
    if taken[0]:
        return _apart(high, _inside(edges[0] + by, 0.0, limit), -least, limit), high
    pulled = edges[1] + by if taken[1] else edges[1]
    return low, _apart(low, _inside(pulled, 0.0, limit), least, limit)


def _apart(fixed: float, pulled: float, least: float, limit: float) -> float:
    """`pulled`, at least |least| from `fixed`: on the side it is on, else on that of the sign."""
    if abs(pulled - fixed) >= abs(least):
        return pulled
    step = math.copysign(least, pulled - fixed if pulled != fixed else least)
    return fixed + step if 0 <= fixed + step <= limit else _inside(fixed - step, 0.0, limit)


def _along(value: float, before: _Span, after: _Span) -> float:
    """Where a place in one span lies in the other; exactly itself when they are the same."""
    if before == after:
        return value
    return after[0] + (value - before[0]) * ((after[1] - after[0]) / (before[1] - before[0]))


def _fitted(shape: Shape, bounds: Box) -> Shape:
    """Rounding and what sticks out are cut off; what is inside comes back as it is."""
    if all(0 <= x <= bounds.right and 0 <= y <= bounds.bottom for x, y in _points(shape)):
        return shape
    inside = clipped(shape, bounds.right, bounds.bottom)
    if inside is None:
        raise ValueError(f"nothing of {shape} is inside {bounds}")
    return inside


def _cut(corners: Sequence[_Point], axis: int, limit: float, sign: int) -> list[_Point]:
    """The part of a closed outline where sign * coordinate >= sign * limit."""
    kept: list[_Point] = []
    for before, here in zip([*corners[-1:], *corners[:-1]], corners, strict=True):
        inside = sign * here[axis] >= sign * limit
        if inside != (sign * before[axis] >= sign * limit):
            kept.append(_crossing(before, here, axis, limit))
        if inside:
            kept.append(here)
    return kept


def _crossing(a: _Point, b: _Point, axis: int, limit: float) -> _Point:
    share = (limit - a[axis]) / (b[axis] - a[axis])
    other = a[1 - axis] + share * (b[1 - axis] - a[1 - axis])
    return (limit, other) if axis == 0 else (other, limit)


def _point_inside(point: _Point, bounds: Box) -> _Point:
    return (
        _inside(point[0], 0.0, bounds.right),
        _inside(point[1], 0.0, bounds.bottom),
    )


def _inside(value: float, low: float, high: float) -> float:
    """Where the limits cross (the shape is larger than the image), the lower one counts."""
    return max(min(value, high), low)
