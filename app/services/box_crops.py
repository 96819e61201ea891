"""Crops of boxes, for walls of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.core.crop_wall import crop_window
from app.core.geometry import Box
from app.imaging.box_crops import read_crops

CROP_PX = 150
"""Longer side at most."""


@dataclass(frozen=True, slots=True)
class BoxCrop:
    """`pixels` are height x width (grey) or height x width x 3 (RGB); `box` lies on them."""

    pixels: NDArray[np.uint8]
    box: Box


def box_crops(photo: Path, boxes: Sequence[Box], *, width_px: int, height_px: int) -> list[BoxCrop]:
    """One for each box of a photo of that size. Raises UserError when it can't be read."""
    windows = [crop_window(box, width_px, height_px) for box in boxes]
    crops = read_crops(photo, windows, longest_px=CROP_PX)
    return [_placed(*each) for each in zip(crops, boxes, windows, strict=True)]


def _placed(pixels: NDArray[np.uint8], box: Box, window: Box) -> BoxCrop:
    height, width = pixels.shape[:2]
    inside = box.moved(-window.left, -window.top)
    return BoxCrop(pixels, inside.scaled(width / window.width, height / window.height))
