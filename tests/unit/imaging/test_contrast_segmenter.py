"""What a box or a click means is found by contrast, where it is and as large as it is."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.geometry import Box, intersection_over_union
from app.core.segmentation import Click, Prompt
from app.imaging.contrast_segmenter import outlines_of, refitted
from app.imaging.opencv import cv2
from backends.base import BACKENDS, NotEmbeddedError, SegmenterSettings
from tests.helpers.grainy_photos import grainy, with_blot, with_streak


def shifted(box, left=0.0, top=0.0, right=0.0, bottom=0.0):
    """Each side moved outward by that share of the box."""
    w, h = box.width, box.height
    return Box(
        box.left - left * w, box.top - top * h, box.right + right * w, box.bottom + bottom * h
    )


def best_iou(outlines, box):
    return max((intersection_over_union(o.box, box) for o in outlines), default=0.0)


@pytest.mark.parametrize("by", [-45, 45])
def test_a_loose_box_closes_around_what_is_in_it(by):
    photo, box = with_blot(grainy(), 200, 150, 60, 40, by=by)
    loose = shifted(box, 0.15, 0.1, 0.05, 0.15)
    outlines = outlines_of(photo, Prompt(loose))
    assert intersection_over_union(outlines[0].box, box) > 0.8 > intersection_over_union(loose, box)


@pytest.mark.parametrize("by", [-45, 45])
def test_a_box_that_is_far_too_large_closes_too(by):
    photo, box = with_blot(grainy(), 200, 150, 60, 40, by=by)
    loose = shifted(box, 0.4, 0.35, 0.3, 0.4)
    assert intersection_over_union(loose, box) < 0.4
    assert intersection_over_union(refitted(photo, loose), box) > 0.7


def test_a_box_around_two_things_stays_around_both():
    photo, first = with_blot(grainy(), 200, 150, 30, 30, by=-60)
    photo, second = with_blot(photo, 250, 170, 30, 30, by=-60)
    both = Box(first.left, first.top, second.right, second.bottom)
    assert intersection_over_union(refitted(photo, shifted(both, 0.1, 0.1, 0.1, 0.1)), both) > 0.7


@pytest.mark.parametrize(
    "prompt", [Prompt(Box(190, 140, 270, 200)), Prompt(clicks=(Click(230, 170),))]
)
def test_fewer_answers_are_the_best_of_all(prompt):
    photo, _ = with_blot(grainy(), 200, 150, 60, 40)
    every = outlines_of(photo, prompt)
    assert len(every) > 1
    for most in range(1, len(every) + 2):
        assert outlines_of(photo, prompt, most=most) == every[:most]


def test_a_tight_box_opens():
    photo, box = with_blot(grainy(), 200, 150, 60, 40)
    tight = shifted(box, -0.15, -0.15, -0.15, -0.1)
    found = refitted(photo, tight)
    assert intersection_over_union(found, box) > intersection_over_union(tight, box) + 0.1


def test_an_outline_follows_the_thing_and_not_its_box():
    photo, box = with_blot(grainy(), 200, 150, 80, 80, by=-60)
    outline = outlines_of(photo, Prompt(shifted(box, 0.1, 0.1, 0.1, 0.1)))[0]
    drawn = np.zeros(photo.shape[:2], np.uint8)
    cv2.fillPoly(drawn, [np.rint(np.array(outline.polygon)).astype(np.int32)], 1)
    assert drawn[190, 240] == 1
    assert drawn[153, 203] == drawn[153, 277] == drawn[227, 203] == 0


@pytest.mark.parametrize("lean", [0.0, 18.0, -18.0])
def test_a_faint_streak_is_fitted_although_it_leans(lean):
    photo, box = with_streak(grainy(), 300, 20, 380, lean=lean, width=16)
    loose = shifted(box, 0.25, 0.0, 0.3, 0.0).clipped(600, 400)
    outline = outlines_of(photo, Prompt(loose))[0]
    fit = intersection_over_union(outline.box, box)
    assert fit > intersection_over_union(loose, box) + 0.1
    assert len(outline.polygon) == 4


def test_a_streak_that_lies_is_fitted_like_one_that_stands():
    photo, box = with_streak(grainy(400, 400), 200, 20, 380, lean=12)
    turned = np.ascontiguousarray(photo.swapaxes(0, 1))
    standing = refitted(photo, shifted(box, 0.2, 0, 0.2, 0))
    lying_box = Box(box.top, box.left, box.bottom, box.right)
    lying = refitted(turned, shifted(lying_box, 0, 0.2, 0, 0.2))
    assert lying.corners == pytest.approx(
        (standing.top, standing.left, standing.bottom, standing.right), abs=1e-6
    )


def test_where_nothing_stands_out_there_is_no_answer():
    photo = np.full((200, 300, 3), 120, np.uint8)
    assert outlines_of(photo, Prompt(Box(50, 50, 90, 80))) == []
    assert outlines_of(photo, Prompt(clicks=(Click(100, 100),))) == []
    assert refitted(photo, Box(50, 50, 90, 80)) == Box(50, 50, 90, 80)


def test_a_click_gives_answers_to_cycle_through():
    photo, small = with_blot(grainy(), 250, 180, 24, 24, by=-30)
    photo, large = with_blot(photo, 190, 130, 140, 120, by=-25)
    outlines = outlines_of(photo, Prompt(clicks=(Click(262, 192),)))
    assert best_iou(outlines, small) > 0.6
    assert best_iou(outlines, large) > 0.6
    scores = [o.score for o in outlines]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_a_click_on_a_streak_finds_all_of_it():
    photo, box = with_streak(grainy(), 300, 0, 400, width=8, by=-20)
    outlines = outlines_of(photo, Prompt(clicks=(Click(300, 200),)))
    assert best_iou(outlines, box) > 0.6


def test_a_click_on_a_clear_streak_means_the_streak_first():
    photo, box = with_streak(grainy(), 300, 0, 400, width=8, by=-20)
    outlines = outlines_of(photo, Prompt(clicks=(Click(300, 200),)))
    assert intersection_over_union(outlines[0].box, box) > 0.6


def test_a_click_beside_the_thing_takes_its_neighbour_away():
    photo, box = with_blot(grainy(), 200, 150, 50, 50, by=-60)
    photo, _ = with_blot(photo, 246, 150, 50, 50, by=-60)
    both = outlines_of(photo, Prompt(clicks=(Click(225, 175),)))
    assert any(o.box.right > 285 for o in both)
    one = outlines_of(photo, Prompt(clicks=(Click(225, 175), Click(271, 175, False))))
    assert one and all(o.box.right < 260 for o in one)
    assert best_iou(one, box) > 0.7


def test_a_click_takes_away_from_a_box_too():
    photo, _ = with_blot(grainy(), 200, 150, 50, 50, by=-60)
    photo, _ = with_blot(photo, 246, 150, 50, 50, by=-60)
    outlines = outlines_of(
        photo, Prompt(Box(196, 146, 300, 204), (Click(225, 175), Click(271, 175, False)))
    )
    assert outlines and all(o.box.right < 260 for o in outlines)


@settings(max_examples=40)
@given(
    st.tuples(st.integers(-40, 130), st.integers(-40, 110)),
    st.tuples(st.floats(0.5, 150), st.floats(0.5, 150)),
    st.lists(st.tuples(st.floats(-30, 150), st.floats(-30, 130), st.booleans()), max_size=3),
)
def test_whatever_is_asked_the_answers_lie_on_the_photo(place, size, clicks):
    photo, _ = with_blot(grainy(100, 120), 40, 30, 30, 20)
    box = Box(place[0], place[1], place[0] + size[0], place[1] + size[1])
    asked = tuple(Click(*click) for click in clicks)
    prompts = [Prompt(box, asked)]
    if any(click.is_positive for click in asked):
        prompts.append(Prompt(clicks=asked))
    for prompt in prompts:
        for outline in outlines_of(photo, prompt):
            assert outline.box.inside(120, 100)
            assert 0 <= outline.score <= 1


def test_photos_of_a_few_pixels_are_no_trouble():
    for height, width in ((1, 1), (2, 9), (9, 2), (12, 12)):
        photo = np.random.default_rng(1).integers(0, 255, (height, width, 3), np.uint8)
        for prompt in (Prompt(Box(0, 0, width, height)), Prompt(clicks=(Click(0.5, 0.5),))):
            for outline in outlines_of(photo, prompt):
                assert outline.box.inside(width, height)


def test_as_a_backend(tmp_path):
    segmenter = BACKENDS["contrast"].load(SegmenterSettings(None, tmp_path))
    photo, box = with_blot(grainy(), 200, 150, 60, 40)
    photo, twin = with_blot(photo, 400, 250, 60, 40)
    assert segmenter.embed([photo], ["k"]) == [None]
    first, second = segmenter.segment([photo], "k", [Prompt(box), Prompt(twin)])
    assert first == outlines_of(photo, Prompt(box)) and second
    found = segmenter.similar([photo, photo], "k", box, "k")
    assert intersection_over_union(found[0].box, twin) > 0.7
    assert all(intersection_over_union(f.box, box) < 0.5 for f in found)
    with pytest.raises(NotEmbeddedError):
        segmenter.segment([], "k", [Prompt(box)])
    with pytest.raises(NotEmbeddedError):
        segmenter.similar([], "k", box, "k")
