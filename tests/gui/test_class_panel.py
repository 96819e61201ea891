"""The class panel: picking by click, hiding by eye, counts that change under the hand."""

from collections import Counter

import pytest
from PySide6.QtCore import Qt

from app.core.label_class import LabelClass
from widgets.frame.key_editor import KeyButton
from widgets.panels.class_panel import ClassBalance, ClassPanel
from widgets.panels.class_row import NameEditor

STREAK = LabelClass("streak", id=1, name_zh="条纹", colour="#e6194b", target_count=20)
SLAG = LabelClass("slag & burr", id=2, name_zh="灰渣", colour="#4363d8", hotkey="g")
MELT = LabelClass("over_melt", id=7, colour="#f58231")


def balance(*boxes):
    classes = (STREAK, SLAG, MELT)
    return [ClassBalance(c, n, n // 2) for c, n in zip(classes, boxes, strict=True)]


@pytest.fixture
def panel(qtbot):
    panel = ClassPanel(balance(10, 4, 0))
    qtbot.addWidget(panel)
    panel.resize(320, 400)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def heard(signal):
    said = []
    signal.connect(lambda *values: said.append(values[0] if len(values) == 1 else values))
    return said


def test_a_click_on_a_name_picks_the_class_and_marks_it(panel, qtbot):
    picked = heard(panel.class_picked)
    qtbot.mouseClick(panel.row(7), Qt.MouseButton.LeftButton)
    assert picked == [7]
    assert panel.row(7).isChecked() and not panel.row(1).isChecked()


def test_a_second_click_picks_it_again_and_leaves_it_marked(panel, qtbot):
    picked = heard(panel.class_picked)
    for _ in range(2):
        qtbot.mouseClick(panel.row(7), Qt.MouseButton.LeftButton)
    assert picked == [7, 7] and panel.row(7).isChecked()


def test_the_current_class_set_from_outside_is_not_reported(panel):
    picked = heard(panel.class_picked)
    panel.set_current(2)
    assert panel.row(2).isChecked() and picked == []
    panel.set_current(None)
    assert not panel.row(2).isChecked()


def test_an_eye_hides_its_class_and_shows_it_again(panel, qtbot):
    hidden = heard(panel.hidden_changed)
    for _ in range(2):
        qtbot.mouseClick(panel.eye(2), Qt.MouseButton.LeftButton)
    assert hidden == [frozenset({2}), frozenset()]


def test_the_eyes_of_the_legend_hide_by_origin(panel):
    origins = heard(panel.origins_changed)
    panel.set_origins_shown(people=True, proposals=False)
    panel.set_origins_shown(people=False, proposals=False)
    assert origins == [(True, False), (False, False)]


def test_new_counts_keep_the_rows_and_what_is_hidden_or_current(panel):
    before = panel.row(2)
    panel.set_shown(2, False)
    panel.set_current(7)
    hidden = heard(panel.hidden_changed)
    panel.set_balance(balance(11, 5, 1))
    assert panel.row(2) is before
    assert "boxes in the project: 5" in before.toolTip()
    assert panel.row(7).isChecked() and hidden == []


def test_a_new_class_comes_in_beside_what_was_hidden(panel):
    panel.set_shown(2, False)
    panel.set_current(7)
    hidden = heard(panel.hidden_changed)
    burr = LabelClass("burr", id=9, colour="#3cb44b")
    panel.set_balance([*balance(1, 1, 1), ClassBalance(burr, 3, 0)])
    panel.set_shown(9, False)
    assert hidden == [frozenset({2, 9})]
    assert panel.row(7).isChecked()


def test_target_and_proposals_are_told(panel):
    assert "wanted: 20" in panel.row(1).toolTip()
    assert "of them proposals: 5" in panel.row(1).toolTip()
    assert "wanted" not in panel.row(2).toolTip()


def test_the_bar_of_a_target_reaches_as_far_as_the_boxes_do_and_pales_with_doubt(panel):
    panel.set_balance([ClassBalance(STREAK, 10, 2, submitted=2, approved=4), *balance(0, 4, 0)[1:]])
    image = panel.row(1).grab().toImage()
    y = image.height() - 9
    colours = [image.pixelColor(x, y).name() for x in range(8, image.width() - 8)]
    shares = [n / len(colours) for _, n in Counter(colours).most_common(5)]

    # Half is wanted still; of the rest approved, submitted, begun and proposed each its shade.
    assert colours.count("#e6194b") / len(colours) == pytest.approx(0.2, abs=0.03)
    assert shares == pytest.approx([0.5, 0.2, 0.1, 0.1, 0.1], abs=0.03)


def test_against_a_target_only_what_people_saw_is_counted(panel):
    before = panel.row(1).grab().toImage()
    panel.set_balance([ClassBalance(STREAK, 12, 2), *balance(0, 4, 0)[1:]])
    tip = panel.row(1).toolTip()
    assert "approved: 0" in tip and "boxes in the project: 12" in tip
    assert panel.row(1).grab().toImage() != before


def test_counts_of_the_image_are_seen(panel):
    before = panel.row(7).grab().toImage()
    panel.set_image_counts({7: 3})
    assert panel.row(7).grab().toImage() != before
    panel.set_image_counts({})
    assert panel.row(7).grab().toImage() == before


def test_letters_go_past_the_panel(panel, qtbot):
    qtbot.mouseClick(panel.row(7), Qt.MouseButton.LeftButton)
    assert panel.focusWidget() is None


def test_keys_are_seen_and_stay_when_a_class_comes_in(panel):
    without = panel.row(7).grab().toImage()
    panel.set_keys({7: "3"})
    assert panel.row(7).grab().toImage() != without
    burr = LabelClass("burr", id=9, colour="#3cb44b")
    panel.set_balance([*balance(10, 4, 0), ClassBalance(burr, 3, 0)])
    with_key = panel.row(7).grab().toImage()
    panel.set_keys({})
    assert panel.row(7).grab().toImage() != with_key


def test_only_one_name_is_changed_at_a_time(panel):
    panel.rename(1)
    panel.rename(2)
    assert [e.text() for e in panel.findChildren(NameEditor) if e.isVisible()] == ["slag & burr"]
    panel.rename(2, chinese=True)
    assert [e.text() for e in panel.findChildren(NameEditor) if e.isVisible()] == ["灰渣"]


def test_another_focus_leaves_a_name_that_nobody_touched(panel):
    panel.rename(1)
    panel.new_name.setFocus()
    assert not any(e.isVisible() for e in panel.findChildren(NameEditor))


def test_the_next_key_is_that_of_the_class(panel, qtbot):
    wanted = heard(panel.key_wanted)
    panel.ask_key(2)
    button = panel.findChild(KeyButton)
    assert button.hasFocus()
    qtbot.keyClick(button, Qt.Key.Key_Y)
    assert wanted == [(2, "Y")] and not button.isVisible()
    panel.ask_key(2)
    (button,) = [b for b in panel.findChildren(KeyButton) if b.isVisible()]
    qtbot.keyClick(button, Qt.Key.Key_Escape)
    assert wanted == [(2, "Y")] and not button.isVisible()


def test_a_key_is_given_back_where_there_is_one(panel):
    wanted = heard(panel.key_wanted)
    with_key, without = (panel.menu(i).actions() for i in (2, 1))
    titles = [action.text() for action in with_key]
    at = titles.index("No key of its own")
    assert with_key[at].isEnabled() and not without[at].isEnabled()
    with_key[at].trigger()
    assert wanted == [(2, "")]
