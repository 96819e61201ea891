"""A photo as the canvas paints it: the whole of it, and halved copies for looking from afar."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from widgets.view import Size

Bgrx = NDArray[np.uint8]
"""Height x width x 4, contiguous: blue, green, red and an unused byte, what Qt paints fastest."""


@dataclass(frozen=True, slots=True)
class Picture:
    """`levels[0]` is the photo; each further level has half the width and height, rounded up.

    A photo painted far below its size from all of its pixels would sparkle: grain turns to moiré.
    """

    levels: tuple[QImage, ...]
    nbytes: int
    _pixels: tuple[Bgrx, ...]  # QImage borrows this memory

    @property
    def size(self) -> Size:
        return Size(self.levels[0].width(), self.levels[0].height())

    def level_for(self, scale: float) -> QImage:
        """The smallest level that still has a pixel for each that is painted at `scale`."""
        best = self.levels[0]
        for level in self.levels[1:]:
            if level.width() < scale * self.levels[0].width():
                break
            best = level
        return best


def picture_of(pixels: Sequence[Bgrx]) -> Picture:
    """From the levels' pixels, largest first. May be called in any thread."""
    levels = tuple(
        QImage(p.data, p.shape[1], p.shape[0], p.strides[0], QImage.Format.Format_RGB32)
        for p in pixels
    )
    return Picture(levels, sum(p.nbytes for p in pixels), tuple(pixels))
