"""The conversation beside the image: read, edited, stale, checked, approved, in the real window."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from app.core.edit import ImageEdit
from app.core.errors import UserError
from app.services.questions import add_questions, choose, questions_yaml
from app.storage.conversations import StoredConversation
from app.storage.project import Project
from tests.gui.bench_driver import BenchDriver
from tests.gui.conftest import STREAK_BOX
from widgets.panels.conversation_panel import ConversationPanel
from widgets.panels.record_preview import RecordPreview

Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(bench: BenchDriver) -> ConversationPanel:
    panel = bench.bench.panels.conversation
    bench.bench.panels.bring_up("conversation")
    bench.qtbot.waitUntil(lambda: bool(answers(panel)) and not panel._more.isActive())
    return panel


def answers(panel: ConversationPanel) -> list[str]:
    return [card.answer.toPlainText() for card in panel.cards if card.isVisibleTo(panel)]


def stored(project: Project, language="en") -> StoredConversation:
    found = project.conversations.of_image(1, language)
    assert found is not None
    return found


def write(panel: ConversationPanel, place: int, text: str) -> None:
    answer = panel.cards[place].answer
    answer.setFocus()
    answer.selectAll()
    answer.insertPlainText(text)


def places_of(project: Project, kind: str) -> list[int]:
    return [i for i, e in enumerate(stored(project).exchanges) if e.kind == kind]


def status(panel: ConversationPanel) -> str:
    return panel.status.text()


def test_it_is_written_when_somebody_first_looks_and_kept(
    project: Project, bench: BenchDriver, panel: ConversationPanel
):
    exchanges = stored(project).exchanges
    assert len(exchanges) == len(answers(panel)) > 5
    assert {exchange.kind for exchange in exchanges} >= {"presence", "identification", "where"}
    assert any("⟦" in answer for answer in answers(panel))
    assert "agrees with the labels" in status(panel)


def test_an_edit_is_checked_while_typed_kept_with_its_author_and_outlives_a_moved_box(
    project: Project, bench: BenchDriver, panel: ConversationPanel
):
    place = places_of(project, "presence")[0]
    write(panel, place, "No. Nothing is wrong here.")
    findings = panel.cards[place].findings
    bench.qtbot.waitUntil(findings.isVisible)
    assert findings.text()
    bench.qtbot.keyClick(panel.cards[place].answer, Key.Key_Escape)
    bench.qtbot.waitUntil(lambda: stored(project).exchanges[place].author == "ann")
    before = stored(project).exchanges
    bench.click(STREAK_BOX.centre)
    bench.drag(STREAK_BOX.centre, (STREAK_BOX.centre[0] + 60, STREAK_BOX.centre[1]))
    bench.wait_until_saved()
    bench.qtbot.waitUntil(lambda: "moved" in status(panel))
    after = stored(project).exchanges
    assert after[place] == before[place]
    assert answers(panel)[place] == "No. Nothing is wrong here."
    bench.qtbot.mouseClick(panel.approve, LEFT)
    bench.qtbot.waitUntil(lambda: stored(project).approved_by == "ann")
    bench.qtbot.waitUntil(lambda: "Approved by ann" in status(panel))


def test_a_turn_is_written_anew_in_other_words_and_one_of_ones_own_comes_and_goes(
    project: Project, bench: BenchDriver, panel: ConversationPanel
):
    before = stored(project).exchanges
    bench.qtbot.mouseClick(panel.cards[1].again, LEFT)
    bench.qtbot.waitUntil(lambda: stored(project).exchanges[1] != before[1])
    assert stored(project).exchanges[1].topic == before[1].topic
    panel.add.menu().actions()[0].trigger()
    last = len(before)
    bench.qtbot.waitUntil(lambda: len(answers(panel)) == last + 1)
    assert panel.cards[last].findings.isVisible()  # there is no text yet
    bench.qtbot.mouseClick(panel.cards[last].remove, LEFT)
    bench.qtbot.waitUntil(lambda: len(answers(panel)) == last)
    assert len(stored(project).exchanges) == last


def test_what_is_being_typed_is_saved_when_the_next_image_comes(
    project: Project, bench: BenchDriver, panel: ConversationPanel
):
    write(panel, 0, "Typed until the very end.")
    bench.bench.step(1)
    bench.wait_for_image(2)
    bench.qtbot.waitUntil(
        lambda: stored(project).exchanges[0].answer == "Typed until the very end."
    )


def test_the_preview_shows_the_records_of_the_target_that_is_chosen(
    project: Project, bench: BenchDriver, panel: ConversationPanel
):
    bench.qtbot.mouseClick(panel.preview, LEFT)
    (window,) = panel.findChildren(RecordPreview)
    bench.qtbot.waitUntil(lambda: '"bbox_type": "real"' in window.text.toPlainText())
    window.targets.setCurrentText("llama-factory/internvl")
    bench.qtbot.waitUntil(lambda: "<box>[[" in window.text.toPlainText())
    assert "bbox_type" not in window.text.toPlainText()


def test_labels_that_the_stage_never_shows_are_told(
    project: Project, bench: BenchDriver, panel: ConversationPanel
):
    printing = "stages: [{tag: printing, never: [slag, streak]}]\n"
    ours = questions_yaml("surface", "en").replace("name: surface", "name: ours") + printing
    project.question_sets.put("ours", "en", ours, person="lead")
    choose(project, "ours")
    before = project.images.get(1).label
    tagged = replace(before, tags=("printing",))
    project.apply([ImageEdit(1, before, tagged)], actor="ann")
    bench.qtbot.waitUntil(lambda: "streak never occurs at the stage “printing”" in status(panel))
    assert answers(panel) == []


def test_the_language_chosen_is_kept_for_the_person(
    project: Project, bench: BenchDriver, panel: ConversationPanel
):
    bench.qtbot.mouseClick(panel.languages["zh"], LEFT)
    bench.qtbot.waitUntil(lambda: "缺陷" in "".join(answers(panel)))
    assert stored(project, "zh").exchanges
    assert project.settings.get("conversation_language", person="ann") == "zh"


def test_a_language_that_the_teams_own_set_lacks_is_told_once(
    project: Project, bench: BenchDriver, panel: ConversationPanel
):
    ours = questions_yaml("surface", "en").replace("name: surface", "name: ours")
    add_questions(project, ours, source="ours.yaml", actor="lead")
    choose(project, "ours")
    failed: list[UserError] = []
    bench.bench.records.failed.connect(failed.append)
    bench.qtbot.mouseClick(panel.languages["zh"], LEFT)
    bench.qtbot.waitUntil(lambda: bool(failed))
    bench.qtbot.wait(400)
    assert len(failed) == 1
    assert "no question set 'ours'" in str(failed[0])
    assert not answers(panel)


def test_an_image_that_nobody_has_looked_at_is_not_called_one_without_defects(
    project: Project, bench: BenchDriver, panel: ConversationPanel
):
    bench.press(Key.Key_D)
    bench.wait_for_image(2)
    bench.qtbot.waitUntil(lambda: not answers(panel))
    assert project.conversations.of_image(2, "en") is None
