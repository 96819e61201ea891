"""How a photo lies to the one before it, and what of the one is still to be seen in the other."""

from collections.abc import Iterable

import numpy as np

from app.core.geometry import Box
from app.imaging.opencv import cv2
from app.imaging.similar import Flat, likeness_near, pattern_of

LEAST_LIKENESS = 0.45

_LEAST_RESPONSE = 0.06
"""Of phase correlation: below, the two photos have nothing in common that could tell."""
_FARTHEST = 0.2
"""Of a side: a camera doesn't move more between two layers."""


def shift_between(before: Flat, now: Flat) -> tuple[float, float]:
    """By how many pixels (x, y) what `before` shows lies further right and down in `now`.

    Phase correlation under a Hanning window (OpenCV's phaseCorrelate). (0, 0) where the photos
    differ in size, or no shift stands out.
    """
    if (before.width_px, before.height_px) != (now.width_px, now.height_px):
        return 0.0, 0.0
    first, second = (np.asarray(flat.levels, np.float32) for flat in (before, now))
    height, width = first.shape
    if min(height, width) < 2:
        return 0.0, 0.0
    window = cv2.createHanningWindow((width, height), cv2.CV_32F)
    (dx, dy), response = cv2.phaseCorrelate(first, second, window)
    is_far = abs(dx) > _FARTHEST * width or abs(dy) > _FARTHEST * height
    if response < _LEAST_RESPONSE or is_far:
        return 0.0, 0.0
    return dx * now.width_px / width, dy * now.height_px / height


def still_there(
    before: Flat, now: Flat, boxes: Iterable[Box], *, least_likeness: float = LEAST_LIKENESS
) -> list[tuple[Box, float] | None]:
    """For each box on `before` where it lies on `now` and how like (0..1) it looks there.

    None where the picture no longer matches, or the place has moved off the photo.
    """
    shift = shift_between(before, now)
    found: list[tuple[Box, float] | None] = []
    for box in boxes:
        likeness, place = likeness_near(pattern_of(before, box), now, box.moved(*shift))
        inside = place.clipped(now.width_px, now.height_px)
        is_there = inside is not None and likeness >= least_likeness
        found.append((inside, likeness) if inside is not None and is_there else None)
    return found
