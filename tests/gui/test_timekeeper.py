"""Time on each image: real keys and mouse on a clock that the test turns."""

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget

from app.core.activity import OwnTime, Visit
from app.shell.bench.timekeeper import Timekeeper
from app.shell.frame.preferences import Preferences
from widgets.panels.time_panel import TimePanel
from widgets.panels.when import duration

AT = "2026-05-04T08:00:00.000+00:00"


class Clock:
    now_s = 1000.0

    def __call__(self):
        return self.now_s


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def window(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    qtbot.waitActive(window)
    return window


@pytest.fixture
def keeper(window, clock):
    keeper = Timekeeper("ann", window, clock=clock, now=lambda: AT)
    yield keeper
    keeper.image_left()


@pytest.fixture
def visits(keeper):
    finished = []
    keeper.visit_finished.connect(finished.append)
    return finished


def lose_focus():
    QApplication.instance().applicationStateChanged.emit(Qt.ApplicationState.ApplicationInactive)


def test_a_visit_is_what_lies_between_opening_and_leaving(keeper, visits, clock):
    keeper.image_opened(7)
    clock.now_s += 4
    keeper.image_left()
    assert visits == [Visit(7, "ann", AT, 4000, 0)]


def test_opening_the_next_image_ends_the_visit_and_blind_is_kept(keeper, visits, clock):
    keeper.image_opened(7, is_blind=True)
    clock.now_s += 3
    keeper.image_opened(8)
    clock.now_s += 2
    keeper.image_left()
    assert [(v.image_id, v.active_ms, v.is_blind) for v in visits] == [
        (7, 3000, True),
        (8, 2000, False),
    ]


def use_key(window):
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_A)


def use_shortcut(window):
    done = []
    action = window.addAction("do it", Qt.Key.Key_B, lambda: done.append(1))
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_B)
    window.removeAction(action)
    assert done


def use_mouse(window):
    QTest.mousePress(window.windowHandle(), Qt.MouseButton.LeftButton)


def move_mouse(window):
    QTest.mouseMove(window.windowHandle(), QPoint(5, 6))
    QTest.mouseMove(window.windowHandle(), QPoint(9, 9))
    QApplication.processEvents()


@pytest.mark.parametrize("use", [use_key, use_shortcut, use_mouse, move_mouse])
def test_keys_and_mouse_keep_a_visit_active(keeper, visits, clock, window, use):
    keeper.image_opened(7)
    for _ in range(3):
        clock.now_s += 25
        use(window)
    clock.now_s += 5
    keeper.image_left()
    assert (visits[0].active_ms, visits[0].idle_ms) == (80_000, 0)


def test_so_do_those_of_another_window_that_came_later(keeper, visits, clock, qtbot, window):
    keeper.image_opened(7)
    dialog = QWidget(window, Qt.WindowType.Dialog)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitActive(dialog)
    for _ in range(3):
        clock.now_s += 25
        use_key(dialog)
    keeper.image_left()
    assert (visits[0].active_ms, visits[0].idle_ms) == (75_000, 0)


def test_without_them_it_is_idle(keeper, visits, clock, window):
    keeper.image_opened(7)
    clock.now_s += 10
    use_key(window)
    clock.now_s += 300
    use_key(window)
    keeper.image_left()
    assert (visits[0].active_ms, visits[0].idle_ms) == (10_000, 300_000)


def test_a_repaint_is_not_work(keeper, visits, clock, window):
    keeper.image_opened(7)
    for _ in range(4):
        clock.now_s += 20
        window.repaint()
        QApplication.sendEvent(window, QEvent(QEvent.Type.UpdateRequest))
    keeper.image_left()
    assert (visits[0].active_ms, visits[0].idle_ms) == (0, 80_000)


def test_in_another_window_is_idle(keeper, visits, clock, window):
    keeper.image_opened(7)
    clock.now_s += 3
    lose_focus()
    clock.now_s += 12
    use_key(window)
    clock.now_s += 1
    keeper.image_left()
    assert (visits[0].active_ms, visits[0].idle_ms) == (4_000, 12_000)


def test_it_hears_nothing_of_what_goes_on_in_the_widgets(window, clock):
    """There are hundreds of events for each move, and one for the move."""
    heard = []

    class Counting(Timekeeper):
        def eventFilter(self, watched, event):  # noqa: N802 - Qt's name
            heard.append(event.type())
            return super().eventFilter(watched, event)

    keeper = Counting("ann", window, clock=clock, now=lambda: AT)
    keeper.image_opened(7)
    QApplication.processEvents()
    heard.clear()
    label = QLabel("6 boxes", window)
    label.show()
    label.setText("7 boxes")
    label.repaint()
    window.setPalette(QPalette(Qt.GlobalColor.black))
    assert heard == []
    use_key(window)
    assert QEvent.Type.KeyPress in heard
    keeper.image_left()


def test_flipping_past_is_no_visit(keeper, visits, clock):
    keeper.image_opened(7)
    clock.now_s += 0.1
    keeper.image_opened(8)
    clock.now_s += 0.25
    keeper.image_left()
    assert [v.image_id for v in visits] == [8]


def test_leaving_twice_or_without_an_image_is_nothing(keeper, visits, clock):
    keeper.image_left()
    lose_focus()
    keeper.image_opened(7)
    clock.now_s += 1
    keeper.image_left()
    keeper.image_left()
    assert len(visits) == 1
    assert keeper.active_s == 0


def test_the_active_time_is_told_while_it_runs(keeper, clock, qtbot):
    told = []
    keeper.ticked.connect(told.append)
    keeper.image_opened(7)
    clock.now_s += 2.5
    qtbot.waitUntil(lambda: told == [0.0, 2.5])
    assert keeper.active_s == 2.5


def test_input_goes_on_to_whom_it_is_meant_for(keeper, qtbot):
    line = QLineEdit()
    qtbot.addWidget(line)
    keeper.image_opened(7)
    qtbot.keyClicks(line, "ab")
    assert line.text() == "ab"


@pytest.mark.parametrize(
    ("ms", "words"),
    [
        (0, "0.0 s"),
        (4_250, "4.2 s"),
        (59_949, "59.9 s"),
        (59_950, "1 min 00 s"),
        (200_000, "3 min 20 s"),
        (3_599_600, "1 h 00 min"),
        (7_500_000, "2 h 05 min"),
    ],
)
def test_durations_in_words(ms, words):
    assert duration(ms) == words


def test_the_panel_shows_what_it_is_given(qtbot):
    panel = TimePanel()
    qtbot.addWidget(panel)
    assert panel.median.text() == "–"
    empty = panel.chart.grab().toImage()
    panel.show_time(OwnTime(4_000, 7_500_000, 1_312, 6_200, tuple(range(1_000, 26_000, 1_000))))
    shown = (panel.this_image, panel.today, panel.images, panel.median)
    assert [label.text() for label in shown] == ["4.0 s", "2 h 05 min", "1,312", "6.2 s"]
    assert panel.chart.grab().toImage() != empty
    assert panel.chart.toolTip().startswith("6.0 s, 7.0 s")


def test_the_visit_that_runs_is_added_to_those_before(qtbot):
    panel = TimePanel()
    qtbot.addWidget(panel)
    panel.show_this_image(1_000)
    panel.show_time(OwnTime(image_ms=4_000))
    assert panel.this_image.text() == "5.0 s"
    panel.show_this_image(2_500)
    assert panel.this_image.text() == "6.5 s"


def test_the_panel_says_from_when_on_time_is_not_counted(qtbot):
    panel = TimePanel()
    qtbot.addWidget(panel)
    assert f"for more than {Preferences().idle_after_s:g} s" in words_in(panel)
    panel.show_idle_after(12.5)
    assert "for more than 12.5 s" in words_in(panel)


def words_in(panel):
    return " ".join(label.text() for label in panel.findChildren(QLabel))


def test_the_panel_asks_when_it_comes_in_sight(qtbot):
    panel = TimePanel()
    qtbot.addWidget(panel)
    with qtbot.waitSignal(panel.wanted):
        panel.show()
