"""Names of boxes stand beside defects, not on them."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.geometry import Box
from widgets.marks.label_places import place_in_crowd, place_labels
from widgets.photo.view import Size

SCREEN = Size(800, 600)
LABEL = (60.0, 16.0)
NONE = np.empty((0, 4))
CELL_PX = 4  # how exactly a crowd is looked at


def corners(boxes):
    return np.array([box.corners for box in boxes], float).reshape(-1, 4)


def plates(boxes, standing=NONE):
    labels = np.reshape([LABEL] * len(boxes), (-1, 2))
    return as_boxes(place_labels(corners(boxes), labels, standing, screen=SCREEN, gap_px=3.0))


def crowd_plates(boxes, standing=NONE):
    """Of each box, None for one without a place."""
    labels = np.reshape([LABEL] * len(boxes), (-1, 2))
    places, has_place = place_in_crowd(corners(boxes), labels, standing, screen=SCREEN, gap_px=3.0)
    pairs = zip(as_boxes(places), has_place, strict=True)
    return [plate if has else None for plate, has in pairs]


def as_boxes(rects):
    return [Box(*rect) for rect in rects.tolist()]


def overlap(a, b, by=0.0):
    across = min(a.right, b.right) - max(a.left, b.left)
    down = min(a.bottom, b.bottom) - max(a.top, b.top)
    return across > by and down > by


def test_a_single_name_stands_above_its_box():
    for (plate,) in plates([Box(300, 300, 400, 350)]), crowd_plates([Box(300, 300, 400, 350)]):
        assert plate.left == 300 and plate.top > 270 and plate.bottom < 300


def test_names_cover_neither_boxes_nor_one_another():
    boxes = [Box(100 + 70 * i, 200 + 5 * i, 130 + 70 * i, 260) for i in range(8)]
    for found in plates(boxes), crowd_plates(boxes):
        assert not any(overlap(p, b) for p in found for b in boxes)
        assert not any(overlap(p, q) for i, p in enumerate(found) for q in found[:i])


def test_a_streak_as_tall_as_the_screen_is_named_beside_it():
    streak = Box(400, -10, 412, 700)
    for (plate,) in plates([streak]), crowd_plates([streak]):
        assert not overlap(plate, streak)
        assert plate.top >= 0 and plate.bottom <= SCREEN.height


def test_names_stay_on_the_screen():
    for plate in plates([Box(0, 0, 10, 10), Box(795, 595, 850, 650), Box(-50, 300, 5, 310)]):
        assert plate.inside(SCREEN.width, SCREEN.height)


def test_a_box_over_the_whole_screen_still_has_its_name():
    (plate,) = plates([Box(-100, -100, 2000, 2000)])
    assert plate.inside(SCREEN.width, SCREEN.height)


def test_rather_a_streaks_corner_is_covered_than_a_speck():
    streak, speck = Box(390, 0, 450, 600), Box(385, 200, 395, 210)
    crowd = [Box(x, y, x + 12, y + 12) for x in range(300, 386, 14) for y in range(150, 260, 14)]
    for plate in plates([speck, streak, *crowd])[:2]:
        assert not overlap(plate, speck) and not any(overlap(plate, b) for b in crowd)


def test_a_name_stays_clear_of_those_that_stand_already():
    box = Box(300, 300, 400, 350)
    above = np.array([[290.0, 270.0, 420.0, 300.0]])
    for (plate,) in plates([box], above), crowd_plates([box], above):
        assert not overlap(plate, Box(*above[0]))


def test_only_the_first_boxes_are_named_but_all_are_kept_clear():
    named, silent = Box(300, 300, 400, 350), Box(280, 270, 420, 296)
    labels = np.array([LABEL])
    for place in place_labels, place_in_crowd:
        found = place(corners([named, silent]), labels, NONE, screen=SCREEN, gap_px=3.0)
        (plate,) = as_boxes(found[0] if place is place_in_crowd else found)
        assert not overlap(plate, silent)


def test_a_crowd_is_not_carpeted():
    crowd = [Box(x, y, x + 20, y + 20) for x in range(0, 800, 25) for y in range(0, 600, 25)]
    assert not any(crowd_plates(crowd))


spans = st.tuples(st.floats(-50, 820), st.floats(1, 200))
crowds = st.lists(
    st.builds(
        lambda x, y: Box(x[0], y[0], x[0] + x[1], y[0] + y[1]),
        spans,
        spans,
    ),
    max_size=40,
)


@settings(deadline=None)
@given(crowds)
def test_in_any_crowd_what_is_named_is_named_in_the_clear(boxes):
    found = [plate for plate in crowd_plates(boxes) if plate]
    assert all(plate.inside(SCREEN.width, SCREEN.height) for plate in found)
    assert not any(overlap(p, b, by=CELL_PX) for p in found for b in boxes)
    assert not any(overlap(p, q, by=CELL_PX) for i, p in enumerate(found) for q in found[:i])
