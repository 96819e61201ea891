"""What is not in sight is neither judged nor drawn on, and no box hides behind one like it."""

import pytest
from PySide6.QtCore import Qt

from app.core.annotation import Annotation
from app.core.edit import AnnotationEdit
from app.core.geometry import Box
from app.storage.project import Project
from tests.gui.bench_driver import BenchDriver
from tests.gui.conftest import SLAG, SLAG_BOX, STREAK
from widgets.canvas.magnifier import SIDE_PX, Magnifier

Key = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
CORNER_BOX = Box(200, 130, 240, 160)


def stands(bench: BenchDriver) -> tuple[object, ...]:
    return bench.sheet.label, bench.sheet.annotations


def corners(bench: BenchDriver) -> list[tuple[float, ...]]:
    return sorted(tuple(round(c) for c in a.box.corners) for a in bench.boxes())


JUDGING = [
    (Key.Key_Space, Qt.KeyboardModifier.NoModifier),
    (Key.Key_N, Qt.KeyboardModifier.NoModifier),
    (Key.Key_1, Qt.KeyboardModifier.NoModifier),
    (Key.Key_X, Qt.KeyboardModifier.NoModifier),
    (Key.Key_E, Qt.KeyboardModifier.NoModifier),
    (Key.Key_E, SHIFT),
    (Key.Key_X, SHIFT),
    (Key.Key_D, CTRL),
]


@pytest.mark.parametrize(("key", "modifier"), JUDGING)
@pytest.mark.parametrize("covers", ["layer", "version"])
def test_nothing_is_judged_while_another_photo_or_version_is_in_sight(
    bench: BenchDriver, key, modifier, covers
):
    before = stands(bench)
    if covers == "layer":
        bench.hold(Key.Key_S, SHIFT)
    else:
        bench.press(Key.Key_V, SHIFT)
    bench.qtbot.waitUntil(lambda: bench.canvas.is_covered)
    bench.canvas.select(["g1"])
    bench.press(key, modifier)
    assert stands(bench) == before and bench.sheet.image_id == 1
    assert "Another layer or version is in sight" in bench.said()[-1]


@pytest.mark.parametrize("key", [Key.Key_Q, Key.Key_S])
def test_a_key_that_is_let_go_uncovers_no_box_under_an_old_version(bench: BenchDriver, key: Key):
    bench.press(Key.Key_D)
    bench.wait_for_image(2)
    versions = bench.bench.reviewing.versions
    bench.hold(key)
    bench.press(Key.Key_V, SHIFT)
    assert versions.is_on == (key == Key.Key_Q)  # else it would lie over another layer
    bench.release(key)
    assert bench.canvas.is_covered == versions.is_on == versions.overlay.isVisible()


def test_the_next_image_comes_with_its_boxes_while_a_layer_is_still_held(bench: BenchDriver):
    bench.press(Key.Key_D)
    bench.wait_for_image(2)
    bench.hold(Key.Key_S)
    bench.qtbot.waitUntil(lambda: bench.canvas.is_covered)
    bench.press(Key.Key_A)
    bench.wait_for_image(1)
    assert not bench.canvas.is_covered and len(bench.canvas.visible_annotations()) == 2
    bench.release(Key.Key_S)


def test_keys_act_on_no_hidden_box(bench: BenchDriver):
    before = stands(bench)
    bench.click(SLAG_BOX.centre)
    bench.press(Key.Key_H)
    for key in (Key.Key_1, Key.Key_X, Key.Key_E, Key.Key_Right):
        bench.press(key)
        bench.canvas.flush_gesture()
        assert stands(bench) == before
    assert "1 box is hidden, so nobody has looked at it" in bench.said()[-1]


def is_in_sight(bench: BenchDriver) -> bool:
    shown = {a.uid for a in bench.canvas.visible_annotations()}
    return {a.uid for a in bench.boxes() if a.author} <= shown


@pytest.mark.parametrize("hidden_by", ["class", "people", "boxes"])
def test_what_is_drawn_while_hidden_is_shown_and_said(bench: BenchDriver, hidden_by: str):
    hide = {
        "class": lambda: bench.bench.panels.classes.eye(STREAK).click(),
        "people": lambda: bench.press(Key.Key_J, SHIFT),
        "boxes": lambda: bench.press(Key.Key_H),
    }
    hide[hidden_by]()
    assert not is_in_sight(bench)
    bench.drag((100, 20), (130, 40))
    assert len(bench.boxes()) == 3 and is_in_sight(bench)
    assert bench.canvas.selection == (bench.boxes()[-1].uid,)
    assert "Shown again" in bench.said()[-1]
    assert bench.window.action_set.action("boxes_shown").isChecked()
    assert bench.window.action_set.action("people_shown").isChecked()
    assert bench.bench.panels.classes.eye(STREAK).isChecked()


def test_a_box_that_gets_a_hidden_class_stays_in_sight(bench: BenchDriver):
    bench.bench.panels.classes.eye(STREAK).click()
    bench.click(SLAG_BOX.centre)
    bench.press(Key.Key_1)
    assert {a.class_id for a in bench.boxes()} == {STREAK} and is_in_sight(bench)


def test_pasting_twice_adds_nothing_and_says_so(bench: BenchDriver):
    bench.press(Key.Key_A, CTRL)
    bench.press(Key.Key_C, CTRL)
    bench.press(Key.Key_D)
    bench.wait_for_image(2)
    for _ in range(2):
        bench.press(Key.Key_V, CTRL)
    bench.press(Key.Key_T)
    assert corners(bench) == [(40, 50, 60, 120), (140, 60, 180, 90)]
    assert bench.said()[-1] == "Boxes of the same classes lie just there already: 2"


def test_what_is_new_of_several_is_pasted(bench: BenchDriver):
    bench.press(Key.Key_D)
    bench.wait_for_image(2)
    bench.press(Key.Key_T)
    bench.click(SLAG_BOX.centre)
    bench.press(Key.Key_X)
    bench.press(Key.Key_T)
    assert corners(bench) == [(40, 50, 60, 120), (140, 60, 180, 90)]
    assert bench.said()[-1] == "Left out, for boxes of the same classes lie just there: 1"


def test_copies_never_lie_on_each_other(project: Project, bench: BenchDriver):
    project.apply(
        [AnnotationEdit(1, None, Annotation("c", SLAG, CORNER_BOX, author="ann"))], actor="ann"
    )
    bench.qtbot.waitUntil(lambda: len(bench.boxes()) == 3)
    bench.canvas.select(["c"])
    for count in range(4, 9):
        bench.press(Key.Key_D, CTRL)
        places = corners(bench)
        assert len(places) == count == len(set(places))
    assert all(a.box.inside(240, 160) for a in bench.boxes())
    assert (188, 118, 228, 148) in corners(bench)


def test_a_copy_of_all_of_the_photo_is_refused(project: Project, bench: BenchDriver):
    whole = Annotation("w", STREAK, Box(0, 0, 240, 160), author="ann")
    project.apply([AnnotationEdit(1, None, whole)], actor="ann")
    bench.qtbot.waitUntil(lambda: len(bench.boxes()) == 3)
    bench.canvas.select(["w"])
    bench.press(Key.Key_D, CTRL)
    assert len(bench.boxes()) == 3
    assert bench.said()[-1] == "Boxes of the same classes lie just there already: 1"


def test_undo_and_redo_say_when_there_is_nothing(bench: BenchDriver):
    bench.press(Key.Key_Z, CTRL | SHIFT)
    bench.qtbot.waitUntil(lambda: "There is no step of yours to make again." in bench.said())
    bench.press(Key.Key_Z, CTRL)  # the boxes of the project
    bench.press(Key.Key_Z, CTRL)
    bench.qtbot.waitUntil(lambda: "There is no step of yours to take back." in bench.said())
    assert bench.boxes() == []


def loupe_of(bench: BenchDriver) -> Magnifier:
    return bench.canvas.findChild(Magnifier)


def grey_in(bench: BenchDriver) -> int:
    """Of what the loupe shows beside the pixel in its middle."""
    return loupe_of(bench).grab().toImage().pixelColor(SIDE_PX // 4, SIDE_PX // 4).red()


def test_the_loupe_goes_with_the_photo_and_not_only_with_the_mouse(bench: BenchDriver):
    bench.hover((100, 20))
    bench.press(Key.Key_M)
    assert loupe_of(bench).isVisible() and grey_in(bench) == 90
    bench.press(Key.Key_D)
    bench.wait_for_image(2)
    assert grey_in(bench) == 130
    assert "130" in bench.window.status.position.text()
    bench.press(Key.Key_M)
    assert not loupe_of(bench).isVisible()


def test_the_loupe_shows_the_boxes_as_the_hand_has_them(bench: BenchDriver):
    bench.hover((40, 85))
    bench.press(Key.Key_M)
    middle = SIDE_PX // 2

    def red_in_the_middle() -> bool:
        image = loupe_of(bench).grab().toImage()
        near = range(middle - 6, middle + 7)
        return any(image.pixelColor(x, middle + 30).name() == "#e6194b" for x in near)

    assert red_in_the_middle()
    bench.press(Key.Key_H)
    assert not red_in_the_middle()
    bench.press(Key.Key_H)
    bench.drag((40, 85), (20, 85), let_go=False)
    assert red_in_the_middle()  # the edge is with the pointer, not where it was
    bench.let_go((20, 85))


def test_what_is_under_a_pointer_at_rest_is_told_after_a_zoom(bench: BenchDriver):
    bench.click(SLAG_BOX.centre)
    bench.hover((215, 20))
    before = bench.window.status.position.text()
    shape = bench.canvas.cursor().shape()
    bench.press(Key.Key_G)
    assert bench.window.status.position.text() != before
    bench.press(Key.Key_F)
    assert bench.window.status.position.text() == before
    assert bench.canvas.cursor().shape() == shape
