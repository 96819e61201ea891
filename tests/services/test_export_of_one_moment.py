"""An export is of one moment: what others change while it is written comes into the next one."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.core.annotation import Annotation, new_uid
from app.core.edit import AnnotationEdit, ImageEdit
from app.core.errors import UserError
from app.core.geometry import Box
from app.core.image import ImageLabel, Split
from app.core.label_class import LabelClass
from app.core.progress import Cancelled, OnProgress, Progress
from app.services.export import TARGETS, ExportOptions, ExportReport, export
from app.services.export_set import Mix
from app.services.import_photos import import_photos
from app.storage.project import Project
from tests.services.conftest import WritePhoto

TRAIN, VAL, TWIN = 1, 4, 6
FIRST = "monday/layer_0.png"
TO_LOOK_AT = ExportOptions(for_training=False)


@pytest.fixture(autouse=True)
def read_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a large project, images are read when it is their turn."""
    monkeypatch.setattr("app.storage.images._PAGE", 1)


@pytest.fixture
def project(tmp_path: Path, photos: Path, write_photo: WritePhoto) -> Iterator[Project]:
    """Six images with a box each; the first three train, 4 and 5 validate. The last one trains,
    and looks like the first."""
    write_photo(photos / "tuesday" / "layer_2.png", seed=0)
    with Project.create(tmp_path / "bed") as project:
        project.add_classes([LabelClass("streak")], actor="lead")
        import_photos(project, photos)
        for image_id in range(1, 7):
            draw(project, image_id)
            begun = ImageEdit(image_id, ImageLabel(), ImageLabel("in_progress"))
            project.apply([begun], actor="bo")
        give(project, {n: "val" if n in (VAL, 5) else "train" for n in range(1, 7)})
        yield project


@pytest.fixture
def colleague(project: Project) -> Iterator[Project]:
    """The same project through another connection."""
    with Project.open(project.folder) as other:
        yield other


def draw(project: Project, image_id: int) -> None:
    box = Annotation(new_uid(), 1, Box(20, 20, 60, 60), author="bo")
    project.apply([AnnotationEdit(image_id, None, box)], actor="bo")


def give(project: Project, splits: dict[int, Split]) -> None:
    images = project.images.of_ids(splits)
    edits = [ImageEdit(i.id, i.label, replace(i.label, split=splits[i.id])) for i in images]
    with project.transaction():
        project.splits.write(edits, actor="lead")


def at_first_photo(do: Callable[[], None]) -> OnProgress:
    """What others do once the first photo, or record of one, was written."""

    def tell(progress: Progress) -> None:
        if progress.note == FIRST:
            do()

    return tell


def export_while(
    project: Project, target: str, do: Callable[[], None], options: ExportOptions | None = None
) -> ExportReport:
    out = project.folder.parent / "out"
    return export(project, target, out, options=options, on_progress=at_first_photo(do))


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_splits_that_change_meanwhile_let_nothing_out(
    project: Project, colleague: Project, target: str
) -> None:
    with pytest.raises(UserError, match="splits of bed changed while it was exported"):
        export_while(project, target, lambda: give(colleague, {TWIN: "val"}))
    assert not list(project.folder.parent.glob("*out*"))
    assert not project.splits.locked()
    export(project, target, project.folder.parent / "out")
    assert project.splits.locks()[TWIN] == "val"


def test_an_earlier_export_stands_when_splits_change_meanwhile(
    project: Project, colleague: Project
) -> None:
    out = project.folder.parent / "out"
    export(project, "yolo", out, options=TO_LOOK_AT)
    before = sorted(out.rglob("*"))
    with pytest.raises(UserError, match="changed"):
        export_while(project, "yolo", lambda: give(colleague, {TWIN: "val"}))
    assert sorted(out.rglob("*")) == before
    assert [path.name for path in out.parent.glob("*out*")] == ["out"]


def test_what_locks_nothing_has_the_splits_of_its_beginning_in_names_and_leak_check(
    project: Project, colleague: Project
) -> None:
    report = export_while(project, "yolo", lambda: give(colleague, {TWIN: "val"}), TO_LOOK_AT)
    assert (report.out / "images" / "train" / "tuesday" / "layer_2.png").is_file()
    assert not any("look like one that is trained on" in note for note in report.notes)
    assert project.images.get(TWIN).label.split == "val"


def test_sampling_and_names_are_of_one_moment(project: Project, colleague: Project) -> None:
    options = ExportOptions(for_training=False, mix=Mix(balance=True))
    report = export_while(
        project, "yolo", lambda: give(colleague, dict.fromkeys((2, 3, TWIN), "test")), options
    )
    photos = (report.out / "images").rglob("*.png")
    splits = sorted(path.relative_to(report.out / "images").parts[0] for path in photos)
    assert splits == ["train"] * 4 + ["val"] * 2


@pytest.mark.parametrize("target", ["yolo", "coco", "voc", "jsonl"])
def test_labels_that_come_meanwhile_come_into_the_next_export(
    project: Project, colleague: Project, target: str
) -> None:
    report = export_while(project, target, lambda: draw(colleague, TWIN))
    assert report.boxes == 6
    assert export(project, target, report.out).boxes == 7


def test_an_export_that_is_stopped_at_the_leak_check_leaves_nothing(project: Project) -> None:
    def stop(_: Progress) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        export(project, "yolo", project.folder.parent / "out", on_leak_check=stop)
    assert not list(project.folder.parent.glob("*out*")) and not project.splits.locked()


def test_that_nothing_of_what_was_chosen_is_labelled_any_more_is_said(
    project: Project, colleague: Project
) -> None:
    def bare(*image_ids: int) -> None:
        for image_id in image_ids:
            boxes = colleague.annotations.of_image(image_id)
            gone = [AnnotationEdit(image_id, box, None) for box in boxes]
            colleague.apply(gone, actor="bo")

    def change(_: Progress) -> None:
        bare(*range(1, 6))
        draw(colleague, TWIN)

    bare(TWIN)
    out = project.folder.parent / "out"
    with pytest.raises(UserError, match="None of the images that were chosen"):
        export(project, "jsonl", out, on_progress=change)
    assert not out.exists()
