"""Which steps an image may take, and who may take it there."""

from dataclasses import replace
from itertools import product

import pytest

from app.core.annotation import Annotation
from app.core.corrections import drawn, removed, submitted
from app.core.edit import Edit, ImageEdit
from app.core.errors import UserError
from app.core.geometry import Box
from app.core.image import STATES, ImageLabel, State
from app.core.people import ROLES, Person, Role, checked_name, next_colour
from app.core.review import (
    ACTORS,
    TRANSITIONS,
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


def label_of(edits: list[Edit]) -> ImageLabel:
    (label,) = (e.after for e in edits if isinstance(e, ImageEdit))
    return label


@pytest.mark.parametrize(("before", "after"), list(product(STATES, STATES)))
@pytest.mark.parametrize("actor", ACTORS)
def test_only_steps_of_the_table_are_taken_and_by_whom_it_names(before, after, actor):
    if before == after:
        return
    who = person(actor) if actor in ROLES else actor
    now = ImageLabel(before, annotator="ann")
    then = replace(now, state=after, reason="a reason")
    if after == "submitted":
        then = replace(then, annotator="wang")
    step = TRANSITIONS.get((before, after))
    if step is not None and actor in step.actors:
        refuse_illegal(ImageEdit(1, now, then), who)
    else:
        with pytest.raises(UserError):
            refuse_illegal(ImageEdit(1, now, then), who)


@pytest.mark.parametrize("pair", [p for p, step in TRANSITIONS.items() if step.needs_reason])
def test_some_steps_take_a_reason(pair):
    edit = ImageEdit(1, ImageLabel(pair[0]), ImageLabel(pair[1]))
    with pytest.raises(UserError, match="Why is it to be"):
        refuse_illegal(edit, person("lead"))
    refuse_illegal(replace(edit, after=replace(edit.after, reason="blurred")), person("lead"))


def test_nobody_approves_what_they_handed_in_unless_the_team_allows_it():
    own = ImageEdit(1, ImageLabel("submitted", annotator="wang"), ImageLabel("approved"))
    own = replace(own, after=replace(own.after, annotator="wang"))
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
    with pytest.raises(UserError, match="may not make an image submitted"):
        refuse_illegal(back, person("reviewer"))
    with pytest.raises(UserError, match="can't become new"):
        refuse_illegal(
            ImageEdit(1, ImageLabel("approved"), ImageLabel()), person("lead"), takes_back=True
        )


def test_normal_is_part_of_what_is_locked():
    with pytest.raises(UserError, match="is approved"):
        refuse_illegal(
            ImageEdit(1, ImageLabel("approved"), ImageLabel("approved", is_normal=True)),
            person("lead"),
        )


def test_who_hands_in_is_the_annotator_and_the_reason_is_answered():
    back = sheet("returned", OWN)
    back = replace(back, label=replace(back.label, reviewer="wang", reason="wrong class"))
    begun = edited(back, drawn(back, [(1, Shape(FOUND.box, None))], person="bo")[0])
    assert (begun.label.state, begun.label.reason) == ("in_progress", "wrong class")
    done = edited(begun, submitted(begun, unseen=(), person="bo"))
    assert done.label == ImageLabel("submitted", annotator="bo", reviewer="wang")


def test_a_reviewers_fix_leaves_the_image_handed_in_by_its_annotator():
    reviewed = sheet("submitted", OWN, reviewed=True)
    fixed = edited(reviewed, removed(reviewed, {"own"}))
    assert fixed.label == ImageLabel("submitted", annotator="ann")
    signed = label_of(approved(fixed, person="wang"))
    assert (signed.annotator, signed.reviewer, signed.state) == ("ann", "wang", "approved")
    others = sheet("submitted", OWN)
    assert edited(others, removed(others, {"own"})).label.state == "in_progress"


def test_proposals_are_decided_on_before_an_image_is_approved():
    with pytest.raises(UserError, match="1 proposals"):
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
