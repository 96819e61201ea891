"""Finds the rest from one: where a photo looks as it does in a box of this or another photo."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.core.geometry import Box
from app.core.photo import Rgb
from app.imaging.flat_field import flat_field
from app.imaging.opencv import cv2

Levels = NDArray[np.float32]

MOST = 50
LEAST_SCORE = 0.6
"""Below it, on the labelled photos of powder beds, what is wrong outgrows what is found by far."""

_MOST_PX = 1024
"""Longer side that the light is taken out at."""
_PATTERN_PX = 40
"""What either side of the pattern is reduced to at most: along a streak that averages the grain."""
_MARGIN = 0.25
_LEAST_MARGIN_PX = 3.0
_SCALES = (0.8, 1.0, 1.25)
_GRAIN_PX = 0.8
_STRENGTH_POWER = 0.5
_SHARED = 0.5
_STRAY_PX = 3
"""How far, in pixels of the pattern, a thing may have moved apart from all the rest."""
_PEAKS_PER_SCALE = 4
"""So many times the finds asked for are looked at in each scale before those apart are chosen."""


@dataclass(frozen=True, slots=True)
class Flat:
    """A photo of `width_px` x `height_px`, evenly lit and reduced: `levels` is grey."""

    levels: NDArray[np.uint8]
    width_px: int
    height_px: int

    def reduced(self, scale_x: float, scale_y: float) -> Levels:
        """With so many pixels for each of the photo's, and the finest grain taken out."""
        size = _size(self.width_px * scale_x, self.height_px * scale_y)
        small = cv2.resize(self.levels, size, interpolation=cv2.INTER_AREA).astype(np.float32)
        return np.asarray(cv2.GaussianBlur(small, (0, 0), _GRAIN_PX), np.float32)


def flattened(photo: Rgb) -> Flat:
    """`photo` with the light taken out, its longer side reduced to 1024 pixels."""
    height, width = photo.shape[:2]
    even = min(_MOST_PX / max(height, width), 1.0)
    small = cv2.resize(photo, _size(width * even, height * even), interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    return Flat(flat_field(np.asarray(grey, np.uint8)), width, height)


@dataclass(frozen=True, slots=True)
class Pattern:
    """What is looked for: the evenly lit picture of a box with a margin, each axis reduced by its
    own factor. `body` is the box in pixels of it.
    """

    levels: Levels
    body: Box
    scale_x: float
    scale_y: float


def pattern_of(photo: Flat, target: Box) -> Pattern:
    """Raises ValueError for a box beside the photo."""
    box = target.clipped(photo.width_px, photo.height_px)
    if box is None:
        raise ValueError(f"{target} lies beside the photo")
    even = photo.levels.shape[1] / photo.width_px
    scale_x, scale_y = (min(even, _PATTERN_PX / side) for side in (box.width, box.height))
    levels = photo.reduced(scale_x, scale_y)
    small = box.scaled(scale_x, scale_y)
    margin_x, margin_y = (
        max(_MARGIN * side, _LEAST_MARGIN_PX) for side in (small.width, small.height)
    )
    left, top = max(round(small.left - margin_x), 0), max(round(small.top - margin_y), 0)
    right, bottom = round(small.right + margin_x), round(small.bottom + margin_y)
    patch = levels[top:bottom, left:right].copy()
    return Pattern(patch, small.moved(-left, -top), scale_x, scale_y)


def find_similar(
    target_photo: Rgb,
    target: Box,
    photo: Rgb,
    *,
    most: int = MOST,
    least_score: float = LEAST_SCORE,
    known: Sequence[Box] = (),
) -> list[tuple[Box, float]]:
    """As `found_like`, for the pattern in `target`, a box in pixels of `target_photo`."""
    pattern = pattern_of(flattened(target_photo), target)
    return found_like(pattern, flattened(photo), most=most, least_score=least_score, known=known)


def found_like(
    pattern: Pattern,
    photo: Flat,
    *,
    most: int = MOST,
    least_score: float = LEAST_SCORE,
    known: Sequence[Box] = (),
) -> list[tuple[Box, float]]:
    """Boxes in pixels of `photo` with their scores, best first: at most `most`, none overlapping.

    The score (0..1) is the normalised cross-correlation (OpenCV's TM_CCOEFF_NORMED) of the evenly
    lit pictures, the best over a few sizes, less where the contrast is another; 1 is the same.
    What marks the same place as a box of `known`, the target on its own photo say, is left out.
    Nothing is turned: the direction of a streak is part of what it is.
    """
    levels = photo.reduced(pattern.scale_x, pattern.scale_y)
    candidates = [
        find for scale in _SCALES for find in _matches(pattern, levels, scale, most, least_score)
    ]
    kept: list[tuple[Box, float]] = []
    for small, score in sorted(candidates, key=lambda find: -find[1]):
        box = small.scaled(1 / pattern.scale_x, 1 / pattern.scale_y)
        inside = box.clipped(photo.width_px, photo.height_px)
        if inside is not None and not _covers(inside, [*known, *(b for b, _ in kept)]):
            kept.append((inside, score))
        if len(kept) == most:
            break
    return kept


def likeness_near(pattern: Pattern, photo: Flat, place: Box) -> tuple[float, Box]:
    """How like the pattern it looks at `place` (0..1) and where there, within a few pixels.

    The place must be as large as the pattern's own box. 0 where too little of it is on the photo.
    """
    levels = photo.reduced(pattern.scale_x, pattern.scale_y)
    small = place.scaled(pattern.scale_x, pattern.scale_y)
    rows, columns = pattern.levels.shape
    left, top = round(small.left - pattern.body.left), round(small.top - pattern.body.top)
    crop_left, crop_top = max(left - _STRAY_PX, 0), max(top - _STRAY_PX, 0)
    crop = levels[
        crop_top : max(top + rows + _STRAY_PX, 0), crop_left : max(left + columns + _STRAY_PX, 0)
    ]
    if crop.shape[0] < rows or crop.shape[1] < columns:
        return 0.0, place
    likeness = _likeness(crop, pattern.levels)
    y, x = np.unravel_index(int(likeness.argmax()), likeness.shape)
    moved = place.moved(
        (crop_left + int(x) - left) / pattern.scale_x, (crop_top + int(y) - top) / pattern.scale_y
    )
    return float(np.clip(likeness[y, x], 0, 1)), moved


def _covers(box: Box, others: Sequence[Box]) -> bool:
    """Whether it shares more than half of the smaller of the two with any of them.

    Not the overlap by union: a piece of a streak, found along it, is the same streak.
    """
    for other in others:
        width = min(box.right, other.right) - max(box.left, other.left)
        height = min(box.bottom, other.bottom) - max(box.top, other.top)
        if min(width, height) > 0 and width * height > _SHARED * min(box.area, other.area):
            return True
    return False


def _size(width: float, height: float) -> tuple[int, int]:
    return max(round(width), 1), max(round(height), 1)


def _matches(
    pattern: Pattern, levels: Levels, scale: float, most: int, least_score: float
) -> list[tuple[Box, float]]:
    """Peaks of the correlation with the pattern in another size, in pixels of `levels`."""
    rows, columns = pattern.levels.shape
    wanted = _size(columns * scale, rows * scale)
    resized = cv2.resize(pattern.levels, wanted, interpolation=cv2.INTER_LINEAR)
    patch = np.asarray(resized, np.float32)
    body = pattern.body.scaled(wanted[0] / columns, wanted[1] / rows)
    # What is cut off by the photo's border is still found, as far as the margin goes.
    beside_x, beside_y = wanted[0] // 3, wanted[1] // 3
    wide = cv2.copyMakeBorder(levels, beside_y, beside_y, beside_x, beside_x, cv2.BORDER_REPLICATE)
    if wide.shape[0] < wanted[1] or wide.shape[1] < wanted[0]:
        return []
    likeness = _likeness(np.asarray(wide, np.float32), patch)
    peaks = likeness >= cv2.dilate(likeness, np.ones((3, 3), np.uint8))
    y, x = np.nonzero(peaks & (likeness >= least_score))
    order = np.argsort(-likeness[y, x])[: most * _PEAKS_PER_SCALE]
    return [
        (
            body.moved(float(x[n] - beside_x), float(y[n] - beside_y)),
            min(float(likeness[y[n], x[n]]), 1.0),
        )
        for n in order
    ]


def _likeness(levels: Levels, patch: Levels) -> Levels:
    """Of each place of the patch in `levels`: -1..1."""
    likeness = cv2.matchTemplate(levels, patch, cv2.TM_CCOEFF_NORMED)
    # A flat place has no correlation with anything.
    sound = np.where(np.isfinite(likeness), likeness, 0.0)
    return np.asarray(sound * _as_strong(levels, patch), np.float32)


def _as_strong(levels: Levels, patch: Levels) -> Levels:
    """For each place of the patch, how near the contrast there comes to the patch's own: 0..1.

    Correlation alone finds the shape of a dark blot in any grain, however faint.
    """
    size = (patch.shape[1], patch.shape[0])
    border = cv2.BORDER_CONSTANT
    mean = cv2.boxFilter(levels, cv2.CV_64F, size, anchor=(0, 0), borderType=border)
    square = cv2.sqrBoxFilter(levels, cv2.CV_64F, size, anchor=(0, 0), borderType=border)
    rows, columns = levels.shape[0] - size[1] + 1, levels.shape[1] - size[0] + 1
    spread = np.sqrt(np.maximum(square - mean**2, 0))[:rows, :columns]
    own = float(patch.std()) + 1e-6
    ratio = (spread + 1e-6) / own
    return np.asarray(np.minimum(ratio, 1 / ratio) ** _STRENGTH_POWER, np.float32)
