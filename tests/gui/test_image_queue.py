from collections.abc import Sequence
from dataclasses import replace

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QColor, QContextMenuEvent, QImage, QMouseEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.core.image import STATES
from app.core.queue import QueueRow
from widgets.queue.image_queue import ImageQueue
from widgets.queue.model import Bounded


class Rows:
    """A project of any size that counts what is asked of it."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.gone: set[int] = set()
        self.state = "new"

    def __call__(self, ids: Sequence[int]) -> list[QueueRow]:
        self.asked += ids
        return [self.row(i) for i in ids if i not in self.gone]

    def row(self, image_id: int) -> QueueRow:
        return QueueRow(
            id=image_id,
            path=f"../photos/layer_{image_id}.png",
            content_hash=f"hash {image_id}",
            width_px=1024,
            height_px=512,
            state=self.state,  # type: ignore[arg-type]
            is_normal=False,
            tags=(),
            boxes=0,
            proposals=0,
            assigned_to=None,
            has_open_comments=False,
        )


@pytest.fixture
def rows() -> Rows:
    return Rows()


@pytest.fixture
def queue(qtbot: QtBot, rows: Rows) -> ImageQueue:
    queue = ImageQueue(rows)
    qtbot.addWidget(queue)
    queue.resize(280, 600)
    queue.set_shared_folder("../photos/")
    return queue


def shown(qtbot: QtBot, queue: ImageQueue, count: int) -> ImageQueue:
    """With images whose ids are ten times their place, from ten on."""
    queue.set_ids(range(10, 10 * count + 1, 10))
    with qtbot.waitExposed(queue):
        queue.show()
    return queue


def click(
    qtbot: QtBot,
    queue: ImageQueue,
    image_id: int,
    modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    place = queue.place_of(image_id).center()
    qtbot.mouseClick(queue.viewport(), Qt.MouseButton.LeftButton, modifier, place)


def colours(queue: ImageQueue, image_id: int) -> set[str]:
    """All colours in the image's row on the screen."""
    screen = queue.viewport().grab(queue.place_of(image_id)).toImage()
    return {
        screen.pixelColor(x, y).name()
        for x in range(screen.width())
        for y in range(screen.height())
    }


def test_a_click_picks_the_image(qtbot: QtBot, queue: ImageQueue) -> None:
    shown(qtbot, queue, 5)

    with qtbot.waitSignal(queue.picked) as picked:
        click(qtbot, queue, 30)

    assert picked.args == [30]
    assert queue.selected_ids() == [30]


def test_selecting_several_picks_none_but_the_first(qtbot: QtBot, queue: ImageQueue) -> None:
    shown(qtbot, queue, 6)
    picked: list[int] = []
    queue.picked.connect(picked.append)

    click(qtbot, queue, 20)
    click(qtbot, queue, 50, Qt.KeyboardModifier.ShiftModifier)
    click(qtbot, queue, 30, Qt.KeyboardModifier.ControlModifier)

    assert picked == [20]
    assert queue.selected_ids() == [20, 40, 50]


def test_a_hand_that_shakes_while_it_clicks_selects_one(qtbot: QtBot, queue: ImageQueue) -> None:
    shown(qtbot, queue, 6)
    viewport, left = queue.viewport(), Qt.MouseButton.LeftButton
    start, end = (QPointF(queue.place_of(image_id).center()) for image_id in (20, 40))
    qtbot.mousePress(viewport, left, pos=start.toPoint())
    screen_at, none = QPointF(viewport.mapToGlobal(end)), Qt.MouseButton.NoButton
    move = QMouseEvent(
        QMouseEvent.Type.MouseMove, end, screen_at, none, left, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(viewport, move)

    assert queue.selected_ids() == [20]


def test_the_current_image_is_selected_alone_and_not_reported(
    qtbot: QtBot, queue: ImageQueue
) -> None:
    shown(qtbot, queue, 1000)
    with qtbot.assertNotEmitted(queue.picked):
        queue.set_current(9000)

    assert queue.selected_ids() == [9000]
    assert queue.viewport().rect().contains(queue.place_of(9000))
    assert queue.viewport().rect().contains(queue.place_of(9010))


def test_setting_the_same_current_image_keeps_what_is_selected(
    qtbot: QtBot, queue: ImageQueue
) -> None:
    shown(qtbot, queue, 6)
    queue.set_current(20)
    click(qtbot, queue, 50, Qt.KeyboardModifier.ShiftModifier)

    queue.set_current(20)

    assert queue.selected_ids() == [20, 30, 40, 50]


def test_another_filter_keeps_the_current_image(qtbot: QtBot, queue: ImageQueue) -> None:
    shown(qtbot, queue, 1000)
    queue.set_current(500)

    queue.set_ids([700, 500, 10])
    assert queue.selected_ids() == [500]

    queue.set_ids([700, 10])
    assert queue.selected_ids() == []
    assert queue.place_of(500).isEmpty()

    queue.set_ids([])
    assert queue.selected_ids() == []

    queue.set_ids([500])
    assert queue.selected_ids() == [500]


def test_a_menu_is_wanted_for_all_that_is_selected(qtbot: QtBot, queue: ImageQueue) -> None:
    shown(qtbot, queue, 6)
    click(qtbot, queue, 20)
    click(qtbot, queue, 40, Qt.KeyboardModifier.ControlModifier)
    at = queue.place_of(20).center()

    with qtbot.waitSignal(queue.context_wanted) as wanted:
        reason = QContextMenuEvent.Reason.Mouse
        screen_at = queue.viewport().mapToGlobal(at)
        QApplication.sendEvent(queue.viewport(), QContextMenuEvent(reason, at, screen_at))

    assert wanted.args == [screen_at, [20, 40]]


def test_letters_and_arrows_are_left_to_the_window(qtbot: QtBot, rows: Rows) -> None:
    class Window(QWidget):
        keys: list[int] = []  # noqa: RUF012 - one window only

        def keyPressEvent(self, event) -> None:  # noqa: N802 - Qt's own name
            self.keys.append(event.key())

    window, queue = Window(), ImageQueue(rows)
    qtbot.addWidget(window)
    QVBoxLayout(window).addWidget(queue)
    queue.set_ids(range(10, 70, 10))
    with qtbot.waitActive(window):
        window.show()
    click(qtbot, queue, 20)
    assert queue.hasFocus()

    pressed = [Qt.Key.Key_L, Qt.Key.Key_Down, Qt.Key.Key_Space, Qt.Key.Key_Home]
    for key in pressed:
        qtbot.keyClick(queue, key)

    assert window.keys == pressed
    assert queue.selected_ids() == [20]


def test_only_what_comes_into_sight_is_read_and_once(
    qtbot: QtBot, queue: ImageQueue, rows: Rows
) -> None:
    shown(qtbot, queue, 100_000)
    queue.grab()
    qtbot.wait(150)
    assert 0 < len(rows.asked) < 300
    assert len(rows.asked) == len(set(rows.asked))

    rows.asked.clear()
    for _ in range(3):
        queue.viewport().grab()
    assert rows.asked == []


def test_memory_stays_bounded_however_far_people_scroll(
    qtbot: QtBot, queue: ImageQueue, rows: Rows
) -> None:
    shown(qtbot, queue, 100_000)
    for place in range(0, 20_000, 50):
        queue._model.row_at(place)
        queue.set_thumbnail(10 * (place + 1), QImage(8, 8, QImage.Format.Format_RGB32))

    assert len(rows.asked) > 15_000
    assert len(queue._model._rows) == 2_000
    assert len(queue._pictures) == 300


def test_what_was_asked_for_least_lately_is_forgotten_first() -> None:
    kept: Bounded[str] = Bounded(2)
    kept.put(1, "a")
    kept.put(2, "b")
    assert kept.get(1) == "a"
    kept.put(3, "c")

    assert [i in kept for i in (1, 2, 3)] == [True, False, True]


def test_a_changed_image_is_read_again(qtbot: QtBot, queue: ImageQueue, rows: Rows) -> None:
    shown(qtbot, queue, 6)
    assert "#3a9d3f" not in colours(queue, 20)

    rows.state = "approved"
    rows.asked.clear()
    queue.refresh([20])

    assert "#3a9d3f" in colours(queue, 20)
    assert rows.asked == [20]


def test_thumbnails_are_wanted_for_rows_in_sight_without_one(
    qtbot: QtBot, queue: ImageQueue
) -> None:
    with qtbot.waitSignal(queue.thumbnails_wanted) as first:
        shown(qtbot, queue, 1000)
    (wanted,) = first.args
    assert wanted[0] == (10, "../photos/layer_10.png", "hash 10")
    assert 10 < len(wanted) < 30
    for image_id, _, _ in wanted[1:]:
        queue.set_thumbnail(image_id, QImage(300, 200, QImage.Format.Format_RGB32))

    with qtbot.waitSignal(queue.thumbnails_wanted) as again:
        queue.resize(280, 601)

    assert again.args == [wanted[:1]]


def test_thumbnails_are_wanted_where_scrolling_came_to_rest_and_then_a_page_around(
    qtbot: QtBot, queue: ImageQueue
) -> None:
    with qtbot.waitSignal(queue.thumbnails_wanted):
        shown(qtbot, queue, 1000)
    said: list[list[tuple[int, str, str]]] = []
    queue.thumbnails_wanted.connect(said.append)

    bar = queue.verticalScrollBar()
    for step in range(1, 6):
        bar.setValue(step * bar.maximum() // 5)
    qtbot.waitUntil(lambda: bool(said))

    assert len(said) == 1
    ids = [image_id for image_id, _, _ in said[0]]
    in_sight = ids[: ids.index(10_000) + 1]
    assert 5 < len(in_sight) < 15
    assert in_sight == list(range(in_sight[0], 10_001, 10))
    assert ids[len(in_sight) :] == [in_sight[0] - 10 * n for n in range(1, len(in_sight) + 1)]


def test_a_thumbnail_keeps_its_shape(qtbot: QtBot, queue: ImageQueue) -> None:
    shown(qtbot, queue, 6)
    image = QImage(400, 100, QImage.Format.Format_RGB32)
    image.fill(QColor("#ff0000"))
    queue.set_thumbnail(20, image)

    row = queue.place_of(20)
    screen = queue.viewport().grab(row).toImage()
    red = [
        (x, y)
        for x in range(screen.width())
        for y in range(screen.height())
        if screen.pixelColor(x, y).name() == "#ff0000"
    ]
    wide = max(x for x, _ in red) - min(x for x, _ in red) + 1
    high = max(y for _, y in red) - min(y for _, y in red) + 1
    assert wide == 80
    assert high == pytest.approx(20, abs=1)


def test_a_photo_that_cannot_be_read_is_not_asked_for_again_until_it_changes(
    qtbot: QtBot, queue: ImageQueue
) -> None:
    with qtbot.waitSignal(queue.thumbnails_wanted):
        shown(qtbot, queue, 1)
    queue.set_thumbnail(10, QImage())

    with qtbot.assertNotEmitted(queue.thumbnails_wanted, wait=150):
        queue.resize(280, 610)
    with qtbot.waitSignal(queue.thumbnails_wanted):
        queue.refresh([10])


def test_images_that_change_all_the_time_do_not_hold_up_thumbnails(
    qtbot: QtBot, queue: ImageQueue
) -> None:
    ticking = QTimer(interval=10)
    ticking.timeout.connect(lambda: queue.refresh([10]))
    ticking.start()

    with qtbot.waitSignal(queue.thumbnails_wanted):
        shown(qtbot, queue, 6)

    ticking.stop()


def test_compact_rows_are_lower_and_want_no_thumbnails(qtbot: QtBot, queue: ImageQueue) -> None:
    shown(qtbot, queue, 1000)
    queue.set_current(5000)
    tall = queue.place_of(5000).height()
    queue.set_compact(True)

    with qtbot.assertNotEmitted(queue.thumbnails_wanted, wait=150):
        queue.resize(280, 500)

    assert queue.place_of(5000).height() < tall / 2
    assert queue.viewport().rect().contains(queue.place_of(5000))
    assert queue.selected_ids() == [5000]


def test_names_leave_out_the_shared_folder(queue: ImageQueue) -> None:
    queue.set_ids([7])
    index = queue.model().index(0, 0)

    assert index.data() == "layer_7.png"
    assert index.data(Qt.ItemDataRole.ToolTipRole).startswith("../photos/layer_7.png")


def test_an_image_that_is_gone_is_an_empty_row(qtbot: QtBot, queue: ImageQueue, rows: Rows) -> None:
    rows.gone = {20}
    shown(qtbot, queue, 3)

    queue.grab()
    asked = len(rows.asked)
    queue.grab()

    assert queue.model().index(1, 0).data() == ""
    assert len(rows.asked) == asked


def test_states_differ_by_shape_not_only_by_colour(qtbot: QtBot, rows: Rows) -> None:
    """Where a mark covers its ground at all, whatever the colour, no two states do alike."""
    shapes: set[bytes] = set()
    for state in STATES:
        one = replace(rows.row(1), state=state)
        queue = ImageQueue(lambda ids, one=one: [one])
        qtbot.addWidget(queue)
        queue.set_compact(True)
        queue.resize(280, 100)
        queue.set_ids([1])
        mark = queue.place_of(1)
        mark.setWidth(24)
        screen = queue.viewport().grab(mark).toImage()
        ground = screen.pixelColor(0, 0)
        shapes.add(
            bytes(
                screen.pixelColor(x, y) != ground
                for y in range(screen.height())
                for x in range(screen.width())
            )
        )

    assert len(shapes) == len(STATES)


def test_everything_a_row_can_say_is_drawn(qtbot: QtBot, rows: Rows) -> None:
    bare = rows.row(1)
    fuller = (
        bare,
        replace(bare, tags=("shadow",)),
        replace(bare, tags=tuple(f"a long tag {n}" for n in range(5))),
        replace(bare, boxes=3),
        replace(bare, boxes=3, proposals=3),
        replace(bare, is_normal=True),
        replace(bare, assigned_to="ann"),
        replace(bare, has_open_comments=True),
    )
    looks: set[bytes] = set()
    for row in fuller:
        queue = ImageQueue(lambda ids, row=row: [row])
        qtbot.addWidget(queue)
        queue.resize(280, 100)
        queue.set_ids([1])
        looks.add(bytes(queue.viewport().grab().toImage().constBits()))

    assert len(looks) == len(fuller)


def test_tags_are_shown_in_the_words_given(qtbot: QtBot, rows: Rows) -> None:
    row = replace(rows.row(1), tags=("shadow",))
    queue = ImageQueue(lambda ids: [row])
    qtbot.addWidget(queue)
    queue.set_ids([1])
    before = queue.viewport().grab().toImage()

    queue.set_tag_titles({"shadow": "阴影/反光"})

    assert queue.viewport().grab().toImage() != before


def test_right_click_on_another_row_takes_that_row(qtbot: QtBot, queue: ImageQueue) -> None:
    shown(qtbot, queue, 6)
    click(qtbot, queue, 20)
    with qtbot.assertNotEmitted(queue.picked):
        qtbot.mousePress(
            queue.viewport(), Qt.MouseButton.RightButton, pos=queue.place_of(40).center()
        )

    assert queue.selected_ids() == [40]


def test_no_menu_where_nothing_is_selected(qtbot: QtBot, queue: ImageQueue) -> None:
    shown(qtbot, queue, 2)
    queue.selectionModel().select(
        queue.model().index(0, 0), QItemSelectionModel.SelectionFlag.Clear
    )
    reason, at = QContextMenuEvent.Reason.Mouse, QPoint(5, 5)

    with qtbot.assertNotEmitted(queue.context_wanted):
        QApplication.sendEvent(queue.viewport(), QContextMenuEvent(reason, at, at))
