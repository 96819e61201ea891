"""What comes from threads, one thing in a turn of the event loop."""

import threading

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget

from app.shell.deliveries import Deliveries, deliveries
from app.shell.jobs import Jobs


@pytest.fixture
def brought(qtbot):
    made = Deliveries()
    yield made
    made.deleteLater()


def bring_from_a_thread(brought, *things):
    thread = threading.Thread(
        target=lambda: [brought.bring(thing, owner=owner) for thing, owner in things]
    )
    thread.start()
    thread.join()


def test_there_is_one_for_the_whole_program(qapp):
    assert deliveries() is deliveries()
    assert deliveries().parent() is QApplication.instance()


def test_they_come_in_order_on_the_gui_thread(qtbot, brought):
    got = []
    note = [(lambda n=n: got.append((n, threading.current_thread())), None) for n in range(5)]
    bring_from_a_thread(brought, *note)
    assert got == []
    qtbot.waitUntil(lambda: len(got) == 5)
    assert got == [(n, threading.main_thread()) for n in range(5)]


def test_in_between_there_is_paint_and_whatever_else_the_loop_has_to_do(qtbot, brought):
    done = []

    class Painted(QWidget):
        def paintEvent(self, _):  # noqa: N802 - Qt's name
            done.append("painted")

    widget = Painted()
    qtbot.addWidget(widget)
    widget.show()
    qtbot.waitExposed(widget)
    qtbot.waitUntil(lambda: "painted" in done)
    done.clear()
    every_turn = QTimer(interval=0)
    every_turn.timeout.connect(lambda: done.append("turn"))
    every_turn.start()
    show = lambda: (done.append("delivered"), widget.update())  # noqa: E731
    bring_from_a_thread(brought, (show, None), (show, None), (show, None))
    qtbot.waitUntil(lambda: done.count("delivered") == 3 and done[-1] == "turn")
    qtbot.waitUntil(lambda: done.count("painted") == 3)
    every_turn.stop()
    between = " ".join(done).split("delivered")[1:]
    assert all("painted" in each and "turn" in each for each in between[:2])


def test_of_one_owner_they_come_at_once_where_they_are_awaited(qtbot, brought):
    got = []
    mine, others = object(), object()
    bring_from_a_thread(
        brought,
        (lambda: got.append("first of mine"), mine),
        (lambda: got.append("another's"), others),
        (lambda: got.append("second of mine"), mine),
    )
    brought.hasten(mine)
    assert got == ["first of mine", "second of mine"]
    qtbot.waitUntil(lambda: len(got) == 3)
    qtbot.wait(20)
    assert got[2:] == ["another's"]


def test_what_is_asked_for_meanwhile_comes_at_once_too(qtbot, brought):
    got, mine = [], object()
    again = lambda: got.append("again")  # noqa: E731
    bring_from_a_thread(brought, (lambda: brought.bring(again, owner=mine), mine))
    brought.hasten(mine)
    assert got == ["again"]


def test_one_that_breaks_does_not_hold_up_the_others(qtbot, brought):
    got = []
    with qtbot.captureExceptions() as caught:
        bring_from_a_thread(brought, (lambda: 1 / 0, None), (lambda: got.append(1), None))
        qtbot.waitUntil(lambda: got == [1])
    assert [kind for kind, *_ in caught] == [ZeroDivisionError]


def test_jobs_of_all_kinds_share_the_turns(qtbot):
    """Two pools of threads that are done at once: a turn lies between what they tell."""
    one, other, got = Jobs(threads=1), Jobs(threads=1), []
    every_turn = QTimer(interval=0)
    every_turn.timeout.connect(lambda: got.append("turn"))
    ran = [jobs.run(lambda: 1, lambda _: got.append("done")) for jobs in (one, other)]
    for future in ran:
        future.result()
    every_turn.start()
    qtbot.waitUntil(lambda: got.count("done") == 2)
    every_turn.stop()
    first, second = (place for place, what in enumerate(got) if what == "done")
    assert "turn" in got[first:second]
    one.close()
    other.close()
