"""The choice of a survey's images and questions: even, balanced, and the same everywhere."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.image import Image
from app.core.survey import SURVEY_KINDS, Topic
from app.services.survey_plan import asked_topics, chosen_images

STREAK, SLAG, WRINKLE = 1, 2, 3
CLASSES = (STREAK, SLAG, WRINKLE)


def image(number: int) -> Image:
    return Image(number, f"photos/{number}.png", f"hash {number}", 200, 100)


ON = st.lists(st.sets(st.sampled_from(CLASSES)), min_size=1, max_size=40)


def with_classes(on: list[set[int]]) -> tuple[list[Image], dict[int, tuple[int, ...]]]:
    images = [image(n) for n in range(1, len(on) + 1)]
    return images, {n: tuple(sorted(each)) for n, each in enumerate(on, 1) if each}


@given(ON, st.integers(1, 45), st.integers(0, 5))
def test_as_many_as_wanted_and_the_same_again(on: list[set[int]], count: int, seed: int) -> None:
    images, classes_on = with_classes(on)
    chosen = chosen_images(images, classes_on, CLASSES, count=count, seed=seed)
    assert len(chosen) == min(count, len(images))
    assert [each.id for each in chosen] == sorted({each.id for each in chosen})
    backwards = chosen_images(images[::-1], classes_on, CLASSES, count=count, seed=seed)
    assert {each.id for each in backwards} == {each.id for each in chosen}


@given(ON, st.integers(0, 5))
def test_each_class_is_asked_of_as_many_with_as_without(on: list[set[int]], seed: int) -> None:
    images, classes_on = with_classes(on)
    topics = asked_topics(
        images, classes_on, CLASSES, kinds=["presence"], by_class=False, seed=seed
    )
    for class_id in CLASSES:
        asked = [i for i, listed in topics.items() if Topic("presence", class_id) in listed]
        there = [i for i in asked if class_id in classes_on.get(i, ())]
        in_all = sum(class_id in each for each in on)
        if in_all == len(on):
            assert len(there) == len(asked) == len(on)
        else:
            fewer = min(in_all, len(on) - in_all)
            assert (len(there), len(asked)) == (fewer, 2 * fewer)


def test_rare_classes_are_chosen_as_often_as_common_ones() -> None:
    on = [{STREAK}] * 500 + [{SLAG}] * 12 + [{WRINKLE}] * 3 + [set[int]()] * 200
    images, classes_on = with_classes(on)
    chosen = chosen_images(images, classes_on, CLASSES, count=40, seed=0)
    shown = Counter(c for each in chosen for c in classes_on.get(each.id, (None,)))
    assert shown == {STREAK: 13, SLAG: 12, WRINKLE: 3, None: 12} or shown == {
        STREAK: 12, SLAG: 12, WRINKLE: 3, None: 13,
    }  # fmt: skip


def test_only_wanted_classes_are_chosen_for() -> None:
    on = [{STREAK}] * 10 + [{SLAG}] * 10 + [set[int]()] * 10
    images, classes_on = with_classes(on)
    chosen = chosen_images(images, classes_on, [SLAG], count=12, seed=0)
    assert Counter(classes_on.get(each.id) for each in chosen) == {(SLAG,): 6, None: 6}


def test_other_seeds_choose_others() -> None:
    images, classes_on = with_classes([{STREAK}, set()] * 100)
    choices = {
        tuple(i.id for i in chosen_images(images, classes_on, CLASSES, count=20, seed=seed))
        for seed in range(10)
    }
    assert len(choices) == 10


def test_absent_is_asked_of_normal_images_and_of_others_in_turn() -> None:
    images, classes_on = with_classes([{STREAK}] * 10 + [{SLAG}] * 30 + [set()] * 30)
    topics = asked_topics(images, classes_on, [STREAK], kinds=["presence"], by_class=False, seed=0)
    asked = Counter(classes_on.get(image_id) for image_id in topics)
    assert asked == {(STREAK,): 10, (SLAG,): 5, None: 5}


@pytest.mark.parametrize("by_class", [False, True])
def test_where_is_asked_of_all_at_once_or_class_by_class(by_class: bool) -> None:
    images, classes_on = with_classes([{STREAK}, {SLAG, STREAK}, set(), set()])
    topics = asked_topics(
        images, classes_on, [STREAK, SLAG], kinds=SURVEY_KINDS, by_class=by_class, seed=0
    )
    where = [topic.class_id for listed in topics.values() for topic in listed
             if topic.kind == "where"]  # fmt: skip
    presence = [topic.class_id for listed in topics.values() for topic in listed
                if topic.kind == "presence"]  # fmt: skip
    assert Counter(presence) == {STREAK: 4, SLAG: 2}
    assert Counter(where) == (Counter(presence) if by_class else {None: 4})


def test_a_class_on_none_of_them_is_not_asked_about() -> None:
    images, classes_on = with_classes([{STREAK}, set()])
    topics = asked_topics(images, classes_on, CLASSES, kinds=["presence"], by_class=True, seed=0)
    assert {topic.class_id for listed in topics.values() for topic in listed} == {STREAK}
