"""Splits beside those at random and those that are stratified photo by photo, in the same run."""

import pytest

from app.core.stratifying import TOLERANCE
from tests.bench.bench_splits import (
    DATA,
    SEEDS,
    WAYS,
    Figures,
    Layer,
    demo_photos,
    in_builds,
    looking_alike,
    measure,
    neu_det,
    powder_beds,
)

pytestmark = pytest.mark.slow
real = pytest.mark.skipif(
    not DATA.is_dir(), reason="the real photos (../shared/data) are not on this machine"
)
POINTS = 100 * TOLERANCE + 1e-6


def figures(layers: list[Layer]) -> dict[str, Figures]:
    return {n: measure(way, layers, 1 if n == "flawmark" else SEEDS) for n, way in WAYS.items()}


@real
@pytest.mark.parametrize("builds", [48, 96])
def test_whole_builds_within_two_points_where_the_others_tear_them(builds: int) -> None:
    found = figures(in_builds(neu_det(), builds))
    ours = found["flawmark"]
    assert max(ours.class_points, ours.size_points) <= POINTS
    assert ours.spread_builds == ours.neighbours == ours.left_out == 0
    assert found["random builds"].class_points > 3 * ours.class_points
    assert found["random photos"].class_points > ours.class_points
    for torn in ("random photos", "iterative, no groups"):
        assert found[torn].spread_builds > builds / 4
        assert found[torn].neighbours > 100


@real
@pytest.mark.parametrize("builds", [12, 24])
def test_few_builds_are_nearer_than_builds_at_random(builds: int) -> None:
    found = figures(in_builds(neu_det(), builds))
    assert found["flawmark"].class_points < 0.6 * found["random builds"].class_points
    assert found["flawmark"].spread_builds == 0


@real
def test_one_folder_is_cut_without_making_neighbours() -> None:
    found = figures(neu_det())
    ours = found["flawmark"]
    assert max(ours.class_points, ours.size_points) <= POINTS
    assert ours.neighbours == 0 and ours.left_out < 1440 / 15
    assert found["iterative, no groups"].neighbours > 300


def test_photos_of_the_demo_are_nearer_than_at_random() -> None:
    found = figures(in_builds(demo_photos(24), 8))
    assert found["flawmark"].class_points < 0.7 * found["random builds"].class_points
    assert found["flawmark"].spread_builds == 0


@real
def test_no_photo_of_a_bed_is_validated_on_that_looks_like_one_trained_on() -> None:
    layers, looks = powder_beds()
    torn = looking_alike(WAYS["iterative, no groups"](layers, 0), looks)
    ours = looking_alike(WAYS["flawmark"](layers, 0), looks)
    assert torn > 0.8 and ours < 0.02
