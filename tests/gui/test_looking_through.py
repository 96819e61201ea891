"""Looking through the photos of a project: the right one is shown, with its own boxes."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from app.services.import_photos import import_photos
from app.storage.images import NewImage
from app.storage.project import Project
from tests.gui.bench_driver import BenchDriver
from tests.gui.conftest import SLAG_BOX, STREAK_BOX, write_photo

RED, BLUE = "#e6194b", "#4363d8"
Key = Qt.Key


def test_the_first_photo_comes_with_its_boxes_and_is_named_at_the_foot(bench: BenchDriver):
    words = bench.window.status.image.words
    assert "1 / 3" in words and "layer_1.png" in words and "240 × 160" in words
    assert bench.colour_at((220, 150)) == "#5a5a5a"
    assert bench.has_colour_around(STREAK_BOX, RED)
    assert bench.has_colour_around(SLAG_BOX, BLUE)


def test_a_box_leaves_its_inside_as_it_is(bench: BenchDriver):
    """What is under the box is what has to be judged."""
    assert bench.colour_at(STREAK_BOX.centre) == "#5a5a5a"


def test_the_list_ends_where_it_ends_and_says_so(bench: BenchDriver):
    bench.press(Key.Key_A)
    assert bench.sheet.image_id == 1
    for _ in range(4):
        bench.press(Key.Key_D)
    bench.wait_for_image(3)
    assert any("first image" in words for words in bench.said())
    assert any("last image" in words for words in bench.said())


def test_flipping_fast_shows_the_last_photo_and_its_own_boxes(bench: BenchDriver):
    for key in (Key.Key_D, Key.Key_D, Key.Key_A, Key.Key_A, Key.Key_D, Key.Key_D):
        bench.press(key)
    bench.wait_for_image(3)
    assert bench.colour_at((120, 80)) == "#aaaaaa"
    assert not bench.has_colour_around(STREAK_BOX, RED)


def truncate(photo: Path) -> None:
    photo.write_bytes(photo.read_bytes()[:-40])


BROKEN: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (Path.unlink, "layer_2.png doesn't exist"),
    "truncated": (truncate, "layer_2.png is cut off"),
    "empty": (lambda photo: photo.write_bytes(b""), "layer_2.png is empty"),
    "no photo": (lambda photo: photo.write_bytes(b"no photo"), "layer_2.png is not a photo"),
}


@pytest.mark.parametrize("fault", BROKEN)
@pytest.mark.parametrize("by", ["key", "jump", "start"])
def test_a_photo_that_cannot_be_read_says_why_and_the_next_one_is_shown(
    project: Project, open_bench: Callable[[Path], BenchDriver], fault: str, by: str
):
    spoil, why = BROKEN[fault]
    spoil(project.locate(project.images.get(2).path))
    if by == "start":
        project.settings.put("image", 2, person="ann")
    bench = open_bench(project.folder)
    if by != "start":
        bench.wait_for_image(1)
        bench.press(Key.Key_D) if by == "key" else bench.bench.open(2)
    bench.qtbot.waitUntil(lambda: why in bench.canvas.message)
    bench.qtbot.wait(300)  # longer than it takes until a photo is said to be on its way
    assert why in bench.canvas.message
    assert not bench.bench.viewing.is_there and bench.canvas.visible_annotations() == []
    bench.press(Key.Key_D)
    bench.wait_for_image(3)
    assert bench.colour_at((120, 80)) == "#aaaaaa"


@pytest.mark.parametrize("key", [Key.Key_Space, Key.Key_N])
def test_who_judges_a_photo_that_cannot_be_read_hears_why_not(
    project: Project, open_bench: Callable[[Path], BenchDriver], key: Qt.Key
):
    project.locate(project.images.get(2).path).unlink()
    bench = open_bench(project.folder)
    bench.wait_for_image(1)
    bench.press(Key.Key_D)
    bench.qtbot.waitUntil(lambda: "doesn't exist" in bench.canvas.message)
    bench.press(key)
    refusal = bench.window.messages.history[-1]
    assert "layer_2.png doesn't exist" in refusal.what
    assert "Ctrl+E" in refusal.hint and "Wait" not in refusal.hint
    bench.wait_until_saved()
    label = project.images.get(2).label
    assert (label.state, label.is_normal) == ("new", False)


def test_a_photo_that_was_mended_is_shown_when_its_image_is_opened_again(
    project: Project, open_bench: Callable[[Path], BenchDriver]
):
    photo = project.locate(project.images.get(2).path)
    kept = photo.read_bytes()
    photo.unlink()
    bench = open_bench(project.folder)
    bench.wait_for_image(1)
    bench.press(Key.Key_D)
    bench.qtbot.waitUntil(lambda: "doesn't exist" in bench.canvas.message)
    photo.write_bytes(kept)
    bench.press(Key.Key_D)
    bench.wait_for_image(3)
    bench.press(Key.Key_A)
    bench.wait_for_image(2)
    assert bench.bench.viewing.trouble is None
    assert bench.colour_at((120, 80)) == "#828282"


def test_a_click_in_the_list_shows_that_photo(bench: BenchDriver):
    queue = bench.bench.panels.queue
    place = queue.place_of(3).center()
    bench.qtbot.mouseClick(queue.viewport(), Qt.MouseButton.LeftButton, pos=place)
    bench.wait_for_image(3)


def test_the_foot_tells_the_pixel_under_the_pointer_inside_the_photo_only(bench: BenchDriver):
    bench.hover((12.7, 34.2))
    assert bench.window.status.position.text() == "x 12  y 34  90"
    bench.hover((-3, 10))
    assert bench.window.status.position.text() == ""


def test_a_photo_is_shown_in_its_colours(
    project: Project, open_bench: Callable[[Path], BenchDriver], tmp_path: Path
):
    write_photo(tmp_path / "photos" / "layer_0.png", (200, 30, 10), width=900, height=700)
    import_photos(project, tmp_path / "photos")
    bench = open_bench(project.folder)
    bench.bench.open(4)
    bench.wait_for_image(4)
    bench.qtbot.waitUntil(lambda: bench.colour_at((450, 350)) == "#c81e0a")


def test_in_twenty_thousand_images_the_last_one_opens_and_is_in_sight(
    project: Project, open_bench: Callable[[Path], BenchDriver]
):
    with project.transaction():
        project.images.add(
            NewImage(f"photos/far/{n:05}.png", f"h{n}", 1, n, 64, 48) for n in range(20_000)
        )
    bench = open_bench(project.folder)
    bench.bench.open(bench.bench.browsing.order.ids[-1])
    assert "20003 / 20003" in bench.window.status.image.words
    queue = bench.bench.panels.queue
    assert queue.viewport().rect().intersects(queue.place_of(bench.sheet.image_id))
