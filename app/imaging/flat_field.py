"""Takes uneven light out of a photo, and makes the picture of it that the starter model sees."""

import numpy as np
from numpy.typing import NDArray

from app.imaging.container import Levels
from app.imaging.opencv import cv2

_COARSE_PX = 160
"""Longer side that the light is measured at: wide blurs are cheap there."""

_DARK = 4 / 255
"""A share of white; where it is hardly brighter than this, grain is no contrast."""


def flat_field(
    photo: Levels, *, reach: float = 0.04, gain: float = 400.0, white: int = 255
) -> NDArray[np.uint8]:
    """The photo as if evenly lit: height x width grey, 128 where a pixel is as bright as around it.

    `photo` is height x width, or height x width x 3 (RGB or BGR), of 8 or 16 bit, its white at
    `white`. `reach` is how far "around" goes, as a share of the longer side (deviation of a
    Gaussian). A pixel brighter by a share s becomes 128 + gain * s, clipped to 0..255.
    """
    return _levels(_contrast(_grey(photo), reach, white), gain)


def flat_field_streaks(photo: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The starter model's input, height x width x 3, for a photo already reduced to its size.

    Channels 0 to 2: the flat field; the flat field averaged along columns, which lifts faint
    streaks out of the grain; the plain grey photo, which tells bed from frame.
    """
    grey = _grey(photo)
    contrast = _contrast(grey, 0.04)
    # Clipped first, or one bright part end would leave a streak of its own.
    calm = np.clip(contrast, -0.12, 0.12)
    down = max(grey.shape[0] / 40, 1.0)
    along = np.asarray(cv2.GaussianBlur(calm, (0, 0), 0.1, sigmaY=down), np.float32)
    return np.dstack([_levels(contrast, 400.0), _levels(along, 1000.0), grey])


def _grey(photo: Levels) -> Levels:
    if photo.ndim == 2:
        return photo
    # Plain mean: the same for RGB and BGR, and these photos are grey anyway.
    mean: Levels = photo[..., :3].mean(axis=2).round().astype(photo.dtype)
    return mean


def _contrast(grey: Levels, reach: float, white: int = 255) -> NDArray[np.float32]:
    """How much brighter each pixel is than around it, as a share of that."""
    height, width = grey.shape
    factor = min(_COARSE_PX / max(height, width), 1.0)
    small_size = (max(round(width * factor), 1), max(round(height * factor), 1))
    small = cv2.resize(grey, small_size, interpolation=cv2.INTER_AREA).astype(np.float32)
    sigma = max(reach * max(small.shape), 0.5)
    wide = cv2.GaussianBlur(small, (0, 0), sigma)
    # The dark frame is left out of the light measured on the bed, and would leave a halo there.
    weight = np.asarray((small > 0.6 * wide) + 1e-3, np.float32)
    covered = cv2.GaussianBlur(weight, (0, 0), sigma)
    coarse = np.asarray(cv2.GaussianBlur(small * weight, (0, 0), sigma) / covered, np.float32)
    light = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray((grey - light) / (light + _DARK * white), np.float32)


def _levels(contrast: NDArray[np.float32], gain: float) -> NDArray[np.uint8]:
    return np.asarray(np.clip(128 + gain * contrast, 0, 255), np.uint8)
