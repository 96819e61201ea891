"""A class that goes: its boxes follow, on signed images too, and what the log says of it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from sqlite_utils import Database

from app.core.annotation import Annotation
from app.core.disagreement import Disagreement, Find
from app.core.edit import AnnotationEdit, ImageEdit
from app.core.errors import UserError
from app.core.geometry import Box
from app.core.image import ImageLabel
from app.core.label_class import LabelClass
from app.core.shape import Shape
from app.storage.images import NewImage
from app.storage.migrations import migrations
from app.storage.project import Project
from app.storage.runs import RunKey
from tests.helpers.reviewing import bring

STREAK, SLAG = 1, 2


def box(uid: str, class_id: int, left: float = 10, *, author: str | None = "lead") -> Annotation:
    return Annotation(uid, class_id, Box(left, 10, left + 20, 30), author=author)


def draw(project: Project, image_id: int, *boxes: Annotation, actor: str = "lead") -> None:
    project.apply([AnnotationEdit(image_id, None, each) for each in boxes], actor=actor)


def classes_on(project: Project, image_id: int) -> list[tuple[str, int]]:
    return [(a.uid, a.class_id) for a in project.annotations.of_image(image_id)]


@pytest.fixture
def merged(project: Project) -> Project:
    """Image 1 has a streak and a slag, image 2 a slag; slag is streak now."""
    draw(project, 1, box("a", STREAK), box("b", SLAG, 50))
    draw(project, 2, box("c", SLAG))
    project.retire_class(SLAG, into=STREAK, actor="lead")
    return project


def test_boxes_follow_and_the_class_is_gone(merged: Project) -> None:
    assert [c.name for c in merged.classes.all()] == ["streak"]
    assert classes_on(merged, 1) == [("a", STREAK), ("b", STREAK)]
    assert classes_on(merged, 2) == [("c", STREAK)]
    assert [(c.boxes, c.images) for c in merged.classes.counts()] == [(3, 2)]
    assert {uid: a.class_id for uid, (_, a) in merged.log.replay().items()} == dict.fromkeys(
        "abc", STREAK
    )
    assert all(line.startswith("0 ") for line in merged.annotations.yolo_lines(1))


def test_its_name_is_free_and_its_id_never_comes_back(merged: Project) -> None:
    (new,) = merged.add_classes([LabelClass("slag")], actor="lead")
    assert new.id not in (STREAK, SLAG)
    assert [c.id for c in merged.classes.all()] == [STREAK, new.id]
    assert merged.classes.ever()[SLAG].name == "slag"


def test_one_undo_brings_all_back_and_one_redo_takes_it_again(merged: Project) -> None:
    merged.undo("lead")
    assert [c.id for c in merged.classes.all()] == [STREAK, SLAG]
    assert classes_on(merged, 1) == [("a", STREAK), ("b", SLAG)]
    assert classes_on(merged, 2) == [("c", SLAG)]
    merged.redo("lead")
    assert [c.id for c in merged.classes.all()] == [STREAK]
    assert classes_on(merged, 2) == [("c", STREAK)]


def test_the_undo_before_it_still_fits(merged: Project) -> None:
    merged.undo("lead")
    merged.redo("lead")
    moved = box("c", STREAK, 90)
    merged.apply([AnnotationEdit(2, box("c", STREAK), moved)], actor="li")
    with pytest.raises(UserError, match="can't be taken back"):
        merged.undo("lead")  # somebody moved one of its boxes: it stands for good
    merged.undo("li")
    merged.undo("lead")  # the box that was drawn as a slag goes
    assert classes_on(merged, 2) == []


def test_what_is_drawn_of_it_by_who_has_not_heard_is_of_the_other(merged: Project) -> None:
    draw(merged, 3, box("late", SLAG), actor="li")
    assert classes_on(merged, 3) == [("late", STREAK)]


def test_the_undo_of_a_mere_change_between_the_two_changes_nothing(project: Project) -> None:
    draw(project, 1, box("a", SLAG), actor="li")
    project.apply([AnnotationEdit(1, box("a", SLAG), box("a", STREAK))], actor="li")
    project.retire_class(SLAG, into=STREAK, actor="lead")
    project.undo("li")
    assert classes_on(project, 1) == [("a", STREAK)]
    project.undo("li")
    assert classes_on(project, 1) == []


def test_it_is_not_brought_back_where_its_name_is_taken(merged: Project) -> None:
    merged.add_classes([LabelClass("slag")], actor="lead")
    with pytest.raises(UserError, match="can't be taken back"):
        merged.undo("lead")
    assert [c.name for c in merged.classes.all()] == ["streak", "slag"]
    assert classes_on(merged, 2) == [("c", STREAK)]


def test_chains_are_followed_and_parted(merged: Project) -> None:
    (burr,) = merged.add_classes([LabelClass("burr")], actor="lead")
    merged.retire_class(STREAK, into=burr.id, actor="li")
    assert classes_on(merged, 1) == [("a", burr.id), ("b", burr.id)]
    draw(merged, 3, box("late", SLAG))
    assert classes_on(merged, 3) == [("late", burr.id)]
    merged.undo("lead")
    merged.undo("lead")  # slag comes back from what streak was merged into
    assert classes_on(merged, 1) == [("a", burr.id), ("b", SLAG)]


def test_two_classes_are_never_merged_into_each_other(project: Project) -> None:
    with project.transaction():
        project.people.put(replace(project.people.meet("li"), role="lead"))
    project.retire_class(SLAG, into=STREAK, actor="lead")
    project.undo("lead")
    project.retire_class(STREAK, into=SLAG, actor="li")
    with pytest.raises(UserError, match="can't be taken back or made again"):
        project.redo("lead")
    assert [c.id for c in project.classes.all()] == [SLAG]
    assert project.classes.follower().now(STREAK) == SLAG


def test_signed_images_follow_and_stay_signed(project: Project) -> None:
    draw(project, 1, box("a", SLAG))
    bring(project, 1, ImageLabel("approved"))
    project.retire_class(SLAG, into=STREAK, actor="lead")
    assert classes_on(project, 1) == [("a", STREAK)]
    assert project.images.get(1).label.state == "approved"
    project.undo("lead")
    assert classes_on(project, 1) == [("a", SLAG)]
    assert project.images.get(1).label.state == "approved"


def test_a_signed_box_is_not_moved_under_the_name_of_it(project: Project) -> None:
    draw(project, 1, box("a", SLAG))
    bring(project, 1, ImageLabel("approved"))
    project._db.execute("INSERT INTO gesture (at, actor, kind) VALUES ('x', 'li', 'retire')")
    with pytest.raises(UserError, match="locked"):
        project._db.execute("UPDATE annotation SET class_id = 1, left_px = 3 WHERE uid = 'a'")


def test_second_labellings_follow_and_come_back(project: Project) -> None:
    with project.transaction():
        project.second.give(1, "li", "gold")
    draw(project, 1, box("s", SLAG, author="li"), actor="li")
    handed_in = ImageLabel("submitted", annotator="li")
    project.apply([ImageEdit(1, ImageLabel(), handed_in)], actor="li")
    before = project.second.get(1, "li")
    project.retire_class(SLAG, into=STREAK, actor="lead")
    after = project.second.get(1, "li")
    assert before is not None and after is not None
    assert [a.class_id for a in after.annotations] == [STREAK]
    assert after.handed_in_at == before.handed_in_at
    assert project.log.latest(apart_of="lead")[0].edits == ()
    project.undo("lead")
    assert project.second.get(1, "li") == before


def test_what_models_and_people_disagreed_on_is_one_class_now(project: Project) -> None:
    with project.transaction():
        run = project.runs.open(RunKey("model", "m", "w", {}), actor="lead")
    drawn = box("a", STREAK)
    draw(project, 1, drawn)
    finds = [
        Disagreement("class", drawn, Find(SLAG, Shape(drawn.box), 0.9)),
        Disagreement("extra", None, Find(SLAG, Shape(Box(80, 10, 99, 30)), 0.8)),
    ]
    with project.transaction():
        project.disagreements.replace(
            run, 1, finds, standing=[drawn], classes=[STREAK, SLAG], own_runs=[run]
        )
    project.retire_class(SLAG, into=STREAK, actor="lead")
    (left,) = project.disagreements.of_image(1)
    assert left.said.found is not None and left.said.found.class_id == STREAK
    project.undo("lead")
    assert [each.said for each in project.disagreements.of_image(1)] == finds


def test_a_model_that_looked_before_they_were_merged_disagrees_on_no_class(merged: Project) -> None:
    with merged.transaction():
        run = merged.runs.open(RunKey("model", "m", "w", {}), actor="lead")
        drawn = box("a", STREAK)
        late = Disagreement("class", drawn, Find(SLAG, Shape(drawn.box), 0.9))
        still_open = merged.disagreements.replace(
            run, 1, [late], standing=[drawn], classes=[STREAK, SLAG], own_runs=[run]
        )
    assert still_open == 0 and merged.disagreements.of_image(1) == []


def test_a_class_without_boxes_goes_and_comes_back_to_its_place(project: Project) -> None:
    project.retire_class(STREAK, actor="lead")
    assert [c.id for c in project.classes.all()] == [SLAG]
    with pytest.raises(UserError, match="no longer in the project"):
        draw(project, 1, box("a", STREAK))
    assert project.annotations.of_image(1) == []
    project.undo("lead")
    assert [c.id for c in project.classes.all()] == [STREAK, SLAG]


def test_a_class_with_boxes_does_not_go_without_another(project: Project) -> None:
    draw(project, 1, box("a", STREAK))
    with pytest.raises(UserError, match="has got boxes"):
        project.retire_class(STREAK, actor="lead")
    assert len(project.classes.all()) == 2


def test_the_order_gives_the_index_and_is_all_of_them(project: Project) -> None:
    draw(project, 1, box("a", STREAK))
    project.order_classes([SLAG, STREAK], actor="lead")
    assert [c.id for c in project.classes.all()] == [SLAG, STREAK]
    assert project.annotations.yolo_lines(1)[0].startswith("1 ")
    (added,) = project.add_classes([LabelClass("burr")], actor="lead")
    assert [c.id for c in project.classes.all()] == [SLAG, STREAK, added.id]
    with pytest.raises(UserError, match="other classes"):
        project.order_classes([SLAG, STREAK], actor="lead")


def test_uses_are_counted_and_the_log_only_where_nothing_else_is(project: Project) -> None:
    assert not any(project.classes.uses(STREAK).values())
    draw(project, 1, box("a", STREAK), box("b", STREAK, 60))
    assert project.classes.uses(STREAK)["boxes"] == 2
    project.undo("lead")
    used = {what: n for what, n in project.classes.uses(STREAK).items() if n}
    assert used == {"images in whose history it is": 1}


def test_a_project_from_before_takes_the_step(tmp_path: Path) -> None:
    with Database(tmp_path / "project.db") as old:
        old.execute("PRAGMA application_id = 0x464C574D")
        migrations.apply(old, stop_before="m029_classes_go")
        old.execute("INSERT INTO person VALUES ('zhao', 'lead', '#111111', '2026-01-01')")
        for place, name in enumerate(("streak", "slag")):
            old.execute(
                "INSERT INTO label_class (position, name, name_zh, colour, hotkey, definition,"
                " prompts, target_count) VALUES (?, ?, '', '#123456', '', '', '[]', 0)",
                [place, name],
            )
        old.execute("INSERT INTO gesture (at, actor, kind) VALUES ('2026-01-01', 'zhao', 'edit')")
    with Project.open(tmp_path) as project:
        with project.transaction():
            project.images.add([NewImage("1.png", "h", 10, 1, 200, 100)])
        draw(project, 1, box("a", SLAG, author="zhao"), actor="zhao")
        bring(project, 1, ImageLabel("approved"))
        project.retire_class(SLAG, into=STREAK, actor="zhao")
        assert classes_on(project, 1) == [("a", STREAK)]
        after = project._db.rows("SELECT after FROM edit WHERE uid = 'a' ORDER BY id DESC")[0][0]
        assert json.loads(after)[0] == STREAK
