"""Weights of one's own over a project: trusted, mapped, and never over what people did."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import pytest

from app.core.edit import AnnotationEdit, ImageEdit
from app.core.errors import UserError
from app.core.geometry import intersection_over_union
from app.core.image import ImageLabel
from app.core.label_class import LabelClass
from app.services.import_photos import import_photos
from app.services.model_bench import Workers
from app.services.models import find_model
from app.services.prelabel import PrelabelOptions, PrelabelReport, prelabel
from app.storage.project import Project
from tests.helpers.kept_workers import kept_workers
from tests.helpers.reviewing import bring_to

pytestmark = pytest.mark.slow

NAMES = [f"缺陷 {i}" for i in range(80)]  # what make_models.py calls the classes
PHOTOS = ("large", "wide", "upright")


@pytest.fixture
def project(tmp_path, made):
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in PHOTOS:
        pixels = cv2.cvtColor(made.photos[name], cv2.COLOR_RGB2BGR)
        (folder / f"{name}.png").write_bytes(cv2.imencode(".png", pixels)[1].tobytes())
    with Project.create(tmp_path / "project") as project:
        import_photos(project, folder)
        yield project


@pytest.fixture(scope="module")
def cache(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with kept_workers() as workers:
        yield workers


@pytest.fixture
def run(project: Project, cache: Path, workers: Workers, made):
    def run(case: str = "segment-pt", **options: object) -> PrelabelReport:
        model = find_model(str(made.weights(case)), trust=True)
        given = {"confidence": 0.3, "image_size_px": 320, "fast_engine": False} | options
        options = PrelabelOptions(cache, **given)
        return prelabel(project, model, options, actor="li", workers=workers)

    return run


def boxes(project: Project) -> dict[str, list[tuple[int, ...]]]:
    return {
        image.path: sorted(
            tuple(map(round, a.box.corners)) for a in project.annotations.of_image(image.id)
        )
        for image in project.images.all()
    }


def test_a_project_without_classes_takes_the_models(project: Project, run) -> None:
    report = run()
    assert [c.name for c in project.classes.all()] == NAMES
    assert report.images == len(PHOTOS)
    found = [a for _, a in project.annotations.all()]
    assert len(found) == report.proposals > 10
    for image in project.images.all():
        for a in project.annotations.of_image(image.id):
            assert a.is_proposal and a.score is not None and a.score >= 0.3
            assert a.box.inside(image.width_px, image.height_px)
            assert a.polygon is not None
            assert all(0 <= x <= image.width_px and 0 <= y <= image.height_px for x, y in a.polygon)


def test_what_another_engine_finds_again_is_not_doubled(project: Project, run) -> None:
    run("detect-pt")
    before = boxes(project)
    # Another file, so another model: what it finds in the same places doesn't come in.
    report = run("detect-onnx")
    assert report.images == len(PHOTOS)
    for path, after in boxes(project).items():
        assert len(after) == pytest.approx(len(before[path]), abs=2)


def test_a_mapping_takes_some_classes_and_leaves_the_rest(project: Project, run) -> None:
    project.add_classes([LabelClass("streak"), LabelClass("slag", name_zh=NAMES[1])], actor="li")
    with pytest.raises(UserError, match=NAMES[0]) as e:
        run()
    assert "--map" in e.value.hint
    assert boxes(project) == {path: [] for path in boxes(project)}
    left_out = dict.fromkeys(NAMES[2:], None)
    run(mapping={**left_out, NAMES[0]: "streak"})
    assert {a.class_id for _, a in project.annotations.all()} <= {1, 2}


def test_people_keep_what_they_touched_and_rejected(project: Project, run) -> None:
    run()
    image = next(i for i in project.images.all() if len(project.annotations.of_image(i.id)) >= 3)
    accepted, rejected, *rest = project.annotations.of_image(image.id)
    kept = accepted.touched_by("li")
    edits = [
        AnnotationEdit(image.id, accepted, kept),
        AnnotationEdit(image.id, rejected, None),
        ImageEdit(image.id, ImageLabel("prelabelled"), ImageLabel("in_progress")),
    ]
    project.apply(edits, actor="li")

    run(again=True)

    standing = project.annotations.of_image(image.id)
    assert kept in standing
    assert len(standing) == 1 + len(rest)
    assert not [
        a
        for a in standing
        if a.class_id == rejected.class_id
        and intersection_over_union(a.box, rejected.box) > 0.95
        and all(intersection_over_union(a.box, r.box) < 0.95 for r in rest)
    ]


def test_settled_and_normal_images_are_not_even_looked_at(project: Project, run) -> None:
    first, second, _ = project.images.all()
    normal = bring_to(project, first.id, "in_progress", is_normal=True)
    bring_to(project, second.id, "approved")
    report = run()
    assert (report.images, report.skipped) == (1, 2)
    assert project.annotations.of_image(first.id) == project.annotations.of_image(second.id) == []
    assert project.images.get(first.id).label == normal


def test_a_missing_photo_is_told_and_the_rest_goes_on(project: Project, run) -> None:
    image = next(iter(project.images.all()))
    project.locate(image.path).unlink()
    report = run()
    assert report.images == len(PHOTOS) - 1
    (refused,) = report.refused
    assert Path(image.path).name in refused.what
    assert project.images.get(image.id).label == ImageLabel()


def test_a_pickle_from_anywhere_is_not_opened(made, tmp_path: Path) -> None:
    weights = made.weights("detect-pt")
    with pytest.raises(UserError) as e:
        find_model(str(weights))
    assert "--trust" in e.value.hint
    assert find_model(str(weights), trusted_folders=[weights.parent]).name == weights.stem
    assert find_model(str(made.weights("detect-onnx"))).weights_hash


def test_tiles_find_on_a_large_photo_what_the_whole_hides(project: Project, run) -> None:
    run("detect-pt")
    whole = {path: len(found) for path, found in boxes(project).items()}
    run("detect-pt", tile_px=320)
    tiled = {path: len(found) for path, found in boxes(project).items()}
    large = next(path for path in whole if "large" in path)
    assert tiled[large] > whole[large]
