"""Where a model and people disagree, each box in one disagreement at most."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.annotation import Annotation
from app.core.disagreement import (
    NEAR_IOU,
    Disagreement,
    Find,
    compare,
    disagreements,
    drawn_alike,
    is_judged,
    says_the_same,
    with_peoples,
    with_the_models,
)
from app.core.edit import AnnotationEdit
from app.core.errors import UserError
from app.core.geometry import Box, intersection_over_union
from app.core.image import STATES, ImageLabel, State
from app.core.proposals import SAME_PLACE_IOU
from app.core.shape import Shape
from app.core.sheet import Sheet, edited

STREAK, SLAG = 1, 2
PLACE = Box(100, 100, 140, 200)
NEAR = Box(104, 100, 144, 200)  # overlaps PLACE by 0.82
ASIDE = Box(112, 100, 152, 200)  # by 0.54
TOUCHING = Box(120, 100, 160, 200)  # by a third
APART = Box(300, 100, 340, 200)


def own(uid: str, box: Box, class_id: int = STREAK) -> Annotation:
    return Annotation(uid, class_id, box, author="ann")


def find(uid: str, box: Box, class_id: int = STREAK, score: float = 0.8) -> Annotation:
    return Annotation(uid, class_id, box, score=score, run_id=1)


def said(found: Sequence[Disagreement]) -> list[tuple[str, str | None, Box | None]]:
    return [
        (d.kind, d.standing.uid if d.standing else None, d.found.box if d.found else None)
        for d in found
    ]


@pytest.mark.parametrize(
    ("box", "class_id", "expected"),
    [
        (NEAR, STREAK, []),
        (ASIDE, STREAK, [("shifted", "a", ASIDE)]),
        (TOUCHING, STREAK, [("shifted", "a", TOUCHING)]),
        (NEAR, SLAG, [("class", "a", NEAR)]),
        (TOUCHING, SLAG, [("missed", "a", None), ("extra", None, TOUCHING)]),
        (APART, STREAK, [("missed", "a", None), ("extra", None, APART)]),
    ],
)
def test_a_box_against_a_find(box: Box, class_id: int, expected: list[object]) -> None:
    assert said(compare([own("a", PLACE)], [find("f", box, class_id)])) == expected


def test_a_find_of_the_same_class_comes_before_a_better_one_of_another() -> None:
    found = [find("slag", PLACE, SLAG), find("streak", ASIDE)]
    assert said(compare([own("a", PLACE)], found)) == [
        ("shifted", "a", ASIDE),
        ("extra", None, PLACE),
    ]


def test_a_thin_streak_beside_another_is_told() -> None:
    second = PLACE.moved(10, 0)
    assert said(compare([own("a", PLACE)], [find("f", PLACE), find("g", second)])) == [
        ("extra", None, second)
    ]


def test_a_hand_that_slips_by_a_pixel_on_a_thin_streak_is_no_disagreement() -> None:
    thin = Box(50, 0, 54, 900)
    assert intersection_over_union(thin, thin.moved(1, 0)) < 0.75
    assert compare([own("a", thin)], [find("f", thin.moved(1, 0))]) == []
    assert said(compare([own("a", thin)], [find("f", thin.moved(2.4, 0))])) == [
        ("shifted", "a", thin.moved(2.4, 0))
    ]


def test_a_model_misses_no_class_that_it_does_not_know() -> None:
    confirmed = [own("a", PLACE), own("b", APART, SLAG)]
    assert said(compare(confirmed, [], classes={STREAK})) == [("missed", "a", None)]
    assert [d.kind for d in compare(confirmed, [])] == ["missed", "missed"]
    (other,) = compare([own("b", APART, SLAG)], [find("f", APART)], classes={STREAK})
    assert other.kind == "class"


# Pixels and quarters of them: numbers that a person's or a model's box can have.
SIDES = st.integers(0, 160).map(lambda n: n / 4)
BOXES = st.builds(lambda x, y, w, h: Box(x, y, x + w + 1, y + h + 1), SIDES, SIDES, SIDES, SIDES)


def annotations(by_person: bool) -> st.SearchStrategy[list[Annotation]]:
    pairs = st.lists(st.tuples(BOXES, st.sampled_from((STREAK, SLAG, 3))), max_size=7)
    make = own if by_person else find
    return pairs.map(lambda ps: [make(f"{n}", box, c) for n, (box, c) in enumerate(ps)])


@given(annotations(True), annotations(False))
def test_each_box_is_in_one_disagreement_or_agrees_with_one_find(
    confirmed: list[Annotation], found: list[Annotation]
) -> None:
    told = compare(confirmed, found)
    ours = Counter(d.standing.uid for d in told if d.standing)
    theirs = Counter(d.found for d in told if d.found)
    given_finds = Counter(Find(a.class_id, Shape(a.box), a.score) for a in found)
    assert all(count == 1 for count in ours.values())
    assert theirs <= given_finds
    agreeing = len(confirmed) - ours.total()
    assert agreeing == len(found) - theirs.total()
    assert told == compare(confirmed, found)


@given(annotations(True), annotations(False))
def test_kinds_are_what_they_say(confirmed: list[Annotation], found: list[Annotation]) -> None:
    told = compare(confirmed, found)
    missed = [d.standing for d in told if d.kind == "missed" and d.standing]
    extra = [d.found for d in told if d.kind == "extra" and d.found]
    for a in missed:
        for f in extra:
            overlap = intersection_over_union(a.box, f.box)
            assert overlap < (NEAR_IOU if a.class_id == f.class_id else SAME_PLACE_IOU)
    for d in told:
        if d.standing is None or d.found is None:
            continue
        overlap = intersection_over_union(d.standing.box, d.found.box)
        if d.kind == "class":
            assert d.standing.class_id != d.found.class_id and overlap >= SAME_PLACE_IOU
        else:
            assert d.standing.class_id == d.found.class_id and overlap >= NEAR_IOU
            assert not drawn_alike(d.standing.box, d.found.box)


@given(annotations(True))
def test_what_is_the_same_on_both_sides_is_no_disagreement(confirmed: list[Annotation]) -> None:
    assert compare(confirmed, confirmed) == []
    assert compare(confirmed, confirmed[::-1]) == []


def test_an_image_that_nobody_judged_has_none() -> None:
    proposal = find("p", PLACE)
    untouched: tuple[State, ...] = ("new", "prelabelled")
    for state in untouched:
        label = ImageLabel(state)
        assert not is_judged(label, [proposal])
        assert disagreements(label, [proposal], [find("f", APART)]) == []
        assert is_judged(label, [own("a", PLACE)])
    assert not is_judged(ImageLabel("excluded"), [own("a", PLACE)])
    assert all(
        is_judged(ImageLabel(state), [])
        for state in STATES
        if state not in (*untouched, "excluded")
    )


def test_on_a_normal_image_every_find_is_extra() -> None:
    label = ImageLabel("new", is_normal=True)
    assert said(disagreements(label, [], [find("f", PLACE), find("g", APART)])) == [
        ("extra", None, PLACE),
        ("extra", None, APART),
    ]


def test_an_extra_is_told_with_the_proposal_that_it_came_in_as() -> None:
    standing = [own("a", PLACE), find("p", APART), find("q", APART, SLAG)]
    found = [find("f", PLACE), find("g", APART), find("h", TOUCHING.moved(0, 200))]
    assert said(disagreements(ImageLabel("in_progress"), standing, found)) == [
        ("extra", "p", APART),
        ("extra", None, TOUCHING.moved(0, 200)),
    ]


def test_a_kind_wants_its_two_sides() -> None:
    box, proposal, model = own("a", PLACE), find("p", PLACE), Find(STREAK, Shape(PLACE), 0.5)
    for kind, standing, found in (
        ("extra", box, model),
        ("extra", proposal, None),
        ("missed", box, model),
        ("missed", None, None),
        ("shifted", proposal, model),
        ("class", None, model),
    ):
        with pytest.raises(ValueError, match="no disagreement of kind"):
            Disagreement(kind, standing, found)  # type: ignore[arg-type]  # of various kinds


def test_the_place_is_around_both_boxes() -> None:
    (shifted,) = compare([own("a", PLACE)], [find("f", ASIDE)])
    assert shifted.place == Box(100, 100, 152, 200)
    (missed,) = compare([own("a", PLACE)], [])
    assert missed.place == PLACE


def test_an_answer_holds_for_the_same_find_of_another_run() -> None:
    (first,) = compare([], [find("f", PLACE)])
    (again,) = compare([], [find("g", NEAR, score=0.3)])
    (other,) = compare([], [find("h", NEAR, SLAG)])
    assert says_the_same(first, again)
    assert not says_the_same(first, other)
    as_proposal = Disagreement("extra", find("p", PLACE), first.found)
    assert says_the_same(first, as_proposal)
    (missed,) = compare([own("a", PLACE)], [])
    assert says_the_same(missed, missed)
    assert not says_the_same(missed, compare([own("b", PLACE)], [])[0])
    assert not says_the_same(missed, first)


def sheet(*annotations: Annotation, label: ImageLabel | None = None) -> Sheet:
    return Sheet(7, 640, 480, label or ImageLabel("in_progress"), annotations)


@pytest.mark.parametrize(
    ("standing", "found"),
    [
        ([], [find("f", PLACE)]),
        ([own("a", PLACE)], []),
        ([own("a", PLACE)], [find("f", ASIDE)]),
        ([own("a", PLACE)], [find("f", NEAR, SLAG)]),
        ([own("b", APART), find("p", PLACE)], [find("f", PLACE), find("g", APART)]),
    ],
)
def test_with_the_models_leaves_nothing_to_disagree_about(
    standing: list[Annotation], found: list[Annotation]
) -> None:
    before = sheet(*standing)
    (told,) = disagreements(before.label, standing, found)
    edits = with_the_models(before, told, person="bo")
    after = edited(before, edits)
    changed = {e.uid for e in edits if isinstance(e, AnnotationEdit)}
    assert changed and all(a.author == "bo" for a in after.of(changed))
    assert disagreements(after.label, after.annotations, found) == []


def test_with_peoples_takes_the_proposal_away_and_nothing_else() -> None:
    proposal = find("p", APART)
    before = sheet(own("a", PLACE), proposal)
    (told,) = disagreements(before.label, before.annotations, [find("f", PLACE), proposal])
    (edit,) = with_peoples(before, told)
    assert isinstance(edit, AnnotationEdit)
    assert (edit.before, edit.after) == (proposal, None)
    for told in compare([own("a", PLACE)], []) + compare([], [proposal]):
        assert with_peoples(before, told) == []


def test_an_approved_image_refuses_the_models() -> None:
    locked = sheet(own("a", PLACE), label=ImageLabel("approved"))
    (told,) = disagreements(locked.label, locked.annotations, [find("f", ASIDE)])
    with pytest.raises(UserError, match="approved"):
        with_the_models(locked, told, person="bo")


def test_the_models_outline_is_taken_with_its_box() -> None:
    outline = ((112.0, 100.0), (152.0, 100.0), (132.0, 200.0))
    found = replace(find("f", ASIDE), polygon=outline)
    (told,) = compare([own("a", PLACE)], [found])
    after = edited(
        sheet(own("a", PLACE)), with_the_models(sheet(own("a", PLACE)), told, person="bo")
    )
    (taken,) = after.annotations
    assert (taken.uid, taken.box, taken.polygon) == ("a", ASIDE, outline)
