"""A model that is kept between requests finds what one started for the request finds."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.annotation import Annotation
from app.core.progress import ignore_progress
from app.services.create import create_project, load_label_set
from app.services.demo import make_photos
from app.services.import_photos import import_photos
from app.services.model_bench import ModelBench, Workers, own_worker
from app.services.models import starter_model
from app.services.prelabel import PrelabelOptions, prelabel

pytestmark = pytest.mark.slow


def said(annotation: Annotation) -> tuple[object, ...]:
    corners = tuple(round(corner, 2) for corner in annotation.box.corners)
    return annotation.class_id, corners, round(annotation.score or 0, 3)


@pytest.fixture(scope="module")
def bench() -> Iterator[ModelBench]:
    bench = ModelBench()
    yield bench
    bench.close()


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all, so that the weights are converted once."""
    return tmp_path_factory.mktemp("cache")


@pytest.mark.parametrize("confidence", [None, 0.2])
def test_the_lower_threshold_of_a_kept_model_changes_nothing_above_it(
    tmp_path: Path, cache: Path, bench: ModelBench, confidence: float | None
) -> None:
    make_photos(tmp_path / "photos", count=6, on_progress=ignore_progress)

    def found(name: str, workers: Workers) -> list[tuple[object, ...]]:
        options = PrelabelOptions(cache, confidence=confidence)
        with create_project(tmp_path / name, load_label_set("powder-bed"), actor="li") as project:
            import_photos(project, tmp_path / "photos")
            prelabel(project, starter_model(), options, actor="li", workers=workers)
            return [(image_id, *said(a)) for image_id, a in project.annotations.all()]

    alone = found("alone", own_worker)
    kept = found("kept", bench.lend)
    assert len(alone) > 4
    assert sorted(alone, key=str) == sorted(kept, key=str)
