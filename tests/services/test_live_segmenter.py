"""A live segmenter: what it looks at ahead, answers, survives, and when it is worth stopping."""

import os
import signal
import threading

import numpy as np
import pytest

from app.core.errors import UserError
from app.core.geometry import Box
from app.core.progress import Cancelled
from app.core.segmentation import Click, Prompt
from app.core.stopping import Stop
from app.imaging.opencv import cv2
from app.services.live_segmenter import (
    CONTRAST,
    InProcess,
    LivePhoto,
    LiveSegmenter,
    open_segmenter,
)
from app.services.shelf import Shelf
from backends.base import BackendSpec, NotEmbeddedError, SegmenterSettings
from backends.client import ModelWorker
from tests.helpers.scripted_segmenters import (
    DEADLY_GREY,
    HALF_SIDES_PX,
    LOG,
    PLAIN_GREY,
    SCORES,
    SLOW_GREY,
)

SPEC = BackendSpec("Squares", "tests.helpers.scripted_segmenters:Squares", role="segmenter")
CLICK = Prompt(clicks=(Click(50.0, 40.0),))


@pytest.fixture
def photo(tmp_path):
    def photo(grey):
        path = tmp_path / f"{grey}.png"
        content = cv2.imencode(".png", np.full((80, 100), grey, np.uint8))[1]
        path.write_bytes(content.tobytes())
        return LivePhoto(f"hash-of-{grey}", path)

    return photo


@pytest.fixture
def calls(tmp_path):
    """What the segmenters were asked so far, and in which processes."""

    def calls():
        log = tmp_path / LOG
        return [line.split() for line in log.read_text().splitlines()] if log.exists() else []

    return calls


@pytest.fixture
def in_processes(tmp_path):
    settings = SegmenterSettings(None, tmp_path)
    live = LiveSegmenter("Squares", ModelWorker(settings, SPEC), ModelWorker(settings, SPEC))
    yield live
    live.close()


@pytest.fixture
def here(tmp_path):
    return LiveSegmenter("Squares", InProcess(SPEC, SegmenterSettings(None, tmp_path)))


def boxes(outlines):
    return [outline.box for outline in outlines]


def test_a_click_is_answered_with_all_it_may_mean_best_first(here, photo):
    (found,) = here.answer(photo(PLAIN_GREY), [CLICK], Stop())

    assert boxes(found) == [Box.from_centre(50, 40, 2 * h, 2 * h) for h in HALF_SIDES_PX]
    assert [outline.score for outline in found] == list(SCORES)


def test_in_this_process_a_photo_is_read_once_before_its_first_click(here, photo, calls):
    plain = photo(PLAIN_GREY)
    here.prepare(plain, Stop())
    plain.path.unlink()

    here.answer(plain, [CLICK], Stop())

    assert [name for name, *_ in calls()] == ["loaded", "segment"]
    assert {int(pid) for *_, pid in calls()} == {os.getpid()}
    assert not here.looks_ahead


def test_a_photo_that_nobody_has_looked_at_has_to_be_looked_at_first(in_processes, photo):
    plain = photo(PLAIN_GREY)
    with pytest.raises(NotEmbeddedError):
        in_processes.answer(plain, [CLICK], Stop())

    in_processes.look(plain, Stop())
    assert in_processes.answer(plain, [CLICK], Stop())[0]


def test_what_is_no_longer_kept_is_answered_from_the_photo(in_processes, photo, tmp_path):
    plain = photo(PLAIN_GREY)
    in_processes.look(plain, Stop())
    (tmp_path / f"{plain.key}.grey").unlink()

    assert in_processes.answer(plain, [CLICK], Stop())[0]


def test_looking_ahead_and_answering_are_two_processes(in_processes, photo, calls):
    plain = photo(PLAIN_GREY)
    in_processes.look(plain, Stop())
    in_processes.prepare(plain, Stop())
    in_processes.answer(plain, [CLICK], Stop())

    pids = {name: int(pid) for name, _, pid in calls()}
    assert len({pids["embed"], pids["segment"], os.getpid()}) == 3
    assert [key for name, key, _ in calls() if name == "embedded"] == [plain.key]


def test_a_look_is_stopped_in_the_middle_and_the_next_begins_anew(in_processes, photo, calls):
    stop, ends = Stop(), []

    def look():
        try:
            in_processes.look(photo(SLOW_GREY), stop)
        except Cancelled as e:
            ends.append(e)

    thread = threading.Thread(target=look)
    thread.start()
    while not any(name == "embed" for name, *_ in calls()):
        thread.join(0.02)
    assert not in_processes.is_worth_stopping()  # nobody knows yet how long a look takes
    stop.request()
    thread.join()
    in_processes.look(photo(PLAIN_GREY), Stop())

    assert len(ends) == 1
    assert [key for name, key, _ in calls() if name == "embedded"] == ["hash-of-90"]


def test_what_was_stopped_before_it_began_starts_nothing(in_processes, photo, calls):
    stop = Stop()
    stop.request()
    for ask in (in_processes.look, in_processes.prepare):
        with pytest.raises(Cancelled):
            ask(photo(PLAIN_GREY), stop)

    assert calls() == []


def test_a_dead_process_is_told_in_words_and_the_next_click_is_answered(in_processes, photo, calls):
    deadly, plain = photo(DEADLY_GREY), photo(PLAIN_GREY)
    for each in (deadly, plain):
        in_processes.look(each, Stop())
    with pytest.raises(UserError, match="died"):
        in_processes.answer(deadly, [CLICK], Stop())

    (found,) = in_processes.answer(plain, [CLICK], Stop())
    assert len(found) == len(SCORES)


def test_a_process_that_was_killed_while_idle_is_started_again(in_processes, photo, calls):
    plain = photo(PLAIN_GREY)
    in_processes.look(plain, Stop())
    in_processes.answer(plain, [CLICK], Stop())
    worker = in_processes._answering
    os.kill(worker._process.pid, signal.SIGKILL)
    worker._process.join()

    assert in_processes.answer(plain, [CLICK], Stop())[0]


def test_after_a_rest_it_goes_on(in_processes, photo):
    plain = photo(PLAIN_GREY)
    in_processes.look(plain, Stop())
    in_processes.answer(plain, [CLICK], Stop())

    in_processes.rest()

    in_processes.look(plain, Stop())
    assert in_processes.answer(plain, [CLICK], Stop())[0]


class Clock:
    """A hand for which time goes by as it says; it notes at 1, 3, 5, 9 s of each look whether that
    is worth stopping.
    """

    def __init__(self, start_s, looks_s):
        self.now_s, self._start_s, self._looks_s = 0.0, start_s, iter(looks_s)
        self.said = []

    def start(self, stop=None):
        self.now_s += self._start_s
        self._start_s = 0.0

    def ask(self, method, photos, *arguments):
        began_s, look_s = self.now_s, next(self._looks_s)
        for at_s in (1, 3, 5, 9):
            if at_s < look_s:
                self.now_s = began_s + at_s
                self.said.append((at_s, self.live.is_worth_stopping()))
        self.now_s = began_s + look_s

    def interrupt(self): ...

    def close(self): ...


@pytest.mark.parametrize(
    ("start_s", "looks_s", "is_worth_it"),
    [
        (4, (1.5, 1.5), [(1, False), (1, False)]),
        # The first one tells nothing of how long the others take.
        (4, (1, 8, 8), [(1, False), (3, False), (5, True), (1, True), (3, True), (5, False)]),
        (4, (1, 60), [(1, False), (3, False), (5, True), (9, True)]),
    ],
)
def test_a_look_is_worth_stopping_when_starting_anew_is_quicker_than_its_rest(
    photo, monkeypatch, start_s, looks_s, is_worth_it
):
    hand = Clock(start_s, looks_s)
    hand.live = LiveSegmenter("Clock", hand, hand)
    monkeypatch.setattr("app.services.live_segmenter.time.monotonic", lambda: hand.now_s)

    for _ in looks_s:
        hand.live.look(photo(PLAIN_GREY), Stop())

    assert hand.said == is_worth_it
    assert not hand.live.is_worth_stopping()


def test_a_photo_that_cannot_be_read_is_named(here, photo):
    plain = photo(PLAIN_GREY)
    plain.path.write_bytes(b"no photo")

    with pytest.raises(UserError, match=r"90\.png"):
        here.answer(plain, [CLICK], Stop())


def test_weights_that_are_gone_are_named(tmp_path):
    with pytest.raises(UserError, match=r"sam_b\.pth"):
        open_segmenter(str(tmp_path / "sam_b.pth"), tmp_path, Shelf(tmp_path / "models"))


def test_contrast_answers_a_click_on_a_dark_bar_in_this_process(tmp_path):
    rng = np.random.default_rng(1)
    pixels = (150 + rng.normal(0, 2, (160, 240))).astype(np.uint8)
    pixels[60:100, 80:140] -= 60
    path = tmp_path / "bar.png"
    path.write_bytes(cv2.imencode(".png", pixels)[1].tobytes())
    live = open_segmenter(CONTRAST, tmp_path, Shelf(tmp_path / "models"))
    bar = LivePhoto("bar", path)

    live.prepare(bar, Stop())
    (found,) = live.answer(bar, [Prompt(clicks=(Click(110, 80),))], Stop())

    assert found[0].box.corners == pytest.approx((80, 60, 140, 100), abs=3)
    live.close()
