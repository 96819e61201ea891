"""Whatever hands, models and colleagues do in whatever order: screen, document and file agree."""

import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from PySide6.QtCore import Qt

from app.core.annotation import Annotation
from app.core.blind import SHARE_SETTING
from app.core.geometry import Box
from app.shell.frame.main_window import MainWindow
from app.storage.project import Project
from tests.gui.bench_driver import BenchDriver
from tests.gui.shared_project import CLASSES, GREYS, HEIGHT_PX, WIDTH_PX, Others, make_project
from widgets.words import state_title

Key = Qt.Key
NONE = Qt.KeyboardModifier.NoModifier
Shift, Control, Alt = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)

# A coarse grid, on which corners lie too: so that presses often hit an edge, a corner, a box.
POINTS = st.tuples(
    st.integers(0, WIDTH_PX // 4).map(lambda n: 4.0 * n),
    st.integers(0, HEIGHT_PX // 4).map(lambda n: 4.0 * n),
)
BOXES = st.tuples(POINTS, POINTS).map(
    lambda ends: Box(
        min(ends[0][0], ends[1][0], WIDTH_PX - 4),
        min(ends[0][1], ends[1][1], HEIGHT_PX - 4),
        max(ends[0][0], ends[1][0], min(ends[0][0], ends[1][0]) + 4),
        max(ends[0][1], ends[1][1], min(ends[0][1], ends[1][1]) + 4),
    )
)
FOUND = st.lists(
    st.tuples(st.sampled_from(CLASSES), BOXES, st.sampled_from([0.2, 0.5, 0.9])), max_size=3
)
ON_SCREEN = None
IMAGES = st.sampled_from([ON_SCREEN, ON_SCREEN, *GREYS])
NUMBERS = st.integers(0, 5)

KEYS = {
    "submit": (Key.Key_Space, NONE),
    "normal": (Key.Key_N, NONE),
    "normal, next": (Key.Key_N, Shift),
    "next": (Key.Key_D, NONE),
    "previous": (Key.Key_A, NONE),
    "next open": (Key.Key_D, Shift),
    "back": (Key.Key_Left, Alt),
    "exclude": (Key.Key_E, Control),
    "reopen": (Key.Key_R, Control),
    "approve": (Key.Key_Return, Control),
    "return": (Key.Key_R, Shift),
    "pin": (Key.Key_P, Shift),
    "blink": (Key.Key_V, Shift),
    "undo": (Key.Key_Z, Control),
    "redo": (Key.Key_Y, Control),
    "accept": (Key.Key_E, NONE),
    "accept all": (Key.Key_E, Shift),
    "reject all": (Key.Key_X, Shift),
    "delete": (Key.Key_X, NONE),
    "select all": (Key.Key_A, Control),
    "next box": (Key.Key_Period, NONE),
    "under pointer": (Key.Key_Tab, NONE),
    "duplicate": (Key.Key_D, Control),
    "copy": (Key.Key_C, Control),
    "paste": (Key.Key_V, Control),
    "take over": (Key.Key_T, NONE),
    "nudge": (Key.Key_Right, NONE),
    "nudge far": (Key.Key_Down, Shift),
    "escape": (Key.Key_Escape, NONE),
    "boxes off": (Key.Key_H, NONE),
    "proposals off": (Key.Key_J, NONE),
    "people off": (Key.Key_J, Shift),
    "uncover": (Key.Key_U, NONE),
    "draw tool": (Key.Key_W, NONE),
    "correct tool": (Key.Key_V, NONE),
    "tag 1": (Key.Key_1, Alt),
    "tag 2": (Key.Key_2, Alt),
    **{f"class {n}": (Key.Key_0 + n, NONE) for n in CLASSES},
}
HANDS = st.one_of(
    st.tuples(st.just("key"), st.sampled_from(list(KEYS))),
    st.tuples(st.just("key"), st.sampled_from(["undo", "redo", "next", "previous", "submit"])),
    st.tuples(st.just("drag"), POINTS, POINTS, st.sampled_from([NONE, NONE, NONE, Control])),
    st.tuples(st.just("click"), POINTS, st.sampled_from([NONE, NONE, Shift])),
    st.tuples(st.just("wait")),
    st.tuples(st.just("slide"), st.sampled_from([0.0, 0.4, 0.6, 1.0])),
    st.tuples(st.just("hide"), st.sampled_from(CLASSES)),
    st.tuples(st.just("filter"), st.sampled_from(["new", "in_progress", "submitted"])),
)
OTHERS = st.one_of(
    st.tuples(st.just("propose"), IMAGES, FOUND),
    st.tuples(st.just("propose"), IMAGES, FOUND),
    st.tuples(st.just("other draws"), IMAGES, BOXES),
    st.tuples(st.just("other moves"), IMAGES, NUMBERS, BOXES),
    st.tuples(st.just("other removes"), IMAGES, NUMBERS),
    st.tuples(st.just("other excludes"), IMAGES),
    st.tuples(st.just("other reopens"), IMAGES),
    st.tuples(st.just("look")),  # at what others did, as the window does by itself after a while
)

REFUSED_BY_RULES = (
    "is not on screen",
    "last image of the list",
    "first image of the list",
    "no work left",
    "nobody has said that it is normal",
    "can't be normal",
    "hidden, so nobody has looked",
    "nothing on it changes",
    "may not make an image",
    "can't become",
    "That step was on",
)
REFUSED_FOR_COLLEAGUES = ("Image 1 was", "Image 2 was", "Image 3 was", "Image 4 was")
REFUSED_FOR_MODELS = (
    "A box on image",
    "can't be taken back or made again",
    "A model has found something",
)


class WindowMachine(RuleBasedStateMachine):
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
        self.told = 0
        self.boxes_shown, self.hidden, self.least_score = True, set(), 0.0
        self.people_shown = self.proposals_shown = True

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
        self.driver.let_go(end)

    @rule(steps=st.lists(HANDS, max_size=3))
    def close_at_once_and_open_again(self, steps) -> None:
        for step in steps:
            self.do(step)
        image = self.driver.bench.document.image
        self.window.close()
        self.check_messages()
        self.window.deleteLater()
        self.show()
        ids = list(self.driver.bench.browsing.order.ids)
        if image is not None and image.id in ids:
            assert self.driver.sheet.image_id == image.id

    def do(self, step) -> None:
        name, *values = step
        others, driver = self.others, self.driver
        image = driver.bench.document.image
        if values and values[0] is ON_SCREEN:
            values[0] = image.id if image else 1
        {
            "key": self.press,
            "wait": self.wait_for_photo,
            "drag": driver.drag,
            "click": driver.click,
            "slide": self.slide,
            "hide": self.hide,
            "filter": lambda state: driver.bench.panels.filter_bar.states[state].click(),
            "propose": others.propose,
            "other draws": others.draw,
            "other moves": others.move,
            "other removes": others.remove,
            "other excludes": others.exclude,
            "other reopens": others.reopen,
            "look": driver.bench._watch.look,
        }[name](*values)

    def press(self, name: str) -> None:
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

    # What holds after each step

    def settle(self) -> None:
        """Until all that was asked for is saved and noticed; bounded by waitUntil."""
        bench = self.driver.bench
        bench.canvas.flush_gesture()
        for _ in range(2):
            reached: list[object] = []
            bench._writer.run(lambda project: None, reached.append)
            self.qtbot.waitUntil(lambda: bool(reached))  # noqa: B023
            bench._watch.look()
        self.qtbot.waitUntil(lambda: bench.showing.is_settled)

    @invariant()
    @precondition(lambda self: self.window is not None)
    def agree(self) -> None:
        self.settle()
        self.check_messages()
        self.check_document()
        self.check_canvas()
        self.check_panels()
        self.check_queue()
        self.check_log()

    def check_messages(self) -> None:
        assert not self.raised, self.raised
        said = self.driver.said()[self.told :]
        self.told += len(said)
        allowed = REFUSED_BY_RULES
        if self.others.edits_by_colleague:
            allowed += REFUSED_FOR_COLLEAGUES + REFUSED_FOR_MODELS
        if self.others.edits_by_model:
            allowed += REFUSED_FOR_MODELS
        if any(part in words for words in said for part in REFUSED_FOR_MODELS):
            allowed += REFUSED_FOR_COLLEAGUES  # what was done next, on top of what was refused
        for words in said:
            assert any(part in words for part in allowed), words

    def check_document(self) -> None:
        document = self.driver.bench.document
        assert document.unsaved == 0
        if document.image is None:
            assert document.sheet is None
            return
        assert document.sheet == self.others.sheet(document.image.id)
        for image_id in GREYS:
            sheet = self.others.sheet(image_id)
            if sheet.label.state == "submitted" or sheet.label.is_normal:
                assert sheet.proposals == ()

    def in_sight(self) -> list[Annotation]:
        sight = self.driver.bench.sight
        return [
            a
            for a in self.driver.sheet.annotations
            if a.class_id not in self.hidden
            and (self.people_shown or a.is_proposal)
            and (
                not a.is_proposal
                or (
                    self.proposals_shown
                    and not sight.is_blind
                    and (a.score is None or a.score >= self.least_score)
                )
            )
        ]

    def check_canvas(self) -> None:
        bench = self.driver.bench
        shown, picture = bench.canvas.visible_annotations(), bench.canvas.picture
        if picture is not None:
            assert bench.document.image is not None
            grey = GREYS[bench.document.image.id]
            assert (picture.levels[0].pixels == grey).all() and picture.size.width == WIDTH_PX
            assert shown == (self.in_sight() if self.boxes_shown else [])
        else:
            assert shown == []
        assert bench.viewing.is_there == (picture is not None)
        assert set(bench.canvas.selection) <= {a.uid for a in shown} or not self.boxes_shown
        assert set(bench.panels.boxes.selection()) == set(bench.canvas.selection)

    def check_panels(self) -> None:
        bench, window = self.driver.bench, self.window
        if bench.document.image is None:
            return
        sheet = self.driver.sheet
        known = [a for a in sheet.annotations if not (bench.sight.is_blind and a.is_proposal)]
        listed = bench.panels.boxes.table.model()
        rows = [listed.index(n, 0).data() for n in range(listed.rowCount())]
        assert rows == [f"kind {a.class_id}" for a in known]
        here = Counter(a.class_id for a in known)
        project = self.others.project
        out = {image.id for image in project.images.all(["excluded"])}
        everywhere = Counter(a.class_id for i, a in project.annotations.all() if i not in out)
        for class_id in CLASSES:
            row = bench.panels.classes.row(class_id)
            assert row._on_image == here[class_id]
            assert f"boxes in the project: {everywhere[class_id]}\n" in row.toolTip() + "\n"
        assert window.strip.state.text() == state_title(sheet.label.state)
        assert window.strip.normal.isChecked() == sheet.label.is_normal
        assert window.action_set.action("mark_normal").isChecked() == sheet.label.is_normal
        assert {t for t, b in window.strip.tags.items() if b.isChecked()} == set(sheet.label.tags)
        assert window.strip.blind.isVisible() == bench.sight.is_blind
        place, total = bench.browsing.order.place, len(bench.browsing.order.ids)
        parts = window.status.image.words.split("    ")
        name = f"layer_{sheet.image_id}.png"
        assert parts[:2] == [f"{place + 1 if place >= 0 else '–'} / {total}", name]
        assert parts[3] == state_title(sheet.label.state)
        assert name in window.windowTitle()
        assert "saving" not in window.status.saved.words

    def check_queue(self) -> None:
        bench = self.driver.bench
        ids = list(bench.browsing.order.ids)
        assert set(ids) <= set(GREYS)
        model = bench.panels.queue._model
        assert [model.id_at(n) for n in range(model.rowCount())] == ids
        assert [model.row_at(n) for n in range(len(ids))] == bench.withheld.rows(ids)
        assert bench.document.image is not None or ids == []
        if bench.document.image is not None and bench.document.image.id in ids:
            assert ids[bench.browsing.order.place] == bench.document.image.id

    def check_log(self) -> None:
        project = self.others.project
        standing = {a.uid: (image_id, a) for image_id, a in project.annotations.all()}
        assert project.log.replay() == standing
        for uid, (image_id, _) in standing.items():
            assert self.others.proposed.get(uid, image_id) == image_id
        for gesture in self.others.by_person_since(self.looked_up_to):
            if gesture.kind == "edit":
                self.done.append(gesture.id)
                self.undone.clear()
                continue
            source, target = (
                (self.done, self.undone) if gesture.kind == "undo" else (self.undone, self.done)
            )
            while source and project.log.get(source[-1]).standing == "fixed":
                source.pop()
            assert source.pop() == gesture.reverts
            target.append(gesture.reverts)
        self.looked_up_to = project.log.newest()
        for stack in (self.done, self.undone):
            stack[:] = [n for n in stack if project.log.get(n).standing != "fixed"]
        assert project.log.to_undo("ann") == (self.done[-1] if self.done else None)
        assert project.log.to_redo("ann") == (self.undone[-1] if self.undone else None)


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
    return lambda: WindowMachine(qtbot, template)


FIXED = {
    "deadline": None,
    "derandomize": True,
    "suppress_health_check": list(HealthCheck),
    "print_blob": False,
}


def test_screen_document_and_file_agree_in_a_few_walks(machine):
    run_state_machine_as_test(
        machine, settings=settings(max_examples=4, stateful_step_count=8, **FIXED)
    )


@pytest.mark.slow
def test_screen_document_and_file_agree_whatever_happens(machine):
    run_state_machine_as_test(
        machine, settings=settings(max_examples=40, stateful_step_count=20, **FIXED)
    )
