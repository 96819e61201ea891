"""Correcting boxes by mouse: every gesture at several zooms, told once, inside the photo."""

import pytest
from PySide6.QtCore import Qt

from app.core.geometry import Box
from tests.gui.canvas_driver import (
    CTRL,
    HEIGHT_PX,
    RIGHT,
    SHIFT,
    SLAG,
    WIDTH_PX,
    CanvasDriver,
    model_box,
    person_box,
)
from widgets.canvas.canvas import Canvas

BOX = Box(60, 50, 120, 100)
OTHER = Box(150, 60, 190, 90)
FAR_OFF = (20, 20)
RED = "#e6194b"


@pytest.fixture(params=[-6, -3, 0, 5], ids="{} steps of the wheel".format)
def hand(qtbot, request):
    """A canvas on a photo with two boxes, at several zooms."""
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(900, 640)
    canvas.show()
    hand = CanvasDriver(canvas)
    hand.show_photo()
    hand.show(person_box("a", BOX), model_box("b", OTHER, 0.8))
    hand.wheel(request.param, at=BOX.centre)
    return hand


def near(box, expected):
    return box.corners == pytest.approx(expected.corners, abs=1e-6)


def test_a_click_selects_and_one_beside_deselects(hand):
    hand.click(*BOX.centre)
    assert hand.canvas.selection == ("a",)
    hand.click(*FAR_OFF)
    assert hand.selected == [("a",), ()]
    assert hand.drawn == [] and hand.reshaped == []


def test_shift_and_ctrl_click_add_and_take_away(hand):
    hand.click(*BOX.centre)
    hand.click(*OTHER.centre, keys=SHIFT)
    assert hand.canvas.selection == ("a", "b")
    hand.click(*BOX.centre, keys=CTRL)
    assert hand.canvas.selection == ("b",)
    hand.click(*FAR_OFF, keys=SHIFT)
    assert hand.canvas.selection == ("b",)


def test_dragging_a_selected_box_moves_it_once(hand):
    hand.canvas.select(["a"])
    hand.drag(BOX.centre, (BOX.centre[0] + 15, BOX.centre[1] - 8))
    ((uid, shape),) = [item for told in hand.reshaped for item in told.items()]
    assert uid == "a" and near(shape.box, BOX.moved(15, -8))
    assert hand.drawn == []


@pytest.mark.parametrize("selected", [True, False])
@pytest.mark.parametrize(
    ("start", "by", "expected"),
    [
        ((60, 75), (-12, 9), Box(48, 50, 120, 100)),
        ((120, 75), (12, 9), Box(60, 50, 132, 100)),
        ((90, 50), (5, 11), Box(60, 61, 120, 100)),
        ((90, 100), (5, 11), Box(60, 50, 120, 111)),
        ((60, 50), (-12, -11), Box(48, 39, 120, 100)),
        ((120, 100), (12, 11), Box(60, 50, 132, 111)),
        ((120, 50), (12, -11), Box(60, 39, 132, 100)),
        ((60, 100), (-12, 11), Box(48, 50, 120, 111)),
    ],
)
def test_one_drag_of_an_edge_or_corner_resizes(hand, selected, start, by, expected):
    """Whether the box was selected before or not: off at one edge is one drag."""
    if selected:
        hand.canvas.select(["a"])
    hand.drag(start, (start[0] + by[0], start[1] + by[1]))
    assert [list(told) for told in hand.reshaped] == [["a"]]
    assert near(hand.reshaped[0]["a"].box, expected)
    assert hand.canvas.selection == ("a",)


def test_an_edge_dragged_over_the_other_turns_the_box_over(hand):
    hand.drag((60, 75), (150, 75))
    assert near(hand.reshaped[0]["a"].box, Box(120, 50, 150, 100))


def test_all_that_is_selected_moves_together_and_stops_together(hand):
    hand.canvas.select(["a", "b"])
    hand.drag(BOX.centre, (BOX.centre[0] + 200, BOX.centre[1]))
    (told,) = hand.reshaped
    assert near(told["a"].box, BOX.moved(50, 0)) and near(told["b"].box, OTHER.moved(50, 0))


def test_dragging_where_there_is_no_box_draws_one(hand):
    hand.drag((20, 20), (52, 45))
    (shape,) = hand.drawn
    assert near(shape.box, Box(20, 20, 52, 45)) and shape.polygon is None


def test_dragging_inside_a_box_that_is_not_selected_draws_one(hand):
    hand.drag((75, 60), (105, 90))
    assert near(hand.drawn[0].box, Box(75, 60, 105, 90))
    assert hand.reshaped == []


def test_what_is_drawn_is_cut_at_the_border(hand):
    hand.drag((200, 120), (WIDTH_PX + 30, HEIGHT_PX + 50))
    assert near(hand.drawn[0].box, Box(200, 120, WIDTH_PX, HEIGHT_PX))


def test_what_is_moved_stays_inside(hand):
    hand.canvas.select(["a"])
    hand.drag(BOX.centre, (-300, -300))
    assert near(hand.reshaped[0]["a"].box, Box(0, 0, BOX.width, BOX.height))


def test_a_tremble_is_a_click(hand):
    hand.canvas.select(["a"])
    tremble = 2 / hand.canvas.view.scale
    hand.drag(BOX.centre, (BOX.centre[0] + tremble, BOX.centre[1]))
    hand.drag((60, 75), (60 + tremble, 75))
    hand.drag((20, 20), (20 + tremble, 20))
    assert hand.reshaped == [] and hand.drawn == []


def test_there_and_back_is_no_gesture(hand):
    hand.canvas.select(["a"])
    hand.drag_through([BOX.centre, (10, 10), BOX.centre])
    assert hand.reshaped == []


def test_escape_drops_a_drag_and_the_rest_of_it(hand):
    hand.canvas.select(["a"])
    hand.press(BOX.centre)
    hand.move((100, 30))
    hand.canvas.cancel()
    hand.move((110, 35))
    hand.release((110, 35))
    assert hand.reshaped == [] and hand.canvas.selection == ("a",)
    hand.canvas.cancel()
    assert hand.canvas.selection == ()


def test_ctrl_drag_selects_what_the_band_touches(hand):
    hand.drag(FAR_OFF, (155, 65), keys=CTRL)
    assert hand.canvas.selection == ("a", "b")
    assert hand.drawn == []


def test_the_cursor_tells_what_a_press_would_do(hand):
    shapes = Qt.CursorShape
    for spot, expected in [
        (FAR_OFF, shapes.CrossCursor),
        ((60, 75), shapes.SizeHorCursor),
        ((90, 100), shapes.SizeVerCursor),
        ((60, 50), shapes.SizeFDiagCursor),
        ((120, 50), shapes.SizeBDiagCursor),
        (BOX.centre, shapes.CrossCursor),
    ]:
        hand.hover(*spot)
        assert hand.cursor() == expected
    hand.canvas.select(["a"])
    hand.hover(*BOX.centre)
    assert hand.cursor() == shapes.SizeAllCursor


def test_a_box_follows_the_hand_on_screen(hand):
    hand.canvas.select(["a"])
    hand.press(BOX.centre)
    by = 14 / hand.canvas.view.scale
    hand.move((BOX.centre[0] + by, BOX.centre[1] + by))
    assert hand.shows_box(BOX.moved(by, by), RED)
    hand.canvas.cancel()
    assert hand.shows_box(BOX, RED)


def test_panning_leaves_the_boxes_alone(hand):
    before = hand.on_canvas(*BOX.centre)
    hand.drag(BOX.centre, (BOX.centre[0] + 6, BOX.centre[1]), button=RIGHT)
    moved = hand.on_canvas(*BOX.centre) - before
    assert moved.x() == pytest.approx(6 * hand.canvas.view.scale) and moved.y() == 0
    assert hand.reshaped == hand.drawn == hand.selected == []


def test_an_edge_at_the_photos_border_can_be_dragged(hand):
    hand.show(person_box("whole", Box(0, 0, WIDTH_PX, HEIGHT_PX)))
    hand.canvas.fit()
    hand.drag((0, 80), (30, 80))
    assert near(hand.reshaped[0]["whole"].box, Box(30, 0, WIDTH_PX, HEIGHT_PX))


def test_one_gesture_after_another_goes_on_from_where_the_box_is(hand):
    """Also before the first one has been saved."""
    hand.canvas.select(["a"])
    hand.drag(BOX.centre, (BOX.centre[0] + 20, BOX.centre[1]))
    hand.drag((BOX.centre[0] + 20, BOX.centre[1]), (BOX.centre[0] + 20, BOX.centre[1] + 10))
    assert near(hand.reshaped[1]["a"].box, BOX.moved(20, 10))


def test_a_reshaped_box_stays_what_it_is(hand):
    hand.canvas.select(["b"])
    hand.drag(OTHER.centre, (OTHER.centre[0] - 10, OTHER.centre[1]))
    _, after = hand.canvas.visible_annotations()
    assert near(after.box, OTHER.moved(-10, 0))
    assert (after.uid, after.class_id, after.score, after.author) == ("b", SLAG, 0.8, None)
