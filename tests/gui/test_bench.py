"""A day's moves in the window, through real keys and mouse events."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from app.core.annotation import Annotation
from app.core.blind import SHARE_SETTING
from app.core.edit import AnnotationEdit
from app.core.geometry import Box
from app.storage.project import Project
from tests.gui.bench_driver import BenchDriver
from tests.gui.conftest import SLAG, SLAG_BOX, STREAK, STREAK_BOX

Key = Qt.Key
Shift, Control, Alt = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)
SLAG_CENTRE = (160.0, 75.0)


def saved(project: Project, image_id: int) -> dict[str, Annotation]:
    return {a.uid: a for a in project.annotations.of_image(image_id)}


def test_one_key_accepts_all_submits_and_shows_the_next(project: Project, bench: BenchDriver):
    bench.press(Key.Key_Space)
    bench.wait_for_image(2)
    bench.wait_until_saved()
    assert bench.moves == 1
    assert saved(project, 1)["g1"].author == "ann"
    assert project.images.get(1).label.state == "submitted"


def test_a_wrong_class_is_one_digit_on_the_selected_box(project: Project, bench: BenchDriver):
    bench.click(SLAG_CENTRE)
    bench.press(Key.Key_1)
    bench.wait_until_saved()
    assert saved(project, 1)["g1"].class_id == STREAK
    assert saved(project, 1)["g1"].author == "ann"


def test_a_false_box_is_one_key(project: Project, bench: BenchDriver):
    bench.click(SLAG_CENTRE)
    bench.press(Key.Key_X)
    bench.wait_until_saved()
    assert set(saved(project, 1)) == {"s1"}


def test_an_edge_that_is_off_is_one_drag(project: Project, bench: BenchDriver):
    bench.drag((SLAG_BOX.right, 75), (SLAG_BOX.right + 20, 75))
    bench.wait_until_saved()
    box = saved(project, 1)["g1"].box
    assert box.right == pytest.approx(SLAG_BOX.right + 20, abs=0.5)
    assert box.corners[:2] == SLAG_BOX.corners[:2]
    assert bench.moves == 1


def test_a_missed_defect_is_one_drag_and_a_digit(project: Project, bench: BenchDriver):
    bench.drag((100, 20), (120, 45))
    bench.press(Key.Key_2)
    bench.wait_until_saved()
    (new,) = [a for uid, a in saved(project, 1).items() if uid not in ("s1", "g1")]
    assert new.class_id == SLAG
    assert new.author == "ann"
    assert new.box.corners == pytest.approx((100, 20, 120, 45), abs=0.5)


def test_masks_are_painted_one_after_the_other(project: Project, bench: BenchDriver):
    def masks() -> list[Annotation]:
        bench.wait_until_saved()
        return [a for uid, a in saved(project, 1).items() if uid not in ("s1", "g1")]

    bench.press(Key.Key_2)
    bench.press(Key.Key_B)
    bench.drag((100, 20), (115, 20))
    (first,) = masks()
    assert first.class_id == SLAG and first.polygon and bench.canvas.selection == (first.uid,)
    bench.drag((100, 110), (115, 110))  # onto the same one, which is selected
    assert [(a.uid, a.box.bottom > 110) for a in masks()] == [(first.uid, True)]
    bench.press(Key.Key_Escape)
    bench.drag((150, 20), (165, 20))
    assert len(masks()) == 2 and bench.canvas.tool == "brush"
    bench.press(Key.Key_Z, Control)
    bench.qtbot.waitUntil(lambda: len(masks()) == 1)


def test_two_clicks_draw_with_the_drawing_tool(project: Project, bench: BenchDriver):
    bench.press(Key.Key_W)
    bench.click((100, 20))
    bench.click((120, 45))
    bench.wait_until_saved()
    assert len(saved(project, 1)) == 3
    bench.press(Key.Key_V)
    assert bench.canvas.tool == "correct"


def test_an_empty_image_is_not_submitted_until_somebody_says_normal(
    project: Project, bench: BenchDriver
):
    bench.press(Key.Key_D)
    bench.wait_for_image(2)
    bench.press(Key.Key_Space)
    assert any("nobody has said that it is normal" in words for words in bench.said())
    assert bench.sheet.image_id == 2
    bench.press(Key.Key_N)
    bench.press(Key.Key_Space)
    bench.wait_for_image(3)
    bench.wait_until_saved()
    label = project.images.get(2).label
    assert (label.is_normal, label.state) == (True, "submitted")


def test_undo_goes_back_to_the_image_where_it_happened(project: Project, bench: BenchDriver):
    bench.click(SLAG_CENTRE)
    bench.press(Key.Key_X)
    bench.press(Key.Key_D)
    bench.wait_for_image(2)
    bench.press(Key.Key_Z, Control)
    bench.wait_for_image(1)
    assert {a.uid for a in bench.boxes()} == {"s1", "g1"}
    bench.press(Key.Key_Y, Control)
    bench.qtbot.waitUntil(lambda: {a.uid for a in bench.boxes()} == {"s1"})


def test_undo_lasts_over_closing_the_window(
    project: Project, bench: BenchDriver, open_bench: Callable[[Path], BenchDriver]
):
    bench.click(SLAG_CENTRE)
    bench.press(Key.Key_X)
    bench.press(Key.Key_Space)
    bench.wait_for_image(2)
    bench.window.close()
    again = open_bench(project.folder)
    again.wait_for_image(2)
    again.press(Key.Key_Z, Control)
    again.wait_for_image(1)
    assert again.sheet.label.state == "in_progress"
    again.press(Key.Key_Z, Control)
    again.qtbot.waitUntil(lambda: {a.uid for a in again.boxes()} == {"s1", "g1"})
    assert again.sheet.label.state == "new"


def test_tags_have_keys_and_show_above_the_photo(project: Project, bench: BenchDriver):
    project.add_tags([("shadow", "阴影")])
    bench.window.close_project()
    bench.window.open_project(Project.open(project.folder))
    bench.wait_for_image(1)
    bench.press(Key.Key_1, Alt)
    bench.wait_until_saved()
    assert project.images.get(1).label.tags == ("shadow",)
    assert bench.window.strip.tags["shadow"].isChecked()


def test_nudges_in_a_row_are_one_step_to_undo(project: Project, bench: BenchDriver):
    bench.click(SLAG_CENTRE)
    for _ in range(3):
        bench.press(Key.Key_Right)
    bench.press(Key.Key_Down, Shift)
    bench.press(Key.Key_Z, Control)
    bench.wait_until_saved()
    bench.qtbot.waitUntil(lambda: saved(project, 1)["g1"].box == SLAG_BOX)
    assert saved(project, 1)["g1"].is_proposal


def test_duplicates_and_copies_are_boxes_of_the_person(project: Project, bench: BenchDriver):
    bench.click(SLAG_CENTRE)
    bench.press(Key.Key_D, Control)
    bench.wait_until_saved()
    (copy,) = [a for uid, a in saved(project, 1).items() if uid not in ("s1", "g1")]
    assert copy.box.corners == pytest.approx((152, 72, 192, 102))
    assert (copy.author, copy.run_id) == ("ann", None)
    assert bench.canvas.selection == (copy.uid,)
    bench.press(Key.Key_C, Control)
    bench.press(Key.Key_D)
    bench.wait_for_image(2)
    bench.press(Key.Key_V, Control)
    bench.wait_until_saved()
    assert [a.box for a in saved(project, 2).values()] == [copy.box]


def test_boxes_of_the_image_before_are_taken_over_with_a_key(project: Project, bench: BenchDriver):
    bench.press(Key.Key_D)
    bench.wait_for_image(2)
    bench.press(Key.Key_T)
    bench.wait_until_saved()
    boxes = {(a.class_id, a.box) for a in saved(project, 2).values()}
    assert boxes == {(STREAK, STREAK_BOX), (SLAG, SLAG_BOX)}


def test_a_blind_image_hides_proposals_and_drops_them_on_submitting(
    project: Project, home: Path, open_bench: Callable[[Path], BenchDriver]
):
    project.settings.put(SHARE_SETTING, 1.0)
    bench = open_bench(project.folder)
    bench.wait_for_image(1)
    assert not bench.has_colour_around(SLAG_BOX, "#4363d8")
    assert bench.window.strip.blind.isVisible()
    assert [a.uid for a in bench.canvas.visible_annotations()] == ["s1"]
    bench.press(Key.Key_Space)
    bench.wait_for_image(2)
    bench.wait_until_saved()
    assert set(saved(project, 1)) == {"s1"}
    bench.press(Key.Key_Z, Control)
    bench.wait_for_image(1)
    assert set(saved(project, 1)) == {"s1", "g1"}
    bench.press(Key.Key_U)
    assert {a.uid for a in bench.canvas.visible_annotations()} == {"s1", "g1"}


def test_what_is_hidden_is_not_submitted_unseen(project: Project, bench: BenchDriver):
    bench.press(Key.Key_J)
    bench.press(Key.Key_Space)
    assert any("hidden" in words for words in bench.said())
    assert bench.sheet.image_id == 1
    bench.press(Key.Key_J)
    bench.press(Key.Key_Space)
    bench.wait_for_image(2)


def test_proposals_below_the_score_go_when_the_image_is_submitted(
    project: Project, bench: BenchDriver
):
    bench.bench.panels.proposals.set_least_score(0.9)
    assert [a.uid for a in bench.canvas.visible_annotations()] == ["s1"]
    bench.press(Key.Key_Space)
    bench.wait_for_image(2)
    bench.wait_until_saved()
    assert set(saved(project, 1)) == {"s1"}


def test_a_locked_image_is_left_alone_and_says_so(project: Project, bench: BenchDriver):
    bench.press(Key.Key_E, Control)
    bench.press(Key.Key_1)
    bench.wait_for_image(2)
    bench.press(Key.Key_A)
    bench.wait_for_image(1)
    bench.drag((SLAG_BOX.right, 75), (SLAG_BOX.right + 20, 75))
    assert any("excluded" in words for words in bench.said())
    assert saved(project, 1)["g1"].box == SLAG_BOX
    assert bench.has_colour_around(SLAG_BOX, "#4363d8")
    bench.press(Key.Key_R, Control)
    bench.press(Key.Key_4)
    bench.drag((SLAG_BOX.right, 75), (SLAG_BOX.right + 20, 75))
    bench.wait_until_saved()
    assert saved(project, 1)["g1"].box != SLAG_BOX


def test_what_another_program_writes_comes_on_screen(project: Project, bench: BenchDriver):
    late = Annotation("m1", STREAK, Box(5, 5, 30, 30), score=0.5, run_id=1)
    project.apply([AnnotationEdit(1, None, late)], actor="bo", kind="prelabel")
    bench.qtbot.waitUntil(lambda: "m1" in {a.uid for a in bench.boxes()})
    assert bench.has_colour_around(late.box, "#e6194b")


def test_late_results_for_another_image_stay_off_this_one(project: Project, bench: BenchDriver):
    late = Annotation("m2", STREAK, Box(5, 5, 30, 30), score=0.5, run_id=1)
    project.apply([AnnotationEdit(2, None, late)], actor="bo", kind="prelabel")
    bench.bench.project.version()
    bench.qtbot.wait(700)
    assert {a.uid for a in bench.boxes()} == {"s1", "g1"}
    bench.press(Key.Key_D)
    bench.wait_for_image(2)
    assert {a.uid for a in bench.boxes()} == {"m2"}


def test_a_move_under_way_outlives_a_late_result(project: Project, bench: BenchDriver):
    bench.click(SLAG_CENTRE)
    bench.drag(SLAG_CENTRE, (180, 95), let_go=False)
    late = Annotation("m3", STREAK, Box(5, 5, 30, 30), score=0.5, run_id=1)
    project.apply([AnnotationEdit(1, None, late)], actor="bo", kind="prelabel")
    bench.qtbot.waitUntil(lambda: "m3" in {a.uid for a in bench.boxes()})
    bench.let_go((180, 95))
    bench.wait_until_saved()
    moved = saved(project, 1)["g1"].box
    assert moved.corners == pytest.approx((160, 80, 200, 110), abs=0.5)


def test_a_photo_that_is_damaged_says_so_and_can_be_excluded(project: Project, bench: BenchDriver):
    project.locate(project.images.get(3).path).write_bytes(b"no photo")
    bench.window.close_project()
    bench.window.open_project(Project.open(project.folder))
    bench.wait_for_image(1)
    bench.bench.open(3)
    bench.qtbot.waitUntil(lambda: "layer_3.png is not a photo" in bench.canvas.message)
    bench.press(Key.Key_Space)  # nobody has seen it, so nothing is handed in
    assert project.images.get(3).label.state == "new"
    bench.press(Key.Key_E, Control)
    bench.press(Key.Key_2)
    bench.wait_until_saved()
    label = project.images.get(3).label
    assert (label.state, label.reason) == ("excluded", "the photo can't be read")


def test_a_held_key_shows_the_layer_before_without_boxes(project: Project, bench: BenchDriver):
    bench.press(Key.Key_D)
    bench.wait_for_image(2)
    assert bench.colour_at((100, 20)) == "#828282"
    bench.hold(Key.Key_S)
    bench.qtbot.waitUntil(lambda: bench.colour_at((100, 20)) == "#5a5a5a")
    assert bench.canvas.visible_annotations() == []
    bench.release(Key.Key_S)
    bench.qtbot.waitUntil(lambda: bench.colour_at((100, 20)) == "#828282")


def test_looking_aids_change_the_screen_and_nothing_else(project: Project, bench: BenchDriver):
    before = project.locate(project.images.get(1).path).read_bytes()
    bench.press(Key.Key_I)
    bench.qtbot.waitUntil(lambda: bench.colour_at((100, 20)) == "#a5a5a5")
    bench.hold(Key.Key_Q)
    bench.qtbot.waitUntil(lambda: bench.colour_at((100, 20)) == "#5a5a5a")
    bench.release(Key.Key_Q)
    bench.qtbot.waitUntil(lambda: bench.colour_at((100, 20)) == "#a5a5a5")
    assert project.locate(project.images.get(1).path).read_bytes() == before


def test_the_filter_is_the_order_of_work_and_is_remembered(
    project: Project, bench: BenchDriver, open_bench: Callable[[Path], BenchDriver]
):
    bench.window.action_set.action("find").trigger()
    bench.qtbot.keyClicks(bench.bench.panels.filter_bar.text, "layer_3")
    bench.qtbot.waitUntil(lambda: list(bench.bench.browsing.order.ids) == [3])
    bench.window.close()
    again = open_bench(project.folder)
    again.wait_for_image(3)
    assert list(again.bench.browsing.order.ids) == [3]


def test_time_and_comments_are_kept(project: Project, bench: BenchDriver):
    bench.bench.panels.bring_up("comments")
    bench.bench.panels.comments.added.emit("is this slag?", False)
    bench.qtbot.wait(300)
    bench.press(Key.Key_D)
    bench.wait_for_image(2)
    bench.qtbot.waitUntil(lambda: bool(project.visits.of_image(1)))
    (visit,) = project.visits.of_image(1)
    assert visit.person == "ann" and visit.active_ms + visit.idle_ms >= 200
    assert [c.text for c in project.comments.of_image(1)] == ["is this slag?"]
