"""The comments of an image: reading, writing by keyboard, answering, resolving threads."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QToolButton

from app.core.comment import MOST_CHARACTERS, Comment, Turn
from widgets.panels.comment_panel import CommentPanel

AT = "2026-05-04T08:00:00.000+00:00"
OPEN = Comment(1, 7, None, "ann", AT, "Is this slag?\n看起来像阴影")
PINNED = Comment(2, 7, "b0", "bo", AT, "Too <b>wide</b>.")
RESOLVED = Comment(3, 7, None, "cy", AT, "Done.", turns=(Turn(AT, "ann", False),))


@pytest.fixture
def panel(qtbot):
    panel = CommentPanel()
    qtbot.addWidget(panel)
    panel.resize(320, 500)
    panel.show()
    qtbot.waitActive(panel)
    panel.show_comments([OPEN, PINNED, RESOLVED])
    return panel


def heard(signal):
    said = []
    signal.connect(lambda *values: said.append(values))
    return said


def words(panel):
    return [label.text() for label in panel.findChildren(QLabel) if label.isVisibleTo(panel)]


def press(panel, qtbot, title, nth=0):
    buttons = [b for b in panel.findChildren(QToolButton) if b.text() == title]
    qtbot.mouseClick(buttons[nth], Qt.MouseButton.LeftButton)


def write(panel, qtbot, text):
    panel.start_writing()
    qtbot.keyClicks(panel.input, text)


def test_comments_show_author_text_and_who_resolved_them(panel):
    shown = words(panel)
    assert {"ann", "bo", "cy"} <= set(shown)
    assert OPEN.text in shown
    assert any(line.startswith("resolved by ann") for line in shown)


def at(minute):
    return f"2026-05-04T08:{minute:02}:00.000+00:00"


def answer(n, root, text, minute=1):
    return Comment(n, 7, None, "bo", at(minute), text, parent=root.id)


def reopened_once(root):
    turns = (Turn(at(2), "cy", False), Turn(at(4), "ann", True))
    return replace(root, turns=turns)


def test_a_thread_tells_in_order_what_was_said_and_who_dealt_with_it(panel):
    told = [reopened_once(OPEN), answer(4, OPEN, "It is a shadow.", 1), PINNED]
    panel.show_comments([*told, answer(5, OPEN, "Or is it?", 3)])
    shown = [w for w in words(panel) if not w.startswith("2026-")]
    assert [w.partition(",")[0] for w in shown] == [
        *("ann", "Is this slag?\n看起来像阴影"),
        *("bo", "It is a shadow.", "resolved by cy", "bo", "Or is it?", "reopened by ann"),
        *("bo", "Too <b>wide</b>."),
    ]


def test_a_thread_is_resolved_as_a_whole(panel, qtbot):
    panel.show_comments([OPEN, answer(4, OPEN, "It is a shadow.")])
    buttons = [b.text() for b in panel.findChildren(QToolButton) if b.isVisibleTo(panel)]
    assert buttons == ["Reply", "Resolve"]
    resolved = heard(panel.resolved)
    press(panel, qtbot, "Resolve")
    assert resolved == [(OPEN.id,)]
    panel.show_comments([replace(OPEN, turns=(Turn(at(5), "ann", False),))])
    buttons = [b.text() for b in panel.findChildren(QToolButton) if b.isVisibleTo(panel)]
    assert buttons == ["Reopen"]


def test_a_reply_goes_to_its_thread_and_what_follows_begins_one(panel, qtbot):
    replied, added = map(heard, (panel.replied, panel.added))
    press(panel, qtbot, "Reply", 1)
    assert panel.input.hasFocus() and "Reply to bo" in words(panel)
    assert not panel.pin.isVisible()
    qtbot.keyClicks(panel.input, "Why?")
    panel.show_comments([OPEN, PINNED])  # somebody did something meanwhile
    qtbot.keyClick(panel.input, Qt.Key.Key_Return)
    assert (replied, added) == ([(PINNED.id, "Why?")], [])
    assert "Reply to bo" not in words(panel) and panel.pin.isVisible()
    write(panel, qtbot, "Look here")
    qtbot.keyClick(panel.input, Qt.Key.Key_Return)
    assert (len(replied), added) == (1, [("Look here", False)])


def test_a_reply_can_become_a_thread_of_its_own(panel, qtbot):
    replied, added = map(heard, (panel.replied, panel.added))
    press(panel, qtbot, "Reply")
    qtbot.keyClicks(panel.input, "Why?")
    press(panel, qtbot, "Don't reply")
    qtbot.keyClick(panel.input, Qt.Key.Key_Return)
    assert (replied, added) == ([], [("Why?", False)])


def test_another_image_has_no_thread_that_was_being_answered(panel, qtbot):
    replied = heard(panel.replied)
    press(panel, qtbot, "Reply")
    qtbot.keyClicks(panel.input, "Why?")
    panel.show_comments([replace(OPEN, id=99, image_id=8)])
    assert not any(line.startswith("Reply to") for line in words(panel))
    assert panel.input.toPlainText() == "Why?"
    qtbot.keyClick(panel.input, Qt.Key.Key_Return)
    assert replied == []


def test_a_reply_that_was_not_saved_comes_back_as_one(panel, qtbot):
    replied = heard(panel.replied)
    press(panel, qtbot, "Reply")
    qtbot.keyClicks(panel.input, "Why?")
    qtbot.keyClick(panel.input, Qt.Key.Key_Return)
    panel.take_back("Why?", OPEN.id)
    assert "Reply to ann" in words(panel) and panel.input.toPlainText() == "Why?"
    panel.start_writing()
    qtbot.keyClick(panel.input, Qt.Key.Key_Return)
    assert replied == [(OPEN.id, "Why?")] * 2


def test_of_long_threads_the_last_are_shown_whole(panel, qtbot):
    first, second = replace(OPEN, id=100), replace(PINNED, id=200)
    told = [answer(n, root, f"{root.id} {n}") for root in (first, second) for n in range(30)]
    panel.show_comments([first, second, *told])
    assert {"200 0", "200 29"} <= set(words(panel)) and "100 29" not in words(panel)
    press(panel, qtbot, "Show 1 earlier")
    assert {"100 0", "200 29"} <= set(words(panel))


def test_what_somebody_wrote_is_shown_as_they_wrote_it(panel):
    label = next(w for w in panel.findChildren(QLabel) if "<b>" in w.text())
    assert label.textFormat() == Qt.TextFormat.PlainText


def test_a_long_word_can_be_wrapped(panel):
    panel.show_comments([Comment(1, 7, None, "ann", AT, "x" * 100)])
    text = next(w for w in panel.findChildren(QLabel) if "xxx" in w.text())
    panel.repaint()
    assert text.height() > 2 * text.fontMetrics().lineSpacing()


def test_an_image_without_comments_says_so(panel):
    panel.show_comments([])
    assert any("Nobody has said anything" in line for line in words(panel))


def test_a_panel_out_of_sight_shows_the_last_image_when_it_comes_back(panel):
    panel.hide()
    panel.show_comments([OPEN])
    panel.show_comments([PINNED])
    panel.show()
    assert PINNED.text in words(panel) and OPEN.text not in words(panel)


def test_of_very_many_comments_the_last_come_first(panel, qtbot):
    many = [Comment(n, 7, None, "ann", AT, f"number {n}") for n in range(100)]
    panel.show_comments(many)
    assert "number 99" in words(panel) and "number 59" not in words(panel)
    press(panel, qtbot, "Show 60 earlier")
    assert {"number 0", "number 99"} <= set(words(panel))


def test_enter_sends_and_gives_the_keyboard_back(panel, qtbot):
    added = heard(panel.added)
    write(panel, qtbot, "Too narrow")
    qtbot.keyClick(panel.input, Qt.Key.Key_Return)
    assert added == [("Too narrow", False)]
    assert panel.input.toPlainText() == "" and not panel.input.hasFocus()


def test_ctrl_enter_sends_too(panel, qtbot):
    added = heard(panel.added)
    write(panel, qtbot, "yes")
    qtbot.keyClick(panel.input, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert added == [("yes", False)]


def test_shift_enter_starts_a_line(panel, qtbot):
    added = heard(panel.added)
    write(panel, qtbot, "one")
    qtbot.keyClick(panel.input, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClicks(panel.input, "two")
    assert added == []
    qtbot.keyClick(panel.input, Qt.Key.Key_Return)
    assert added == [("one\ntwo", False)]


def test_nothing_but_space_is_not_sent(panel, qtbot):
    added = heard(panel.added)
    write(panel, qtbot, "  ")
    qtbot.keyClick(panel.input, Qt.Key.Key_Return)
    assert added == []


def test_a_comment_that_is_too_long_is_kept_and_said_so(panel, qtbot):
    added = heard(panel.added)
    panel.start_writing()
    panel.input.setPlainText("x" * (MOST_CHARACTERS + 1))
    qtbot.keyClick(panel.input, Qt.Key.Key_Return)
    assert added == []
    assert len(panel.input.toPlainText()) == MOST_CHARACTERS + 1
    assert any("4001 characters" in line for line in words(panel))


def test_a_comment_that_was_not_saved_comes_back(panel, qtbot):
    write(panel, qtbot, "first")
    qtbot.keyClick(panel.input, Qt.Key.Key_Return)
    write(panel, qtbot, "second")
    panel.take_back("first")
    assert panel.input.toPlainText() == "first\nsecond"


def test_escape_gives_the_keyboard_back_and_keeps_what_was_written(panel, qtbot):
    write(panel, qtbot, "half a thou")
    qtbot.keyClick(panel.input, Qt.Key.Key_Escape)
    assert not panel.input.hasFocus()
    assert panel.input.toPlainText() == "half a thou"


def test_a_comment_can_be_pinned_while_one_box_is_selected(panel, qtbot):
    added = heard(panel.added)
    assert not panel.pin.isEnabled()
    panel.set_can_pin(True)
    panel.pin.click()
    write(panel, qtbot, "this one")
    qtbot.keyClick(panel.input, Qt.Key.Key_Return)
    assert added == [("this one", True)]
    assert not panel.pin.isChecked()


def test_losing_the_selection_unpins(panel):
    panel.set_can_pin(True)
    panel.pin.click()
    panel.set_can_pin(False)
    assert not panel.pin.isChecked()


def test_buttons_resolve_reopen_and_jump(panel, qtbot):
    resolved, reopened, jumped = map(heard, (panel.resolved, panel.reopened, panel.jump))
    press(panel, qtbot, "Resolve", 1)
    press(panel, qtbot, "Reopen")
    press(panel, qtbot, "Box")
    assert (resolved, reopened, jumped) == ([(2,)], [(3,)], [("b0",)])


def test_a_button_may_replace_the_comments_it_stands_in(panel, qtbot):
    panel.resolved.connect(lambda _: panel.show_comments([RESOLVED]))
    press(panel, qtbot, "Resolve")
    assert RESOLVED.text in words(panel) and OPEN.text not in words(panel)


def test_new_comments_leave_what_is_being_written(panel, qtbot):
    write(panel, qtbot, "wait")
    panel.show_comments([OPEN])
    assert panel.input.toPlainText() == "wait" and panel.input.hasFocus()
