"""What a press would take, by arithmetic alone: no window, any zoom."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.canvas.hit_test import (
    Empty,
    Grip,
    Inside,
    Segment,
    Vertex,
    all_meeting,
    all_under,
    hit,
)
from widgets.photo.view import View

REACH_PX = 5.0
VIEWS = st.builds(View, st.floats(0.05, 40.0), st.floats(-500.0, 500.0), st.floats(-500.0, 500.0))
BIG, SMALL = (10, 10, 110, 90), (40, 30, 60, 50)
PLAIN = View(4.0, 0.0, 0.0)


def at(view, x, y, dx_px=0.0, dy_px=0.0):
    left, top = view.to_widget(x, y)
    return left + dx_px, top + dy_px


def target(view, boxes, point, *, selected=(), polygons=None):
    mask = np.zeros(len(boxes), bool)
    mask[list(selected)] = True
    outlines = polygons or [None] * len(boxes)
    return hit(view, np.array(boxes, float).reshape(-1, 4), mask, outlines, point, REACH_PX)


@pytest.mark.parametrize(
    ("x", "y", "handle"),
    [
        (10, 10, "top_left"),
        (60, 10, "top"),
        (110, 10, "top_right"),
        (110, 50, "right"),
        (110, 90, "bottom_right"),
        (60, 90, "bottom"),
        (10, 90, "bottom_left"),
        (10, 50, "left"),
    ],
)
@pytest.mark.parametrize("selected", [(), (0,)])
@pytest.mark.parametrize("off_px", [-4, 0, 4])
def test_edges_and_corners_are_grasped_a_little_beside_them(x, y, handle, selected, off_px):
    point = at(PLAIN, x, y, off_px, off_px)
    assert target(PLAIN, [BIG], point, selected=selected) == Grip(0, handle)


@given(VIEWS)
def test_nothing_is_nothing_at_any_zoom(view):
    assert target(view, [], at(view, 5, 5)) == Empty()
    assert target(view, [BIG], at(view, 10, 10, -6, 0)) == Empty()


@given(VIEWS, st.sampled_from([(), (0,)]))
def test_the_middle_of_any_box_is_inside_at_any_zoom(view, selected):
    """However small it is on the screen: else it could be resized but never moved."""
    assert target(view, [BIG], at(view, 60, 50), selected=selected) == Inside(0)


@given(VIEWS)
def test_every_edge_is_within_reach_at_any_zoom(view):
    assert target(view, [BIG], at(view, 10, 50)) == Grip(0, "left")
    assert target(view, [BIG], at(view, 110, 50)) == Grip(0, "right")
    assert target(view, [BIG], at(view, 60, 90)) == Grip(0, "bottom")


def test_the_smallest_box_is_on_top():
    assert target(PLAIN, [SMALL, BIG], at(PLAIN, 50, 40)) == Inside(0)
    assert target(PLAIN, [BIG, SMALL], at(PLAIN, 50, 40)) == Inside(1)


def test_a_selected_box_is_above_all_others():
    assert target(PLAIN, [BIG, SMALL], at(PLAIN, 50, 40), selected=[0]) == Inside(0)
    assert target(PLAIN, [BIG, SMALL], at(PLAIN, 40, 40), selected=[0]) == Inside(0)
    assert target(PLAIN, [BIG, BIG], at(PLAIN, 10, 50), selected=[0]) == Grip(0, "left")
    assert target(PLAIN, [BIG, BIG], at(PLAIN, 10, 50), selected=[1]) == Grip(1, "left")


def test_the_nearest_edge_is_taken():
    close = [(10, 10, 50, 50), (52, 10, 90, 50)]
    assert target(PLAIN, close, at(PLAIN, 50.4, 30)) == Grip(0, "right")
    assert target(PLAIN, close, at(PLAIN, 51.6, 30)) == Grip(1, "left")


def test_from_inside_a_box_only_a_smaller_neighbours_edge_is_taken():
    """Else small boxes side by side could not be clicked without grasping the next one."""
    tight = [(10, 10, 14, 14), (14.5, 10, 18.5, 14)]
    assert target(PLAIN, tight, at(PLAIN, 13.6, 12)) == Grip(0, "right")
    assert target(PLAIN, [tight[0], (14.5, 0, 40, 40)], at(PLAIN, 12.5, 12)) == Inside(0)
    assert target(PLAIN, [(0, 0, 40, 40), tight[0]], at(PLAIN, 14.8, 12)) == Grip(1, "right")


def test_several_selected_boxes_are_moved_not_resized():
    boxes = [BIG, SMALL]
    assert target(PLAIN, boxes, at(PLAIN, 10, 50), selected=[0, 1]) == Inside(0)
    assert target(PLAIN, boxes, at(PLAIN, 40, 40), selected=[0, 1]) == Inside(1)


def test_the_outline_of_the_selected_box_can_be_taken():
    triangle = ((30.0, 20.0), (90.0, 20.0), (60.0, 80.0))
    polygons = [triangle, None]
    boxes = [BIG, SMALL]

    def taken(x, y, selected=(0,)):
        return target(PLAIN, boxes, at(PLAIN, x, y), selected=selected, polygons=polygons)

    assert taken(60, 80) == Vertex(0, 2)
    assert taken(70, 20.5) == Segment(0, 0)
    assert taken(45, 50) == Segment(0, 2)
    assert taken(60, 40) == Inside(0)
    assert taken(60, 80, selected=()) == Inside(0)


def test_all_under_come_smallest_first_and_tiny_ones_from_beside_them():
    boxes = np.array([BIG, SMALL, (49, 39, 49.5, 39.5), (300, 300, 301, 301)], float)
    assert all_under(PLAIN, boxes, at(PLAIN, 50, 40), REACH_PX).tolist() == [2, 1, 0]
    assert all_under(PLAIN, boxes, at(PLAIN, 20, 20), REACH_PX).tolist() == [0]
    assert all_under(PLAIN, boxes, at(PLAIN, 200, 200), REACH_PX).tolist() == []


def test_the_box_that_is_pointed_at_comes_before_its_neighbours():
    row = np.array([(10, 10, 12, 12), (12.5, 10, 14.5, 12), (15, 10, 17, 12)], float)
    assert all_under(PLAIN, row, at(PLAIN, 13.5, 11), REACH_PX)[0] == 1


def test_of_equal_boxes_the_last_is_on_top():
    boxes = np.array([BIG, BIG], float)
    assert all_under(PLAIN, boxes, at(PLAIN, 50, 40), REACH_PX).tolist() == [1, 0]


def test_a_rubber_band_takes_what_it_touches():
    boxes = np.array([BIG, SMALL], float)
    assert all_meeting(boxes, (0, 0, 15, 15)).tolist() == [0]
    assert all_meeting(boxes, (0, 0, 45, 45)).tolist() == [0, 1]
    assert all_meeting(boxes, (111, 0, 200, 200)).tolist() == []


@given(VIEWS, st.integers(0, 99), st.data())
def test_what_is_told_to_be_near_is_near(view, seed, data):
    random = np.random.default_rng(seed)
    starts = random.uniform(0, 500, (50, 2))
    boxes = np.hstack([starts, starts + random.uniform(1, 80, (50, 2))])
    x, y = data.draw(st.tuples(st.floats(0, 600), st.floats(0, 600)))
    found = target(view, boxes, at(view, x, y))
    reach = REACH_PX / view.scale * 1.001
    if isinstance(found, Empty):
        assert not len(all_meeting(boxes, (x, y, x, y)))
    else:
        left, top, right, bottom = boxes[found.row]
        assert left - reach <= x <= right + reach and top - reach <= y <= bottom + reach
