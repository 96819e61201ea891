"""Groups into splits: as well as can be where that can be known, and the same each time."""

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.core.stratifying import TOLERANCE, stratify

SHARES = np.array([0.6, 0.2, 0.2])


@st.composite
def counted(draw: st.DrawFn, *, most: int) -> NDArray[np.float64]:
    """Groups of up to 30 images, of which any number show each of up to 4 kinds."""
    kinds = draw(st.integers(1, 4))
    rows = []
    for _ in range(draw(st.integers(1, most))):
        images = draw(st.integers(1, 30))
        rows.append([images, *(draw(st.integers(0, images)) for _ in range(kinds))])
    return np.array(rows, float)


def excess(groups: NDArray[np.float64], chosen: tuple[int, ...]) -> float:
    """How far beyond the tolerance sizes and classes are, squared; large where a split is empty."""
    whole = groups.sum(0)
    total = 0.0
    for split, share in enumerate(SHARES):
        held = groups[np.array(chosen) == split].sum(0)
        told = [held[0] / whole[0] - share]
        told += [
            h / max(held[0], 1) - w / whole[0] for h, w in zip(held[1:], whole[1:], strict=True)
        ]
        total += sum(max(abs(each) - TOLERANCE, 0) ** 2 for each in told) + 10 * (held[0] == 0)
    return total


@settings(max_examples=30, deadline=None)
@given(counted(most=6))
def test_few_groups_are_divided_within_the_tolerance_where_that_can_be(
    groups: NDArray[np.float64],
) -> None:
    chosen = stratify(groups, np.zeros((3, groups.shape[1])), SHARES)
    best = min(excess(groups, each) for each in product(range(3), repeat=len(groups)))
    if best == 0:
        assert excess(groups, tuple(chosen)) == 0
    assert (excess(groups, tuple(chosen)) >= 10) == (best >= 10)


@settings(max_examples=12, deadline=None)
@given(counted(most=25))
def test_the_same_groups_go_the_same_way(groups: NDArray[np.float64]) -> None:
    fixed = np.zeros((3, groups.shape[1]))
    chosen = stratify(groups, fixed, SHARES)
    assert chosen.shape == (len(groups),) and set(chosen) <= {0, 1, 2}
    assert (stratify(groups.copy(), fixed, SHARES) == chosen).all()


def test_many_even_groups_come_as_near_as_counting_allows() -> None:
    groups = np.array([[10, 4, 2, 4 * (n % 2)] for n in range(100)], float)
    chosen = stratify(groups, np.zeros((3, 4)), SHARES)
    held = np.array([groups[chosen == split].sum(0) for split in range(3)])
    assert np.abs(held[:, 0] / 1000 - SHARES).max() < 0.011
    assert np.abs(held[:, 3] / held[:, 0] - 0.2).max() < 0.011


def test_what_is_fixed_counts() -> None:
    groups = np.array([[20, 5]] * 2, float)
    fixed = np.array([[60, 15], [20, 5], [0, 0]], float)
    chosen = stratify(groups, fixed, SHARES)
    assert 2 in chosen


def test_nothing_is_divided_into_nothing() -> None:
    assert stratify(np.zeros((0, 3)), np.ones((3, 3)), SHARES).shape == (0,)
