"""A live segmenter with the real library: looked at in one process, answered by another."""

import subprocess
import sys
from pathlib import Path

import pytest
from ten_photos import photo

from app.core.errors import UserError
from app.core.geometry import Box
from app.core.segmentation import Click, Prompt
from app.core.stopping import Stop
from app.imaging.opencv import cv2
from app.services.live_segmenter import LivePhoto, open_hand, open_segmenter, segmenters_of
from app.services.shelf import Addition, Shelf
from backends.base import NotEmbeddedError

pytestmark = pytest.mark.slow

CLICK, BOX = Prompt(clicks=(Click(180, 140),)), Prompt(Box(60, 50, 310, 260))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("live")
    script = Path(__file__).with_name("make_sam.py")
    subprocess.run([sys.executable, str(script), str(folder), "original-weights"], check=True)
    content = cv2.imencode(".png", photo(300, 400, 5))[1]
    (folder / "bed.png").write_bytes(content.tobytes())
    return folder


@pytest.fixture(scope="module")
def weights(folder):
    return (folder / "original.weights").rename(folder / "sam_tiny.pth")


@pytest.fixture
def shelf(folder, tmp_path):
    return Shelf(tmp_path / "models")


def test_a_click_on_a_photo_that_was_looked_at_is_answered_also_tomorrow(
    folder, weights, shelf, tmp_path
):
    bed = LivePhoto("bed", folder / "bed.png")
    live = open_segmenter(str(weights), tmp_path, shelf)
    assert live.title == "sam_tiny" and live.looks_ahead
    try:
        with pytest.raises(NotEmbeddedError):
            live.answer(bed, [CLICK], Stop())
        live.look(bed, Stop())
        first = live.answer(bed, [CLICK, BOX], Stop())
    finally:
        live.close()
    assert len(first) == 2 and all(first)

    again = open_segmenter(str(weights), tmp_path, shelf)
    try:
        assert again.answer(bed, [CLICK, BOX], Stop()) == first
    finally:
        again.close()


def test_a_model_on_the_shelf_is_opened_by_its_name(weights, shelf, tmp_path):
    shelf.add(Addition(weights, name="bed sam 2.1"), by="ann")
    assert segmenters_of(shelf) == ["bed sam 2.1"]
    assert open_segmenter("bed sam 2.1", tmp_path, shelf).looks_ahead
    with open_hand("bed sam 2.1", tmp_path, shelf) as hand:
        assert hand is not None


def test_what_is_no_segmenter_is_refused_in_words(folder, shelf, tmp_path):
    with pytest.raises(UserError, match=r"bed\.png"):
        open_segmenter(str(folder / "bed.png"), tmp_path, shelf)
