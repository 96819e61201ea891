"""The list of images says what stands in the project, also while keys are down."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from app.core.errors import UserError
from app.core.queue import QueueFilter
from app.storage import queue
from app.storage.database import ProjectDatabase
from app.storage.images import NewImage
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


WEIGHED = QueueFilter(sort="review_next")


@pytest.fixture
def scales(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Weighing what is to be reviewed first waits for this; the last image is then the first."""
    may = threading.Event()

    def weigh(db: ProjectDatabase, ids: Sequence[int]) -> Sequence[int]:
        assert threading.current_thread() is not threading.main_thread()
        assert may.wait(60)
        return ids[::-1]

    monkeypatch.setattr(queue, "in_review_order", weigh)
    yield may
    may.set()


def test_an_order_that_is_weighed_comes_after_the_images(
    bench: BenchDriver, scales: threading.Event
):
    browsing, told = bench.bench.browsing, []
    browsing.show(WEIGHED, lambda: told.append(list(browsing.order.ids)))
    assert list(browsing.order.ids) == [1, 2, 3]
    bench.bench.open(2)
    scales.set()
    bench.qtbot.waitUntil(lambda: list(browsing.order.ids) == [3, 2, 1])
    assert told == [[3, 2, 1]]
    assert browsing.order.place == 1
    bench.bench.step(1)
    bench.wait_for_image(1)


def test_what_is_searched_for_meanwhile_stays(bench: BenchDriver, scales: threading.Event):
    browsing, told = bench.bench.browsing, []
    browsing.show(WEIGHED, lambda: told.append("weighed"))
    browsing.show(replace(WEIGHED, text="layer_2"), lambda: told.append("one"))
    assert list(browsing.order.ids) == [2]
    browsing.show(QueueFilter(), lambda: told.append("all"))
    scales.set()
    bench.qtbot.wait(200)
    assert list(browsing.order.ids) == [1, 2, 3]
    assert told == ["all"]


def test_what_comes_in_meanwhile_goes_behind_and_is_weighed_too(
    project: Project, bench: BenchDriver, scales: threading.Event
):
    browsing, told = bench.bench.browsing, []
    browsing.show(WEIGHED, lambda: told.append(list(browsing.order.ids)))
    scales.set()
    bench.qtbot.waitUntil(lambda: told == [[3, 2, 1]])
    scales.clear()
    with project.transaction():
        project.images.add([NewImage("../photos/new.png", "new", 1, 1, 100, 100)])
    bench.qtbot.waitUntil(lambda: list(browsing.order.ids) == [3, 2, 1, 4])
    scales.set()
    bench.qtbot.waitUntil(lambda: list(browsing.order.ids) == [4, 3, 2, 1])
    assert len(told) == 1


def test_what_cannot_be_weighed_is_told(bench: BenchDriver, monkeypatch: pytest.MonkeyPatch):
    def weigh(db: ProjectDatabase, ids: Sequence[int]) -> Sequence[int]:
        raise UserError("The file is gone.", hint="Bring it back.")

    monkeypatch.setattr(queue, "in_review_order", weigh)
    bench.bench.browsing.show(WEIGHED, lambda: pytest.fail("there is no order"))
    bench.qtbot.waitUntil(lambda: "The file is gone." in bench.said())
    assert list(bench.bench.browsing.order.ids) == [1, 2, 3]
