"""Beside a thread that computes, the GUI thread gets the interpreter back sooner: in one run."""

import sys
import threading
import time

import pytest

from app.shell.handover import hand_over_soon

HANDOVERS = 60


@pytest.fixture(autouse=True)
def interval():
    before = sys.getswitchinterval()
    yield
    sys.setswitchinterval(before)


@pytest.fixture
def computing():
    has_ended = threading.Event()

    def compute() -> None:
        while not has_ended.is_set():
            sum(range(100))

    thread = threading.Thread(target=compute)
    thread.start()
    yield
    has_ended.set()
    thread.join()


def taken_s() -> float:
    """By letting go of the interpreter so often, and having it back."""
    began_s = time.perf_counter()
    for _ in range(HANDOVERS):
        time.sleep(0)
    return time.perf_counter() - began_s


def test_it_is_handed_over_sooner_than_python_would(computing: None) -> None:
    sys.setswitchinterval(0.005)
    before_s = taken_s()
    hand_over_soon()
    assert taken_s() < 0.6 * before_s
