"""Out of a project: whole or not at all, and the same labels that came in."""

import errno
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.core.annotation import Annotation, new_uid
from app.core.edit import AnnotationEdit, ImageEdit
from app.core.errors import UserError
from app.core.geometry import Box, match_one_to_one
from app.core.image import Image, ImageLabel
from app.core.label_class import LabelClass
from app.core.splitting import Shares
from app.services.export import TARGETS, ExportOptions, export
from app.services.import_labels import LabelImport, import_labels
from app.services.import_photos import import_photos
from app.services.placing import EXPORT_MARKER, writing_now, written_whole
from app.services.selection import select
from app.storage.project import Project
from app.storage.runs import RunKey
from tests.helpers.reviewing import bring_to
from tests.services.conftest import WritePhoto

_KEY = RunKey("model", "m", "h", {})
BOXES = (Box(10.25, 5, 60.125, 95), Box(0, 0, 200, 100), Box(33.3, 44.4, 55.5, 66.6))


@pytest.fixture
def labelled(project: Project, photos: Path) -> Project:
    """Images 1 and 2 have boxes, 3 is normal, 4 has a proposal, 5 was only looked at by a model."""
    project.add_classes([LabelClass("streak", name_zh="条纹"), LabelClass("slag")], actor="lead")
    import_photos(project, photos)
    with project.transaction():
        run = project.runs.open(_KEY, actor="li")
    edits: list[AnnotationEdit | ImageEdit] = []
    for image_id, count in ((1, 1), (2, 3)):
        for n in range(count):
            drawn = Annotation(new_uid(), 1 + n % 2, BOXES[n], author="li")
            edits.append(AnnotationEdit(image_id, None, drawn))
    proposal = Annotation(new_uid(), 2, BOXES[0], score=0.5, run_id=run)
    edits.append(AnnotationEdit(4, None, proposal))
    project.apply(edits, actor="li")
    looked_at = [ImageEdit(i, ImageLabel(), ImageLabel("prelabelled")) for i in (4, 5)]
    project.apply(looked_at, actor="li", kind="prelabel")
    for image_id in (1, 2):
        bring_to(project, image_id, "approved")
    bring_to(project, 3, "submitted", is_normal=True)
    return project


def labels_of(folder: Path) -> dict[str, list[str]]:
    files = (folder / "labels").rglob("*.txt")
    return {f.relative_to(folder / "labels").as_posix(): f.read_text().splitlines() for f in files}


def test_yolo_files_are_the_lines_of_the_view(labelled: Project, tmp_path: Path) -> None:
    report = export(labelled, "yolo", tmp_path / "out")
    assert (report.images, report.boxes, report.normal) == (4, 5, 1)
    assert report.notes == (
        "1 boxes are proposals that no person has checked.",
        "1 images were left out: no box on them, and no person said that they are normal.",
        "4 images have no split: from now on they are taken for trained on, and a later split "
        "leaves them in train.",
    )
    expected = {
        name: list(labelled.annotations.yolo_lines(image_id))
        for name, image_id in (
            ("monday/layer_0.txt", 1),
            ("monday/layer_1.txt", 2),
            ("monday/layer_2.txt", 3),
            ("tuesday/layer_0.txt", 4),
        )
    }
    assert labels_of(tmp_path / "out") == expected
    assert expected["monday/layer_2.txt"] == []
    photo = tmp_path / "out" / "images" / "monday" / "layer_1.png"
    assert photo.read_bytes() == labelled.locate(labelled.images.get(2).path).read_bytes()


@pytest.mark.parametrize("target", [t for t in TARGETS if t != "jsonl"])
def test_what_went_out_comes_in_the_same(labelled: Project, tmp_path: Path, target: str) -> None:
    export(labelled, target, tmp_path / "out", options=ExportOptions(copy_photos=True))
    with Project.create(tmp_path / "again") as again:
        import_photos(again, tmp_path / "out")
        report = import_labels(again, LabelImport(tmp_path / "out", "approved"), actor="li")
        assert report is not None
        assert report.problems == []
        assert [c.name for c in again.classes.all()] == ["streak", "slag"]
        there = {Path(i.path).relative_to(_shared(again)): i for i in again.images.all()}
        assert len(there) == 4
        for image in select(labelled).images:
            name = Path(image.path).relative_to("../photos")
            back = next(i for path, i in there.items() if path.parts[-2:] == name.parts)
            assert back.label.is_normal == (not labelled.annotations.of_image(image.id))
            assert_same_boxes(labelled, image, again, back)


def _shared(project: Project) -> str:
    return os.path.commonpath([Path(i.path).parent for i in project.images.all()])


def assert_same_boxes(first: Project, a: Image, second: Project, b: Image) -> None:
    before, after = first.annotations.of_image(a.id), second.annotations.of_image(b.id)
    pairs = match_one_to_one([x.box for x in before], [x.box for x in after], iou=0.999)
    assert len(pairs) == len(before) == len(after)
    for i, j in pairs:
        assert before[i].class_id == after[j].class_id
        scale = (a.width_px, a.height_px) * 2
        for mine, theirs, side in zip(
            before[i].box.corners, after[j].box.corners, scale, strict=True
        ):
            assert abs(mine - theirs) / side < 1e-6


def test_an_export_that_fails_leaves_the_old_one(
    labelled: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(labelled, "yolo", tmp_path / "out")
    before = labels_of(tmp_path / "out")

    def full_disk(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("app.services.training_mix.place_photo", full_disk)
    with pytest.raises(UserError, match="No space left"):
        export(labelled, "yolo", tmp_path / "out")
    assert labels_of(tmp_path / "out") == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out", "photos", "project"]


def test_a_missing_photo_is_left_out_and_told(labelled: Project, tmp_path: Path) -> None:
    labelled.locate(labelled.images.get(2).path).unlink()
    report = export(labelled, "yolo", tmp_path / "out")
    assert report.images == 3
    assert any("1 photos are missing" in note and "layer_1" in note for note in report.notes)
    assert "monday/layer_1.txt" not in labels_of(tmp_path / "out")


def test_a_kill_between_the_renames_is_put_right(labelled: Project, tmp_path: Path) -> None:
    export(labelled, "yolo", tmp_path / "out")
    before = labels_of(tmp_path / "out")
    hidden = tmp_path / ".out.flawmark-previous"
    (tmp_path / "out").rename(hidden)
    with pytest.raises(RuntimeError, match="plug"), written_whole(tmp_path / "out"):
        raise RuntimeError("pulled the plug")
    assert labels_of(tmp_path / "out") == before
    assert not hidden.exists()


def test_a_link_to_a_folder_is_followed(labelled: Project, tmp_path: Path) -> None:
    (tmp_path / "big").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "big" / "set", target_is_directory=True)
    for _ in range(2):
        export(labelled, "yolo", tmp_path / "link")
        assert (tmp_path / "big" / "set" / "data.yaml").is_file()
        assert (tmp_path / "link").is_symlink()


def test_a_folder_that_is_none_is_refused(labelled: Project, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for out in (Path("/"), tmp_path / ("x" * 300), tmp_path / "file" / "out"):
        with pytest.raises(UserError):
            export(labelled, "yolo", out)


def test_what_a_killed_export_left_is_swept_and_what_is_at_work_is_not(
    labelled: Project, tmp_path: Path
) -> None:
    dead = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    here, long_ago = writing_now(), 100_000
    for name, marker, age_s in (
        ("out.00000000.partial", here, 10),
        ("out.11111111.partial", here.replace(str(os.getpid()), dead.strip()), 10),
        ("out.22222222.partial", "of an older version", 10),
        ("out.33333333.partial", "of an older version", long_ago),
        ("out.44444444.partial", f"{dead.strip()} another machine", 10),
        ("out.55555555.partial", f"{dead.strip()} another machine", long_ago),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / EXPORT_MARKER).write_text(marker, "utf-8")
        then = time.time() - age_s
        os.utime(tmp_path / name, (then, then))
    export(labelled, "yolo", tmp_path / "out")
    left = {p.name for p in tmp_path.glob("*.partial")}
    assert left == {f"out.{n * 8}.partial" for n in "024"}
    assert (tmp_path / "out" / EXPORT_MARKER).read_text("utf-8") == ""


def test_a_folder_that_is_no_export_is_never_replaced(labelled: Project, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.tex").write_text("years of work")
    with pytest.raises(UserError, match="no export of Flawmark"):
        export(labelled, "yolo", tmp_path / "out")
    assert (tmp_path / "out" / "thesis.tex").read_text() == "years of work"


def test_nothing_to_export_is_said_so(project: Project, photos: Path, tmp_path: Path) -> None:
    import_photos(project, photos)
    with pytest.raises(UserError, match="nothing to export"):
        export(project, "yolo", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_jpeg_that_a_trainer_would_rewrite_is_copied_not_linked(
    project: Project, tmp_path: Path, write_photo: WritePhoto
) -> None:
    good = write_photo(tmp_path / "photos" / "good.jpg")
    padded = write_photo(tmp_path / "photos" / "padded.jpg")
    padded.write_bytes(padded.read_bytes() + b"\0" * 16)
    project.add_classes([LabelClass("streak")], actor="lead")
    import_photos(project, tmp_path / "photos")
    for image_id in (1, 2):
        bring_to(project, image_id, "approved", is_normal=True)
    export(project, "yolo", tmp_path / "out")
    images = tmp_path / "out" / "images"
    assert (images / "good.jpg").samefile(good)
    assert not (images / "padded.jpg").samefile(padded)
    assert (images / "padded.jpg").read_bytes() == padded.read_bytes()


def test_a_split_once_given_stays(labelled: Project, tmp_path: Path) -> None:
    halves = ExportOptions(shares=Shares(0.5, 0.5))
    export(labelled, "yolo", tmp_path / "out", actor="lead", options=halves)
    first = {i.id: i.label.split for i in labelled.images.all()}
    assert {first[i] for i in (1, 2, 3, 4)} == {"train", "val"}
    approved = ExportOptions(states=("approved",), shares=Shares(0.9, 0.1))
    export(labelled, "yolo", tmp_path / "out", actor="lead", options=approved)
    export(labelled, "coco", tmp_path / "coco")
    assert {i.id: i.label.split for i in labelled.images.all()} == first
    assert (tmp_path / "coco" / "annotations" / "instances_val.json").is_file()
