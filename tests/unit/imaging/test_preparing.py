"""Photos made ready for a model keep their shape, whatever it is."""

import numpy as np
import pytest

from app.imaging.preparing import PREPARE


@pytest.mark.parametrize("kind", PREPARE)
@pytest.mark.parametrize(
    ("size", "reduced"),
    [((1, 1), (1, 1)), ((1, 5000), (1, 640)), ((4000, 3), (640, 1)), ((1280, 640), (640, 320))],
)
def test_photos_of_extreme_shapes_are_reduced_to_something(kind, size, reduced):
    photo = np.full((*size, 3), 90, np.uint8)
    prepared = PREPARE[kind](photo, longer_side_px=640)
    assert prepared.dtype == np.uint8
    assert prepared.shape == (*(size if kind == "none" else reduced), 3)
