"""Undo and redo from the log: across images, across closing the file, among several people."""

from dataclasses import dataclass, field, replace
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.annotation import Annotation
from app.core.edit import AnnotationEdit, ImageEdit
from app.core.errors import UserError
from app.core.geometry import Box
from app.core.image import ImageLabel
from app.core.label_class import LabelClass
from app.storage.images import NewImage
from app.storage.project import Project
from app.storage.runs import RunKey

BOX = Box(10, 20, 30, 60)


def box(uid, *, class_id=1, at=BOX, author="ann"):
    return Annotation(uid, class_id, at, author=author)


def add(project, image_id, annotation, actor="ann"):
    project.apply([AnnotationEdit(image_id, None, annotation)], actor=actor)


def change(project, image_id, before, actor="ann", **changes):
    after = replace(before, **changes)
    project.apply([AnnotationEdit(image_id, before, after)], actor=actor)
    return after


def boxes(project):
    return {a.uid: (image_id, a) for image_id, a in project.annotations.all()}


def test_undo_and_redo_walk_back_and_forth_across_images(project):
    first, second = box("a"), box("b")
    add(project, 1, first)
    add(project, 2, second)
    moved = change(project, 1, first, box=BOX.moved(5, 0))

    undone = [project.undo("ann") for _ in range(3)]
    assert [g.edits[0].image_id for g in undone] == [1, 2, 1]
    assert boxes(project) == {}
    assert project.undo("ann") is None

    for _ in range(3):
        project.redo("ann")
    assert boxes(project) == {"a": (1, moved), "b": (2, second)}
    assert project.redo("ann") is None


def test_undo_goes_on_after_the_file_was_closed(project):
    add(project, 1, box("a"))
    add(project, 2, box("b"))
    project.undo("ann")
    project.close()
    with Project.open(project.folder) as again:
        again.undo("ann")
        assert boxes(again) == {}
    with Project.open(project.folder) as again:
        again.redo("ann")
        again.redo("ann")
        assert boxes(again).keys() == {"a", "b"}


def test_what_changes_the_label_of_an_image_is_taken_back_too(project):
    before = project.images.get(1).label
    after = replace(
        before, state="submitted", annotator="ann", is_normal=True, tags=("shadow", "unclear")
    )
    project.apply([ImageEdit(1, before, after)], actor="ann")
    project.undo("ann")
    assert project.images.get(1).label == before
    project.redo("ann")
    assert project.images.get(1).label == after


def test_one_gesture_is_undone_as_a_whole(project):
    first = box("a")
    add(project, 1, first)
    second = box("b")
    label = project.images.get(1).label
    edits = [
        AnnotationEdit(1, first, replace(first, class_id=2)),
        AnnotationEdit(1, None, second),
        AnnotationEdit(1, second, replace(second, box=BOX.moved(1, 1))),
        ImageEdit(1, label, replace(label, state="submitted", annotator="ann")),
    ]
    project.apply(edits, actor="ann")
    project.undo("ann")
    assert boxes(project) == {"a": (1, first)}
    assert project.images.get(1).label == label


def test_a_new_gesture_ends_what_could_be_redone(project):
    add(project, 1, box("a"))
    project.undo("ann")
    add(project, 1, box("b"))
    assert project.redo("ann") is None
    assert boxes(project).keys() == {"b"}


def test_what_can_no_longer_be_redone_stays_so_when_the_new_gesture_is_undone(project):
    add(project, 1, box("a"))
    project.undo("ann")
    add(project, 1, box("b"))
    project.undo("ann")
    project.redo("ann")
    assert boxes(project).keys() == {"b"}
    assert project.redo("ann") is None


def test_people_take_back_their_own_gestures_only(project):
    add(project, 1, box("a"), actor="ann")
    add(project, 1, box("b", author="bo"), actor="bo")
    project.undo("ann")
    assert boxes(project).keys() == {"b"}
    assert project.undo("ann") is None
    assert project.redo("bo") is None
    project.undo("bo")
    assert boxes(project) == {}


def test_jobs_are_not_taken_back(project):
    project.apply([AnnotationEdit(1, None, box("a"))], actor="ann", kind="import")
    assert project.undo("ann") is None
    assert boxes(project).keys() == {"a"}


def test_a_box_that_somebody_else_changed_keeps_their_change(project):
    add(project, 1, box("earlier"))
    first = box("a")
    add(project, 1, first)
    theirs = change(project, 1, first, actor="bo", class_id=2)

    with pytest.raises(UserError, match="somebody changed the same"):
        project.undo("ann")
    assert boxes(project)["a"] == (1, theirs)
    fixed = next(g for g in project.log.of_image(1) if g.edits[0].uid == "a" and g.actor == "ann")
    assert fixed.standing == "fixed"

    project.undo("ann")
    assert boxes(project) == {"a": (1, theirs)}


def test_a_conflict_takes_back_nothing_of_its_gesture(project):
    first, second = box("a"), box("b")
    project.apply([AnnotationEdit(1, None, a) for a in (first, second)], actor="ann")
    change(project, 1, first, actor="bo", class_id=2)
    gestures = len(project.log.of_image(1))
    with pytest.raises(UserError):
        project.undo("ann")
    assert boxes(project).keys() == {"a", "b"}
    assert len(project.log.of_image(1)) == gestures


def test_redo_goes_on_past_a_step_that_somebody_made_impossible(project):
    first = box("a")
    add(project, 1, first)
    change(project, 1, first, class_id=2)
    add(project, 1, box("b"))
    for _ in range(2):
        project.undo("ann")
    change(project, 1, first, actor="bo", box=BOX.moved(1, 0))
    with pytest.raises(UserError):
        project.redo("ann")
    project.redo("ann")
    assert boxes(project).keys() == {"a", "b"}
    assert project.redo("ann") is None


def test_redo_begins_with_what_was_taken_back_last_though_a_step_between_is_fixed(project):
    add(project, 1, box("a"))
    disputed = box("b")
    add(project, 1, disputed)
    add(project, 1, box("c"))
    change(project, 1, disputed, actor="bo", class_id=2)
    project.undo("ann")
    with pytest.raises(UserError):
        project.undo("ann")
    project.undo("ann")
    assert boxes(project).keys() == {"b"}
    project.redo("ann")
    assert boxes(project).keys() == {"a", "b"}
    project.redo("ann")
    assert boxes(project).keys() == {"a", "b", "c"}


def test_a_rejected_proposal_that_was_brought_back_is_not_rejected_any_more(project):
    with project.transaction():
        run = project.runs.open(RunKey("model", "starter", "w", {}), actor="lead")
    proposal = Annotation("p", 1, BOX, score=0.4, run_id=run)
    project.apply([AnnotationEdit(1, None, proposal)], actor="lead", kind="prelabel")
    project.apply([AnnotationEdit(1, proposal, None)], actor="ann")
    assert project.log.rejected(1) == [proposal]
    project.undo("ann")
    # A later run of the model replaces its own proposals.
    project.apply([AnnotationEdit(1, proposal, None)], actor="lead", kind="prelabel")
    assert project.log.rejected(1) == []


def test_the_gesture_that_took_back_names_what_it_took_back(project):
    add(project, 1, box("a"))
    (added,) = project.log.of_image(1)
    undo = project.undo("ann")
    assert (undo.kind, undo.reverts, undo.actor) == ("undo", added.id, "ann")
    assert project.log.get(added.id).standing == "undone"
    redo = project.redo("ann")
    assert (redo.kind, redo.reverts) == ("redo", added.id)
    assert project.log.get(added.id).standing == "done"
    assert [g.id for g in project.log.latest()] == [redo.id, undo.id, added.id]
    assert [g.id for g in project.log.latest(most=1, before=redo.id)] == [undo.id]


def test_one_gesture_is_taken_back_whatever_came_after_it_elsewhere(project):
    first, second = box("a"), box("b")
    add(project, 1, first)
    gesture = project.log.newest()
    add(project, 2, second)
    assert project.undo_one(gesture, "ann").reverts == gesture
    assert set(boxes(project)) == {"b"}
    with pytest.raises(UserError, match="can't be taken back"):
        project.undo_one(gesture, "ann")
    assert project.redo("ann").edits[0].uid == "a"
    assert set(boxes(project)) == {"a", "b"}


@pytest.mark.parametrize("who", ["ann", "li"])
def test_one_gesture_stands_once_somebody_has_worked_on_its_image(project, who):
    add(project, 1, box("a"))
    gesture = project.log.newest()
    add(project, 1, box("b", author=who), actor=who)
    with pytest.raises(UserError, match="can't be taken back"):
        project.undo_one(gesture, "ann")
    with pytest.raises(UserError, match="can't be taken back"):
        project.undo_one(gesture, "li")
    assert set(boxes(project)) == {"a", "b"}
    assert project.undo_one(project.log.newest(), who) is not None


def test_of_a_gesture_on_everything_some_edits_are_read_and_the_rest_is_counted(project):
    edits = [AnnotationEdit(1, None, box(str(n))) for n in range(7)]
    project.apply(edits, actor="ann")
    (some,) = project.log.latest(most_edits=3)
    assert (some.edits, some.left_out) == (tuple(edits[:3]), 4)
    (exactly,) = project.log.latest(most_edits=7)
    assert (exactly.edits, exactly.left_out) == (tuple(edits), 0)
    (whole,) = project.log.latest()
    assert (whole.edits, whole.left_out) == (tuple(edits), 0)


@dataclass
class TwoStacks:
    """What undo means: two stacks of whole states, and a new step empties the second."""

    now: dict = field(default_factory=dict)
    back: list = field(default_factory=list)
    forth: list = field(default_factory=list)

    def step(self, new):
        self.back.append(self.now)
        self.forth.clear()
        self.now = new

    def undo(self):
        if self.back:
            self.forth.append(self.now)
            self.now = self.back.pop()

    def redo(self):
        if self.forth:
            self.back.append(self.now)
            self.now = self.forth.pop()


PEOPLE = ("ann", "bo")
steps = st.lists(
    st.tuples(
        st.sampled_from(PEOPLE),
        st.sampled_from(["add", "move", "name", "remove", "undo", "undo", "redo", "redo"]),
        st.integers(0, 2),
        st.booleans(),
    ),
    max_size=25,
)


def next_state(state, person, verb, choice, number):
    """The person's boxes after the gesture; each works on boxes of their own."""
    if verb == "add":
        uid = f"{person}{number}"
        return {**state, uid: (choice + 1, box(uid, author=person))}
    if not state:
        return state
    uid = sorted(state)[choice % len(state)]
    image_id, was = state[uid]
    if verb == "remove":
        return {k: v for k, v in state.items() if k != uid}
    moved = {"box": was.box.moved(1, 2)} if verb == "move" else {"class_id": 3 - was.class_id}
    return {**state, uid: (image_id, replace(was, **moved))}


def edits_between(old, new):
    for uid in old.keys() | new.keys():
        before, after = old.get(uid), new.get(uid)
        if before != after:
            image_id = (before or after)[0]
            yield AnnotationEdit(image_id, before and before[1], after and after[1])


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps)
def test_any_steps_of_two_people_agree_with_two_stacks_each(tmp_path_factory, taken):
    folder = tmp_path_factory.mktemp("undo") / "line3"
    models = {person: TwoStacks() for person in PEOPLE}
    with Project.create(folder) as project:
        project.add_classes([LabelClass("streak"), LabelClass("slag")], actor="lead")
        with project.transaction():
            project.images.add(NewImage(f"{n}.png", f"h{n}", 1, n, 200, 100) for n in (1, 2, 3))
    project = Project.open(folder)
    try:
        for number, (person, verb, choice, reopen) in enumerate(taken):
            if reopen and number % 5 == 0:
                project.close()
                project = Project.open(folder)
            model = models[person]
            if verb in ("undo", "redo"):
                getattr(model, verb)()
                getattr(project, verb)(person)
            else:
                new = next_state(model.now, person, verb, choice, number)
                if new != model.now:
                    project.apply(edits_between(model.now, new), actor=person)
                    model.step(new)
            expected = models["ann"].now | models["bo"].now
            assert boxes(project) == expected
            assert project.log.replay() == expected
    finally:
        project.close()


def test_states_of_the_image_follow_too(project):
    """Submit, go on, come back: the label is restored as exactly as the boxes are."""
    label = project.images.get(2).label
    begun = replace(label, state="in_progress")
    stages = [label, begun, replace(begun, state="submitted", annotator="ann")]
    for before, after in pairwise(stages):
        project.apply([ImageEdit(2, before, after)], actor="ann")
    seen: list[ImageLabel] = []
    while project.undo("ann"):
        seen.append(project.images.get(2).label)
    assert seen == [stages[1], stages[0]]
