"""The segmenter without weights helps on real photos: it beats the boxes it is given."""

import statistics

import pytest

from tests.bench.bench_segmenter import DATA, labelled, measure_carry, measure_fits, measure_similar

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not DATA.is_dir(), reason="the real photos (../shared/data) are not on this machine"
    ),
]

LEAST_GAIN = {"powder-bed-labels": 0.05, "neu-det": 0.005}
"""Of the overlap with people's boxes; half of what the bench prints."""


@pytest.mark.parametrize("name", LEAST_GAIN)
def test_displaced_boxes_fit_better_afterwards(name: str) -> None:
    every = {"powder-bed-labels": 2, "neu-det": 12}[name]
    scores = measure_fits(labelled(name, every=every), 0.1)
    gains = {each: score.gain for each, score in scores.items() if len(score.after) >= 5}
    assert statistics.fmean(gains.values()) >= LEAST_GAIN[name], gains
    assert min(gains.values()) > -0.05, gains


def test_loose_boxes_close_around_what_is_in_them() -> None:
    scores = measure_fits(labelled("powder-bed-labels", every=2), None)
    assert scores["over_melt"].gain >= 0.1
    assert scores["slag"].gain >= 0.1


def test_part_ends_find_each_other() -> None:
    scores = measure_similar(labelled("powder-bed-labels", every=4), most=10)
    assert statistics.fmean(scores["over_melt"].after) >= 0.4


def test_what_is_still_there_is_carried_over_and_what_is_gone_is_not() -> None:
    layers = [each for each in labelled("powder-bed-labels") if "uneven_with" in each.folder]
    there, gone = measure_carry(layers[:5])
    assert statistics.fmean(there) >= 0.8
    assert statistics.fmean(gone) <= 0.4
