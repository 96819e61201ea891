"""Our masks and scores are those of the libraries' own predictors, family by family.

Masks are compared, and not outlines: these leave out parts under a hundredth of the largest, and a
single pixel may part a mask in two, or not.
"""

import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from make_sam import CACHE, IN_HALF, KINDS, PROMPTS, ROUNDED, names_for, photo_key, prompt_for
from ten_photos import SIZES, ten_photos
from test_no_network import recorded  # noqa: F401 - a fixture

from app.imaging.outlines import mask_outlines
from backends.base import SegmenterSettings
from backends.client import ModelWorker

pytestmark = pytest.mark.slow

WORK = """
import sys
from pathlib import Path
import numpy as np
from app.core.geometry import Box
from app.core.segmentation import Prompt
from backends.base import SegmenterSettings
from backends.client import ModelWorker

if __name__ == "__main__":
    cache, weights = map(Path, sys.argv[1:])
    with ModelWorker(SegmenterSettings(weights, cache, device="cpu"), "sam") as worker:
        photo = np.zeros((64, 64, 3), np.uint8)
        worker.ask("segment", [photo], "a", [Prompt(Box(4, 4, 40, 50))])
        print(worker._process.pid)
"""

TITLES = {"original": "SAM ViT 3x96", "mobile": "MobileSAM", "sam2": "SAM 2.1 tiny"}

MOST_MOVED = 1e-4
"""Of a mask's pixels, as a share of the photo, beside the library's answer with its features
rounded to half precision, as embeddings are kept; or one pixel, which may lie on the very edge."""
MOST_ROUNDED = 2e-4
"""On average, beside its answer with features as they are: what half precision costs."""
MOST_COMPUTED = 3e-3
"""On average, where the encoder itself computes in half precision."""
MOST_OFF = 1e-3
"""Of a mask's box, as a share of the photo's side, or one pixel; and of scores."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("sam")


@pytest.fixture(scope="module", params=KINDS)
def kind(request, folder):
    """Whose weights are in the folder then, and what the library and we draw with them."""
    script = Path(__file__).with_name("make_sam.py")
    subprocess.run([sys.executable, str(script), str(folder), request.param], check=True)
    return request.param


def drawn(folder, kind, photo, by):
    """By prompt four masks, height x width, and their scores: by "ours", or the library's."""
    height, width = SIZES[photo]
    found = np.load(folder / f"{kind}-{photo}-{by}.npz")
    names = ROUNDED if by == "full" else PROMPTS
    masks = {name: np.unpackbits(found[f"{name} masks"], axis=-1, count=width) for name in names}
    assert all(each.shape == (4, height, width) for each in masks.values())
    return {name: (masks[name], found[f"{name} scores"]) for name in names}


def box(mask):
    """Left, top, width and height in pixels; zeros where it is empty."""
    return np.array(cv2.boundingRect(mask))


def test_masks_and_their_boxes_are_the_librarys(kind, folder):
    identical = compared = 0
    for photo in names_for(kind):
        height, width = SIZES[photo]
        slack = np.maximum(1, MOST_OFF * np.array([width, height] * 2))
        ours, theirs = (drawn(folder, kind, photo, by) for by in ("ours", "half"))
        for name in PROMPTS:
            (masks, scores), (others, other_scores) = ours[name], theirs[name]
            assert scores == pytest.approx(other_scores, abs=MOST_OFF)
            for mask, other in zip(masks, others, strict=True):
                moved = (mask != other).sum()
                assert moved <= max(1, MOST_MOVED * mask.size), (photo, name)
                assert (abs(box(mask) - box(other)) <= slack).all(), (photo, name)
                identical += (mask == other).all()
                compared += 1
    assert compared == 4 * len(PROMPTS) * len(names_for(kind))
    assert identical >= 0.75 * compared


def test_half_precision_moves_next_to_nothing(kind, folder):
    """Random weights draw jagged masks that lean on the last bit: real ones far less."""
    moved = []
    for photo in names_for(kind):
        ours, theirs = (drawn(folder, kind, photo, by) for by in ("ours", "full"))
        for name in ROUNDED:
            (masks, scores), (others, other_scores) = ours[name], theirs[name]
            assert scores == pytest.approx(other_scores, abs=MOST_OFF)
            moved.append((masks != others).mean())
    assert np.mean(moved) <= MOST_ROUNDED


def test_computed_in_half_precision_masks_are_nearly_the_same(kind, folder):
    """As on a GPU; the library alone would do the same there."""
    ours, half = (drawn(folder, kind, IN_HALF, by) for by in ("ours", "computed"))
    moved = [(ours[name][0] != half[name][0]).mean() for name in PROMPTS]
    assert 0 < np.mean(moved) <= MOST_COMPUTED
    for name in PROMPTS:
        assert half[name][1] == pytest.approx(ours[name][1], abs=0.02)


def traced(name, masks, scores):
    """Polygons and scores as promised: see `SamSegmenter.segment`."""
    possible = sorted((1, 2, 3), key=lambda number: -scores[number])
    found = {}
    for number in possible if name == "click" else [0, *possible]:
        polygon = mask_outlines(masks[number])
        if polygon is not None:
            found.setdefault(polygon, scores[number].clip(0, 1))
    return list(found.items())


def test_a_worker_answers_with_the_outlines_of_these_masks(kind, folder):
    """From what another process has kept of the photos; of one it keeps that itself."""
    settings = SegmenterSettings(folder / f"{kind}.weights", folder / CACHE, device="cpu")
    compared = 0
    with ModelWorker(settings, "sam") as worker:
        assert worker.device == f"cpu (PyTorch, {TITLES[kind]})"
        for photo in names_for(kind):
            size = SIZES[photo]
            prompts = [prompt_for(name, *size) for name in PROMPTS]
            answers = worker.ask("segment", [], photo_key(kind, photo), prompts)
            for (name, given), outlines in zip(
                drawn(folder, kind, photo, "ours").items(), answers, strict=True
            ):
                expected = traced(name, *given)
                assert [outline.polygon for outline in outlines] == [each for each, _ in expected]
                scores = [outline.score for outline in outlines]
                assert scores == pytest.approx([score for _, score in expected], abs=1e-6)
                compared += len(outlines)
        pixels = ten_photos()["upright"]  # which was seen alone
        prompts = [prompt_for(name, *pixels.shape[:2]) for name in PROMPTS]
        fresh = worker.ask("segment", [pixels], "fresh", prompts)
        assert fresh == worker.ask("segment", [], photo_key(kind, "upright"), prompts)
    assert compared >= 15 * len(names_for(kind))


def test_no_family_reaches_for_the_network(kind, folder, recorded, tmp_path):  # noqa: F811
    weights = folder / f"{kind}.weights"
    output, attempts, pids = recorded(WORK, tmp_path / "cache", weights)
    assert output.strip() in pids
    assert attempts == ""
