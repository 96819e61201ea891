"""What is probably wrong with boxes: one seeded fault each, and formulas against plain ones."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.annotation import Annotation
from app.core.geometry import Box, intersection_over_union
from app.core.label_errors import ModelFind, similarities, suspects

STREAK, SLAG = 1, 2
A, B = Box(10, 10, 60, 60), Box(200, 10, 260, 60)

sides = st.floats(0, 400)
boxes = st.builds(
    lambda x, y, w, h: Box(x, y, x + w, y + h), sides, sides, st.floats(5, 80), st.floats(5, 80)
)


def drawn(uid: str, class_id: int, box: Box) -> Annotation:
    return Annotation(uid, class_id, box, author="li")


def find(class_id: int, box: Box, score: float = 0.9, key: str = "f") -> ModelFind:
    return ModelFind(key, class_id, box, score)


def test_an_overlooked_box_is_told_by_its_find() -> None:
    (told,) = suspects([drawn("a", STREAK, A)], [find(STREAK, A), find(SLAG, B, key="gone")])

    assert (told.kind, told.key, told.class_id, told.box) == ("overlooked", "gone", SLAG, B)
    assert told.sureness == 0.9


def test_the_surer_of_two_comes_first() -> None:
    found = [find(STREAK, A, 0.75, "unsure"), find(STREAK, B, 0.95, "sure")]

    told = sorted(suspects([], found), key=lambda each: each.score)
    assert [each.key for each in told] == ["sure", "unsure"]


def test_a_badly_located_box_is_told_with_where_it_should_be() -> None:
    (told,) = suspects([drawn("a", STREAK, A.moved(22, 0))], [find(STREAK, A)])

    assert (told.kind, told.key, told.said_box) == ("badly_located", "a", A)
    iou = intersection_over_union(A, A.moved(22, 0))
    assert told.score == pytest.approx(0.9 * iou + 0.1 * math.exp(-2.2))


def test_a_swapped_class_is_told_with_the_other() -> None:
    (told,) = suspects([drawn("a", STREAK, A)], [find(SLAG, A)])

    assert (told.kind, told.key, told.said_class_id) == ("swapped", "a", SLAG)
    assert told.score == pytest.approx(0)


def test_a_model_that_says_both_classes_says_neither_is_wrong() -> None:
    assert suspects([drawn("a", STREAK, A)], [find(STREAK, A), find(SLAG, A)]) == []


def test_two_boxes_of_one_place_are_duplicates_whatever_their_classes() -> None:
    boxes = [drawn("a", STREAK, A), drawn("b", SLAG, A.moved(2, 0)), drawn("c", SLAG, B)]

    (told,) = suspects(boxes, [])
    assert (told.kind, told.key, told.said_class_id) == ("duplicate", "b", STREAK)


def test_what_a_model_is_not_sure_of_tells_nothing() -> None:
    assert suspects([drawn("a", STREAK, A)], [find(SLAG, A, 0.69), find(SLAG, B, 0.69)]) == []
    assert suspects([drawn("a", STREAK, A)], [find(STREAK, A.moved(22, 0), 0.49)]) == []


def test_a_find_far_away_says_nothing_of_where_a_box_lies() -> None:
    told = suspects([drawn("a", STREAK, A)], [find(STREAK, B)])

    assert [each.kind for each in told] == ["overlooked"]


def test_a_find_that_is_about_another_box_says_nothing_of_its_neighbour() -> None:
    """The model was not sure of the upper streak, and draws the lower one as people do."""
    upper, lower = Box(10, 10, 110, 70), Box(10, 40, 110, 100)
    own = [drawn("upper", STREAK, upper), drawn("lower", STREAK, lower)]

    assert suspects(own, [find(STREAK, upper, 0.46), find(STREAK, lower, 0.63)]) == []


@given(st.lists(st.tuples(st.integers(1, 2), boxes), max_size=6, unique_by=lambda b: b[1].corners))
def test_boxes_that_a_model_draws_too_are_no_suspects(said: list[tuple[int, Box]]) -> None:
    own = [drawn(f"{n}", *each) for n, each in enumerate(said)]
    found = [find(*each, key=f"{n}") for n, each in enumerate(said)]

    assert {each.kind for each in suspects(own, found)} <= {"duplicate"}


@given(
    st.lists(st.tuples(st.integers(1, 2), boxes), max_size=5),
    st.lists(st.tuples(st.integers(1, 2), boxes, st.floats(0, 1)), max_size=5),
)
def test_scores_are_shares_and_a_box_is_told_once(
    own: list[tuple[int, Box]], found: list[tuple[int, Box, float]]
) -> None:
    boxes_ = [drawn(f"box {n}", *each) for n, each in enumerate(own)]
    finds = [find(*each, key=f"find {n}") for n, each in enumerate(found)]

    told = [each for each in suspects(boxes_, finds) if each.kind != "duplicate"]
    assert len({each.key for each in told}) == len(told)
    assert all(0 <= each.score <= 1 for each in told)


@given(boxes, boxes)
def test_likeness_is_that_of_the_paper(a: Box, b: Box) -> None:
    ((told,),) = similarities([a], [b])

    (x, y), (u, v) = a.centre, b.centre
    near = math.exp(-math.hypot(x - u, y - v) / 10)
    assert told == pytest.approx(0.9 * intersection_over_union(a, b) + 0.1 * near)
    assert similarities([a], [a])[0, 0] == pytest.approx(1)
