"""Whatever a person does, with a model running, the GUI thread is soon back: ratios in one run."""

import heapq
import os
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from app.imaging.pixels import read_levels
from tests.bench.bench_hour import Hour, make_project, own_home
from tests.bench.bench_next_image import SIZES_PX, write_photos
from tests.bench.watchdog import Stretch, Watchdog, stolen_of

pytestmark = pytest.mark.slow

IMAGES, ACTIONS = 60, 150


@pytest.fixture(scope="module")
def hour(tmp_path_factory: pytest.TempPathFactory) -> Hour:
    QApplication.instance() or QApplication([])
    home = tmp_path_factory.mktemp("hour")
    with own_home(home):
        hour = Hour(make_project(home / "work", IMAGES), with_model=True)
        did = hour.work(ACTIONS)
    assert sum(did.values()) >= ACTIONS and min(did.values()) >= 1
    return hour


def decoding_ms(folder: Path) -> float:
    """Of the thread's own time for one large photo: what the GUI thread would do by itself if
    nothing were done elsewhere.
    """
    photo = write_photos(folder, SIZES_PX[1])[0]
    read_levels(photo)
    started = time.thread_time()
    read_levels(photo)
    return (time.thread_time() - started) * 1000


def test_no_action_takes_longer_than_decoding_a_large_photo(hour: Hour, tmp_path: Path) -> None:
    """Each kind twice: a machine that is shared takes the core away in the middle of anything, and
    counts the time as the thread's. What an action itself costs, it costs again.
    """
    limit_ms = 1.5 * decoding_ms(tmp_path)
    of_kind: dict[str, list[Stretch]] = defaultdict(list)
    for stretch in hour.watchdog.stretches:
        of_kind[stretch.doing].append(stretch)
    del of_kind["opening"]
    again = [heapq.nlargest(2, each, key=lambda s: s.cpu_ms)[-1] for each in of_kind.values()]
    assert [s for s in again if s.cpu_ms > limit_ms] == [], limit_ms


def test_the_model_worked_while_the_person_did(hour: Hour) -> None:
    assert hour.proposed_on > 8


def test_the_watchdog_sees_a_thread_that_sleeps(hour: Hour) -> None:
    """A hole of a known length, by the clock and not by CPU."""
    dog = type(hour.watchdog)()
    application = QApplication.instance()
    with dog.watching():
        until = time.monotonic() + 0.5
        slept = False
        while time.monotonic() < until:
            application.processEvents()
            if not slept and time.monotonic() > until - 0.3:
                time.sleep(0.12)
                slept = True
            time.sleep(0.001)
    (blocked,) = [s for s in dog.blocked() if s.wall_ms > 100]
    assert blocked.cpu_ms + blocked.queued_ms < blocked.wall_ms / 2
    assert any("test_hour.py" in place for place in blocked.where)


def test_what_the_thread_did_is_told_as_at_the_best_of_its_core() -> None:
    dog = Watchdog()
    dog._pieces_ms = [0.1] * 60 + [0.18] * 40
    calm, slow = (Stretch(100, 90, 0, 0, piece, "draw", ()) for piece in (0.1, 0.18))
    dog.stretches = [calm, slow]
    assert dog.blocked("clock") == dog.blocked("CPU") == [calm, slow]
    assert dog.longest_ms("full speed") == pytest.approx(90)
    assert "(50 at full speed)" in next(iter(dog.told([slow])))
    assert dog.core_speed.slow_share == pytest.approx(0.4)
    assert dog.core_speed.slowness == pytest.approx(1.8)


def test_what_the_host_takes_is_read_from_the_line_of_all_cores() -> None:
    tick_s = 1 / os.sysconf("SC_CLK_TCK")
    told = "cpu  11 12 13 14 15 16 17 250 18 19\ncpu0 1 1 1 1 1 1 1 240 1 1\n"
    assert stolen_of(told) == pytest.approx(250 * tick_s)


@pytest.mark.skipif(not Path("/proc/thread-self/schedstat").exists(), reason="nothing tells it")
def test_the_watchdog_sees_a_thread_that_waits_for_a_core() -> None:
    """Two that compute on one core: the one waits half of the time."""
    application = QApplication.instance() or QApplication([])
    dog, cores = Watchdog(), os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    busy = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        with dog.watching():
            until = time.monotonic() + 1.0
            while time.monotonic() < until:
                pass
            QTimer.singleShot(100, application.quit)
            application.exec()
    finally:
        busy.kill()
        busy.wait()
        os.sched_setaffinity(0, cores)
    longest = max(dog.blocked(), key=lambda s: s.wall_ms)
    assert longest.wall_ms > 500
    assert longest.queued_ms > longest.wall_ms / 10
    assert longest.cpu_ms + longest.queued_ms < 1.1 * longest.wall_ms
