"""Other words from a language model in the real window, which goes on meanwhile."""

import re
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from app.conversations.checks.findings import Finding
from app.conversations.rewording.refusals import REFUSAL_KINDS, Refusal
from app.core.chat import ChatServer
from app.core.errors import UserError
from app.services.chat_servers import add_server
from app.shell.bench.conversation_words import finding_words
from app.shell.bench.rewording_words import refusal_words
from app.storage.project import Project
from tests.gui.bench_driver import BenchDriver
from tests.helpers.chat_server import serving
from widgets.panels.conversation_panel import ConversationPanel

LEFT = Qt.MouseButton.LeftButton
SAID = "tests.helpers.reworded"


@pytest.fixture
def listed(home, monkeypatch):
    """Adds a server to the list of this machine, by its address."""
    monkeypatch.setenv("FLAWMARK_SERVERS", str(home / "servers.yaml"))

    def add(server, **settings):
        add_server(ChatServer("here", server.url, timeout_s=20.0, retries=0, **settings))

    return add


@pytest.fixture
def opened(project: Project, open_bench):
    """The window with the conversation in sight; called once the servers are as they are to be."""

    def look() -> tuple[BenchDriver, ConversationPanel]:
        bench = open_bench(project.folder)
        bench.wait_for_image(1)
        panel = bench.bench.panels.conversation
        bench.bench.panels.bring_up("conversation")
        bench.qtbot.waitUntil(lambda: bool(cards(panel)) and not panel._more.isActive())
        return bench, panel

    return look


def cards(panel):
    return [card for card in panel.cards if card.isVisibleTo(panel)]


def exchanges(project):
    return project.conversations.of_image(1, "en").exchanges


def prose(panel):
    return [place for place, card in enumerate(cards(panel)) if not card.reword.isHidden()]


def says(card, words):
    labels = (card._author, card.refusal)
    return any(words in label.text() for label in labels if not label.isHidden())


@pytest.mark.parametrize("kind", [k for k in REFUSAL_KINDS if k != "finding"])
def test_every_reason_has_words_of_the_screen(kind):
    refusal = Refusal(kind, "plain English", "such words")
    assert refusal_words(refusal).endswith(".")
    finding = Finding(1, "two", "class_count", "says two", "two", "three")
    held = replace(refusal, kind="finding", finding=finding)
    assert refusal_words(held) == finding_words(finding)


def test_nothing_is_offered_where_no_server_is_configured(opened, listed):
    _, panel = opened()
    assert panel.reword.isHidden() and panel.stop.isHidden()
    assert prose(panel) == []


def test_a_turn_gets_other_words_says_whose_they_are_and_again_takes_them_back(
    project, opened, listed
):
    with serving(answers=f"{SAID}:well") as server:
        listed(server)
        bench, panel = opened()
        kinds = [exchanges(project)[place].kind for place in prose(panel)]
        assert kinds and "where" not in kinds
        place = prose(panel)[0]
        assert server.url in panel.cards[place].reword.toolTip()
        before = exchanges(project)
        bench.qtbot.mouseClick(panel.cards[place].reword, LEFT)
        bench.qtbot.waitUntil(lambda: says(panel.cards[place], "worded by small-vl"))
        after = exchanges(project)
        assert after[place].answer.startswith(before[place].answer)
        assert [e for e in after if e.reworded_by] == [after[place]]
        assert len(server.chats()) == 1
        bench.qtbot.waitUntil(panel.reword.isEnabled)
        told = r"Turns that have new words: 1 of 1\. Tokens: [1-9][\d,]*\."
        assert re.search(told, panel.news.text())
        # Another time other words are looked for, from another phrasing.
        bench.qtbot.mouseClick(panel.cards[place].reword, LEFT)
        bench.qtbot.waitUntil(lambda: exchanges(project)[place].variant == 1)
        assert exchanges(project)[place].reworded_by == "small-vl"
        bench.qtbot.mouseClick(panel.cards[place].again, LEFT)
        bench.qtbot.waitUntil(lambda: exchanges(project)[place].variant == 2)
        assert exchanges(project)[place].reworded_by is None
        bench.qtbot.waitUntil(lambda: not says(panel.cards[place], "worded"))


def test_a_refusal_says_why_until_the_turn_is_another_one(project, opened, listed):
    with serving(answers=f"{SAID}:stubborn") as server:
        listed(server)
        bench, panel = opened()
        place = prose(panel)[0]
        card, before = panel.cards[place], exchanges(project)
        bench.qtbot.mouseClick(card.reword, LEFT)
        bench.qtbot.waitUntil(lambda: says(card, "Not reworded: “**” is no plain text."))
        assert exchanges(project) == before
        assert len(server.chats()) == 2
        bench.qtbot.mouseClick(card.again, LEFT)
        bench.qtbot.waitUntil(card.refusal.isHidden)


def test_all_are_worded_while_one_goes_on_editing_and_stop_ends_it(project, opened, listed):
    with serving(answers=f"{SAID}:well", delay_s=0.4) as server:
        listed(server, at_once=1)
        bench, panel = opened()
        places = prose(panel)
        last = places[-1]
        bench.qtbot.mouseClick(panel.reword, LEFT)
        bench.qtbot.waitUntil(panel.stop.isVisible)
        assert not panel.cards[last].reword.isEnabled()
        assert "turns" in panel.news.text()
        answer = panel.cards[last].answer
        answer.setFocus()
        answer.selectAll()
        answer.insertPlainText("Typed meanwhile.")
        bench.qtbot.keyClick(answer, Qt.Key.Key_Escape)
        bench.qtbot.waitUntil(lambda: exchanges(project)[last].author == "ann")
        bench.qtbot.waitUntil(lambda: any(e.reworded_by for e in exchanges(project)))
        bench.qtbot.mouseClick(panel.stop, LEFT)
        bench.qtbot.waitUntil(panel.stop.isHidden)
        asked = len(server.chats())
        assert asked < len(places)
        assert "new words" in panel.news.text()
        assert exchanges(project)[last].answer == "Typed meanwhile."
        # The rest is worded when it is asked for again; who typed keeps the words.
        bench.qtbot.mouseClick(panel.reword, LEFT)
        done = len(places) - 1
        bench.qtbot.waitUntil(lambda: sum(bool(e.reworded_by) for e in exchanges(project)) == done)
        assert exchanges(project)[last].reworded_by is None


def test_what_comes_while_another_image_is_open_is_saved_where_it_belongs(project, opened, listed):
    with serving(answers=f"{SAID}:well", delay_s=0.1) as server:
        listed(server, at_once=2)
        bench, panel = opened()
        count = len(prose(panel))
        panel.reword.ways.actions()[1].trigger()
        bench.qtbot.waitUntil(panel.stop.isVisible)
        bench.bench.step(1)
        bench.wait_for_image(2)
        bench.qtbot.waitUntil(lambda: sum(bool(e.reworded_by) for e in exchanges(project)) == count)
        assert "better answer" in str(server.chats()[0].body["messages"][0])


def test_an_approved_conversation_is_not_offered(project, opened, listed):
    with serving(answers=f"{SAID}:well") as server:
        listed(server)
        bench, panel = opened()
        assert prose(panel)
        bench.qtbot.mouseClick(panel.approve, LEFT)
        bench.qtbot.waitUntil(lambda: prose(panel) == [])
        assert not panel.reword.isEnabled()
        assert server.chats() == []


def test_a_server_that_is_gone_is_told_once_and_nothing_changes(project, opened, listed):
    with serving("nobody") as server:
        listed(server)
        bench, panel = opened()
        failed: list[UserError] = []
        bench.bench.records.failed.connect(failed.append)
        before = exchanges(project)
        bench.qtbot.mouseClick(panel.reword, LEFT)
        bench.qtbot.waitUntil(lambda: bool(failed))
        bench.qtbot.waitUntil(panel.stop.isHidden)
        assert len(failed) == 1
        assert exchanges(project) == before


def test_the_window_closes_while_a_server_takes_its_time(project, opened, listed):
    with serving("silent") as server:
        listed(server)
        bench, panel = opened()
        bench.qtbot.mouseClick(panel.reword, LEFT)
        bench.qtbot.waitUntil(lambda: bool(server.chats()))
        bench.window.close()
        assert not any(e.reworded_by for e in exchanges(project))
