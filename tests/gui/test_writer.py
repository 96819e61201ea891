"""The thread that writes: in order, never in the way, and nothing that was asked for is lost."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.core.errors import UserError
from app.core.geometry import Box
from app.core.shape import Shape
from app.shell.bench.writer import Writer
from app.storage.project import Project
from tests.gui.bench_driver import BenchDriver


@pytest.fixture
def writer(qtbot: QtBot, project: Project) -> Iterator[Writer]:
    writer = Writer(project.folder)
    yield writer
    writer.close()


def test_work_is_done_in_order_on_one_thread_and_told_on_this_one(qtbot: QtBot, writer: Writer):
    worked: list[tuple[int, threading.Thread]] = []
    told: list[tuple[int, threading.Thread]] = []

    def work(number: int) -> Callable[[Project], int]:
        def do(project: Project) -> int:
            time.sleep(0.001 * (number % 3))
            worked.append((number, threading.current_thread()))
            return number

        return do

    def tell(number: int | UserError) -> None:
        assert isinstance(number, int)
        told.append((number, threading.current_thread()))

    for number in range(30):
        writer.run(work(number), tell)
    qtbot.waitUntil(lambda: len(told) == 30)
    assert [number for number, _ in worked] == [number for number, _ in told] == list(range(30))
    assert {thread for _, thread in told} == {threading.main_thread()}
    (thread,) = {thread for _, thread in worked}
    assert thread is not threading.main_thread()


def test_it_writes_through_a_connection_of_its_own(qtbot: QtBot, project: Project, writer: Writer):
    version = project.version()
    told: list[object] = []
    writer.run(lambda own: own.settings.put("a", 1), told.append)
    qtbot.waitUntil(lambda: bool(told))
    assert project.settings.get("a") == 1
    assert project.version() != version


def test_the_worlds_fault_is_told_and_the_next_work_is_done(qtbot: QtBot, writer: Writer):
    def fail(project: Project) -> None:
        raise UserError("The disk is full.", hint="Make room.")

    told: list[object] = []
    writer.run(fail, told.append)
    writer.run(lambda project: 2, told.append)
    qtbot.waitUntil(lambda: len(told) == 2)
    assert isinstance(told[0], UserError) and told[0].what == "The disk is full."
    assert told[1] == 2


def test_our_bug_is_raised_on_this_thread_and_the_next_work_is_done(qtbot: QtBot, writer: Writer):
    told: list[object] = []
    with qtbot.captureExceptions() as caught:
        writer.run(lambda project: 1 / 0, told.append)
        writer.run(lambda project: 2, told.append)
        qtbot.waitUntil(lambda: told == [2])
    assert [kind for kind, _, _ in caught] == [ZeroDivisionError]


def test_a_project_that_is_gone_is_told_for_each_work(qtbot: QtBot, tmp_path: Path):
    writer = Writer(tmp_path / "gone")
    told: list[object] = []
    for _ in range(2):
        writer.run(lambda project: 1, told.append)
    writer.close()
    assert [type(each) for each in told] == [UserError, UserError]


def test_closing_delivers_what_is_outstanding_and_ends_the_thread(qtbot: QtBot, project: Project):
    before = set(threading.enumerate())
    writer = Writer(project.folder)
    told: list[object] = []
    for number in range(20):
        writer.run(lambda own, n=number: own.settings.put("n", n), told.append)
    assert told == []
    writer.close()
    assert len(told) == 20
    assert project.settings.get("n") == 19
    assert set(threading.enumerate()) <= before


def test_while_another_program_holds_the_file_edits_queue_and_the_window_goes_on(
    project: Project, bench: BenchDriver, lock: Callable[[], sqlite3.Connection]
):
    other = lock()
    for column in range(8):
        bench.drag((10 + 25 * column, 5), (25 + 25 * column, 20))
        bench.qtbot.wait(10)
    assert bench.bench.document.unsaved == 8 and len(bench.boxes()) == 10
    assert "saving" in bench.window.status.saved.words
    assert [a.uid for a in project.annotations.of_image(1)] == ["s1", "g1"]
    other.execute("COMMIT")
    bench.wait_until_saved()
    assert tuple(project.annotations.of_image(1)) == bench.sheet.annotations
    assert bench.window.status.saved.words.startswith("saved")
    assert bench.said() == []


def test_what_is_handed_in_is_done_before_it_is_saved(
    bench: BenchDriver, lock: Callable[[], sqlite3.Connection]
):
    other = lock()
    bench.press(Qt.Key.Key_Space)
    for image_id in (2, 3):
        bench.wait_for_image(image_id)
        bench.press(Qt.Key.Key_N, Qt.KeyboardModifier.ShiftModifier)
    assert bench.bench.document.unsaved
    assert bench.sheet.image_id == 3
    assert bench.said() == ["There is no work left on the images of this list."]
    other.execute("COMMIT")
    bench.wait_until_saved()


def test_images_change_and_gestures_are_undone_while_the_file_is_held(
    project: Project, bench: BenchDriver, lock: Callable[[], sqlite3.Connection]
):
    other = lock()
    bench.bench.moves.draw(Shape(Box(5, 5, 25, 25)))
    bench.bench.moves.undo()
    bench.bench.open(2)
    bench.wait_for_image(2)
    bench.bench.moves.draw(Shape(Box(6, 6, 30, 30)))
    assert len(bench.boxes()) == 1
    other.execute("COMMIT")
    bench.wait_for_image(1)  # where the gesture was that is taken back
    bench.wait_until_saved()
    assert [a.uid for a in bench.boxes()] == ["s1", "g1"]
    assert [a.box for a in project.annotations.of_image(2)] == [Box(6, 6, 30, 30)]


def test_a_window_that_closes_waits_for_the_other_program_and_saves(
    project: Project, bench: BenchDriver, lock: Callable[[], sqlite3.Connection]
):
    other = lock()
    bench.drag((10, 5), (30, 20))
    threading.Timer(0.3, lambda: other.execute("COMMIT")).start()
    bench.window.close()
    assert len(project.annotations.of_image(1)) == 3
