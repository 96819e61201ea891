"""Which steps an image may take, and who may take it there."""

from dataclasses import replace
from itertools import product

import pytest

from app.core.annotation import Annotation
from app.core.corrections import (
    assigned,
    classified,
    drawn,
    marked_normal,
    removed,
    submitted,
    tagged,
)
from app.core.edit import Edit, ImageEdit
from app.core.errors import UserError
from app.core.geometry import Box
from app.core.image import STATES, ImageLabel, State
from app.core.people import ROLES, Person, Role, checked_name, next_colour
from app.core.review import (
    ACTORS,
    TRANSITIONS,
    Job,
    approved,
    excluded,
    may_take,
    refuse_illegal,
    reopened,
    returned,
)
from app.core.shape import Shape
from app.core.sheet import Sheet, edited

OWN = Annotation("own", 1, Box(0, 0, 10, 10), author="ann")
FOUND = Annotation("found", 1, Box(20, 20, 30, 30), score=0.5, run_id=3)


def person(role: Role, name: str = "wang") -> Person:
    return Person(name, role, "#000000", "2026-01-01")


def sheet(state: State, *boxes: Annotation, reviewed: bool = False) -> Sheet:
    return Sheet(1, 100, 100, ImageLabel(state, annotator="ann"), boxes, is_reviewed=reviewed)


def step_of(before: State, after: State, who: str, job: Job | None = None) -> ImageEdit:
    """As `who` takes it, with an image that ann handed in."""
    now = ImageLabel(before, annotator="ann")
    then = replace(now, state=after, reason="a reason")
    if after == "submitted" and job is None:
        then = replace(then, annotator=who)
    elif after in ("approved", "returned"):
        then = replace(then, reviewer=who)
    return ImageEdit(1, now, then)


def label_of(edits: list[Edit]) -> ImageLabel:
    (label,) = (e.after for e in edits if isinstance(e, ImageEdit))
    return label


@pytest.mark.parametrize(("before", "after"), list(product(STATES, STATES)))
@pytest.mark.parametrize("actor", ACTORS)
def test_only_steps_of_the_table_are_taken_and_by_whom_it_names(before, after, actor):
    if before == after:
        return
    who, job = (person(actor), None) if actor in ROLES else (person("lead"), actor)
    edit = step_of(before, after, "wang", job)
    step = TRANSITIONS.get((before, after))
    is_own = step is not None and step.of_own and actor == "annotator"
    if step is not None and actor in step.actors and not is_own:
        refuse_illegal(edit, who, job=job)
    else:
        with pytest.raises(UserError):
            refuse_illegal(edit, who, job=job)


@pytest.mark.parametrize("pair", [p for p, step in TRANSITIONS.items() if step.needs_reason])
def test_some_steps_take_a_reason(pair):
    edit = step_of(*pair, "wang")
    for blank in ("", " ", "\n\u3000"):
        with pytest.raises(UserError, match="Why is it to be"):
            refuse_illegal(replace(edit, after=replace(edit.after, reason=blank)), person("lead"))
    refuse_illegal(edit, person("lead"))


def test_nobody_approves_what_they_ever_handed_in():
    edit = step_of("submitted", "approved", "wang")
    refuse_illegal(edit, person("reviewer"))
    with pytest.raises(UserError, match="handed this image in yourself"):
        refuse_illegal(edit, person("reviewer"), handed_in_by={"wang", "ann"})
    refuse_illegal(edit, person("reviewer"), handed_in_by={"wang"}, self_review=True)
    assert not may_take(edit.before, "approved", person("reviewer"), handed_in_by={"wang"})


def test_only_its_annotator_or_a_reviewer_takes_back_what_is_handed_in():
    back = step_of("submitted", "in_progress", "")
    refuse_illegal(back, person("annotator", "ann"))
    refuse_illegal(back, person("reviewer"))
    with pytest.raises(UserError, match="handed in by ann, so it isn't yours"):
        refuse_illegal(back, person("annotator", "bo"))
    assert [
        may_take(back.before, "in_progress", who)
        for who in (person("annotator", "ann"), person("annotator", "bo"), person("lead"))
    ] == [True, False, True]


def test_an_approval_is_signed_by_who_gives_it():
    for name in (None, "zhao"):
        edit = step_of("submitted", "approved", name)
        with pytest.raises(UserError, match="isn't signed by"):
            refuse_illegal(edit, person("reviewer"))
    after = ImageLabel("in_progress", annotator="bo")
    with pytest.raises(ValueError, match="hands an image in as bo"):
        refuse_illegal(ImageEdit(1, ImageLabel(), after), person("lead"))


def test_an_import_signs_only_for_one_who_reviews():
    edit = step_of("prelabelled", "approved", "wang")
    refuse_illegal(edit, person("reviewer"), job="import")
    with pytest.raises(UserError, match="wang, an annotator, may not import labels as approved"):
        refuse_illegal(edit, person("annotator"), job="import")
    with pytest.raises(UserError, match="isn't signed by nobody"):
        refuse_illegal(
            replace(edit, after=replace(edit.after, reviewer=None)), person("lead"), job="import"
        )


def test_nobody_approves_their_own_unless_the_team_allows_it():
    before = ImageLabel("submitted", annotator="wang")
    own = ImageEdit(1, before, replace(before, state="approved", reviewer="wang"))
    with pytest.raises(UserError, match="handed this image in yourself"):
        refuse_illegal(own, person("lead"))
    refuse_illegal(own, person("lead"), self_review=True)
    assert not may_take(own.before, "approved", person("lead"))
    assert may_take(own.before, "approved", person("lead"), self_review=True)
    assert may_take(own.before, "approved", person("reviewer", "zhao"))
    assert not may_take(own.before, "approved", person("annotator", "li"))


def test_nobody_hands_in_under_another_name():
    with pytest.raises(ValueError, match="hands an image in as ann"):
        refuse_illegal(
            ImageEdit(1, ImageLabel(), ImageLabel("submitted", annotator="ann")), person("lead")
        )


def test_an_undo_takes_a_step_back_and_no_other():
    back = ImageEdit(1, ImageLabel("approved"), ImageLabel("submitted"))
    refuse_illegal(back, person("reviewer"), takes_back=True)
    with pytest.raises(UserError, match="can't become submitted"):
        refuse_illegal(back, person("reviewer"))
    with pytest.raises(UserError, match="can't become new"):
        refuse_illegal(
            ImageEdit(1, ImageLabel("approved"), ImageLabel()), person("lead"), takes_back=True
        )


@pytest.mark.parametrize("said", [{"is_normal": True}, {"tags": ("shadow",)}])
def test_normal_and_tags_are_part_of_what_is_locked(said):
    with pytest.raises(UserError, match="is approved"):
        refuse_illegal(
            ImageEdit(1, ImageLabel("approved"), ImageLabel("approved", **said)), person("lead")
        )


def test_whose_it_is_to_label_is_not():
    label = ImageLabel("approved")
    refuse_illegal(ImageEdit(1, label, replace(label, assigned_to="bo")), person("lead"))
    locked = Sheet(1, 100, 100, label)
    assert label_of(assigned(locked, "bo")).assigned_to == "bo"
    with pytest.raises(UserError, match="is approved"):
        tagged(locked, "shadow", True)
    assert tagged(locked, "shadow", False) == []


def test_who_hands_in_is_the_annotator_and_the_reason_is_answered():
    back = sheet("returned", OWN)
    back = replace(back, label=replace(back.label, reviewer="wang", reason="wrong class"))
    begun = edited(back, drawn(back, [(1, Shape(FOUND.box, None))], person="bo")[0])
    assert (begun.label.state, begun.label.reason) == ("in_progress", "wrong class")
    done = edited(begun, submitted(begun, unseen=(), person="bo"))
    assert done.label == ImageLabel("submitted", annotator="bo", reviewer="wang")


def test_a_reviewers_fix_leaves_the_image_handed_in_by_its_annotator():
    reviewed = sheet("submitted", OWN, reviewed=True)
    moved = replace(OWN, class_id=2, author="wang")
    fixed = edited(reviewed, classified(reviewed, {"own"}, 2, person="wang"))
    assert (fixed.label, fixed.annotations) == (ImageLabel("submitted", annotator="ann"), (moved,))
    signed = label_of(approved(fixed, person="wang"))
    assert (signed.annotator, signed.reviewer, signed.state) == ("ann", "wang", "approved")
    others = sheet("submitted", OWN)
    assert edited(others, removed(others, {"own"})).label.state == "in_progress"


def test_nothing_is_approved_as_empty_that_nobody_called_normal():
    reviewed = sheet("submitted", OWN, reviewed=True)
    emptied = edited(reviewed, removed(reviewed, {"own"}))
    with pytest.raises(UserError, match="nobody has said that it is normal"):
        approved(emptied, person="wang")
    normal = edited(emptied, marked_normal(emptied, True))
    assert label_of(approved(normal, person="wang")).is_normal


def test_proposals_are_decided_on_before_an_image_is_approved():
    with pytest.raises(UserError, match="neither accepted nor removed: 1"):
        approved(sheet("submitted", OWN, FOUND), person="wang")


def test_reasons_are_kept_on_one_line():
    assert label_of(returned(sheet("submitted"), " wrong\n class ", person="wang")) == ImageLabel(
        "returned", annotator="ann", reviewer="wang", reason="wrong class"
    )
    assert label_of(excluded(sheet("new"), " blurred ")).reason == "blurred"
    assert label_of(reopened(sheet("approved"), " a  slip")).reason == "a slip"
    assert reopened(sheet("in_progress")) == []


def test_names_and_colours_of_people():
    assert checked_name("  Li \n Ming ") == "Li Ming"
    for bad in ("", "  ", "x" * 61):
        with pytest.raises(UserError, match="has 1 to 60 characters"):
            checked_name(bad)
    taken: list[str] = []
    for _ in range(25):
        taken.append(next_colour(taken))
    assert max(taken.count(c) for c in taken) - min(taken.count(c) for c in taken) <= 1
