"""What looks alike is found, as far as it is as strong, and never the target itself."""

import numpy as np
import pytest

from app.core.geometry import Box, intersection_over_union, match_one_to_one
from app.imaging.similar import find_similar, flattened, likeness_near, pattern_of
from tests.helpers.grainy_photos import grainy, with_bar, with_blot, with_streak


def test_the_others_of_a_kind_are_found_and_come_first():
    photo = grainy()
    boxes = []
    for x, y in ((60, 60), (300, 90), (480, 300), (150, 280)):
        photo, box = with_blot(photo, x, y, 30, 20)
        boxes.append(box)
    found = find_similar(photo, boxes[0], photo, known=[boxes[0]])
    best = [box for box, _ in found[:3]]
    assert len(match_one_to_one(best, boxes[1:], iou=0.6)) == 3
    assert all(intersection_over_union(box, boxes[0]) < 0.5 for box, _ in found)
    scores = [score for _, score in found]
    assert scores == sorted(scores, reverse=True) and scores[2] > 0.7
    assert all(score < scores[2] - 0.1 for score in scores[3:])


def test_in_another_photo_the_same_place_counts():
    first, box = with_blot(grainy(seed=1), 60, 60, 30, 20)
    second, _ = with_blot(grainy(seed=2), 60, 60, 30, 20)
    (best, score), *_ = find_similar(first, box, second)
    assert intersection_over_union(best, box) > 0.7 and score > 0.7


def test_a_bit_larger_or_smaller_is_alike_too():
    photo, box = with_blot(grainy(), 60, 60, 40, 28)
    photo, larger = with_blot(photo, 300, 200, 50, 35)
    (best, _), *_ = find_similar(photo, box, photo, known=[box])
    assert intersection_over_union(best, larger) > 0.7


def test_what_is_dark_is_not_like_what_is_bright():
    photo, box = with_blot(grainy(), 60, 60, 30, 20, by=-45)
    photo, bright = with_blot(photo, 300, 200, 30, 20, by=45)
    found = find_similar(photo, box, photo, known=[box])
    assert all(intersection_over_union(b, bright) < 0.5 for b, _ in found)


def test_streaks_are_found_along_their_length_and_not_across():
    photo, box = with_streak(grainy(), 100, 0, 400)
    photo, other = with_streak(photo, 420, 0, 400)
    photo, lying = with_bar(photo, 0, 200, 600, 5, by=-14)
    found = find_similar(photo, box, photo, known=[box])
    assert intersection_over_union(found[0][0], other) > 0.6
    assert all(intersection_over_union(b, lying) < 0.5 for b, _ in found)


def test_streaks_that_lie_side_by_side_are_two():
    photo, box = with_streak(grainy(), 100, 0, 400, by=-30)
    photo, one = with_streak(photo, 400, 0, 400, by=-30)
    photo, two = with_streak(photo, 412, 0, 400, by=-30)
    best = [b for b, _ in find_similar(photo, box, photo, known=[box])[:4]]
    assert len(match_one_to_one(best, [one, two], iou=0.5)) == 2


def test_no_more_than_asked_for_and_none_that_score_less():
    photo = grainy()
    for x in range(5):
        photo, box = with_blot(photo, 40 + 100 * x, 100, 30, 20)
    assert len(find_similar(photo, box, photo, most=2)) == 2
    assert all(score >= 0.9 for _, score in find_similar(photo, box, photo, least_score=0.9))


def test_a_thing_at_the_border_is_clipped_to_the_photo():
    photo, box = with_blot(grainy(), 200, 200, 40, 40)
    photo, _ = with_blot(photo, -8, 100, 40, 40)
    found = find_similar(photo, box, photo, known=[box])
    assert found[0][0].inside(600, 400)
    assert found[0][0].left == 0 and 90 < found[0][0].top < 110


def test_a_flat_photo_has_nothing_alike():
    photo, box = with_blot(grainy(), 60, 60, 30, 20)
    assert find_similar(photo, box, np.full_like(photo, 120)) == []


def test_large_photos_are_reduced_and_boxes_are_theirs():
    photo, box = with_blot(grainy(1600, 2400), 300, 300, 90, 60)
    photo, other = with_blot(photo, 1500, 900, 90, 60)
    assert max(flattened(photo).levels.shape) == 1024
    (best, _), *_ = find_similar(photo, box, photo, known=[box])
    assert intersection_over_union(best, other) > 0.7


def test_a_target_beside_the_photo_is_refused():
    with pytest.raises(ValueError, match="beside"):
        pattern_of(flattened(grainy()), Box(700, 10, 720, 30))


def test_likeness_at_a_place():
    before, box = with_blot(grainy(seed=1), 200, 150, 40, 30)
    now, there = with_blot(grainy(seed=2), 202, 149, 40, 30)
    pattern = pattern_of(flattened(before), box)
    likeness, place = likeness_near(pattern, flattened(now), box)
    assert likeness > 0.7
    assert intersection_over_union(place, there) > 0.9
    assert likeness_near(pattern, flattened(grainy(seed=2)), box)[0] < 0.4
    assert likeness_near(pattern, flattened(now), box.moved(-400, 0))[0] == 0.0
