"""The numbers that say where a box lies in the picture that a model sees."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.core.geometry import Box

Numbers = tuple[float, float, float, float]
"""(left, top, right, bottom) as they stand in a text; whole numbers are ints."""

FINE_BOX_PX = 28
"""Boxes of so many pixels of the photo and more, both ways, are to come back ..."""

FINE_OVERLAP = 0.98
"""... with this overlap (IoU) of what was drawn and what the numbers say."""

_FULL = 1000


@dataclass(frozen=True, slots=True)
class Frame:
    """The numbers that a VLM says places with: 0 at the left and top edge of the picture,
    `width` and `height` at the right and bottom one.

    `decimals` is how fine they are. Where a trainer turns the numbers into those of another frame,
    that is `seen`.
    """

    width: int
    height: int
    decimals: int = 0
    seen: "Frame | None" = None

    @property
    def unit(self) -> float:
        """The step from one number to the next."""
        return 10.0**-self.decimals

    def numbers(self, box: Box, width_px: int, height_px: int) -> Numbers:
        """Of a box in an image of that size: rounded, within the frame, and never without area.

        A box too thin for that gets the numbers around it, so that each number is less than one
        unit away from the truth.
        """
        seen = self.seen or self
        left, right = self._span(box.left, box.right, width_px, self.width, seen.width)
        top, bottom = self._span(box.top, box.bottom, height_px, self.height, seen.height)
        return left, top, right, bottom

    def corners(
        self, numbers: Sequence[float], width_px: int, height_px: int
    ) -> tuple[float, float, float, float]:
        """(left, top, right, bottom) in pixels of an image of that size, whatever they are."""
        left, top, right, bottom = numbers
        x, y = width_px / self.width, height_px / self.height
        return left * x, top * y, right * x, bottom * y

    def told(self, box: Box, width_px: int, height_px: int) -> Box:
        """What a model that learns the numbers of a box is told of it, in pixels of that image."""
        seen = self.seen or self
        return Box(*seen.corners(seen.numbers(box, width_px, height_px), width_px, height_px))

    def _span(
        self, start_px: float, end_px: float, side_px: int, full: int, seen: int
    ) -> tuple[float, float]:
        # Divided first, as the trainers do: it decides how halves are rounded.
        start, end = start_px / side_px, end_px / side_px
        if self.seen is None:
            digits = self.decimals or None
            low = max(round(start * full, digits), 0)
            high = min(round(end * full, digits), full)
            return (low, high) if low < high else _around(start, end, full, self.decimals)
        low, high = max(round(start * full, self.decimals), 0.0), round(end * full, self.decimals)
        if round(low / full * seen) < round(high / full * seen):
            return low, high
        first, last = _around(start, end, seen, 0)
        return round(first / seen * full, self.decimals), round(last / seen * full, self.decimals)


def _around(start: float, end: float, full: int, decimals: int) -> tuple[float, float]:
    """The last number before the share `start` and the first after `end`."""
    fine = 10**decimals
    last = min(max(math.ceil(end * full * fine), 1), full * fine)
    first = max(min(math.floor(start * full * fine), last - 1), 0)
    return (first / fine, last / fine) if decimals else (first, last)


def whole(full: int = _FULL, *, decimals: int = 0) -> Frame:
    """A frame in which every picture is as wide and as high as `full`."""
    return Frame(full, full, decimals=decimals)


@lru_cache(maxsize=4096)
def pixels(width_px: int, height_px: int) -> Frame:
    """Of the picture that the model sees. Its last edge is said, as ms-swift does and as in every
    other frame; Qwen's own script says one less, and a box there would come back too small."""
    return Frame(width_px, height_px)


@lru_cache(maxsize=4096)
def original_pixels(width_px: int, height_px: int, seen: Frame) -> Frame:
    """Of the file, fine enough that it makes no difference; the trainer makes them `seen`."""
    return Frame(width_px, height_px, decimals=4, seen=seen)
