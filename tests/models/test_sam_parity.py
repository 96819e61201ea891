"""Our outlines and scores are those of the libraries' own predictors, family by family."""

import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from make_sam import KINDS, PROMPTS, sam_photos, sized_prompt
from test_no_network import recorded  # noqa: F401 - a fixture

from app.core.geometry import Box
from app.core.segmentation import Click, Prompt
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
    cache = Path(sys.argv[1])
    for weights in map(Path, sys.argv[2:]):
        with ModelWorker(SegmenterSettings(weights, cache, device="cpu"), "sam") as worker:
            photo = np.zeros((64, 64, 3), np.uint8)
            worker.ask("segment", [photo], "a", [Prompt(Box(4, 4, 40, 50))])
            print(worker._process.pid)
"""

TITLES = {"original": "SAM ViT 3x96", "mobile": "MobileSAM", "sam2": "SAM 2.1 tiny"}

# Beside the library's answers with its features rounded to half precision, as embeddings are kept;
# and as they are. Random weights draw jagged masks that lean on the last bit: real ones far less.
LEAST_IOU = {"half": 0.999, "full": 0.95}
MOST_MOVED = 3e-4  # as a share of the photo: for masks of a few pixels
FINER = 16


def prompt_for(name, pixels):
    corners, points, labels = sized_prompt(name, *pixels.shape[:2])
    clicks = tuple(Click(x, y, on) for (x, y), on in zip(points, labels, strict=True))
    return Prompt(None if corners is None else Box(*corners), clicks)


def drawn(polygon, pixels):
    mask = np.zeros(pixels.shape[:2], np.uint8)
    points = np.rint((np.array(polygon) - 0.5) * FINER).astype(np.int32)
    return cv2.fillPoly(mask, [points], [1], shift=4).astype(bool)


def expected(answers, name, pixels):
    """(mask, score) as the library answers, without empty and repeated masks."""
    arrays = np.load(answers)
    masks = np.unpackbits(arrays[f"{name} masks"], axis=-1, count=pixels.shape[1])
    distinct = []
    for mask, score in zip(masks, arrays[f"{name} scores"], strict=True):
        if mask.any() and not any((mask == other).all() for other, _ in distinct):
            distinct.append((mask, score))
    return distinct


def assert_same(answers, name, outlines, pixels):
    least_iou = LEAST_IOU[answers.stem.rpartition("-")[2]]
    wanted = expected(answers, name, pixels)
    assert len(outlines) == len(wanted), (answers.name, name)
    for ours, (mask, score) in zip(outlines, wanted, strict=True):
        assert ours.score == pytest.approx(np.clip(score, 0, 1), abs=1e-3)
        outline, theirs = drawn(ours.polygon, pixels), drawn(mask_outlines(mask), pixels)
        moved, all_of_both = (outline ^ theirs).sum(), (outline | theirs).sum()
        is_same = moved <= (1 - least_iou) * all_of_both or moved <= MOST_MOVED * mask.size
        assert is_same, (answers.name, name, moved, all_of_both)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Weights of all kinds, and what the libraries answer with them."""
    folder = tmp_path_factory.mktemp("sam")
    script = Path(__file__).with_name("make_sam.py")
    subprocess.run([sys.executable, str(script), str(folder), *KINDS], check=True)
    return folder


@pytest.mark.parametrize("kind", KINDS)
def test_outlines_and_scores_are_the_librarys(kind, folder, tmp_path):
    settings = SegmenterSettings(folder / f"{kind}.weights", tmp_path, device="cpu")
    compared = 0
    with ModelWorker(settings, "sam") as worker:
        assert worker.device == f"cpu (PyTorch, {TITLES[kind]})"
        for number, pixels in enumerate(sam_photos(kind)):
            prompts = [prompt_for(name, pixels) for name in PROMPTS]
            answers = worker.ask("segment", [pixels], str(number), prompts)
            for name, outlines in zip(PROMPTS, answers, strict=True):
                assert_same(folder / f"{kind}-{number}-half.npz", name, outlines, pixels)
                compared += len(outlines)
            assert_same(folder / f"{kind}-{number}-full.npz", "box", answers[0], pixels)
    assert compared >= 20


def test_no_family_reaches_for_the_network(folder, recorded, tmp_path):  # noqa: F811
    files = [folder / f"{kind}.weights" for kind in KINDS]
    output, attempts, pids = recorded(WORK, tmp_path / "cache", *files)
    assert set(output.split()) <= set(pids) and len(output.split()) == len(files)
    assert attempts == ""
