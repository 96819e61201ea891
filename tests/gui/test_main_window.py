"""What holds for the window as a whole: docks, keys, fields that are typed in, messages."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget

from app.core.errors import UserError
from app.core.label_class import LabelClass
from app.shell.bench.queue_menu import QueueMenu
from app.shell.frame.messages import install_excepthook
from app.storage.project import Project
from tests.gui.bench_driver import BenchDriver
from tests.gui.conftest import SLAG_BOX
from widgets.frame.cheat_sheet import CheatSheet
from widgets.frame.message_bar import MessageBar

Key = Qt.Key
Control = Qt.KeyboardModifier.ControlModifier


def test_closed_docks_come_back_by_the_menu_and_stay_as_they_were_left(
    bench: BenchDriver, project: Project, open_bench: Callable[[Path], BenchDriver]
):
    docks = bench.bench.panels.docks
    docks["images"].close()
    assert docks["images"].toggleViewAction() in bench.window.panels_menu.actions()
    bench.window.close()
    again = open_bench(project.folder)
    images = again.bench.panels.docks["images"]
    assert not images.isVisible()
    images.toggleViewAction().trigger()
    assert images.isVisible()


def test_a_changed_key_works_at_once_and_in_the_next_window(
    project: Project, bench: BenchDriver, open_bench: Callable[[Path], BenchDriver]
):
    bench.window.set_keys(bench.window.action_set.key_map.with_keys("next", ["Y"]))
    bench.press(Key.Key_Y)
    bench.wait_for_image(2)
    bench.press(Key.Key_D)
    assert bench.sheet.image_id == 2
    bench.window.close()
    again = open_bench(project.folder)
    again.wait_for_image(2)
    again.press(Key.Key_Y)
    again.wait_for_image(3)


def test_a_class_whose_key_is_taken_is_told_once(
    project: Project, open_bench: Callable[[Path], BenchDriver]
):
    project.add_classes([LabelClass("dent", hotkey="d")], actor="lead")
    bench = open_bench(project.folder)
    bench.window.set_keys(bench.window.action_set.key_map.with_keys("fit", ["Y"]))
    bench.window.set_keys(bench.window.action_set.key_map.with_default("fit"))
    assert len([words for words in bench.said() if "dent" in words]) == 1


def fields(bench: BenchDriver) -> dict[str, QWidget]:
    panels = bench.bench.panels
    return {
        "images": panels.filter_bar.text,
        "comments": panels.comments.input,
        "classes": panels.classes.new_name,
        "prelabel": panels.prelabel.general,
    }


@pytest.mark.parametrize("dock", ["images", "comments", "classes", "prelabel"])
@pytest.mark.parametrize("end", [Key.Key_Return, Key.Key_Escape])
def test_what_is_typed_is_text_and_afterwards_letters_are_keys_again(
    project: Project, bench: BenchDriver, dock: str, end: Qt.Key
):
    bench.bench.panels.bring_up(dock)
    field = fields(bench)[dock]
    field.setFocus()
    assert QApplication.focusWidget() is field
    letters = (Key.Key_X, Key.Key_N, Key.Key_Space) if dock != "prelabel" else ()  # a number
    for key in (*letters, Key.Key_1, Key.Key_Backspace):
        bench.press(key)
    assert bench.bench.document.unsaved == 0
    assert {a.uid for a in bench.boxes()} == {"s1", "g1"}
    assert bench.sheet.label.state == "new"
    bench.press(end)
    bench.qtbot.waitUntil(lambda: QApplication.focusWidget() is not field)
    bench.press(Key.Key_I)
    assert bench.bench.panels.looking.looks.inverted


def test_a_class_is_added_at_the_foot_of_the_list(project: Project, bench: BenchDriver):
    field = bench.bench.panels.classes.new_name
    field.setFocus()
    bench.qtbot.keyClicks(field, "wrinkle")
    bench.press(Key.Key_Return)
    bench.qtbot.waitUntil(lambda: len(project.classes.all()) == 3)
    bench.qtbot.waitUntil(lambda: bench.bench.moves.class_id == project.classes.all()[-1].id)


def chosen(bench: BenchDriver, *titles: str, why: str = "") -> None:
    """Picks from the queue's menu, for the images that are selected; `why` answers what it asks."""
    queue = bench.bench.panels.queue
    queue.context_wanted.emit(QPoint(50, 50), queue.selected_ids())
    menu = bench.bench.findChild(QueueMenu).menu
    for title in titles[:-1]:
        menu = next(a for a in menu.actions() if a.text() == title).menu()
    next(a for a in menu.actions() if a.text() == titles[-1]).trigger()
    bench.bench.findChild(QueueMenu).menu.close()
    with bench.qtbot.waitActive(bench.window):
        bench.window.activateWindow()  # as a window manager does when a menu has closed
    if why:
        bench.answer(why)
    bench.wait_until_saved()


def test_selected_images_are_assigned_as_one_gesture(project: Project, bench: BenchDriver):
    bench.bench.panels.queue.selectAll()
    chosen(bench, "Assign to me")
    assert [project.images.get(i).label.assigned_to for i in (1, 2, 3)] == ["ann"] * 3
    given = project.log.latest()[0]
    assert (given.kind, len(given.edits)) == ("assign", 3)
    chosen(bench, "Assign to nobody")
    assert [project.images.get(i).label.assigned_to for i in (1, 2, 3)] == [None] * 3


def test_undo_takes_work_back_and_leaves_whose_an_image_is(project: Project, bench: BenchDriver):
    before = len(bench.boxes())
    bench.drag((100, 20), (120, 45))
    bench.wait_until_saved()
    assert len(bench.boxes()) == before + 1
    chosen(bench, "Assign to me")
    bench.press(Key.Key_Z, Control)
    bench.qtbot.waitUntil(lambda: len(bench.boxes()) == before)
    bench.wait_until_saved()
    assert project.images.get(1).label.assigned_to == "ann"


def test_selected_images_are_excluded_and_only_those_are_reopened(
    project: Project, bench: BenchDriver
):
    chosen(bench, "Exclude …", why="no surface")
    bench.bench.panels.queue.selectAll()
    chosen(bench, "Reopen …", why="a mistake")
    states = [project.images.get(i).label.state for i in (1, 2, 3)]
    assert states == ["in_progress", "new", "new"]


def test_tags_go_on_all_selected_images_and_off_again(
    project: Project, open_bench: Callable[[Path], BenchDriver]
):
    project.add_tags([("shadow", "阴影")])
    bench = open_bench(project.folder)
    bench.wait_for_image(1)
    bench.bench.panels.queue.selectAll()
    chosen(bench, "Tag", "shadow")
    assert [project.images.get(i).label.tags for i in (1, 2, 3)] == [("shadow",)] * 3
    chosen(bench, "Tag", "shadow")
    assert [project.images.get(i).label.tags for i in (1, 2, 3)] == [()] * 3


def test_what_could_not_be_saved_is_said_and_no_longer_shown(
    bench: BenchDriver, monkeypatch: pytest.MonkeyPatch
):
    def full(*_: object, **__: object) -> None:
        raise UserError("The disk is full.", hint="Make room.")

    monkeypatch.setattr(Project, "apply", full)
    bench.click(SLAG_BOX.centre)
    bench.press(Key.Key_X)
    assert bench.window.status.saved.words == "saving …"
    bench.wait_until_saved()
    assert bench.window.status.saved.words == "NOT saved: The disk is full."
    assert {a.uid for a in bench.boxes()} == {"s1", "g1"}
    assert "The disk is full." in bench.said()


@pytest.fixture
def refused(bench: BenchDriver) -> BenchDriver:
    """On an empty image that was to be handed in."""
    bench.press(Key.Key_D)
    bench.wait_for_image(2)
    bench.press(Key.Key_Space)
    assert bench.shown().startswith("Nothing is drawn on this image")
    return bench


def test_a_refusal_goes_with_the_next_image(refused: BenchDriver):
    refused.press(Key.Key_D)
    assert refused.sheet.image_id == 3 and refused.shown() == ""


def test_a_refusal_goes_with_the_next_move_that_works(refused: BenchDriver):
    refused.press(Key.Key_A, Control)  # looks, changes nothing
    assert refused.shown() != ""
    refused.press(Key.Key_N)
    assert refused.shown() == ""


def test_a_refusal_outlives_what_is_saved_meanwhile(refused: BenchDriver):
    refused.press(Key.Key_N)
    refused.press(Key.Key_N)
    refused.press(Key.Key_Space)
    refused.wait_until_saved()
    assert refused.shown().startswith("Nothing is drawn on this image")


def test_a_refusal_leaves_the_strip_free_for_what_it_tells_to_press(refused: BenchDriver):
    bar, strip = refused.window.findChild(MessageBar), refused.window.strip
    assert "normal" in bar.hint.text()
    assert not bar.geometry().intersects(strip.geometry())
    refused.qtbot.mouseClick(strip.normal, Qt.MouseButton.LeftButton)
    assert refused.sheet.label.is_normal


def test_an_error_stays_over_images_and_moves_until_escape_has_nothing_else_to_leave(
    bench: BenchDriver,
):
    bench.window.messages.error(UserError("The disk is full.", hint="Make room."))
    bench.press(Key.Key_D)
    bench.wait_for_image(2)
    bench.press(Key.Key_N)
    bench.press(Key.Key_A)
    bench.wait_for_image(1)
    bench.click(SLAG_BOX.centre)
    bench.drag((10, 10), (30, 30), let_go=False)
    for left in ("a drag", "the selection"):
        assert bench.shown() == "The disk is full.", left
        bench.press(Key.Key_Escape)
    field = bench.bench.panels.filter_bar.text
    field.setFocus()
    bench.press(Key.Key_Escape)
    assert bench.shown() == "The disk is full." and not field.hasFocus()
    bench.press(Key.Key_Escape)
    assert bench.shown() == ""


def test_escape_dismisses_what_is_said_on_the_start_page(bench: BenchDriver):
    bench.window.close_project()
    bench.window.messages.error(UserError("The disk is full.", hint="Make room."))
    bench.press(Key.Key_Escape)
    assert bench.shown() == ""


@pytest.mark.parametrize(
    ("hide", "key"),
    [
        ((Key.Key_H, Qt.KeyboardModifier.NoModifier), "Boxes (H)"),
        ((Key.Key_J, Qt.KeyboardModifier.NoModifier), "Proposals (J)"),
    ],
)
def test_who_submits_what_a_key_has_hidden_is_told_the_key(
    bench: BenchDriver, hide: tuple[Qt.Key, Qt.KeyboardModifier], key: str
):
    bench.press(*hide)
    bench.press(Key.Key_Space)
    refusal = bench.window.messages.history[-1]
    assert "hidden, so nobody has looked" in refusal.what and key in refusal.hint
    bench.press(*hide)
    bench.press(Key.Key_Space)
    bench.wait_for_image(2)


def test_who_submits_under_another_layer_is_told_to_leave_it(bench: BenchDriver):
    bench.bench.hold_layer(1)  # as Shift+S does while it is down
    bench.qtbot.waitUntil(lambda: bench.canvas.is_covered)
    bench.press(Key.Key_Space)
    assert "Another layer or version is in sight" in bench.shown()
    bench.bench.viewing.release()
    bench.press(Key.Key_Space)
    bench.wait_for_image(2)


def test_a_mistake_of_ours_is_told_with_its_log_and_the_window_goes_on(
    bench: BenchDriver, home: Path
):
    restore = install_excepthook(bench.window.messages)
    try:
        bench.qtbot.waitUntil(lambda: bench.bench.viewing.is_there)
        bench.bench.browsing.chosen.connect(lambda _: 1 // 0)
        bench.bench.browsing.chosen.emit(2)
    finally:
        restore()
    (bug,) = [m for m in bench.window.messages.history if "ZeroDivisionError" in m.what]
    assert str(home / "cache" / "flawmark.log") in bug.hint
    assert "ZeroDivisionError" in (home / "cache" / "flawmark.log").read_text("utf-8")
    bench.wait_for_image(2)


def test_the_cheat_sheet_goes_with_escape(bench: BenchDriver):
    bench.window.action_set.action("cheat_sheet").trigger()
    sheet = bench.window.findChild(CheatSheet)
    assert sheet.isVisible()
    bench.press(Key.Key_Escape)
    bench.qtbot.waitUntil(lambda: not sheet.isVisible())


@pytest.mark.parametrize("name", ["history", "time", "comments", "proposals", "looking", "boxes"])
def test_a_project_closes_with_any_panel_in_front(bench: BenchDriver, name: str):
    bench.bench.panels.bring_up(name)
    bench.press(Qt.Key.Key_D)
    bench.wait_for_image(2)
    bench.window.close_project()
    bench.qtbot.wait(150)
    assert bench.said() == []
