"""What a lead changes about classes in the window, and that nobody else does."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QMenu

from app.core.annotation import Annotation
from app.core.edit import AnnotationEdit
from app.core.geometry import Box
from app.core.label_class import LabelClass
from app.core.queue import QueueFilter
from app.shell.bench.history_words import entry_of
from app.shell.keys.key_map import cheat_sections
from app.storage.project import Project
from tests.gui.bench_driver import BenchDriver
from tests.gui.conftest import SLAG, STREAK
from widgets.panels.class_panel import ClassPanel
from widgets.panels.class_row import NameEditor

Key = Qt.Key


@pytest.fixture
def lead(project: Project, open_bench: Callable[[Path], BenchDriver]) -> BenchDriver:
    """On the first image, by somebody who leads the project."""
    with project.transaction():
        project.people.put(replace(project.people.meet("ann"), role="lead"))
    driver = open_bench(project.folder)
    driver.wait_for_image(1)
    return driver


def panel(bench: BenchDriver) -> ClassPanel:
    return bench.bench.panels.classes


def said(bench: BenchDriver) -> str:
    """The last message."""
    return "".join(message.what for message in bench.window.messages.history[-1:])


def names(project: Project) -> list[str]:
    return [c.name for c in project.classes.all()]


def choose(menu: QMenu, *titles: str) -> None:
    for title in titles[:-1]:
        menu = next(a for a in menu.actions() if a.text() == title).menu()
    next(a for a in menu.actions() if a.text() == titles[-1]).trigger()


def drag(bench: BenchDriver, class_id: int, onto: int, *, below: bool) -> None:
    """The class by the mouse, above or below another one."""
    row, target = panel(bench).row(class_id), panel(bench).row(onto)
    end = row.mapFromGlobal(target.mapToGlobal(QPoint(20, target.height() - 2 if below else 2)))
    bench.qtbot.mousePress(row, Qt.MouseButton.LeftButton, pos=QPoint(20, 5))
    for at in (QPoint(20, (5 + end.y()) // 2), end):
        bench.qtbot.mouseMove(row, at)
    bench.qtbot.mouseRelease(row, Qt.MouseButton.LeftButton, pos=end)


def test_a_double_click_renames_in_place_and_letters_are_keys_again(
    lead: BenchDriver, project: Project
) -> None:
    lead.qtbot.mouseDClick(panel(lead).row(SLAG), Qt.MouseButton.LeftButton)
    editor = QApplication.focusWidget()
    assert isinstance(editor, NameEditor) and editor.text() == "slag"
    lead.qtbot.keyClicks(editor, "dross")
    lead.press(Key.Key_Return)
    lead.qtbot.waitUntil(lambda: lead.bench.showing.classes[SLAG].name == "dross")
    assert names(project) == ["streak", "dross"]
    assert "dross" in panel(lead).row(SLAG).accessibleName()
    listed = lead.bench.panels.boxes.table.model()
    lead.qtbot.waitUntil(
        lambda: "dross" in {listed.index(row, 0).data() for row in range(listed.rowCount())}
    )
    lead.press(Key.Key_I)
    assert lead.bench.panels.looking.looks.inverted


def test_escape_leaves_the_name(lead: BenchDriver, project: Project) -> None:
    panel(lead).rename(SLAG)
    editor = QApplication.focusWidget()
    lead.qtbot.keyClicks(editor, "dross")
    lead.press(Key.Key_Escape)
    lead.qtbot.waitUntil(lambda: not panel(lead).findChildren(NameEditor))
    assert lead.bench.settle(at_most_s=20)
    assert names(project) == ["streak", "slag"]


def test_a_name_that_is_taken_is_told(lead: BenchDriver, project: Project) -> None:
    panel(lead).name_wanted.emit(SLAG, "streak")
    lead.qtbot.waitUntil(lambda: "'streak' already" in said(lead))
    assert names(project) == ["streak", "slag"]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("good", "read as if they spoke of “good”"),
        ("Streaks", "“a Streak”"),
    ],
)
def test_a_name_that_no_sentence_can_be_about_is_told_and_taken(
    lead: BenchDriver, project: Project, name: str, told: str
) -> None:
    panel(lead).name_wanted.emit(SLAG, name)
    lead.qtbot.waitUntil(lambda: told in said(lead))
    assert names(project) == ["streak", name]


def test_a_new_class_is_tried_too_and_a_word_for_a_defect_is_taken_in_silence(
    lead: BenchDriver, project: Project
) -> None:
    before = lead.said()
    for name in ("crack", "normal"):  # tried in this order
        lead.bench.class_choice.add(name)
    lead.qtbot.waitUntil(lambda: "spoke of “normal”" in said(lead))
    assert len(lead.said()) == len(before) + 1
    assert names(project) == ["streak", "slag", "crack", "normal"]


def test_nothing_that_is_to_be_saved_waits_for_a_name_to_be_tried(
    lead: BenchDriver, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def tried(*_: object) -> None:
        begun.set()
        may_end.wait()

    monkeypatch.setattr("app.shell.bench.class_choice._unspoken_name", tried)
    try:
        panel(lead).name_wanted.emit(SLAG, "dross")
        lead.qtbot.waitUntil(begun.is_set)
        before = len(project.annotations.of_image(1))
        lead.drag((100, 100), (120, 130))
        lead.wait_until_saved()
        assert len(project.annotations.of_image(1)) == before + 1
    finally:
        may_end.set()


@pytest.mark.parametrize("is_saved", [True, False])
def test_a_project_closes_while_a_name_is_to_be_tried(
    lead: BenchDriver, project: Project, is_saved: bool
) -> None:
    panel(lead).name_wanted.emit(SLAG, "good")
    if is_saved:
        assert lead.bench.settle(at_most_s=20)
    lead.window.close_project()
    QApplication.processEvents()
    assert lead.said() == [] and names(project) == ["streak", "good"]


def test_chinese_name_and_colour_come_from_the_menu(lead: BenchDriver, project: Project) -> None:
    choose(panel(lead).menu(SLAG), "Colour", "#42d4f4")
    lead.qtbot.waitUntil(lambda: lead.bench.showing.classes[SLAG].colour == "#42d4f4")
    lead.qtbot.waitUntil(lambda: lead.has_colour_around(Box(140, 60, 180, 90), "#42d4f4"))
    choose(panel(lead).menu(SLAG), "Chinese name")
    editor = QApplication.focusWidget()
    assert isinstance(editor, NameEditor) and editor.text() == "灰渣"
    editor.setText("渣")
    lead.press(Key.Key_Return)
    lead.qtbot.waitUntil(lambda: lead.bench.showing.classes[SLAG].name_zh == "渣")


def test_a_class_gets_a_key_and_loses_it(lead: BenchDriver, project: Project) -> None:
    choose(panel(lead).menu(SLAG), "Key …")
    lead.press(Key.Key_Y)
    lead.qtbot.waitUntil(lambda: lead.bench.showing.classes[SLAG].hotkey == "y")
    lead.press(Key.Key_Y)
    assert lead.bench.moves.class_id == SLAG
    sheet = cheat_sections(lead.window.action_set.key_map, lead.bench.classes, [])
    assert ["Y", "2"] in [line.caps for section in sheet for line in section.lines]
    choose(panel(lead).menu(SLAG), "No key of its own")
    lead.qtbot.waitUntil(lambda: not lead.bench.showing.classes[SLAG].hotkey)
    assert [c.hotkey for c in project.classes.all()] == ["", ""]


@pytest.mark.parametrize(
    ("key", "told"),
    [
        (Key.Key_D, "“D” already does “Next image”."),
        (Key.Key_Q, "already does “Without looking aids, while held”."),
        (Key.Key_F5, "“F5” can't be the key of a class."),
        (Key.Key_1, "The key 1 picks the class 'streak'."),
    ],
)
def test_a_key_that_is_taken_stays_whose_it_is(
    lead: BenchDriver, project: Project, key: Qt.Key, told: str
) -> None:
    choose(panel(lead).menu(SLAG), "Key …")
    lead.press(key)
    lead.qtbot.waitUntil(lambda: told in said(lead))
    assert lead.bench.settle(at_most_s=20)
    assert [c.hotkey for c in project.classes.all()] == ["", ""]
    assert lead.bench.document.image.id == 1


def test_the_digit_of_a_class_whose_own_key_does_something_else_stays_its(
    lead: BenchDriver, project: Project
) -> None:
    project.add_classes([LabelClass("dent", hotkey="d")], actor="lead")  # D: the next image
    lead.qtbot.waitUntil(lambda: len(lead.bench.classes) == 3)
    choose(panel(lead).menu(SLAG), "Key …")
    lead.press(Key.Key_3)
    lead.qtbot.waitUntil(lambda: "The key 3 picks the class 'dent'." in said(lead))
    assert [c.hotkey for c in project.classes.all()] == ["", "", "d"]
    lead.press(Key.Key_3)
    assert lead.bench.classes[2].id == lead.bench.moves.class_id


def test_dragged_and_by_keys_classes_come_in_another_order(
    lead: BenchDriver, project: Project
) -> None:
    drag(lead, STREAK, SLAG, below=True)
    lead.qtbot.waitUntil(lambda: list(lead.bench.showing.classes) == [SLAG, STREAK])
    assert names(project) == ["slag", "streak"]
    lead.press(Key.Key_1)
    assert lead.bench.moves.class_id == SLAG  # the digit is that of its place
    lead.press(Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    lead.qtbot.waitUntil(lambda: list(lead.bench.showing.classes) == [STREAK, SLAG])
    lead.press(Key.Key_Down, Qt.KeyboardModifier.AltModifier)  # it is the last already
    lead.press(Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    lead.qtbot.waitUntil(lambda: list(lead.bench.showing.classes) == [SLAG, STREAK])


def test_a_drag_to_where_it_stands_is_a_click_on_nothing(
    lead: BenchDriver, project: Project
) -> None:
    before = lead.bench.moves.class_id
    drag(lead, SLAG, SLAG, below=True)
    assert lead.bench.settle(at_most_s=20)
    assert names(project) == ["streak", "slag"] and lead.bench.moves.class_id == before


def test_merged_its_boxes_follow_and_undo_brings_it_back(
    lead: BenchDriver, project: Project
) -> None:
    choose(panel(lead).menu(SLAG), "Merge into", "streak")
    lead.qtbot.waitUntil(lambda: list(lead.bench.showing.classes) == [STREAK])
    assert {a.class_id for a in lead.boxes()} == {STREAK}
    assert {a.class_id for a in project.annotations.of_image(1)} == {STREAK}
    assert said(lead) == "What was slag is streak now."
    lead.press(Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    lead.qtbot.waitUntil(lambda: list(lead.bench.showing.classes) == [STREAK, SLAG])
    assert {a.uid: a.class_id for a in lead.boxes()} == {"s1": STREAK, "g1": SLAG}


def test_the_class_that_is_drawn_goes_and_the_next_box_is_of_another(
    lead: BenchDriver, project: Project
) -> None:
    lead.press(Key.Key_2)
    assert lead.bench.moves.class_id == SLAG
    choose(panel(lead).menu(SLAG), "Merge into", "streak")
    lead.qtbot.waitUntil(lambda: lead.bench.moves.class_id == STREAK)
    lead.drag((10, 10), (30, 30))
    assert lead.bench.settle(at_most_s=20)
    assert {a.class_id for a in project.annotations.of_image(1)} == {STREAK}


def test_what_is_used_is_not_removed_and_what_is_not_goes(
    lead: BenchDriver, project: Project
) -> None:
    choose(panel(lead).menu(SLAG), "Remove")
    lead.qtbot.waitUntil(lambda: "'slag' is in use" in said(lead))
    (wrinkle,) = project.add_classes([LabelClass("wrinkle")], actor="lead")
    lead.qtbot.waitUntil(lambda: wrinkle.id in lead.bench.showing.classes)
    choose(panel(lead).menu(wrinkle.id), "Remove")
    lead.qtbot.waitUntil(lambda: wrinkle.id not in lead.bench.showing.classes)
    assert names(project) == ["streak", "slag"]


def test_merged_by_another_the_window_follows(lead: BenchDriver, project: Project) -> None:
    project.retire_class(SLAG, into=STREAK, actor="lead")
    lead.qtbot.waitUntil(lambda: {a.class_id for a in lead.boxes()} == {STREAK})
    assert list(lead.bench.showing.classes) == [STREAK]
    proposals = [Annotation("g2", SLAG, Box(5, 5, 30, 30), author="ann")]
    project.apply([AnnotationEdit(1, None, a) for a in proposals], actor="ann")
    lead.qtbot.waitUntil(lambda: len(lead.boxes()) == 3)
    assert {a.class_id for a in lead.boxes()} == {STREAK}


def test_who_does_not_lead_changes_nothing(bench: BenchDriver, project: Project) -> None:
    menu = panel(bench).menu(SLAG)
    assert not any(action.isEnabled() for action in menu.actions() if not action.isSeparator())
    assert "leads" in menu.actions()[0].text()
    bench.qtbot.mouseDClick(panel(bench).row(SLAG), Qt.MouseButton.LeftButton)
    assert not panel(bench).findChildren(NameEditor)
    assert bench.said()[-1] == "The classes stay as they are."
    drag(bench, STREAK, SLAG, below=True)
    bench.press(Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert bench.said()[-2:] == ["The classes stay as they are."] * 2
    panel(bench).name_wanted.emit(SLAG, "dross")
    bench.qtbot.waitUntil(lambda: "doesn't lead" in said(bench))
    assert names(project) == ["streak", "slag"]


def test_who_asks_for_a_class_that_goes_asks_for_the_other(
    lead: BenchDriver, project: Project
) -> None:
    lead.bench.browsing.show(QueueFilter(class_ids=frozenset({SLAG})), lambda: None)
    assert list(lead.bench.browsing.order.ids) == [1]
    project.retire_class(SLAG, into=STREAK, actor="lead")
    lead.qtbot.waitUntil(lambda: lead.bench.browsing.filter.class_ids == {STREAK})
    assert list(lead.bench.browsing.order.ids) == [1]


def test_the_history_tells_what_became_of_a_class(project: Project) -> None:
    (burr,) = project.add_classes([LabelClass("burr")], actor="ann")
    project.retire_class(SLAG, into=STREAK, actor="ann")
    project.retire_class(burr.id, actor="ann")
    entries = [entry_of(each, project.classes.ever(), {}) for each in project.log.latest(most=2)]
    assert [each.title for each in entries] == ["took a class away", "slag is streak now, boxes: 1"]
