"""Repeat factors as in LVIS, and shares that come out."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.sampling import kept_for_share, repeat_factors, repeats

counts = st.integers(0, 5000)


def test_the_rarest_class_is_taken_most_often() -> None:
    factors = repeat_factors([{1}] * 90 + [{2}] * 9 + [{1, 3}] + [()] * 50)
    assert factors == {1: 1.0, 2: pytest.approx(math.sqrt(100 / 27)), 3: math.sqrt(100 / 3)}


def test_classes_that_are_even_are_taken_once() -> None:
    assert repeat_factors([{1}, {2}, {1}, {2}, ()]) == {1: 1.0, 2: 1.0}
    assert repeat_factors([(), ()]) == {}


@given(st.floats(1, 30))
def test_a_fraction_is_kept_on_the_whole(factor: float) -> None:
    taken = [repeats(factor, (n + 0.5) / 1000) for n in range(1000)]
    assert sum(taken) / 1000 == pytest.approx(factor, abs=0.002)
    assert set(taken) <= {math.floor(factor), math.floor(factor) + 1}


@given(counts, counts, st.floats(0, 1))
def test_a_share_is_met_and_as_much_as_can_be_is_kept(
    normal: int, others: int, share: float
) -> None:
    kept_normal, kept_others = kept_for_share(normal, others, share)
    assert 0 <= kept_normal <= normal and 0 <= kept_others <= others
    assert kept_normal == normal or kept_others == others
    # Of whichever is cut, the nearest whole number is taken.
    total = kept_normal + kept_others
    assert abs(kept_normal - share * total) <= 0.5 + 1e-6 * total
