"""Zooming and panning with wheel, fingers and buttons; the crosshair; where the pointer is."""

import os
import subprocess
import sys

import pytest
from PySide6.QtCore import Qt

from app.core.geometry import Box
from tests.gui.canvas_driver import (
    ALT,
    CTRL,
    HEIGHT_PX,
    MIDDLE,
    RIGHT,
    SHIFT,
    STREAK,
    WIDTH_PX,
    CanvasDriver,
    even_picture,
    person_box,
)
from widgets.canvas.canvas import Canvas

BOX = Box(60, 50, 120, 100)
SPOT = (80.0, 60.0)


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


def shift_of(hand, act):
    """How far a point of the photo goes on screen, in widget pixels; its zoom must not change."""
    before, scale = hand.on_canvas(*SPOT), hand.canvas.view.scale
    act()
    assert hand.canvas.view.scale == scale
    by = hand.on_canvas(*SPOT) - before
    return by.x(), by.y()


def test_the_wheel_zooms_and_what_is_under_the_pointer_stays(hand):
    before, scale = hand.on_canvas(*SPOT), hand.canvas.view.scale
    hand.wheel(3, at=SPOT)
    assert hand.canvas.view.scale == pytest.approx(scale * 1.25**3)
    assert (hand.on_canvas(*SPOT) - before).manhattanLength() < 1e-6
    hand.wheel(-3, at=SPOT)
    assert hand.canvas.view.scale == pytest.approx(scale)


def test_a_pinch_zooms_and_what_is_under_the_fingers_stays(hand):
    before, scale = hand.on_canvas(*SPOT), hand.canvas.view.scale
    hand.pinch(0.5, at=SPOT)
    assert hand.canvas.view.scale == pytest.approx(scale * 1.5)
    assert (hand.on_canvas(*SPOT) - before).manhattanLength() < 1e-6


def test_shift_and_alt_turn_the_wheel_into_a_pan(hand):
    dx, dy = shift_of(hand, lambda: hand.wheel(1, at=SPOT, keys=SHIFT))
    assert dx > 0 and dy == 0
    dx, dy = shift_of(hand, lambda: hand.wheel(-1, at=SPOT, keys=ALT))
    assert dx == 0 and dy < 0


def test_two_fingers_pan_and_zoom_with_ctrl(hand):
    assert shift_of(hand, lambda: hand.two_fingers(12, -7, at=SPOT)) == pytest.approx((12, -7))
    scale = hand.canvas.view.scale
    hand.two_fingers(0, 60, at=SPOT, keys=CTRL)
    assert hand.canvas.view.scale > scale


@pytest.mark.parametrize("button", [MIDDLE, RIGHT])
@pytest.mark.parametrize("tool", ["correct", "draw", "brush"])
def test_middle_and_right_button_pan_with_every_tool(hand, button, tool):
    hand.canvas.set_tool(tool)
    scale = hand.canvas.view.scale
    by = shift_of(hand, lambda: hand.drag(SPOT, (90, 65), button=button))
    assert by == pytest.approx((10 * scale, 5 * scale))
    assert hand.drawn == hand.reshaped == []


def test_a_gesture_goes_on_through_a_zoom(hand):
    hand.canvas.select(["a"])
    hand.press(BOX.centre)
    hand.move((100, 80))
    hand.wheel(4, at=(100, 80))
    hand.move((105, 85))
    hand.release((105, 85))
    assert hand.reshaped[0]["a"].box.corners == pytest.approx(BOX.moved(15, 10).corners)


def test_a_double_click_on_empty_ground_fits(hand):
    fitted = hand.canvas.view
    hand.wheel(5, at=SPOT)
    hand.double_click(20, 20)
    assert hand.canvas.view == fitted
    hand.hover(60, 60)
    hand.hover(90, 90)
    assert hand.drawn == []


def test_a_double_press_that_becomes_a_drag_draws_and_keeps_the_zoom(hand):
    hand.wheel(1, at=SPOT)
    before = hand.canvas.view
    hand.double_press(30, 30)
    hand.move((50, 40))
    hand.release((50, 40))
    assert hand.canvas.view == before
    assert hand.drawn[0].box.corners == pytest.approx((30, 30, 50, 40))


def test_a_double_click_on_a_box_does_not(hand):
    hand.wheel(2, at=SPOT)
    before = hand.canvas.view
    hand.double_click(*BOX.centre)
    assert hand.canvas.view == before and hand.canvas.selection == ("a",)


def test_a_fitted_photo_stays_fitted_and_another_one_does_not_move(hand):
    scale = hand.canvas.view.scale
    hand.canvas.resize(1200, 900)
    assert hand.canvas.view.scale > scale
    hand.canvas.actual_size()
    before = hand.canvas.view
    hand.canvas.resize(1000, 700)
    assert hand.canvas.view == before


def test_one_to_one_is_a_device_pixel_for_each(hand):
    hand.canvas.actual_size()
    assert hand.canvas.view.scale * hand.canvas.devicePixelRatioF() == pytest.approx(1)


def test_the_selection_is_shown_from_close(hand):
    hand.canvas.select(["a"])
    hand.canvas.fit_selection()
    middle = hand.on_canvas(*BOX.centre)
    assert middle.x() == pytest.approx(450) and middle.y() == pytest.approx(320)
    on_screen = hand.canvas.view.scale * BOX.height
    assert on_screen == pytest.approx(320)
    hand.canvas.cancel()
    hand.canvas.fit_selection()
    assert hand.canvas.view.scale * WIDTH_PX == pytest.approx(900 - 44)


def test_a_sharper_picture_keeps_view_and_gesture(hand):
    hand.wheel(4, at=SPOT)
    before, picture = hand.canvas.view, hand.canvas.picture
    hand.press((20, 20))
    hand.move((40, 40))
    hand.canvas.show_picture(picture, keep_view=True)
    assert hand.canvas.view == before
    hand.release((40, 40))
    assert len(hand.drawn) == 1
    hand.canvas.show_picture(picture)
    assert hand.canvas.view != before


def test_what_is_kept_of_the_photo_is_never_shown_for_another(hand):
    """The ground under the boxes is kept from the second repaint on."""
    hand.wheel(3, at=(20, 30))
    first, second, third = (hand.screen() for _ in range(3))
    assert first == second == third
    view = hand.canvas.view
    hand.canvas.show_picture(even_picture(130), keep_view=True)
    assert hand.canvas.view == view and hand.colour_at(20, 30) == "#828282"
    hand.screen()
    hand.wheel(-8, at=(20, 30))
    assert hand.colour_at(20, 30) == "#828282" and hand.colour_at(-30, 30) != "#828282"


def test_the_pixel_under_the_pointer_is_told_inside_the_photo_only(hand):
    hand.pointed.clear()
    hand.hover(12.7, 34.2)
    hand.hover(WIDTH_PX + 0.5, 10)
    hand.hover(0, HEIGHT_PX - 0.1)
    hand.leave()
    assert hand.pointed == [(12, 34), None, (0, HEIGHT_PX - 1), None]


@pytest.mark.parametrize("tool", ["draw", "polygon"])
def test_tools_that_draw_have_a_crosshair(hand, tool):
    grey = "#5a5a5a"
    hand.hover(20, 30)
    assert hand.colour_at(20, 120) == grey
    hand.canvas.set_tool(tool)
    hand.hover(200, 30)
    hand.hover(20.02, 30.02)
    assert hand.colour_at(20.02, 120) == "#ffffff"
    assert hand.colour_at(200, 120) == grey
    hand.leave()
    assert hand.colour_at(20.02, 120) == grey


def test_the_crosshair_can_be_had_with_every_tool(hand):
    hand.canvas.set_crosshair(True)
    hand.hover(20.02, 30.02)
    assert hand.colour_at(20.02, 120) == "#ffffff"
    hand.canvas.set_crosshair(False)
    assert hand.colour_at(20.02, 120) == "#5a5a5a"


def test_clicking_the_canvas_takes_the_keys(hand, qtbot):
    assert hand.canvas.focusPolicy() == Qt.FocusPolicy.ClickFocus


_AT_DOUBLE_RATIO = """
from PySide6.QtWidgets import QApplication
app = QApplication([])
from app.core.geometry import Box
from tests.gui.canvas_driver import CanvasDriver, person_box
from widgets.canvas.canvas import Canvas
canvas = Canvas()
canvas.resize(600, 420)
canvas.show()
hand = CanvasDriver(canvas)
hand.show_photo()
hand.show(person_box("a", Box(60, 50, 120, 100)))
assert canvas.devicePixelRatioF() == 2 and hand.screen().width() == 1200
canvas.actual_size()
assert canvas.view.scale == 0.5
canvas.fit()
assert hand.shows_box(Box(60, 50, 120, 100), "#e6194b")
hand.drag((60, 75), (40, 75))
assert hand.shows_box(Box(40, 50, 120, 100), "#e6194b")
box = hand.reshaped[0]["a"].box
assert max(abs(a - b) for a, b in zip(box.corners, (40, 50, 120, 100))) < 1e-6, box
print("right")
"""


def test_on_a_screen_with_two_pixels_a_point_everything_is_where_it_is_painted():
    surroundings = os.environ | {"QT_SCALE_FACTOR": "2", "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", _AT_DOUBLE_RATIO], env=surroundings, capture_output=True, text=True
    )
    assert done.stdout == "right\n", done.stderr


def test_a_box_has_its_class_colour(hand):
    assert STREAK == 1 and hand.shows_box(BOX, "#e6194b")


def test_what_is_under_a_pointer_at_rest_is_told_when_the_view_or_the_photo_changes(hand):
    hand.canvas.select(["a"])
    hand.hover(61, 75)
    assert hand.pointed[-1] == (61, 75) and hand.cursor() == Qt.CursorShape.SizeHorCursor
    hand.canvas.zoom_in()
    hand.canvas.fit_selection()
    assert hand.pointed[-1] == hand.canvas.pointed_at != (61, 75)
    assert hand.cursor() == Qt.CursorShape.CrossCursor
    hand.canvas.fit()
    assert hand.pointed[-1] == (61, 75) and hand.cursor() == Qt.CursorShape.SizeHorCursor
    told = len(hand.pointed)
    hand.show_photo(grey=130)
    assert len(hand.pointed) > told
    hand.show()
    assert hand.cursor() == Qt.CursorShape.CrossCursor
    hand.leave()
    told = len(hand.pointed)
    hand.show_photo()
    assert len(hand.pointed) == told  # nobody points at anything
