"""Changed copies of a photo for a class with few: what is done to it, and where its boxes then lie.

Every step keeps the pixels' grid, so boxes and outlines are carried over exactly.
"""

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from app.core.geometry import Box
from app.core.shape import Shape

AugmentKind = Literal["mirror", "shift", "brightness", "rotate"]
AUGMENT_KINDS: tuple[AugmentKind, ...] = get_args(AugmentKind)
USUAL_KINDS: tuple[AugmentKind, ...] = ("mirror", "shift", "brightness")
"""Not turned: the direction of a streak is part of its class."""

_MOST_SHIFT = 0.1
_MOST_BRIGHTER = 0.1

Draw = Callable[[str], float]
"""A number from 0 up to 1, exclusive, for a choice of that name."""


@dataclass(frozen=True, slots=True)
class Augmentation:
    """Done in this order: cut, mirrored left to right, turned clockwise, brightened.

    `cut_px` takes so many whole pixels off (left, top, right, bottom): what is left is shifted in
    its frame, and no pixel is made up. `quarter_turns` is 0 to 3. `gain` multiplies each level.

    Raises ValueError for a number that makes no sense.
    """

    cut_px: tuple[int, int, int, int] = (0, 0, 0, 0)
    is_mirrored: bool = False
    quarter_turns: int = 0
    gain: float = 1.0

    def __post_init__(self) -> None:
        if min(self.cut_px) < 0 or not 0 <= self.quarter_turns <= 3 or not self.gain > 0:
            raise ValueError(f"a change that can't be made: {self}")

    @property
    def words(self) -> tuple[str, ...]:
        """What is done, for the name of the copy: "mirror", "shift", "light", "turn90" …"""
        said = (
            ("mirror", self.is_mirrored),
            ("shift", any(self.cut_px)),
            (f"turn{90 * self.quarter_turns}", self.quarter_turns),
            ("light", self.gain > 1),
            ("dark", self.gain < 1),
        )
        return tuple(word for word, is_so in said if is_so)

    def size(self, width_px: int, height_px: int) -> tuple[int, int]:
        """(width, height) of the copy of a photo of that size."""
        left, top, right, bottom = self.cut_px
        width, height = width_px - left - right, height_px - top - bottom
        return (height, width) if self.quarter_turns % 2 else (width, height)

    def carried(self, shape: Shape, width_px: int, height_px: int) -> Shape:
        """Where a shape on a photo of that size lies on the copy, in the copy's pixels."""
        left, top, right, bottom = shape.box.corners
        size = width_px, height_px
        box = Box.around(self._carried_points([(left, top), (right, bottom)], *size))
        if shape.polygon is None:
            return Shape(box)
        return Shape(box, tuple(self._carried_points(shape.polygon, *size)))

    def _carried_points(
        self, points: Iterable[tuple[float, float]], width_px: int, height_px: int
    ) -> Iterator[tuple[float, float]]:
        left, top, right, bottom = self.cut_px
        for x, y in points:
            width, height = width_px - left - right, height_px - top - bottom
            x, y = x - left, y - top
            if self.is_mirrored:
                x = width - x
            for _ in range(self.quarter_turns):
                x, y, width, height = height - y, x, height, width
            yield x, y


def augmentations(
    count: int,
    kinds: Collection[AugmentKind],
    boxes: Sequence[Box],
    width_px: int,
    height_px: int,
    draw: Draw,
) -> list[Augmentation]:
    """`count` changes of one photo with these boxes, of these kinds, as `draw` has it.

    Every second one is mirrored. A shift is at most a tenth of the photo's side and never cuts a
    box. Light changes by a tenth at most. Where nothing is left to change, a change is none.
    """
    return [
        Augmentation(
            _cut(boxes, width_px, height_px, draw, n) if "shift" in kinds else (0, 0, 0, 0),
            "mirror" in kinds and n % 2 == 0,
            1 + math.floor(3 * draw(f"turn {n}")) if "rotate" in kinds else 0,
            1 + _MOST_BRIGHTER * (2 * draw(f"light {n}") - 1) if "brightness" in kinds else 1.0,
        )
        for n in range(count)
    ]


def _cut(
    boxes: Sequence[Box], width_px: int, height_px: int, draw: Draw, n: int
) -> tuple[int, int, int, int]:
    """Along each axis one of the two sides."""
    left, right = _cut_along([(b.left, b.right) for b in boxes], width_px, draw(f"across {n}"))
    top, bottom = _cut_along([(b.top, b.bottom) for b in boxes], height_px, draw(f"along {n}"))
    return left, top, right, bottom


def _cut_along(
    spans: Sequence[tuple[float, float]], length_px: int, drawn: float
) -> tuple[int, int]:
    most = math.floor(_MOST_SHIFT * length_px)
    first = min([math.floor(low) for low, _ in spans] + [most])
    last = min([length_px - math.ceil(high) for _, high in spans] + [most])
    wanted = round((2 * drawn - 1) * most)
    return (min(-wanted, first), 0) if wanted < 0 else (0, min(wanted, last))
