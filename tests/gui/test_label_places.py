"""Names of boxes stand beside defects, not on them."""

from app.core.geometry import Box
from widgets.label_places import place_labels
from widgets.view import Size

SCREEN = Size(800, 600)
LABEL = Size(60, 16)


def plates(boxes):
    places = place_labels(boxes, [LABEL] * len(boxes), screen=SCREEN)
    return [Box(x, y, x + LABEL.width, y + LABEL.height) for x, y in places]


def overlap(a, b):
    return a.left < b.right and b.left < a.right and a.top < b.bottom and b.top < a.bottom


def test_a_single_name_stands_above_its_box():
    (plate,) = plates([Box(300, 300, 400, 350)])
    assert plate.left == 300 and plate.top > 270 and plate.bottom < 300


def test_names_cover_neither_boxes_nor_one_another():
    boxes = [Box(100 + 70 * i, 200 + 5 * i, 130 + 70 * i, 260) for i in range(8)]
    found = plates(boxes)
    assert not any(overlap(p, b) for p in found for b in boxes)
    assert not any(overlap(p, q) for i, p in enumerate(found) for q in found[:i])


def test_a_streak_as_tall_as_the_screen_is_named_beside_it():
    streak = Box(400, -10, 412, 700)
    (plate,) = plates([streak])
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
