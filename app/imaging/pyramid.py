"""Smaller copies of a photo for looking at it from afar."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from app.imaging.opencv import cv2

Pixels = NDArray[np.uint8]
"""Height x width, or height x width x channels."""

_SMALLEST_LEVEL_PX = 512
_MEAN_BELOW, _CALMED_BELOW = 0.5, 0.75
_CALM_PX = 0.5
"""Between the two, a slight blur (deviation of a Gaussian) before linear interpolation leaves as
much grain as the mean over each pixel's area, in a quarter of its time; above, no blur does."""


def pyramid(pixels: Pixels) -> list[Pixels]:
    """The photo itself, then copies of half the width and height each, rounded up.

    The last one's longer side is 512 pixels at most. A pixel is the mean of the four it stands
    for; beyond an odd edge the edge's own pixels are counted twice.
    """
    levels = [pixels]
    while max(levels[-1].shape[:2]) > _SMALLEST_LEVEL_PX:
        levels.append(_halved(levels[-1]))
    return levels


P = TypeVar("P", NDArray[np.uint8], NDArray[np.uint16])


def resized(levels: Sequence[P], width_px: int, height_px: int, *, squares: bool = False) -> P:
    """A copy of this size, from the smallest level that isn't smaller.

    Reduced so that grain is averaged, not picked; enlarged linearly, or to `squares`.
    """
    source = levels[0]
    for level in levels[1:]:
        if level.shape[0] < height_px or level.shape[1] < width_px:
            break
        source = level
    factor = max(width_px / source.shape[1], height_px / source.shape[0])
    how = cv2.INTER_NEAREST if squares else cv2.INTER_LINEAR
    if factor < _MEAN_BELOW:
        how = cv2.INTER_AREA
    elif factor < _CALMED_BELOW:
        source = np.asarray(cv2.GaussianBlur(source, (3, 3), _CALM_PX), source.dtype)
    return np.asarray(cv2.resize(source, (width_px, height_px), interpolation=how), source.dtype)


def _halved(pixels: Pixels) -> Pixels:
    height, width = pixels.shape[:2]
    if height % 2 or width % 2:
        # OpenCV halves even sizes thirty times as fast as others.
        pixels = np.asarray(
            cv2.copyMakeBorder(pixels, 0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE), np.uint8
        )
    half = ((width + 1) // 2, (height + 1) // 2)
    return np.asarray(cv2.resize(pixels, half, interpolation=cv2.INTER_AREA), np.uint8)
