"""Photos and labels into a project: once, resumable, and never over what people did."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlite_utils import Database

from app.cli import command_line
from app.core.annotation import Annotation
from app.core.edit import AnnotationEdit, ImageEdit
from app.core.errors import UserError
from app.core.geometry import Box
from app.core.image import ImageLabel
from app.core.label_class import LabelClass
from app.core.people import Role
from app.core.progress import Cancelled, Progress
from app.services import import_photos as import_photos_module
from app.services.export import export
from app.services.import_labels import LabelImport, Standing, import_labels
from app.services.import_photos import import_photos
from app.services.people import change_person
from app.services.relink import relink
from app.services.review import send_back
from app.services.second import name_gold
from app.storage.project import Project
from app.storage.runs import RunKey
from tests.services.conftest import WritePhoto


def yolo_set(photos: Path, lines: dict[str, str], classes: str = "streak\nslag\n") -> Path:
    for name, text in lines.items():
        (photos / name).with_suffix(".txt").write_text(text)
    (photos / "classes.txt").write_text(classes)
    return photos


LINES = {
    "monday/layer_0.png": "0 0.5 0.5 0.5 0.5\n1 0.25 0.25 0.1 0.2\n",
    "monday/layer_1.png": "",
    "tuesday/layer_0.png": "1 0.5 0.5 1 1\n",
}


def test_photos_come_in_once_with_size_and_hash(project: Project, photos: Path) -> None:
    report = import_photos(project, photos)
    assert (report.added, report.known, report.refused) == (6, 0, [])
    first = next(iter(project.images.all()))
    assert (first.path, first.width_px, first.height_px) == (
        "../photos/monday/layer_0.png",
        200,
        100,
    )
    assert project.locate(first.path) == photos / "monday" / "layer_0.png"
    again = import_photos(project, photos)
    assert (again.added, again.known) == (0, 6)


def test_an_interrupted_import_goes_on_where_it_was(
    project: Project, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_photos_module, "_BATCH", 2)

    def stop_at_four(progress: Progress) -> None:
        if progress.done == 4:
            raise Cancelled

    with pytest.raises(Cancelled):
        import_photos(project, photos, on_progress=stop_at_four)
    assert sum(project.images.count().values()) == 4
    seen: list[Progress] = []
    assert import_photos(project, photos, on_progress=seen.append).added == 2
    assert [(p.done, p.total) for p in seen] == [(4, 6), (6, 6)]


def test_a_broken_photo_is_refused_and_the_rest_comes_in(project: Project, photos: Path) -> None:
    (photos / "broken.png").write_bytes(b"")
    (photos / "lying.png").write_bytes(b"\xff\xd8\xff\xe0 not a PNG at all")
    report = import_photos(project, photos)
    assert report.added == 6
    assert sorted(Path(str(e.what).split(" ")[0]).name for e in report.refused) == sorted(
        {"broken.png", "lying.png"}
    )


def test_an_export_is_not_taken_for_new_photos(project: Project, photos: Path) -> None:
    yolo_set(photos, LINES)
    import_photos(project, photos)
    import_labels(project, LabelImport(photos, "approved"), actor="li")
    export(project, "yolo", photos / "sets" / "first")
    assert import_photos(project, photos).added == 0
    asked_for = import_photos(project, photos / "sets" / "first")
    assert asked_for.added == 3


def test_single_photos_and_folders_come_in_together_each_once(
    project: Project, photos: Path
) -> None:
    one, *others = sorted(photos.rglob("*.png"))
    report = import_photos(project, one)
    assert (report.added, report.known) == (1, 0)
    report = import_photos(project, one, photos, others[0])
    assert (report.added, report.known) == (len(others), 1)


def test_a_missing_folder_is_said_so(project: Project, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="nowhere"):
        import_photos(project, tmp_path / "nowhere")


def test_the_first_labels_bring_their_classes_in_order(project: Project, photos: Path) -> None:
    yolo_set(photos, LINES, classes="slag\nstreak\n")
    import_photos(project, photos)
    report = import_labels(project, LabelImport(photos, "approved"), actor="li")
    assert report is not None
    assert (report.images, report.boxes, report.normal) == (3, 3, 1)
    assert [c.name for c in project.classes.all()] == ["slag", "streak"]
    by_path = {i.path: i for i in project.images.all()}
    assert by_path["../photos/monday/layer_1.png"].label == ImageLabel(
        "approved", is_normal=True, reviewer="li"
    )
    assert by_path["../photos/monday/layer_2.png"].label == ImageLabel()
    (whole,) = project.annotations.of_image(by_path["../photos/tuesday/layer_0.png"].id)
    assert whole.box == Box(0, 0, 200, 100)
    assert (whole.author, whole.is_proposal) == ("li", False)


def test_proposals_are_nobodys_yet_and_are_replaced_not_doubled(
    project: Project, photos: Path
) -> None:
    yolo_set(photos, LINES)
    import_photos(project, photos)
    for _ in range(2):
        import_labels(project, LabelImport(photos), actor="li")
    found = [a for _, a in project.annotations.all()]
    assert len(found) == 3
    assert all(a.is_proposal for a in found)
    assert project.images.count()["prelabelled"] == 3


def decide(project: Project, decision: str) -> int:
    """Does to tuesday/layer_0 what a person may do; returns its id."""
    image = next(i for i in project.images.all() if i.path.endswith("tuesday/layer_0.png"))
    (proposal,) = project.annotations.of_image(image.id)
    edits = {
        "accepted": AnnotationEdit(image.id, proposal, proposal.touched_by("wang")),
        "rejected": AnnotationEdit(image.id, proposal, None),
        "begun": ImageEdit(image.id, image.label, replace(image.label, state="in_progress")),
        "normal": ImageEdit(image.id, image.label, replace(image.label, is_normal=True)),
    }
    project.apply([edits[decision]], actor="wang")
    return image.id


@pytest.mark.parametrize("decision", ["accepted", "rejected", "begun", "normal"])
@pytest.mark.parametrize("standing", ["proposals", "approved"])
def test_what_a_person_decided_is_left_alone(
    project: Project, photos: Path, decision: str, standing: Standing
) -> None:
    yolo_set(photos, LINES)
    import_photos(project, photos)
    import_labels(project, LabelImport(photos), actor="li")
    image_id = decide(project, decision)
    before = project.images.get(image_id), project.annotations.of_image(image_id)
    report = import_labels(project, LabelImport(photos, standing), actor="li")
    assert report is not None
    assert (report.images, report.kept) == (2, 1)
    assert (project.images.get(image_id), project.annotations.of_image(image_id)) == before


def test_labels_that_come_again_as_truth_take_the_place_of_proposals(
    project: Project, photos: Path
) -> None:
    yolo_set(photos, LINES)
    import_photos(project, photos)
    import_labels(project, LabelImport(photos), actor="li")
    with project.transaction():
        run = project.runs.open(RunKey("model", "m", "h", {}), actor="li")
    guess = Annotation("guess", 1, Box(0, 0, 9, 9), score=0.5, run_id=run)
    project.apply([AnnotationEdit(1, None, guess)], actor="li", kind="prelabel")
    import_labels(project, LabelImport(photos, "approved"), actor="li")
    found = [a for _, a in project.annotations.all()]
    assert len(found) == 3
    assert not any(a.is_proposal for a in found)
    assert project.images.count()["approved"] == 3


def test_labels_of_a_folder_above_or_below_are_the_same_labels(
    project: Project, photos: Path
) -> None:
    yolo_set(photos / "monday", {"layer_0.png": LINES["monday/layer_0.png"]})
    import_photos(project, photos)
    for source in (photos, photos / "monday", photos):
        import_labels(project, LabelImport(source), actor="li")
    assert len(list(project.annotations.all())) == 2


def test_importing_the_same_again_writes_nothing(project: Project, photos: Path) -> None:
    yolo_set(photos, LINES)
    import_photos(project, photos)
    for _ in range(2):
        import_labels(project, LabelImport(photos), actor="li")
        before = list(project.annotations.all())
    assert list(project.annotations.all()) == before
    with Database(project.folder / "project.db") as db:
        assert db.execute("SELECT count(*) FROM gesture WHERE kind = 'import'").fetchone() == (1,)


def test_a_mended_label_file_is_taken(project: Project, photos: Path) -> None:
    yolo_set(photos, {"monday/layer_0.png": "0 0.5 0.5 0.5 0.5\n1 nan 0.5 0.1 0.1\n"})
    import_photos(project, photos)
    import_labels(project, LabelImport(photos, "approved"), actor="li")
    assert project.images.count()["in_progress"] == 1
    yolo_set(photos, {"monday/layer_0.png": "0 0.5 0.5 0.5 0.5\n1 0.3 0.5 0.1 0.1\n"})
    import_labels(project, LabelImport(photos, "approved"), actor="li")
    assert project.images.count()["approved"] == 1
    assert len(project.annotations.of_image(1)) == 2


def test_a_spoilt_first_row_does_not_hide_the_set(project: Project, photos: Path) -> None:
    yolo_set(photos, {**LINES, "monday/layer_0.png": "0 nan .5 .1 .1\n0 0.5 0.5 0.5 0.5\n"})
    import_photos(project, photos)
    report = import_labels(project, LabelImport(photos), actor="li")
    assert report is not None
    assert (report.images, report.boxes, len(report.problems)) == (3, 2, 1)


def test_photos_imported_from_where_they_moved_are_the_images_they_were(
    project: Project, photos: Path, tmp_path: Path
) -> None:
    yolo_set(photos, LINES)
    import_photos(project, photos)
    import_labels(project, LabelImport(photos, "approved"), actor="li")
    before = {i.id: (i.content_hash, i.label) for i in project.images.all()}
    report = import_photos(project, photos.rename(tmp_path / "moved"))
    assert (report.added, report.moved) == (0, 6)
    assert {i.id: (i.content_hash, i.label) for i in project.images.all()} == before
    assert all(project.locate(i.path).is_file() for i in project.images.all())


def test_unknown_classes_are_reported_unless_wanted(project: Project, photos: Path) -> None:
    project.add_classes([LabelClass("Streak", name_zh="条纹")], actor="lead")
    yolo_set(photos, LINES, classes="streak\nburr\n")
    import_photos(project, photos)
    report = import_labels(project, LabelImport(photos), actor="li")
    assert report is not None
    assert report.boxes == 1
    assert [p.outcome for p in report.problems] == ["skipped", "skipped"]
    assert "'burr'" in report.problems[0].what
    more = import_labels(project, LabelImport(photos, add_classes=True), actor="li")
    assert more is not None
    assert (more.boxes, more.new_classes) == (3, ["burr"])


def test_an_image_that_lost_a_label_is_neither_normal_nor_approved(
    project: Project, photos: Path
) -> None:
    project.add_classes([LabelClass("streak")], actor="li")
    lines = {
        "monday/layer_0.png": "1 0.5 0.5 0.5 0.5\n",
        "monday/layer_1.png": "0 0.5 nan 0.5 0.5\n",
        "monday/layer_2.png": "0 0.5 0.5 0.5 0.5\n0 0.5 0.5 0.5\n",
    }
    yolo_set(photos, lines, classes="streak\nburr\n")
    import_photos(project, photos)
    report = import_labels(project, LabelImport(photos, "approved"), actor="li")
    assert report is not None
    assert (report.incomplete, report.boxes, len(report.problems)) == (3, 1, 3)
    assert project.images.normal_count() == 0
    assert project.images.count()["in_progress"] == 3


def test_a_folder_without_labels_has_none(project: Project, photos: Path) -> None:
    import_photos(project, photos)
    assert import_labels(project, LabelImport(photos), actor="li") is None


def test_moved_photos_are_found_by_content(
    project: Project, photos: Path, tmp_path: Path, write_photo: WritePhoto
) -> None:
    import_photos(project, photos)
    before = {i.id: i.content_hash for i in project.images.all()}
    (photos / "monday" / "layer_0.png").unlink()
    moved = photos.rename(tmp_path / "moved 照片")
    write_photo(moved / "decoy.png", seed=99)

    report = relink(project, moved)

    assert (report.relinked, report.in_place) == (5, 0)
    assert report.missing == ["../photos/monday/layer_0.png"]
    for image in project.images.all():
        if image.path not in report.missing:
            assert project.locate(image.path).is_file()
            assert before[image.id] == image.content_hash
    assert relink(project, moved).in_place == 5


def test_two_copies_of_one_photo_are_relinked_to_one_file_each(
    project: Project, tmp_path: Path, write_photo: WritePhoto
) -> None:
    for name in ("a", "b"):
        write_photo(tmp_path / "old" / f"{name}.png", seed=1)
    import_photos(project, tmp_path / "old")
    (tmp_path / "old").rename(tmp_path / "new")
    assert relink(project, tmp_path / "new").relinked == 2
    assert sorted(i.path for i in project.images.all()) == ["../new/a.png", "../new/b.png"]


@pytest.mark.parametrize("role", ["annotator", "reviewer", "lead"])
def test_only_who_reviews_imports_what_is_approved_and_signs_it(
    project: Project, photos: Path, role: Role
) -> None:
    change_person(project, "lee", by="lee")
    change_person(project, "li", role=role, by="lee")
    yolo_set(photos, LINES)
    import_photos(project, photos)
    if role == "annotator":
        with pytest.raises(UserError, match="li, an annotator, may not import labels as approved"):
            import_labels(project, LabelImport(photos, "approved"), actor="li")
        assert (project.classes.all(), project.images.count()["new"]) == ([], 6)
        return
    import_labels(project, LabelImport(photos, "approved"), actor="li")
    labels = [i.label for i in project.images.all(["approved"])]
    assert {(each.reviewer, each.annotator) for each in labels} == {("li", None)}
    assert len(labels) == 3


@pytest.mark.parametrize("standing", ["proposals", "submitted", "approved"])
@pytest.mark.parametrize("closed", ["approved", "gold", "exported", "returned"])
def test_what_is_signed_gold_or_exported_is_kept(
    project: Project, photos: Path, standing: Standing, closed: str
) -> None:
    yolo_set(photos, LINES)
    import_photos(project, photos)
    first: Standing = "submitted" if closed in ("exported", "returned") else "approved"
    import_labels(project, LabelImport(photos, first), actor="li")
    images = list(project.images.all([first]))
    if closed == "gold":
        name_gold(project, images, by="li")
    elif closed == "exported":
        with project.transaction():
            project.splits.lock([i.id for i in images], "li", "yolo")
    elif closed == "returned":
        send_back(project, images, "look again", person="li")
    before = [(i, project.annotations.of_image(i.id)) for i in project.images.all()]
    yolo_set(photos, dict.fromkeys(LINES, "1 0.5 0.5 0.2 0.2\n"))
    report = import_labels(project, LabelImport(photos, standing), actor="li")
    assert report is not None
    assert (report.images, report.boxes, report.kept) == (0, 0, 3)
    assert [(i, project.annotations.of_image(i.id)) for i in project.images.all()] == before


def test_the_command_refuses_before_anything_comes_in(
    project: Project, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("lee", "ann"):
        change_person(project, name, by="lee")
    monkeypatch.setenv("FLAWMARK_USER", "ann")
    yolo_set(photos, LINES)
    arguments = ["import", str(project.folder), str(photos), "--as"]
    with pytest.raises(UserError, match="ann, an annotator, may not import labels as approved"):
        command_line().main([*arguments, "approved"], "flawmark", standalone_mode=False)
    assert list(project.images.all()) == []
    command_line().main([*arguments, "submitted"], "flawmark", standalone_mode=False)
    assert project.images.count()["submitted"] == 3
