"""Leaving a project while something of it can't be saved: nothing goes without a word."""

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from app.shell.frame import leaving
from app.storage import project_file
from app.storage.project import Project
from tests.gui.bench_driver import BenchDriver
from tests.gui.conftest import write_photo
from widgets.frame.new_project_dialog import NewProjectDialog

Lock = Callable[[], sqlite3.Connection]
FOREVER_S = 60.0


@pytest.fixture
def wait_of_writers(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """How long windows that open from now on wait for another program, in seconds."""
    return lambda wait_s: monkeypatch.setattr(project_file, "_WAIT_FOR_OTHER_WRITER_S", wait_s)


@pytest.fixture
def bench(
    project: Project,
    open_bench: Callable[[Path], BenchDriver],
    wait_of_writers: Callable[[float], None],
    monkeypatch: pytest.MonkeyPatch,
) -> BenchDriver:
    monkeypatch.setattr(leaving, "_AT_ONCE_S", 0.1)
    wait_of_writers(FOREVER_S)
    driver = open_bench(project.folder)
    driver.wait_for_image(1)
    return driver


def draw(bench: BenchDriver, left: float) -> None:
    """A box that touches no other."""
    bench.press(Qt.Key.Key_W)
    bench.drag((left, 10), (left + 30, 35))


def boxes_in_file(project: Project) -> int:
    return len(project.annotations.of_image(1))


def test_what_is_on_its_way_is_saved_before_the_window_closes(
    bench: BenchDriver, project: Project
) -> None:
    before = boxes_in_file(project)
    draw(bench, 70)
    assert bench.window.close()
    assert boxes_in_file(project) == before + 1


def test_the_window_goes_on_while_the_file_is_held_and_closes_after_it(
    bench: BenchDriver, project: Project, lock: Lock
) -> None:
    before = boxes_in_file(project)
    held = lock()
    draw(bench, 70)
    started = time.monotonic()
    assert not bench.window.close()
    assert time.monotonic() - started < FOREVER_S / 2
    assert bench.window.isVisible() and "Not everything is saved yet." in bench.said()
    held.commit()
    bench.qtbot.waitUntil(lambda: not bench.window.isVisible())
    assert boxes_in_file(project) == before + 1


def test_the_last_wish_counts(bench: BenchDriver, project: Project, lock: Lock) -> None:
    held = lock()
    draw(bench, 70)
    assert not bench.window.close()
    bench.window.leave_project()
    held.commit()
    bench.qtbot.waitUntil(lambda: bench.window.bench is None)
    assert bench.window.isVisible()


def test_a_new_project_waits_for_the_one_before_and_gets_its_own_photos(
    bench: BenchDriver, project: Project, lock: Lock, tmp_path: Path
) -> None:
    before, images = boxes_in_file(project), len(project.images.ids_by_path())
    write_photo(tmp_path / "new.png", 70)
    held = lock()
    draw(bench, 70)
    bench.press(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    (dialog,) = bench.window.findChildren(NewProjectDialog)
    dialog.set_folder(str(tmp_path / "bench"))
    dialog.set_photos([str(tmp_path / "new.png")], "line 4")
    bench.qtbot.mouseClick(dialog.create_, Qt.MouseButton.LeftButton)
    assert bench.bench.project.folder == project.folder
    held.commit()
    bench.qtbot.waitUntil(lambda: bench.bench.project.folder == tmp_path / "bench" / "line 4")
    bench.qtbot.waitUntil(lambda: bench.bench.project.images.count()["new"] == 1)
    assert len(project.images.ids_by_path()) == images
    assert boxes_in_file(project) == before + 1


def test_a_window_that_could_not_save_stays_open_once(
    project: Project,
    open_bench: Callable[[Path], BenchDriver],
    wait_of_writers: Callable[[float], None],
    lock: Lock,
) -> None:
    wait_of_writers(0.2)
    bench = open_bench(project.folder)
    bench.wait_for_image(1)
    lock()
    draw(bench, 70)
    assert not bench.window.close()
    assert bench.window.isVisible()
    assert [m.level for m in bench.window.messages.history].count("error") == 1
    assert bench.window.close()


def test_an_undo_meant_for_what_could_not_be_saved_takes_nothing_else_back(
    project: Project,
    open_bench: Callable[[Path], BenchDriver],
    wait_of_writers: Callable[[float], None],
    lock: Lock,
) -> None:
    wait_of_writers(0.2)
    bench = open_bench(project.folder)
    bench.wait_for_image(1)
    draw(bench, 70)
    bench.wait_until_saved()
    saved = boxes_in_file(project)
    held = lock()
    draw(bench, 120)
    bench.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    bench.wait_until_saved()
    held.commit()
    bench.window.bench._writer.settle()
    assert boxes_in_file(project) == saved == len(bench.sheet.annotations)
