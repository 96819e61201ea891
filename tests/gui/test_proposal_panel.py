"""The panel that decides on many proposals at once."""

import pytest
from PySide6.QtCore import Qt

from app.core.annotation import Annotation
from app.core.geometry import Box
from app.core.label_class import LabelClass
from widgets.panels.proposal_panel import ProposalPanel

CLASSES = (
    LabelClass("streak", 1, colour="#e6194b"),
    LabelClass("slag", 2, colour="#4363d8"),
    LabelClass("burr", 7, colour="#3cb44b"),
)
STREAK, SLAG = 0, 1


def proposal(class_id, score):
    return Annotation(f"{class_id} {score}", class_id, Box(0, 0, 5, 5), score=score, run_id=1)


PROPOSALS = (
    *(proposal(1, score) for score in (0.9, 0.5, 0.3)),
    *(proposal(2, score) for score in (0.4, None)),
    proposal(1, 0.1).touched_by("ann"),
)


@pytest.fixture
def panel(qtbot):
    panel = ProposalPanel()
    qtbot.addWidget(panel)
    panel.show_proposals(PROPOSALS, CLASSES)
    panel.set_filtered_count(42)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def click(qtbot, button):
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def counts(panel):
    return [row.counts.text() for row in panel.rows if row.counts.isVisible()]


def test_each_class_on_the_image_has_its_row(panel):
    assert counts(panel) == ["3 / 3", "2 / 2"]
    assert panel.accept_button.text() == "Accept shown (5)"
    assert not panel.reject_button.isEnabled()


def test_the_score_is_told_and_counted(qtbot, panel):
    told = []
    panel.least_score_changed.connect(told.append)
    panel.set_least_score(0.5)
    assert told == [0.5] and panel.least_score == 0.5 and panel.spin.value() == 0.5
    assert counts(panel) == ["2 / 3", "1 / 2"]  # what has no score is always shown
    assert panel.reject_button.text() == "Reject hidden (2)"
    panel.spin.setValue(0.91)
    assert told == [0.5, 0.91] and panel.slider.value() == 91
    assert counts(panel) == ["0 / 3", "1 / 2"]
    assert not panel.rows[STREAK].accept.isEnabled() and panel.rows[SLAG].accept.isEnabled()


@pytest.mark.parametrize("percent", range(0, 101))
def test_every_score_of_the_slider_survives_the_spin_box(panel, percent):
    panel.slider.setValue(percent)
    assert panel.slider.value() == percent and round(panel.spin.value() * 100) == percent


def test_a_class_is_accepted_or_rejected_by_its_id(qtbot, panel):
    with qtbot.waitSignal(panel.accept_class) as accepted:
        click(qtbot, panel.rows[SLAG].accept)
    with qtbot.waitSignal(panel.reject_class) as rejected:
        click(qtbot, panel.rows[STREAK].reject)
    assert (accepted.args, rejected.args) == ([2], [1])


def test_the_whole_image_above_and_below_the_score(qtbot, panel):
    panel.set_least_score(0.4)
    with qtbot.waitSignal(panel.accept_above) as above:
        click(qtbot, panel.accept_button)
    with qtbot.waitSignal(panel.reject_below) as below:
        click(qtbot, panel.reject_button)
    assert above.args == below.args == [0.4]


def test_the_filtered_images_for_all_classes_or_one(qtbot, panel):
    panel.set_least_score(0.6)
    with qtbot.waitSignal(panel.bulk_wanted) as wanted:
        click(qtbot, panel.bulk_accept)
    assert wanted.args == ["accept", None, 0.6]
    panel.bulk_class.setCurrentIndex(panel.bulk_class.findData(7))
    with qtbot.waitSignal(panel.bulk_wanted) as wanted:
        click(qtbot, panel.bulk_reject)
    assert wanted.args == ["reject", 7, 0.6]
    panel.show_proposals((), CLASSES[1:])
    assert panel.bulk_class.currentData() == 7
    panel.set_filtered_count(0)
    assert not panel.bulk_accept.isEnabled()


def test_nothing_is_below_zero(panel):
    assert not panel.bulk_reject.isEnabled()


def test_another_image_without_proposals(panel):
    panel.show_proposals((PROPOSALS[-1],), CLASSES)
    assert counts(panel) == [] and not panel.accept_button.isEnabled()
    assert panel._nothing.isVisible()


def test_a_panel_that_nobody_sees_counts_when_it_is_seen(panel):
    panel.hide()
    panel.show_proposals(PROPOSALS[:1], CLASSES)
    assert panel.rows[STREAK].counts.text() == "3 / 3"
    panel.show()
    assert counts(panel) == ["1 / 1"]
