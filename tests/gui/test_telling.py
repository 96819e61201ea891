"""What is told beside the boxes: who did what, what people say of it, and the time it took."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QToolButton, QWidget

from app.core.activity import Visit
from app.core.blind import SHARE_SETTING
from app.core.comment import Comment
from app.core.edit import ImageEdit
from app.core.image import ImageLabel
from app.shell.bench.timekeeper import Timekeeper
from app.storage.project import Project
from tests.gui.bench_driver import BenchDriver
from tests.gui.conftest import SLAG_BOX, STREAK_BOX
from widgets.canvas.ghost import Ghost, Guest

Key = Qt.Key
Control = Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton


def told(bench: BenchDriver) -> list[str]:
    """Each entry of the history as its tool tip has it: title, when and who, before → after."""
    model = bench.bench.panels.history.list.model()
    rows = (model.index(n, 0, QModelIndex()) for n in range(model.rowCount()))
    return [row.data(Qt.ItemDataRole.ToolTipRole) for row in rows]


def click_entry(bench: BenchDriver, row: int) -> None:
    entries = bench.bench.panels.history.list
    place = entries.visualRect(entries.model().index(row, 0)).center()
    bench.qtbot.mouseClick(entries.viewport(), LEFT, pos=place)


def draw_on_the_second(bench: BenchDriver) -> None:
    bench.press(Key.Key_D)
    bench.wait_for_image(2)
    bench.drag((100, 20), (120, 45))
    bench.wait_until_saved()


def test_the_history_tells_who_did_what_and_when_before_and_after(
    project: Project, bench: BenchDriver
):
    bench.bench.panels.bring_up("history")
    bench.qtbot.waitUntil(lambda: len(told(bench)) == 1)
    assert told(bench)[0].startswith("added boxes: ")
    bench.click(STREAK_BOX.centre)
    bench.drag(STREAK_BOX.centre, (STREAK_BOX.centre[0] + 10, STREAK_BOX.centre[1]))
    bench.wait_until_saved()
    bench.qtbot.waitUntil(lambda: len(told(bench)) == 2)
    title, meta, change, state = told(bench)[0].splitlines()
    assert "moved" in title and "10 px right" in title
    assert state == "new → in progress"
    gesture = project.log.of_image(1)[0]
    assert meta.endswith(" · ann") and gesture.actor == "ann"
    assert change.count("→") == 1
    before, after = change.split(" → ")
    assert before.endswith("20×70 @ 40, 50") and after.endswith("20×70 @ 50, 50")


def test_what_was_undone_stays_in_the_history_as_undone(bench: BenchDriver):
    bench.bench.panels.bring_up("history")
    bench.drag((100, 20), (120, 45))
    bench.wait_until_saved()
    bench.press(Key.Key_Z, Control)
    bench.qtbot.waitUntil(lambda: len(told(bench)) == 3)
    undoing, undone = told(bench)[:2]
    assert undoing.startswith("undid: added") and " · undone" in undone.splitlines()[1]


def test_the_history_of_the_project_has_all_images_and_a_click_goes_to_the_box(
    bench: BenchDriver,
):
    draw_on_the_second(bench)
    bench.press(Key.Key_A)
    bench.wait_for_image(1)
    panels = bench.bench.panels
    panels.bring_up("history")
    bench.qtbot.waitUntil(lambda: len(told(bench)) == 1)
    panels.history.set_of_project(True)
    bench.qtbot.waitUntil(lambda: len(told(bench)) >= 2)
    assert "layer_2.png" in told(bench)[0] and "layer_1.png" in told(bench)[1]
    click_entry(bench, 0)
    bench.wait_for_image(2)
    (drawn,) = bench.boxes()
    bench.qtbot.waitUntil(lambda: bench.canvas.selection == (drawn.uid,))
    assert panels.history.is_of_project and "layer_2.png" in told(bench)[0]


def test_a_gesture_on_several_images_leads_from_one_to_the_next(
    project: Project, bench: BenchDriver
):
    bench.bench.document.apply(
        [ImageEdit(n, ImageLabel(), ImageLabel(tags=("shadow",))) for n in (1, 2, 3)]
    )
    bench.wait_until_saved()
    bench.bench.panels.bring_up("history")
    bench.bench.panels.history.set_of_project(True)
    bench.qtbot.waitUntil(lambda: "3 images" in told(bench)[0])
    for image_id in (2, 3, 1):
        click_entry(bench, 0)
        bench.wait_for_image(image_id)


def ghosts(bench: BenchDriver) -> list[Guest]:
    """What is shown of boxes that are not on the image."""
    return [g for ghost in bench.canvas.findChildren(Ghost) for g in ghost.guests]


def test_a_box_that_has_gone_is_shown_where_it_stood_until_somebody_goes_on(bench: BenchDriver):
    bench.click(SLAG_BOX.centre)
    bench.press(Key.Key_X)
    bench.wait_until_saved()
    bench.press(Key.Key_D)
    bench.wait_for_image(2)
    history = bench.bench.panels.history
    bench.bench.panels.bring_up("history")
    history.set_of_project(True)
    bench.qtbot.waitUntil(lambda: len(told(bench)) > 1)
    click_entry(bench, 0)
    bench.wait_for_image(1)
    (shown,) = ghosts(bench)
    assert shown.shape.box == SLAG_BOX and shown.name == "slag: not here any more"
    for _ in range(4):
        bench.wheel(3, at=STREAK_BOX.centre)
    size_px = bench.canvas.width(), bench.canvas.height()
    assert not bench.canvas.view.box_on_widget(SLAG_BOX).inside(*size_px)
    click_entry(bench, 0)
    assert bench.canvas.view.box_on_widget(SLAG_BOX).inside(*size_px)
    bench.press(Key.Key_D)
    bench.wait_for_image(2)
    bench.press(Key.Key_A)
    bench.wait_for_image(1)
    assert ghosts(bench) == []
    click_entry(bench, 0)
    assert len(ghosts(bench)) == 1
    bench.press(Key.Key_Z, Control)
    bench.qtbot.waitUntil(lambda: ghosts(bench) == [])


def words(panel: QWidget) -> list[str]:
    return [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]


def push(bench: BenchDriver, title: str) -> None:
    """The only button of that title among the comments."""
    panel = bench.bench.panels.comments
    (button,) = (b for b in panel.findChildren(QToolButton) if b.text() == title and b.isVisible())
    bench.qtbot.mouseClick(button, LEFT)


def say(bench: BenchDriver, text: str) -> None:
    field = bench.bench.panels.comments.input
    bench.bench.panels.comments.start_writing()
    bench.qtbot.keyClicks(field, text)
    bench.qtbot.keyClick(field, Key.Key_Return)


@pytest.fixture
def comments(project: Project, bench: BenchDriver) -> Callable[[], list[Comment]]:
    """Those that are saved on the first image; the panel is in front."""
    bench.bench.panels.bring_up("comments")
    return lambda: project.comments.of_image(1)


Comments = Callable[[], list[Comment]]


def test_a_comment_is_saved_and_shown_on_its_image_only(bench: BenchDriver, comments: Comments):
    say(bench, "Is this slag?")
    panel = bench.bench.panels.comments
    bench.qtbot.waitUntil(lambda: "Is this slag?" in words(panel))
    (comment,) = comments()
    assert (comment.author, comment.text, comment.uid) == ("ann", "Is this slag?", None)
    assert panel.input.toPlainText() == ""
    bench.press(Key.Key_D)
    bench.wait_for_image(2)
    bench.qtbot.waitUntil(lambda: "Is this slag?" not in words(panel))


def test_a_comment_is_pinned_to_the_selected_box_and_leads_there(
    bench: BenchDriver, comments: Comments
):
    panel = bench.bench.panels.comments
    assert not panel.pin.isEnabled()
    bench.click(SLAG_BOX.centre)
    bench.qtbot.mouseClick(panel.pin, LEFT, pos=QPoint(8, panel.pin.height() // 2))
    assert panel.pin.isChecked()
    say(bench, "Too wide.")
    bench.qtbot.waitUntil(lambda: "Too wide." in words(panel))
    assert [c.uid for c in comments()] == ["g1"]
    bench.canvas.select([])
    push(bench, "Box")
    assert bench.canvas.selection == ("g1",)


def test_a_comment_can_be_pinned_only_when_it_is_plain_to_which_box(
    bench: BenchDriver, comments: Comments
):
    panel = bench.bench.panels.comments
    bench.click(SLAG_BOX.centre)
    assert panel.pin.isEnabled()
    bench.press(Key.Key_A, Control)
    assert len(bench.canvas.selection) == 2 and not panel.pin.isEnabled()


def test_a_comment_is_resolved_and_reopened(bench: BenchDriver, comments: Comments):
    panel = bench.bench.panels.comments
    say(bench, "Is this slag?")
    bench.qtbot.waitUntil(lambda: "Is this slag?" in words(panel))
    push(bench, "Resolve")
    bench.qtbot.waitUntil(lambda: any(w.startswith("resolved by ann") for w in words(panel)))
    assert [(c.is_open, c.turns[-1].person) for c in comments()] == [(False, "ann")]
    push(bench, "Reopen")
    bench.qtbot.waitUntil(lambda: any(w.startswith("reopened by ann") for w in words(panel)))
    assert [c.is_open for c in comments()] == [True]
    assert [turn.is_open for turn in comments()[0].turns] == [False, True]


def test_a_comment_is_answered_in_its_thread(bench: BenchDriver, comments: Comments):
    panel = bench.bench.panels.comments
    say(bench, "Is this slag?")
    bench.qtbot.waitUntil(lambda: "Is this slag?" in words(panel))
    push(bench, "Reply")
    say(bench, "It is a shadow.")
    bench.qtbot.waitUntil(lambda: "It is a shadow." in words(panel))
    question, reply = comments()
    assert (reply.parent, reply.author) == (question.id, "ann")
    strip = bench.window.strip.comments
    bench.qtbot.waitUntil(lambda: strip.text().endswith("1"))  # one thread, not two comments
    push(bench, "Resolve")
    bench.qtbot.waitUntil(lambda: not strip.isVisible())


def test_a_comment_that_cannot_be_saved_gives_its_text_back(
    project: Project, bench: BenchDriver, comments: Comments
):
    panel = bench.bench.panels.comments
    bench.bench._writer.run(lambda own: own._db.execute("PRAGMA query_only = 1"), lambda _: None)
    say(bench, "Is this slag?")
    bench.qtbot.waitUntil(lambda: panel.input.toPlainText() == "Is this slag?")
    assert len(bench.said()) == 1 and comments() == []
    bench.bench._writer.run(lambda own: own._db.execute("PRAGMA query_only = 0"), lambda _: None)
    bench.qtbot.keyClick(panel.input, Key.Key_Return)
    bench.qtbot.waitUntil(lambda: [c.text for c in comments()] == ["Is this slag?"])


class Clock:
    now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The timekeeper's; it stands unless the test turns it."""
    clock = Clock()
    monkeypatch.setitem(Timekeeper.__init__.__kwdefaults__, "clock", clock)
    return clock


def stay(bench: BenchDriver, clock: Clock, *seconds: float) -> None:
    """So long on the image, with a key that harms nothing after each part; then the next image."""
    for part_s in seconds:
        clock.now_s += part_s
        QTest.keyClick(bench.window.windowHandle(), Key.Key_Shift)
    bench.press(Key.Key_D)


def times(project: Project, image_id: int) -> list[tuple[int, int, bool]]:
    """Active and idle milliseconds of each visit, and whether it was blind."""
    visits: list[Visit] = project.visits.of_image(image_id)
    assert {v.person for v in visits} <= {"ann"}
    return [(v.active_ms, v.idle_ms, v.is_blind) for v in visits]


def test_the_time_on_each_image_is_kept_with_idle_time_apart(
    project: Project, clock: Clock, bench: BenchDriver
):
    stay(bench, clock, 4, 100, 3)
    bench.wait_for_image(2)
    stay(bench, clock, 20)
    bench.wait_for_image(3)
    bench.qtbot.waitUntil(lambda: times(project, 2) != [])
    assert times(project, 1) == [(7_000, 100_000, False)]
    assert times(project, 2) == [(20_000, 0, False)]


def test_the_visit_that_runs_is_kept_when_the_window_is_closed(
    project: Project, clock: Clock, bench: BenchDriver
):
    clock.now_s += 6
    bench.window.close()
    assert times(project, 1) == [(6_000, 0, False)]


def test_the_time_panel_shows_a_person_this_image_and_today(
    project: Project, clock: Clock, bench: BenchDriver
):
    panel = bench.bench.panels.time
    bench.bench.panels.bring_up("time")
    stay(bench, clock, 4)
    bench.wait_for_image(2)
    stay(bench, clock, 20)
    bench.wait_for_image(3)
    bench.qtbot.waitUntil(lambda: panel.today.text() == "24.0 s")
    assert (panel.images.text(), panel.median.text()) == ("2", "12.0 s")
    assert panel.this_image.text() == "0.0 s"
    bench.press(Key.Key_A)
    bench.wait_for_image(2)
    bench.qtbot.waitUntil(lambda: panel.this_image.text() == "20.0 s")
    clock.now_s += 5  # the visit that runs is on top of it
    bench.qtbot.waitUntil(lambda: panel.this_image.text() == "25.0 s")
    assert bench.window.status.time.text() == "0:05"


def test_a_blind_visit_is_kept_as_one_until_the_image_is_uncovered(
    project: Project, clock: Clock, open_bench: Callable[[Path], BenchDriver]
):
    project.settings.put(SHARE_SETTING, 1.0)
    bench = open_bench(project.folder)
    bench.wait_for_image(1)
    clock.now_s += 4
    bench.press(Key.Key_U)
    stay(bench, clock, 2)
    bench.wait_for_image(2)
    bench.qtbot.waitUntil(lambda: len(times(project, 1)) == 3)
    assert times(project, 1) == [(4_000, 0, True), (0, 0, False), (2_000, 0, False)]
    assert project.visits.recent_ms("ann", most=9) == (4_000, 2_000)
