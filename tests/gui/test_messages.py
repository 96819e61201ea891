"""What people are told: the bar, the history, and failures on any thread."""

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QStackedWidget, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.core.errors import UserError
from app.shell.frame.messages import KEPT, Messages, install_excepthook, log_file
from widgets.frame.message_bar import MessageAction, MessageBar, MessageHistory

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "logs" / "flawmark.log"


@pytest.fixture
def messages(log: Path) -> Messages:
    return Messages(log)


@pytest.fixture
def bar(qtbot: QtBot, messages: Messages) -> MessageBar:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.resize(600, 400)
    bar = MessageBar(parent, hide_after_ms=30)
    messages.arrived.connect(bar.show_message)
    parent.show()
    return bar


@pytest.fixture
def hooked(messages: Messages) -> Iterator[None]:
    restore = install_excepthook(messages)
    yield
    restore()


def full_disk() -> UserError:
    return UserError("The disk is full.", hint="Make room and try again.")


def test_an_error_says_what_and_what_to_do_until_it_is_dismissed(messages, bar, qtbot):
    messages.error(full_disk())
    qtbot.wait(60)  # longer than what only informs stays

    assert bar.isVisible()
    assert (bar.what.text(), bar.hint.text()) == ("The disk is full.", "Make room and try again.")

    QTest.mouseClick(bar.dismiss, LEFT)
    assert not bar.isVisible()


def test_what_only_informs_goes_by_itself_and_is_kept(messages, bar, qtbot):
    messages.info("Exported 12 images.")

    assert bar.isVisible()
    qtbot.waitUntil(lambda: not bar.isVisible())
    assert [m.what for m in messages.history] == ["Exported 12 images."]


def test_what_only_informs_never_covers_an_error(messages, bar, qtbot):
    messages.error(full_disk())
    messages.info("Exported 12 images.")
    messages.saved("Backed up.")

    assert bar.shown.what == "The disk is full."
    assert [m.level for m in messages.history] == ["error", "info", "saved"]


def test_errors_queue_up_with_the_newest_in_front(messages, bar):
    for name in "abc":
        messages.error(UserError(f"{name}.png can't be read.", hint=""))

    assert (bar.shown.what, bar.waiting, bar.more.text()) == ("c.png can't be read.", 2, "+2")
    QTest.mouseClick(bar.dismiss, LEFT)
    assert (bar.shown.what, bar.waiting) == ("b.png can't be read.", 1)
    QTest.mouseClick(bar.dismiss_all, LEFT)
    assert not bar.isVisible()


def full_hands() -> UserError:
    return UserError("Nothing is drawn on it.", hint="Mark it as normal.")


def test_a_refusal_says_what_to_do_and_goes_by_itself(messages, bar, qtbot):
    messages.refuse(full_hands())

    assert (bar.what.text(), bar.hint.text()) == ("Nothing is drawn on it.", "Mark it as normal.")
    qtbot.waitUntil(lambda: not bar.isVisible())
    assert [(m.level, m.what) for m in messages.history] == [("refusal", "Nothing is drawn on it.")]


def test_a_refusal_comes_before_an_error_that_stays_and_then_that_is_back(messages, bar, qtbot):
    messages.error(full_disk())
    messages.refuse(full_hands())

    assert (bar.shown.what, bar.waiting) == ("Nothing is drawn on it.", 1)
    qtbot.waitUntil(lambda: bar.shown.what == "The disk is full.")
    messages.refuse(full_hands())
    messages.error(UserError("Another.", hint=""))
    assert (bar.shown.what, bar.waiting) == ("Another.", 1)


def test_who_goes_on_leaves_a_refusal_behind_and_nothing_else(messages, bar):
    for say in (messages.info, messages.warn):
        say("Exported 12 images.")
        bar.drop_refusal()
        assert bar.isVisible()
    messages.refuse(full_hands())
    bar.drop_refusal()
    assert bar.shown.level == "warning"
    bar.clear()
    messages.refuse(full_hands())
    bar.drop_refusal()
    assert not bar.isVisible()


def test_it_lies_below_what_people_have_to_press_while_that_is_in_sight(messages, qtbot):
    parent, strip, rest = QWidget(), QWidget(), QWidget()
    qtbot.addWidget(parent)
    column = QVBoxLayout(parent)
    for widget in (strip, rest):
        column.addWidget(widget)
    strip.setFixedHeight(40)
    bar = MessageBar(parent, below=strip)
    messages.arrived.connect(bar.show_message)
    messages.error(full_disk())
    parent.resize(600, 400)
    parent.show()

    qtbot.waitUntil(lambda: bar.geometry().top() > strip.geometry().bottom())
    strip.hide()
    assert bar.geometry().top() < 40
    strip.show()
    assert bar.geometry().top() > strip.geometry().bottom()
    strip.setFixedHeight(80)
    qtbot.waitUntil(lambda: bar.geometry().top() > 80)


def test_an_error_that_comes_again_and_again_is_shown_once(messages, bar):
    for _ in range(40):
        messages.error(full_disk())

    assert (bar.waiting, len(messages.history)) == (0, 40)


def test_an_action_is_done_once_and_its_message_goes(messages, bar):
    done: list[str] = []
    again = MessageAction("Start again", lambda: done.append("again"))
    messages.warn("The model stopped.", action=again)

    assert bar.act.text() == "Start again"
    QTest.mouseClick(bar.act, LEFT)

    assert (done, bar.isVisible()) == (["again"], False)


def test_the_bar_never_takes_the_focus(messages, bar, qtbot):
    field = QLineEdit(bar.parentWidget())
    field.show()
    qtbot.waitActive(bar.window())
    field.setFocus()

    messages.error(full_disk())
    messages.error(UserError("Another.", hint=""))
    QTest.mouseClick(bar.dismiss, LEFT)

    assert field.hasFocus()


def test_long_words_are_shown_whole_in_a_narrow_window(messages, bar):
    bar.parentWidget().resize(320, 400)
    messages.error(UserError("照片无法读取：" * 20, hint="请重新导入这张照片。" * 20))

    for label in (bar.what, bar.hint):
        assert label.height() >= label.heightForWidth(label.width())
    assert bar.geometry().right() < 320
    assert bar.geometry().contains(bar.mapToParent(bar.hint.geometry().bottomLeft()))


def test_another_page_does_not_cover_it(messages, qtbot):
    pages = QStackedWidget()
    qtbot.addWidget(pages)
    for _ in range(2):
        pages.addWidget(QWidget())
    bar = MessageBar(pages)
    messages.arrived.connect(bar.show_message)
    pages.show()
    messages.error(full_disk())

    pages.setCurrentIndex(1)

    qtbot.waitUntil(lambda: bar.isAncestorOf(pages.childAt(bar.what.mapTo(pages, QPoint(2, 2)))))


def test_file_names_are_no_markup(messages, bar):
    messages.error(UserError("<b>layer</b>.png can't be read.", hint=""))

    assert bar.what.textFormat() == Qt.TextFormat.PlainText


def test_a_bug_is_logged_with_its_trace_and_said_with_the_path(messages, bar, log, capsys):
    try:
        {}["no such key"]
    except KeyError as e:
        messages.bug(e)

    assert "KeyError: 'no such key'" in bar.what.text()
    assert str(log) in bar.hint.text()
    assert "test_messages.py" in log.read_text("utf-8")
    assert "test_messages.py" in capsys.readouterr().err


def test_a_log_that_cannot_be_written_is_said_too(messages, bar, log, capsys):
    log.parent.write_text("a file where the folder should be")
    messages.bug(ValueError("broken"))

    assert "could not be kept" in bar.hint.text()


def test_a_log_that_has_grown_large_is_put_aside(messages, log, capsys):
    log.parent.mkdir()
    log.write_text("x" * (2**20 + 1))
    messages.bug(ValueError("broken"))

    assert "broken" in log.read_text("utf-8") and log.stat().st_size < 2**20
    assert log.with_suffix(".old").stat().st_size > 2**20


def test_nothing_that_is_raised_goes_unsaid(messages, hooked, capsys):
    sys.excepthook(ValueError, ValueError("ours"), None)
    sys.excepthook(UserError, full_disk(), None)

    assert [(m.level, m.what) for m in messages.history] == [
        ("error", "Something in Flawmark went wrong: ValueError: ours"),
        ("error", "The disk is full."),
    ]


def test_a_failure_on_a_thread_is_said_on_the_thread_of_the_window(messages, hooked, qtbot, capsys):
    taken_on: list[threading.Thread] = []
    messages.arrived.connect(lambda _: taken_on.append(threading.current_thread()))
    thread = threading.Thread(target=lambda: 1 // 0)
    thread.start()
    thread.join()

    qtbot.waitUntil(lambda: len(messages.history) == 1)
    assert "ZeroDivisionError" in messages.history[0].what
    assert taken_on == [threading.main_thread()]


def test_a_failure_while_saying_one_does_not_go_round_in_circles(messages, log, monkeypatch):
    printed: list[BaseException] = []
    monkeypatch.setattr(sys, "excepthook", lambda _, error, __: printed.append(error))
    restore = install_excepthook(messages)
    inner = RuntimeError("the bar is broken")
    messages.arrived.connect(lambda _: sys.excepthook(RuntimeError, inner, None))

    sys.excepthook(UserError, full_disk(), None)
    restore()

    assert [m.what for m in messages.history] == ["The disk is full."]
    assert printed == [inner]


def test_the_history_keeps_the_last_ones(messages):
    for number in range(KEPT + 5):
        messages.info(f"{number}")

    assert (len(messages.history), messages.history[-1].what) == (KEPT, f"{KEPT + 4}")


def test_the_history_can_be_read_again(messages, qtbot):
    page = MessageHistory()
    qtbot.addWidget(page)
    messages.info("First.")
    messages.error(full_disk())
    page.show_messages(messages.history)

    lines = page.toPlainText().splitlines()
    assert lines.index("The disk is full.") < lines.index("First.")
    assert "Make room and try again." in lines


def test_the_log_lies_where_the_cache_was_put(monkeypatch, tmp_path):
    monkeypatch.setenv("FLAWMARK_CACHE", str(tmp_path))
    assert log_file() == tmp_path / "flawmark.log"

    monkeypatch.delenv("FLAWMARK_CACHE")
    assert log_file().name == "flawmark.log" and log_file().is_absolute()
