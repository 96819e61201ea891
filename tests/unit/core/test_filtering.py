import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.detection import Detection
from app.core.filtering import kept
from app.core.geometry import Box, intersection_over_union
from app.core.recipe import Filters

WIDTH, HEIGHT = 400, 200
INNER = Filters(region=Box(0.25, 0.25, 0.75, 0.75))  # 100..300 x 50..150

numbers = st.floats(-50, 450, width=32)
sides = st.floats(0.5, 300, width=32)
shares = st.tuples(st.integers(0, 19), st.integers(1, 20)).filter(lambda s: s[0] < s[1])
regions = st.builds(lambda x, y: Box(x[0] / 20, y[0] / 20, x[1] / 20, y[1] / 20), shares, shares)
boxes = st.builds(lambda x, y, w, h: Box(x, y, x + w, y + h), numbers, numbers, sides, sides)


def outline(box):
    """A diamond in the box, touching each of its sides."""
    x, y = box.centre
    return ((x, box.top), (box.right, y), (x, box.bottom), (box.left, y))


finds = st.builds(
    lambda box, outlined: Detection("streak", box, 0.5, outline(box) if outlined else None),
    boxes,
    st.booleans(),
)


@given(st.lists(finds, max_size=6), regions, st.integers(0, 30), st.integers(1, 20))
def test_what_stays_fits_and_lies_in_the_region(given_finds, region, least_side, share):
    filters = Filters(least_side, share / 20, region)
    whole = region.scaled(WIDTH, HEIGHT)
    for find in kept(given_finds, filters, WIDTH, HEIGHT):
        corners = (find.box.corners[:2], find.box.corners[2:], *(find.polygon or ()))
        assert all(whole.left <= x <= whole.right for x, _ in corners)
        assert all(whole.top <= y <= whole.bottom for _, y in corners)
        assert min(find.box.width, find.box.height) >= least_side
        assert find.box.area <= share / 20 * WIDTH * HEIGHT


@given(st.lists(finds, max_size=6), regions)
def test_filtering_again_changes_nothing_but_what_lost_its_centre(given_finds, region):
    once = kept(given_finds, Filters(region=region), WIDTH, HEIGHT)
    for find in kept(once, Filters(region=region), WIDTH, HEIGHT):
        assert find in once


@given(st.lists(finds, max_size=6), regions)
def test_what_has_its_centre_inside_stays_when_nothing_else_is_asked(given_finds, region):
    whole = region.scaled(WIDTH, HEIGHT)
    inside = [f for f in given_finds if whole.contains(*f.box.centre)]
    results = kept(given_finds, Filters(region=region), WIDTH, HEIGHT)
    assert len(results) == len(inside)
    for before, after in zip(inside, results, strict=True):
        assert (before.polygon is None) == (after.polygon is None)
        assert intersection_over_union(after.box, before.box) > 0


def test_without_filters_what_lies_in_the_photo_is_left_as_it_is():
    finds = [Detection("a", Box(0, 0, WIDTH, HEIGHT), 0.9), Detection("b", Box(1, 1, 2, 2), 0.1)]
    assert kept(finds, Filters(), WIDTH, HEIGHT) == finds


def test_a_find_whose_centre_is_on_the_frame_goes_and_what_sticks_out_is_cut_off():
    finds = [
        Detection("frame", Box(0, 60, 190, 80), 0.9),  # centre at 95, just outside
        Detection("bed", Box(20, 60, 300, 80), 0.8),
    ]
    (left,) = kept(finds, INNER, WIDTH, HEIGHT)
    assert left == Detection("bed", Box(100, 60, 300, 80), 0.8)


def test_an_outline_is_cut_with_its_box_which_shrinks_with_it():
    slanted = ((60.0, 60.0), (260.0, 140.0), (260.0, 150.0), (60.0, 70.0))
    (left,) = kept([Detection("s", Box.around(slanted), 0.5, slanted)], INNER, WIDTH, HEIGHT)
    assert left.polygon is not None and len(left.polygon) == 4
    assert left.box == Box.around(left.polygon)
    assert left.box.corners == pytest.approx((100, 76, 260, 150))


def test_a_box_that_is_not_its_outlines_is_cut_by_itself():
    slanted = ((60.0, 60.0), (260.0, 140.0), (260.0, 150.0), (60.0, 70.0))
    (left,) = kept([Detection("s", Box(50, 55, 265, 155), 0.5, slanted)], INNER, WIDTH, HEIGHT)
    assert left.box == Box(100, 55, 265, 150)
    assert left.polygon is not None and min(x for x, _ in left.polygon) == 100


def test_an_outline_of_which_nothing_lies_inside_goes_with_its_find():
    around = ((90.0, 40.0), (310.0, 40.0), (310.0, 160.0), (305.0, 160.0), (305.0, 45.0), (90, 45))
    assert kept([Detection("s", Box.around(around), 0.5, around)], INNER, WIDTH, HEIGHT) == []


def test_sizes_are_those_of_what_is_left():
    thin = Detection("s", Box(100, 40, 200, 56), 0.5)  # 16 px, of which 6 are in the region
    tall = Detection("t", Box(100, 45, 200, 146), 0.5)
    assert kept([tall, thin], Filters(least_side_px=7), WIDTH, HEIGHT) == [tall, thin]
    lower = Filters(least_side_px=7, region=INNER.region)
    assert [f.class_name for f in kept([tall, thin], lower, WIDTH, HEIGHT)] == ["t"]
    small = Filters(most_area_share=0.1)  # 8,000 square pixels
    assert kept([tall, thin], small, WIDTH, HEIGHT) == [thin]
