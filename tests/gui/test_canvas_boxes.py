"""Which boxes can be seen, hit and selected; what happens when they change under the hand."""

from dataclasses import replace

import pytest

from app.core.geometry import Box
from tests.gui.canvas_driver import SLAG, STREAK, CanvasDriver, model_box, person_box
from widgets.canvas.canvas import Canvas

BIG, SMALL, APART = Box(40, 30, 140, 120), Box(70, 60, 100, 90), Box(180, 40, 220, 80)
A = person_box("a", BIG)
B = model_box("b", SMALL, 0.6)
C = model_box("c", APART, 0.2, STREAK)
RED, BLUE = "#e6194b", "#4363d8"


@pytest.fixture
def hand(qtbot):
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(900, 640)
    canvas.show()
    hand = CanvasDriver(canvas)
    hand.show_photo()
    hand.show(A, B, C)
    return hand


def moved_box(annotation, dx, dy):
    return replace(annotation, box=annotation.box.moved(dx, dy))


def test_the_smallest_box_is_clicked_first(hand):
    hand.click(*SMALL.centre)
    assert hand.canvas.selection == ("b",)
    hand.click(50, 40)
    assert hand.canvas.selection == ("a",)


def test_tab_goes_through_the_boxes_under_the_pointer(hand):
    hand.hover(*SMALL.centre)
    seen = []
    for _ in range(3):
        hand.canvas.select_next_under_cursor()
        seen += hand.canvas.selection
    assert seen == ["b", "a", "b"]
    hand.canvas.select_next_under_cursor(-1)
    assert hand.canvas.selection == ("a",)


def test_a_box_below_another_is_corrected_once_selected(hand):
    hand.show(A, person_box("twin", BIG))
    hand.hover(*BIG.centre)
    hand.canvas.select_next_under_cursor()
    hand.canvas.select_next_under_cursor()
    (chosen,) = hand.canvas.selection
    hand.drag((40, 75), (30, 75))
    hand.drag(BIG.centre, (BIG.centre[0] + 5, BIG.centre[1]))
    assert [list(told) for told in hand.reshaped] == [[chosen], [chosen]]


def test_tab_beside_all_boxes_goes_through_all(hand):
    hand.hover(10, 10)
    seen = []
    for _ in range(4):
        hand.canvas.select_next_under_cursor()
        seen += hand.canvas.selection
    assert seen == ["a", "b", "c", "a"]
    hand.canvas.cancel()
    hand.canvas.select_next_under_cursor(-1)
    assert hand.canvas.selection == ("c",)


def test_tab_brings_a_box_into_sight(hand):
    hand.leave()
    for _ in range(6):
        hand.canvas.zoom_in()
    hand.canvas.select(["b"])
    hand.canvas.select_next_under_cursor()
    centre = hand.on_canvas(*APART.centre)
    assert hand.canvas.rect().contains(centre.toPoint())


def test_select_all_and_select_what_is_there(hand):
    hand.canvas.select_all()
    assert hand.canvas.selection == ("a", "b", "c")
    hand.canvas.select(["c", "nobody", "a", "c"])
    assert hand.canvas.selection == ("c", "a")
    assert hand.selected == [("a", "b", "c"), ("c", "a")]


def test_hidden_boxes_are_not_seen_hit_or_selected(hand):
    hand.canvas.select_all()
    hand.canvas.set_filter(frozenset({SLAG}))
    assert hand.canvas.selection == ("a", "c")
    hand.click(*SMALL.centre)
    assert hand.canvas.selection == ("a",)
    hand.canvas.select(["b"])
    assert hand.canvas.selection == ()
    assert not hand.shows_box(SMALL, BLUE)
    hand.drag((70, 75), (60, 65))
    assert hand.reshaped == [] and len(hand.drawn) == 1


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ({}, "abc"),
        ({"people_shown": False}, "bc"),
        ({"proposals_shown": False}, "a"),
        ({"least_score": 0.5}, "ab"),
        ({"least_score": 0.6}, "ab"),
        ({"least_score": 0.61}, "a"),
    ],
)
def test_origins_and_scores_are_filtered(hand, shown, expected):
    hand.canvas.set_filter(**shown)
    assert [a.uid for a in hand.canvas.visible_annotations()] == list(expected)


def test_boxes_put_out_of_sight_come_back_selected(hand):
    hand.canvas.select(["a"])
    hand.canvas.set_boxes_shown(False)
    assert not hand.shows_box(BIG, RED)
    hand.click(*SMALL.centre)
    assert hand.canvas.visible_annotations() == []
    hand.canvas.select_next_under_cursor()
    hand.canvas.set_boxes_shown(True)
    assert hand.shows_box(BIG, RED)


def test_a_box_moved_while_others_are_hidden_stays_moved_once_they_are_shown(hand):
    hand.canvas.set_filter(proposals_shown=False)
    hand.canvas.select(["a"])
    hand.drag((50, 40), (60, 45))
    hand.canvas.set_filter()
    moved = {a.uid: a.box for a in hand.canvas.visible_annotations()}
    assert moved == {"a": BIG.moved(10, 5), "b": SMALL, "c": APART}


def test_over_another_photo_there_are_no_boxes_and_none_is_drawn(hand):
    hand.canvas.select(["a"])
    hand.canvas.set_boxes_covered(True)
    hand.drag(BIG.centre, (100, 100))
    assert not hand.shows_box(BIG, RED)
    hand.canvas.set_boxes_covered(False)
    assert hand.shows_box(BIG, RED)
    assert hand.drawn == hand.reshaped == hand.selected[1:] == []
    assert hand.canvas.selection == ("a",)


def test_what_is_still_there_stays_selected(hand):
    hand.canvas.select(["a", "c"])
    hand.show(C, B)
    assert hand.canvas.selection == ("c",)
    assert hand.selected == [("a", "c"), ("c",)]
    hand.show(moved_box(C, 1, 1), B)
    assert hand.canvas.selection == ("c",) and len(hand.selected) == 2


def test_a_late_result_leaves_a_drag_alone(hand):
    """Proposals arrive, another box is saved: the hand goes on."""
    hand.canvas.select(["a"])
    hand.press((50, 40))
    hand.move((60, 45))
    hand.show(A, model_box("late", Box(5, 5, 20, 20), 0.9), moved_box(B, 2, 0))
    hand.move((70, 50))
    hand.release((70, 50))
    assert hand.reshaped[0]["a"].box.corners == pytest.approx(BIG.moved(20, 10).corners)
    assert len(hand.canvas.visible_annotations()) == 3


def test_a_result_between_press_and_drag_leaves_the_right_box_in_hand(hand):
    """Boxes before it in the order come and go; it is still that one."""
    hand.press((180, 60))
    hand.show(model_box("late", Box(5, 5, 20, 20), 0.9), C)
    hand.move((170, 60))
    hand.release((170, 60))
    assert [list(told) for told in hand.reshaped] == [["c"]]
    hand.press(SMALL.centre)
    hand.show()
    hand.release(SMALL.centre)
    assert hand.canvas.selection == ()


def test_a_box_that_changed_between_press_and_drag_is_let_go(hand):
    hand.press((180, 60))
    hand.show(A, B, moved_box(C, 1, 0))
    hand.move((170, 60))
    hand.release((170, 60))
    assert hand.reshaped == [] and hand.drawn == []


def test_a_box_that_changed_under_the_hand_is_let_go(hand):
    hand.canvas.select(["a"])
    hand.press((50, 40))
    hand.move((60, 45))
    hand.show(moved_box(A, 3, 3), B, C)
    hand.move((70, 50))
    hand.release((70, 50))
    assert hand.reshaped == [] and hand.drawn == []
    assert hand.shows_box(BIG.moved(3, 3), RED)


def test_a_box_that_vanished_under_the_hand_is_let_go(hand):
    hand.canvas.select(["a", "c"])
    hand.press((50, 40))
    hand.move((60, 45))
    hand.show(B, C)
    hand.release((70, 50))
    assert hand.reshaped == [] and hand.canvas.selection == ("c",)


def test_hiding_a_box_under_the_hand_lets_it_go(hand):
    hand.canvas.select(["b"])
    hand.press(SMALL.centre)
    hand.move((95, 85))
    hand.canvas.set_filter(proposals_shown=False)
    hand.release((95, 85))
    assert hand.reshaped == []


def test_a_late_result_leaves_a_begun_box_alone(hand):
    hand.press((150, 100))
    hand.move((170, 120))
    hand.show(A, B)
    hand.release((175, 125))
    assert hand.drawn[0].box.corners == pytest.approx((150, 100, 175, 125))


def test_another_photo_drops_what_is_begun(hand):
    hand.press((150, 100))
    hand.move((170, 120))
    hand.show_photo(grey=130)
    hand.release((175, 125))
    assert hand.drawn == []


def test_a_release_that_went_astray_ends_the_drag(hand):
    hand.canvas.select(["a"])
    hand.press((50, 40))
    hand.move((60, 45))
    hand.hover(70, 50)
    hand.hover(80, 60)
    assert hand.reshaped == [] and hand.shows_box(BIG, RED)


def test_a_refused_gesture_is_taken_back_by_showing_the_boxes_again(hand):
    hand.canvas.select(["a"])
    hand.drag((50, 40), (60, 45))
    assert hand.shows_box(BIG.moved(10, 5), RED)
    hand.show(A, B, C)
    assert hand.shows_box(BIG, RED)


def test_a_run_of_nudges_is_one_gesture(hand, qtbot):
    hand.canvas.select(["a", "b"])
    for _ in range(3):
        hand.canvas.nudge(1, 0)
    hand.canvas.nudge(0, -2)
    assert hand.reshaped == []
    qtbot.waitUntil(lambda: len(hand.reshaped) == 1)
    assert hand.reshaped[0]["a"].box == BIG.moved(3, -2)
    assert hand.reshaped[0]["b"].box == SMALL.moved(3, -2)


def test_nudges_stop_at_the_border_and_turn_round_at_once(hand):
    hand.canvas.select(["a"])
    for _ in range(50):
        hand.canvas.nudge(-1, 0)
    hand.canvas.nudge(2, 0)
    hand.canvas.flush_gesture()
    assert hand.reshaped[0]["a"].box.left == pytest.approx(2)
    hand.canvas.flush_gesture()
    assert len(hand.reshaped) == 1


@pytest.mark.parametrize(
    "act",
    [
        lambda hand: hand.canvas.select(["c"]),
        lambda hand: hand.click(10, 10),
        lambda hand: hand.canvas.set_tool("draw"),
        lambda hand: hand.canvas.set_filter(frozenset({STREAK})),
        lambda hand: hand.canvas.set_boxes_shown(False),
    ],
    ids=["select", "press", "tool", "filter", "hide"],
)
def test_anything_else_ends_a_run_of_nudges(hand, act):
    hand.canvas.select(["a"])
    hand.canvas.nudge(1, 0)
    act(hand)
    assert [told["a"].box for told in hand.reshaped] == [BIG.moved(1, 0)]


def test_escape_takes_a_run_of_nudges_back(hand):
    hand.canvas.select(["a"])
    hand.canvas.nudge(5, 0)
    hand.canvas.cancel()
    hand.canvas.flush_gesture()
    assert hand.reshaped == [] and hand.canvas.selection == ("a",)
    assert hand.shows_box(BIG, RED)


def test_a_box_that_changed_under_the_nudges_is_let_go(hand):
    hand.canvas.select(["a"])
    hand.canvas.nudge(5, 0)
    hand.show(moved_box(A, 1, 1), B, C)
    hand.canvas.flush_gesture()
    assert hand.reshaped == []
    hand.canvas.nudge(1, 0)
    hand.canvas.flush_gesture()
    assert hand.reshaped[0]["a"].box == BIG.moved(2, 1)


def test_what_the_mouse_holds_is_not_nudged(hand):
    hand.canvas.select(["a"])
    hand.press((50, 40))
    hand.canvas.nudge(5, 0)
    hand.move((60, 40))
    hand.canvas.nudge(5, 0)
    hand.release((60, 40))
    hand.canvas.flush_gesture()
    (told,) = hand.reshaped
    assert told["a"].box.corners == pytest.approx(BIG.moved(10, 0).corners)


def test_a_step_through_all_boxes_whatever_is_below(hand):
    hand.hover(*SMALL.centre)
    seen = []
    for _ in range(3):
        hand.canvas.select_next()
        seen += hand.canvas.selection
    assert seen == ["a", "b", "c"]


def test_nothing_selected_is_not_nudged(hand):
    hand.canvas.nudge(1, 0)
    hand.canvas.flush_gesture()
    assert hand.reshaped == []


def test_five_thousand_boxes_are_there_to_be_corrected(hand):
    side = 71
    many = [
        person_box(f"m{n}", Box(x := n % side * 3, y := n // side * 2, x + 2.5, y + 1.5))
        for n in range(5000)
    ]
    hand.show(*many)
    assert len(hand.canvas.visible_annotations()) == 5000
    hand.click(*many[2500].box.centre)
    assert hand.canvas.selection == ("m2500",)
    hand.drag(many[2500].box.centre, (230, 150))
    assert hand.reshaped[0]["m2500"].box.centre == pytest.approx((230, 150))
