"""Small pictures of parts of a photo."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.core.geometry import Box
from app.imaging.opencv import cv2
from app.imaging.pixels import read_levels, to_8_bit


def read_crops(photo: Path, windows: Sequence[Box], *, longest_px: int) -> list[NDArray[np.uint8]]:
    """Of each window its pixels, grey or RGB, made smaller until the longer side fits.

    The photo is read once. Windows are in whole pixels of the upright photo. Raises UserError where
    it can't be read.
    """
    pixels = to_8_bit(read_levels(photo))
    return [_small(pixels, window, longest_px) for window in windows]


def _small(pixels: NDArray[np.uint8], window: Box, longest_px: int) -> NDArray[np.uint8]:
    left, top, right, bottom = map(round, window.corners)
    part = pixels[top:bottom, left:right]
    scale = longest_px / max(part.shape[:2])
    if scale >= 1:
        return np.ascontiguousarray(part)
    size = max(round(part.shape[1] * scale), 1), max(round(part.shape[0] * scale), 1)
    smaller = cv2.resize(np.ascontiguousarray(part), size, interpolation=cv2.INTER_AREA)
    return np.asarray(smaller, np.uint8)
