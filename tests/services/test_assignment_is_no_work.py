"""Who is to label an image says nothing about it: imports, merges, undo and gold go on."""

from pathlib import Path

import pytest

from app.core.annotation import Annotation
from app.core.corrections import assigned, drawn, tagged
from app.core.edit import AnnotationEdit
from app.core.errors import UserError
from app.core.geometry import Box
from app.core.label_class import LabelClass
from app.core.shape import Shape
from app.core.sheet import Sheet
from app.services.assign import assign, take_back
from app.services.import_labels import LabelImport, import_labels
from app.services.import_photos import import_photos
from app.services.merge import merge
from app.services.people import change_person
from app.services.second import give_gold, name_gold
from app.storage.images import NewImage
from app.storage.project import Project
from tests.helpers.copies import copied
from tests.helpers.reviewing import bring_to

BOX = Box(10, 10, 40, 40)


@pytest.fixture
def team(tmp_path: Path):
    """Four images; lee leads, ann and bo label."""
    with Project.create(tmp_path / "mine") as project:
        project.add_classes([LabelClass("streak")], actor="lee")
        with project.transaction():
            project.images.add(NewImage(f"a/{n}.png", f"h{n}", 10, n, 200, 100) for n in range(4))
        for name in ("ann", "bo"):
            change_person(project, name, by="lee")
        yield project


def sheet(project: Project, image_id: int) -> Sheet:
    label = project.images.get(image_id).label
    return Sheet(image_id, 200, 100, label, tuple(project.annotations.of_image(image_id)))


def draw(project: Project, image_id: int, who: str) -> None:
    shapes = [(1, Shape(BOX, None))]
    project.apply(drawn(sheet(project, image_id), shapes, person=who)[0], actor=who)


def test_it_is_a_gesture_of_its_own_whoever_makes_it(team: Project) -> None:
    assign(team, ["ann"], by="lee")
    team.apply(assigned(sheet(team, 1), "bo"), actor="ann")
    assert [gesture.kind for gesture in team.log.of_image(1)] == ["assign", "assign"]
    assert [gesture.kind for gesture in team.log.latest()] == ["assign", "assign"]
    team.apply(assigned(sheet(team, 1), "ann") + tagged(sheet(team, 2), "shadow", True), actor="bo")
    assert team.log.of_image(1)[0].kind == "edit"


def test_nothing_else_comes_under_its_name(team: Project) -> None:
    box = AnnotationEdit(1, None, Annotation("u", 1, BOX, author="ann"))
    for edits in ([box], tagged(sheet(team, 1), "shadow", True)):
        with pytest.raises(ValueError, match="hands out"):
            team.apply(edits, actor="ann", kind="assign")
    assert team.annotations.of_image(1) == []


def test_nobody_has_touched_what_was_only_assigned(team: Project) -> None:
    assign(team, ["ann"], by="lee")
    assert not team.log.touched_by_people(1)
    assert team.log.images_of("lee") == frozenset()
    draw(team, 1, "ann")
    assert team.log.touched_by_people(1)
    assert team.log.images_of("ann") == {1}


def test_labels_still_come_in_by_import(project: Project, photos: Path) -> None:
    import_photos(project, photos)
    with project.transaction():
        project.people.meet("li")
    assign(project, ["li"], by="li")
    (photos / "monday/layer_0.txt").write_text("0 0.5 0.5 0.5 0.5\n")
    (photos / "classes.txt").write_text("streak\n")
    report = import_labels(project, LabelImport(photos, "submitted"), actor="li")
    assert report is not None
    assert (report.images, report.boxes, report.kept) == (1, 1, 0)
    assert project.images.get(1).label.assigned_to == "li"


def test_undo_takes_work_back_and_no_assignment(team: Project) -> None:
    draw(team, 1, "lee")
    team.undo("lee")
    assign(team, ["ann"], by="lee")
    assert team.undo("lee") is None
    again = team.redo("lee")  # assigning is nothing done since
    assert again is not None and len(team.annotations.of_image(1)) == 1
    assert {i.label.assigned_to for i in team.images.all()} == {"ann"}


def test_an_assignment_is_taken_back_where_it_still_stands(team: Project) -> None:
    assign(team, ["ann"], by="lee")
    assign(team, ["bo"], again=True, by="lee")
    team.apply(assigned(sheet(team, 1), None), actor="ann")
    draw(team, 2, "bo")
    assert take_back(team, by="lee") == 3
    assert [i.label.assigned_to for i in team.images.all()] == [None, "ann", "ann", "ann"]
    assert team.images.get(2).label.state == "in_progress"
    assert take_back(team, by="lee") == 3
    assert {i.label.assigned_to for i in team.images.all()} == {None}
    with pytest.raises(UserError, match="lee has handed out nothing"):
        take_back(team, by="lee")


def test_one_that_was_merged_is_taken_back_as_a_whole(team: Project, tmp_path: Path) -> None:
    with copied(team, tmp_path / "theirs") as theirs:
        assign(theirs, ["ann", "bo"], whole_builds=False, by="lee")
        merge(team, theirs, actor="lee")
    assert [i.label.assigned_to for i in team.images.all()] == ["ann", "ann", "bo", "bo"]
    assert take_back(team, by="lee") == 4
    assert {i.label.assigned_to for i in team.images.all()} == {None}


def test_who_assigns_can_still_be_given_gold(team: Project) -> None:
    bring_to(team, 1, "approved", is_normal=True)
    name_gold(team, [team.images.get(1)], by="lee")
    assign(team, ["ann"], states=("approved",), again=True, by="lee")
    assert give_gold(team, ["lee"], 1, by="lee").given == 1


def test_work_in_a_copy_comes_in_after_images_were_assigned_here(
    team: Project, tmp_path: Path
) -> None:
    with copied(team, tmp_path / "theirs") as theirs:
        assign(team, ["ann"], by="lee")
        draw(theirs, 1, "bo")
        report = merge(team, theirs, actor="lee")
        assert (report.images, report.conflicts) == (1, [])
        assert len(team.annotations.of_image(1)) == 1
        assert team.images.get(1).label.assigned_to == "ann"
        assert merge(theirs, team, actor="lee").conflicts == []
        assert [i.label for i in theirs.images.all()] == [i.label for i in team.images.all()]


def test_an_assignment_made_in_a_copy_comes_where_none_was_made_here(
    team: Project, tmp_path: Path
) -> None:
    with copied(team, tmp_path / "theirs") as theirs:
        for image_id, who in ((1, "bo"), (2, "bo"), (3, "bo")):
            theirs.apply(assigned(sheet(theirs, image_id), who), actor="lee")
        draw(theirs, 1, "bo")
        draw(theirs, 3, "bo")
        draw(team, 2, "ann")
        for image_id in (1, 3):
            team.apply(assigned(sheet(team, image_id), "ann"), actor="lee")
        draw(team, 3, "ann")
        report = merge(team, theirs, actor="lee")
        whose = [i.label.assigned_to for i in team.images.all()]
        assert whose == ["ann", "bo", "ann", None]
        assert report.conflicts == ["a/2.png"] and report.refused == []
        assert len(team.annotations.of_image(1)) == 1
        again = merge(team, theirs, actor="lee")
        assert (again.images, again.gestures) == (0, 0)
        labels = team.log.replay_labels()
        assert all(team.images.get(i).label == labels[i] for i in labels)
