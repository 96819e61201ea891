"""What some models want done to a photo before they see it."""

from collections.abc import Callable, Mapping

import numpy as np

from app.core.photo import Preprocess, Rgb
from app.imaging.flat_field import flat_field_streaks
from app.imaging.opencv import cv2


def as_it_is(photo: Rgb, *, longer_side_px: int | None) -> Rgb:
    """The photo unchanged: the detector scales it itself."""
    return photo


def evened_for_streaks(photo: Rgb, *, longer_side_px: int | None) -> Rgb:
    """Reduced to `longer_side_px` where it is larger, then evenly lit; see `flat_field_streaks`."""
    longer = max(photo.shape[:2])
    if longer_side_px is not None and longer > longer_side_px:
        scale = longer_side_px / longer
        # Of the thinnest photos nothing would be left.
        size = [max(1, round(side * scale)) for side in (photo.shape[1], photo.shape[0])]
        photo = np.asarray(cv2.resize(photo, size, interpolation=cv2.INTER_AREA), np.uint8)
    # The starter learned these channels in the order in which OpenCV hands photos over.
    return np.ascontiguousarray(flat_field_streaks(photo)[..., ::-1])


PREPARE: Mapping[Preprocess, Callable[..., Rgb]] = {
    "none": as_it_is,
    "flat_field_streaks": evened_for_streaks,
}
"""Each takes an upright RGB photo and returns height x width x 3, of that size or smaller."""
