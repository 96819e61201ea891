import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.activity import IDLE_AFTER_S, ActivityClock, Visit


def spent(*touches, end, away=(), start=0.0):
    """(active_ms, idle_ms) of a visit from `start` to `end`, in seconds."""
    clock = ActivityClock(start)
    events = [(at, clock.touched) for at in touches] + [(at, clock.went_away) for at in away]
    for at, what in sorted(events, key=lambda event: event[0]):
        what(at)
    return clock.finished(end)


def test_looking_between_two_touches_is_work():
    assert spent(2.0, 61.5, end=70.0) == (70_000, 0)


def test_a_visit_without_a_touch_is_work_when_short_and_idle_when_long():
    assert spent(end=1.8) == (1_800, 0)
    assert spent(end=61.0) == (0, 61_000)


def test_a_long_gap_is_idle_as_a_whole():
    assert spent(5.0, 605.0, end=610.0) == (10_000, 600_000)


def test_the_limit_itself_is_still_work():
    limit_s = IDLE_AFTER_S
    assert spent(limit_s, end=2 * limit_s) == (round(2000 * limit_s), 0)


def test_a_lid_that_was_closed_over_night_is_idle():
    assert spent(4.0, end=4.0 + 9 * 3600) == (4_000, 9 * 3_600_000)


def test_out_of_the_window_is_idle_even_when_short():
    assert spent(2.0, 9.0, away=[3.0], end=10.0) == (4_000, 6_000)
    assert spent(2.0, away=[3.0], end=10.0) == (3_000, 7_000)


def test_leaving_the_window_twice_counts_once():
    assert spent(2.0, away=[3.0, 5.0], end=10.0) == (3_000, 7_000)


def test_a_clock_that_steps_back_takes_nothing_away():
    clock = ActivityClock(100.0)
    clock.touched(105.0)
    clock.touched(101.0)
    assert clock.finished(106.0) == (6_000, 0)
    assert ActivityClock(100.0).finished(99.0) == (0, 0)


def test_active_time_so_far_falls_back_when_the_gap_turns_out_idle():
    clock = ActivityClock(0.0)
    clock.touched(10.0)
    assert clock.active_ms(25.0) == 25_000
    assert clock.active_ms(71.0) == 10_000


def test_asking_changes_nothing():
    asked, unasked = ActivityClock(0.0), ActivityClock(0.0)
    for at in (1.0, 20.0, 35.0, 90.0):
        asked.active_ms(at)
    assert asked.finished(95.0) == unasked.finished(95.0)


times = st.lists(st.tuples(st.floats(0, 500), st.sampled_from(["touched", "went_away"])))


@given(st.floats(0, 1e6), times, st.floats(0, 100))
def test_active_and_idle_are_the_whole_visit(start, events, after):
    clock = ActivityClock(start)
    at = start
    for offset, what in sorted(events):
        at = start + offset
        getattr(clock, what)(at)
    end = at + after
    active_ms, idle_ms = clock.finished(end)
    assert active_ms >= 0 and idle_ms >= 0
    assert active_ms + idle_ms == round((end - start) * 1000)


@given(st.lists(st.floats(0, 20), min_size=1))
def test_who_never_rests_is_never_idle(gaps):
    clock, at = ActivityClock(0.0), 0.0
    for gap in gaps:
        at += gap
        clock.touched(at)
    assert clock.finished(at)[1] == 0


@pytest.mark.parametrize("durations", [(-1, 0), (0, -1)])
def test_a_visit_can_not_be_negative(durations):
    with pytest.raises(ValueError, match="before it began"):
        Visit(1, "ann", "2026-01-01T00:00:00.000+00:00", *durations)
