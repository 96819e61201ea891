"""A piece of a photo around a place, reduced and evenly lit, for those who look for edges there."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.core.geometry import Box, Polygon
from app.core.photo import Rgb
from app.imaging.opencv import cv2

Levels = NDArray[np.float32]

LEAST_SPREAD = 1e-3
"""Of contrasts, in shares of the light: what counts as the grain of a photo that has none."""

_LEAST_MARGIN_PX = 8
_GRAIN_PX = 1.5
_ENOUGH_PX = 16
"""So many pixels of the photo in a row make one of the reduced picture; more cost time only."""
_FITTING_ROUNDS = 3
_FEWEST_OUTSIDE = 30
_DARK = 4.0
"""Added to grey levels before their logarithm, or the grain of black places would tower."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`contrast` (height x width) is by how much each pixel differs from the light around, as a
    share of it, and `noise` its robust deviation outside the place.

    `place` is the place in pixels of `contrast`, whose axes are reduced each by its own factor:
    a pixel (x, y) there lies at (left + x / scale_x, top + y / scale_y) in the photo.
    """

    contrast: Levels
    noise: float
    place: Box
    left: int
    top: int
    scale_x: float
    scale_y: float

    @property
    def inside(self) -> NDArray[np.bool_]:
        """The pixels of `contrast` that belong to the place."""
        return pixels_of(self.place, self.contrast.shape)

    def strength(self) -> Levels:
        """How much each pixel's neighbourhood differs from the surface, darker or brighter."""
        return np.asarray(
            np.sqrt(cv2.GaussianBlur(self.contrast**2, (0, 0), _GRAIN_PX)), np.float32
        )

    def to_photo(self, polygon: Polygon) -> Polygon:
        return tuple(
            (self.left + x / self.scale_x, self.top + y / self.scale_y) for x, y in polygon
        )

    def from_photo(self, x: float, y: float) -> tuple[float, float]:
        return (x - self.left) * self.scale_x, (y - self.top) * self.scale_y


def surroundings(
    photo: Rgb, place: Box, *, margins: tuple[float, float], most_px: tuple[int, int]
) -> Surroundings:
    """The photo around `place`, which must touch it.

    `margins` are what is taken in on each side, as shares of the place's width and height;
    `most_px` the width and height that are left at most. Reducing the long axis of a streak alone
    averages the grain along it and keeps its sides sharp.
    """
    height, width = photo.shape[:2]
    margin_x = max(margins[0] * place.width, _LEAST_MARGIN_PX)
    margin_y = max(margins[1] * place.height, _LEAST_MARGIN_PX)
    left, top = int(max(place.left - margin_x, 0)), int(max(place.top - margin_y, 0))
    right = int(np.ceil(min(place.right + margin_x, width)))
    bottom = int(np.ceil(min(place.bottom + margin_y, height)))
    size = (min(most_px[0], right - left), min(most_px[1], bottom - top))
    every_x = max((right - left) // size[0] // _ENOUGH_PX, 1)
    every_y = max((bottom - top) // size[1] // _ENOUGH_PX, 1)
    piece = photo[top:bottom:every_y, left:right:every_x]
    small = cv2.resize(piece, size, interpolation=cv2.INTER_AREA)
    grey = small.astype(np.float32).mean(axis=2)
    scale_x, scale_y = size[0] / (right - left), size[1] / (bottom - top)
    here = place.moved(-left, -top).scaled(scale_x, scale_y)
    contrast, noise = _evened(np.log(grey + _DARK), pixels_of(here, grey.shape))
    return Surroundings(contrast, noise, here, left, top, scale_x, scale_y)


def pixels_of(box: Box, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """The pixels of a height x width picture that `box` holds: at least one in either direction."""
    height, width = shape
    left, top = min(max(round(box.left), 0), width - 1), min(max(round(box.top), 0), height - 1)
    held = np.zeros((height, width), np.bool_)
    held[top : max(round(box.bottom), top + 1), left : max(round(box.right), left + 1)] = True
    return held


def _evened(levels: Levels, inside: NDArray[np.bool_]) -> tuple[Levels, float]:
    """`levels` without the curved sheet that fits them best outside the place."""
    height, width = levels.shape
    y, x = np.mgrid[:height, :width].astype(np.float64)
    x, y = x.ravel() / width, y.ravel() / height
    terms = np.stack([np.ones_like(x), x, y, x * y, x * x, y * y], axis=1)
    outside = ~inside if int((~inside).sum()) >= _FEWEST_OUTSIDE else np.ones_like(inside)
    weight = outside.ravel().astype(np.float64)
    left_over = flat = levels.ravel().astype(np.float64)
    noise = 1.0
    for _ in range(_FITTING_ROUNDS):
        weighted = terms * weight[:, None]
        # The little that is added to the diagonal keeps it solvable where few pixels are left.
        sheet = np.linalg.solve(weighted.T @ terms + 1e-3 * np.eye(6), weighted.T @ flat)
        left_over = flat - terms @ sheet
        noise = 1.4826 * float(np.median(np.abs(left_over[outside.ravel()]))) + 1e-4
        # Cauchy's weights: what else is there, the next defect say, pulls little.
        weight = outside.ravel() / (1 + (left_over / (2 * noise)) ** 2)
    return left_over.reshape(levels.shape).astype(np.float32), noise
