"""Our masks and scores are those of the libraries' own predictors, family by family.

Masks are compared, and not outlines: these leave out parts under a hundredth of the largest, and a
single pixel may part a mask in two, or not.
"""

import pickle
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from make_sam import IN_HALF, KINDS, PROMPTS, ROUNDED, names_for
from run_sam import FRESH
from ten_photos import SIZES
from test_no_network import run_recorded

from app.imaging.outlines import mask_outlines

pytestmark = pytest.mark.slow

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


HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Holds the weights of every kind, and what the library and we draw with them."""
    folder = tmp_path_factory.mktemp("sam")
    # One process for all: importing the libraries takes as long as drawing.
    subprocess.run([sys.executable, str(HERE / "make_sam.py"), str(folder), *KINDS], check=True)
    return folder


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture(scope="module")
def recorded(folder, tmp_path_factory):
    """What a worker of each kind answers, every attempt at the network, and who was watched."""
    site = tmp_path_factory.mktemp("recorded")
    _, attempts, pids = run_recorded(site, HERE / "run_sam.py", folder, *KINDS)
    return pickle.loads((folder / "answers.pickle").read_bytes()), attempts, pids


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
    assert identical >= 2 / 3 * compared  # how sums are rounded depends on the threads


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


def test_a_worker_answers_with_the_outlines_of_these_masks(kind, folder, recorded):
    """From what another process has kept of the photos; of one it keeps that itself."""
    answered = recorded[0][kind]
    assert answered["device"] == f"cpu (PyTorch, {TITLES[kind]})"
    compared = 0
    for photo in names_for(kind):
        for (name, given), outlines in zip(
            drawn(folder, kind, photo, "ours").items(), answered["kept"][photo], strict=True
        ):
            expected = traced(name, *given)
            assert [outline.polygon for outline in outlines] == [each for each, _ in expected]
            scores = [outline.score for outline in outlines]
            assert scores == pytest.approx([score for _, score in expected], abs=1e-6)
            compared += len(outlines)
    assert answered["fresh"] == answered["kept"][FRESH]
    assert compared >= 15 * len(names_for(kind))


def test_no_family_reaches_for_the_network(kind, recorded):
    answered, attempts, pids = recorded
    assert str(answered[kind]["process"]) in pids
    assert attempts == ""
