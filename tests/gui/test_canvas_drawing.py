"""Boxes, outlines, masks and the ruler: what each tool makes of clicks and drags."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt

from app.core.geometry import Box
from tests.gui.canvas_driver import (
    ALT,
    CLASSES,
    HEIGHT_PX,
    NO_KEY,
    SHIFT,
    SLAG,
    WIDTH_PX,
    CanvasDriver,
    person_box,
)
from widgets.canvas.canvas import Canvas
from widgets.photo.picture import picture_of

BOX = Box(60, 50, 120, 100)
TRIANGLE = ((60.0, 50.0), (120.0, 50.0), (90.0, 100.0))
WHOLE = Box(0, 0, WIDTH_PX, HEIGHT_PX)


@pytest.fixture
def hand(qtbot):
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(900, 640)
    canvas.show()
    hand = CanvasDriver(canvas)
    hand.show_photo()
    hand.show(person_box("a", BOX))
    return hand


def near(box, expected, *, within=1e-6):
    return box.corners == pytest.approx(expected.corners, abs=within)


def area(polygon):
    pairs = zip(polygon, polygon[1:] + polygon[:1], strict=True)
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairs)) / 2


def test_two_clicks_draw_a_box_over_whatever_is_there(hand):
    hand.canvas.set_tool("draw")
    hand.click(70, 60)
    hand.hover(90, 80)
    assert hand.drawn == []
    hand.click(110, 95)
    (shape,) = hand.drawn
    assert near(shape.box, Box(70, 60, 110, 95))
    assert hand.canvas.tool == "draw" and hand.selected == []


def test_one_drag_draws_a_box_from_any_corner(hand):
    hand.canvas.set_tool("draw")
    hand.drag((110, 95), (70, 60))
    hand.drag((10, 100), (40, 90))
    assert near(hand.drawn[0].box, Box(70, 60, 110, 95))
    assert near(hand.drawn[1].box, Box(10, 90, 40, 100))


def test_the_band_follows_the_pointer_between_the_clicks(hand):
    hand.canvas.set_current_class(CLASSES[SLAG])
    hand.canvas.set_tool("draw")
    hand.click(130, 20)
    hand.hover(200, 45)
    assert hand.shows_box(Box(130.5, 20.5, 200, 45), CLASSES[SLAG].colour)


def test_escape_drops_a_begun_box(hand):
    hand.canvas.select(["a"])
    hand.canvas.set_tool("draw")
    hand.click(70, 60)
    hand.canvas.cancel()
    assert hand.canvas.selection == ("a",)
    hand.click(10, 10)
    hand.click(30, 30)
    assert near(hand.drawn[0].box, Box(10, 10, 30, 30))


def test_another_tool_drops_a_begun_box(hand):
    hand.canvas.set_tool("draw")
    hand.click(70, 60)
    hand.canvas.set_tool("correct")
    hand.canvas.set_tool("draw")
    hand.click(10, 10)
    assert hand.drawn == [] and hand.tools == ["draw", "correct", "draw"]


def test_clicks_at_one_place_are_no_box(hand):
    hand.canvas.set_tool("draw")
    for _ in range(3):
        hand.click(70, 60)
    assert hand.drawn == []
    hand.click(80, 70)
    assert len(hand.drawn) == 1


def test_two_quick_clicks_count_as_two(hand):
    """Qt tells the second one as a double click."""
    hand.canvas.set_tool("draw")
    hand.double_click(70, 60)
    hand.click(90, 80)
    assert near(hand.drawn[0].box, Box(70, 60, 90, 80))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_whatever_is_drawn_is_inside_the_photo(hand, data):
    spots = st.tuples(st.floats(-60, WIDTH_PX + 60), st.floats(-60, HEIGHT_PX + 60))
    hand.drawn.clear()
    hand.canvas.fit()
    hand.wheel(data.draw(st.integers(-4, 12)), at=data.draw(spots))
    for tool in ("draw", "correct"):
        hand.canvas.set_tool(tool)
        hand.drag(data.draw(spots), data.draw(spots))
        hand.canvas.cancel()
    hand.canvas.set_tool("polygon")
    for spot in data.draw(st.lists(spots, min_size=3, max_size=6)):
        hand.click(*spot)
    hand.canvas.finish()
    hand.canvas.cancel()
    for shape in hand.drawn:
        assert shape.box.inside(WIDTH_PX, HEIGHT_PX)
        assert all(0 <= x <= WIDTH_PX and 0 <= y <= HEIGHT_PX for x, y in shape.polygon or ())


def test_clicks_draw_an_outline_and_the_first_corner_closes_it(hand):
    hand.canvas.set_tool("polygon")
    for corner in [(10, 10), (50, 12), (30, 40)]:
        hand.click(*corner)
    assert hand.drawn == []
    hand.click(10.2, 10.2)
    (shape,) = hand.drawn
    assert near(shape.box, Box(10, 10, 50, 40)) and len(shape.polygon) == 3


def test_a_double_click_or_finish_closes_an_outline(hand):
    hand.canvas.set_tool("polygon")
    hand.click(10, 10)
    hand.click(50, 12)
    hand.double_click(30, 40)
    for corner in [(100, 10), (150, 12), (130, 40), (110, 30)]:
        hand.click(*corner)
    assert hand.canvas.finish()
    assert [len(shape.polygon) for shape in hand.drawn] == [3, 4]
    assert not hand.canvas.finish()


def test_two_corners_are_no_outline(hand):
    hand.canvas.set_tool("polygon")
    hand.click(10, 10)
    hand.double_click(50, 12)
    hand.canvas.finish()
    assert len(hand.drawn) == 0
    hand.canvas.cancel()
    hand.canvas.finish()
    assert hand.drawn == []


def outlined(hand):
    hand.show(person_box("p", BOX, polygon=TRIANGLE))
    hand.canvas.select(["p"])
    return hand


def test_a_corner_of_the_outline_follows_the_hand(hand):
    outlined(hand).drag((90, 100), (100, 120))
    after = hand.reshaped[0]["p"]
    assert after.polygon[2] == pytest.approx((100, 120))
    assert near(after.box, Box(60, 50, 120, 120))


def test_a_double_click_on_the_outline_adds_a_corner(hand):
    outlined(hand).double_click(75, 75)
    assert len(hand.reshaped) == 1
    assert hand.reshaped[0]["p"].polygon[-1] == pytest.approx((75, 75))
    assert hand.canvas.selection == ("p",)


def test_a_double_press_on_the_outline_that_becomes_a_drag_moves_it(hand):
    outlined(hand).double_press(75, 75)
    hand.move((85, 80))
    hand.release((85, 80))
    assert near(hand.reshaped[0]["p"].box, BOX.moved(10, 5))
    assert len(hand.reshaped[0]["p"].polygon) == 3


def test_a_box_takes_all_of_the_height_of_a_line(hand):
    """A photo of a line camera may be a pixel high: no hand can tell its edges apart."""
    hand.canvas.show_picture(picture_of([np.full((1, 5000), 90, np.uint8)]))
    for tool in ("correct", "draw"):
        hand.canvas.set_tool(tool)
        hand.drag((1000, 0.5), (2000, 0.5))
        hand.drag((1000, 0.5), (1001, 60))  # straight down: too narrow to be meant
        hand.canvas.cancel()
    assert [near(shape.box, Box(1000, 0, 2000, 1), within=0.5) for shape in hand.drawn] == [
        True
    ] * 2


def test_alt_click_takes_a_corner_away_but_never_the_third(hand):
    outlined(hand).double_click(75, 75)
    hand.click(75, 75, keys=ALT)
    hand.click(90, 100, keys=ALT)
    assert [len(told["p"].polygon) for told in hand.reshaped] == [4, 3]


def test_an_outline_moves_with_its_box(hand):
    outlined(hand).drag((90, 70), (100, 75))
    after = hand.reshaped[0]["p"]
    assert near(after.box, BOX.moved(10, 5))
    assert after.polygon[0] == pytest.approx((70, 55))


def test_the_brush_adds_to_a_box(hand):
    hand.canvas.select(["a"])
    hand.canvas.set_tool("brush")
    hand.canvas.set_brush_radius(10)
    hand.drag_through([(115, 75), (125, 75), (140, 75)])
    shape = hand.reshaped[0]["a"]
    assert near(shape.box, Box(60, 50, 150, 100), within=0.5)
    assert area(shape.polygon) == pytest.approx(60 * 50 + 20 * 20 + 314 / 2, abs=12)
    assert len(shape.polygon) < 40


def test_the_brush_grows_and_shrinks(hand):
    hand.canvas.select(["a"])
    hand.canvas.set_tool("brush")
    hand.canvas.set_brush_radius(10)
    hand.canvas.scale_brush(2)
    hand.click(120, 75)
    assert near(hand.reshaped[0]["a"].box, Box(60, 50, 140, 100), within=0.5)


def test_shift_takes_away(hand):
    hand.canvas.select(["a"])
    hand.canvas.set_tool("brush")
    hand.canvas.set_brush_radius(10)
    hand.drag_through([(130, 75), (110, 75), (100, 75)], keys=SHIFT)
    shape = hand.reshaped[0]["a"]
    assert near(shape.box, BOX, within=0.5)
    assert area(shape.polygon) == pytest.approx(60 * 50 - 20 * 20 - 314 / 2, abs=12)


def test_a_stroke_across_leaves_both_parts(hand):
    hand.canvas.select(["a"])
    hand.canvas.set_tool("brush")
    hand.canvas.set_brush_radius(5)
    hand.drag_through([(80, 40), (80, 75), (80, 110)], keys=SHIFT)
    shape = hand.reshaped[0]["a"]
    assert near(shape.box, BOX, within=0.5)
    assert area(shape.polygon) == pytest.approx(50 * 50, abs=12)


def test_a_part_that_lies_apart_can_be_painted(hand):
    hand.canvas.select(["a"])
    hand.canvas.set_tool("brush")
    hand.canvas.set_brush_radius(15)
    hand.click(200, 75)
    shape = hand.reshaped[0]["a"]
    assert near(shape.box, Box(60, 50, 215, 100), within=0.5)
    assert area(shape.polygon) == pytest.approx(60 * 50 + 707, abs=25)


@pytest.mark.parametrize(
    ("spot", "keys", "words"),
    [
        ((90, 75), NO_KEY, "The mask is here already."),
        ((200, 75), SHIFT, "There is nothing of the mask to take away."),
    ],
)
def test_a_dab_that_changes_nothing_says_so(hand, spot, keys, words):
    hand.canvas.select(["a"])
    hand.canvas.set_tool("brush")
    hand.canvas.set_brush_radius(15)
    hand.click(*spot, keys=keys)
    assert hand.reshaped == [] and hand.canvas.selection == ("a",)
    assert [error.what for error in hand.refused] == [words]


def test_all_of_a_mask_can_not_be_brushed_away(hand):
    hand.canvas.select(["a"])
    hand.canvas.set_tool("brush")
    hand.canvas.set_brush_radius(200)
    hand.click(90, 75, keys=SHIFT)
    assert hand.reshaped == []
    assert hand.refused[0].hint == "To remove the box, delete it."


def test_a_mask_stays_inside_the_photo(hand):
    hand.canvas.select(["a"])
    hand.canvas.set_tool("brush")
    hand.canvas.set_brush_radius(300)
    hand.click(90, 75)
    assert near(hand.reshaped[0]["a"].box, WHOLE)


def test_the_brush_without_a_selected_box_selects(hand):
    hand.canvas.set_tool("brush")
    hand.click(90, 75)
    assert hand.canvas.selection == ("a",) and hand.reshaped == []


def test_a_stroke_with_nothing_selected_is_a_new_mask(hand):
    hand.canvas.set_tool("brush")
    hand.canvas.set_brush_radius(10)
    hand.drag_through([(200, 75), (210, 75), (220, 75)])
    (shape,) = hand.drawn
    assert near(shape.box, Box(190, 65, 230, 85), within=0.5)
    assert area(shape.polygon) == pytest.approx(20 * 20 + 314, abs=12)
    assert hand.reshaped == []


def test_a_dab_on_empty_ground_is_a_new_mask(hand):
    hand.canvas.set_tool("brush")
    hand.canvas.set_brush_radius(10)
    hand.click(200, 75)
    assert near(hand.drawn[0].box, Box(190, 65, 210, 85), within=0.5)


def test_a_box_that_is_hidden_is_not_painted_on(hand):
    hand.canvas.select(["a"])
    hand.canvas.set_tool("brush")
    hand.canvas.set_boxes_shown(False)
    hand.drag_through([(90, 75), (120, 75)])
    assert len(hand.drawn) == 1 and hand.reshaped == []


def test_a_stroke_over_boxes_that_are_not_selected_leaves_them_alone(hand):
    hand.canvas.set_tool("brush")
    hand.drag_through([(90, 75), (120, 75), (90, 75)])
    assert len(hand.drawn) == 1 and hand.reshaped == [] and hand.canvas.selection == ()


def test_a_new_mask_stays_inside_the_photo(hand):
    hand.canvas.set_tool("brush")
    hand.canvas.set_brush_radius(300)
    hand.drag_through([(200, 20), (210, 20)])
    assert near(hand.drawn[0].box, WHOLE)


def test_beside_the_photo_there_is_nothing_to_paint(hand):
    hand.canvas.set_tool("brush")
    hand.canvas.set_brush_radius(2)
    hand.drag_through([(-9, 20), (-6, 30)])
    assert hand.drawn == hand.refused == []


def test_nothing_can_be_taken_from_a_mask_that_is_not_selected(hand):
    hand.canvas.set_tool("brush")
    hand.drag_through([(90, 75), (120, 75)], keys=SHIFT)
    assert hand.drawn == hand.reshaped == []
    assert hand.refused[0].what == "No mask is selected to take away from."


def test_an_arrow_says_where_a_click_of_the_brush_would_select(hand):
    hand.canvas.set_tool("brush")
    hand.hover(90, 75)
    assert hand.cursor() == Qt.CursorShape.ArrowCursor
    hand.hover(200, 75)
    assert hand.cursor() == Qt.CursorShape.BlankCursor
    hand.canvas.select(["a"])
    hand.hover(90, 75)
    assert hand.cursor() == Qt.CursorShape.BlankCursor


def test_the_mask_that_is_painted_on_is_tinted_but_not_its_holes(hand):
    hand.canvas.select(["a"])
    hand.canvas.set_tool("brush")
    hand.canvas.set_brush_radius(8)
    hand.click(75, 75, keys=SHIFT)
    hand.hover(20, 20)
    beside, inside = hand.colour_at(180, 75), hand.colour_at(95, 75)
    assert hand.colour_at(75, 75) == beside != inside
    hand.canvas.set_tool("correct")
    assert inside != hand.colour_at(95, 75)


def test_escape_drops_a_stroke(hand):
    hand.canvas.select(["a"])
    hand.canvas.set_tool("brush")
    hand.press((115, 75))
    hand.move((140, 75))
    hand.canvas.cancel()
    hand.release((140, 75))
    assert hand.reshaped == [] and hand.canvas.selection == ("a",)


def test_the_ruler_tells_what_lies_between_and_stays(hand):
    hand.canvas.set_tool("ruler")
    hand.drag((20, 30), (60, 60))
    measure = hand.measured[-1]
    assert (measure.dx_px, measure.dy_px) == pytest.approx((40, 30))
    assert measure.length_px == pytest.approx(50)
    hand.hover(100, 100)
    assert hand.measured[-1] is measure
    assert hand.colour_at(40, 45) != "#5a5a5a"
    hand.canvas.cancel()
    assert hand.measured[-1] is None and hand.colour_at(40, 45) == "#5a5a5a"


def test_without_a_photo_no_tool_does_anything(hand):
    hand.canvas.show_message("no photo")
    for tool in ("correct", "draw", "polygon", "brush", "ruler"):
        hand.canvas.set_tool(tool)
        hand.drag((20, 30), (60, 60))
        hand.double_click(30, 30)
        hand.canvas.finish()
    assert hand.drawn == hand.reshaped == hand.measured == []
    assert hand.cursor() == Qt.CursorShape.ArrowCursor
