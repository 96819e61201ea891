"""Photos read in the process of a model that steps back, and here where there is none."""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.core.errors import UserError
from app.imaging.preparing import as_it_is
from backends.base import BackendSpec, DetectorSettings
from backends.client import ModelWorker
from backends.photo_reading import LANES

SHARED = Path("/dev/shm")


def worker(folder: Path, *, steps_back: bool = True) -> ModelWorker:
    settings = DetectorSettings(folder / "model.pt", cache=folder / "cache")
    return ModelWorker(settings, BackendSpec("Fake", "fake_detectors:Echo"), steps_back=steps_back)


def photo(folder: Path, name: str, *, size_px: tuple[int, int], grey: int = 0) -> Path:
    path = folder / name
    Image.new("RGB", size_px, (grey, 20, 30)).save(path)
    return path


def with_process_number(rgb):
    """The photo, its first pixels replaced by who prepares it."""
    number = np.array([os.getpid()], "<u4").view(np.uint8)
    rgb = rgb.copy()
    rgb.reshape(-1)[:4] = number
    return rgb


def reader_of(rgb) -> int:
    return int(rgb.reshape(-1)[:4].copy().view("<u4")[0])


def broken(rgb):
    raise ZeroDivisionError("a bug in preparing")


def slow(until: Path, rgb):
    (until / "begun").touch()
    while not (until / "go on").exists():
        time.sleep(0.01)
    return rgb


as_stored = partial(as_it_is, longer_side_px=None)


def test_one_that_steps_back_reads_in_its_process(tmp_path):
    path = photo(tmp_path, "a.png", size_px=(8, 5))
    with worker(tmp_path) as behind, worker(tmp_path, steps_back=False) as beside:
        read = behind.read(path, with_process_number)
        assert read.shape == (5, 8, 3) and read.dtype == np.uint8
        assert reader_of(read) == behind._process.pid
        assert reader_of(beside.read(path, with_process_number)) == os.getpid()
    assert reader_of(behind.read(path, with_process_number)) == os.getpid()


def test_photos_of_any_size_come_whole_to_many_threads(tmp_path):
    sizes = [(3 + 40 * n % 97, 2 + 60 * n % 89) for n in range(24)]
    paths = [photo(tmp_path, f"{n}.png", size_px=size, grey=n) for n, size in enumerate(sizes)]
    with worker(tmp_path) as behind, ThreadPoolExecutor(3 * LANES) as pool:
        read = list(pool.map(lambda path: behind.read(path, as_stored), paths))
    for n, (rgb, (width, height)) in enumerate(zip(read, sizes, strict=True)):
        assert rgb.shape == (height, width, 3)
        assert (rgb == (n, 20, 30)).all()


def test_the_model_answers_while_photos_are_read(tmp_path):
    path = photo(tmp_path, "a.png", size_px=(8, 5))
    with worker(tmp_path) as behind, ThreadPoolExecutor(1) as pool:
        future = pool.submit(behind.read, path, partial(slow, tmp_path))
        while not (tmp_path / "begun").exists():
            time.sleep(0.01)
        assert len(behind.detect([np.zeros((4, 4, 3), np.uint8)])) == 1
        assert not future.done()
        (tmp_path / "go on").touch()
        assert future.result().shape == (5, 8, 3)


def test_what_is_wrong_with_a_photo_is_told_and_the_next_one_is_read(tmp_path):
    path = photo(tmp_path, "a.png", size_px=(8, 5))
    with worker(tmp_path) as behind:
        for _ in range(LANES + 1):
            with pytest.raises(UserError, match=r"none\.png"):
                behind.read(tmp_path / "none.png", as_stored)
        assert reader_of(behind.read(path, with_process_number)) == behind._process.pid


def test_a_bug_is_met_by_who_asked(tmp_path):
    path = photo(tmp_path, "a.png", size_px=(8, 5))
    with worker(tmp_path) as behind:
        for _ in range(LANES + 1):
            with pytest.raises(ZeroDivisionError, match="a bug in preparing"):
                behind.read(path, broken)
        assert len(behind.detect([np.zeros((4, 4, 3), np.uint8)])) == 1
        assert behind.read(path, as_stored).shape == (5, 8, 3)


def test_a_photo_whose_reader_is_killed_is_read_here(tmp_path):
    path = photo(tmp_path, "a.png", size_px=(8, 5))
    behind = worker(tmp_path)
    with behind, ThreadPoolExecutor(1) as pool:
        future = pool.submit(behind.read, path, partial(slow, tmp_path))
        while not (tmp_path / "begun").exists():
            time.sleep(0.01)
        behind.interrupt()
        (tmp_path / "go on").touch()
        assert future.result().shape == (5, 8, 3)
        behind.restart()
        assert reader_of(behind.read(path, with_process_number)) == behind._process.pid


def test_where_no_shared_memory_is_left_photos_are_read_here(tmp_path, monkeypatch):
    path = photo(tmp_path, "a.png", size_px=(8, 5))

    def full(size_bytes):
        raise UserError("There is no shared memory left.", hint="")

    with worker(tmp_path) as behind:
        with monkeypatch.context() as patched:
            patched.setattr("backends.photo_memory._created", full)
            for _ in range(LANES + 1):
                assert reader_of(behind.read(path, with_process_number)) == os.getpid()
        assert reader_of(behind.read(path, with_process_number)) == behind._process.pid


def test_memory_is_given_back_also_by_who_was_reading_at_the_end(tmp_path):
    before = set(SHARED.iterdir())
    path = photo(tmp_path, "a.png", size_px=(300, 200))
    for _ in range(3):
        behind = worker(tmp_path)
        behind.start()
        began, ended = threading.Semaphore(0), threading.Event()

        def read_on(behind=behind, began=began, ended=ended):
            while not ended.is_set():
                behind.read(path, as_stored)
                began.release()

        threads = [threading.Thread(target=read_on) for _ in range(LANES)]
        for thread in threads:
            thread.start()
        for _ in range(5 * LANES):
            began.acquire()
        behind.cancel()
        ended.set()
        for thread in threads:
            thread.join()
    assert set(SHARED.iterdir()) <= before
