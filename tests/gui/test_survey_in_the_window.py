"""A VLM is asked about all images from the window: its figures, and where it is wrong."""

import json
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.core.chat import ChatServer
from app.core.edit import AnnotationEdit
from app.core.geometry import Box
from app.core.scores import ClassBox
from app.core.survey import Survey, SurveyAnswer, Topic, measured
from app.services.chat_servers import add_server, remove_server
from app.storage.project import Project
from tests.gui.bench_driver import BenchDriver
from tests.gui.conftest import SLAG, STREAK, STREAK_BOX
from tests.helpers.chat_server import ChatServerProcess, serving
from tests.helpers.reviewing import bring_to
from widgets.canvas.ghost import Ghost
from widgets.panels.survey_form import SurveyWish
from widgets.panels.survey_panel import SurveyPanel

LEFT = Qt.MouseButton.LeftButton
TRUTH: dict[str, Any] = {
    # By the greys of the photos, and in thousandths of their sides.
    "boxes": {"11": [["streak", 167, 312, 250, 750]]},
    "words": {"streak": ["streak"], "slag": ["slag"]},
    "claim": {"streak": 1},
    "invent": 1,
}


@pytest.fixture
def finished(project: Project) -> Project:
    """A streak on the first image, nothing on the others; all are handed in."""
    (proposal,) = [a for a in project.annotations.of_image(1) if a.is_proposal]
    project.apply([AnnotationEdit(1, proposal, None)], actor="ann")
    for image_id in (1, 2, 3):
        bring_to(project, image_id, "submitted", is_normal=image_id != 1)
    return project


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatServerProcess]:
    truth = tmp_path / "truth.json"
    truth.write_text(json.dumps(TRUTH), "utf-8")
    monkeypatch.setenv("FLAWMARK_TEST_TRUTH", str(truth))
    with serving(answers="tests.helpers.survey_answers:knowing", delay_s=0.05) as server:
        yield server


Open = Callable[[Path], BenchDriver]


def looking(open_bench: Open, project: Project, url: str = "") -> tuple[BenchDriver, SurveyPanel]:
    """The panel in front; with a server where an address is given."""
    if url:
        add_server(ChatServer("here", url, model="small-vl", vlm="qwen3-vl", retries=0))
    bench = open_bench(project.folder)
    bench.wait_for_image(1)
    panel = bench.bench.panels.survey
    bench.bench.panels.bring_up("survey")
    bench.qtbot.waitUntil(lambda: bool(panel.form.servers.count()) == bool(url))
    bench.qtbot.waitUntil(panel.isVisible)
    return bench, panel


def run(bench: BenchDriver, panel: SurveyPanel) -> None:
    """And wait until it has ended."""
    bench.qtbot.mouseClick(panel.form.run, LEFT)
    bench.qtbot.waitUntil(lambda: not panel.form.progress.isVisible() and panel.surveys.count() > 0)


def cell(panel: SurveyPanel, table: str, of: str, column: str) -> str:
    return panel.figures.cells[table, of, column].text()


def listed(panel: SurveyPanel) -> list[str]:
    return [panel.list.item(n).text() for n in range(panel.list.count())]


def click(panel: SurveyPanel, place: int) -> None:
    at = panel.list.visualItemRect(panel.list.item(place)).center()
    QTest.mouseClick(panel.list.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, at)


def guests(bench: BenchDriver) -> list[str]:
    shown = [each for each in bench.canvas.findChildren(Ghost) if each.isVisible() and each.guests]
    return [guest.name for each in shown for guest in each.guests]


def test_figures_and_disagreements_come_from_one_click(
    finished: Project, open_bench: Open, server: ChatServerProcess
) -> None:
    bench, panel = looking(open_bench, finished, server.url)
    run(bench, panel)
    bench.qtbot.waitUntil(lambda: ("presence", "", "accuracy") in panel.figures.cells)
    assert cell(panel, "presence", "streak", "accuracy") == "50 %"
    assert cell(panel, "presence", "streak", "yes") == "100 %"
    assert cell(panel, "boxes", "", "drawn") == "2"
    assert cell(panel, "boxes", "streak", "recall") == "100 %"
    assert "New answers: 5" in panel.form.status.text()
    words = "\n".join(listed(panel))
    assert "claims streak" in words and "too many: 1 unknown" in words
    (survey,) = finished.surveys.all()
    assert (survey.name, survey.actor) == ("small-vl", "ann")


def test_a_click_opens_the_image_with_what_the_vlm_drew(
    finished: Project, open_bench: Open, server: ChatServerProcess
) -> None:
    bench, panel = looking(open_bench, finished, server.url)
    run(bench, panel)
    bench.qtbot.waitUntil(lambda: panel.list.count() > 0)
    place = next(n for n, words in enumerate(listed(panel)) if "unknown" in words)
    click(panel, place)
    image_id = panel.picked_image
    assert image_id in (2, 3)
    bench.wait_for_image(image_id)
    bench.qtbot.waitUntil(lambda: guests(bench) == ["1 unknown"])
    assert "yes or no" in panel.details.text() or "bbox_2d" in panel.details.text()
    assert bench.boxes() == []  # nothing of it is on the image
    bench.bench.open(1)
    bench.wait_for_image(1)
    bench.qtbot.waitUntil(lambda: guests(bench) == [])
    bench.bench.panels.bring_up("boxes")
    bench.qtbot.waitUntil(lambda: not panel.isVisible())
    bench.bench.open(image_id)
    bench.wait_for_image(image_id)
    assert guests(bench) == []  # nobody looks at the survey any more


def test_stopped_it_goes_on_where_it_was(
    finished: Project, open_bench: Open, server: ChatServerProcess
) -> None:
    bench, panel = looking(open_bench, finished, server.url)
    panel.form.where.setChecked(False)
    bench.qtbot.mouseClick(panel.form.run, LEFT)
    assert panel.form.progress.isVisible()
    assert not panel.form.images.isEnabled()
    bench.qtbot.mouseClick(panel.form.run, LEFT)
    bench.qtbot.waitUntil(lambda: not panel.form.progress.isVisible())
    assert "Stopped" in panel.form.status.text()
    run(bench, panel)
    bench.qtbot.waitUntil(lambda: ("presence", "", "asked") in panel.figures.cells)
    assert cell(panel, "presence", "", "asked") == "2"


def test_figures_follow_the_labels(
    finished: Project, open_bench: Open, server: ChatServerProcess
) -> None:
    bench, panel = looking(open_bench, finished, server.url)
    run(bench, panel)
    bench.qtbot.waitUntil(lambda: ("boxes", "", "labelled") in panel.figures.cells)
    assert cell(panel, "boxes", "", "labelled") == "1"
    bench.bench.moves.reopen()
    bench.wait_until_saved()
    bench.qtbot.waitUntil(lambda: "no longer labelled so" in panel.summary.text())
    bench.qtbot.waitUntil(lambda: cell(panel, "boxes", "", "labelled") == "0")


def test_a_server_that_is_not_there_is_told(finished: Project, open_bench: Open) -> None:
    with serving("nobody") as nobody:
        bench, panel = looking(open_bench, finished, nobody.url)
        bench.qtbot.mouseClick(panel.form.run, LEFT)
        bench.qtbot.waitUntil(lambda: not panel.form.progress.isVisible())
    assert "here" in panel.form.status.text()
    assert finished.surveys.all() == []
    assert panel.form.run.isEnabled()


def come_back() -> None:
    """The person, from another program."""
    application = QGuiApplication.instance()
    assert isinstance(application, QGuiApplication)
    application.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)


def test_servers_of_a_terminal_are_known_to_who_comes_back(
    finished: Project, open_bench: Open, server: ChatServerProcess
) -> None:
    bench, panel = looking(open_bench, finished, server.url)
    add_server(ChatServer("there", server.url, model="small-vl", vlm="qwen3-vl"))
    come_back()
    bench.qtbot.waitUntil(lambda: panel.form.servers.count() == 2)
    assert panel.form.servers.currentText() == "here"
    remove_server("there")
    come_back()
    bench.qtbot.waitUntil(lambda: panel.form.servers.count() == 1)


def test_what_is_saved_while_the_window_closes_is_not_read_any_more(
    finished: Project,
    open_bench: Open,
    server: ChatServerProcess,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bench, _ = looking(open_bench, finished, server.url)
    chats, rooms = bench.bench.chats, [bench.bench.chats.surveying, bench.bench.telling]
    close = chats.close

    def close_and_save() -> None:
        close()
        bench.bench.document.saved.emit(datetime.now())

    monkeypatch.setattr(chats, "close", close_and_save)
    bench.window.close()
    direct = Qt.FindChildOption.FindDirectChildrenOnly
    waiting = [t for room in rooms for t in room.findChildren(QTimer, options=direct)]
    assert waiting and not any(timer.isActive() for timer in waiting)


def test_without_a_server_nothing_can_be_asked(finished: Project, open_bench: Open) -> None:
    bench, panel = looking(open_bench, finished)
    bench.qtbot.waitUntil(lambda: "No server" in panel.form.lacking.text())
    assert not panel.form.run.isVisible()
    assert not panel.surveys.isVisible()


@pytest.fixture
def panel(qtbot: QtBot) -> SurveyPanel:
    panel = SurveyPanel()
    qtbot.addWidget(panel)
    panel.show()
    panel.form.show_servers(["here", "there"], "there")
    return panel


def test_what_is_wished_for_is_what_is_told(panel: SurveyPanel, qtbot: QtBot) -> None:
    panel.form.images.setValue(30)
    panel.form.findings.setChecked(True)
    assert not panel.form.enlarge.isVisible()
    panel.form.show_enlarging(True)
    qtbot.mouseClick(panel.form.enlarge, LEFT, pos=QPoint(8, panel.form.enlarge.height() // 2))
    panel.form.where.setChecked(False)
    with qtbot.waitSignal(panel.form.started) as told:
        qtbot.mouseClick(panel.form.run, LEFT)
    assert told.args == [SurveyWish("there", 30, ("presence",), findings=True, enlarge=False)]
    panel.form.presence.setChecked(False)
    assert not panel.form.run.isEnabled()


def test_surveys_are_chosen_and_images_stay_picked(panel: SurveyPanel, qtbot: QtBot) -> None:
    surveys = [
        Survey(
            n,
            f"k{n}",
            f"vl <{n}>",
            "vl",
            "qwen3-vl",
            "en",
            {},
            "ann",
            f"2026-05-0{n}T08:00:00+00:00",
        )
        for n in (1, 2)
    ]
    answers = [
        SurveyAnswer(n, Topic("presence", STREAK), "A streak?", "No.", is_there=False)
        for n in (1, 2)
    ] + [
        SurveyAnswer(2, Topic("where", SLAG), "Where?", "Dark.", problem="unreadable"),
        SurveyAnswer(1, Topic("where"), "Where?", "…", boxes=(ClassBox(SLAG, Box(0, 0, 9, 9)),)),
    ]
    labels = {n: [ClassBox(STREAK, STREAK_BOX)] for n in (1, 2)}
    titles, photos = {STREAK: "streak", SLAG: "slag"}, {1: "a/one.png", 2: "a/two.png"}
    panel.show_surveys(surveys, 2)
    panel.show_result(measured(answers, labels), titles, photos)
    assert [panel.surveys.itemText(n)[:6] for n in (0, 1)] == ["vl <2>", "vl <1>"]
    with qtbot.waitSignal(panel.survey_chosen) as chosen:
        panel.surveys.setCurrentIndex(1)
        panel.surveys.activated.emit(1)
    assert chosen.args == [1]
    assert listed(panel) == [
        "one.png\ndenies streak, misses 1 streak, too many: 1 slag",
        "two.png\ndenies streak, can't be read: slag",
    ]
    with qtbot.waitSignal(panel.picked) as picked:
        click(panel, 1)
    assert picked.args == [2]
    assert panel.details.text() == "A streak?\n→ No.\n\nWhere?\n→ Dark."
    labels[1].append(ClassBox(SLAG, Box(0, 0, 9, 9)))
    panel.show_result(measured(answers, labels), titles, photos)
    assert panel.picked_image == 2
    panel.show_result(None, titles, photos)
    assert (panel.picked_image, panel.details.isVisible()) == (None, False)


def test_closing_the_window_ends_what_is_asked(finished: Project, open_bench: Open) -> None:
    with serving("silent") as silent:
        bench, panel = looking(open_bench, finished, silent.url)
        bench.qtbot.mouseClick(panel.form.run, LEFT)
        bench.qtbot.waitUntil(lambda: len(silent.chats()) == 3)
        bench.window.close()
        assert not [each for each in threading.enumerate() if each.name.startswith("chat")]
    assert finished.surveys.all() == []
