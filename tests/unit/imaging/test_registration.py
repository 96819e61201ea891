"""Two layers are laid over each other, and what is no longer there is told."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.geometry import Box, intersection_over_union
from app.imaging.registration import shift_between, still_there
from app.imaging.similar import flattened
from tests.helpers.grainy_photos import grainy, with_blot

_WIDE = grainy(500, 700, seed=9)
for _n in range(12):
    _WIDE, _ = with_blot(_WIDE, 50 + 53 * _n, 40 + (_n * 97) % 380, 24, 18, by=(-1) ** _n * 50)


def cut(dx, dy):
    """A piece of the same surface, in which all lies (dx, dy) further right and down."""
    return np.ascontiguousarray(_WIDE[50 - dy : 450 - dy, 50 - dx : 650 - dx])


@settings(max_examples=15)
@given(st.integers(-40, 40), st.integers(-40, 40))
def test_a_shift_is_found(dx, dy):
    found = shift_between(flattened(cut(0, 0)), flattened(cut(dx, dy)))
    assert found == pytest.approx((dx, dy), abs=1)


def test_photos_that_share_nothing_are_not_shifted():
    assert shift_between(flattened(grainy(seed=1)), flattened(grainy(seed=2))) == (0, 0)
    assert shift_between(flattened(cut(0, 0)), flattened(grainy(300, 300))) == (0, 0)
    flat = np.full((50, 60, 3), 120, np.uint8)
    assert shift_between(flattened(flat), flattened(flat)) == pytest.approx((0, 0), abs=0.01)


def test_boxes_move_with_the_photo_and_go_when_they_are_gone():
    boxes = []
    before, now = cut(0, 0), cut(17, -9)
    for x, y in ((100, 100), (400, 220)):
        before, box = with_blot(before, x, y, 30, 20, by=-70)
        boxes.append(box)
    now, there = with_blot(now, 117, 91, 30, 20, by=-70)
    kept, gone = still_there(flattened(before), flattened(now), boxes)
    assert gone is None
    place, likeness = kept
    assert intersection_over_union(place, there) > 0.8
    assert 0.4 <= likeness <= 1


def test_a_box_that_moves_off_the_photo_goes():
    before, now = cut(0, 0), cut(-40, 0)
    assert still_there(flattened(before), flattened(now), [Box(2, 100, 30, 130)]) == [None]
