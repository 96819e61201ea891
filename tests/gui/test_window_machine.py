"""Whatever hands, models and colleagues do in whatever order: screen, document and file agree."""

import os
import secrets
import shutil
import sqlite3
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu

from app.core.blind import SHARE_SETTING
from app.core.edit import Edit
from app.shell.bench import modelling
from app.shell.frame.main_window import MainWindow
from app.shell.keys.focus_keys import takes_text
from app.storage.project import Project
from app.storage.project_file import FILE_NAME
from tests.gui.bench_driver import BenchDriver
from tests.gui.late_jobs import LateJobs
from tests.gui.shared_project import Others, make_project
from tests.gui.window_checks import WindowChecks
from tests.gui.window_steps import (
    FOUND,
    HANDS,
    HELD,
    HIDING,
    JUDGING,
    KEYS,
    NONE,
    ON_SCREEN,
    OTHERS,
    POINTS,
    REFUSED_BY_LOCKS,
    Key,
    Shift,
)

WALKS = "FLAWMARK_TEST_WALKS"


class WindowMachine(WindowChecks, RuleBasedStateMachine):
    """One person at the window, a model and a colleague at the same project."""

    def __init__(self, qtbot, template: Path) -> None:
        super().__init__()
        self.qtbot = qtbot
        self.folder = Path(tempfile.mkdtemp())
        shutil.copytree(template, self.folder, dirs_exist_ok=True)
        self.others = Others(Project.open(self.folder / "line"))
        self.raised: list[BaseException] = []
        self.hook = sys.excepthook
        sys.excepthook = lambda kind, error, trace: self.raised.append(error)
        self.told = 0
        self.looked_up_to = self.others.project.log.newest()
        self.done: list[int] = []
        self.undone: list[int] = []
        self.applied: list[Edit] = []
        self.gestures = 0
        self.answers = LateJobs.answers = []
        self.window: MainWindow | None = None

    @initialize(share=st.sampled_from([0.0, 0.0, 0.5, 1.0]))
    def open(self, share: float) -> None:
        self.others.project.settings.put(SHARE_SETTING, share)
        self.show()

    def show(self) -> None:
        self.window = MainWindow()
        self.window.resize(1000, 700)
        self.window.open_project(Project.open(self.folder / "line"))
        self.window.show()
        self.window.activateWindow()
        self.driver = BenchDriver(self.qtbot, self.window)
        self.driver.bench.document.applied.connect(self.take_applied)
        self.told = self.noticed = 0
        self.boxes_shown, self.hidden, self.least_score = True, set(), 0.0
        self.people_shown = self.proposals_shown = True

    def take_applied(self) -> None:
        """A gesture is on screen now, and on its way to the file."""
        self.gestures += 1
        self.applied += self.driver.bench.document._pending[-1].edits

    def teardown(self) -> None:
        try:
            if self.window is not None:
                self.window.close()
                self.window.deleteLater()
            self.others.project.close()
        finally:
            sys.excepthook = self.hook
            shutil.rmtree(self.folder)

    # What happens

    @rule(step=HANDS)
    def one_step(self, step) -> None:
        self.do(step)

    @rule(step=OTHERS)
    def meanwhile(self, step) -> None:
        self.do(step)

    @rule()
    def wait_for_photo(self) -> None:
        """Most gestures need one."""
        bench = self.driver.bench
        self.qtbot.waitUntil(lambda: bench.document.image is None or bench.viewing.is_there)

    @rule(start=POINTS, end=POINTS)
    def draw_on_photo(self, start, end) -> None:
        self.wait_for_photo()
        self.do(("drag", start, end, NONE))

    @rule(at=POINTS, name=st.sampled_from(["delete", "accept", "nudge", "duplicate", "class 1"]))
    def change_box(self, at, name) -> None:
        self.wait_for_photo()
        self.do(("click", at, NONE))
        self.do(("key", name))

    @rule(found=FOUND, start=POINTS, end=POINTS)
    def draw_as_a_model_comes_over_the_image(self, found, start, end) -> None:
        self.wait_for_photo()
        self.do(("propose", ON_SCREEN, found))
        self.do(("drag", start, end, NONE))

    @rule(found=FOUND, name=st.sampled_from(["submit", "normal, next", "accept all", "undo"]))
    def decide_as_a_model_comes_over_the_image(self, found, name) -> None:
        self.wait_for_photo()
        self.do(("propose", ON_SCREEN, found))
        self.do(("key", name))

    @rule(steps=st.lists(st.one_of(HANDS, HANDS, OTHERS), min_size=2, max_size=6))
    def in_a_rush(self, steps) -> None:
        """Nothing is waited for in between: not for what is being saved, nor for photos."""
        for step in steps:
            self.do(step)

    @rule(
        start=POINTS, end=POINTS, steps=st.lists(st.one_of(OTHERS, HANDS), min_size=1, max_size=2)
    )
    def while_the_button_is_down(self, start, end, steps) -> None:
        self.wait_for_photo()
        self.driver.drag(start, end, let_go=False)
        for step in steps:
            self.do(step)
        self.do(("let go", end))

    @rule(key=st.sampled_from(list(HELD)), steps=st.lists(HANDS, min_size=1, max_size=4))
    def while_a_key_is_held(self, key, steps) -> None:
        self.wait_for_photo()
        self.driver.hold(*HELD[key])
        for step in steps:
            self.do(step)
        self.driver.release(HELD[key][0])

    @rule(corners=st.lists(POINTS, min_size=3, max_size=4), end=st.sampled_from(sorted(KEYS)))
    def outline_on_photo(self, corners, end) -> None:
        self.wait_for_photo()
        for step in [("key", "polygon tool"), *(("click", at, NONE) for at in corners)]:
            self.do(step)
        self.do(("key", end))

    @rule(start=POINTS, end=POINTS, held=st.sampled_from([NONE, Shift]))
    def paint_on_photo(self, start, end, held) -> None:
        self.wait_for_photo()
        for step in (("key", "brush tool"), ("drag", start, end, held)):
            self.do(step)

    @rule(found=FOUND, steps=st.lists(HANDS, max_size=4))
    def a_model_of_the_window_answers_late(self, found, steps) -> None:
        self.wait_for_photo()
        LateJobs.finds = found
        LateJobs.may_answer.clear()
        self.driver.press(Key.Key_M, Shift)
        for step in steps:
            self.do(step)
        LateJobs.may_answer.set()
        modelling = self.driver.bench.models.modelling
        self.qtbot.waitUntil(lambda: not modelling.is_busy)
        for model in self.answers:
            self.others.proposed |= model.proposed
            self.others.edits_by_model += model.edits_by_model
        self.answers.clear()

    @rule(steps=st.lists(HANDS, min_size=1, max_size=4))
    def while_another_program_holds_the_file(self, steps) -> None:
        """What can't be saved is told, and no longer shown; nothing else is taken back for it."""
        self.wait_for_photo()
        bench, newest = self.driver.bench, self.others.project.log.newest
        self.let_writer_wait(1)
        assert bench._writer.settle()
        self.check_messages()
        self.gestures, before = 0, newest()
        holder = sqlite3.connect(self.folder / "line" / FILE_NAME, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        for step in steps:
            self.do(step)
        bench.canvas.flush_gesture()
        assert bench._writer.settle()
        holder.close()
        self.let_writer_wait(10_000)
        assert newest() == before
        lost = [w for w in self.driver.said()[self.told :] if REFUSED_BY_LOCKS[0] in w]
        assert len(lost) >= self.gestures
        self.check_messages(REFUSED_BY_LOCKS)

    @rule(steps=st.lists(HANDS, max_size=3))
    def close_at_once_and_open_again(self, steps) -> None:
        for step in steps:
            self.do(step)
        document = self.driver.bench.document
        self.window.close()
        image = document.image  # an undo that was on its way has gone to where its gesture was
        self.check_messages()
        self.window.deleteLater()
        self.show()
        ids = list(self.driver.bench.browsing.order.ids)
        if image is not None and image.id in ids:
            assert self.driver.sheet.image_id == image.id

    def let_writer_wait(self, wait_ms: int) -> None:
        """For another program that holds the file."""

        def wait(project: Project) -> None:
            project._db.execute(f"PRAGMA busy_timeout = {wait_ms}")

        self.driver.bench._writer.run(wait, lambda _: None)

    def do(self, step) -> None:
        name, *values = step
        others, driver = self.others, self.driver
        image = driver.bench.document.image
        was_covered = driver.canvas.is_covered
        self.applied.clear()
        if values and values[0] is ON_SCREEN:
            values[0] = image.id if image else 1
        {
            "key": self.press,
            "wait": self.wait_for_photo,
            "drag": driver.drag,
            "click": driver.click,
            "let go": driver.let_go,
            "slide": self.slide,
            "hide": self.hide,
            "filter": lambda state: driver.bench.panels.filter_bar.states[state].click(),
            "menu": self.choose_in_menu,
            "bulk": driver.bench.panels.proposals.bulk_wanted.emit,
            "propose": others.propose,
            "other draws": others.draw,
            "other moves": others.move,
            "other removes": others.remove,
            "other excludes": others.exclude,
            "other reopens": others.reopen,
            "look": driver.bench._watch.look,
        }[name](*values)
        self.notice_what_is_shown_again()
        does = values[0] if name == "key" else name
        if does in JUDGING | {"drag", "click"} and was_covered and driver.canvas.is_covered:
            assert not self.applied, (step, self.applied)
        if does not in HIDING:
            self.check_drawn(self.applied)

    def choose_in_menu(self, image_ids: list[int], title: str) -> None:
        """It doesn't come in sight: without a window manager it would keep the focus."""
        menu = QMenu()
        self.driver.bench._queue_menu._fill(menu, image_ids)
        next(a for a in menu.findChildren(QAction) if a.text() == title).trigger()

    def press(self, name: str) -> None:
        if takes_text(QApplication.focusWidget()):
            self.driver.press(*KEYS[name])  # the window asks why, and it is typed there
            return
        self.boxes_shown ^= name == "boxes off"
        self.proposals_shown ^= name == "proposals off"
        self.people_shown ^= name == "people off"
        self.driver.press(*KEYS[name])

    def slide(self, score: float) -> None:
        self.least_score = score
        self.driver.bench.panels.proposals.set_least_score(score)

    def hide(self, class_id: int) -> None:
        self.hidden ^= {class_id}
        self.driver.bench.panels.classes.eye(class_id).click()

    @invariant()
    @precondition(lambda self: self.window is not None)
    def whatever_was_done(self) -> None:
        self.agree()


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("template")
    make_project(folder)
    return folder


@pytest.fixture
def machine(qtbot, template, tmp_path, monkeypatch):
    """Makes one for each example."""
    monkeypatch.setenv("FLAWMARK_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("FLAWMARK_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("FLAWMARK_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("FLAWMARK_USER", "ann")
    monkeypatch.setattr(modelling, "ModelJobs", LateJobs)
    LateJobs.may_answer.set()
    return lambda: WindowMachine(qtbot, template)


ANY = {"deadline": None, "suppress_health_check": list(HealthCheck), "print_blob": False}
FIXED = ANY | {"derandomize": True}


def test_screen_document_and_file_agree_in_a_few_walks(machine):
    run_state_machine_as_test(
        machine, settings=settings(max_examples=4, stateful_step_count=8, **FIXED)
    )


@pytest.mark.slow
def test_screen_document_and_file_agree_whatever_happens(machine):
    run_state_machine_as_test(
        machine, settings=settings(max_examples=16, stateful_step_count=20, **FIXED)
    )


@pytest.mark.slow
def test_screen_document_and_file_agree_in_walks_that_nobody_has_seen(machine):
    """Others at each run; what is printed where it fails brings the same ones again."""
    number = int(os.environ.get(WALKS) or secrets.randbelow(2**32))
    print(f"{WALKS}={number}")  # noqa: T201 - how to have them again
    run_state_machine_as_test(
        seed(number)(machine),
        settings=settings(max_examples=6, stateful_step_count=20, database=None, **ANY),
    )
