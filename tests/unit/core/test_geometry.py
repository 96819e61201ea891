import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.geometry import Box, intersection_over_union, match_one_to_one

numbers = st.floats(-1000, 1000, width=32)
sizes = st.floats(0.125, 1000, width=32)
boxes = st.builds(lambda x, y, w, h: Box(x, y, x + w, y + h), numbers, numbers, sizes, sizes)


@pytest.mark.parametrize(
    "corners",
    [
        *((0, 0, 0, 5), (3, 0, 1, 5), (0, 5, 5, 5)),
        *((math.nan, 0, 1, 1), (0, 0, 1, math.nan), (0, 0, math.inf, 1), (0, -math.inf, 1, 1)),
        *((math.inf, 0, math.inf, 1), (-1e308, 0, 1e308, 1)),
    ],
)
def test_a_box_needs_finite_area(corners: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="without area"):
        Box(*corners)


def test_right_and_bottom_are_exclusive() -> None:
    box = Box(0, 0, 64, 48)
    assert box.contains(0, 0)
    assert box.contains(63.9, 47.9)
    assert not box.contains(64, 0)
    assert not box.contains(0, 48)


@given(boxes)
def test_centre_and_size_describe_the_box(box: Box) -> None:
    again = Box.from_centre(*box.centre, box.width, box.height)
    assert again.corners == pytest.approx(box.corners, abs=1e-9)


@given(boxes, st.integers(1, 500), st.integers(1, 500))
def test_a_clipped_box_lies_in_the_image_and_in_the_box(box: Box, width: int, height: int) -> None:
    clipped = box.clipped(width, height)
    overlap = intersection_over_union(box, Box(0, 0, width, height))
    if clipped is None:
        assert overlap == 0
        return
    assert clipped.inside(width, height)
    assert box.left <= clipped.left
    assert clipped.bottom <= box.bottom
    assert clipped.clipped(width, height) == clipped


@given(boxes, boxes)
def test_overlap_is_a_share_and_the_same_both_ways(a: Box, b: Box) -> None:
    share = intersection_over_union(a, b)
    assert 0 <= share <= 1 + 1e-9
    assert share == intersection_over_union(b, a)
    assert intersection_over_union(a, a) == pytest.approx(1)


def test_overlap_of_half_shifted_squares() -> None:
    assert intersection_over_union(Box(0, 0, 2, 2), Box(1, 0, 3, 2)) == pytest.approx(1 / 3)
    assert intersection_over_union(Box(0, 0, 2, 2), Box(2, 0, 4, 2)) == 0


@given(st.lists(boxes, max_size=8), st.lists(boxes, max_size=8))
def test_nothing_is_matched_twice_or_below_the_threshold(
    first: list[Box], second: list[Box]
) -> None:
    pairs = match_one_to_one(first, second, iou=0.3)
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)
    assert all(intersection_over_union(first[i], second[j]) >= 0.3 for i, j in pairs)
    unmatched = (
        intersection_over_union(a, b)
        for i, a in enumerate(first)
        if i not in {i for i, _ in pairs}
        for j, b in enumerate(second)
        if j not in {j for _, j in pairs}
    )
    assert all(share < 0.3 for share in unmatched)


def test_the_best_overlap_is_matched_first() -> None:
    near, exact = Box(0, 0, 10, 10), Box(1, 0, 11, 10)
    assert match_one_to_one([near, exact], [exact], iou=0.3) == [(1, 0)]
