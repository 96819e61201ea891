"""Smooth random fields and curves, the raw material of everything that is drawn."""

import numpy as np
from numpy.typing import NDArray

from app.imaging.opencv import cv2

Field = NDArray[np.float32]


def white_noise(rng: np.random.Generator, height: int, width: int) -> Field:
    """Height x width, mean 0, standard deviation 1."""
    return rng.standard_normal((height, width), dtype=np.float32)


def blurred(field: Field, *, sigma_x: float, sigma_y: float) -> Field:
    """`field` under a Gaussian of these widths in pixels, mirrored at the rim."""
    out = cv2.GaussianBlur(field, (0, 0), max(sigma_x, 0.1), sigmaY=max(sigma_y, 0.1))
    return np.asarray(out, np.float32)


def smooth_field(rng: np.random.Generator, height: int, width: int, *, feature_px: float) -> Field:
    """Height x width, about mean 0 and deviation 1, with lumps of about `feature_px`.

    Drawn coarse and enlarged, so that wide lumps cost no more than narrow ones.
    """
    step = max(feature_px / 2, 1.0)
    coarse = white_noise(rng, int(height / step) + 3, int(width / step) + 3)
    coarse = blurred(coarse, sigma_x=1.0, sigma_y=1.0)
    coarse /= max(float(coarse.std()), 1e-6)
    out = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(out, np.float32)


def smooth_curve(rng: np.random.Generator, length: int, *, feature_px: float) -> Field:
    """`length` values, about mean 0 and deviation 1, that wander over about `feature_px`."""
    step = max(feature_px / 2, 1.0)
    knots = rng.standard_normal(int(length / step) + 4).astype(np.float32)
    places = np.linspace(0, knots.size - 1, max(length, 1), dtype=np.float32)
    curve = np.interp(places, np.arange(knots.size), knots).astype(np.float32)
    calm = blurred(curve[None, :], sigma_x=step / 2, sigma_y=0.1)[0]
    return np.asarray(1.4 * calm, np.float32)


def log_uniform(rng: np.random.Generator, low: float, high: float) -> float:
    """A number in [low, high), as likely between 1 and 2 as between 2 and 4."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))
