"""How far two labellings agree, against plain counting and cases known by hand."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.agreement import Agreement, agreement, matches, overlaps
from app.core.geometry import Box, intersection_over_union


@dataclass(frozen=True)
class Drawn:
    class_id: int
    box: Box


A, B, C = Box(0, 0, 10, 10), Box(20, 0, 30, 10), Box(40, 0, 50, 10)

sides = st.integers(0, 12)
boxes = st.builds(
    lambda x, y, w, h: Box(x, y, x + w, y + h), sides, sides, st.integers(1, 8), st.integers(1, 8)
)
labellings = st.lists(st.builds(Drawn, st.integers(1, 3), boxes), max_size=7)


def test_a_case_counted_by_hand() -> None:
    first = [Drawn(1, A), Drawn(1, B), Drawn(2, C)]
    second = [Drawn(1, A), Drawn(2, B.moved(2, 0)), Drawn(2, Box(80, 80, 90, 90))]

    said = agreement(first, second)
    assert (said.matched, said.of_one_class) == (2, 1)
    assert said.f1 == pytest.approx(4 / 6)
    assert said.f1_with_class == pytest.approx(2 / 6)
    assert said.mean_iou == pytest.approx((1 + 80 / 120) / 2)


def test_kappa_of_cohens_kind() -> None:
    """Two raters, 50 pairs, 20 and 15 agreed: the example told everywhere, with 0.4."""
    said = Agreement(50, 50, 50.0, {(1, 1): 20, (1, 2): 5, (2, 1): 10, (2, 2): 15})

    assert said.kappa == pytest.approx(0.4)


def test_what_is_undefined_is_not_made_up() -> None:
    nothing = agreement([], [])
    assert (nothing.f1, nothing.mean_iou, nothing.kappa) == (None, None, None)
    assert agreement([Drawn(1, A)], []).f1 == 0
    assert agreement([Drawn(1, A)], [Drawn(1, A)]).kappa is None  # one class: chance agrees too


def test_boxes_of_one_class_come_together_first() -> None:
    first = [Drawn(1, A), Drawn(2, A.moved(2, 0))]
    second = [Drawn(2, A), Drawn(1, A.moved(2, 0))]

    assert agreement(first, second).of_one_class == 2


@given(labellings)
def test_whoever_agrees_with_themselves_agrees_wholly(drawn: list[Drawn]) -> None:
    said = agreement(drawn, drawn)

    assert said.matched == said.of_one_class == len(drawn)
    if drawn:
        assert said.f1 == said.f1_with_class == said.mean_iou == 1
    assert said.kappa in (None, pytest.approx(1))


@given(labellings, labellings)
def test_it_is_the_same_whoever_comes_first(first: list[Drawn], second: list[Drawn]) -> None:
    one, other = agreement(first, second), agreement(second, first)

    assert (one.matched, one.of_one_class) == (other.matched, other.of_one_class)
    assert one.iou_sum == pytest.approx(other.iou_sum)
    assert one.kappa == pytest.approx(other.kappa) or one.kappa is other.kappa is None


@given(labellings, labellings)
def test_each_box_belongs_to_one_other_at_most(first: list[Drawn], second: list[Drawn]) -> None:
    pairs = matches(first, second)

    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)
    assert all(intersection_over_union(first[i].box, second[j].box) >= 0.5 for i, j in pairs)
    for figure in (agreement(first, second).f1, agreement(first, second).mean_iou):
        assert figure is None or 0 <= figure <= 1


@given(st.lists(st.tuples(labellings, labellings), max_size=4))
def test_images_add_up(images: list[tuple[list[Drawn], list[Drawn]]]) -> None:
    total = sum((agreement(a, b) for a, b in images), Agreement())

    assert total.first == sum(len(a) for a, _ in images)
    assert total.matched == sum(agreement(a, b).matched for a, b in images)
    kappa = total.kappa
    assert kappa is None or -1 <= kappa <= 1


@given(st.lists(boxes, max_size=5), st.lists(boxes, max_size=5))
def test_overlaps_at_once_are_those_one_by_one(first: list[Box], second: list[Box]) -> None:
    table = overlaps(first, second)

    assert table.shape == (len(first), len(second))
    for i, a in enumerate(first):
        for j, b in enumerate(second):
            assert table[i, j] == pytest.approx(intersection_over_union(a, b))
