"""What the file itself holds of review: people, steps and locks, whoever writes."""

import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace

import pytest

from app.core.annotation import Annotation, new_uid
from app.core.corrections import marked_normal, submitted
from app.core.edit import AnnotationEdit, Edit, ImageEdit
from app.core.errors import UserError
from app.core.geometry import Box
from app.core.image import STATES, ImageLabel
from app.core.people import ROLES, Person
from app.core.review import SELF_REVIEW_SETTING, TRANSITIONS, approved, reopened, returned
from app.core.sheet import Sheet
from app.storage.project import Project
from app.storage.rows import label_to_json
from app.storage.runs import RunKey
from tests.helpers.reviewing import REVIEWER, bring, bring_to

BOX = Annotation("u1", 1, Box(0, 0, 10, 10), author="ann")


def sheet(project: Project, image_id: int = 1) -> Sheet:
    image = project.images.get(image_id)
    boxes = project.annotations.of_image(image_id)
    return Sheet(image_id, image.width_px, image.height_px, image.label, tuple(boxes))


def raw(project: Project, *statements: tuple[str, Sequence[object]] | str) -> None:
    """Writes past everything but the file itself."""
    with closing(sqlite3.connect(project.folder / "project.db")) as connection, connection:
        for each in statements:
            connection.execute(*((each,) if isinstance(each, str) else each))


def raw_step(
    project: Project, image_id: int, who: str, *, kind: str = "edit", **said: object
) -> None:
    """A step with its word in the log, past everything but the file itself."""
    before = project.images.get(image_id).label
    after = replace(before, **said)  # type: ignore[arg-type]
    label = (after.state, after.is_normal, after.annotator, after.reviewer, after.reason)
    raw(
        project,
        ("INSERT INTO gesture (at, actor, kind) VALUES ('2026-03-03', ?, ?)", [who, kind]),
        (
            "INSERT INTO edit (gesture_id, image_id, subject, before, after)"
            " SELECT max(id), ?, 'image', ?, ? FROM gesture",
            [image_id, label_to_json(before), label_to_json(after)],
        ),
        (
            "UPDATE image SET state = ?, is_normal = ?, annotator = ?, reviewer = ?, reason = ?"
            " WHERE id = ?",
            [*label, image_id],
        ),
    )


def test_the_file_knows_the_same_steps(project: Project) -> None:
    columns = "before, after, actor, needs_reason, of_own"
    kept = set(project._db.rows(f"SELECT {columns} FROM transition"))
    told = {
        (
            *(before, after, actor, int(step.needs_reason and actor in ROLES)),
            int(step.of_own and actor == "annotator"),
        )
        for (before, after), step in TRANSITIONS.items()
        for actor in step.actors
    }
    assert kept == told


def test_who_begins_a_project_leads_it_and_others_label(project: Project) -> None:
    first, *_ = project.people.all()
    assert first.role == "lead"
    project.apply([AnnotationEdit(1, None, BOX)], actor="newcomer")
    newcomer = project.people.get("newcomer")
    assert newcomer is not None
    assert (newcomer.role, newcomer.colour != first.colour) == ("annotator", True)


def test_somebody_always_leads(project: Project) -> None:
    (first,) = (p for p in project.people.all() if p.leads)
    with pytest.raises(UserError, match="nobody would lead"), project.transaction():
        project.people.put(replace(first, role="annotator"))
    with project.transaction():
        project.people.put(Person("zhao", "lead", "#111111", "2026-01-01"))
        project.people.put(replace(first, role="annotator"))
    assert [p.name for p in project.people.all() if p.leads] == ["zhao"]


def test_each_state_is_reached_and_read_back(project: Project) -> None:
    for image_id, state in enumerate(("in_progress", "submitted", "approved"), start=1):
        label = bring_to(project, image_id, state)
        assert project.images.get(image_id).label == label
    back = bring(project, 2, replace(project.images.get(2).label, state="in_progress"))
    assert bring(project, 2, replace(back, state="returned")).reviewer == REVIEWER
    assert project.images.get(2).label.reason == "a reason"


@pytest.mark.parametrize("state", [s for s in STATES if s not in ("new", "prelabelled")])
def test_a_file_that_is_written_past_the_program_takes_no_illegal_step(project, state):
    bring_to(project, 1, "in_progress")
    if (("in_progress", state) in TRANSITIONS) or state == "in_progress":
        return
    with pytest.raises(sqlite3.IntegrityError, match="flawmark: "):
        raw_step(project, 1, "lead", state=state, reviewer="lead", reason="x")
    assert project.images.get(1).label.state == "in_progress"


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE image SET state = 'excluded', reason = 'blurred' WHERE id = 2",
        "UPDATE image SET state = 'in_progress', reason = 'a slip' WHERE id = 1",
        "UPDATE image SET annotator = 'zhao' WHERE id = 1",
        "UPDATE image SET reviewer = NULL WHERE id = 1",
        "UPDATE image SET reason = 'mine' WHERE id = 1",
        "UPDATE image SET is_normal = NOT is_normal WHERE id = 1",
        "UPDATE image SET is_normal = 1, assigned_to = 'bo' WHERE id = 2",
        "UPDATE annotation SET left_px = 3 WHERE image_id = 1",
        "UPDATE annotation SET image_id = 2 WHERE image_id = 1",
        "UPDATE annotation SET image_id = 1 WHERE image_id = 2",
        "DELETE FROM annotation WHERE image_id = 1",
        "INSERT OR REPLACE INTO annotation (uid, image_id, class_id, left_px, top_px, right_px,"
        " bottom_px, author) VALUES ('u1', 2, 1, 0, 0, 9, 9, 'ann')",
        "UPDATE OR REPLACE annotation SET uid = 'u1' WHERE image_id = 2",
        "INSERT INTO image_tag VALUES (1, 1)",
        "INSERT OR REPLACE INTO image (id, path, content_hash, size_bytes, mtime_ns, width_px,"
        " height_px) VALUES (1, 'photos/1.png', 'hash1', 1, 1, 200, 100)",
        "INSERT OR REPLACE INTO image (path, content_hash, size_bytes, mtime_ns, width_px,"
        " height_px) VALUES ('photos/1.png', 'hash1', 1, 1, 200, 100)",
        "UPDATE OR REPLACE image SET path = 'photos/1.png' WHERE id = 2",
        "UPDATE OR REPLACE image SET id = 1 WHERE id = 2",
        "DELETE FROM image WHERE id = 1",
        "DELETE FROM edit",
        "UPDATE edit SET after = before",
        "UPDATE gesture SET actor = 'zhao'",
        "DELETE FROM gesture",
        "UPDATE person SET role = 'king'",
    ],
)
def test_the_file_takes_nothing_that_no_gesture_says(project: Project, sql: str) -> None:
    project.add_tags([("shadow", "")])
    other = Annotation("u2", 1, Box(0, 0, 10, 10), author="ann")
    project.apply([AnnotationEdit(1, None, BOX), AnnotationEdit(2, None, other)], actor="ann")
    bring_to(project, 1, "approved")
    # The newest gesture is of somebody who may do all that.
    project.apply([ImageEdit(3, ImageLabel(), ImageLabel("in_progress"))], actor="lead")
    before = [sheet(project, image_id) for image_id in (1, 2, 3)]
    with pytest.raises(sqlite3.IntegrityError):
        raw(project, sql)
    assert [sheet(project, image_id) for image_id in (1, 2, 3)] == before


def test_the_file_takes_what_a_gesture_says(project: Project) -> None:
    bring_to(project, 1, "submitted", is_normal=True)
    raw_step(project, 1, REVIEWER, state="approved", reviewer=REVIEWER)
    raw_step(project, 1, REVIEWER, state="in_progress", reason="a slip")
    assert project.log.replay_labels()[1] == project.images.get(1).label


@pytest.mark.parametrize(
    ("who", "kind", "said", "why"),
    [
        (REVIEWER, "edit", {"state": "returned", "reviewer": REVIEWER, "reason": "\t"}, "reason"),
        (REVIEWER, "edit", {"state": "approved"}, "reviewer is another"),
        (REVIEWER, "edit", {"state": "approved", "reviewer": "lead"}, "reviewer is another"),
        ("ghost", "edit", {"state": "approved", "reviewer": "ghost"}, "step|no reviewer"),
        ("bo", "edit", {"state": "in_progress"}, "step"),
        (REVIEWER, "undo", {"state": "in_progress"}, "step"),
        (REVIEWER, "import", {"state": "approved", "reviewer": REVIEWER}, "closed to imports"),
        (REVIEWER, "prelabel", {"state": "approved", "reviewer": REVIEWER}, "no such step"),
        (REVIEWER, "edit", {"state": "in_progress", "annotator": REVIEWER}, "annotator"),
        (
            REVIEWER,
            *("edit", {"state": "approved", "reviewer": REVIEWER, "is_normal": False}),
            "not ready",
        ),
    ],
)
def test_the_file_refuses_what_this_person_may_not_do(project: Project, who, kind, said, why):
    bring_to(project, 1, "submitted", is_normal=True)
    project.people.meet("bo")
    with pytest.raises(sqlite3.IntegrityError, match=why):
        raw_step(project, 1, who, kind=kind, **said)
    assert project.images.get(1).label.state == "submitted"


def test_the_file_lets_nobody_approve_their_own(project: Project) -> None:
    with project.transaction():
        project.people.put(Person("zhao", "reviewer", "#111111", "2026-01-01"))
    bring_to(project, 1, "submitted", is_normal=True, by="zhao")
    with pytest.raises(sqlite3.IntegrityError, match="the annotator approves it"):
        raw_step(project, 1, "zhao", state="approved", reviewer="zhao")
    with pytest.raises(UserError, match="yourself"):
        project.apply(approved(sheet(project), person="zhao"), actor="zhao")
    with project.transaction():
        project.settings.put(SELF_REVIEW_SETTING, True)
    project.apply(approved(sheet(project), person="zhao"), actor="zhao")
    assert project.images.get(1).label.state == "approved"


def hand_in(project: Project, who: str) -> None:
    project.apply(submitted(sheet(project), unseen=(), person=who), actor=who)


def test_nobody_approves_what_they_handed_in_before_somebody_else_did(project: Project) -> None:
    """It was returned, or a reviewer took it back, and another name stands on it now."""
    with project.transaction():
        for name in ("zhao", REVIEWER):
            project.people.put(Person(name, "reviewer", "#111111", "2026-01-01"))
    bring_to(project, 1, "submitted", is_normal=True, by="zhao")
    with pytest.raises(UserError, match="handed in by zhao, so it isn't yours"):
        project.apply(reopened(sheet(project)), actor="ann")
    project.apply(returned(sheet(project), "look again", person=REVIEWER), actor=REVIEWER)
    hand_in(project, "ann")
    with pytest.raises(UserError, match="yourself"):
        project.apply(approved(sheet(project), person="zhao"), actor="zhao")
    with pytest.raises(sqlite3.IntegrityError, match="the annotator approves it"):
        raw_step(project, 1, "zhao", state="approved", reviewer="zhao")
    assert project.handed_in_by(1) == {"zhao", "ann"}
    waiting = {who: project.queue.to_review([1], not_by=who) for who in ("zhao", "ann", REVIEWER)}
    assert waiting == {"zhao": [], "ann": [], REVIEWER: [1]}
    assert project.queue.to_review([1], not_by=None) == [1]
    project.apply(approved(sheet(project), person=REVIEWER), actor=REVIEWER)


def test_what_was_taken_back_as_a_whole_was_not_handed_in(project: Project) -> None:
    with project.transaction():
        project.people.put(Person("zhao", "reviewer", "#111111", "2026-01-01"))
    bring_to(project, 1, "submitted", is_normal=True, by="zhao")
    project.undo("zhao")
    project.redo("zhao")
    project.undo("zhao")
    project.apply(marked_normal(sheet(project), True), actor="ann")
    hand_in(project, "ann")
    project.apply(approved(sheet(project), person="zhao"), actor="zhao")


@pytest.mark.parametrize("left", [[], [Annotation("p", 1, Box(0, 0, 9, 9), run_id=1)]])
def test_nothing_is_signed_that_nobody_looked_at(project: Project, left: list[Annotation]) -> None:
    """Emptied by the reviewer, or with proposals of a model, however it is written."""
    bring_to(project, 1, "in_progress")
    with project.transaction():
        project.runs.open(RunKey("model", "m", "w", {}), actor="lead")
    project.apply([AnnotationEdit(1, None, a) for a in left], actor="lead", kind="prelabel")
    bring_to(project, 1, "submitted")
    before = project.images.get(1).label
    edit = ImageEdit(1, before, replace(before, state="approved", reviewer=REVIEWER))
    with project.transaction():
        project.people.put(Person(REVIEWER, "reviewer", "#111111", "2026-01-01"))
    with pytest.raises(UserError, match=r"neither accepted nor removed|Nothing is drawn"):
        project.apply([edit], actor=REVIEWER)
    with pytest.raises(sqlite3.IntegrityError, match="not ready"):
        raw_step(project, 1, REVIEWER, state="approved", reviewer=REVIEWER)


def test_a_step_back_signs_only_the_boxes_that_were_signed(project: Project) -> None:
    project.apply([AnnotationEdit(1, None, BOX)], actor="ann")
    bring_to(project, 1, "approved")
    project.apply(reopened(sheet(project), "a slip"), actor=REVIEWER)
    more = replace(BOX, uid="u2")
    project.apply([AnnotationEdit(1, None, more)], actor="bo")
    with pytest.raises(UserError, match="can't be taken back"):
        project.undo(REVIEWER)
    assert project.images.get(1).label.state == "in_progress"


def test_what_is_handed_in_only_reviewers_correct(project: Project) -> None:
    project.apply([AnnotationEdit(1, None, BOX)], actor="ann")
    bring_to(project, 1, "submitted")
    moved = AnnotationEdit(1, BOX, replace(BOX, box=BOX.box.moved(2, 2)))
    for who, kind in (("bo", "edit"), ("ann", "edit"), ("lead", "prelabel")):
        with pytest.raises(UserError, match="is submitted, so nothing on it changes"):
            project.apply([moved], actor=who, kind=kind)
    with pytest.raises(sqlite3.IntegrityError, match="locked"):
        raw(
            project,
            "INSERT INTO gesture (at, actor, kind) VALUES ('2026-03-03', 'bo', 'edit')",
            "UPDATE annotation SET left_px = 3",
        )
    project.apply([moved], actor="lead")


def an_import(project: Project, who: str, **said: object) -> None:
    label = project.images.get(1).label
    new = Annotation(new_uid(), 1, Box(0, 0, 9, 9), author=who)
    after = replace(label, **said)  # type: ignore[arg-type]
    edits: list[Edit] = [AnnotationEdit(1, None, new)]
    if after != label:
        edits.append(ImageEdit(1, label, after))
    project.apply(edits, actor=who, kind="import")


def test_an_import_signs_only_for_one_who_reviews(project: Project) -> None:
    with pytest.raises(UserError, match="may not import labels as approved"):
        an_import(project, "bo", state="approved", reviewer="bo")
    with pytest.raises(UserError, match="isn't signed by nobody"):
        an_import(project, "lead", state="approved")
    an_import(project, "lead", state="approved", reviewer="lead")
    assert project.images.get(1).label == ImageLabel("approved", reviewer="lead")
    for said in ({}, {"state": "prelabelled"}):
        with pytest.raises(UserError, match="closed to imports"):
            an_import(project, "lead", **said)


@pytest.mark.parametrize("closed", ["worked on", "gold", "exported"])
def test_an_import_changes_nothing_that_is_not_its_own(project: Project, closed: str) -> None:
    an_import(project, "lead", state="submitted")
    assert project.closed_to_imports([1, 2, 3]) == frozenset()
    if closed == "worked on":
        project.apply([AnnotationEdit(1, None, BOX)], actor="lead")
    elif closed == "gold":
        project.second.name_gold([1], "lead")
    else:
        project.splits.lock([1], "lead", "out")
    for said in ({}, {"state": "prelabelled"}):
        with pytest.raises(UserError, match="closed to imports"):
            an_import(project, "lead", **said)
    with pytest.raises(sqlite3.IntegrityError, match="closed to imports"):
        raw_step(project, 1, "lead", kind="import", state="prelabelled")
    assert project.closed_to_imports([1, 2, 3]) == {1}


def test_whose_it_is_to_label_closes_nothing_and_is_free_on_what_is_signed(
    project: Project,
) -> None:
    label = project.images.get(1).label
    project.apply([ImageEdit(1, label, replace(label, assigned_to="bo"))], actor="lead")
    an_import(project, "lead", state="approved", reviewer="lead")
    label = project.images.get(1).label
    project.apply([ImageEdit(1, label, replace(label, assigned_to="ann"))], actor="lead")
    tagged = replace(project.images.get(1).label, tags=("shadow",))
    with pytest.raises(UserError, match="is approved, so nothing on it changes"):
        project.apply([ImageEdit(1, project.images.get(1).label, tagged)], actor="lead")


def test_nobody_takes_back_by_hand_what_another_did(project: Project) -> None:
    bring_to(project, 1, "submitted", is_normal=True)
    label = project.images.get(1).label
    back = ImageEdit(1, label, replace(label, state="new", annotator=None, is_normal=False))
    with pytest.raises(ValueError, match="not theirs"):
        project.apply([back], actor="bo", kind="undo")


def test_what_was_done_before_an_approval_is_not_taken_back_under_it(project: Project) -> None:
    project.apply([AnnotationEdit(1, None, BOX)], actor="ann")
    bring_to(project, 1, "approved")
    for _ in range(2):  # the hand-in, then the box
        with pytest.raises(UserError, match="can't be taken back"):
            project.undo("ann")
    assert [a.uid for a in project.annotations.of_image(1)] == ["u1"]


def test_fix_and_approve_is_one_gesture_and_comes_back_whole(project: Project) -> None:
    project.apply([AnnotationEdit(1, None, BOX)], actor="ann")
    bring_to(project, 1, "submitted")
    with project.transaction():
        project.people.put(Person(REVIEWER, "reviewer", "#111111", "2026-01-01"))
    before = sheet(project)
    fixed = replace(BOX, box=BOX.box.moved(2, 2), author=REVIEWER)
    project.apply(
        [*approved(before, person=REVIEWER), AnnotationEdit(1, BOX, fixed)], actor=REVIEWER
    )
    assert (sheet(project).label.state, sheet(project).annotations) == ("approved", (fixed,))
    project.undo(REVIEWER)
    assert sheet(project) == before
    project.redo(REVIEWER)
    assert sheet(project).annotations == (fixed,)


def test_reopening_with_a_change_is_one_gesture_too(project: Project) -> None:
    project.apply([AnnotationEdit(1, None, BOX)], actor="ann")
    bring_to(project, 1, "approved")
    edits = [*reopened(sheet(project), "wrong"), AnnotationEdit(1, BOX, None)]
    project.apply(edits, actor=REVIEWER)
    assert (sheet(project).label.state, sheet(project).annotations) == ("in_progress", ())
    project.undo(REVIEWER)
    assert (sheet(project).label.state, sheet(project).annotations) == ("approved", (BOX,))


@pytest.mark.parametrize(
    "attempt",
    [
        lambda project: project.apply(approved(sheet(project), person="ann"), actor="ann"),
        lambda project: project.apply(returned(sheet(project), "bad", person="ann"), actor="ann"),
        lambda project: project.apply(
            [ImageEdit(2, ImageLabel(), ImageLabel("approved", reviewer="ann"))], actor="ann"
        ),
    ],
)
def test_a_refused_step_leaves_no_trace(
    project: Project, attempt: Callable[[Project], object]
) -> None:
    bring_to(project, 1, "submitted")
    newest = project.log.newest()
    with pytest.raises(UserError):
        attempt(project)
    assert project.log.newest() == newest


def test_a_log_tells_who_and_why(project: Project) -> None:
    bring_to(project, 1, "submitted", is_normal=True)
    bring_to(project, 1, "approved")
    project.apply(reopened(sheet(project), "a streak is missing"), actor=REVIEWER)
    gestures = project.log.of_image(1)
    told = [
        (g.actor, e.after.state, e.after.reason)
        for g in gestures
        for e in g.edits
        if isinstance(e, ImageEdit)
    ]
    assert told[0] == (REVIEWER, "in_progress", "a streak is missing")
    assert [state for _, state, _ in told] == ["in_progress", "approved", "submitted"]
    assert json.loads(
        project._db.rows("SELECT after FROM edit WHERE subject = 'image' ORDER BY id")[0][0]
    )[5:] == ["ann", None, ""]


def test_what_the_file_refuses_is_told_in_words(project: Project) -> None:
    with pytest.raises(UserError, match="The project refuses this: "):
        project._db.execute("UPDATE image SET state = 'approved' WHERE id = 1")


def test_normal_said_before_it_was_signed_is_not_taken_back(project: Project) -> None:
    """The step stands for good, and undo goes on before it."""
    bring_to(project, 1, "in_progress")
    label = project.images.get(1).label
    project.apply([ImageEdit(1, label, replace(label, is_normal=True))], actor="ann")
    bring_to(project, 1, "approved")
    for _ in range(2):  # handing it in, and the word
        with pytest.raises(UserError, match="somebody changed"):
            project.undo("ann")
    assert project.images.get(1).label.is_normal
    with pytest.raises(UserError, match="somebody changed"):
        project.undo("ann")  # that it was begun
    assert project.undo("ann") is None
