"""Each thing that `flawmark check` looks for is found, and a sound project has none of them."""

import os
from pathlib import Path

import pytest
from sqlite_utils import Database

from app.core.annotation import Annotation
from app.core.edit import AnnotationEdit
from app.core.geometry import Box
from app.core.label_class import LabelClass
from app.services.check import check
from app.services.conversation_writing import writers_for
from app.services.converse import write_conversations
from app.services.import_photos import import_photos
from app.storage.project import Project
from tests.helpers.reviewing import bring_to
from tests.services.conftest import WritePhoto

STREAK = Annotation("u1", 1, Box(10, 10, 60, 90), author="li")


@pytest.fixture
def sound(project: Project, photos: Path) -> Project:
    project.add_classes([LabelClass("streak")], actor="lead")
    import_photos(project, photos)
    project.apply([AnnotationEdit(1, None, STREAK)], actor="li")
    return project


def kinds(project: Project) -> list[tuple[str, str, str | None]]:
    return [(f.severity, f.kind, f.image) for f in check(project)]


def draw(project: Project, uid: str, box: Box) -> None:
    project.apply([AnnotationEdit(1, None, Annotation(uid, 1, box, author="li"))], actor="li")


FIRST = "../photos/monday/layer_0.png"


def test_a_sound_project_has_no_findings(sound: Project) -> None:
    assert check(sound) == []


def test_a_missing_photo(sound: Project) -> None:
    sound.locate(FIRST).unlink()
    assert kinds(sound) == [("error", "missing_photo", FIRST)]


def test_a_changed_photo_but_not_a_merely_touched_one(
    sound: Project, write_photo: WritePhoto
) -> None:
    photo = sound.locate(FIRST)
    os.utime(photo, ns=(1, 1))
    assert check(sound) == []
    write_photo(photo, seed=77)
    assert kinds(sound) == [("error", "changed_photo", FIRST)]


def test_one_photo_under_two_names(sound: Project, photos: Path) -> None:
    (photos / "twin.png").write_bytes(sound.locate(FIRST).read_bytes())
    import_photos(sound, photos)
    assert kinds(sound) == [("warning", "duplicated_photo", "../photos/twin.png")]


def test_a_box_outside_its_image(sound: Project) -> None:
    draw(sound, "u2", Box(150, 50, 210, 90))
    assert kinds(sound) == [("error", "box_outside", FIRST)]


def test_a_class_without_boxes(sound: Project) -> None:
    sound.add_classes([LabelClass("slag")], actor="lead")
    (finding,) = check(sound)
    assert (finding.severity, finding.kind) == ("warning", "class_without_boxes")
    assert "'slag'" in finding.what


def test_a_stale_conversation_says_why(sound: Project) -> None:
    images = list(sound.images.all())
    write_conversations(sound, images, writers_for(sound, ["en", "zh"]))
    assert check(sound) == []
    draw(sound, "u2", Box(100, 50, 150, 90))
    found = check(sound)
    assert [(f.severity, f.kind, f.image) for f in found] == [
        ("warning", "stale_conversation", FIRST)
    ] * 2
    assert "its en conversation" in found[0].what and "streak (added)" in found[0].what
    write_conversations(sound, images, writers_for(sound, ["en"]))
    assert ["zh conversation" in f.what for f in check(sound)] == [True]
    write_conversations(sound, images, writers_for(sound, ["zh"]))
    assert check(sound) == []


def test_an_approved_image_with_a_stale_conversation_is_told_apart(sound: Project) -> None:
    write_conversations(sound, list(sound.images.all()), writers_for(sound, ["en"]))
    draw(sound, "u2", Box(100, 50, 150, 90))
    bring_to(sound, 1, "approved")
    assert kinds(sound) == [("warning", "stale_approved_conversation", FIRST)]


def test_duplicated_boxes_but_not_neighbours(sound: Project) -> None:
    draw(sound, "neighbour", STREAK.box.moved(20, 0))
    assert check(sound) == []
    draw(sound, "twice", STREAK.box.moved(0.5, 0.5))
    assert kinds(sound) == [("error", "duplicated_box", FIRST)]


def test_labels_written_past_the_log(sound: Project) -> None:
    with Database(sound.folder / "project.db") as db:
        db.execute("UPDATE annotation SET left_px = 11")
        db.conn.commit()
    assert kinds(sound) == [("error", "log_differs", None)]


def test_a_state_written_past_the_log(sound: Project) -> None:
    bring_to(sound, 1, "submitted")
    with Database(sound.folder / "project.db") as db:
        for name in ("image_changes_are_logged", "image_is_handed_in_by_its_annotator",
                     "image_state_steps", "image_approved_by_a_reviewer",
                     "image_is_signed_by_its_reviewer", "image_approved_by_another"):  # fmt: skip
            db.execute(f"DROP TRIGGER {name}")
        db.execute("UPDATE image SET state = 'approved', annotator = 'bo' WHERE id = 1")
        db.conn.commit()
    (finding,) = check(sound)
    assert (finding.severity, finding.kind, finding.image) == ("error", "state_differs", FIRST)
    assert "its state, annotator" in finding.what


def test_an_approval_of_nothing_from_an_older_version(sound: Project) -> None:
    bring_to(sound, 1, "approved", is_normal=True)
    with Database(sound.folder / "project.db") as db:
        for name in ("image_changes_are_logged", "image_is_locked", "annotation_locked_delete"):
            db.execute(f"DROP TRIGGER {name}")
        db.execute("DELETE FROM annotation WHERE image_id = 1")
        db.execute("UPDATE image SET is_normal = 0 WHERE id = 1")
        db.conn.commit()
    assert ("warning", "empty_approval", FIRST) in kinds(sound)
