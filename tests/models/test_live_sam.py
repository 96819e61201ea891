"""A live segmenter with the real library: looked at in one process, answered by another."""

import subprocess
import sys
from pathlib import Path

import pytest
from ten_photos import photo

from app.core.errors import UserError
from app.core.geometry import Box, intersection_over_union
from app.core.segmentation import Click, Prompt
from app.core.stopping import Stop
from app.imaging.opencv import cv2
from app.services.carry_over import carry_over
from app.services.live_segmenter import LivePhoto, open_hand, open_segmenter, segmenters_of
from app.services.shelf import Addition, Shelf
from app.storage.project import Project
from backends.base import NotEmbeddedError
from tests.helpers.layers import draw, filled

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


@pytest.fixture
def project(tmp_path):
    with Project.create(tmp_path / "project") as project:
        yield project


def test_boxes_carried_over_are_fitted_by_what_it_outlines(project, weights, shelf, tmp_path):
    """Twice: the second time from what it saw the first time."""
    photos, boxes = {}, [Box(120, 80, 200, 150), Box(20, 190, 90, 260)]
    for n in range(2):
        photos[f"layer_{n}.png"] = photo(300, 400, 5)
        photos[f"layer_{n}.png"][0, 0] = n  # no two alike, or they would be one
    ids = filled(project, tmp_path / "build", photos)
    first, second = ids["layer_0.png"], ids["layer_1.png"]
    for box in boxes:
        draw(project, first, box)
    key, prompts = project.images.get(second).content_hash, tuple(map(Prompt, boxes))
    with open_hand(str(weights), tmp_path / "cache", shelf) as hand:
        reports = [
            carry_over(project, second, actor="ann", segmenter=hand, segmenter_name="tiny")
            for _ in range(2)
        ]
        outlined = hand.ask("segment", [], key, prompts)
    assert [(r.proposals, r.dropped) for r in reports] == [(2, 0), (0, 0)]
    for box, answers in zip(boxes, outlined, strict=True):
        near = [a.box for a in answers if intersection_over_union(a.box, box) >= 0.5] or [box]
        assert near[0] in [a.box for a in project.annotations.of_image(second)]


def test_what_is_no_segmenter_is_refused_in_words(folder, shelf, tmp_path):
    with pytest.raises(UserError, match=r"bed\.png"):
        open_segmenter(str(folder / "bed.png"), tmp_path, shelf)
