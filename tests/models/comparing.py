"""Our finds beside those of plain ultralytics."""

import pytest

from app.core.geometry import Box


def assert_same(ours, theirs, photo):
    """The same finds in the same order: boxes to 0.05 px of the photo, scores to 0.001."""
    height, width = photo.shape[:2]
    assert len(ours) == len(theirs)
    for find, other in zip(ours, theirs, strict=True):
        assert find.class_name == other["class"]
        assert find.score == pytest.approx(other["score"], abs=1e-3)
        expected = Box(*other["box"]).clipped(width, height)
        assert find.box.corners == pytest.approx(expected.corners, abs=0.05)
    assert [find.score for find in ours] == sorted((f.score for f in ours), reverse=True)


def with_area(finds):
    """Plain ultralytics keeps what it found in the padding, as boxes without area."""
    return [f for f in finds if f["box"][0] < f["box"][2] and f["box"][1] < f["box"][3]]
