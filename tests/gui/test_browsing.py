"""The list of images says what stands in the project, also while keys are down."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from app.storage.project import Project
from tests.gui.bench_driver import BenchDriver

Key = Qt.Key


def test_states_are_counted_anew_after_each_change(project: Project, bench: BenchDriver):
    chips = bench.bench.panels.filter_bar.states
    bench.press(Key.Key_Space)
    bench.qtbot.waitUntil(lambda: chips["submitted"].accessibleName().endswith(": 1"))
    assert chips["new"].accessibleName().endswith(": 2")


def test_the_current_image_is_selected_alone_whatever_keys_are_down(bench: BenchDriver):
    queue = bench.bench.panels.queue
    bench.press(Key.Key_Space)
    bench.wait_for_image(2)
    for key, modifier in (
        (Key.Key_Control, Qt.KeyboardModifier.ControlModifier),
        (Key.Key_Shift, Qt.KeyboardModifier.ShiftModifier),
    ):
        bench.qtbot.keyPress(bench.canvas, key, modifier)
        assert QGuiApplication.keyboardModifiers() == modifier
        for image_id in (1, 2, 1):
            queue.set_current(image_id)
        assert queue.selected_ids() == [1]
        bench.qtbot.keyRelease(bench.canvas, key)
        queue.set_current(2)
