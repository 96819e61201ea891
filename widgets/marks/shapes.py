"""Many marks as arrays, so that thousands are moved, culled and grouped at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from app.core.geometry import Polygon
from widgets.marks.mark import Mark

Corners = NDArray[np.float64]
"""n x 4: left, top, right, bottom in pixels of the photo."""
PixelRects = NDArray[np.int64]
"""n x 4: left, top, right, bottom in whole device pixels, right and bottom exclusive."""
Chosen = NDArray[np.int64]
"""Positions in the order of the marks."""

_FEW_OUTLINES = 400
_WHOLE = 1e-6  # what arithmetic may add to a whole pixel
_FARTHEST_PX = 1e8  # keeps arithmetic on the farthest corner in whole numbers


@dataclass(frozen=True, slots=True)
class Look:
    """What marks have in common that are painted together."""

    rgb: int
    is_proposal: bool


@dataclass(frozen=True, slots=True)
class Shapes:
    """Of each mark its box, its number in `looks`, and its outline where it has one."""

    corners: Corners
    look_of: NDArray[np.int64]
    looks: tuple[Look, ...]
    polygons: Sequence[Polygon | None]
    has_outline: NDArray[np.bool_]

    def pixel_rects(self, scale: float) -> PixelRects:
        """Each box at `scale`, grown to whole pixels; at least one wide and high."""
        scaled = np.clip(self.corners * scale, -_FARTHEST_PX, _FARTHEST_PX)
        rects = np.empty(scaled.shape, np.int64)
        rects[:, :2] = np.floor(scaled[:, :2] + _WHOLE)
        rects[:, 2:] = np.ceil(scaled[:, 2:] - _WHOLE)
        rects[:, 2:] = np.maximum(rects[:, 2:], rects[:, :2] + 1)
        return rects

    def are_few_outlines(self, chosen: Chosen) -> bool:
        """Few enough to be drawn as well as can be."""
        return int(self.has_outline[chosen].sum()) <= _FEW_OUTLINES

    def outlines(
        self, chosen: Chosen, *, at_most: int | None
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Points of the chosen marks' outlines, m x 2, and how many each has.

        An outline with more than `at_most` points, where given, is thinned out evenly.
        """
        polygons = [self.polygons[number] or () for number in chosen.tolist()]
        if at_most is not None:
            polygons = [points[:: -(-len(points) // at_most) or 1] for points in polygons]
        points = chain.from_iterable(chain.from_iterable(polygons))
        counts = np.array(list(map(len, polygons)), np.int64)
        return np.fromiter(points, np.float64, 2 * int(counts.sum())).reshape(-1, 2), counts


def shapes_of(marks: Sequence[Mark]) -> Shapes:
    annotations = [mark.annotation for mark in marks]
    corners = chain.from_iterable(a.box.corners for a in annotations)
    look_of, looks = _looks(marks)
    polygons = [a.polygon for a in annotations]
    return Shapes(
        np.fromiter(corners, np.float64, 4 * len(marks)).reshape(-1, 4),
        look_of,
        looks,
        polygons,
        np.array([polygon is not None for polygon in polygons], np.bool_),
    )


def _looks(marks: Sequence[Mark]) -> tuple[NDArray[np.int64], tuple[Look, ...]]:
    # Marks of a class mostly share one colour object: asking each for its number would take longer.
    found: dict[tuple[int, bool], int] = {}
    first: list[Mark] = []
    numbers = []
    for mark in marks:
        key = id(mark.colour), mark.annotation.author is None
        number = found.setdefault(key, len(first))
        if number == len(first):
            first.append(mark)
        numbers.append(number)
    looks = [Look(mark.colour.rgb(), mark.annotation.is_proposal) for mark in first]
    places = {look: number for number, look in enumerate(dict.fromkeys(looks))}
    same = np.array([places[look] for look in looks], np.int64)
    return same[np.array(numbers, np.int64)], tuple(places)
