"""Several requests at a time come back in the order they were made in, and end when told to."""

import threading
import time

import pytest

from app.core.progress import Cancelled
from app.core.stopping import Stop
from app.services.in_order import in_order


def test_results_are_in_order_whatever_takes_longest():
    def work(n):
        time.sleep(0.02 if n % 3 == 0 else 0)
        return n * n

    assert list(in_order(work, range(50), at_once=4, stop=Stop())) == [n * n for n in range(50)]


def test_as_many_are_under_way_as_may_be_and_items_are_taken_as_they_are_needed():
    lock, now, most, taken = threading.Lock(), set(), [], []

    def work(n):
        with lock:
            now.add(n)
            most.append(len(now))
        time.sleep(0.005)
        with lock:
            now.remove(n)
        return n

    def items():
        for n in range(1000):
            taken.append(n)
            yield n

    coming = in_order(work, items(), at_once=3, stop=Stop())
    assert [next(coming) for _ in range(5)] == [0, 1, 2, 3, 4]
    coming.close()
    assert max(most) <= 3
    assert len(taken) < 30
    assert not now


@pytest.mark.parametrize("ended_by", ["caller", "stop", "error"])
def test_ended_early_it_breaks_off_what_is_under_way(ended_by):
    stop, broken_off = Stop(), threading.Event()

    def work(n):
        if n == 0:
            return n
        if n == 1 and ended_by == "error":
            raise ZeroDivisionError
        waiting = threading.Event()
        with stop.on_request(waiting.set):
            assert waiting.wait(60)
        broken_off.set()
        raise Cancelled

    coming = in_order(work, range(100), at_once=2, stop=stop)
    assert next(coming) == 0
    if ended_by == "caller":
        coming.close()
    else:
        if ended_by == "stop":
            stop.request()
        with pytest.raises(ZeroDivisionError if ended_by == "error" else Cancelled):
            next(coming)
    assert stop.requested
    assert broken_off.is_set() or ended_by == "error"


def test_an_item_that_cannot_be_made_ends_it():
    def items():
        yield 1
        raise ZeroDivisionError

    stop = Stop()
    with pytest.raises(ZeroDivisionError):
        list(in_order(lambda n: n, items(), at_once=1, stop=stop))
    assert stop.requested
