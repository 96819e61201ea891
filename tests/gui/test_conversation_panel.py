"""The conversation panel: reading, editing with boxes as words, findings, approval."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from app.core.conversation import KINDS, Exchange, boxes_token
from widgets.panels.box_words import readable, stored
from widgets.panels.conversation_panel import (
    ConversationPanel,
    ShownConversation,
    ShownRewording,
)

TITLES = {"a1": "streak 1", "b2": "slag 2"}
PRESENCE = Exchange("presence", "presence", None, "Is anything wrong?", "Yes, two defects.")
WHERE = Exchange("where", "where", None, "Mark every defect.", boxes_token(["a1", "b2"]))
OWN = Exchange("cause", "", None, "Why?", "The blade is nicked <boxes:a1>.", author="ann")
SHOWN = ShownConversation("en", (PRESENCE, WHERE, OWN), TITLES, {2: ["no word of a cause"]})


@pytest.fixture
def panel(qtbot):
    panel = ConversationPanel()
    qtbot.addWidget(panel)
    panel.resize(340, 640)
    panel.show()
    qtbot.waitActive(panel)
    show_all(qtbot, panel, SHOWN)
    return panel


def show_all(qtbot, panel, shown):
    """Until there is a card for each exchange."""
    panel.show_conversation(shown)
    qtbot.waitUntil(lambda: len(panel.cards) >= len(shown.exchanges))


def heard(signal):
    said = []
    signal.connect(lambda *values: said.append(values))
    return said


def words(panel):
    return [label.text() for label in panel.findChildren(QLabel) if label.isVisibleTo(panel)]


def rewrite(panel, place, text):
    answer = panel.cards[place].answer
    answer.setFocus()
    answer.selectAll()
    answer.insertPlainText(text)
    return answer


def test_boxes_are_read_as_words(panel):
    assert panel.cards[1].answer.toPlainText() == "⟦streak 1 · slag 2⟧"
    assert panel.cards[2].answer.toPlainText() == "The blade is nicked ⟦streak 1⟧."


@given(
    st.lists(
        st.one_of(
            st.text(st.characters(exclude_characters="<>⟦⟧"), max_size=8),
            st.lists(st.sampled_from([*TITLES, "gone"]), max_size=3).map(boxes_token),
        ),
        max_size=5,
    )
)
def test_reading_and_storing_undo_each_other(parts):
    text = "".join(parts)
    assert stored(readable(text, TITLES), TITLES) == text


def test_words_that_name_no_box_stay_for_the_checker():
    assert stored("see ⟦wrinkle 9⟧", TITLES) == "see ⟦wrinkle 9⟧"


def test_an_edit_is_told_with_tokens_once_the_field_is_left(panel, qtbot):
    edited = heard(panel.edited)
    answer = rewrite(panel, 1, "⟦slag 2⟧")
    assert edited == []
    qtbot.keyClick(answer, Qt.Key.Key_Escape)
    assert edited == [(1, WHERE.question, "<boxes:b2>")]
    panel.save_what_is_typed()
    assert len(edited) == 1


def test_a_field_left_as_it_was_tells_nothing(panel, qtbot):
    edited = heard(panel.edited)
    answer = panel.cards[0].answer
    answer.setFocus()
    qtbot.keyClick(answer, Qt.Key.Key_Escape)
    assert edited == []


def test_what_is_typed_is_checked_while_it_is_typed(panel, qtbot):
    with qtbot.waitSignal(panel.typed) as told:
        rewrite(panel, 0, "No.")
    assert told.args == [0, PRESENCE.question, "No."]
    panel.show_findings(0, ["says no; the labels hold two boxes"])
    assert any("says no" in line for line in words(panel))


def test_a_text_in_the_making_outlives_news_of_the_project(panel, qtbot):
    rewrite(panel, 0, "No, n")
    panel.show_conversation(SHOWN)
    assert panel.cards[0].answer.toPlainText() == "No, n"


def test_an_edited_turn_can_be_written_anew_and_an_added_one_taken_out(panel, qtbot):
    again, removed = heard(panel.asked_again), heard(panel.removed)
    assert panel.cards[2].again.isHidden()
    assert panel.cards[0].remove.isHidden()
    qtbot.mouseClick(panel.cards[0].again, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(panel.cards[2].remove, Qt.MouseButton.LeftButton)
    assert (again, removed) == ([(0,)], [(2,)])


def test_the_status_says_why_it_is_stale_wrong_or_approved(panel):
    assert any("doesn't agree" in line for line in words(panel))
    stale = ShownConversation("en", (PRESENCE,), TITLES, {}, ("slag added", "streak moved"))
    panel.show_conversation(stale)
    assert any("slag added; streak moved" in line for line in words(panel))
    assert not panel.approve.isChecked()
    at = "2026-05-04T08:00:00.000+00:00"
    panel.show_conversation(
        ShownConversation("zh", (PRESENCE,), TITLES, {}, approved_by="bo", approved_at=at)
    )
    assert panel.approve.isChecked()
    assert any("Approved by bo" in line for line in words(panel))
    panel.show_nothing()
    assert not panel.approve.isEnabled()
    assert all(card.isHidden() for card in panel.cards)


def test_the_status_says_why_nothing_is_written(panel):
    why = "slag never occurs at the stage “printing”"
    panel.show_conversation(replace(SHOWN, exchanges=(), findings={}, misplaced=(why,)))
    assert panel.status.text().startswith(why)
    assert not panel.approve.isEnabled()
    panel.show_conversation(SHOWN)
    assert why not in panel.status.text() and panel.approve.isEnabled()


def test_each_kind_can_be_added_and_a_language_chosen(panel, qtbot):
    added, chosen = heard(panel.added), heard(panel.language_chosen)
    for action in panel.add.menu().actions():
        action.trigger()
    assert added == [(kind,) for kind in KINDS]
    qtbot.mouseClick(panel.languages["zh"], Qt.MouseButton.LeftButton)
    assert chosen == [("zh",)]


def test_going_into_a_turn_points_at_its_boxes(panel):
    pointed = heard(panel.pointed_at)
    panel.cards[1].question.setFocus()
    assert pointed[-1] == (("a1", "b2"),)


def test_a_class_may_be_called_anything(qtbot):
    titles = {"a1": "crack, open 1", "b2": "crack 2", "c3": "a · b 3"}
    panel = ConversationPanel()
    qtbot.addWidget(panel)
    where = Exchange("where", "where", None, "Mark all.", boxes_token(["a1", "b2", "c3"]))
    panel.show_conversation(ShownConversation("en", (where,), titles, {}))
    edited = heard(panel.edited)
    panel.save_what_is_typed()
    assert edited == []
    assert stored(readable(where.answer, titles), titles) == where.answer
    assert stored("⟦crack 2, crack, open 1⟧", titles) == "<boxes:b2 a1>"
    assert stored("⟦crack 2, open 1⟧", titles) == "⟦crack 2, open 1⟧"


def test_turns_say_who_worded_them_and_why_they_were_not(panel, qtbot):
    by_model = Exchange("presence", "presence", None, "Any?", "None.", reworded_by="qwen")
    by_both = Exchange("cause", "cause", 1, "Why?", "Wear.", author="ann", reworded_by="qwen")
    shown = ShownConversation("en", (by_model, WHERE, by_both, OWN), TITLES, {})
    show_all(qtbot, panel, shown)
    assert "worded by qwen" in words(panel)
    assert "worded by qwen, edited by ann" in words(panel)
    assert "edited by ann" in words(panel)
    told = ShownRewording("Sent to here", frozenset({0, 2}), frozenset({2}), {0: "too long"})
    panel.show_rewording(told)
    assert [card.reword.isHidden() for card in panel.cards[:4]] == [False, True, False, True]
    assert panel.cards[0].reword.toolTip() == panel.reword.toolTip() == "Sent to here"
    assert "Not reworded: too long" in words(panel)
    panel.show_rewording(ShownRewording())
    assert panel.reword.isHidden() and panel.cards[0].reword.isHidden()
    assert not any("Not reworded" in line for line in words(panel))


def test_other_words_are_asked_for_in_either_way_and_can_be_stopped(panel, qtbot):
    one, every, stopped = map(heard, (panel.reworded, panel.all_reworded, panel.rewording_stopped))
    shown = ShownRewording("Sent to here", frozenset({0}), news="1 of 2")
    panel.show_rewording(shown)
    assert panel.stop.isHidden()
    qtbot.mouseClick(panel.cards[0].reword, Qt.MouseButton.LeftButton)
    panel.cards[0].reword.ways.actions()[1].trigger()
    panel.reword.ways.actions()[0].trigger()
    assert (one, every) == ([(0, "rephrase"), (0, "draft")], [("rephrase",)])
    panel.show_rewording(replace(shown, is_busy=True))
    assert not panel.reword.isEnabled() and not panel.cards[0].reword.isEnabled()
    qtbot.mouseClick(panel.stop, Qt.MouseButton.LeftButton)
    assert stopped == [()]
    assert "1 of 2" in words(panel)
