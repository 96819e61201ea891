"""Photos are read off the GUI thread, ahead of time, and within a budget."""

import threading
from dataclasses import dataclass

import numpy as np
import pytest

from app.core.errors import UserError
from app.shell.jobs import Jobs
from app.shell.photos import Photos, load_picture
from app.shell.recent import Recent
from tests.gui.conftest import write_photo


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


def test_nothing_is_delivered_after_closing(qtbot):
    jobs, got, started, go = Jobs(threads=1), [], threading.Event(), threading.Event()
    jobs.run(lambda: started.set() or go.wait(5), got.append)
    jobs.run(lambda: 2, got.append)
    started.wait(5)
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
    recent.put(4, Thing(500))
    assert 4 in recent and 1 not in recent and recent.used_bytes == 500


def test_neighbours_are_fetched_before_they_are_asked_for(qtbot, tmp_path):
    for number in range(3):
        write_photo(tmp_path / f"{number}.png", 50 * number)
    photos = Photos(lambda key: tmp_path / f"{key}.png")
    arrived = []
    photos.arrived.connect(lambda key, _: arrived.append(key))
    assert photos.want(0, [1, 2]) is None
    qtbot.waitUntil(lambda: len(arrived) == 3)
    assert photos.want(1, []) is not None
    photos.close()


def test_many_large_photos_stay_within_the_budget(qtbot, tmp_path):
    write_photo(tmp_path / "photo.png", 90, width=600, height=500)
    budget_bytes = 4_000_000
    photos = Photos(lambda _: tmp_path / "photo.png", budget_bytes=budget_bytes)
    arrived = []
    photos.arrived.connect(lambda key, _: arrived.append(key))
    for key in range(12):
        photos.want(key, [])
        qtbot.waitUntil(lambda key=key: key in arrived)
    assert photos.used_bytes <= budget_bytes
    photos.close()


def test_a_picture_has_reduced_levels_for_looking_from_afar(tmp_path):
    write_photo(tmp_path / "photo.png", 90, width=1025, height=700)
    picture = load_picture(tmp_path / "photo.png")
    assert [(i.width(), i.height()) for i in picture.levels] == [
        (1025, 700),
        (513, 350),
        (257, 175),
    ]
    assert picture.level_for(1.0).width() == 1025
    assert picture.level_for(0.6).width() == 1025
    assert picture.level_for(0.4).width() == 513
    assert picture.level_for(0.01).width() == 257
    assert np.isclose(picture.nbytes, 4 * (1025 * 700 + 513 * 350 + 257 * 175))
