"""The sample for review: shares and floors in every stratum, the same on every machine."""

import math
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import UserError
from app.core.review_sampling import HandedIn, ReviewPlan, drawn_for_review

IMAGES = st.lists(
    st.tuples(st.sampled_from(["li", "bo", None]), st.frozensets(st.integers(1, 4), max_size=3)),
    max_size=80,
).map(lambda said: [HandedIn(n, f"hash{n}", *each) for n, each in enumerate(said, start=1)])
PLANS = st.builds(
    ReviewPlan,
    share=st.floats(0, 1),
    least=st.integers(0, 10),
    new_until=st.just(0),
    seed=st.integers(0, 9),
)


def strata(images):
    found = {}
    for image in images:
        for class_id in image.class_ids or {None}:
            found.setdefault((image.annotator, class_id), []).append(image.image_id)
    return found.values()


@given(IMAGES, PLANS)
def test_each_annotator_and_class_has_its_share_and_floor(images, plan):
    drawn = drawn_for_review(images, already={}, reviewed={}, plan=plan)
    for stratum in strata(images):
        wanted = max(math.ceil(plan.share * len(stratum)), min(plan.least, len(stratum)))
        assert sum(i in drawn for i in stratum) >= wanted


@given(IMAGES, PLANS)
def test_no_more_is_drawn_than_some_stratum_wants(images, plan):
    drawn = drawn_for_review(images, already={}, reviewed={}, plan=plan)
    most = sum(max(math.ceil(plan.share * len(s)), min(plan.least, len(s))) for s in strata(images))
    assert len(drawn) <= most


@given(IMAGES, PLANS, st.integers(0, 80))
def test_what_was_drawn_stays_and_is_not_drawn_again(images, plan, cut):
    first = drawn_for_review(images[:cut], already={}, reviewed={}, plan=plan)
    more = drawn_for_review(images, already=first, reviewed={}, plan=plan)
    assert not set(first) & set(more)
    for stratum in strata(images):
        wanted = max(math.ceil(plan.share * len(stratum)), min(plan.least, len(stratum)))
        assert sum(i in first or i in more for i in stratum) >= wanted


@given(IMAGES, PLANS, st.randoms(use_true_random=False))
def test_the_order_in_which_images_come_says_nothing(images, plan, random):
    drawn = drawn_for_review(images, already={}, reviewed={}, plan=plan)
    shuffled = random.sample(images, len(images))
    assert drawn_for_review(shuffled, already={}, reviewed={}, plan=plan) == drawn


def test_of_two_equal_strata_it_is_not_the_first_met_that_is_filled_first():
    images = [
        HandedIn(1, "x", "li", frozenset({1})),
        HandedIn(2, "y", "li", frozenset({1, 2})),
        HandedIn(3, "z", "li", frozenset({2})),
    ]
    for seed in range(12):
        plan = ReviewPlan(share=0.1, least=1, new_until=0, seed=seed)
        draws = [
            drawn_for_review(order, already={}, reviewed={}, plan=plan)
            for order in permutations(images)
        ]
        assert all(draw == draws[0] for draw in draws)


def of_li(first, count, *, is_reviewed=False):
    ids = range(first, first + count)
    return [HandedIn(n, f"hash{n}", "li", frozenset({1}), is_reviewed=is_reviewed) for n in ids]


def test_after_the_newcomers_images_the_share_begins_afresh():
    plan = ReviewPlan(share=0.1, least=5, new_until=30)
    drawn = drawn_for_review(of_li(0, 30), already={}, reviewed={}, plan=plan)
    assert drawn == dict.fromkeys(range(30), "new_person")
    for handed_in, wanted in ((60, 3), (100, 7), (300, 27)):
        drawn |= drawn_for_review(
            of_li(0, handed_in), already=drawn, reviewed={"li": 30}, plan=plan
        )
        assert sum(n >= 30 for n in drawn) == wanted


def test_what_was_reviewed_without_a_draw_counts_for_the_floor_alone():
    before, plan = of_li(0, 50, is_reviewed=True), ReviewPlan(share=0.1, least=5, new_until=0)
    assert drawn_for_review(before, already={}, reviewed={"li": 50}, plan=plan) == {}
    drawn = drawn_for_review(before + of_li(50, 40), already={}, reviewed={"li": 50}, plan=plan)
    assert len(drawn) == 4 and min(drawn) >= 50


SOME_OF_EACH = st.lists(
    st.tuples(
        st.sampled_from(["li", "bo", None]),
        st.frozensets(st.integers(1, 4), max_size=3),
        st.booleans(),
        st.sampled_from([None, "share", "new_person"]),
    ),
    max_size=80,
)


@given(SOME_OF_EACH, PLANS)
def test_share_of_the_rest_and_floor_of_all_whatever_came_before(said, plan):
    images = [
        HandedIn(n, f"hash{n}", who, classes, is_reviewed=reviewed)
        for n, (who, classes, reviewed, _) in enumerate(said)
    ]
    already = {n: why for n, (*_, why) in enumerate(said) if why}
    drawn = already | drawn_for_review(images, already=already, reviewed={}, plan=plan)
    apart = {i.image_id for i in images if i.is_reviewed and i.image_id not in already}
    apart |= {n for n, why in already.items() if why == "new_person"}
    for stratum in strata(images):
        rest = set(stratum) - apart
        assert len(rest & drawn.keys()) >= math.ceil(plan.share * len(rest))
        assert len(set(stratum) & (drawn.keys() | apart)) >= min(plan.least, len(stratum))


def test_of_new_people_everything_is_reviewed():
    images = [HandedIn(n, f"hash{n}", "li" if n % 2 else "bo", frozenset({1})) for n in range(100)]
    plan = ReviewPlan(share=0.1, least=2, new_until=30)
    drawn = drawn_for_review(images, already={}, reviewed={"bo": 30, "li": 29}, plan=plan)
    assert {n for n in drawn if n % 2} == set(range(1, 100, 2))
    assert [drawn[n] for n in drawn if n % 2 == 0] == ["share"] * 5


def test_what_was_imported_is_by_nobody_new():
    images = [HandedIn(n, f"hash{n}", None, frozenset({1})) for n in range(100)]
    plan = ReviewPlan(share=0.1, least=2, new_until=30)
    assert len(drawn_for_review(images, already={}, reviewed={}, plan=plan)) == 10


def test_another_seed_draws_others():
    images = [HandedIn(n, f"hash{n}", "li", frozenset({1})) for n in range(100)]
    draws = [
        frozenset(
            drawn_for_review(
                images, already={}, reviewed={"li": 99}, plan=ReviewPlan(0.2, seed=seed)
            )
        )
        for seed in (1, 2)
    ]
    assert len(draws[0]) == len(draws[1]) == 20
    assert draws[0] != draws[1]


@pytest.mark.parametrize("wrong", [{"share": 1.1}, {"share": float("nan")}, {"least": -1}])
def test_a_plan_that_cannot_be_is_refused(wrong):
    with pytest.raises(UserError, match="can't be"):
        ReviewPlan(**wrong)


def test_a_plan_is_kept_as_json():
    plan = ReviewPlan(0.25, 3, 10, 7)
    assert ReviewPlan.from_json(plan.to_json()) == plan
    assert ReviewPlan.from_json(None) == ReviewPlan(share=1.0)
