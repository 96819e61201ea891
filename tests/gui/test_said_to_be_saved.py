"""What the foot says is saved: of all that is on screen, from the first step to the file."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from app.core.edit import AnnotationEdit
from app.storage import project_file
from app.storage.database import ProjectDatabase
from app.storage.project import Project
from tests.gui.bench_driver import BenchDriver
from tests.gui.conftest import SLAG_BOX, STREAK_BOX

Key = Qt.Key


def foot(bench: BenchDriver) -> str:
    return bench.window.status.saved.words


def left_px(project: Project, uid: str) -> float:
    return {a.uid: a.box.left for a in project.annotations.of_image(1)}[uid]


def test_before_anything_is_done_all_is_saved(bench: BenchDriver):
    assert foot(bench) == "all saved"


def test_a_nudge_is_said_to_be_saved_only_when_it_is_in_the_file(
    project: Project, bench: BenchDriver
):
    bench.click(SLAG_BOX.centre)
    bench.press(Key.Key_X)
    bench.wait_until_saved()
    assert foot(bench).startswith("saved ")
    bench.click(STREAK_BOX.centre)
    bench.press(Key.Key_Right)
    assert foot(bench) == "saving …"
    bench.press(Key.Key_Right)
    assert left_px(project, "s1") == STREAK_BOX.left
    bench.qtbot.waitUntil(lambda: foot(bench).startswith("saved "))
    assert left_px(project, "s1") == STREAK_BOX.left + 2


def test_what_was_said_is_said_again_after_nudges_that_were_dropped(bench: BenchDriver):
    bench.click(STREAK_BOX.centre)
    bench.press(Key.Key_Right)
    assert foot(bench) == "saving …"
    bench.press(Key.Key_Escape)
    assert foot(bench) == "all saved"
    assert bench.sheet.of(["s1"])[0].box == STREAK_BOX


def test_nudges_that_led_back_are_nothing_to_save(bench: BenchDriver):
    bench.click(STREAK_BOX.centre)
    bench.press(Key.Key_Right)
    bench.press(Key.Key_Left)
    assert foot(bench) == "saving …"
    bench.qtbot.waitUntil(lambda: foot(bench) == "all saved")


def test_nudges_of_a_box_that_somebody_else_takes_away_are_over(
    project: Project, bench: BenchDriver, others: Callable[[], None]
):
    bench.click(STREAK_BOX.centre)
    bench.press(Key.Key_Right)
    others()
    bench.qtbot.waitUntil(lambda: bench.sheet.of(["s1"]) == ())
    assert foot(bench) == "all saved"


@pytest.fixture
def others(project: Project) -> Callable[[], None]:
    """A colleague removes the streak."""

    def remove() -> None:
        streak = next(a for a in project.annotations.of_image(1) if a.uid == "s1")
        project.apply([AnnotationEdit(1, streak, None)], actor="bo")

    return remove


def test_a_project_that_can_only_be_read_says_so_at_once(
    project: Project,
    open_bench: Callable[[Path], BenchDriver],
    monkeypatch: pytest.MonkeyPatch,
):
    connect = project_file._connect

    def read_only(path: Path) -> ProjectDatabase:
        db = connect(path)
        db.execute("PRAGMA query_only = 1")
        return db

    monkeypatch.setattr(project_file, "_connect", read_only)
    bench = open_bench(project.folder)
    bench.wait_for_image(1)
    assert foot(bench) == "read only"
    bench.press(Key.Key_D)
    bench.wait_for_image(2)
    bench.press(Key.Key_A)
    bench.wait_for_image(1)
    (said,) = bench.said()  # that a visit isn't kept is no news
    assert said.startswith("This project can only be looked at")
    bench.click(STREAK_BOX.centre)
    bench.press(Key.Key_X)
    bench.wait_until_saved()
    assert foot(bench).startswith("NOT saved: ")
    errors = len(bench.said())
    bench.window.close_project()
    assert len(bench.said()) == errors
