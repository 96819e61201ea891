"""Boxes and polygons in pixels of the upright image."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

Polygon = tuple[tuple[float, float], ...]
"""Corners (x, y) of one closed outline, in pixels, in the frame of `Box`; at least three."""


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle in image pixels.

    (0, 0) is the outer corner of the top-left pixel, x grows to the right, y downward, and
    `right`/`bottom` are exclusive: a whole 64x48 image is Box(0, 0, 64, 48).

    Raises ValueError for a box without area or with a number that is not finite.
    """

    left: float
    top: float
    right: float
    bottom: float

    def __post_init__(self) -> None:
        # Phrased so that NaN is refused too; nothing is called, for an image may have thousands.
        is_wide = 0 < self.right - self.left < math.inf
        if not (is_wide and 0 < self.bottom - self.top < math.inf):
            raise ValueError(f"box without area: {self}")

    @classmethod
    def around(cls, points: Iterable[tuple[float, float]]) -> Self:
        """The smallest box that holds all points (x, y)."""
        xs, ys = zip(*points, strict=True)
        return cls(min(xs), min(ys), max(xs), max(ys))

    @classmethod
    def from_centre(cls, x: float, y: float, width: float, height: float) -> Self:
        return cls(x - width / 2, y - height / 2, x + width / 2, y + height / 2)

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def area(self) -> float:
        return self.width * self.height

    @property
    def centre(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    @property
    def corners(self) -> tuple[float, float, float, float]:
        """(left, top, right, bottom)."""
        return self.left, self.top, self.right, self.bottom

    def contains(self, x: float, y: float) -> bool:
        return self.left <= x < self.right and self.top <= y < self.bottom

    def moved(self, dx: float, dy: float) -> Self:
        return type(self)(self.left + dx, self.top + dy, self.right + dx, self.bottom + dy)

    def scaled(self, sx: float, sy: float) -> Self:
        return type(self)(self.left * sx, self.top * sy, self.right * sx, self.bottom * sy)

    def clipped(self, width_px: float, height_px: float) -> Self | None:
        """The part inside a width x height image, or None when nothing is left of it."""
        left, top = max(self.left, 0.0), max(self.top, 0.0)
        right, bottom = min(self.right, float(width_px)), min(self.bottom, float(height_px))
        return type(self)(left, top, right, bottom) if left < right and top < bottom else None

    def inside(self, width_px: float, height_px: float) -> bool:
        return (
            self.left >= 0 and self.top >= 0 and self.right <= width_px and self.bottom <= height_px
        )


def intersection_over_union(a: Box, b: Box) -> float:
    """Area shared by both over area covered by either: 0 (apart) to 1 (the same)."""
    width = min(a.right, b.right) - max(a.left, b.left)
    height = min(a.bottom, b.bottom) - max(a.top, b.top)
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    return shared / (a.area + b.area - shared)


def match_one_to_one(
    first: Sequence[Box], second: Sequence[Box], *, iou: float
) -> list[tuple[int, int]]:
    """Index pairs (into first, into second), best overlap first, each box used at most once.

    Greedy, as in the PASCAL VOC and COCO evaluations; pairs under `iou` are not matched.
    """
    pairs = [
        (overlap, i, j)
        for i, a in enumerate(first)
        for j, b in enumerate(second)
        if (overlap := intersection_over_union(a, b)) >= iou
    ]
    pairs.sort(key=lambda pair: (-pair[0], pair[1], pair[2]))
    taken_first: set[int] = set()
    taken_second: set[int] = set()
    matched = []
    for _, i, j in pairs:
        if i not in taken_first and j not in taken_second:
            taken_first.add(i)
            taken_second.add(j)
            matched.append((i, j))
    return matched
