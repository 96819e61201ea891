"""A photo as the canvas paints it: its pixels, copies for looking from afar, one that just fits."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from widgets.photo.view import Size

Grey = NDArray[np.uint8]
"""Height x width, contiguous: a byte a pixel, as nearly all of these photos are."""

Bgrx = NDArray[np.uint8]
"""Height x width x 4, contiguous: blue, green, red and an unused byte, what Qt paints fastest."""

Level = int | tuple[int, int, int]
"""Grey, or red, green and blue, as the photo's file has them."""

_ROUNDED_PX = 0.51  # sides are rounded to whole pixels; a little over a half, for what floats lose


@dataclass(frozen=True, slots=True, eq=False)
class Painted:
    """Pixels, and the image that borrows their memory."""

    pixels: Grey | Bgrx
    image: QImage = field(init=False)

    def __post_init__(self) -> None:
        grey, colour = QImage.Format.Format_Grayscale8, QImage.Format.Format_RGB32
        height, width = self.pixels.shape[:2]
        kind = grey if self.pixels.ndim == 2 else colour
        image = QImage(self.pixels.data, width, height, self.pixels.strides[0], kind)
        object.__setattr__(self, "image", image)


@dataclass(frozen=True, slots=True, eq=False)
class Deep:
    """A photo of more than 8 bit: height x width, or height x width x 3 (red, green, blue).

    `white` is the level that is painted as 255.
    """

    levels: NDArray[np.uint16]
    white: int


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """Each of `levels` after the first has half the width and height, rounded up.

    A photo painted far below its size from all of its pixels would sparkle: grain turns to moiré.
    """

    size: Size
    """The photo's, in pixels, also where `levels[0]` has fewer."""
    levels: tuple[Painted, ...]
    plain: Grey | Bgrx | None
    """The photo itself, also where `levels` show it changed; None until it is decoded."""
    is_preview: bool = False
    """Sharpens in a moment: `levels[0]` has fewer pixels than the photo."""
    fitted: Painted | None = None
    """The photo at exactly the device pixels that a canvas shows it in when it fits."""
    deep: Deep | None = None
    """The photo's own levels where they have more than 8 bit."""

    @property
    def nbytes(self) -> int:
        # Its own picture may hold the photo as well: better counted twice than not at all.
        arrays = [level.pixels for level in self.levels]
        arrays += [] if self.fitted is None else [self.fitted.pixels]
        arrays += [] if self.plain is None or self.plain is arrays[0] else [self.plain]
        return sum(a.nbytes for a in arrays) + (0 if self.deep is None else self.deep.levels.nbytes)

    def with_fitted(self, pixels: Grey | Bgrx) -> Self:
        return replace(self, fitted=Painted(pixels))

    def level_for(self, scale: float) -> QImage:
        """The smallest level that still has a pixel for each that is painted at `scale`."""
        best = self.levels[0].image
        for level in self.levels[1:]:
            if level.image.width() < scale * self.size.width:
                break
            best = level.image
        return best

    def fitted_for(self, scale: float) -> QImage | None:
        """`fitted` where it has just the pixels that are painted at `scale`, else None."""
        if self.fitted is None:
            return None
        image = self.fitted.image
        across = abs(self.size.width * scale - image.width())
        down = abs(self.size.height * scale - image.height())
        return image if max(across, down) <= _ROUNDED_PX else None

    def level_at(self, column: int, row: int) -> Level | None:
        """What the photo has there, in its own depth, also while looking aids show it otherwise.

        None outside, and until the photo is decoded: a preview's levels are means of several.
        """
        if self.plain is None:
            return None
        height, width = self.plain.shape[:2]
        if not (0 <= column < width and 0 <= row < height):
            return None
        levels = self.plain if self.deep is None else self.deep.levels
        if levels.ndim == 2:
            return int(levels[row, column])
        first, green, last = (int(level) for level in levels[row, column, :3])
        return (last, green, first) if self.deep is None else (first, green, last)


def picture_of(pixels: Sequence[Grey | Bgrx], deep: Deep | None = None) -> Picture:
    """Of a photo as it is, from the levels' pixels, largest first. May be called in any thread."""
    height, width = pixels[0].shape[:2]
    return Picture(Size(width, height), tuple(map(Painted, pixels)), pixels[0], deep=deep)
