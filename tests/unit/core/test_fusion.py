import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.annotation import Source
from app.core.detection import Detection
from app.core.fusion import fused, joined
from app.core.geometry import Box, intersection_over_union
from app.core.recipe import Fusion

KINDS = ("wbf", "nms", "none")

# On a coarse grid, so that boxes meet often.
places = st.integers(0, 12).map(lambda n: n * 4.0)
sides = st.integers(1, 5).map(lambda n: n * 4.0)
boxes = st.builds(lambda x, y, w, h: Box(x, y, x + w, y + h), places, places, sides, sides)
scores = st.integers(0, 100).map(lambda n: n / 100)
outlines = st.none() | boxes.map(
    lambda b: ((b.left, b.top), (b.right, b.top), (b.right, b.bottom), (b.left, b.bottom))
)
finds = st.lists(
    st.builds(Detection, st.sampled_from(["streak", "slag"]), boxes, scores, outlines), max_size=8
)
teams = st.dictionaries(st.sampled_from(["starter", "dino", "own"]), finds, max_size=3).map(
    lambda by_name: list(by_name.items())
)
fusions = st.builds(Fusion, st.sampled_from(KINDS), st.sampled_from([0.1, 0.3, 0.55, 1.0]))


def find(box, score, name="streak", polygon=None):
    return Detection(name, Box(*box), score, polygon)


def members(result, team):
    """The finds of `team` that a result says it is made of: each source's, by class and score."""
    return [
        f
        for source in result.sources
        for name, theirs in team
        for f in theirs
        if name == source.name and f.class_name == result.class_name and f.score == source.score
    ]


@given(teams, fusions, st.randoms(use_true_random=False))
def test_the_order_of_detectors_changes_nothing(team, fusion, random):
    shuffled = list(team)
    random.shuffle(shuffled)
    assert fused(shuffled, fusion) == fused(team, fusion)


@given(teams, fusions)
def test_every_find_is_the_source_of_exactly_one_result(team, fusion):
    told = [(r.class_name, s.name, s.score) for r in fused(team, fusion) for s in r.sources]
    given_ones = [(f.class_name, name, f.score) for name, theirs in team for f in theirs]
    assert sorted(told) == sorted(given_ones)


@given(teams, fusions)
def test_no_result_takes_two_finds_of_one_detector(team, fusion):
    for result in fused(team, fusion):
        names = [source.name for source in result.sources]
        assert len(set(names)) == len(names)
        sources = [source.score for source in result.sources]
        assert sources == sorted(sources, reverse=True)


@given(finds, fusions)
def test_one_detector_alone_is_left_as_it_is(theirs, fusion):
    results = fused([("starter", theirs)], fusion)
    bare = [Detection(r.class_name, r.box, r.score, r.polygon) for r in results]
    assert sorted(bare, key=repr) == sorted(theirs, key=repr)


@given(teams, fusions)
def test_boxes_lie_in_the_hull_of_what_they_are_made_of(team, fusion):
    for result in fused(team, fusion):
        made_of = [f.box for f in members(result, team)]
        assert min(b.left for b in made_of) <= result.box.left
        assert min(b.top for b in made_of) <= result.box.top
        assert max(b.right for b in made_of) >= result.box.right
        assert max(b.bottom for b in made_of) >= result.box.bottom


@given(teams, fusions)
def test_scores_stay_in_range_best_first_and_more_finders_never_rank_lower(team, fusion):
    results = fused(team, fusion)
    assert [r.score for r in results] == sorted((r.score for r in results), reverse=True)
    for result in results:
        assert max(source.score for source in result.sources) <= result.score <= 1
        assert result.score < 1 or any(source.score == 1 for source in result.sources)


@given(teams, st.sampled_from(["wbf", "nms"]))
def test_what_is_left_apart_does_not_overlap_alone(team, kind):
    """Two single finds of two detectors that overlap enough would have been joined."""
    alone = [r for r in fused(team, Fusion(kind, 0.3)) if len(r.sources) == 1]
    for a in alone:
        for b in alone:
            if a.class_name == b.class_name and a.sources[0].name != b.sources[0].name:
                assert intersection_over_union(a.box, b.box) < 0.3


@given(teams)
def test_none_keeps_everything(team):
    results = fused(team, Fusion("none"))
    assert len(results) == sum(len(theirs) for _, theirs in team)
    assert all(len(r.sources) == 1 and r.sources[0].score == r.score for r in results)


def test_two_that_find_the_same_give_one_with_both_origins():
    team = [("dino", [find((0, 0, 100, 10), 0.4)]), ("starter", [find((20, 0, 120, 10), 0.6)])]
    (result,) = fused(team, Fusion("wbf", 0.5))
    assert result.sources == (Source("starter", 0.6), Source("dino", 0.4))
    assert result.box.corners == pytest.approx((12, 0, 112, 10))
    assert result.score == pytest.approx(1 - 0.6 * 0.4)


def test_nms_keeps_the_best_box_and_notes_who_else_found_it():
    best = find((20, 0, 120, 10), 0.6)
    (result,) = fused([("dino", [find((0, 0, 100, 10), 0.4)]), ("own", [best])], Fusion("nms", 0.5))
    assert (result.box, result.score) == (best.box, best.score)
    assert result.sources == (Source("own", 0.6), Source("dino", 0.4))


def test_a_thin_streak_beside_another_survives():
    """One detector sees two streaks where the other draws one box over both."""
    streaks = [find((0, 0, 400, 6), 0.5), find((0, 4, 400, 10), 0.3)]
    both = find((0, 0, 400, 8), 0.9)
    for kind in ("wbf", "nms"):
        results = fused([("starter", streaks), ("dino", [both])], Fusion(kind, 0.3))
        assert sorted(len(r.sources) for r in results) == [1, 2]
        (alone,) = (r for r in results if len(r.sources) == 1)
        assert alone.box == streaks[1].box


def test_what_overlaps_most_is_joined_first():
    near, exact = find((0, 0, 10, 10), 0.9), find((2, 0, 12, 10), 0.1)
    results = fused([("a", [near, exact]), ("b", [find((2, 0, 12, 10), 0.5)])], Fusion("nms", 0.3))
    assert {r.box: len(r.sources) for r in results} == {near.box: 1, exact.box: 2}


def test_three_are_one_thing_only_when_each_two_overlap():
    chain = [(f"d{n}", [find((4 * n, 0, 4 * n + 10, 10), 0.5)]) for n in range(3)]
    assert len(fused(chain, Fusion("wbf", 0.4))) == 2
    assert len(fused(chain, Fusion("wbf", 0.1))) == 1


def test_another_class_is_never_joined():
    team = [("a", [find((0, 0, 9, 9), 0.5)]), ("b", [find((0, 0, 9, 9), 0.5, "slag")])]
    assert len(fused(team, Fusion("wbf", 0.1))) == 2


def test_an_outline_stays_with_its_own_box():
    low, high = ((0.0, 0.0), (8.0, 0.0), (8.0, 8.0)), ((1.0, 0.0), (10.0, 0.0), (10.0, 9.0))
    team = [
        ("a", [find((0, 0, 9, 9), 0.9)]),
        ("b", [find((0, 0, 8, 8), 0.5, polygon=low)]),
        ("c", [find((1, 0, 10, 9), 0.7, polygon=high)]),
    ]
    (averaged,) = fused(team, Fusion("wbf", 0.5))
    assert (averaged.polygon, averaged.box) == (high, Box(1, 0, 10, 9))
    assert averaged.score == pytest.approx(1 - 0.1 * 0.5 * 0.3)
    (best,) = fused(team, Fusion("nms", 0.5))
    assert (best.polygon, best.box) == (None, Box(0, 0, 9, 9))


def test_what_came_closer_since_is_joined_unless_one_detector_made_both():
    apart = fused(
        [
            ("a", [find((0, 0, 10, 10), 0.5), find((30, 0, 40, 10), 0.4)]),
            ("b", [find((0, 0, 10, 10), 0.3), find((60, 0, 70, 10), 0.2)]),
        ],
        Fusion("wbf", 0.5),
    )
    assert [len(each.sources) for each in apart] == [2, 1, 1]
    closer = [replace(each, box=Box(30, 0, 40, 10)) for each in apart]
    both, *single = joined(closer, Fusion("wbf", 0.5))
    assert both == closer[0]
    (later,) = single
    assert later.sources == (Source("a", 0.4), Source("b", 0.2))
    assert later.score == pytest.approx(1 - 0.6 * 0.8)


def test_finds_without_any_score_still_have_a_mean():
    team = [("a", [find((0, 0, 10, 10), 0.0)]), ("b", [find((2, 0, 12, 10), 0.0)])]
    (result,) = fused(team, Fusion("wbf", 0.5))
    assert result.box.corners == pytest.approx((1, 0, 11, 10))
    assert math.isclose(result.score, 0)


def test_two_detectors_of_one_name_are_refused():
    with pytest.raises(ValueError, match="one name"):
        fused([("a", []), ("a", [])], Fusion())
