"""Timers that are due together go off one in a turn of the event loop."""

import pytest
from PySide6.QtCore import QObject, QTimer

from app.shell.turn_timer import TurnTimer


@pytest.fixture
def owner(qtbot):
    owner = QObject()
    yield owner
    for timer in owner.findChildren(QTimer):
        timer.stop()
    owner.deleteLater()


def timer_of(owner, went_off, *, interval=0, once=True):
    timer = TurnTimer(owner, interval=interval, singleShot=once)
    timer.due.connect(lambda: went_off.append(timer))
    return timer


def test_those_that_are_due_together_have_a_turn_each(qtbot, owner):
    went_off = []
    first, second = (timer_of(owner, went_off) for _ in range(2))
    every_turn = QTimer(owner, interval=0)
    every_turn.timeout.connect(lambda: went_off.append("turn"))
    for timer in (first, second, every_turn):
        timer.start()
    qtbot.waitUntil(lambda: second in went_off)
    assert "turn" in went_off[went_off.index(first) : went_off.index(second)]


def test_it_is_active_until_its_work_is_done(qtbot, owner):
    seen = []
    timer = timer_of(owner, seen)
    assert not timer.isActive()
    timer.timeout.connect(lambda: seen.append(timer.isActive()))
    timer.start()
    assert timer.isActive()
    qtbot.waitUntil(lambda: timer in seen)
    assert seen == [True, timer] and not timer.isActive()


def test_one_that_is_stopped_while_it_waits_for_its_turn_does_nothing(qtbot, owner):
    went_off = []
    timer = timer_of(owner, went_off)
    timer.timeout.connect(timer.stop)
    timer.start()
    qtbot.wait(30)
    assert went_off == [] and not timer.isActive()


def test_one_that_is_started_again_meanwhile_goes_off_once_and_later(qtbot, owner):
    went_off, lined_up = [], []
    timer = timer_of(owner, went_off)

    def start_again():
        lined_up.append(len(went_off))
        if len(lined_up) == 1:
            timer.start(40)

    timer.timeout.connect(start_again)
    timer.start()
    qtbot.waitUntil(lambda: went_off == [timer])
    assert lined_up == [0, 0]
    qtbot.wait(30)
    assert went_off == [timer]


def test_one_that_repeats_goes_on(qtbot, owner):
    went_off = []
    timer = timer_of(owner, went_off, interval=3, once=False)
    timer.start()
    qtbot.waitUntil(lambda: len(went_off) >= 3)
    assert timer.isActive()
    timer.stop()
    count = len(went_off)
    qtbot.wait(20)
    assert len(went_off) == count and not timer.isActive()
