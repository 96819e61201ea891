"""The pixels of a photo: upright, RGB, 8 bit, whole or not at all."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.core.errors import UserError
from app.imaging.container import COPY_AGAIN, Levels
from app.imaging.header import naming, read_whole, shown
from app.imaging.opencv import cv2

_DEPTHS = (8, 10, 12, 14, 16)


def read_pixels(path: Path) -> NDArray[np.uint8]:
    """The photo as RGB, height x width x 3, top row first, EXIF orientation applied once.

    Transparency is dropped, as training frameworks drop it: what people see is what models see.
    Colour profiles are ignored for the same reason. Deep levels are mapped by `to_8_bit`.
    Raises UserError, naming the file, wherever a pixel would be missing or made up.
    """
    levels = to_8_bit(read_levels(path))
    if levels.ndim == 3:
        return levels
    return np.asarray(cv2.cvtColor(levels, cv2.COLOR_GRAY2RGB), dtype=np.uint8)


def read_levels(path: Path) -> Levels:
    """The photo's own levels, 8 or 16 bit, upright: height x width, or height x width x 3 (RGB).

    As `read_pixels`, but grey stays grey and deep levels are not mapped to 8 bit.
    """
    header, kind, data = read_whole(path)
    with naming(path):
        levels = turned(kind.decode(data), header.orientation)
    if levels.shape[:2] != (header.height_px, header.width_px):
        raise UserError(
            f"{shown(path)} is damaged: its header says {header.width_px} x {header.height_px} "
            f"pixels, it holds {levels.shape[1]} x {levels.shape[0]}",
            hint=COPY_AGAIN,
        )
    return levels


def top_level(levels: Levels) -> int:
    """What white is: 255 where they have 8 bit, else 2^k - 1.

    k is the least of 8, 10, 12, 14 and 16 that holds the brightest level. Cameras of 12 bit write
    16 bit files whose upper bits stay empty: mapped from 65535 down, their photos would be black.
    """
    if levels.dtype == np.uint8:
        return 255
    brightest = int(levels.max())
    return next((1 << bits) - 1 for bits in _DEPTHS if brightest < 1 << bits)


def to_8_bit(levels: Levels) -> NDArray[np.uint8]:
    """Deep levels mapped linearly from 0 .. `top_level` to 0 .. 255, rounded; others unchanged."""
    if levels.dtype == np.uint8:
        return levels.astype(np.uint8, copy=False)
    top = top_level(levels)
    table = (np.arange(top + 1, dtype=np.uint32) * 510 + top) // (2 * top)
    return np.take(table.astype(np.uint8), levels)


def turned(levels: Levels, orientation: int) -> Levels:
    """The upright image, in memory of its own where it had to be turned."""
    if orientation in (2, 3, 7, 8):
        levels = levels[:, ::-1]
    if orientation in (3, 4, 6, 7):
        levels = levels[::-1]
    if orientation >= 5:
        levels = levels.swapaxes(0, 1)
    return levels if levels.flags.c_contiguous else levels.copy()
