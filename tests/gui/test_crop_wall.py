"""The wall of crops: what was looked at is signed at once, and nothing else."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app.core import corrections, review
from app.core.geometry import Box
from app.core.shape import Shape
from app.core.sheet import Sheet
from app.shell.bench.walling import Walling
from app.storage.project import Project
from tests.gui.bench_driver import BenchDriver
from tests.gui.conftest import SLAG, STREAK
from widgets.queue.state_mark import STATE_COLOURS
from widgets.review.crop_grid import CropGrid, Tile

Key = Qt.Key
Control, Shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton
TILES = [Tile(f"u{n}", f"layer_{n}.png", "#e6194b") for n in range(200)]


def grey(level: int) -> QImage:
    image = QImage(100, 100, QImage.Format.Format_Grayscale8)
    image.fill(level)
    return image


class Grid:
    """Answers what the grid asks for, as far as `readable` says."""

    def __init__(self, qtbot: QtBot, grid: CropGrid) -> None:
        self.qtbot, self.grid = qtbot, grid
        self.asked: list[str] = []
        self.seen: set[str] = set()
        self.readable = True
        grid.crops_wanted.connect(self._answer)
        grid.seen.connect(self.seen.update)

    def _answer(self, uids: list[str]) -> None:
        self.asked += uids
        for uid in uids:
            self.grid.set_crop(uid, grey(77) if self.readable else QImage(), Box(10, 10, 90, 90))


@pytest.fixture
def grid(qtbot: QtBot) -> Grid:
    grid = CropGrid()
    qtbot.addWidget(grid)
    grid.resize(510, 400)  # three tiles a row, two rows and a bit
    grid.show_tiles(TILES)
    with qtbot.waitExposed(grid):
        grid.show()
    return Grid(qtbot, grid)


def test_only_what_is_in_sight_is_asked_for_and_was_seen(qtbot: QtBot, grid: Grid):
    qtbot.waitUntil(lambda: grid.seen == {f"u{n}" for n in range(6)})
    assert set(grid.asked) == {f"u{n}" for n in range(9)}  # the third row shows in part
    grid.grid.page(1)
    qtbot.waitUntil(lambda: grid.seen == {f"u{n}" for n in range(12)})


def test_who_scrolls_past_has_seen_nothing(qtbot: QtBot, grid: Grid):
    for _ in range(20):
        grid.grid.page(1)
        qtbot.wait(20)
    assert not grid.seen


def test_what_cant_be_read_was_not_seen(qtbot: QtBot, grid: Grid):
    grid.readable = False
    qtbot.waitUntil(lambda: bool(grid.asked))
    qtbot.wait(600)
    assert not grid.seen


def test_tiles_show_crop_box_and_marks(qtbot: QtBot, grid: Grid):
    qtbot.waitUntil(lambda: bool(grid.seen))
    grid.grid.mark({"u0"}, {"u1"})
    screen = grid.grid.viewport().grab().toImage()
    first, second = grid.grid.place_of("u0"), grid.grid.place_of("u1")
    assert screen.pixelColor(first.center()).name() == "#4d4d4d"
    edge = first.topLeft().x() + 15, first.center().y()
    near = {screen.pixelColor(edge[0] + n, edge[1]).name() for n in (-1, 0, 1)}
    assert "#e6194b" in near
    wrong = screen.pixelColor(second.left() + 2, second.top() + 20).name()
    assert wrong == STATE_COLOURS["returned"]
    dot = screen.pixelColor(first.right() - 4, first.bottom() - 8).name()
    assert dot == STATE_COLOURS["approved"]


def test_a_click_picks_the_tile_under_it(qtbot: QtBot, grid: Grid):
    picked: list[str] = []
    grid.grid.picked.connect(picked.append)
    qtbot.mouseClick(grid.grid.viewport(), LEFT, pos=grid.grid.place_of("u4").center())
    assert picked == ["u4"]


def sheet(project: Project, image_id: int) -> Sheet:
    image = project.images.get(image_id)
    boxes = tuple(project.annotations.of_image(image_id))
    return Sheet(image_id, image.width_px, image.height_px, image.label, boxes)


@pytest.fixture
def walled(
    project: Project,
    open_bench: Callable[[Path], BenchDriver],
    monkeypatch: pytest.MonkeyPatch,
) -> BenchDriver:
    """Ann has handed in all three: a streak on each, and a slag on the first. Li reviews."""
    with project.transaction():
        project.people.put(replace(project.people.meet("li"), role="reviewer"))
    for image_id in (2, 3):
        boxes = [(STREAK, Shape(Box(30, 30, 60, 60)))]
        new, _ = corrections.drawn(sheet(project, image_id), boxes, person="ann")
        project.apply(new, actor="ann")
    for image_id in (1, 2, 3):
        edits = corrections.submitted(sheet(project, image_id), unseen=(), person="ann")
        project.apply(edits, actor="ann")
    monkeypatch.setenv("FLAWMARK_USER", "li")
    bench = open_bench(project.folder)
    bench.wait_for_image(1)
    bench.press(Key.Key_W, Control | Shift)
    return bench


def wall(bench: BenchDriver) -> Walling:
    return bench.bench.walling


def offered(bench: BenchDriver) -> str:
    return wall(bench).wall.approve.text()


def states(project: Project) -> list[str]:
    return [project.images.get(n).label.state for n in (1, 2, 3)]


def test_an_image_is_offered_once_all_its_boxes_were_on_a_wall(
    project: Project, walled: BenchDriver
):
    walled.qtbot.waitUntil(lambda: offered(walled) == "Approve 2 images")
    walled.qtbot.wait(300)
    assert offered(walled) == "Approve 2 images"  # the first has a slag, too
    wall(walled).wall.class_picked.emit(SLAG)
    walled.qtbot.waitUntil(lambda: offered(walled) == "Approve 3 images")


def test_all_are_signed_as_one_gesture_that_undo_takes_back(project: Project, walled: BenchDriver):
    sign_two(project, walled)
    walled.qtbot.waitUntil(lambda: offered(walled) == "Approve 0 images")
    assert not wall(walled).wall.approve.isEnabled()
    walled.qtbot.mouseClick(wall(walled).wall.undo, LEFT)
    walled.qtbot.waitUntil(lambda: states(project) == ["submitted"] * 3)
    walled.qtbot.keyClick(wall(walled).wall, Key.Key_Escape)
    assert not wall(walled).wall.isVisible()


def sign_two(project: Project, walled: BenchDriver) -> None:
    walled.qtbot.waitUntil(lambda: offered(walled) == "Approve 2 images")
    walled.qtbot.mouseClick(wall(walled).wall.approve, LEFT)
    walled.qtbot.waitUntil(lambda: states(project) == ["submitted", "approved", "approved"])
    walled.qtbot.waitUntil(wall(walled).wall.undo.isVisible)


def move_a_box(project: Project, walled: BenchDriver) -> Box:
    """On the first image, in the window; where it is then."""
    a = project.annotations.of_image(1)[0]
    moved = a.box.moved(5, 5)
    walled.canvas.reshaped.emit({a.uid: Shape(moved)})
    walled.wait_until_saved()
    return moved


def test_the_walls_undo_takes_back_what_was_signed_there_and_nothing_else(
    project: Project, walled: BenchDriver
):
    sign_two(project, walled)
    moved = move_a_box(project, walled)
    walled.qtbot.mouseClick(wall(walled).wall.undo, LEFT)
    walled.qtbot.waitUntil(lambda: states(project) == ["submitted"] * 3)
    assert project.annotations.of_image(1)[0].box == moved
    walled.qtbot.waitUntil(lambda: offered(walled) == "Approve 2 images")
    assert not wall(walled).wall.undo.isVisible()


def test_the_wall_offers_no_undo_once_it_cant(project: Project, walled: BenchDriver):
    sign_two(project, walled)
    reopened = review.reopened(sheet(project, 2), "too fast")
    project.apply(reopened, actor="lead")
    walled.qtbot.waitUntil(lambda: not wall(walled).wall.undo.isVisible())
    assert wall(walled).wall.done.text() == ""
    wall(walled).wall.undo_wanted.emit()
    walled.qtbot.wait(200)
    assert states(project) == ["submitted", "in_progress", "approved"]


def test_undo_on_a_wall_where_nothing_was_signed_leaves_the_work_alone(
    project: Project, walled: BenchDriver
):
    walled.qtbot.waitUntil(lambda: offered(walled) == "Approve 2 images")
    moved = move_a_box(project, walled)
    walled.qtbot.keyClick(wall(walled).wall, Key.Key_Z, Control)
    walled.qtbot.wait(200)
    walled.wait_until_saved()
    assert project.annotations.of_image(1)[0].box == moved


def test_undo_in_the_window_takes_the_offer_off_the_wall(project: Project, walled: BenchDriver):
    sign_two(project, walled)
    walled.bench.document.undo()
    walled.qtbot.waitUntil(lambda: states(project) == ["submitted"] * 3)
    walled.qtbot.waitUntil(lambda: not wall(walled).wall.undo.isVisible())


def test_what_is_called_wrong_opens_and_is_not_signed(project: Project, walled: BenchDriver):
    walled.qtbot.waitUntil(lambda: offered(walled) == "Approve 2 images")
    grid = wall(walled).wall.grid
    uid = project.annotations.of_image(3)[0].uid
    walled.qtbot.mouseClick(grid.viewport(), LEFT, pos=grid.place_of(uid).center())
    assert offered(walled) == "Approve 1 image"
    walled.wait_for_image(3)
    walled.qtbot.waitUntil(lambda: walled.canvas.selection == (uid,))
    walled.qtbot.mouseClick(grid.viewport(), LEFT, pos=grid.place_of(uid).center())
    assert offered(walled) == "Approve 2 images"


def test_a_box_that_changed_is_to_be_looked_at_again(project: Project, walled: BenchDriver):
    walled.qtbot.waitUntil(lambda: offered(walled) == "Approve 2 images")
    before = sheet(project, 2)
    a = before.annotations[0]
    moved = {a.uid: Shape(Box(35, 35, 65, 65))}
    edits = corrections.reshaped(replace(before, is_reviewed=True), moved, person="lead")
    project.apply(edits, actor="lead")
    wall(walled)._approve()  # before the wall could notice
    walled.wait_until_saved()
    assert any("changed a box" in words for words in walled.said())
    assert states(project) == ["submitted"] * 3
    assert wall(walled).wall.done.text() == ""
    walled.qtbot.waitUntil(
        lambda: wall(walled)._seen.get(a.uid, a).box == moved[a.uid].box  # looked at once more
    )


def test_who_labels_has_no_wall(
    project: Project,
    open_bench: Callable[[Path], BenchDriver],
    monkeypatch: pytest.MonkeyPatch,
):
    bench = open_bench(project.folder)
    bench.wait_for_image(1)
    bench.press(Key.Key_W, Control | Shift)
    assert "waits for your review" in wall(bench).wall.said.text()
    assert not wall(bench).wall.approve.isEnabled()


def test_the_list_of_what_waits_has_the_doubtful_first(project: Project, walled: BenchDriver):
    wall(walled).wall.close()
    walled.window.activateWindow()
    project.apply(corrections.tagged(sheet(project, 3), "unclear", True), actor="ann")
    walled.window.action_set.action("review_queue").trigger()
    walled.wait_for_image(3)
    assert list(walled.bench.browsing.order.ids) == [3, 1, 2]
    assert walled.bench.browsing.filter.sort == "review_next"
