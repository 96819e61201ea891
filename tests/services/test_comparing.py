"""A model over what people have judged: it proposes nothing, and notes where it disagrees."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from app.core.annotation import Annotation
from app.core.edit import AnnotationEdit, ImageEdit
from app.core.geometry import Box
from app.core.image import ImageLabel
from app.core.label_class import LabelClass
from app.core.prelabelling import PrelabelReport
from app.imaging.opencv import cv2
from app.services.import_photos import import_photos
from app.services.model_bench import ModelBench
from app.services.models import Model
from app.services.prelabel import PrelabelOptions, prelabel
from app.storage.project import Project
from backends.base import BackendSpec
from tests.helpers.scripted_models import NAMES, PLAIN_GREY

SCRATCH = 1
FOUND_THERE = Box(10, 10, 50, 20)  # a scratch that the scripted model finds on every photo

GoOver = Callable[..., PrelabelReport]


@pytest.fixture
def judged(project: Project, tmp_path: Path) -> Project:
    """Four photos: submitted with a scratch that the model finds too, normal, and two untouched."""
    content = cv2.imencode(".png", np.full((100, 100), PLAIN_GREY, np.uint8))[1].tobytes()
    (tmp_path / "photos").mkdir()
    for number in range(4):
        # The same pixels: bytes after the end make them four photos.
        (tmp_path / "photos" / f"layer_{number}.png").write_bytes(content + bytes([number]))
    project.add_classes([LabelClass(name) for name in NAMES], actor="lead")
    import_photos(project, tmp_path / "photos")
    scratch = Annotation("a", SCRATCH, FOUND_THERE, author="li")
    submitted = ImageEdit(1, ImageLabel(), ImageLabel("submitted", annotator="li"))
    project.apply([AnnotationEdit(1, None, scratch), submitted], actor="li")
    project.apply([ImageEdit(2, ImageLabel(), ImageLabel(is_normal=True))], actor="li")
    return project


@pytest.fixture
def go_over(judged: Project, tmp_path: Path) -> Iterator[GoOver]:
    spec = BackendSpec("Scripted", "tests.helpers.scripted_models:Finder")
    bench = ModelBench({"ultralytics": spec})
    model = Model("scripted", tmp_path / "scripted.onnx", "scripted hash")
    (tmp_path / "cache").mkdir()

    def run(**options: bool) -> PrelabelReport:
        wanted = PrelabelOptions(cache=tmp_path / "cache", **options)  # type: ignore[arg-type]
        return prelabel(judged, model, wanted, actor="li", workers=bench.lend)

    yield run
    bench.close()


def test_comparing_goes_over_settled_images_and_changes_none(
    judged: Project, go_over: GoOver
) -> None:
    before = list(judged.annotations.all())
    report = go_over(compare=True)
    assert (report.images, report.skipped, report.proposals) == (2, 2, 0)
    # Two more finds on the first image, three on the normal one.
    assert report.disagreements == 5
    assert len(judged.disagreements.all_open(kinds=["extra"])) == 5
    assert list(judged.annotations.all()) == before


def test_it_goes_on_where_it_was_and_again_when_asked(judged: Project, go_over: GoOver) -> None:
    go_over(compare=True)
    nothing = go_over(compare=True)
    assert (nothing.images, nothing.skipped, nothing.device) == (0, 4, "")
    assert go_over(compare=True, again=True).images == 2
    (scratch,) = judged.annotations.of_image(1)
    judged.apply([AnnotationEdit(1, scratch, None)], actor="lead")
    report = go_over(compare=True)
    assert (report.images, report.disagreements) == (1, 3)


def test_a_pass_that_proposes_leaves_settled_images_to_a_comparing_one(
    judged: Project, go_over: GoOver
) -> None:
    report = go_over()
    assert (report.images, report.settled, report.disagreements) == (2, 2, 0)
    assert report.proposals == 6
    assert go_over(compare=True).images == 2
    assert go_over().images == 0  # comparing has not made it forget what it has seen
