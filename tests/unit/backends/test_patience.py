"""A model that hangs is told from one that is slow by how slow it has been."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends.patience import Patience

BATCH = 8 * 1024 * 1024


def test_before_its_first_answer_nothing_is_known_of_a_model():
    assert Patience().for_answer_s(BATCH) == Patience.first_s


@pytest.mark.parametrize(
    ("slowest_s", "patience_s"), [(0.5, 300.0), (60.0, 600.0), (1000.0, 1800.0)]
)
def test_ten_times_its_slowest_answer_within_bounds(slowest_s, patience_s):
    patience = Patience()
    for elapsed_s in (slowest_s, slowest_s / 2):
        patience.learn(elapsed_s, BATCH)
    assert patience.for_answer_s(BATCH) == patience_s


def test_more_pixels_than_ever_get_more_time_and_fewer_no_less():
    patience = Patience()
    patience.learn(40.0, BATCH)
    assert patience.for_answer_s(2 * BATCH) == 800.0
    assert patience.for_answer_s(BATCH // 8) == 400.0


def test_a_question_without_photos_counts_too():
    patience = Patience()
    patience.learn(40.0, 0)
    assert patience.for_answer_s(0) == 400.0


@given(
    answers=st.lists(st.tuples(st.floats(0, 1e4), st.integers(0, 10**9)), max_size=5),
    pixels=st.integers(0, 10**9),
)
def test_it_never_leaves_its_bounds_and_more_pixels_never_get_less(answers, pixels):
    patience = Patience()
    for elapsed_s, seen in answers:
        patience.learn(elapsed_s, seen)
    waits_s = [patience.for_answer_s(n) for n in (pixels, 2 * pixels)]
    assert Patience.least_s <= waits_s[0] <= waits_s[1] <= Patience.first_s
