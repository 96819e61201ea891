"""Where nothing is selected, keys mean the box under the pointer: pointing is no move."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication

from app.core.annotation import Annotation
from app.core.edit import AnnotationEdit
from app.core.geometry import Box
from app.storage.project import Project
from tests.gui.bench_driver import BenchDriver
from tests.gui.conftest import SLAG, SLAG_BOX, STREAK, STREAK_BOX

Key = Qt.Key
ON_SLAG, ON_STREAK, ON_NOTHING = (160.0, 75.0), (50.0, 80.0), (100.0, 20.0)
FRAME_AWAY_PX = 4


def is_framed(bench: BenchDriver, box: Box) -> bool:
    """A white line runs a little left of the box."""
    edge = bench.on_canvas((box.left, box.top + box.height / 4)).toPoint()
    screen = bench.canvas.grab().toImage()
    return screen.pixelColor(edge.x() - FRAME_AWAY_PX, edge.y()).name() == "#ffffff"


def saved(project: Project) -> dict[str, Annotation]:
    return {a.uid: a for a in project.annotations.of_image(1)}


def test_a_digit_reclassifies_the_box_under_the_pointer(project: Project, bench: BenchDriver):
    bench.hover(ON_SLAG)
    bench.press(Key.Key_1)
    bench.wait_until_saved()
    assert (saved(project)["g1"].class_id, saved(project)["g1"].author) == (STREAK, "ann")
    assert bench.canvas.selection == ()
    assert bench.moves == 1


def test_a_key_deletes_the_box_under_the_pointer(project: Project, bench: BenchDriver):
    bench.hover(ON_SLAG)
    bench.press(Key.Key_X)
    bench.wait_until_saved()
    assert set(saved(project)) == {"s1"}
    assert bench.moves == 1


def test_a_key_accepts_the_box_under_the_pointer(project: Project, bench: BenchDriver):
    bench.hover(ON_SLAG)
    bench.press(Key.Key_E)
    bench.wait_until_saved()
    assert saved(project)["g1"].author == "ann"


def test_what_is_selected_is_meant_wherever_the_pointer_is(project: Project, bench: BenchDriver):
    bench.click(ON_STREAK)
    bench.hover(ON_SLAG)
    bench.press(Key.Key_X)
    bench.wait_until_saved()
    assert set(saved(project)) == {"g1"}


@pytest.mark.parametrize("key", [Key.Key_1, Key.Key_X, Key.Key_E])
def test_on_empty_ground_no_box_is_meant(project: Project, bench: BenchDriver, key: Key):
    before = saved(project)
    bench.hover(ON_NOTHING)
    bench.press(key)
    bench.wait_until_saved()
    assert saved(project) == before


def test_a_digit_for_the_next_box_leaves_the_others_while_one_draws(
    project: Project, bench: BenchDriver
):
    before = saved(project)
    bench.press(Key.Key_W)
    bench.hover(ON_SLAG)
    bench.press(Key.Key_1)
    bench.wait_until_saved()
    assert saved(project) == before
    assert bench.bench.moves.class_id == STREAK


def test_a_digit_in_the_middle_of_a_drag_leaves_the_boxes_under_it(
    project: Project, bench: BenchDriver
):
    bench.drag(ON_NOTHING, ON_SLAG, let_go=False)
    bench.press(Key.Key_1)
    bench.let_go(ON_SLAG)
    bench.wait_until_saved()
    after = saved(project)
    assert after["g1"].class_id == SLAG
    (drawn,) = (a for uid, a in after.items() if uid not in ("s1", "g1"))
    assert drawn.class_id == STREAK


def test_of_boxes_over_each_other_the_smallest_is_meant(project: Project, bench: BenchDriver):
    inner = Annotation("inner", STREAK, Box(150, 70, 170, 85), score=0.4, run_id=1)
    project.apply([AnnotationEdit(1, None, inner)], actor="model", kind="prelabel")
    bench.qtbot.waitUntil(lambda: "inner" in {a.uid for a in bench.boxes()})
    bench.hover(ON_SLAG)
    bench.press(Key.Key_X)
    bench.wait_until_saved()
    assert set(saved(project)) == {"s1", "g1"}
    bench.press(Key.Key_X)
    bench.wait_until_saved()
    assert set(saved(project)) == {"s1"}


def test_what_is_hidden_is_not_meant(project: Project, bench: BenchDriver):
    before = saved(project)
    bench.press(Key.Key_H)
    bench.hover(ON_SLAG)
    bench.press(Key.Key_X)
    bench.wait_until_saved()
    assert saved(project) == before


def test_no_box_is_meant_once_the_pointer_has_left(project: Project, bench: BenchDriver):
    before = saved(project)
    bench.hover(ON_SLAG)
    QApplication.sendEvent(bench.canvas, QEvent(QEvent.Type.Leave))
    bench.press(Key.Key_X)
    bench.wait_until_saved()
    assert saved(project) == before


def test_each_image_starts_with_what_is_under_the_pointer_there(
    project: Project, bench: BenchDriver
):
    bench.hover(ON_SLAG)
    bench.press(Key.Key_D)
    bench.wait_for_image(2)
    bench.press(Key.Key_X)
    bench.wait_until_saved()
    assert len(saved(project)) == 2
    assert bench.canvas.uid_under_cursor() == ""


def test_the_box_that_is_meant_without_being_selected_is_framed(bench: BenchDriver):
    bench.hover(ON_SLAG)
    assert is_framed(bench, SLAG_BOX) and not is_framed(bench, STREAK_BOX)
    bench.hover(ON_STREAK)
    assert is_framed(bench, STREAK_BOX) and not is_framed(bench, SLAG_BOX)
    bench.hover(ON_NOTHING)
    assert not is_framed(bench, STREAK_BOX)
    bench.click(ON_STREAK)
    bench.hover(ON_SLAG)
    assert not is_framed(bench, SLAG_BOX)
    bench.press(Key.Key_Escape)
    assert is_framed(bench, SLAG_BOX)
    bench.press(Key.Key_W)
    assert not is_framed(bench, SLAG_BOX)


def test_the_frame_goes_with_its_box(bench: BenchDriver):
    bench.hover(ON_SLAG)
    bench.press(Key.Key_X)
    assert not is_framed(bench, SLAG_BOX)
