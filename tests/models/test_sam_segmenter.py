"""What a Segment Anything model keeps between requests, processes and accidents."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from ten_photos import photo

from app.core.errors import UserError
from app.core.geometry import Box
from app.core.segmentation import Click, Prompt
from backends.base import NotEmbeddedError, SegmenterSettings
from backends.client import ModelWorker

pytestmark = pytest.mark.slow

PHOTO = photo(300, 400, 5)
OTHER = photo(500, 350, 6)
CLICK = Prompt(clicks=(Click(180, 140),))
BOX = Prompt(Box(60, 50, 310, 260))


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    """Two of one make."""
    folder = tmp_path_factory.mktemp("sam")
    kinds = ("original-weights", "retrained-weights")
    script = Path(__file__).with_name("make_sam.py")
    subprocess.run([sys.executable, str(script), str(folder), *kinds], check=True)
    return folder


@pytest.fixture(scope="module")
def settings(weights, tmp_path_factory):
    cache = tmp_path_factory.mktemp("kept")
    return SegmenterSettings(weights / "original.weights", cache, device="cpu")


@pytest.fixture(scope="module")
def worker(settings):
    with ModelWorker(settings, "sam") as worker:
        yield worker


def segmented(worker, photos, key, *prompts):
    return worker.ask("segment", photos, key, prompts or (CLICK, BOX))


def files(settings):
    return sorted((settings.cache / "embeddings").iterdir())


def test_a_photo_is_needed_once(worker):
    with pytest.raises(NotEmbeddedError) as e:
        segmented(worker, [], "once")
    assert isinstance(e.value, LookupError) and e.value.hint
    first = segmented(worker, [PHOTO], "once")
    assert all(first)
    assert segmented(worker, [], "once") == first
    assert segmented(worker, [OTHER], "other") != first
    assert segmented(worker, [], "once") == first


def test_fewer_outlines_are_the_best_of_all(worker):
    every = segmented(worker, [PHOTO], "fewer")
    assert max(map(len, every)) > 2
    for most in (1, 2):
        fewer = worker.ask("segment", [], "fewer", (CLICK, BOX), most)
        assert fewer == [outlines[:most] for outlines in every]


def test_a_click_may_mean_several_things_and_a_box_one_first(worker):
    clicks = [Prompt(clicks=(Click(x, 140),)) for x in range(20, 400, 60)]
    *answers, box = segmented(worker, [PHOTO], "ambiguous", *clicks, BOX)
    assert max(map(len, answers)) == 3
    assert len(box) == 4
    for outlines in (*answers, box[1:]):
        scores = [outline.score for outline in outlines]
        assert scores == sorted(scores, reverse=True)
        for outline in outlines:
            assert 0 <= outline.score <= 1
            assert outline.box.inside(400, 300)


def test_what_one_process_embeds_ahead_another_answers_from(settings, worker):
    before = files(settings) if (settings.cache / "embeddings").exists() else []
    with ModelWorker(settings, "sam") as ahead:
        assert ahead.ask("embed", [PHOTO, OTHER], ["a", "b"]) == [None, None]
        theirs = segmented(ahead, [], "a"), segmented(ahead, [], "b")
    assert len(files(settings)) == len(before) + 2
    assert (segmented(worker, [], "a"), segmented(worker, [], "b")) == theirs


def test_what_is_kept_is_not_computed_again(settings, worker):
    worker.ask("embed", [PHOTO], ["again"])
    stamps = {path: path.stat().st_ino for path in files(settings)}
    # Another photo under the same key: had it been looked at, the answer would change.
    kept = segmented(worker, [], "again")
    worker.ask("embed", [OTHER], ["again"])
    assert segmented(worker, [OTHER], "again") == kept
    assert {path: path.stat().st_ino for path in files(settings)} == stamps


def test_a_damaged_file_is_made_anew_and_other_weights_find_nothing(weights, settings, tmp_path):
    settings = replace(settings, cache=tmp_path)
    with ModelWorker(settings, "sam") as worker:
        whole = segmented(worker, [PHOTO], "photo")
    (kept,) = files(settings)
    kept.write_bytes(kept.read_bytes()[:-100])
    with ModelWorker(settings, "sam") as worker:
        with pytest.raises(NotEmbeddedError):
            segmented(worker, [], "photo")
        assert segmented(worker, [PHOTO], "photo") == whole
    with (
        ModelWorker(replace(settings, weights=weights / "retrained.weights"), "sam") as worker,
        pytest.raises(NotEmbeddedError),
    ):
        segmented(worker, [], "photo")


def test_a_disk_without_room_stops_working_ahead_but_no_click(settings, tmp_path):
    (tmp_path / "embeddings").write_text("in the way of the folder")
    with ModelWorker(replace(settings, cache=tmp_path), "sam") as worker:
        with pytest.raises(UserError, match="can't be written"):
            worker.ask("embed", [PHOTO], ["a"])
        assert all(segmented(worker, [PHOTO], "b"))


def test_similar_parts_are_boxes_in_the_photo_without_the_target(worker):
    # The same patch at several places of one photo, each where cells of the encoder begin.
    pixels = np.full((256, 256, 3), 90, np.uint8)
    for top, left in ((32, 32), (32, 160), (160, 96)):
        pixels[top : top + 48, left : left + 48] = photo(48, 48, 8)
    target = Box(32, 32, 80, 80)
    worker.ask("embed", [pixels, PHOTO], ["patches", "plain"])
    for key, (height, width) in {"patches": (256, 256), "plain": PHOTO.shape[:2]}.items():
        finds = worker.ask("similar", [], "patches", target, key)
        assert [f.score for f in finds] == sorted((f.score for f in finds), reverse=True)
        for find in finds:
            assert find.box.inside(width, height) and 0 < find.score <= 1
            assert find.box == Box.around(find.polygon)
    assert worker.ask("similar", [pixels, PHOTO], "new", target, "newer") == finds
    with pytest.raises(NotEmbeddedError):
        worker.ask("similar", [], "patches", target, "unknown")
