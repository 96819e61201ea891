import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.imaging.outlines import clipped_polygon, joined_outline, mask_outline


def area(polygon):
    return cv2.contourArea(np.array(polygon, np.float32))


def blank(height=40, width=60):
    return np.zeros((height, width), np.uint8)


def test_a_rectangle_is_outlined_along_its_outer_edges():
    mask = blank()
    mask[5:15, 10:30] = 1
    assert set(mask_outline(mask)) == {(10, 5), (30, 5), (30, 15), (10, 15)}
    assert set(mask_outline(mask, left=100, top=7)) == {(110, 12), (130, 12), (130, 22), (110, 22)}


def test_a_mask_that_fills_its_image_reaches_the_borders():
    mask = np.ones((4, 6), np.uint8)
    assert set(mask_outline(mask)) == {(0, 0), (6, 0), (6, 4), (0, 4)}


def test_one_pixel_has_an_outline():
    mask = blank()
    mask[39, 59] = 1
    assert set(mask_outline(mask)) == {(59, 39), (60, 39), (60, 40), (59, 40)}


def test_of_several_parts_the_largest_is_outlined():
    mask = blank()
    mask[1:3, 1:40] = 1
    mask[10:30, 10:30] = 1
    assert set(mask_outline(mask)) == {(10, 10), (30, 10), (30, 30), (10, 30)}


def test_an_empty_mask_has_no_outline():
    assert mask_outline(blank()) is None


@given(st.integers(4, 28), st.integers(4, 18))
def test_an_ellipse_keeps_its_area(width, height):
    mask = blank(60, 80)
    cv2.ellipse(mask, (40, 30), (width, height), 20, 0, 360, 1, -1)
    slack = 1.2 * (width + height)  # half a pixel along the edge
    assert area(mask_outline(mask)) == pytest.approx(int(mask.sum()), abs=slack)


def test_touching_polygons_join():
    left = ((0, 0), (10, 0), (10, 5), (0, 5))
    right = ((10, 1), (20, 1), (20, 5), (10, 5))
    joined = joined_outline([left, right])
    assert area(joined) == pytest.approx(90, abs=1)
    assert min(joined) == (0, 0) and max(joined) == (20, 5)


def test_of_polygons_apart_the_largest_stays():
    small = ((0, 0), (3, 0), (3, 3), (0, 3))
    large = ((10, 10), (30, 10), (30, 20), (10, 20))
    assert set(joined_outline([small, large])) == set(large)


def test_a_polygon_inside_is_not_cut():
    inside = ((1.5, 1), (9, 2), (5, 7.25))
    assert clipped_polygon(inside, 10, 8) == inside


def test_a_polygon_is_cut_at_the_borders():
    diamond = ((5, -5), (15, 5), (5, 15), (-5, 5))
    cut = clipped_polygon(diamond, 10, 10)
    assert set(cut) == {(0, 0), (10, 0), (10, 10), (0, 10)}


@pytest.mark.parametrize(
    "outside",
    [((11, 0), (15, 0), (15, 5)), ((-5, -5), (-1, -5), (0, -1)), ((10, 2), (20, 2), (20, 4))],
)
def test_nothing_is_left_of_a_polygon_outside(outside):
    assert clipped_polygon(outside, 10, 10) is None


@given(
    st.tuples(st.floats(-10, 30), st.floats(-10, 30)),
    st.tuples(st.floats(2, 30), st.floats(2, 30)),
    st.floats(0, 180),
)
def test_cutting_agrees_with_opencv(centre, size, angle):
    quad = cv2.boxPoints((centre, size, angle))
    frame = np.array([(0, 0), (20, 0), (20, 16), (0, 16)], np.float32)
    expected, _ = cv2.intersectConvexConvex(quad, frame)
    cut = clipped_polygon(tuple(map(tuple, quad.tolist())), 20, 16)
    assert (area(cut) if cut else 0) == pytest.approx(expected, abs=0.05)
