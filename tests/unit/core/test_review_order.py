"""What makes a reviewer look at an image early, each reason by itself and all of them together."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.review_order import (
    ReviewFacts,
    Weights,
    chance_of_fault,
    fault_share,
    most_doubtful_first,
    rarity,
)

PLAIN = ReviewFacts(1, fault_share=0.1)
share = st.floats(0, 1)
few_scores = st.lists(share, max_size=4).map(tuple)
facts = st.builds(
    ReviewFacts,
    image_id=st.integers(1, 9),
    unseen=few_scores,
    other_class=few_scores,
    shifted=st.lists(st.tuples(share, share), max_size=4).map(tuple),
    unfound=share,
    removed=few_scores,
    reclassified=st.integers(0, 4),
    accepted=few_scores,
    rarity=share,
    pace=st.none() | st.floats(0, 10),
    is_unclear=st.booleans(),
    fault_share=st.floats(0.01, 0.99),
)
REASONS = {
    "unseen": (0.9,),
    "other_class": (0.9,),
    "shifted": ((0.9, 0.4),),
    "unfound": 0.5,
    "removed": (0.9,),
    "reclassified": 1,
    "accepted": (0.1,),
    "rarity": 0.9,
    "pace": 0.1,
    "is_unclear": True,
}


@given(facts)
def test_it_is_a_chance(one: ReviewFacts):
    assert 0 <= chance_of_fault(one) <= 1


@pytest.mark.parametrize("reason", REASONS)
def test_each_reason_is_one(reason: str):
    doubted = replace(PLAIN, **{reason: REASONS[reason]})
    assert chance_of_fault(doubted) > chance_of_fault(PLAIN) == pytest.approx(PLAIN.fault_share)
    deaf = replace(Weights(), **{reason: 1.0})
    assert chance_of_fault(doubted, deaf) == chance_of_fault(PLAIN)


def test_the_same_sign_says_more_of_a_careless_person():
    careful, careless = (replace(PLAIN, fault_share=share) for share in (0.01, 0.3))
    rises = [
        chance_of_fault(replace(who, unseen=(0.9,))) - chance_of_fault(who)
        for who in (careful, careless)
    ]
    assert rises[0] < rises[1]


@given(facts, st.sampled_from(sorted(REASONS)))
def test_no_reason_makes_an_image_surer(one: ReviewFacts, reason: str):
    weaker = {
        "unseen": (),
        "other_class": (),
        "shifted": (),
        "removed": (),
        "accepted": (),
        "pace": None,
        "is_unclear": False,
    }.get(reason, 0)
    assert chance_of_fault(replace(one, **{reason: weaker})) <= chance_of_fault(one) + 1e-12


def test_a_surer_find_weighs_more_and_two_more_than_one():
    seen = [
        replace(PLAIN, image_id=n, unseen=s) for n, s in enumerate([(0.3,), (0.9,), (0.9, 0.3)])
    ]
    assert most_doubtful_first(seen) == [2, 1, 0]


def test_many_guesses_do_not_outweigh_what_is_sure():
    sure, guesses = replace(PLAIN, unseen=(0.9,)), replace(PLAIN, image_id=2, unseen=(0.3,) * 9)
    assert most_doubtful_first([guesses, sure]) == [1, 2]


def test_a_box_that_lies_as_careful_people_differ_is_no_reason():
    beside, off = (replace(PLAIN, shifted=((0.9, overlap),)) for overlap in (0.8, 0.5))
    assert chance_of_fault(beside) == chance_of_fault(PLAIN) < chance_of_fault(off)


def test_images_past_all_doubt_are_still_told_apart():
    surest = [replace(PLAIN, image_id=n, unseen=(0.99,) * (10 + n)) for n in (1, 2, 3)]
    assert len({chance_of_fault(each) for each in surest}) == 1
    assert most_doubtful_first(surest) == [3, 2, 1]


@pytest.mark.parametrize("pace", [0.6, 5.0])
def test_only_haste_counts_not_care(pace: float):
    assert chance_of_fault(replace(PLAIN, pace=pace)) == chance_of_fault(PLAIN)


def test_of_equals_the_first_that_came_in_is_first():
    assert most_doubtful_first(ReviewFacts(n) for n in (3, 1, 2)) == [1, 2, 3]


def test_new_people_come_before_those_who_proved_careful_and_after_the_careless():
    assert fault_share(2, 100) < fault_share(0, 0) < fault_share(50, 100)


@given(st.integers(0, 50), st.integers(1, 50))
def test_a_fault_more_never_speaks_for_somebody(faulty: int, right: int):
    assert fault_share(faulty, faulty + right) < fault_share(faulty + 1, faulty + right) < 1


def test_rare_is_what_is_rarer_than_the_average():
    assert rarity(0.25, 4) == rarity(0.9, 4) == 0
    assert rarity(0.05, 4) == pytest.approx(0.8)


@pytest.mark.parametrize("wrong", [-1.0, 0.9])
def test_no_weight_speaks_for_an_image(wrong: float):
    with pytest.raises(ValueError, match="under 1"):
        Weights(unseen=wrong)


@pytest.mark.parametrize("wrong", [0.0, 1.0])
def test_nobody_is_always_right_or_always_wrong(wrong: float):
    with pytest.raises(ValueError, match="surely"):
        ReviewFacts(1, fault_share=wrong)
