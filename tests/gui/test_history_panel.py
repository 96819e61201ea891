"""The history: gestures in words, and a panel that asks for them only while it is in sight."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from app.core.annotation import Annotation
from app.core.edit import AnnotationEdit, ImageEdit, inverse
from app.core.geometry import Box
from app.core.image import ImageLabel
from app.core.label_class import LabelClass
from app.shell.bench.history_words import entry_of
from app.storage.edit_log import Gesture
from widgets.panels.history_panel import HistoryEntry, HistoryPanel, HistoryPlace

AT = "2026-05-04T08:00:00.000+00:00"
CLASSES = {1: LabelClass("streak", id=1), 2: LabelClass("灰渣", id=2)}
NAMES = {7: "layer_0007.png"}
STREAK = Annotation("s", 1, Box(10, 20, 30, 60.5), author="ann")
PROPOSAL = Annotation("p", 2, Box(1, 2, 50, 60), score=0.83, run_id=1)
LABEL = ImageLabel("prelabelled")


def boxes(*changes, image_id=7):
    return [AnnotationEdit(image_id, before, after) for before, after in changes]


def label(**changes):
    return ImageEdit(7, LABEL, replace(LABEL, **changes))


def told(edits, kind="edit", standing="done"):
    return entry_of(Gesture(5, AT, "ann", kind, standing, None, tuple(edits)), CLASSES, NAMES)


@pytest.mark.parametrize(
    ("edits", "title"),
    [
        (boxes((None, STREAK)), "added streak"),
        (boxes((STREAK, None)), "removed streak"),
        (boxes((PROPOSAL, None)), "removed the proposal 灰渣"),
        (boxes((STREAK, replace(STREAK, class_id=2))), "streak → 灰渣"),
        (boxes((STREAK, replace(STREAK, box=STREAK.box.moved(12, 0)))), "moved streak 12 px right"),
        (
            boxes((STREAK, replace(STREAK, box=STREAK.box.moved(-0.5, -3)))),
            "moved streak 0.5 px left, 3 px up",
        ),
        (boxes((STREAK, replace(STREAK, box=Box(10, 20, 44, 60)))), "resized streak"),
        (
            boxes((STREAK, replace(STREAK, polygon=((10, 20), (30, 20), (30, 60))))),
            "redrew the outline of streak",
        ),
        (boxes((PROPOSAL, PROPOSAL.touched_by("ann"))), "accepted 灰渣"),
        (
            boxes(*((replace(PROPOSAL, uid=f"p{n}"), None) for n in range(3))),
            "removed proposals: 3",
        ),
        (
            [*boxes((None, STREAK), (PROPOSAL, None), (None, replace(STREAK, uid="t")))],
            "added boxes: 2, removed proposals: 1",
        ),
        ([label(state="submitted")], "submitted"),
        ([label(is_normal=True, state="submitted")], "marked normal, submitted"),
        ([label(state="returned", reason="wrong class")], "returned: wrong class"),
        ([label(tags=("shadow",))], "tag shadow added"),
        ([label(assigned_to="bo")], "assigned to bo"),
        ([*boxes((None, STREAK)), label(state="in_progress")], "added streak"),
        (
            [*boxes((PROPOSAL, PROPOSAL.touched_by("ann"))), label(state="submitted")],
            "submitted, accepted 灰渣",
        ),
    ],
)
def test_a_gesture_in_words(edits, title):
    assert told(edits).title == title


def test_the_reason_of_an_earlier_step_is_not_told_again():
    returned = replace(LABEL, state="returned", reason="wrong class")
    begun = ImageEdit(7, returned, replace(returned, state="in_progress"))
    assert told([begun]).title == "in progress"


def test_a_tag_or_a_mark_that_goes_is_told():
    tagged = replace(LABEL, tags=("shadow",), is_normal=True)
    assert told([ImageEdit(7, tagged, LABEL)]).title == (
        "no longer marked normal, tag shadow removed"
    )


def test_an_undo_is_told_as_what_it_took_back():
    done = boxes((STREAK, replace(STREAK, box=STREAK.box.moved(12, 0))))
    undo = told(map(inverse, done), kind="undo")
    assert undo.title == "undid: moved streak 12 px right"
    assert undo.details == ("streak 20×40.5 @ 22, 20 → streak 20×40.5 @ 10, 20",)


def test_jobs_are_named():
    drawn = boxes(*((None, replace(PROPOSAL, uid=f"p{n}")) for n in range(5)))
    assert told(drawn, kind="prelabel").title == "pre-labelled: proposals: 5"


def test_details_say_before_and_after():
    entry = told([*boxes((PROPOSAL, PROPOSAL.touched_by("ann"))), label(tags=("shadow",))])
    assert entry.details == (
        "proposal 灰渣 0.83 49×58 @ 1, 2 → 灰渣 0.83 49×58 @ 1, 2",
        "pre-labelled → pre-labelled #shadow",
    )


def test_an_entry_knows_where_to_jump():
    one = told(boxes((None, STREAK)))
    assert (one.places, one.where) == ((HistoryPlace(7, STREAK),), "layer_0007.png")
    gone = told(boxes((STREAK, None)))
    assert gone.places == (HistoryPlace(7, STREAK),)
    two = told(boxes((None, STREAK), (None, PROPOSAL)))
    assert two.places == (HistoryPlace(7),)
    far = told([*boxes((None, STREAK)), *boxes((None, PROPOSAL), image_id=8)])
    assert far.places == (HistoryPlace(7, STREAK), HistoryPlace(8, PROPOSAL))
    assert far.where == "2 images"


def test_a_class_that_is_gone_is_said_to_be():
    gone = told(boxes((None, replace(STREAK, class_id=99))))
    assert gone.title == "added a class that is gone"


ENTRIES = [
    HistoryEntry(3, AT, "ann", "moved", ("a → b",) * 9, "layer_7.png", (HistoryPlace(7, STREAK),)),
    HistoryEntry(2, AT, "bo", "added", (), "layer_8.png", (HistoryPlace(8),), is_undone=True),
    HistoryEntry(1, AT, "lead", "split", (), "2 images", (HistoryPlace(7), HistoryPlace(8))),
]


@pytest.fixture
def panel(qtbot):
    panel = HistoryPanel()
    qtbot.addWidget(panel)
    panel.resize(320, 500)
    return panel


def heard(signal):
    said = []
    signal.connect(lambda *values: said.append(values))
    return said


def show(panel, qtbot):
    with qtbot.waitExposed(panel):
        panel.show()


def click(panel, qtbot, row):
    at = panel.list.visualRect(panel.list.model().index(row, 0)).center()
    qtbot.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=at)


def test_nothing_is_asked_for_before_the_panel_is_seen(panel, qtbot):
    wanted = heard(panel.wanted)
    for _ in range(3):
        panel.set_stale()
    assert wanted == []
    show(panel, qtbot)
    assert wanted == [(False,)]


def test_a_panel_in_sight_asks_again_at_every_change_and_a_hidden_one_once(panel, qtbot):
    wanted = heard(panel.wanted)
    show(panel, qtbot)
    panel.set_stale()
    assert len(wanted) == 2
    panel.hide()
    panel.set_stale()
    panel.set_stale()
    assert len(wanted) == 2
    panel.show()
    assert len(wanted) == 3
    panel.hide()
    panel.show()
    assert len(wanted) == 3


def test_the_whole_project_can_be_asked_for(panel, qtbot):
    show(panel, qtbot)
    wanted = heard(panel.wanted)
    panel.set_of_project(True)
    panel.set_of_project(False)
    assert wanted == [(True,), (False,)]


def test_a_click_chooses_an_entry(panel, qtbot):
    show(panel, qtbot)
    chosen = heard(panel.chosen)
    panel.show_entries(ENTRIES)
    for row in range(3):
        click(panel, qtbot, row)
    assert chosen == [(entry,) for entry in ENTRIES]


def test_people_stay_at_their_place_while_nothing_was_done(panel, qtbot):
    show(panel, qtbot)
    many = [replace(ENTRIES[0], gesture_id=n) for n in range(60, 20, -1)]
    panel.show_entries(many)
    panel.list.scrollToBottom()
    there = panel.list.verticalScrollBar().value()
    panel.show_entries(many)
    assert panel.list.verticalScrollBar().value() == there > 0
    panel.show_entries(many[1:])
    assert panel.list.verticalScrollBar().value() == 0
    panel.show_entries(many[1:9])
    assert panel.list.model().rowCount() == 8


def test_the_tool_tip_has_everything_and_the_row_sums_up(panel, qtbot):
    show(panel, qtbot)
    panel.show_entries(ENTRIES)
    model = panel.list.model()
    assert model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole).count("a → b") == 9
    lines = model.lines(ENTRIES[0])
    assert lines[1:] == ["a → b", "a → b", "a → b", "… and 6 more"]
    tips = [model.index(row, 0).data(Qt.ItemDataRole.ToolTipRole) for row in range(3)]
    assert [("one of these images after the other" in tip) for tip in tips] == [False, False, True]


def test_places_are_told_only_for_the_whole_project(panel, qtbot):
    show(panel, qtbot)
    panel.show_entries(ENTRIES)
    model = panel.list.model()
    assert "layer_7.png" not in model.meta(ENTRIES[0])
    panel.set_of_project(True)
    panel.show_entries(ENTRIES)
    assert model.meta(ENTRIES[0]).endswith("ann · layer_7.png")
    assert model.meta(ENTRIES[1]).endswith("bo · layer_8.png · undone")


def test_what_is_undone_looks_otherwise(panel, qtbot):
    show(panel, qtbot)
    panel.show_entries([ENTRIES[1]])
    undone = panel.list.grab().toImage()
    panel.show_entries([replace(ENTRIES[1], is_undone=False)])
    assert panel.list.grab().toImage() != undone


def test_the_panel_takes_no_keys(panel, qtbot):
    show(panel, qtbot)
    panel.show_entries(ENTRIES)
    click(panel, qtbot, 0)
    assert panel.focusWidget() is None


def test_older_entries_are_asked_for_once_people_scroll_that_far(panel, qtbot):
    many = [replace(ENTRIES[0], gesture_id=n) for n in range(60, 20, -1)]
    wanted = heard(panel.more_wanted)
    show(panel, qtbot)
    panel.show_entries(many, has_more=True)
    assert wanted == []
    panel.list.scrollToBottom()
    qtbot.waitUntil(lambda: wanted == [(21,)])
    panel.add_entries([replace(ENTRIES[0], gesture_id=20)], has_more=False)
    panel.list.scrollToBottom()
    qtbot.wait(50)
    assert wanted == [(21,)]
    assert panel.list.model().rowCount() == 41


def test_a_gesture_of_very_many_edits_says_how_many_it_leaves_out():
    edits = tuple(boxes((None, STREAK), (None, replace(STREAK, uid="t"))))
    entry = entry_of(Gesture(5, AT, "ann", "edit", "done", None, edits, 99_998), CLASSES, NAMES)
    assert entry.title == "added boxes: 2, and 99,998 more changes"
    assert entry.where == ""
