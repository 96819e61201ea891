"""Many marks as arrays, so that thousands are moved, culled and grouped at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Self

import numpy as np
from numpy.typing import NDArray

from app.core.annotation import Annotation
from app.core.geometry import Polygon

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

    def look(self, row: int) -> Look:
        return self.looks[int(self.look_of[row])]

    @property
    def colours(self) -> NDArray[np.int64]:
        """Of each mark, as Qt's rgb."""
        return np.array([look.rgb for look in self.looks], np.int64)[self.look_of]

    def with_changed(self, changed: Mapping[int, Annotation]) -> Self:
        """Other boxes and outlines in some rows; the looks stay."""
        corners, has_outline = self.corners.copy(), self.has_outline.copy()
        polygons = list(self.polygons)
        for row, annotation in changed.items():
            corners[row] = annotation.box.corners
            polygons[row] = annotation.polygon
            has_outline[row] = annotation.polygon is not None
        return replace(self, corners=corners, polygons=polygons, has_outline=has_outline)

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


def shapes_of(
    annotations: Sequence[Annotation], class_ids: Sequence[int], colours: Mapping[int, int]
) -> Shapes:
    """`class_ids` are those of the annotations, `colours` the classes' as Qt's rgb."""
    corners = chain.from_iterable([a.box.corners for a in annotations])
    look_of, looks = _looks(annotations, class_ids, colours)
    polygons = [a.polygon for a in annotations]
    return Shapes(
        np.fromiter(corners, np.float64, 4 * len(annotations)).reshape(-1, 4),
        look_of,
        looks,
        polygons,
        np.array([polygon is not None for polygon in polygons], np.bool_),
    )


def _looks(
    annotations: Sequence[Annotation], class_ids: Sequence[int], colours: Mapping[int, int]
) -> tuple[NDArray[np.int64], tuple[Look, ...]]:
    """In the order of the classes' ids, whatever was drawn first."""
    is_proposal = np.array([a.author is None for a in annotations], np.bool_)
    kinds, kind_of = np.unique(2 * np.array(class_ids, np.int64) + is_proposal, return_inverse=True)
    looks = [Look(colours[kind // 2], bool(kind % 2)) for kind in kinds.tolist()]
    places = {look: number for number, look in enumerate(dict.fromkeys(looks))}
    return np.array([places[look] for look in looks], np.int64)[kind_of], tuple(places)
