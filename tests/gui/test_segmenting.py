"""A click or a box becomes an outline: asked, refined, kept as a box, or dropped, on the window."""

import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from app.core.errors import UserError
from app.core.geometry import Box
from app.core.label_class import LabelClass
from app.core.segmentation import Click, Prompt
from app.services.import_photos import import_photos
from app.services.live_segmenter import CONTRAST, InProcess, LivePhoto, LiveSegmenter
from app.services.shelf import Shelf
from app.shell.bench import segmenting
from app.shell.bench.segment_jobs import Question, SegmentJobs
from app.shell.bench.segmenting import Segmenting
from app.storage.project import Project
from backends.base import BackendSpec, SegmenterSettings
from backends.client import ModelWorker
from tests.gui.bench_driver import BenchDriver, Point
from tests.gui.conftest import write_photo
from tests.helpers.scripted_segmenters import (
    DEADLY_GREY,
    EMPTY_GREY,
    GATE,
    HALF_SIDES_PX,
    LOG,
    PLAIN_GREY,
    SLOW_GREY,
)
from widgets.tools.segment import SegmentTool

Key = Qt.Key
NONE, ALT, CTRL, SHIFT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
STREAK, SLAG = 1, 2
AT = (100.0, 80.0)
SPEC = BackendSpec("Squares", "tests.helpers.scripted_segmenters:Squares", role="segmenter")
PLAIN, SECOND, SLOW, DEADLY, EMPTY = 1, 2, 3, 4, 5
GREYS = (PLAIN_GREY, PLAIN_GREY + 1, SLOW_GREY, DEADLY_GREY, EMPTY_GREY)


def rounded(box: Box) -> Box:
    """Between a widget's pixels and the photo's the last digits go astray."""
    return Box(*(round(c, 6) for c in box.corners))


def square(at: Point, half_px: float) -> Box:
    return Box.from_centre(*at, 2 * half_px, 2 * half_px)


@dataclass(kw_only=True)
class SegmentDriver(BenchDriver):
    cache: Path
    project: Project

    @property
    def tool(self) -> SegmentTool:
        return self.canvas._segmenting

    @property
    def segmenting(self) -> Segmenting:
        return self.bench.models.segmenting

    @property
    def preview(self) -> Box | None:
        """The box of the outline that is shown and not kept yet."""
        tool = self.tool
        return rounded(tool._outlines[tool._chosen].box) if tool._outlines else None

    def saved(self, image_id: int = PLAIN) -> list[tuple[int, Box]]:
        return [(a.class_id, rounded(a.box)) for a in self.project.annotations.of_image(image_id)]

    def calls(self, name: str) -> list[tuple[str, int]]:
        """Keys and processes of those calls so far."""
        log = self.cache / LOG
        lines = [line.split() for line in log.read_text().splitlines()] if log.exists() else []
        return [(key, int(pid)) for called, key, pid in lines if called == name]

    def until(self, is_so: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(is_so, timeout=30_000)

    def until_answered(self) -> None:
        self.until(lambda: self.tool._is_answered)

    def ask(self, at: Point, modifier: Qt.KeyboardModifier = NONE) -> None:
        self.click(at, modifier)
        self.until_answered()

    def right_click(self, at: Point) -> None:
        self.right_drag(at, at)

    def right_drag(self, start: Point, end: Point) -> None:
        """`end` is where the image point is shown when the drag begins."""
        first, last = self.on_canvas(start), self.on_canvas(end)
        right, none = Qt.MouseButton.RightButton, Qt.MouseButton.NoButton
        for kind, at, cause, held in (
            (QMouseEvent.Type.MouseButtonPress, first, right, right),
            (QMouseEvent.Type.MouseMove, last, none, right),
            (QMouseEvent.Type.MouseButtonRelease, last, right, none),
        ):
            everywhere = QPointF(self.canvas.mapToGlobal(at))
            QApplication.sendEvent(
                self.canvas, QMouseEvent(kind, at, everywhere, cause, held, NONE)
            )

    def go_to(self, image_id: int) -> None:
        self.bench.open(image_id)
        self.wait_for_image(image_id)

    @property
    def at_foot(self) -> str:
        return self.window.status.model.words


Open = Callable[..., SegmentDriver]


@pytest.fixture
def open_window(
    qtbot: QtBot, home: Path, open_bench: Callable[[Path], BenchDriver], monkeypatch
) -> Open:
    """On the first of five photos, each told from the others by its grey."""
    photos = home / "photos"
    photos.mkdir()
    for number, grey in enumerate(GREYS, start=1):
        write_photo(photos / f"layer_{number}.png", grey)
    project = Project.create(home / "bed")
    classes = [LabelClass("streak", colour="#e6194b"), LabelClass("slag", colour="#4363d8")]
    project.add_classes(classes, actor="lead")
    import_photos(project, photos)
    (home / "cache").mkdir()
    settings = SegmenterSettings(None, home / "cache")

    def opened(*, in_processes: bool = False) -> SegmentDriver:
        def open_segmenter(name: str, cache: Path, shelf: Shelf) -> LiveSegmenter:
            if name.endswith("gone.pth"):
                raise UserError(f"The weights of the segmenter are gone: {name}.", hint="")
            if in_processes:
                workers = ModelWorker(settings, SPEC), ModelWorker(settings, SPEC)
                return LiveSegmenter("Squares", *workers)
            return LiveSegmenter("Squares", InProcess(SPEC, settings))

        monkeypatch.setattr(segmenting, "open_segmenter", open_segmenter)
        window = open_bench(home / "bed").window
        driver = SegmentDriver(qtbot, window, cache=home / "cache", project=project)
        driver.wait_for_image(PLAIN)
        driver.press(Key.Key_O)
        driver.moves = 0
        return driver

    return opened


@pytest.fixture
def window(open_window: Open) -> SegmentDriver:
    return open_window()


@pytest.fixture
def far_window(open_window: Open) -> SegmentDriver:
    """The segmenter is in processes of its own."""
    return open_window(in_processes=True)


def test_one_click_and_a_digit_make_a_box_with_its_outline_and_one_undo_takes_it_back(
    window: SegmentDriver,
):
    window.click(AT)
    window.until_answered()
    assert window.boxes() == []
    window.press(Key.Key_2)
    window.wait_until_saved()

    (drawn,) = window.project.annotations.of_image(PLAIN)
    assert window.moves == 2
    assert (drawn.class_id, drawn.author, drawn.score) == (SLAG, "ann", None)
    assert rounded(drawn.box) == square(AT, HALF_SIDES_PX[0])
    assert drawn.polygon is not None and len(drawn.polygon) == 4
    assert window.preview is None and window.canvas.selection == (drawn.uid,)
    window.press(Key.Key_Z, CTRL)
    window.until(lambda: window.saved() == [])


def test_a_digit_that_is_quicker_than_the_answer_is_not_lost(window: SegmentDriver):
    window.click(AT)
    window.press(Key.Key_2)
    window.until(lambda: len(window.boxes()) == 1)
    window.wait_until_saved()
    assert window.saved() == [(SLAG, square(AT, HALF_SIDES_PX[0]))]


def test_the_next_outline_does_not_change_the_class_of_the_one_before(window: SegmentDriver):
    for at, key in (((60, 80), Key.Key_2), ((160, 80), Key.Key_1)):
        window.ask(at)
        window.press(key)
    window.wait_until_saved()
    assert [class_id for class_id, _ in window.saved()] == [SLAG, STREAK]


def test_further_clicks_refine_and_nothing_but_the_last_answer_counts(window: SegmentDriver):
    window.ask(AT)
    window.right_click((90, 80))
    window.click((95, 80), ALT)
    window.until_answered()
    assert window.preview == square(AT, HALF_SIDES_PX[0] - 2)
    window.right_click((300, 300))  # beside the photo
    assert window.preview == square(AT, HALF_SIDES_PX[0] - 2)


def test_a_right_click_alone_asks_nothing_and_a_right_drag_moves_the_photo(window: SegmentDriver):
    window.right_click(AT)
    assert window.tool._prompt is None and window.preview is None
    window.ask(AT)
    before = window.on_canvas(AT)
    window.right_drag((80, 80), (60, 70))
    assert window.on_canvas(AT) != before
    assert window.preview == square(AT, HALF_SIDES_PX[0])


def test_tab_goes_through_what_a_click_may_mean_and_return_keeps_it(window: SegmentDriver):
    window.ask(AT)
    seen = []
    for _ in HALF_SIDES_PX:
        seen.append(window.preview)
        window.press(Key.Key_Tab)
    assert seen == [square(AT, half) for half in HALF_SIDES_PX]
    assert window.preview == seen[0]
    window.press(Key.Key_Tab)
    assert window.tool.words() == "streak   0.70   2 / 3"
    window.press(Key.Key_Return)
    window.wait_until_saved()
    assert window.saved() == [(STREAK, seen[1])]
    assert window.sheet.image_id == PLAIN  # the key kept the outline and submitted nothing
    assert window.sheet.label.state == "in_progress"


def test_a_double_click_keeps_it(window: SegmentDriver):
    window.click(AT)
    event = QMouseEvent.Type.MouseButtonDblClick
    window._mouse(event, window.on_canvas(AT), Qt.MouseButton.LeftButton)
    window.let_go(AT)
    window.until(lambda: len(window.boxes()) == 1)
    assert rounded(window.boxes()[0].box) == square(AT, HALF_SIDES_PX[0])


def test_a_drag_is_a_box_around_the_thing(window: SegmentDriver):
    window.drag((40, 30), (120, 110))
    window.until_answered()
    prompt = window.tool._prompt
    assert prompt is not None and prompt.box is not None and not prompt.clicks
    corners = zip(prompt.box.corners, (5, 5, -5, -5), strict=True)
    assert window.preview == rounded(Box(*(c + by for c, by in corners)))
    window.click((80, 70), ALT)
    assert window.tool._prompt.box == prompt.box and len(window.tool._prompt.clicks) == 1


@pytest.mark.parametrize("how", ["escape", "tool", "image"])
def test_what_is_not_kept_leaves_nothing(window: SegmentDriver, how: str):
    window.ask(AT)
    if how == "escape":
        window.press(Key.Key_Escape)
    elif how == "tool":
        window.press(Key.Key_V)
    else:
        window.go_to(SECOND)
    assert window.preview is None and window.tool._prompt is None
    window.press(Key.Key_2)
    assert window.bench.document.unsaved == 0
    assert window.saved() == [] and window.saved(SECOND) == []


def test_where_nothing_stands_out_it_is_said_and_the_next_click_begins_anew(
    window: SegmentDriver,
):
    window.go_to(EMPTY)
    window.ask(AT)
    assert window.preview is None and "nothing" in window.tool.words()
    window.press(Key.Key_2)
    assert window.boxes() == [] and window.tool._prompt is None
    window.ask(AT)
    window.ask((60, 60))
    prompt = window.tool._prompt
    assert prompt is not None and len(prompt.clicks) == 1


def test_one_key_fits_the_selected_boxes_to_what_they_hold(window: SegmentDriver):
    window.press(Key.Key_W)
    window.drag((40, 30), (100, 90))
    window.drag((120, 30), (200, 90))
    window.wait_until_saved()
    before = [box for _, box in window.saved()]
    window.press(Key.Key_V)
    window.press(Key.Key_A, CTRL)
    window.press(Key.Key_G, SHIFT)
    window.until(lambda: all(a.polygon for a in window.boxes()))
    window.wait_until_saved()
    for was, now in zip(before, window.saved(), strict=True):
        close = zip(was.corners, now[1].corners, (5, 5, -5, -5), strict=True)
        assert all(after == pytest.approx(b + by) for b, after, by in close)
    window.press(Key.Key_Z, CTRL)
    window.until(lambda: [box for _, box in window.saved()] == before)


def test_a_fit_without_a_box_says_what_to_do(window: SegmentDriver):
    window.press(Key.Key_G, SHIFT)
    assert "box" in window.said()[0]


def test_a_box_in_which_nothing_stands_out_stays_as_it_is(window: SegmentDriver):
    window.go_to(EMPTY)
    window.press(Key.Key_W)
    window.drag((40, 30), (100, 90))
    before = window.boxes()
    window.press(Key.Key_G, SHIFT)
    window.until(lambda: bool(window.said()))
    assert "stays as it is" in window.said()[0] and window.boxes() == before


def test_a_box_that_was_changed_meanwhile_is_not_fitted(window: SegmentDriver):
    window.press(Key.Key_W)
    window.drag((40, 30), (100, 90))
    window.press(Key.Key_G, SHIFT)
    window.press(Key.Key_2)  # before the answer can have come
    changed = window.boxes()
    window.until(lambda: len(window.calls("segment")) == 1)
    window.qtbot.wait(50)
    assert window.boxes() == changed


def test_the_photo_is_looked_at_first_it_is_said_and_the_click_is_answered_then(
    far_window: SegmentDriver,
):
    far_window.go_to(SLOW)
    far_window.click(AT)
    far_window.until(lambda: far_window.at_foot == "Squares looks at the photo …")
    far_window.press(Key.Key_2)
    assert far_window.boxes() == []
    (far_window.cache / GATE).touch()
    far_window.until(lambda: len(far_window.boxes()) == 1)
    assert far_window.at_foot == "no model at work"
    far_window.wait_until_saved()
    assert far_window.saved(SLOW) == [(SLAG, square(AT, HALF_SIDES_PX[0]))]


def test_the_next_images_are_looked_at_ahead_and_answered_by_another_process(
    far_window: SegmentDriver,
):
    far_window.ask(AT)
    first, second = (far_window.project.images.get(i).content_hash for i in (PLAIN, SECOND))
    far_window.until(lambda: len(far_window.calls("embedded")) >= 2)
    assert [key for key, _ in far_window.calls("embedded")][:2] == [first, second]
    assert far_window.calls("segment")[0][1] != far_window.calls("embedded")[0][1]


def test_an_answer_that_comes_late_lands_on_no_other_image(far_window: SegmentDriver):
    far_window.go_to(SLOW)
    far_window.click(AT)
    far_window.press(Key.Key_2)
    far_window.until(lambda: bool(far_window.calls("embed")))
    far_window.go_to(SECOND)
    (far_window.cache / GATE).touch()
    far_window.ask((60, 60))
    assert far_window.preview == square((60, 60), HALF_SIDES_PX[0])
    assert far_window.boxes() == [] and far_window.saved(SLOW) == []
    assert far_window.at_foot == "no model at work"


def test_a_segmenter_that_dies_is_said_and_the_next_click_starts_it_again(
    far_window: SegmentDriver,
):
    far_window.go_to(DEADLY)
    far_window.click(AT)
    far_window.until(lambda: bool(far_window.said()))
    assert "died" in far_window.said()[0]
    assert far_window.tool._prompt is None
    far_window.go_to(PLAIN)
    far_window.ask(AT)
    assert far_window.preview == square(AT, HALF_SIDES_PX[0])


def test_a_segmenter_that_hangs_is_stopped_by_the_key_that_stops_models(
    far_window: SegmentDriver,
):
    far_window.go_to(SLOW)
    far_window.click(AT)
    far_window.until(lambda: bool(far_window.at_foot.startswith("Squares looks")))
    far_window.press(Key.Key_Period, CTRL)
    assert far_window.tool._prompt is None
    far_window.until(lambda: not far_window.segmenting._jobs._looking.is_busy)
    assert far_window.at_foot == "no model at work"
    far_window.go_to(SECOND)
    far_window.ask(AT)
    assert far_window.preview == square(AT, HALF_SIDES_PX[0])


def test_the_window_closes_in_the_middle_of_a_look(far_window: SegmentDriver):
    far_window.go_to(SLOW)
    far_window.click(AT)
    far_window.until(lambda: bool(far_window.calls("embed")))
    far_window.window.close()
    _, pid = far_window.calls("embed")[-1]
    with pytest.raises(ProcessLookupError):
        os.kill(pid, signal.SIG_DFL)


def test_after_a_while_its_processes_end_and_the_next_question_starts_them(
    qtbot: QtBot, tmp_path: Path
):
    write_photo(tmp_path / "bed.png", PLAIN_GREY)
    settings = SegmenterSettings(None, tmp_path)
    workers = ModelWorker(settings, SPEC), ModelWorker(settings, SPEC)
    jobs = SegmentJobs(LiveSegmenter("Squares", *workers), rest_after_s=0.3)
    answers: list[Question] = []
    jobs.answered.connect(lambda question, _: answers.append(question))
    photo = LivePhoto("bed", tmp_path / "bed.png")
    for asked in (1, 2):
        jobs.ask(Question(photo, (Prompt(clicks=(Click(*AT),)),)))
        qtbot.waitUntil(lambda asked=asked: len(answers) == asked, timeout=30_000)
        qtbot.waitUntil(lambda: not any(w.running for w in workers), timeout=30_000)
    jobs.close()


def test_the_segmenter_is_chosen_and_remembered(
    open_window: Open, home: Path, monkeypatch: pytest.MonkeyPatch
):
    window = open_window()
    window.ask(AT)
    weights = home / "sam_b.pth"
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(weights), ""))
    window.bench.panels.bring_up("prelabel")
    choice = window.bench.panels.segmenters
    assert choice.segmenters.currentData() == CONTRAST
    window.qtbot.mouseClick(choice.file_button, Qt.MouseButton.LeftButton)
    window.until(lambda: choice.segmenters.currentData() == str(weights))
    assert window.preview is None  # it was the other one's
    window.ask(AT)
    window.window.close()

    again = open_window()
    assert again.segmenting.name == str(weights)
    choice = again.bench.panels.segmenters
    choice.segmenters.setCurrentIndex(0)
    choice.segmenters.activated.emit(0)
    again.until(lambda: again.segmenting.name == CONTRAST)


def test_what_is_no_segmenter_is_told_and_the_one_before_stays(window: SegmentDriver):
    window.segmenting.use("/weights/gone.pth")
    window.until(lambda: bool(window.said()))
    assert "gone.pth" in window.said()[0]
    assert window.segmenting.name == CONTRAST
    window.ask(AT)
    assert window.preview is not None


def test_weights_that_went_since_they_were_chosen_are_told_at_the_click(
    open_window: Open, home: Path
):
    with Project.open(home / "bed") as project:
        project.settings.put("segmenter", "/weights/gone.pth", person="ann")
    window = open_window()
    window.click(AT)
    window.until(lambda: bool(window.said()))
    assert "gone.pth" in window.said()[0]
    assert window.tool._prompt is None
    window.segmenting.use(CONTRAST)
    window.until(lambda: window.segmenting.name == CONTRAST)
    window.ask(AT)
    assert window.preview is not None


def test_segmenters_on_the_shelf_are_offered(
    window: SegmentDriver, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(segmenting, "segmenters_of", lambda shelf: ["sam_vit_b"])
    choice = window.bench.panels.segmenters
    window.bench.panels.bring_up("prelabel")
    window.until(lambda: choice.segmenters.findData("sam_vit_b") > 0)
    assert choice.segmenters.currentData() == CONTRAST


def test_the_outline_is_painted_in_a_colour_of_its_own(window: SegmentDriver):
    box = square(AT, HALF_SIDES_PX[0])
    assert not window.has_colour_around(box, "#00e5ff")
    window.ask(AT)
    assert window.has_colour_around(box, "#00e5ff")
    window.press(Key.Key_Escape)
    assert not window.has_colour_around(box, "#00e5ff")


def test_who_goes_back_to_the_segmenter_in_use_keeps_it(window: SegmentDriver):
    window.ask(AT)
    window.segmenting.use("slow to open")
    window.segmenting.use(CONTRAST)
    window.segmenting.list_segmenters()  # read after the one that nobody wants any more
    choice = window.bench.panels.segmenters.segmenters
    choice.clear()
    window.until(lambda: choice.count() > 0)
    assert window.segmenting.name == CONTRAST and choice.currentData() == CONTRAST
    assert window.preview is not None


def test_the_one_before_ends_off_the_gui_thread_in_the_middle_of_what_it_does(
    far_window: SegmentDriver, monkeypatch: pytest.MonkeyPatch
):
    closers: list[int] = []
    before = LiveSegmenter.close

    def close(live: LiveSegmenter) -> None:
        closers.append(threading.get_ident())
        before(live)

    monkeypatch.setattr(LiveSegmenter, "close", close)
    far_window.go_to(SLOW)
    far_window.click(AT)
    far_window.until(lambda: bool(far_window.calls("embed")))
    far_window.segmenting.use("another")
    far_window.until(lambda: bool(closers) and not far_window.segmenting._ending)
    assert threading.get_ident() not in closers
    assert far_window.tool._prompt is None and far_window.at_foot == "no model at work"
    _, pid = far_window.calls("embed")[-1]
    with pytest.raises(ProcessLookupError):
        os.kill(pid, signal.SIG_DFL)


def test_the_window_closes_just_as_another_segmenter_is_chosen(far_window: SegmentDriver):
    far_window.ask(AT)
    pids = {pid for _, pid in (*far_window.calls("embed"), *far_window.calls("segment"))}
    far_window.segmenting.use("another")
    far_window.until(lambda: far_window.segmenting.name == "another")
    far_window.window.close()
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, signal.SIG_DFL)
