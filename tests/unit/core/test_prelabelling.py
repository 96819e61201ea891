import pytest

from app.core.annotation import Annotation
from app.core.geometry import Box
from app.core.prelabelling import PrelabelProgress, reaches
from app.core.progress import Progress


def test_speed_and_time_left():
    told = PrelabelProgress(Progress(10, 40), elapsed_s=5.0)
    assert told.images_per_s == pytest.approx(2.0)
    assert told.left_s == pytest.approx(15.0)


def test_before_anything_is_done_no_time_is_promised():
    told = PrelabelProgress(Progress(0, 40), elapsed_s=0.0)
    assert told.images_per_s is None and told.left_s is None


@pytest.mark.parametrize(("score", "expected"), [(0.5, True), (0.49, False), (None, True)])
def test_what_reaches_a_threshold(score, expected):
    annotation = Annotation("a", 1, Box(0, 0, 1, 1), score=score, run_id=1)
    assert reaches(annotation, 0.5) is expected
