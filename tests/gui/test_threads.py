"""Slow work is done off the GUI thread, and what was used last is kept within a budget."""

import threading
from dataclasses import dataclass

import pytest

from app.core.errors import UserError
from app.shell.jobs import Jobs
from app.shell.photos.recent import Recent


@dataclass
class Thing:
    nbytes: int


@pytest.fixture
def jobs(qtbot):
    jobs = Jobs()
    yield jobs
    jobs.close()


def test_a_result_comes_home(qtbot, jobs):
    got = []
    jobs.run(threading.current_thread, lambda r: got.append((r, threading.current_thread())))
    qtbot.waitUntil(lambda: bool(got))
    worker, home = got[0]
    assert worker is not threading.main_thread() and home is threading.main_thread()


def test_the_worlds_fault_comes_home_as_a_value(qtbot, jobs):
    def fail():
        raise UserError("The file is gone.", hint="Find it.")

    got = []
    jobs.run(fail, got.append)
    qtbot.waitUntil(lambda: bool(got))
    assert got[0].what == "The file is gone."


def test_our_bug_is_raised_on_the_gui_thread(qtbot, jobs):
    with qtbot.captureExceptions() as caught:
        jobs.run(lambda: 1 / 0, print)
        qtbot.waitUntil(lambda: bool(caught))
    assert caught[0][0] is ZeroDivisionError


def test_what_is_hastened_is_here_at_once_and_only_once(qtbot, jobs):
    got = []
    future = jobs.run(lambda: 7, got.append)
    jobs.hasten(future, at_most_s=60)
    assert got == [7]
    jobs.run(lambda: 8, got.append)
    qtbot.waitUntil(lambda: 8 in got)
    assert got == [7, 8]


def test_who_hastens_slow_work_gets_it_later(qtbot, jobs):
    got, go = [], threading.Event()
    future = jobs.run(lambda: go.wait(60), got.append)
    jobs.hasten(future, at_most_s=0.01)
    assert got == []
    go.set()
    qtbot.waitUntil(lambda: got == [True])


def test_what_fails_is_hastened_too(jobs):
    def fail():
        raise UserError("The file is gone.", hint="Find it.")

    got = []
    jobs.hasten(jobs.run(fail, got.append), at_most_s=60)
    assert got[0].what == "The file is gone."


def test_nothing_is_hastened_after_closing(jobs):
    got = []
    future = jobs.run(lambda: 7, got.append)
    jobs.stop()
    jobs.hasten(future, at_most_s=60)
    assert got == []


def test_nothing_is_delivered_after_closing(qtbot):
    jobs, got, started, go = Jobs(threads=1), [], threading.Event(), threading.Event()
    jobs.run(lambda: started.set() or go.wait(60), got.append)
    jobs.run(lambda: 2, got.append)
    started.wait(60)
    go.set()
    jobs.close()
    qtbot.wait(50)
    assert got == []


def test_the_oldest_goes_first_and_the_newest_stays():
    recent = Recent(100)
    recent.put(1, Thing(40))
    recent.put(2, Thing(40))
    assert recent.get(1) is not None  # now 2 is the oldest
    recent.put(3, Thing(40))
    assert 2 not in recent and 1 in recent and recent.used_bytes == 80
    assert recent.put(4, Thing(500)) == [1, 3]
    assert 4 in recent and 1 not in recent and recent.used_bytes == 500
