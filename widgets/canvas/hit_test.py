"""What lies under a point of the widget: pure functions on arrays, fast for thousands of boxes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from app.core.geometry import Polygon
from app.core.shape import Handle
from widgets.photo.view import View

Boxes = NDArray[np.float64]
"""N x 4: left, top, right, bottom in image pixels."""
Rows = NDArray[np.intp]
"""Indices into `Boxes`."""

_INNER_SHARE = 0.25
"""Of a box's side its edges may claim that at each end: a small box can be moved too."""


@dataclass(frozen=True, slots=True)
class Grip:
    """An edge or a corner of the box in that row."""

    row: int
    handle: Handle


@dataclass(frozen=True, slots=True)
class Inside:
    row: int


@dataclass(frozen=True, slots=True)
class Vertex:
    """Corner `number` of the outline in that row."""

    row: int
    number: int


@dataclass(frozen=True, slots=True)
class Segment:
    """The stretch of the outline in that row from corner `number` to the next."""

    row: int
    number: int


@dataclass(frozen=True, slots=True)
class Empty:
    pass


Target = Grip | Inside | Vertex | Segment | Empty


def hit(
    view: View,
    boxes: Boxes,
    selected: NDArray[np.bool_],
    polygons: Sequence[Polygon | None],
    at: tuple[float, float],
    tolerance_px: float,
) -> Target:
    """What a press at the widget point `at` would take, within a tolerance in widget pixels.

    `selected` and `polygons` have a place for each row of `boxes`. What is selected comes first:
    the corners of its outline, its edges, the stretches of its outline, its inside; then the
    nearest edge of another box, then the inside of the smallest. Where several boxes are selected
    their edges count as inside: they are moved, not resized.
    """
    x, y = view.to_image(*at)
    reach = tolerance_px / view.scale
    rows = _near(boxes, x, y, reach)
    chosen = rows[selected[rows]]
    if len(chosen):
        inside = Inside(int(_on_top_first(boxes, chosen, x, y, reach)[0]))
        if np.count_nonzero(selected) > 1:
            return inside
        return _part_of(boxes, chosen, polygons[inside.row], (x, y), reach) or inside
    if not len(rows):
        return Empty()
    # From inside a box nobody means the edge of a neighbour, unless that is a smaller one.
    smallest = int(_on_top_first(boxes, rows, x, y, reach)[0])
    worth = _inside(boxes[rows], x, y) | (_areas(boxes[rows]) < _areas(boxes[[smallest]]))
    worth |= ~_inside(boxes[[smallest]], x, y)
    return _nearest_grip(boxes, rows[worth], x, y, reach) or Inside(smallest)


def all_under(view: View, boxes: Boxes, at: tuple[float, float], tolerance_px: float) -> Rows:
    """Rows of all boxes that hold the widget point or come within the tolerance, smallest first.

    Those that it is further from than half of the tolerance come last.
    """
    x, y = view.to_image(*at)
    reach = tolerance_px / view.scale
    return _on_top_first(boxes, _near(boxes, x, y, reach), x, y, reach)


def all_meeting(boxes: Boxes, area: tuple[float, float, float, float]) -> Rows:
    """Rows of all boxes that share a point with left, top, right, bottom in image pixels."""
    left, top, right, bottom = area
    meets = (boxes[:, 0] <= right) & (boxes[:, 2] >= left)
    meets &= (boxes[:, 1] <= bottom) & (boxes[:, 3] >= top)
    return np.flatnonzero(meets)


def nearest_vertex(polygon: Polygon, x: float, y: float, reach: float) -> int | None:
    """The corner nearest to an image point, None when all are further away than `reach`."""
    away = np.hypot(*(np.asarray(polygon) - (x, y)).T)
    number = int(np.argmin(away))
    return number if away[number] <= reach else None


def nearest_segment(polygon: Polygon, x: float, y: float, reach: float) -> int | None:
    """The first corner of the nearest stretch of the outline, None when none is in reach."""
    starts = np.asarray(polygon, dtype=np.float64)
    along = np.roll(starts, -1, axis=0) - starts
    to_point = (x, y) - starts
    length_squared = np.maximum((along**2).sum(axis=1), np.finfo(np.float64).tiny)
    share = np.clip((to_point * along).sum(axis=1) / length_squared, 0.0, 1.0)
    away = np.hypot(*(to_point - along * share[:, None]).T)
    number = int(np.argmin(away))
    return number if away[number] <= reach else None


def _part_of(
    boxes: Boxes, alone: Rows, polygon: Polygon | None, at: tuple[float, float], reach: float
) -> Target | None:
    """What can be taken of the one selected box but its inside."""
    if polygon and (number := nearest_vertex(polygon, *at, reach)) is not None:
        return Vertex(int(alone[0]), number)
    if grip := _nearest_grip(boxes, alone, *at, reach):
        return grip
    if polygon and (number := nearest_segment(polygon, *at, reach)) is not None:
        return Segment(int(alone[0]), number)
    return None


def _near(boxes: Boxes, x: float, y: float, reach: float) -> Rows:
    return all_meeting(boxes, (x - reach, y - reach, x + reach, y + reach))


def _on_top_first(boxes: Boxes, rows: Rows, x: float, y: float, reach: float) -> Rows:
    """The smallest, of equal ones the nearest, then the last, which is painted on top."""
    near = boxes[rows]
    away_x = np.maximum(np.maximum(near[:, 0] - x, x - near[:, 2]), 0.0)
    away_y = np.maximum(np.maximum(near[:, 1] - y, y - near[:, 3]), 0.0)
    away = np.maximum(away_x, away_y)
    return rows[np.lexsort((-rows, away, _areas(near), away > reach / 2))]


def _areas(boxes: Boxes) -> NDArray[np.float64]:
    return (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])


def _inside(boxes: Boxes, x: float, y: float) -> NDArray[np.bool_]:
    within = (boxes[:, 0] <= x) & (x <= boxes[:, 2])
    return within & (boxes[:, 1] <= y) & (y <= boxes[:, 3])


def _nearest_grip(boxes: Boxes, rows: Rows, x: float, y: float, reach: float) -> Grip | None:
    """Of boxes that are known to be near: the one whose edge is nearest, of equals the smallest."""
    if not len(rows):
        return None
    rows = rows[np.lexsort((-rows, _areas(boxes[rows])))]
    near = boxes[rows]
    column, away_x = _zone(near[:, 0], near[:, 2], x, reach)
    line, away_y = _zone(near[:, 1], near[:, 3], y, reach)
    away = np.where(column == 0, away_y, np.where(line == 0, away_x, np.hypot(away_x, away_y)))
    away[(column == 0) & (line == 0)] = np.inf
    best = int(np.argmin(away))
    if np.isinf(away[best]):
        return None
    words = ("top", "", "bottom")[line[best] + 1], ("left", "", "right")[column[best] + 1]
    return Grip(int(rows[best]), cast(Handle, "_".join(word for word in words if word)))


def _zone(
    low: NDArray[np.float64], high: NDArray[np.float64], at: float, reach: float
) -> tuple[NDArray[np.int8], NDArray[np.float64]]:
    """Along one axis: -1 at the low edge, 1 at the high one, else 0; and how far from it."""
    inwards = np.minimum(reach, (high - low) * _INNER_SHARE)
    from_low, from_high = at - low, high - at
    zone = np.zeros(len(low), np.int8)
    zone[from_high < inwards] = 1
    zone[(from_low < inwards) & (from_low <= from_high)] = -1
    return zone, np.minimum(np.abs(from_low), np.abs(from_high))
