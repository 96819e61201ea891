"""Measures of a survey: as POPE defines them, adding up, and the same whatever the order."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.geometry import Box, intersection_over_union
from app.core.scores import (
    MATCHED_IOU,
    BoxScore,
    ClassBox,
    YesNoScore,
    compare_boxes,
    yes_no_score,
)
from app.core.survey import Figures, Problem, SurveyAnswer, Topic, measured

STREAK, SLAG = 1, 2
A, B, C = Box(0, 0, 10, 10), Box(20, 0, 30, 10), Box(40, 0, 50, 10)
NEAR_A = Box(0, 0, 10, 8)  # overlaps A by 0.8
HALF_A = Box(0, 0, 10, 5)  # by exactly 0.5
LESS_A = Box(0, 0, 10, 4.9)


def boxes(*of: Box, class_id: int | None = STREAK) -> tuple[ClassBox, ...]:
    return tuple(ClassBox(class_id, box) for box in of)


def said(image_id: int, yes: bool | None, class_id: int = STREAK) -> SurveyAnswer:
    return SurveyAnswer(image_id, Topic("presence", class_id), "?", "!", is_there=yes)


def drew(
    image_id: int, *drawn: ClassBox, about: int | None = None, bad: Problem = ""
) -> SurveyAnswer:
    return SurveyAnswer(image_id, Topic("where", about), "?", "!", boxes=drawn, problem=bad)


def test_yes_and_no_by_hand() -> None:
    score = YesNoScore(
        hits=30, misses=8, false_alarms=10, rejections=40,
        unreadable_there=2, unreadable_absent=10,
    )  # fmt: skip
    assert (score.asked, score.there, score.absent, score.unreadable) == (100, 40, 60, 12)
    assert score.accuracy == pytest.approx(0.70)
    assert score.precision == pytest.approx(0.75)
    assert score.recall == pytest.approx(0.75)
    assert score.f1 == pytest.approx(0.75)
    assert score.yes_ratio == pytest.approx(0.40)


def test_nothing_asked_is_no_ratio() -> None:
    none = YesNoScore()
    ratios = (none.accuracy, none.precision, none.recall, none.f1, none.yes_ratio)
    assert ratios == (None,) * 5
    empty = BoxScore()
    assert (empty.precision, empty.recall, empty.f1, empty.mean_iou) == (None,) * 4
    assert yes_no_score(is_there=False, said=False).precision is None


ANSWERS = st.lists(st.tuples(st.booleans(), st.sampled_from([True, False, None])))


@given(ANSWERS)
def test_yes_and_no_against_plain_counting(pairs: list[tuple[bool, bool | None]]) -> None:
    score = sum((yes_no_score(*pair) for pair in pairs), YesNoScore())
    yes = [there for there, answer in pairs if answer is True]
    there = [answer for is_there, answer in pairs if is_there]
    right = [answer is is_there for is_there, answer in pairs]
    assert score.asked == len(pairs)
    if pairs:
        assert score.accuracy == pytest.approx(sum(right) / len(pairs))
        assert score.yes_ratio == pytest.approx(len(yes) / len(pairs))
    if yes:
        assert score.precision == pytest.approx(sum(yes) / len(yes))
    if there:
        assert score.recall == pytest.approx(there.count(True) / len(there))
    if score.precision and score.recall:
        assert score.f1 == pytest.approx(2 / (1 / score.precision + 1 / score.recall))


@given(st.integers(1, 50), st.integers(1, 50))
def test_saying_yes_to_everything_shows(there: int, absent: int) -> None:
    """As POPE found of models: full recall, the precision of chance, a yes-ratio of 1."""
    score = sum((yes_no_score(i < there, said=True) for i in range(there + absent)), YesNoScore())
    assert (score.recall, score.yes_ratio) == (1.0, 1.0)
    assert score.precision == score.accuracy == pytest.approx(there / (there + absent))


@pytest.mark.parametrize(("drawn", "matches"), [(NEAR_A, 1), (HALF_A, 1), (LESS_A, 0), (B, 0)])
def test_boxes_match_from_half_an_overlap_on(drawn: Box, matches: int) -> None:
    compared = compare_boxes(boxes(A), boxes(drawn))
    assert len(compared.pairs) == matches
    assert (len(compared.missed), len(compared.extra)) == (1 - matches, 1 - matches)


def test_boxes_match_within_their_class_alone() -> None:
    compared = compare_boxes(boxes(A), (*boxes(A, class_id=SLAG), *boxes(A, class_id=None)))
    assert (compared.pairs, compared.missed) == ((), boxes(A))
    assert len(compared.extra) == 2


def test_a_box_drawn_twice_is_right_once() -> None:
    compared = compare_boxes(boxes(A, B), boxes(NEAR_A, A))
    assert compared.pairs == ((ClassBox(STREAK, A), ClassBox(STREAK, A)),)
    assert (compared.missed, compared.extra) == (boxes(B), boxes(NEAR_A))


SIDES = st.integers(0, 20)
BOXES = st.builds(lambda x, y, w, h: Box(x, y, x + w + 1, y + h + 1), SIDES, SIDES, SIDES, SIDES)
LABELS = st.lists(st.builds(ClassBox, st.sampled_from([STREAK, SLAG]), BOXES), max_size=6)
DRAWN = st.lists(st.builds(ClassBox, st.sampled_from([STREAK, SLAG, None]), BOXES), max_size=6)


@given(LABELS, DRAWN)
def test_every_box_is_told_once(labels: list[ClassBox], drawn: list[ClassBox]) -> None:
    compared = compare_boxes(labels, drawn)
    assert sorted(map(repr, labels)) == sorted(
        map(repr, [label for label, _ in compared.pairs] + list(compared.missed))
    )
    assert sorted(map(repr, drawn)) == sorted(
        map(repr, [each for _, each in compared.pairs] + list(compared.extra))
    )
    for label, each in compared.pairs:
        assert label.class_id == each.class_id
        assert intersection_over_union(label.box, each.box) >= MATCHED_IOU


@given(LABELS)
def test_drawing_the_labels_is_perfect(labels: list[ClassBox]) -> None:
    result = measured([drew(1, *labels)], {1: labels})
    assert not result.differing
    score = result.overall.boxes
    assert (score.drawn, score.labelled, score.matched) == (len(labels),) * 3
    if labels:
        assert (score.precision, score.recall, score.f1) == (1, 1, 1)
        assert score.mean_iou == pytest.approx(1)


ROUNDS = st.lists(
    st.tuples(
        st.integers(1, 4),
        st.sampled_from([Topic("presence", STREAK), Topic("presence", SLAG), Topic("where"),
                         Topic("where", SLAG)]),
        st.sampled_from([True, False, None]),
        DRAWN,
    ),
    max_size=12,
)  # fmt: skip
TRUTH = st.fixed_dictionaries({n: LABELS for n in (1, 2, 3)})  # image 4 has no label


@given(ROUNDS, TRUTH, st.randoms())
def test_figures_add_up_in_any_order(rounds, truth, random) -> None:  # type: ignore[no-untyped-def]
    answers = [
        SurveyAnswer(
            image_id, topic, "?", "!",
            is_there=yes if topic.kind == "presence" else None,
            boxes=tuple(drawn) if topic.kind == "where" else (),
        )
        for image_id, topic, yes, drawn in rounds
    ]  # fmt: skip
    result = measured(answers, truth)
    parts = [measured([answer], truth).overall for answer in answers]
    assert_alike(result.overall, sum(parts, Figures()))
    shuffled = list(answers)
    random.shuffle(shuffled)
    again = measured(shuffled, truth)
    assert_alike(again.overall, result.overall)
    assert list(again.differing) == list(result.differing)
    assert result.unlabelled == sum(answer.image_id == 4 for answer in answers)
    of_classes = sum(result.by_class.values(), Figures())
    assert of_classes.presence == result.overall.presence
    assert of_classes.boxes.labelled == result.overall.boxes.labelled
    for each in (d for listed in result.differing.values() for d in listed):
        assert 0 <= each.weight <= 1
        assert each.answer.image_id != 4


def assert_alike(a: Figures, b: Figures) -> None:
    assert a.presence == b.presence
    assert a.boxes.overlap_sum == pytest.approx(b.boxes.overlap_sum)
    assert replace(a.boxes, overlap_sum=0) == replace(b.boxes, overlap_sum=0)


def test_classes_and_all_of_them() -> None:
    truth = {1: [*boxes(A, B), *boxes(C, class_id=SLAG)], 2: []}
    answers: Sequence[SurveyAnswer] = [
        said(1, yes=True), said(2, yes=True), said(1, yes=False, class_id=SLAG),
        drew(1, *boxes(NEAR_A), *boxes(C, class_id=None)),
        drew(2),
    ]  # fmt: skip
    result = measured(answers, truth)
    assert result.by_class[STREAK].presence == YesNoScore(hits=1, false_alarms=1)
    assert result.by_class[SLAG].presence == YesNoScore(misses=1)
    streaks, slag = result.by_class[STREAK].boxes, result.by_class[SLAG].boxes
    assert (streaks.matched, streaks.drawn, streaks.labelled) == (1, 1, 2)
    assert (slag.matched, slag.drawn, slag.labelled) == (0, 0, 1)
    overall = result.overall.boxes
    assert (overall.matched, overall.drawn, overall.labelled, overall.asked) == (1, 2, 3, 2)
    assert overall.mean_iou == pytest.approx(0.8)


def test_asked_about_one_class_another_word_stands_for_it() -> None:
    truth = {1: boxes(A)}
    right = measured([drew(1, *boxes(A, class_id=None), about=STREAK)], truth)
    assert right.overall.boxes.matched == 1
    other = measured([drew(1, *boxes(A, class_id=SLAG), about=STREAK)], truth)
    assert set(other.by_class) == {STREAK}
    score = other.by_class[STREAK].boxes
    assert (score.matched, score.drawn, score.labelled) == (0, 1, 1)


def test_what_cannot_be_read_is_wrong() -> None:
    truth = {1: boxes(A), 2: []}
    result = measured(
        [drew(1, bad="unreadable"), drew(2, bad="unreadable"), said(1, yes=None)], truth
    )
    score = result.overall.boxes
    assert (score.labelled, score.drawn, score.unreadable, score.asked) == (1, 0, 2, 2)
    assert result.overall.presence == YesNoScore(unreadable_there=1)
    assert [d.weight for d in result.differing[2]] == [1.0]


def test_worst_images_come_first() -> None:
    truth = {n: boxes(A, B) for n in (1, 2, 3, 4)}
    answers = [
        drew(1, *boxes(A)),  # half of it
        drew(2, *boxes(A, B)),
        drew(3),
        said(4, yes=False), drew(4),
    ]  # fmt: skip
    result = measured(answers, truth)
    assert list(result.differing) == [4, 3, 1]
    assert [d.weight for d in result.differing[1]] == [pytest.approx(1 / 3)]
    assert result.differing[1][0].missed == boxes(B)


def test_topics_have_places_of_their_own() -> None:
    topics = [Topic("presence", n) for n in range(1, 9)] + [Topic("where", n) for n in range(1, 9)]
    assert len({topic.position for topic in (*topics, Topic("where"))}) == 17
