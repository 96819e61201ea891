"""Rings come out of a bridged line as they went in, and what it fills stays the same."""

import cv2
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.core.bridges import bridged, oriented, rings_of, signed_area
from app.imaging.outlines import mask_outlines

FRAME = np.array([(2, 2), (58, 2), (58, 38), (2, 38)], np.float64)
HOLE = np.array([(10, 10), (10, 30), (30, 30), (30, 10)], np.float64)
ISLAND = np.array([(15, 15), (25, 15), (25, 25), (15, 25)], np.float64)
APART = np.array([(40, 12), (50, 12), (50, 20), (40, 20)], np.float64)


def turned(ring):
    """Its points from the smallest on, so that where it begins doesn't count."""
    points = [tuple(point) for point in ring.tolist()]
    first = points.index(min(points))
    return tuple(points[first:] + points[:first])


def same(rings, others):
    return sorted(map(turned, rings)) == sorted(map(turned, others))


def test_rings_that_were_joined_come_apart_again():
    rings = [FRAME, ISLAND, HOLE]
    line = bridged(rings)
    assert len(line) == 4 + 2 * (4 + 2)
    assert same(rings_of(line), rings)
    assert sum(map(signed_area, rings_of(line))) == signed_area(line) == 56 * 36 - 400 + 100


@given(st.integers(0, 15))
def test_it_may_begin_anywhere(first):
    line = bridged([FRAME, HOLE, ISLAND])
    assert same(rings_of(np.roll(line, first, axis=0)), [FRAME, HOLE, ISLAND])


def test_a_plain_outline_is_its_only_ring():
    assert same(rings_of(FRAME), [FRAME])
    assert same(rings_of(np.concatenate([FRAME, FRAME[:1]])), [FRAME])


def test_a_line_there_and_back_encloses_nothing():
    assert rings_of(np.array([(0, 0), (5, 0), (9, 3), (5, 0)], np.float64)) == []


def test_parts_run_one_way_and_holes_the_other():
    wrong = [ISLAND[::-1], HOLE[::-1], FRAME]
    assert [turned(ring) for ring in oriented(wrong)] == [turned(r) for r in (FRAME, ISLAND, HOLE)]
    beside = [APART, HOLE, ISLAND[::-1]]  # the frame is not there: the hole is a part itself
    areas = [signed_area(ring) for ring in oriented(beside)]
    assert areas == [400, 80, -100]


@given(st.lists(st.tuples(*[st.integers(0, 39)] * 4, st.booleans()), min_size=1, max_size=9))
def test_masks_that_models_draw_come_apart_into_what_they_show(bars):
    mask = np.zeros((40, 40), np.uint8)
    for x0, y0, x1, y1, is_cut in bars:
        cv2.rectangle(mask, (x0, y0), (x1, y1), 0 if is_cut else 1, -1)
    outline = mask_outlines(mask)
    if outline is None:
        return
    line = np.array(outline, np.float64)
    rings = rings_of(line)
    assert np.isclose(sum(map(signed_area, rings)), signed_area(line))
    again = bridged(oriented(rings))
    assert np.isclose(signed_area(again), signed_area(line))
    assert same(rings_of(again), rings)
