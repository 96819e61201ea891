"""What people can do to an image: the edits that come of it, and what is refused."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.annotation import Annotation
from app.core.corrections import (
    accepted,
    assigned,
    classified,
    drawn,
    marked_normal,
    not_there,
    removed,
    reshaped,
    submitted,
    tagged,
)
from app.core.edit import Edit, ImageEdit, inverse
from app.core.errors import UserError
from app.core.geometry import Box
from app.core.image import STATES, ImageLabel, State
from app.core.review import reopened
from app.core.shape import Shape
from app.core.sheet import Sheet, edited

BOX = Box(10, 10, 30, 40)
OWN = Annotation("own", 1, BOX, author="ann")
FOUND = Annotation("found", 2, Box(50, 50, 70, 60), score=0.8, run_id=7)
WEAK = Annotation("weak", 2, Box(0, 0, 5, 5), score=0.1, run_id=7)


def sheet(*annotations: Annotation, state: State = "prelabelled", normal: bool = False) -> Sheet:
    return Sheet(3, 100, 80, ImageLabel(state, normal), annotations)


def states(edits: list[Edit]) -> list[State]:
    return [e.after.state for e in edits if isinstance(e, ImageEdit)]


def test_a_drawn_box_is_the_persons_and_clipped_to_the_image():
    edits, uids = drawn(sheet(), [(1, Shape(Box(90, -5, 120, 20), None))], person="bo")
    after = edited(sheet(), edits)
    assert [a.uid for a in after.annotations] == uids
    assert after.annotations[0].box == Box(90, 0, 100, 20)
    assert after.annotations[0].author == "bo"
    assert after.label.state == "in_progress"


def test_what_lies_beside_the_image_is_not_drawn():
    assert drawn(sheet(), [(1, Shape(Box(200, 0, 220, 20), None))], person="bo") == ([], [])


def test_what_is_there_already_is_known_by_class_and_place_on_the_image():
    shapes = [
        (1, Shape(BOX)),
        (2, Shape(BOX)),
        (1, Shape(BOX.moved(0.001, 0))),  # nobody can tell it from the first
        (1, Shape(Box(90, 0, 120, 20))),
        (1, Shape(Box(90, 0, 100, 20))),  # the same part is on the image
        (1, Shape(BOX.moved(0.1, 0))),
    ]
    assert not_there(sheet(OWN), [OWN], shapes) == [shapes[1], shapes[3], shapes[5]]
    assert not_there(sheet(OWN), [], shapes) == [shapes[0], shapes[1], shapes[3], shapes[5]]


def test_a_box_on_a_normal_image_makes_it_no_normal_one():
    normal = sheet(normal=True)
    edits, _ = drawn(normal, [(1, Shape(BOX, None))], person="bo")
    assert not edited(normal, edits).label.is_normal


def test_a_moved_proposal_is_the_persons_and_keeps_its_origin():
    before = sheet(FOUND)
    after = edited(before, reshaped(before, {"found": Shape(BOX, None)}, person="bo"))
    assert after.annotations == (replace(FOUND, box=BOX, author="bo"),)


def test_the_class_it_has_accepts_a_proposal_and_leaves_a_persons_box_alone():
    both = sheet(FOUND, OWN)
    assert edited(both, classified(both, {"found"}, 2, person="bo")).annotations == (
        FOUND.touched_by("bo"),
        OWN,
    )
    assert classified(both, {"own"}, 1, person="bo") == []
    assert classified(both, {"own"}, 2, person="bo") != []


def test_submitting_accepts_what_was_seen_and_drops_what_was_not():
    before = sheet(OWN, FOUND, WEAK)
    after = edited(before, submitted(before, unseen={"weak"}, person="bo"))
    assert after.annotations == (OWN, FOUND.touched_by("bo"))
    assert after.label.state == "submitted"


@pytest.mark.parametrize("unseen", [set(), {"weak"}])
def test_nothing_drawn_and_nothing_said_is_not_submitted(unseen: set[str]):
    empty = sheet(WEAK) if unseen else sheet()
    with pytest.raises(UserError, match="nobody has said that it is normal"):
        submitted(empty, unseen=unseen, person="bo")


def test_what_is_handed_in_already_stays_whose_it_is():
    label = ImageLabel("submitted", annotator="ann")
    assert submitted(replace(sheet(OWN), label=label), unseen=(), person="bo") == []


def test_a_normal_image_is_submitted_without_boxes():
    normal = sheet(normal=True)
    assert states(submitted(normal, unseen=(), person="bo")) == ["submitted"]


def test_normal_takes_proposals_away_and_is_refused_over_peoples_boxes():
    before = sheet(FOUND)
    after = edited(before, marked_normal(before, True))
    assert after.label.is_normal and after.annotations == ()
    assert not edited(after, marked_normal(after, False)).label.is_normal
    with pytest.raises(UserError, match="can't be normal"):
        marked_normal(sheet(OWN), True)


@pytest.mark.parametrize("state", ["approved", "excluded"])
def test_a_locked_image_changes_only_after_it_was_reopened(state: State):
    locked = sheet(OWN, FOUND, state=state)
    for attempt in (
        lambda: removed(locked, {"own"}),
        lambda: accepted(locked, {"found"}, person="bo"),
        lambda: drawn(locked, [(1, Shape(BOX, None))], person="bo"),
        lambda: submitted(locked, unseen=(), person="bo"),
    ):
        with pytest.raises(UserError, match=state):
            attempt()
    open_again = edited(locked, reopened(locked, "a slip"))
    assert edited(open_again, removed(open_again, {"own"})).annotations == (FOUND,)


def test_words_about_the_image_leave_its_boxes_and_state():
    before = sheet(OWN)
    tags = edited(before, tagged(before, "shadow", True))
    assert tags.label == replace(before.label, tags=("shadow",))
    assert edited(tags, tagged(tags, "shadow", False)) == before
    assert edited(before, assigned(before, "cy")).label.assigned_to == "cy"


def test_what_changes_nothing_is_no_edit():
    before = sheet(OWN, state="in_progress")
    assert accepted(before, {"own"}, person="bo") == []
    assert reshaped(before, {"own": Shape(BOX, None)}, person="ann") == []
    assert tagged(before, "shadow", False) == []
    assert removed(before, {"gone"}) == []


@given(
    st.lists(st.sampled_from([OWN, FOUND, WEAK]), unique=True),
    st.sampled_from([s for s in STATES if s not in ("approved", "excluded")]),
    st.sampled_from(["remove", "accept", "classify", "submit"]),
)
def test_every_correction_can_be_taken_back_and_taken_twice(
    annotations: list[Annotation], state: State, what: str
):
    before = sheet(*annotations, state=state)
    uids = [a.uid for a in annotations]
    edits = {
        "remove": lambda: removed(before, uids[:1]),
        "accept": lambda: accepted(before, uids, person="bo"),
        "classify": lambda: classified(before, uids, 5, person="bo"),
        "submit": lambda: submitted(
            replace(before, label=replace(before.label, is_normal=True)), unseen=(), person="bo"
        ),
    }[what]()
    after = edited(before, edits)
    assert edited(after, edits) == after
    if what != "submit":
        back = edited(after, [inverse(e) for e in reversed(edits)])
        assert set(back.annotations) == set(before.annotations)
        assert back.label == before.label
