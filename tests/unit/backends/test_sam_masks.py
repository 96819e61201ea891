"""Masks on their way back to the photo: the part that is scaled is the whole mask scaled."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends.sam_masks import Decoded, photo_mask

sides = st.integers(1, 70)


def decoded(logits, known=None, filled=None):
    known = known or logits.shape
    filled = filled or tuple(float(side) for side in known)
    return Decoded(logits[None].astype(np.float32), np.ones(1, np.float32), filled, known)


def whole(answer, height, width):
    part, left, top = photo_mask(answer, 0, height, width)
    mask = np.zeros((height, width), bool)
    mask[top : top + part.shape[0], left : left + part.shape[1]] = part
    return mask


@given(st.integers(0, 10**6), st.tuples(sides, sides), st.tuples(sides, sides), st.data())
def test_the_part_is_what_the_whole_map_scaled_would_show(seed, side, photo, data):
    random = np.random.default_rng(seed)
    logits = random.normal(data.draw(st.sampled_from([0, -2])), 1, side).astype(np.float32)
    known = tuple(data.draw(st.integers(1, each)) for each in side)
    ours = whole(decoded(logits, known), *photo)
    scaled = cv2.resize(
        np.ascontiguousarray(logits[: known[0], : known[1]]), photo[::-1], interpolation=1
    )
    clear = np.abs(scaled) > 1e-4
    np.testing.assert_array_equal(ours[clear], (scaled > 0)[clear])


def test_a_photo_that_ends_in_the_middle_of_a_cell():
    ramp = np.tile(np.arange(8) - 3.5, (8, 1))
    # 5.5 of 8 columns are 110 pixels: a cell is 20 wide, and the middle of the map is at 80.
    mask = whole(decoded(ramp, known=(8, 8), filled=(8.0, 5.5)), 160, 110)
    assert not mask[:, :80].any()
    assert mask[:, 80:].all()


def test_only_what_is_inside_is_scaled():
    logits = np.full((64, 64), -1.0)
    logits[10:12, 20:22] = 1
    part, left, top = photo_mask(decoded(logits), 0, 6400, 6400)
    assert part.shape[0] < 500 and part.shape[1] < 500
    assert 1850 < left < 2000 and 850 < top < 1000
    assert part.any()


@pytest.mark.parametrize("value", [-1.0, 0.0])
def test_nothing_is_inside(value):
    part, _, _ = photo_mask(decoded(np.full((8, 8), value)), 0, 100, 100)
    assert not part.any()


def test_a_map_may_be_scaled_in_two_steps():
    logits = np.random.default_rng(4).normal(0, 1, (16, 12)).astype(np.float32)
    known = (60, 48)
    two_steps = Decoded(logits[None], np.ones(1, np.float32), (60.0, 48.0), known, finer=4)
    finer = cv2.resize(logits, None, fx=4, fy=4, interpolation=cv2.INTER_LINEAR)
    np.testing.assert_array_equal(whole(two_steps, 90, 70), whole(decoded(finer, known), 90, 70))
    assert (whole(two_steps, 90, 70) != whole(decoded(logits, (15, 12)), 90, 70)).any()


def test_padding_is_not_looked_at():
    logits = np.full((8, 8), -1.0)
    logits[6:] = 1
    assert not whole(decoded(logits, known=(6, 8)), 60, 80).any()
