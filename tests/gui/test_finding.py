"""More of what is there: similar ones here and elsewhere, and boxes of the layer before."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.core.annotation import Annotation
from app.core.blind import SHARE_SETTING
from app.core.geometry import Box, intersection_over_union
from app.core.label_class import LabelClass
from app.imaging.opencv import cv2
from app.services.import_photos import import_photos
from app.services.live_segmenter import InProcess, LiveSegmenter
from app.shell.bench import finding
from app.storage.project import Project
from backends.base import BackendSpec, SegmenterSettings
from backends.client import ModelWorker
from tests.gui.bench_driver import BenchDriver
from tests.helpers.scripted_segmenters import HOLD, LOG

Key = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
BOTH = CTRL | SHIFT
WIDTH_PX, HEIGHT_PX = 240, 160
SLAG = 2
SPOTS = (Box(30, 30, 50, 46), Box(120, 100, 140, 116), Box(190, 30, 210, 46))
ELSEWHERE = (Box(60, 110, 80, 126), Box(170, 90, 190, 106))
MOVED_PX = (3, 2)
FIRST, SECOND, MOVED = 1, 2, 3
SPEC = BackendSpec("Squares", "tests.helpers.scripted_segmenters:Squares", role="segmenter")


def write_spots(path: Path, spots: tuple[Box, ...], seed: int) -> None:
    """Dark spots on grain, as slag lies on powder."""
    pixels = 150 + np.random.default_rng(seed).normal(0, 4, (HEIGHT_PX, WIDTH_PX))
    for box in spots:
        left, top, right, bottom = map(round, box.corners)
        pixels[top:bottom, left:right] -= 70
    path.write_bytes(cv2.imencode(".png", pixels.clip(0, 255).astype(np.uint8))[1].tobytes())


@dataclass(kw_only=True)
class FindDriver(BenchDriver):
    project: Project

    def draw(self, box: Box) -> Annotation:
        """As slag, by hand; it is selected."""
        self.press(Key.Key_2)
        self.press(Key.Key_W)
        self.drag(box.corners[:2], box.corners[2:])
        self.press(Key.Key_V)
        return self.boxes()[-1]

    def proposals(self) -> list[Annotation]:
        return [a for a in self.boxes() if a.is_proposal]

    def saved_proposals(self, image_id: int) -> list[Annotation]:
        return [a for a in self.project.annotations.of_image(image_id) if a.is_proposal]

    def until(self, is_so: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(is_so, timeout=30_000)

    def until_idle(self) -> None:
        self.until(lambda: not self.bench.models.finding._lane.is_busy)

    def go_to(self, image_id: int) -> None:
        self.bench.open(image_id)
        self.wait_for_image(image_id)

    @property
    def at_foot(self) -> str:
        return self.window.status.model.words


@pytest.fixture
def window(qtbot: QtBot, home: Path, open_bench: Callable[[Path], BenchDriver]) -> FindDriver:
    """Three photos: the third has the spots of the first, all moved by a few pixels."""
    photos = home / "photos"
    photos.mkdir()
    moved = tuple(box.moved(*MOVED_PX) for box in SPOTS)
    for number, spots in enumerate((SPOTS, ELSEWHERE, moved), start=1):
        write_spots(photos / f"layer_{number}.png", spots, number)
    project = Project.create(home / "bed")
    classes = [LabelClass("streak", colour="#e6194b"), LabelClass("slag", colour="#4363d8")]
    project.add_classes(classes, actor="lead")
    import_photos(project, photos)
    driver = FindDriver(qtbot, open_bench(home / "bed").window, project=project)
    driver.wait_for_image(FIRST)
    return driver


def test_one_key_proposes_what_is_like_the_selected_box_on_this_image(window: FindDriver):
    drawn = window.draw(SPOTS[0])
    window.press(Key.Key_G, CTRL)  # while the box is still being saved
    window.until(lambda: len(window.proposals()) == 2)
    window.until_idle()
    for found, spot in zip(
        sorted(window.proposals(), key=lambda a: a.box.left), SPOTS[1:], strict=True
    ):
        assert intersection_over_union(found.box, spot) > 0.6
        assert found.class_id == SLAG and found.score is not None
    assert window.at_foot == "New proposals: 2, on images: 1"
    assert window.said() == [] and drawn in window.boxes()
    window.press(Key.Key_E, SHIFT)
    window.until(lambda: not window.proposals())
    assert len(window.boxes()) == 3


def test_the_other_images_are_searched_in_the_background(window: FindDriver):
    window.draw(SPOTS[0])
    window.press(Key.Key_G, BOTH)
    window.until(lambda: len(window.saved_proposals(SECOND)) == 2)
    window.until_idle()
    assert window.proposals() == []  # not on the image of the box itself
    assert window.at_foot == "New proposals: 5, on images: 2"
    window.go_to(SECOND)
    for spot in ELSEWHERE:
        assert any(intersection_over_union(a.box, spot) > 0.6 for a in window.proposals())


def test_boxes_are_carried_over_from_the_layer_before(window: FindDriver):
    window.go_to(SECOND)
    window.draw(ELSEWHERE[0])
    window.go_to(MOVED)
    window.press(Key.Key_T, SHIFT)
    window.until(lambda: "no longer there: 1" in window.at_foot)
    assert window.proposals() == []


def carry_to_a_moved_layer(window: FindDriver, photos: Path) -> None:
    photos.mkdir()
    write_spots(photos / "a.png", SPOTS, 7)
    write_spots(photos / "b.png", tuple(box.moved(*MOVED_PX) for box in SPOTS), 8)
    import_photos(window.project, photos)
    window.until(lambda: len(window.bench.browsing.order.ids) == 5)
    window.go_to(4)
    window.draw(SPOTS[1])
    window.go_to(5)
    window.press(Key.Key_T, SHIFT)
    window.until(lambda: len(window.proposals()) == 1)


def test_a_box_that_is_still_there_moves_with_its_layer(window: FindDriver, home: Path):
    carry_to_a_moved_layer(window, home / "more")
    (carried,) = window.proposals()
    # Left where it was, it would overlap by 0.59; the fit leaves a grey pixel around the spot.
    assert intersection_over_union(carried.box, SPOTS[1].moved(*MOVED_PX)) > 0.7
    assert carried.class_id == SLAG


def test_of_blind_images_no_number_is_told(window: FindDriver):
    window.project.settings.put(SHARE_SETTING, 1.0)
    window.window.open_folder(window.project.folder)
    window.wait_for_image(FIRST)
    window.draw(SPOTS[0])
    window.press(Key.Key_G, CTRL)
    window.until(lambda: len(window.saved_proposals(FIRST)) == 2)
    window.until_idle()
    assert window.at_foot == "Nothing is told of images that you label blind: 1."
    window.press(Key.Key_G, BOTH)
    window.until(lambda: len(window.saved_proposals(SECOND)) == 2)
    window.until_idle()
    assert window.at_foot == "Nothing is told of images that you label blind: 2."
    window.go_to(SECOND)
    window.press(Key.Key_T, SHIFT)
    window.until(lambda: window.at_foot == "Nothing is told of images that you label blind: 1.")


def test_the_first_layer_has_none_before_it(window: FindDriver):
    window.press(Key.Key_T, SHIFT)
    window.until(lambda: bool(window.said()))
    assert "no layer before" in window.said()[0]
    assert window.at_foot == "search failed"


@pytest.mark.parametrize("key", [CTRL, BOTH])
def test_without_one_box_nothing_is_searched(window: FindDriver, key):
    window.press(Key.Key_G, key)
    assert "Select the one box" in window.said()[0]
    assert window.at_foot == "no model at work"


@pytest.fixture
def scripted(window: FindDriver, home: Path, monkeypatch: pytest.MonkeyPatch) -> FindDriver:
    """The segmenter in use has weights, so that it searches, in a process of its own."""
    (home / "cache").mkdir(exist_ok=True)
    settings = SegmenterSettings(None, home / "cache")

    @contextmanager
    def open_hand(name: str, *_: object, steps_back: bool) -> Iterator[ModelWorker]:
        assert name == "squares"
        with ModelWorker(settings, SPEC) as worker:
            yield worker

    monkeypatch.setattr(finding, "open_hand", open_hand)
    monkeypatch.setattr(
        "app.shell.bench.segmenting.open_segmenter",
        lambda *_: LiveSegmenter("Squares", InProcess(SPEC, settings)),
    )
    window.bench.models.segmenting.use("squares")
    window.until(lambda: window.bench.models.segmenting.name == "squares")
    return window


def is_searching(home: Path) -> bool:
    log = home / "cache" / LOG
    return log.exists() and "similar" in log.read_text()


def test_the_segmenter_in_use_fits_what_is_carried_over(scripted: FindDriver, home: Path):
    carry_to_a_moved_layer(scripted, home / "more")
    calls = (home / "cache" / LOG).read_text().splitlines()
    key = scripted.project.images.get(5).content_hash
    assert [call.split()[1] for call in calls if call.startswith("segment ")] == [key]


def test_a_segmenter_with_weights_searches_by_what_it_sees(scripted: FindDriver):
    drawn = scripted.draw(SPOTS[0])
    scripted.press(Key.Key_G, CTRL)
    scripted.until(lambda: len(scripted.proposals()) == 1)
    assert scripted.proposals()[0].box == drawn.box.moved(100, 0)


def test_a_search_is_cancelled_and_another_one_meanwhile_is_refused(
    scripted: FindDriver, home: Path
):
    (home / "cache" / HOLD).touch()
    scripted.draw(SPOTS[0])
    scripted.press(Key.Key_G, BOTH)
    scripted.until(lambda: is_searching(home))
    assert scripted.at_foot.startswith("Finding similar ones")
    assert scripted.window.status.cancel.isVisible()
    scripted.press(Key.Key_G, CTRL)
    assert "already" in scripted.said()[0]
    scripted.qtbot.mouseClick(scripted.window.status.cancel, Qt.MouseButton.LeftButton)
    scripted.until(lambda: scripted.at_foot == "search stopped")
    assert scripted.saved_proposals(SECOND) == []
    (home / "cache" / HOLD).unlink()
    scripted.press(Key.Key_G, CTRL)
    scripted.until(lambda: len(scripted.proposals()) == 1)


def test_a_model_is_refused_while_a_search_is_at_work_and_the_foot_still_tells_of_that(
    scripted: FindDriver, home: Path
):
    (home / "cache" / HOLD).touch()
    scripted.draw(SPOTS[0])
    scripted.press(Key.Key_G, BOTH)
    scripted.until(lambda: is_searching(home))
    scripted.press(Key.Key_M, CTRL)  # looks into the starter's file
    modelling = scripted.bench.models.modelling
    scripted.until(lambda: not modelling.is_busy)
    scripted.press(Key.Key_M, SHIFT)
    assert scripted.said() == ["A model or a search is at work already."]
    modelling.choice.add_file(home / "gone.pt")
    scripted.until(lambda: len(scripted.said()) == 2)
    assert scripted.at_foot.startswith("Finding similar ones")
    assert scripted.window.status.cancel.isVisible()
    (home / "cache" / HOLD).unlink()


def test_a_search_that_waits_for_the_save_is_dropped_with_it(window: FindDriver):
    window.draw(SPOTS[0])
    window.press(Key.Key_G, CTRL)
    assert window.bench.models.finding.is_busy and window.bench.document.unsaved
    window.press(Key.Key_Period, CTRL)
    window.wait_until_saved()
    assert window.at_foot == "no model at work" and not window.bench.models.finding.is_busy
    window.press(Key.Key_G, CTRL)
    window.until(lambda: len(window.proposals()) == 2)


def test_the_window_closes_before_the_box_to_search_for_is_saved(window: FindDriver):
    window.draw(SPOTS[0])
    window.press(Key.Key_G, CTRL)
    assert window.bench.settle(at_most_s=60)
    assert not window.bench.models.finding.is_busy  # it would find and save while the window closes
    window.window.close()
    assert len(window.project.annotations.of_image(FIRST)) == 1


def test_the_window_closes_before_it_hears_of_what_was_found(window: FindDriver, qtbot: QtBot):
    window.draw(SPOTS[0])
    window.wait_until_saved()
    window.press(Key.Key_G, BOTH)
    for _ in range(1000):  # the window hears nothing meanwhile
        if window.saved_proposals(MOVED):
            break
        time.sleep(0.01)
    window.window.close()
    qtbot.wait(50)
    assert len(window.saved_proposals(MOVED)) == 3


def test_the_window_closes_in_the_middle_of_a_search(scripted: FindDriver, home: Path):
    (home / "cache" / HOLD).touch()
    scripted.draw(SPOTS[0])
    scripted.press(Key.Key_G, BOTH)
    scripted.until(lambda: is_searching(home))
    scripted.window.close()
    assert scripted.window.bench is None


def test_nothing_is_proposed_on_an_image_that_people_have_settled(window: FindDriver):
    window.draw(SPOTS[0])
    window.press(Key.Key_Return)
    window.wait_until_saved()
    window.go_to(FIRST)
    window.canvas.select([window.boxes()[0].uid])
    window.press(Key.Key_G, CTRL)
    window.until(lambda: any("settled" in words for words in window.said()))
    assert window.proposals() == []
