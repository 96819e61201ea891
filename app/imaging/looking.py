"""Looking aids: what makes faint defects easier to see, on copies of the pixels."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from app.core.looks import PLAIN, Clahe, Looks, Window
from app.imaging.container import Levels
from app.imaging.flat_field import flat_field
from app.imaging.opencv import cv2

Pixels = NDArray[np.uint8]
"""Height x width (grey), or height x width x 3 (RGB)."""


def apply(levels: Levels, looks: Looks, *, white: int = 255) -> Pixels:
    """The photo with these aids, in 8 bit: new memory, or `levels` itself where nothing changes it.
    `white` is what `top_level` says of a photo deeper than that.

    The order is fixed: light is evened first, because whatever stretches contrast after that
    would stretch uneven light too; then contrast within tiles; then, in one table, window, gamma
    and inversion. A flat field is grey, also of a photo in colour. Of a photo deeper than 8 bit
    what comes first works on its own levels; where tiles are equalised, that is the window.
    """
    if looks.flat_field is not None:
        reach, gain = looks.flat_field.reach, looks.flat_field.gain
        pixels = flat_field(levels, reach=reach, gain=gain, white=white)
    elif levels.dtype != np.uint8:
        pixels, looks = _from_deep(levels, looks, white)
    else:
        pixels = levels.astype(np.uint8, copy=False)
    if looks.clahe is not None:
        pixels = equalised(pixels, looks.clahe)
    if looks.window is None and looks.gamma == PLAIN.gamma and not looks.inverted:
        return pixels
    return np.asarray(cv2.LUT(pixels, tone_table(looks)), np.uint8)


def _from_deep(levels: Levels, looks: Looks, white: int) -> tuple[Pixels, Looks]:
    """In 8 bit, with the tones that come first; and what is left to be done."""
    if looks.clahe is None:
        first, then = looks, PLAIN
    else:
        first, then = Looks(window=looks.window), replace(looks, window=None)
    return np.take(tone_table(first, white), levels), then


def equalised(pixels: Pixels, clahe: Clahe) -> Pixels:
    """Contrast-limited adaptive histogram equalisation (Zuiderveld, Graphics Gems IV, 1994).

    In colour only the brightness (Y of ITU-R BT.601) is equalised, so that hues stay.
    """
    height, width = pixels.shape[:2]
    longer_px = max(height, width)
    across = max(round(clahe.tiles * width / longer_px), 1)
    down = max(round(clahe.tiles * height / longer_px), 1)
    equaliser = cv2.createCLAHE(clahe.clip_limit, (min(across, width), min(down, height)))
    if pixels.ndim == 2:
        return np.asarray(equaliser.apply(pixels), np.uint8)
    parts = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2YCrCb), np.uint8)
    parts[..., 0] = equaliser.apply(np.ascontiguousarray(parts[..., 0]))
    return np.asarray(cv2.cvtColor(parts, cv2.COLOR_YCrCb2RGB), np.uint8)


def tone_table(looks: Looks, white: int = 255) -> NDArray[np.uint8]:
    """Of each level up to `white` the one of 8 bit that window, gamma and inversion make of it, in
    this order, rounded once.
    """
    share = np.arange(white + 1) / white
    if looks.window is not None:
        share = windowed(share, looks.window)
    share = share ** (1 / looks.gamma)
    if looks.inverted:
        share = 1 - share
    return np.asarray((share * 255).round(), np.uint8)


def windowed(share: NDArray[np.float64], window: Window) -> NDArray[np.float64]:
    """Levels (0 to 1) stretched from the window to all of 0 to 1, and clipped.

    DICOM PS3.3 C.11.2.1.3.2, the VOI LUT function LINEAR_EXACT.
    """
    return np.clip((share * 255 - window.centre) / window.width + 0.5, 0.0, 1.0)
