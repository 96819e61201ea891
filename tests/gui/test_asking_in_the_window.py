"""A language model is asked about the photo that is open, by a server on this machine."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QScrollArea
from pytestqt.qtbot import QtBot

from app.core.chat import ChatServer
from app.core.geometry import Box
from app.core.shape import Shape
from app.services.chat_servers import add_server
from app.storage.project import Project
from tests.gui.bench_driver import BenchDriver
from tests.gui.conftest import SLAG, STREAK
from tests.helpers.chat_server import ChatServerProcess, serving
from widgets.canvas.ghost import Ghost, Guest
from widgets.panels.ask_panel import AskPanel

LEFT = Qt.MouseButton.LeftButton
FOUND, STRANGE = Box(120, 40, 180, 120), Box(0, 0, 30, 40)
"""Where `two` says that they are, in pixels of a photo of 240x160."""


@pytest.fixture(scope="module")
def server() -> Iterator[ChatServerProcess]:
    with serving(answers="tests.helpers.seeing_model:two") as server:
        yield server


def looking(bench: BenchDriver, url: str = "", vlm: str = "qwen3-vl", **settings) -> AskPanel:
    """The panel in front; with a server where an address is given."""
    if url:
        add_server(ChatServer("here", url, vlm=vlm, **settings))
    bench.bench.panels.bring_up("ask")
    panel = bench.bench.panels.ask
    bench.qtbot.waitUntil(lambda: bool(panel.servers.count()) == bool(url) and panel.isVisible())
    return panel


def ask(bench: BenchDriver, panel: AskPanel, question: str) -> None:
    """And wait until that is answered."""
    before = len(panel.cards)
    panel.question.setFocus()
    panel.question.setText(question)
    bench.qtbot.keyClick(panel.question, Qt.Key.Key_Return)
    bench.qtbot.waitUntil(lambda: len(panel.cards) > before)


def ghost(bench: BenchDriver) -> Ghost:
    shown = [each for each in bench.canvas.findChildren(Ghost) if each.guests]
    return shown[0] if shown else bench.canvas.findChildren(Ghost)[-1]


def names(bench: BenchDriver) -> list[str]:
    return [guest.name for guest in ghost(bench).guests] if ghost(bench).isVisible() else []


def titles(panel: AskPanel, place: int = 0) -> list[str]:
    return [row.title.text() for row in panel.cards[place].rows]


def test_an_answer_comes_with_its_boxes_on_the_photo(bench: BenchDriver, server):
    panel = looking(bench, server.url)
    ask(bench, panel, "What is there?")
    assert panel.cards[0].words.text() == "streak ⟦1⟧, finger print ⟦2⟧"
    assert titles(panel) == ["1  streak", "2  finger print"]
    assert [guest.shape for guest in ghost(bench).guests] == [Shape(FOUND), Shape(STRANGE)]
    assert names(bench) == ["1 streak", "2 finger print"]
    assert len(bench.boxes()) == 2  # nothing of it is on the image
    panel.cards[0].rows[1].entered.emit()
    assert ghost(bench).raised == 1
    panel.cards[0].rows[1].left.emit()
    assert ghost(bench).raised is None


def test_a_box_is_taken_by_an_ordinary_move_and_undone_like_one(
    project: Project, bench: BenchDriver, server
):
    panel = looking(bench, server.url)
    ask(bench, panel, "What is there?")
    bench.qtbot.mouseClick(panel.cards[0].rows[0].take, LEFT)
    bench.wait_until_saved()
    (taken,) = [a for a in project.annotations.of_image(1) if a.box == FOUND]
    assert (taken.class_id, taken.author, taken.run_id) == (STREAK, "ann", None)
    assert names(bench) == ["2 finger print"]
    assert not panel.cards[0].rows[0].take.isEnabled()
    bench.bench.moves.undo()
    bench.qtbot.waitUntil(lambda: len(names(bench)) == 2)
    assert panel.cards[0].rows[0].take.isEnabled()
    bench.bench.moves.pick_class(SLAG)
    bench.qtbot.mouseClick(panel.cards[0].rows[1].take, LEFT)
    bench.wait_until_saved()
    (other,) = [a for a in project.annotations.of_image(1) if a.box == STRANGE]
    assert other.class_id == SLAG


def test_answers_stay_with_their_photo_and_their_boxes_go_with_the_panel(
    bench: BenchDriver, server
):
    panel = looking(bench, server.url)
    ask(bench, panel, "What is there?")
    ask(bench, panel, "Anything else?")
    bench.bench.step(1)
    bench.wait_for_image(2)
    assert (panel.cards, names(bench)) == ({}, [])
    bench.bench.step(-1)
    bench.wait_for_image(1)
    assert [card.question.text() for card in panel.cards.values()] == [
        "Anything else?", "What is there?"
    ]  # fmt: skip
    bench.qtbot.waitUntil(lambda: len(names(bench)) == 2)
    bench.bench.panels.bring_up("classes")
    bench.qtbot.waitUntil(lambda: not names(bench))
    bench.bench.panels.bring_up("ask")
    bench.qtbot.waitUntil(lambda: len(names(bench)) == 2)
    bench.canvas.set_boxes_covered(True)  # another layer is held over it
    assert not bench.has_colour_around(FOUND, "#e6194b")
    bench.canvas.set_boxes_covered(False)
    assert bench.has_colour_around(FOUND, "#e6194b")


def test_guests_of_somebody_else_stay_until_an_answer_is_picked(bench: BenchDriver, server):
    panel, survey = looking(bench, server.url), object()
    ask(bench, panel, "What is there?")
    guests = bench.bench.chats.guests
    guests.show(survey, 1, [Guest(Shape(FOUND), "#ffffff", "theirs")])
    bench.bench.moves.pick_class(SLAG)  # which the panel tells anew
    assert names(bench) == ["theirs"]
    panel.cards[0].clicked.emit()
    assert names(bench) == ["1 streak", "2 finger print"]
    guests.clear(survey)
    assert len(names(bench)) == 2


def test_an_answer_that_comes_when_nobody_looks_waits_to_be_looked_at(bench: BenchDriver):
    with serving(answers="tests.helpers.seeing_model:two", delay_s=0.3) as slow:
        panel = looking(bench, slow.url)
        panel.question.setText("What is there?")
        bench.qtbot.mouseClick(panel.ask, LEFT)
        bench.bench.panels.bring_up("classes")
        bench.qtbot.waitUntil(lambda: panel.ask.text() == "Ask")
        assert names(bench) == []
        bench.bench.panels.bring_up("ask")
        bench.qtbot.waitUntil(lambda: len(names(bench)) == 2)


def test_the_detectors_finds_are_told_only_where_wanted(bench: BenchDriver, server):
    panel = looking(bench, server.url)
    ask(bench, panel, "Is the slag real?")
    panel.findings.click()
    ask(bench, panel, "Is the slag not real?")
    told, untold = [chat.body["messages"][0]["content"] for chat in server.chats()[-2:]]
    slag = '{"bbox_2d": [583, 375, 750, 562], "label": "slag"}'
    assert slag in str(told) and slag not in str(untold)


def test_small_photos_are_enlarged_where_it_matters_unless_that_is_unwanted(
    bench: BenchDriver, server
):
    panel = looking(bench, server.url, vlm="qwen2.5-vl")
    assert panel.enlarge.isVisible()
    ask(bench, panel, "Is it large?")
    panel.enlarge.click()
    ask(bench, panel, "Is it small?")
    enlarged, plain = [chat.pictures[0].size for chat in server.chats()[-2:]]
    assert (enlarged, plain) == ((868, 588), (252, 168))
    add_server(ChatServer("there", server.url, vlm="qwen3-vl"))
    panel.looked_again.emit()
    panel.servers.textActivated.emit("there")
    assert not panel.enlarge.isVisible()
    panel.servers.textActivated.emit("here")
    assert panel.enlarge.isVisible() and not panel.enlarge.isChecked()


def test_the_same_question_is_asked_for_another_answer(bench: BenchDriver, server):
    panel = looking(bench, server.url)
    before = len(server.chats())
    ask(bench, panel, "What is there?")
    bench.qtbot.mouseClick(panel.cards[0].again, LEFT)
    bench.qtbot.waitUntil(lambda: len(panel.cards) == 2)
    assert len(server.chats()) == before + 2


def test_ready_questions_are_those_of_the_question_set(bench: BenchDriver, server):
    panel = looking(bench, server.url)
    bench.qtbot.waitUntil(panel.ready.isEnabled)
    actions = panel.menu.actions()
    assert [action.text() for action in actions if action.menu()] == ["streak", "slag"]
    assert len([action for action in actions if not action.menu()]) == 4
    actions[0].trigger()
    assert panel.question.text() == actions[0].text()
    assert panel.ask.isEnabled()


def test_without_a_server_the_panel_says_how_to_add_one_and_finds_it_then(
    bench: BenchDriver, server
):
    panel = looking(bench)
    assert panel.lacking.isVisible() and not panel.question.isVisible()
    assert panel.command.text().startswith("flawmark servers add ")
    add_server(ChatServer("here", server.url, vlm="qwen3-vl"))
    panel.looked_again.emit()
    assert panel.question.isVisible() and not panel.lacking.isVisible()


def test_a_server_without_eyes_is_not_offered(bench: BenchDriver, server):
    add_server(ChatServer("words", server.url))
    panel = looking(bench)
    assert "see pictures" in panel.lacking.text()


def test_a_silent_server_is_left_with_stop(bench: BenchDriver):
    with serving("silent") as silent:
        panel = looking(bench, silent.url)
        panel.question.setText("What is there?")
        bench.qtbot.mouseClick(panel.ask, LEFT)
        bench.qtbot.waitUntil(lambda: bool(silent.chats()))
        assert panel.ask.text() == "Stop"
        bench.qtbot.mouseClick(panel.ask, LEFT)
        bench.qtbot.waitUntil(lambda: panel.ask.text() == "Ask")
        assert panel.status.text() == "Stopped."
        panel.question.setText("And now?")
        bench.qtbot.mouseClick(panel.ask, LEFT)
        bench.qtbot.waitUntil(lambda: len(silent.chats()) == 2)
        bench.window.close()  # doesn't wait for it


def test_trouble_with_the_server_is_told(bench: BenchDriver):
    with serving("refused") as refusing:
        panel = looking(bench, refusing.url)
        panel.question.setText("What is there?")
        bench.qtbot.mouseClick(panel.ask, LEFT)
        bench.qtbot.waitUntil(lambda: bool(bench.said()))
    assert "here" in panel.status.text()
    assert panel.ask.isEnabled()
    assert not panel.cards


def test_nothing_is_asked_or_told_of_a_blind_image(bench: BenchDriver, server):
    panel = looking(bench, server.url)
    ask(bench, panel, "What is there?")
    panel.question.setText("And now?")
    bench.bench.sight.set_blind(True)
    assert not panel.ask.isEnabled() and panel.why_not.isVisible()
    assert (panel.cards, names(bench)) == ({}, [])
    bench.bench.sight.set_blind(False)
    assert panel.ask.isEnabled() and len(names(bench)) == 2


def test_a_server_elsewhere_is_named_before_anything_is_sent(bench: BenchDriver):
    panel = looking(bench, "http://gpu.example:8000/v1")
    assert "http://gpu.example:8000/v1" in panel.status.text()


def test_a_window_in_which_nobody_looks_at_the_panel_loads_none_of_it(bench: BenchDriver):
    assert "asking" not in bench.bench.chats.__dict__


def test_a_server_that_is_changed_in_a_terminal_is_known_when_the_person_comes_back(
    bench: BenchDriver, server
):
    panel = looking(bench, "http://127.0.0.1:9/v1", retries=0)
    bench.qtbot.waitUntil(panel.ready.isEnabled)
    panel.question.setText("What is there?")
    bench.qtbot.mouseClick(panel.ask, LEFT)
    bench.qtbot.waitUntil(lambda: "can't be reached" in panel.status.text())
    come_back()
    assert "can't be reached" in panel.status.text()  # nothing is another
    add_server(ChatServer("here", server.url, vlm="qwen3-vl"))
    add_server(ChatServer("there", server.url, vlm="qwen3-vl"))
    come_back()
    assert [panel.servers.itemText(n) for n in range(panel.servers.count())] == ["here", "there"]
    ask(bench, panel, "What is there?")
    assert titles(panel) == ["1  streak", "2  finger print"]


def test_a_list_of_answers_stays_where_it_is_when_a_box_is_taken(bench: BenchDriver, server):
    panel = looking(bench, server.url)
    for number in range(5):
        ask(bench, panel, f"Question {number}?")
    (area,) = panel.findChildren(QScrollArea)
    bar = area.verticalScrollBar()
    bench.qtbot.waitUntil(lambda: bar.maximum() > 0)
    bar.setValue(bar.maximum())
    bench.qtbot.mouseClick(panel.cards[0].rows[0].take, LEFT)
    bench.qtbot.waitUntil(lambda: not panel.cards[0].rows[0].take.isEnabled())
    bench.wait_until_saved()
    assert bar.value() == bar.maximum() > 0
    column = panel.cards[0].parentWidget().layout()
    assert [column.indexOf(panel.cards[place]) for place in range(5)] == [4, 3, 2, 1, 0]


def test_an_empty_list_is_told_in_words(bench: BenchDriver):
    with serving(answers="tests.helpers.seeing_model:nothing") as server:
        panel = looking(bench, server.url)
        ask(bench, panel, "Where is it?")
    assert panel.cards[0].words.text() == "No boxes."


def test_long_names_make_no_wide_panel(qtbot: QtBot):
    panel = AskPanel()
    qtbot.addWidget(panel)
    panel.show_servers(["a", "b"], "a")
    width_px = panel.minimumSizeHint().width()
    panel.show_servers(["of the laboratory on the second floor", "b"], "b")
    assert panel.minimumSizeHint().width() == width_px


def test_each_server_is_first_asked_for_its_likeliest_answer(bench: BenchDriver, server):
    add_server(ChatServer("there", server.url, vlm="qwen3-vl"))
    panel = looking(bench, server.url)
    ask(bench, panel, "What is there?")
    panel.servers.textActivated.emit("here")
    ask(bench, panel, "What is there?")
    panel.servers.textActivated.emit("there")
    ask(bench, panel, "What is there?")
    assert [chat.body["temperature"] > 0 for chat in server.chats()[-3:]] == [False, False, True]


def test_a_class_that_is_made_just_before_the_window_closes_breaks_nothing(
    project: Project, bench: BenchDriver, server
):
    looking(bench, server.url)
    bench.bench.class_choice.add("scratch")
    bench.window.close()
    assert "scratch" in [each.name for each in project.classes.all()]


def come_back() -> None:
    """The person, from another program."""
    application = QGuiApplication.instance()
    assert isinstance(application, QGuiApplication)
    application.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
