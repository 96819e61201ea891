"""Whatever a hand does, a shape stays inside the image and keeps an area."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.bridges import bridged, rings_of, signed_area
from app.core.geometry import Box
from app.core.shape import (
    Handle,
    Shape,
    clipped,
    moved,
    moved_aside,
    moved_together,
    outlined,
    place_of,
    resized,
    with_vertex_inserted,
    with_vertex_moved,
    with_vertex_removed,
)

WIDTH_PX, HEIGHT_PX = 200.0, 120.0
BOUNDS = Box(0, 0, WIDTH_PX, HEIGHT_PX)
HANDLES: tuple[Handle, ...] = (
    "top_left",
    "top",
    "top_right",
    "right",
    "bottom_right",
    "bottom",
    "bottom_left",
    "left",
)
BOX = Box(40, 30, 80, 60)
TRIANGLE = ((40.0, 30.0), (80.0, 30.0), (60.0, 60.0))
STEPS = st.floats(-500, 500)
SPOTS = st.tuples(st.floats(-50, 250), st.floats(-50, 170))


@st.composite
def boxes(draw, *, inside=True):
    over = 0 if inside else 60
    xs = sorted((draw(st.floats(-over, WIDTH_PX + over)), draw(st.floats(0, WIDTH_PX))))
    ys = sorted((draw(st.floats(-over, HEIGHT_PX + over)), draw(st.floats(0, HEIGHT_PX))))
    left, top = min(xs[0], WIDTH_PX - 0.01), min(ys[0], HEIGHT_PX - 0.01)
    return Box(left, top, max(xs[1], left + 0.01), max(ys[1], top + 0.01))


@st.composite
def shapes(draw, *, inside=True):
    box = draw(boxes(inside=inside))
    if draw(st.booleans()):
        return Shape(box)
    xs, ys = st.floats(box.left, box.right), st.floats(box.top, box.bottom)
    corners = draw(st.lists(st.tuples(xs, ys), min_size=3, max_size=9))
    return Shape(box, tuple(corners))


def lies_inside(shape):
    return shape.box.inside(WIDTH_PX, HEIGHT_PX) and all(
        0 <= x <= WIDTH_PX and 0 <= y <= HEIGHT_PX for x, y in shape.polygon or ()
    )


@given(shapes(inside=False), STEPS, STEPS)
def test_a_moved_shape_is_inside_the_image(shape, dx, dy):
    assert lies_inside(moved(shape, dx, dy, BOUNDS))


@given(shapes(), STEPS, STEPS)
def test_moving_keeps_the_size(shape, dx, dy):
    box = moved(shape, dx, dy, BOUNDS).box
    assert (box.width, box.height) == pytest.approx((shape.box.width, shape.box.height))


@given(shapes(), STEPS, STEPS)
def test_there_and_back_is_where_it_was(shape, dx, dy):
    there = moved(shape, dx, dy, BOUNDS)
    shift = there.box.left - shape.box.left, there.box.top - shape.box.top
    back = moved(there, -shift[0], -shift[1], BOUNDS)
    assert back.box.corners == pytest.approx(shape.box.corners, abs=1e-9)
    for corner, before in zip(back.polygon or (), shape.polygon or (), strict=True):
        assert corner == pytest.approx(before, abs=1e-9)


@given(shapes())
def test_a_move_by_nothing_changes_nothing(shape):
    assert moved(shape, 0, 0, BOUNDS) == shape


@given(st.lists(boxes(), min_size=2, max_size=5), STEPS, STEPS)
def test_boxes_moved_together_keep_their_places(several, dx, dy):
    together = moved_together([Shape(box) for box in several], dx, dy, BOUNDS)
    shifts = [
        (s.box.left - b.left, s.box.top - b.top) for s, b in zip(together, several, strict=True)
    ]
    assert all(shift == pytest.approx(shifts[0], abs=1e-6) for shift in shifts)
    assert all(lies_inside(shape) for shape in together)


@given(shapes(inside=False), st.sampled_from(HANDLES), STEPS, STEPS)
def test_a_resized_shape_is_inside_the_image(shape, handle, dx, dy):
    assert lies_inside(resized(shape, handle, dx, dy, BOUNDS))


@given(boxes(), st.sampled_from(HANDLES), STEPS, STEPS)
def test_no_side_gets_thinner_than_a_pixel(box, handle, dx, dy):
    after = resized(Shape(box), handle, dx, dy, BOUNDS).box
    assert after.width >= min(1, box.width) - 1e-9
    assert after.height >= min(1, box.height) - 1e-9


@given(shapes(), st.sampled_from(HANDLES))
def test_a_resize_by_nothing_changes_nothing(shape, handle):
    assert resized(shape, handle, 0, 0, BOUNDS) == shape


@given(boxes(), st.sampled_from(HANDLES), STEPS, STEPS)
def test_the_opposite_edges_stay(box, handle, dx, dy):
    after = resized(Shape(box), handle, dx, dy, BOUNDS).box
    if "left" in handle:
        assert box.right in (after.left, after.right)
    elif "right" in handle:
        assert box.left in (after.left, after.right)
    else:
        assert (after.left, after.right) == (box.left, box.right)


@pytest.mark.parametrize(
    ("handle", "dx", "dy", "expected"),
    [
        ("top_left", 5, 6, Box(45, 36, 80, 60)),
        ("top", 5, -6, Box(40, 24, 80, 60)),
        ("top_right", 5, 6, Box(40, 36, 85, 60)),
        ("right", -5, 6, Box(40, 30, 75, 60)),
        ("bottom_right", 5, 6, Box(40, 30, 85, 66)),
        ("bottom", 5, 6, Box(40, 30, 80, 66)),
        ("bottom_left", 5, 6, Box(45, 30, 80, 66)),
        ("left", 5, 6, Box(45, 30, 80, 60)),
        ("left", 60, 0, Box(80, 30, 100, 60)),
        ("bottom_right", -70, -45, Box(10, 15, 40, 30)),
        ("right", -40, 0, Box(40, 30, 41, 60)),
        ("right", 900, 0, Box(40, 30, 200, 60)),
    ],
)
def test_each_handle_takes_its_edges_along(handle, dx, dy, expected):
    assert resized(Shape(BOX), handle, dx, dy, BOUNDS).box == expected


def test_a_box_at_the_border_squeezed_to_nothing_stays_inside():
    at_border = Shape(Box(0, 0, 10, 10))
    assert resized(at_border, "right", -30, 0, BOUNDS).box == Box(0, 0, 1, 10)


def test_an_outline_scales_with_its_box_and_turns_over_with_it():
    shape = Shape(BOX, TRIANGLE)
    wider = resized(shape, "right", 40, 0, BOUNDS)
    assert wider.polygon == ((40, 30), (120, 30), (80, 60))
    flipped = resized(shape, "top", 0, 60, BOUNDS)
    assert flipped == Shape(Box(40, 60, 80, 90), ((40, 90), (80, 90), (60, 60)))


@given(shapes(inside=False))
def test_a_clipped_shape_is_inside_the_image(shape):
    kept = clipped(shape, WIDTH_PX, HEIGHT_PX)
    assert kept is None or lies_inside(kept)


@given(shapes())
def test_clipping_leaves_a_box_inside_as_it_is(shape):
    kept = clipped(shape, WIDTH_PX, HEIGHT_PX)
    assert kept is not None and kept.box == shape.box
    assert kept.polygon in (shape.polygon, None)  # an outline without area goes


def test_clipping_cuts_the_outline():
    diamond = ((0.0, -20.0), (30.0, 10.0), (0.0, 40.0), (-30.0, 10.0))
    kept = clipped(Shape(Box(-30, -20, 30, 40), diamond), WIDTH_PX, HEIGHT_PX)
    assert kept is not None and kept.box == Box(0, 0, 30, 40)
    assert set(kept.polygon) == {(0, 0), (20, 0), (30, 10), (0, 40)}


def test_nothing_is_left_of_what_lies_outside():
    assert clipped(Shape(Box(-30, 0, -10, 9)), WIDTH_PX, HEIGHT_PX) is None
    outside = ((-9.0, 0.0), (-1.0, 0.0), (-1.0, 9.0))
    assert clipped(Shape(Box(-9, 0, 9, 9), outside), WIDTH_PX, HEIGHT_PX) == Shape(Box(0, 0, 9, 9))


@given(st.lists(SPOTS, min_size=3, max_size=8), st.data())
def test_an_outline_bent_anyhow_is_inside_and_fills_its_box(corners, data):
    shape = outlined(corners, BOUNDS)
    if shape is None:
        return
    number = data.draw(st.integers(0, len(shape.polygon) - 1))
    spot = data.draw(SPOTS)
    bent = with_vertex_moved(shape, number, spot, BOUNDS)
    longer = with_vertex_inserted(bent, number, spot, BOUNDS)
    for each in (shape, bent, longer):
        assert lies_inside(each) and each.box == Box.around(each.polygon)


def test_vertices_move_come_and_go():
    shape = Shape(BOX, TRIANGLE)
    assert with_vertex_moved(shape, 2, (60, 90), BOUNDS).box == Box(40, 30, 80, 90)
    square = with_vertex_inserted(shape, 1, (85, 50), BOUNDS)
    assert square.polygon == ((40, 30), (80, 30), (85, 50), (60, 60))
    assert with_vertex_inserted(shape, 2, (45, 50), BOUNDS).polygon[-1] == (45, 50)
    assert with_vertex_removed(square, 2) == shape


def test_three_corners_are_the_fewest_and_never_in_one_line():
    shape = Shape(BOX, TRIANGLE)
    assert with_vertex_removed(shape, 0) is None
    assert with_vertex_moved(shape, 2, (60, 30), BOUNDS) == shape
    assert outlined([(0, 0), (10, 10), (20, 20)], BOUNDS) is None
    with pytest.raises(ValueError, match="no outline"):
        with_vertex_moved(Shape(BOX), 0, (1, 1), BOUNDS)


def test_corners_that_lie_on_each_other_go_together():
    """So a bridge between the parts of a mask stays without width."""
    rings = [
        np.array([(10, 10), (50, 10), (50, 40), (10, 40)], np.float64),
        np.array([(20, 20), (20, 30), (30, 30), (30, 20)], np.float64),
    ]
    shape = outlined([(x, y) for x, y in bridged(rings).tolist()], BOUNDS)
    number = shape.polygon.index((10.0, 10.0))
    after = with_vertex_moved(shape, number, (5.0, 5.0), BOUNDS)
    rings_after = rings_of(np.array(after.polygon))
    assert len(rings_after) == 2 and after.box.corners == (5, 5, 50, 40)
    assert {tuple(point) for ring in rings_after for point in ring.tolist()} == {
        *{(5, 5), (50, 10), (50, 40), (10, 40)},
        *{(20, 20), (20, 30), (30, 30), (30, 20)},
    }


def test_without_a_corner_of_a_bridge_the_parts_are_joined_anew():
    rings = [
        np.array([(10, 10), (30, 5), (50, 10), (50, 40), (10, 40)], np.float64),
        np.array([(20, 20), (20, 30), (30, 30), (30, 20)], np.float64),
    ]
    shape = outlined([(x, y) for x, y in bridged(rings).tolist()], BOUNDS)
    bridge_end = next(c for c in shape.polygon if shape.polygon.count(c) > 1 and c[0] in (20, 30))
    after = with_vertex_removed(shape, shape.polygon.index(bridge_end))
    sizes = sorted(abs(signed_area(ring)) for ring in rings_of(np.array(after.polygon)))
    assert sizes == [50, 40 * 30 + 40 * 5 / 2]  # half of the hole is left
    assert bridge_end not in after.polygon


@given(
    st.tuples(st.floats(0, 60), st.floats(0, 40)), st.tuples(st.floats(1, 100), st.floats(1, 60))
)
def test_copies_aside_never_lie_where_another_one_does(corner, size):
    whole = Box(0, 0, 100, 60)
    shape = moved(Shape(Box.from_centre(*corner, *size)), 0, 0, whole)
    places = {place_of(shape)}
    for _ in range(4):
        there = moved_aside(shape, 12, whole, taken=places)
        assert there.box.inside(100, 60)
        if place_of(there) in places:
            assert len(places) > 1 or (size[0] > 99.98 and size[1] > 59.98)
            return
        places.add(place_of(there))
