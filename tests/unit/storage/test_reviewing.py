"""What the file itself holds of review: people, steps and locks, whoever writes."""

import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace

import pytest

from app.core.annotation import Annotation
from app.core.edit import AnnotationEdit, ImageEdit
from app.core.errors import UserError
from app.core.geometry import Box
from app.core.image import STATES, ImageLabel
from app.core.people import ROLES, Person
from app.core.review import SELF_REVIEW_SETTING, TRANSITIONS, approved, reopened, returned
from app.core.sheet import Sheet
from app.storage.project import Project
from tests.helpers.reviewing import REVIEWER, bring, bring_to

BOX = Annotation("u1", 1, Box(0, 0, 10, 10), author="ann")


def sheet(project: Project, image_id: int = 1) -> Sheet:
    image = project.images.get(image_id)
    boxes = project.annotations.of_image(image_id)
    return Sheet(image_id, image.width_px, image.height_px, image.label, tuple(boxes))


def raw(project: Project, sql: str, *parameters: object) -> None:
    """Writes past everything but the file itself."""
    connection = sqlite3.connect(project.folder / "project.db")
    try:
        with connection:
            connection.execute(sql, parameters)
    finally:
        connection.close()


def test_the_file_knows_the_same_steps(project: Project) -> None:
    kept = set(project._db.rows("SELECT before, after, actor, needs_reason FROM transition"))
    told = {
        (before, after, actor, int(step.needs_reason and actor in ROLES))
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
    with pytest.raises(sqlite3.IntegrityError, match="flawmark: no such step"):
        raw(project, "UPDATE image SET state = ?, reason = 'x' WHERE id = 1", state)


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("UPDATE image SET state = 'excluded' WHERE id = 2", "reason|no such step"),
        ("UPDATE image SET annotator = 'zhao' WHERE id = 1", "annotator is another"),
        ("UPDATE image SET is_normal = NOT is_normal WHERE id = 1", "locked"),
        ("UPDATE annotation SET left_px = 3 WHERE image_id = 1", "locked"),
        ("DELETE FROM annotation WHERE image_id = 1", "locked"),
        ("UPDATE person SET role = 'king'", "CHECK"),
    ],
)
def test_the_file_refuses(project: Project, sql: str, why: str) -> None:
    project.apply([AnnotationEdit(1, None, BOX)], actor="ann")
    bring_to(project, 1, "approved")
    with pytest.raises(sqlite3.IntegrityError, match=why):
        raw(project, sql)


def test_the_file_lets_nobody_approve_their_own(project: Project) -> None:
    with project.transaction():
        project.people.put(Person("zhao", "reviewer", "#111111", "2026-01-01"))
    bring(project, 1, ImageLabel("submitted"), by="zhao")
    with pytest.raises(sqlite3.IntegrityError, match="the annotator approves it"):
        raw(project, "UPDATE image SET state = 'approved' WHERE id = 1")
    with pytest.raises(UserError, match="yourself"):
        project.apply(approved(sheet(project), person="zhao"), actor="zhao")
    with project.transaction():
        project.settings.put(SELF_REVIEW_SETTING, True)
    project.apply(approved(sheet(project), person="zhao"), actor="zhao")
    assert project.images.get(1).label.state == "approved"


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
    bring_to(project, 1, "submitted")
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
    with pytest.raises(UserError, match="The project refuses this: no such step"):
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
