"""Whole recipes with real models, beside the same models asked one by one."""

from dataclasses import replace

import numpy as np
import pytest

from app.core.detection import Detection
from app.core.geometry import Box, intersection_over_union
from app.core.recipe import Fusion
from app.imaging.preparing import PREPARE
from app.samples.powder_bed import powder_bed_photo
from app.services.models import starter_model
from app.services.recipes import shipped_recipe
from backends.base import DetectorSettings, SegmenterSettings
from backends.client import ModelWorker
from backends.recipe import Member, RecipeSettings, SegmenterMember

pytestmark = pytest.mark.slow

STARTER = starter_model()


@pytest.fixture(scope="module")
def photos():
    """One that the starter sees as it is, one that is reduced for it, one that is not square."""
    grey = [
        powder_bed_photo(2, size_px=416, kind="streaks").pixels,
        powder_bed_photo(1, size_px=900, kind="bars").pixels,
    ]
    small, large = (np.repeat(pixels[..., None], 3, axis=2) for pixels in grey)
    return [small, large, np.ascontiguousarray(large[100:700])]


@pytest.fixture(scope="module")
def starter(tmp_path_factory):
    return DetectorSettings(
        STARTER.weights,
        tmp_path_factory.mktemp("cache"),
        confidence=min(STARTER.confidence.values()),
        iou=STARTER.iou,
        image_size_px=STARTER.image_size_px,
        max_detections=STARTER.max_detections,
        device="cpu",
        fast_engine=False,
    )


@pytest.fixture(scope="module")
def bare(photos, starter):
    """What the starter finds, asked by hand: least scores kept, in pixels of the photo."""
    prepare = PREPARE[STARTER.preprocess]
    seen = [prepare(photo, longer_side_px=STARTER.image_size_px) for photo in photos]
    with ModelWorker(starter) as worker:
        answers = worker.result(worker.submit(seen, None))
    found = []
    for photo, small, finds in zip(photos, seen, answers, strict=True):
        sx, sy = photo.shape[1] / small.shape[1], photo.shape[0] / small.shape[0]
        boxes = [
            replace(f, box=f.box.scaled(sx, sy).clipped(photo.shape[1], photo.shape[0]))
            for f in finds
        ]
        found.append([f for f in boxes if f.score >= STARTER.confidence[f.class_name]])
    assert sum(map(len, found)) > 5
    return found


def member(name: str, settings: DetectorSettings, **more: object) -> Member:
    names = {name: name for name in STARTER.class_names}
    return Member(
        name,
        "ultralytics",
        settings,
        preprocess=STARTER.preprocess,
        names=names,
        least_scores=STARTER.confidence,
        **more,
    )


def answered(settings: RecipeSettings, photos) -> list[list[Detection]]:
    with ModelWorker(settings, "recipe") as worker:
        return worker.result(worker.submit(photos, None))


def test_the_powder_bed_recipe_finds_what_its_starter_finds(photos, starter, bare):
    recipe = shipped_recipe("powder-bed")
    assert recipe.segmenter is not None
    segmenter = SegmenterMember(
        "contrast", recipe.segmenter, SegmenterSettings(None, starter.cache)
    )
    settings = RecipeSettings(
        starter.cache, (member("starter", starter),), recipe.fusion, segmenter, recipe.filters
    )
    outlined = 0
    for photo, finds, alone in zip(photos, answered(settings, photos), bare, strict=True):
        assert 0 < len(finds) <= len(alone)
        whole = Box(0, 0, photo.shape[1], photo.shape[0])
        for find in finds:
            assert [source.name for source in find.sources] == ["starter"]
            origin = max(
                (f for f in alone if f.score == pytest.approx(find.score, abs=1e-6)),
                key=lambda f: intersection_over_union(f.box, find.box),
            )
            assert origin.class_name == find.class_name
            assert intersection_over_union(origin.box, find.box) >= 0.29
            assert find.box.inside(whole.right, whole.bottom)
            assert min(find.box.width, find.box.height) >= recipe.filters.least_side_px
            if find.polygon is not None:
                outlined += 1
                assert find.box.corners == pytest.approx(Box.around(find.polygon).corners)
    assert outlined > sum(map(len, bare)) / 2


def test_two_detectors_give_one_proposal_with_both_origins_and_lose_nothing(photos, starter, bare):
    members = (member("whole", starter), member("tiles", replace(starter, tile_px=300)))
    together = answered(RecipeSettings(starter.cache, members, Fusion("wbf", 0.5)), photos)
    for finds, alone in zip(together, bare, strict=True):
        origins = [(f, s.score) for f in finds for s in f.sources if s.name == "whole"]
        assert sorted(score for _, score in origins) == pytest.approx(
            sorted(f.score for f in alone), abs=1e-4
        )
        for find, score in origins:
            (first,) = (f for f in alone if f.score == pytest.approx(score, abs=1e-5))
            assert find.class_name == first.class_name and find.score >= score
            if len(find.sources) == 1:
                assert find.box.corners == pytest.approx(first.box.corners, abs=0.05)
    counts = {len(find.sources) for finds in together for find in finds}
    assert counts == {1, 2}
