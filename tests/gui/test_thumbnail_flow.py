"""Thumbnails of rows in sight arrive; of rows that have gone out of sight they don't."""

import threading

import pytest

from app.core.errors import UserError
from app.services import thumbnails as service
from app.shell.photos.thumbnails import Thumbnails
from tests.gui.even_photos import write_even


@pytest.fixture
def shelf(qtbot, tmp_path):
    for number in range(6):
        write_even(tmp_path / f"{number}.png", 40 * number, width=400, height=300)
    shelf = Thumbnails(tmp_path / "cache", lambda path: tmp_path / path)
    shelf.got = []
    shelf.arrived.connect(lambda key, image: shelf.got.append((key, image)))
    yield shelf
    shelf.close()


def rows(*numbers: int) -> list[tuple[int, str, str]]:
    return [(n, f"{n}.png", f"{n:064x}") for n in numbers]


def test_they_arrive_in_order_small_and_in_their_grey(qtbot, shelf):
    shelf.want(rows(3, 1, 2))
    qtbot.waitUntil(lambda: len(shelf.got) == 3)
    assert [key for key, _ in shelf.got] == [3, 1, 2]
    for key, image in shelf.got:
        assert (image.width(), image.height()) == (160, 120)
        assert image.pixelColor(80, 60).red() == 40 * key


def test_what_was_made_comes_at_once_and_without_the_photo(qtbot, shelf, tmp_path):
    shelf.want(rows(1))
    qtbot.waitUntil(lambda: len(shelf.got) == 1)
    (tmp_path / "1.png").unlink()
    shelf.want(rows(1))
    assert len(shelf.got) == 2 and not shelf.got[1][1].isNull()


def test_rows_that_went_out_of_sight_are_dropped(qtbot, shelf, monkeypatch):
    gate, made = threading.Event(), []

    def slow(cache, photo, content_hash):
        made.append(int(photo.stem))
        gate.wait(60)
        return service.thumbnail(cache, photo, content_hash)

    monkeypatch.setattr("app.shell.photos.thumbnails.thumbnail", slow)
    shelf.want(rows(0, 1, 2))
    qtbot.waitUntil(lambda: made == [0])
    shelf.want(rows(4, 5))
    gate.set()
    qtbot.waitUntil(lambda: len(shelf.got) == 3)
    assert made == [0, 4, 5]


def test_a_photo_that_can_not_be_read_has_a_null_image(qtbot, shelf, tmp_path):
    (tmp_path / "2.png").write_bytes(b"no photo")
    shelf.want(rows(2, 3))
    qtbot.waitUntil(lambda: len(shelf.got) == 2)
    assert shelf.got[0][1].isNull() and not shelf.got[1][1].isNull()
    with pytest.raises(UserError):
        service.thumbnail(tmp_path / "cache", tmp_path / "2.png", f"{2:064x}")


def test_a_bug_with_one_photo_does_not_end_the_making_of_others(qtbot, shelf, monkeypatch):
    def broken(cache, photo, content_hash):
        if photo.stem == "1":
            raise ZeroDivisionError
        return service.thumbnail(cache, photo, content_hash)

    monkeypatch.setattr("app.shell.photos.thumbnails.thumbnail", broken)
    with qtbot.captureExceptions() as caught:
        shelf.want(rows(1, 2))
        qtbot.waitUntil(lambda: len(shelf.got) == 2)
    assert shelf.got[0][1].isNull() and not shelf.got[1][1].isNull()
    assert [kind for kind, _, _ in caught] == [ZeroDivisionError]


def test_memory_stays_within_the_budget(qtbot, tmp_path):
    for number in range(12):
        write_even(tmp_path / f"{number}.png", 20 * number, width=400, height=300)
    budget_bytes = 3 * 160 * 120
    shelf = Thumbnails(tmp_path / "c", lambda path: tmp_path / path, budget_bytes=budget_bytes)
    got = []
    shelf.arrived.connect(lambda key, _: got.append(key))
    shelf.want(rows(*range(12)))
    qtbot.waitUntil(lambda: len(got) == 12)
    assert shelf.used_bytes <= budget_bytes
    shelf.close()


def test_nothing_arrives_after_closing(qtbot, tmp_path):
    write_even(tmp_path / "0.png", 90)
    shelf = Thumbnails(tmp_path / "cache", lambda path: tmp_path / path)
    got = []
    shelf.arrived.connect(lambda key, _: got.append(key))
    shelf.want(rows(0))
    shelf.close()
    qtbot.wait(30)
    assert got == []
