"""Disagreements of the image on screen: told in words, looked at, answered by either side."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QToolButton
from pytestqt.qtbot import QtBot

from app.core.annotation import Annotation, new_uid
from app.core.blind import SHARE_SETTING
from app.core.disagreement import Disagreement, Find, KeptDisagreement
from app.core.edit import AnnotationEdit
from app.core.geometry import Box
from app.core.label_class import LabelClass
from app.core.shape import Shape
from app.services.disagreements import record
from app.shell.bench.disagreeing import Disagreeing
from app.storage.project import Project
from app.storage.runs import RunKey
from tests.gui.bench_driver import BenchDriver
from tests.gui.conftest import SLAG, SLAG_BOX, STREAK, STREAK_BOX
from tests.helpers.reviewing import bring_to
from widgets.canvas.ghost import Ghost
from widgets.panels.disagreement_panel import DisagreementPanel

LEFT = Qt.MouseButton.LeftButton
CLASSES = {
    STREAK: LabelClass("streak", STREAK, colour="#e6194b"),
    SLAG: LabelClass("slag", SLAG, colour="#4363d8"),
}
RUNS = {1: "starter", 2: "dino <b>"}
ASIDE = STREAK_BOX.moved(6, 0)
ALONE = Box(20, 10, 38, 30)

OWN = Annotation("s1", STREAK, STREAK_BOX, author="ann")
PROPOSAL = Annotation("g1", SLAG, SLAG_BOX, score=0.83, run_id=1)


def kept(number: int, said: Disagreement, **fields: Any) -> KeptDisagreement:
    return replace(KeptDisagreement(number, 7, 1, said), **fields)


def found(class_id: int, box: Box) -> Find:
    return Find(class_id, Shape(box), 0.75)


SHIFTED = kept(1, Disagreement("shifted", OWN, found(STREAK, ASIDE)))
MISSED = kept(2, Disagreement("missed", OWN, None), run_id=2)
RECLASSED = kept(3, Disagreement("class", OWN, found(SLAG, STREAK_BOX)))
EXTRA = kept(4, Disagreement("extra", None, found(SLAG, ALONE)))
PROPOSED = kept(5, Disagreement("extra", PROPOSAL, found(SLAG, SLAG_BOX)))
ANSWERED = replace(MISSED, id=6, dismissed_by="bo", dismissed_at="2026-05-04T08:00:00.000+00:00")


@pytest.fixture
def panel(qtbot: QtBot) -> DisagreementPanel:
    panel = DisagreementPanel()
    qtbot.addWidget(panel)
    panel.resize(320, 700)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def words(panel: DisagreementPanel) -> list[str]:
    return [label.text() for label in panel.findChildren(QLabel) if label.isVisibleTo(panel)]


def buttons(panel: DisagreementPanel) -> list[QToolButton]:
    return [b for b in panel.findChildren(QToolButton) if b.isVisibleTo(panel) and b.text()]


def press(qtbot: QtBot, panel: DisagreementPanel, title: str, nth: int = 0) -> None:
    wanted = [button for button in buttons(panel) if button.text() == title]
    qtbot.mouseClick(wanted[nth], LEFT)


def heard(signal: Any) -> list[Any]:  # a bound Qt signal has no type of its own
    said: list[Any] = []
    signal.connect(said.append)
    return said


@pytest.mark.parametrize(
    ("one", "expected", "titles"),
    [
        (SHIFTED, "starter draws this streak elsewhere: overlap 54 %.", "Take its box|Keep mine"),
        (MISSED, "dino <b> does not find this streak.", "Remove mine|Keep mine"),
        (RECLASSED, "starter takes this streak for slag.", "Take its class|Keep mine"),
        (EXTRA, "starter also sees slag here.", "Draw it|Not there"),
        (PROPOSED, "starter also sees slag here.", "Accept it|Reject it"),
        (ANSWERED, "dino <b> does not find this streak.", "Ask again"),
    ],
)
def test_each_is_told_in_words(
    panel: DisagreementPanel, one: KeptDisagreement, expected: str, titles: str
) -> None:
    panel.show_disagreements([one], CLASSES, RUNS)
    assert expected in words(panel)
    assert [button.text() for button in buttons(panel)] == titles.split("|")
    assert ("0.75" in words(panel)) == (one.said.found is not None)
    label = next(w for w in panel.findChildren(QLabel) if w.text() == expected)
    assert label.textFormat() == Qt.TextFormat.PlainText


def test_a_long_name_of_a_model_can_be_wrapped(panel: DisagreementPanel) -> None:
    panel.show_disagreements([EXTRA], CLASSES, {1: "powder_bed_" * 8})
    text = next(w for w in panel.findChildren(QLabel) if "also sees" in w.text())
    panel.repaint()
    assert text.height() > 2 * text.fontMetrics().lineSpacing()


def test_it_says_how_many_wait_and_where_there_is_none(panel: DisagreementPanel) -> None:
    panel.show_disagreements([SHIFTED, ANSWERED, EXTRA], CLASSES, RUNS)
    assert "Waiting for an answer: 2" in words(panel)
    assert any(line.startswith("kept by bo, ") for line in words(panel))
    panel.show_disagreements([ANSWERED], CLASSES, RUNS)
    assert "All of them are answered." in words(panel)
    panel.show_disagreements([], {}, {})
    assert words(panel) == ["No model sees this image otherwise."]


def test_buttons_tell_which_one_was_answered(qtbot: QtBot, panel: DisagreementPanel) -> None:
    taken, keeps, reopened = map(heard, (panel.taken, panel.kept, panel.reopened))
    panel.show_disagreements([ANSWERED, SHIFTED, EXTRA], CLASSES, RUNS)
    press(qtbot, panel, "Take its box")
    press(qtbot, panel, "Not there")
    press(qtbot, panel, "Ask again")
    assert (taken, keeps, reopened) == ([SHIFTED], [EXTRA], [ANSWERED])


def test_what_is_being_answered_takes_no_second_click(
    qtbot: QtBot, panel: DisagreementPanel
) -> None:
    taken = heard(panel.taken)
    panel.show_disagreements([EXTRA], CLASSES, RUNS)
    press(qtbot, panel, "Draw it")
    press(qtbot, panel, "Draw it")
    assert taken == [EXTRA]
    panel.show_disagreements([EXTRA], CLASSES, RUNS)
    press(qtbot, panel, "Draw it")
    assert taken == [EXTRA, EXTRA]


def test_a_click_on_one_picks_it(qtbot: QtBot, panel: DisagreementPanel) -> None:
    picked = heard(panel.picked)
    panel.show_disagreements([SHIFTED, EXTRA], CLASSES, RUNS)
    line = next(w for w in panel.findChildren(QLabel) if "also sees" in w.text())
    qtbot.mouseClick(line, LEFT)
    assert picked == [EXTRA]
    before = line.parentWidget().grab().toImage()
    panel.pick(SHIFTED)
    assert picked == [EXTRA, SHIFTED]
    assert line.parentWidget().grab().toImage() != before


def test_after_an_answer_the_next_one_is_picked(qtbot: QtBot, panel: DisagreementPanel) -> None:
    picked = heard(panel.picked)
    panel.show_disagreements([SHIFTED, RECLASSED, EXTRA], CLASSES, RUNS)
    press(qtbot, panel, "Take its class")
    panel.show_disagreements([SHIFTED, EXTRA], CLASSES, RUNS)
    assert picked == [EXTRA]
    press(qtbot, panel, "Not there")
    panel.show_disagreements([SHIFTED], CLASSES, RUNS)
    assert picked == [EXTRA, SHIFTED]
    panel.show_disagreements([SHIFTED], CLASSES, RUNS)
    assert picked == [EXTRA, SHIFTED]


def test_of_very_many_the_first_come_first(qtbot: QtBot, panel: DisagreementPanel) -> None:
    many = [replace(EXTRA, id=n) for n in range(60)]
    panel.show_disagreements(many, CLASSES, RUNS)
    assert len(buttons(panel)) == 81
    press(qtbot, panel, "Show 20 more")
    assert len(buttons(panel)) == 120


def test_a_panel_out_of_sight_shows_the_last_when_it_comes_back(panel: DisagreementPanel) -> None:
    panel.hide()
    panel.show_disagreements([SHIFTED], CLASSES, RUNS)
    panel.show_disagreements([EXTRA], CLASSES, RUNS)
    panel.show()
    assert "starter also sees slag here." in words(panel)
    assert not any("elsewhere" in line for line in words(panel))


# With an open project


@pytest.fixture
def ghost(disagreeing: Disagreeing) -> Ghost:
    return disagreeing._ghost


@pytest.fixture
def docked(bench: BenchDriver) -> DisagreementPanel:
    return bring_up(bench)


@pytest.fixture
def disagreeing(bench: BenchDriver, docked: DisagreementPanel) -> Disagreeing:
    """Another model has been over the first image: a shifted streak, and slag in two places."""
    go_over(bench.bench.project.folder, 1, [(STREAK, ASIDE), (SLAG, SLAG_BOX), (SLAG, ALONE)])
    bench.bench.disagreeing.refresh()
    bench.qtbot.waitUntil(lambda: waiting(docked) == 3)
    return bench.bench.disagreeing


def bring_up(bench: BenchDriver) -> DisagreementPanel:
    bench.bench.panels.bring_up("disagreements")
    return bench.bench.panels.disagreements


def go_over(folder: Path, image_id: int, finds: list[tuple[int, Box]]) -> None:
    with Project.open(folder) as project, project.transaction():
        run = project.runs.open(RunKey("model", "dino", "v", {}), actor="li")
        drawn = [Annotation(new_uid(), c, box, score=0.75, run_id=run) for c, box in finds]
        record(project, run, image_id, drawn, classes={STREAK, SLAG})


def waiting(panel: DisagreementPanel) -> int:
    """As one of its lines says; 0 without it."""
    lines = (line.partition("Waiting for an answer: ")[2] for line in words(panel))
    return next((int(count) for count in lines if count), 0)


def in_project(folder: Path) -> dict[str, Annotation]:
    with Project.open(folder) as project:
        return {a.uid: a for a in project.annotations.of_image(1)}


def test_picking_goes_to_the_place_and_shows_what_the_model_saw(
    bench: BenchDriver, docked: DisagreementPanel, ghost: Ghost
) -> None:
    shifted, *others = bench.bench.project.disagreements.of_image(1)
    docked.pick(shifted)
    assert bench.canvas.selection == ("s1",)
    assert ghost.isVisible() and ghost.shape == Shape(ASIDE)
    scale = bench.canvas.view.scale
    in_the_middle = bench.on_canvas(shifted.said.place.centre)
    assert abs(in_the_middle.x() - bench.canvas.width() / 2) < 2
    edge = bench.on_canvas((ASIDE.right, ASIDE.centre[1]))
    before = bench.canvas.grab().toImage()
    near = range(round(edge.x()) - 2, round(edge.x()) + 3)
    rows = range(round(edge.y()) - 8, round(edge.y()) + 8)
    colours = {before.pixelColor(x, y).name() for x in near for y in rows}
    assert CLASSES[STREAK].colour in colours
    docked.pick(others[1])
    assert bench.canvas.selection == () and ghost.shape == Shape(ALONE)
    assert bench.canvas.view.scale != scale


def test_the_ghost_goes_with_its_image(
    bench: BenchDriver, docked: DisagreementPanel, ghost: Ghost
) -> None:
    docked.pick(bench.bench.project.disagreements.of_image(1)[0])
    bench.press(Qt.Key.Key_D)
    assert not ghost.isVisible() and waiting(docked) == 0
    bench.wait_for_image(2)
    bench.press(Qt.Key.Key_A)
    bench.wait_for_image(1)
    bench.qtbot.waitUntil(lambda: waiting(docked) == 3)


def test_the_ghost_goes_with_the_panel(
    bench: BenchDriver, docked: DisagreementPanel, ghost: Ghost
) -> None:
    docked.pick(bench.bench.project.disagreements.of_image(1)[0])
    docked.hide()
    assert not ghost.isVisible()
    docked.show()
    assert not ghost.isVisible() and waiting(docked) == 3


def test_the_models_box_is_taken_as_a_persons_own_and_undo_brings_the_question_back(
    qtbot: QtBot, bench: BenchDriver, docked: DisagreementPanel, ghost: Ghost
) -> None:
    folder = bench.bench.project.folder
    press(qtbot, docked, "Take its box")
    qtbot.waitUntil(lambda: waiting(docked) == 2)
    taken = in_project(folder)["s1"]
    assert (taken.box, taken.author) == (ASIDE, "ann")
    assert ghost.isVisible()  # over the next one
    bench.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: waiting(docked) == 3)
    assert in_project(folder)["s1"].box == STREAK_BOX


def test_what_the_model_also_sees_is_drawn_once(
    qtbot: QtBot, bench: BenchDriver, docked: DisagreementPanel, disagreeing: Disagreeing
) -> None:
    press(qtbot, docked, "Draw it")
    qtbot.waitUntil(lambda: waiting(docked) == 2)
    drawn = [a for a in in_project(bench.bench.project.folder).values() if a.box == ALONE]
    assert [(a.class_id, a.author, a.run_id) for a in drawn] == [(SLAG, "ann", None)]


@pytest.mark.parametrize(("title", "author"), [("Accept it", "ann"), ("Reject it", None)])
def test_a_proposal_that_stands_there_is_judged(
    qtbot: QtBot,
    bench: BenchDriver,
    docked: DisagreementPanel,
    disagreeing: Disagreeing,
    title: str,
    author: str | None,
) -> None:
    press(qtbot, docked, title)
    qtbot.waitUntil(lambda: waiting(docked) == 2)
    left = in_project(bench.bench.project.folder).get("g1")
    assert (left and left.author) == author


def test_keeping_ones_own_is_remembered_until_it_is_asked_again(
    qtbot: QtBot, bench: BenchDriver, docked: DisagreementPanel, disagreeing: Disagreeing
) -> None:
    before = in_project(bench.bench.project.folder)
    press(qtbot, docked, "Keep mine")
    qtbot.waitUntil(lambda: waiting(docked) == 2)
    assert in_project(bench.bench.project.folder) == before
    assert any(line.startswith("kept by ann, ") for line in words(docked))
    assert bench.bench.project.disagreements.all_open(kinds=["shifted"]) == []
    press(qtbot, docked, "Ask again")
    qtbot.waitUntil(lambda: waiting(docked) == 3)
    assert len(bench.bench.project.disagreements.all_open(kinds=["shifted"])) == 1


def test_an_approved_image_says_why_nothing_changes(
    qtbot: QtBot, bench: BenchDriver, docked: DisagreementPanel, disagreeing: Disagreeing
) -> None:
    refused = heard(bench.bench.moves.refused)
    with Project.open(bench.bench.project.folder) as others:
        proposals = [a for a in others.annotations.of_image(1) if a.is_proposal]
        gone = [AnnotationEdit(1, a, None) for a in proposals]
        others.apply(gone, actor="ann", kind="prelabel")
        bring_to(others, 1, "approved")
    qtbot.waitUntil(lambda: bench.sheet.label.state == "approved")
    press(qtbot, docked, "Take its box")
    assert "approved" in str(refused[0])
    qtbot.waitUntil(lambda: all(button.isEnabled() for button in buttons(docked)))
    assert in_project(bench.bench.project.folder)["s1"].box == STREAK_BOX


@pytest.mark.parametrize("title", ["Take its box", "Keep mine", "Accept it", "Draw it"])
def test_while_an_old_version_is_in_sight_nothing_is_answered(
    qtbot: QtBot,
    bench: BenchDriver,
    docked: DisagreementPanel,
    disagreeing: Disagreeing,
    title: str,
) -> None:
    before = in_project(bench.bench.project.folder)
    bench.bench.reviewing.versions.step()
    assert bench.canvas.is_covered
    press(qtbot, docked, title)
    assert bench.said()[-1].startswith("Another layer or version is in sight")
    assert bench.bench.settle(at_most_s=20)
    assert in_project(bench.bench.project.folder) == before
    assert len(bench.bench.project.disagreements.all_open()) == 3
    qtbot.waitUntil(lambda: all(button.isEnabled() for button in buttons(docked)))


def test_of_a_blind_image_nothing_is_told(
    qtbot: QtBot,
    project: Project,
    open_bench: Callable[[Path], BenchDriver],
) -> None:
    project.settings.put(SHARE_SETTING, 1.0)
    go_over(project.folder, 1, [(STREAK, ASIDE)])
    bench = open_bench(project.folder)
    bench.wait_for_image(1)
    assert bench.bench.sight.is_blind
    docked, disagreeing = bring_up(bench), bench.bench.disagreeing
    with qtbot.waitSignal(disagreeing._soon.due):
        disagreeing.refresh()
    assert words(docked) and waiting(docked) == 0
    bench.bench.reveal()
    qtbot.waitUntil(lambda: waiting(docked) == 1)
