"""Photos come in the order in which they are wanted, sharpen, and stay within the budget."""

import gc
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from app.core.errors import UserError
from app.core.looks import FlatField, Looks
from app.imaging.opencv import cv2
from app.imaging.reduced import read_small
from app.shell.photos import pictures
from app.shell.photos.photos import Photos
from widgets.photo.picture import Picture

INVERTED = Looks(inverted=True)
LARGE = (2400, 1800)


class Desk:
    """Photos of known greys, and what has arrived of them."""

    def __init__(self, qtbot: QtBot, folder: Path, **options: int) -> None:
        self._qtbot, self.folder = qtbot, folder
        self.photos = Photos(self._path, thumbnail_of=self._thumbnail, **options)
        self.arrived: list[tuple[int, Picture | UserError]] = []
        self.photos.arrived.connect(lambda key, result: self.arrived.append((key, result)))

    def write(self, key: int, grey: int, size: tuple[int, int] = (60, 40)) -> None:
        pixels = np.full((size[1], size[0]), grey, np.uint8)
        _, content = cv2.imencode(".jpg", pixels)
        self._path(key).write_bytes(content.tobytes())

    def wait(self, condition: Callable[[], object]) -> None:
        self._qtbot.waitUntil(lambda: bool(condition()))

    def wait_for(self, key: int) -> Picture:
        """Until the photo of this key is here whole, with the present looks and its fitted copy."""

        def is_here() -> bool:
            last = self.last(key)
            return isinstance(last, Picture) and not last.is_preview

        self.wait(is_here)
        return self.last(key)

    def rest(self) -> None:
        """Until nothing is being made."""
        photos = self.photos
        self.wait(lambda: not (photos._under_way or photos._preview or photos._later.isActive()))

    def last(self, key: int) -> Picture | UserError | None:
        return next((result for k, result in reversed(self.arrived) if k == key), None)

    def write_thumbnail(self, key: int) -> None:
        _, content = cv2.imencode(".jpg", read_small(self._path(key), longest_px=160))
        self._thumbnail(key).write_bytes(content.tobytes())

    def _path(self, key: int) -> Path:
        return self.folder / f"{key}.jpg"

    def _thumbnail(self, key: int) -> Path:
        return self.folder / f"{key}_small.jpg"


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(qtbot, tmp_path)
    yield desk
    desk.photos.close()


def grey_of(picture: Picture | None) -> int:
    """Of what is shown in the middle of the photo."""
    level = picture.levels[-1].image
    return level.pixelColor(level.width() // 2, level.height() // 2).red()


def count_pictures() -> int:
    gc.collect()
    return sum(isinstance(thing, Picture) for thing in gc.get_objects())


def test_neighbours_are_fetched_before_they_are_asked_for(desk):
    for key in range(3):
        desk.write(key, 50 * key)
    assert desk.photos.want(0, [1, 2]) is None
    desk.wait(lambda: len(desk.arrived) == 3)
    assert [key for key, _ in desk.arrived] == [0, 1, 2]
    assert grey_of(desk.photos.want(1, [])) == 50


def test_who_wants_a_photo_lets_it_begin_but_waits_once_only(desk, monkeypatch):
    desk.write(1, 90)
    monkeypatch.setattr("app.shell.photos.photos.HEAD_START_S", 60)
    assert desk.photos.want(1, []) is None
    assert desk.photos._under_way[1].done()
    monkeypatch.setattr("app.shell.photos.photos.wait", None)
    assert desk.photos.want(1, []) is None
    desk.wait_for(1)
    assert desk.photos.want(1, []) is not None


def test_peeking_begins_nothing(desk):
    desk.write(7, 90)
    assert desk.photos.peek(7) is None
    desk.rest()
    assert desk.arrived == []
    desk.photos.want(7, [])
    desk.wait_for(7)
    assert grey_of(desk.photos.peek(7)) == 90


def test_what_was_wanted_before_and_has_not_begun_is_dropped(desk, monkeypatch):
    for key in range(20):
        desk.write(key, key)
    gate, read = threading.Event(), []
    load = pictures.load_picture

    def slow(path: Path, viewport: pictures.Viewport | None) -> Picture:
        read.append(int(path.stem))
        gate.wait(60)
        return load(path, viewport)

    monkeypatch.setattr("app.shell.photos.photos.load_picture", slow)
    for key in range(20):
        desk.photos.want(key, [key + 1, key - 1])
    desk.wait(lambda: len(read) == 2)
    gate.set()
    desk.wait_for(19)
    assert set(read[:2]) == {0, 1} and read[2] == 19


def test_a_late_result_keeps_its_own_key(desk, monkeypatch):
    desk.write(1, 10)
    desk.write(2, 200)
    gate = threading.Event()
    load = pictures.load_picture

    def slow_first(path: Path, viewport: pictures.Viewport | None) -> Picture:
        if path.stem == "1":
            gate.wait(60)
        return load(path, viewport)

    monkeypatch.setattr("app.shell.photos.photos.load_picture", slow_first)
    desk.photos.want(1, [])
    desk.photos.want(2, [])
    desk.wait_for(2)
    gate.set()
    desk.wait_for(1)
    assert [key for key, _ in desk.arrived] == [2, 1]
    assert [grey_of(result) for _, result in desk.arrived] == [200, 10]


def test_nothing_arrives_after_closing(qtbot, tmp_path):
    desk = Desk(qtbot, tmp_path)
    desk.write(1, 90)
    desk.photos.want(1, [])
    desk.photos.close()
    qtbot.wait(30)
    assert desk.arrived == []


def test_a_missing_photo_is_told_once_and_tried_again_when_asked_again(desk):
    desk.write(2, 90)
    desk.photos.want(1, [2])
    desk.wait_for(2)
    desk.rest()
    assert [key for key, _ in desk.arrived] == [1, 2]
    assert "1.jpg" in desk.last(1).what
    desk.write(1, 40)
    desk.photos.want(1, [2])
    assert grey_of(desk.wait_for(1)) == 40


def test_a_bug_with_one_photo_does_not_end_the_making_of_others(qtbot, desk, monkeypatch):
    load = pictures.load_picture

    def broken(path: Path, viewport: pictures.Viewport | None) -> Picture:
        if path.stem in "123":
            raise ZeroDivisionError
        return load(path, viewport)

    monkeypatch.setattr("app.shell.photos.photos.load_picture", broken)
    desk.write(4, 90)
    with qtbot.captureExceptions() as caught:
        desk.photos.want(1, [2, 3, 4])
        desk.wait_for(4)
    assert [kind for kind, _, _ in caught] == [ZeroDivisionError] * 3


@pytest.mark.parametrize("cut", [0.3, 0.9])
def test_a_large_damaged_photo_is_never_shown_in_part(desk, cut, monkeypatch):
    monkeypatch.setattr(pictures, "_REDUCED_FROM_PIXELS", 0)
    desk.write(1, 90, LARGE)
    whole = (desk.folder / "1.jpg").read_bytes()
    (desk.folder / "1.jpg").write_bytes(whole[: int(len(whole) * cut)] + b"\xff\xd9")
    desk.photos.set_viewport(300, 200, 10)
    desk.photos.want(1, [])
    desk.wait(lambda: desk.arrived)
    desk.rest()
    assert all(isinstance(result, UserError) for _, result in desk.arrived)


@pytest.mark.parametrize(("source", "width_px"), [("thumbnail", 160), ("reduced", 300)])
def test_a_large_photo_comes_small_first_and_sharpens(desk, monkeypatch, source, width_px):
    desk.write(1, 90, LARGE)
    if source == "thumbnail":
        desk.write_thumbnail(1)
    else:
        monkeypatch.setattr(pictures, "_REDUCED_FROM_PIXELS", 0)
    gate = threading.Event()
    load = pictures.load_picture
    monkeypatch.setattr(
        "app.shell.photos.photos.load_picture", lambda *a: gate.wait(60) and load(*a)
    )
    desk.photos.set_viewport(300, 200, 10)
    assert desk.photos.want(1, []) is None
    desk.wait(lambda: desk.arrived)
    preview = desk.last(1)
    assert preview.is_preview and (preview.size.width, preview.size.height) == LARGE
    assert preview.levels[0].image.width() == width_px
    assert grey_of(preview) == 90 and preview.level_at(5, 5) is None
    gate.set()
    sharp = desk.wait_for(1)
    assert (sharp.size.width, sharp.size.height) == LARGE
    assert sharp.levels[0].image.width() == LARGE[0] and sharp.level_at(5, 5) == 90
    desk.rest()
    assert len(desk.arrived) == 2


def test_the_whole_photo_is_begun_before_its_preview(desk, monkeypatch):
    desk.write(1, 90, LARGE)
    desk.write_thumbnail(1)
    begun, run = [], desk.photos._jobs.run

    def noted(work, *taken, **also):
        begun.append(work.func)
        return run(work, *taken, **also)

    monkeypatch.setattr(desk.photos._jobs, "run", noted)
    desk.photos.set_viewport(300, 200, 10)
    desk.photos.want(1, [])
    desk.wait_for(1)
    desk.rest()
    assert begun[:2] == [pictures.load_picture, pictures.preview_picture]


def test_a_preview_that_is_late_does_not_replace_the_sharp_picture(desk, monkeypatch):
    desk.write(1, 90, LARGE)
    desk.write_thumbnail(1)
    gate = threading.Event()
    preview = pictures.preview_picture
    late = lambda *a: gate.wait(60) and preview(*a)  # noqa: E731
    monkeypatch.setattr("app.shell.photos.photos.preview_picture", late)
    desk.photos.set_viewport(300, 200, 10)
    desk.photos.want(1, [])
    desk.wait_for(1)
    gate.set()
    desk.rest()
    assert len(desk.arrived) == 1


def test_pictures_come_with_a_copy_that_fits_and_get_another_when_the_canvas_grows(desk):
    desk.write(1, 90, (400, 300))
    desk.write(2, 90, (400, 300))
    desk.photos.set_viewport(220, 500, 10)
    desk.photos.want(1, [2])
    desk.wait_for(2)
    for width_px in (240, 300, 820):
        desk.photos.set_viewport(width_px, 900, 10)
    desk.rest()
    for key in (1, 2):
        fitted = desk.photos.peek(key).fitted.image
        assert (fitted.width(), fitted.height()) == (800, 600)
    assert desk.photos.peek(1).fitted_for(2.0) is not None
    assert desk.photos.peek(1).fitted_for(1.9) is None


def test_looks_come_for_the_photo_and_its_neighbours_and_leave_the_plain_ones(desk):
    for key, grey in ((1, 10), (2, 20)):
        desk.write(key, grey)
    desk.photos.want(1, [2])
    desk.wait_for(2)
    desk.photos.set_looks(INVERTED)
    desk.rest()
    assert [grey_of(desk.photos.peek(key)) for key in (1, 2)] == [245, 235]
    assert [grey_of(desk.photos.plain(key)) for key in (1, 2)] == [10, 20]
    assert desk.photos.peek(1).level_at(3, 3) == 10
    desk.photos.set_looks(Looks())
    assert grey_of(desk.last(1)) == 10, "at once: it was kept"


def test_a_photo_with_looks_is_shown_plain_until_it_has_them(desk):
    desk.write(1, 10)
    desk.photos.set_looks(INVERTED)
    desk.photos.want(1, [])
    desk.wait(lambda: len(desk.arrived) == 2)
    assert [grey_of(result) for _, result in desk.arrived] == [10, 245]
    assert grey_of(desk.photos.want(1, [])) == 245


def test_only_the_newest_looks_are_computed(desk, monkeypatch):
    desk.write(1, 100)
    desk.photos.want(1, [])
    desk.wait_for(1)
    made = []
    enhanced = pictures.enhanced_picture

    def counted(plain: Picture, looks: Looks, viewport: object) -> Picture:
        made.append(looks)
        return enhanced(plain, looks, viewport)

    monkeypatch.setattr("app.shell.photos.photos.enhanced_picture", counted)
    for tenths in range(11, 41):
        desk.photos.set_looks(Looks(gamma=tenths / 10))
    desk.rest()
    assert len(made) <= 2 and made[-1] == Looks(gamma=4.0)
    assert desk.photos.peek(1) is desk.last(1)


def test_a_large_photo_shows_looks_before_all_its_pixels_have_them(desk):
    desk.write(1, 90, LARGE)
    desk.photos.set_viewport(300, 200, 10)
    desk.photos.want(1, [])
    desk.wait_for(1)
    desk.rest()
    desk.arrived.clear()
    desk.photos.set_looks(Looks(flat_field=FlatField()))
    desk.wait(lambda: len(desk.arrived) == 2)
    first, second = (result for _, result in desk.arrived)
    assert first.is_preview and not second.is_preview
    assert {grey_of(first), grey_of(second)} <= {127, 128}, "evenly lit, so in the middle"
    assert first.level_at(1, 1) == second.level_at(1, 1) == 90


def test_memory_stays_within_the_budget_over_many_photos(qtbot, tmp_path):
    budget_bytes, before = 3_000_000, count_pictures()
    desk = Desk(qtbot, tmp_path, budget_bytes=budget_bytes)
    for key in range(500):
        desk.write(key, key % 256, (700, 500))
    desk.photos.set_viewport(200, 200, 10)
    for key in range(1, 499):
        desk.photos.want(key, [key + 1, key - 1])
        desk.wait(lambda key=key: desk.photos.peek(key))
        desk.arrived.clear()
        assert desk.photos.used_bytes <= budget_bytes
    desk.rest()
    desk.photos.close()
    assert count_pictures() - before < 20


@pytest.mark.parametrize("budget_bytes", [1, 400_000, 900_000])
def test_a_budget_too_small_for_the_neighbours_ends_in_rest(qtbot, tmp_path, budget_bytes):
    desk = Desk(qtbot, tmp_path, budget_bytes=budget_bytes)
    for key in range(3):
        desk.write(key, 100 + key, (700, 500))
    desk.photos.set_looks(INVERTED)
    desk.photos.set_viewport(200, 200, 10)
    desk.photos.want(1, [2, 0])
    desk.wait(lambda: desk.arrived and grey_of(desk.last(1)) == 154)
    desk.rest()
    count = len(desk.arrived)
    qtbot.wait(60)
    assert len(desk.arrived) == count
    desk.photos.close()


@pytest.mark.parametrize("content", [b"", b"no photo", None])
def test_a_damaged_or_missing_thumbnail_is_no_preview(desk, content):
    desk.write(1, 90, LARGE)
    if content is not None:
        desk._thumbnail(1).write_bytes(content)
    desk.photos.set_viewport(300, 200, 10)
    desk.photos.want(1, [])
    desk.wait_for(1)
    desk.rest()
    assert len(desk.arrived) == 1


def test_another_photos_thumbnail_is_no_preview(desk):
    desk.write(1, 90, LARGE)
    desk.write(2, 90, LARGE[::-1])
    desk.write_thumbnail(2)
    paths = desk._path(1), desk._thumbnail(2)
    assert pictures.preview_picture(*paths, pictures.Viewport(300, 200, 10)) is None


def test_looks_that_were_tried_before_leave_room_for_the_neighbours(qtbot, tmp_path):
    desk = Desk(qtbot, tmp_path, budget_bytes=3_000_000)  # for little more than two photos
    for key in (1, 2):
        desk.write(key, 50, (700, 500))
    desk.photos.want(1, [2])
    desk.wait_for(2)
    for gamma in (2.0, 3.0, 4.0, 5.0):
        desk.photos.set_looks(Looks(gamma=gamma))
        desk.rest()
        greys = [grey_of(desk.photos.peek(key)) for key in (1, 2)]
        assert greys == [round(255 * (50 / 255) ** (1 / gamma))] * 2
    assert desk.photos.used_bytes <= 3_000_000
    desk.photos.close()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_photo_is_previewed_as_it_comes(desk, monkeypatch, orientation):
    monkeypatch.setattr(pictures, "_REDUCED_FROM_PIXELS", 0)
    rows, columns = np.mgrid[0 : LARGE[1], 0 : LARGE[0]]
    pixels = (rows * 128 // LARGE[1] + columns * 127 // LARGE[0]).astype(np.uint8)
    image = Image.fromarray(pixels)
    exif = Image.Exif()
    exif[0x0112] = orientation
    image.save(desk.folder / "1.jpg", quality=95, exif=exif)
    viewport = pictures.Viewport(300, 200, 10)
    preview = pictures.preview_picture(desk.folder / "1.jpg", None, viewport)
    sharp = pictures.load_picture(desk.folder / "1.jpg", viewport)
    assert preview.size == sharp.size
    difference = preview.fitted.pixels.astype(int) - sharp.fitted.pixels
    assert np.abs(difference).max() <= 3
