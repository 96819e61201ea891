"""Who is who: leads decide, all others look."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.core.people import COLOURS, Person
from widgets.review.people_dialog import PeopleDialog

ZHAO = Person("Zhao", "lead", COLOURS[0], "2026-11-01T08:00:00+00:00")
LI = Person("Li", "reviewer", COLOURS[1], "2026-11-02T08:00:00+00:00")
WANG = Person("Wang", "annotator", COLOURS[2], "2026-11-03T08:00:00+00:00")


@pytest.fixture
def dialog(qtbot: QtBot) -> PeopleDialog:
    dialog = PeopleDialog()
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def show(dialog: PeopleDialog, me: Person) -> None:
    dialog.show_team((ZHAO, LI, WANG), me, self_review=False, reasons=("wrong class", "missed"))


def test_a_lead_gives_another_role(dialog: PeopleDialog):
    changed: list[Person] = []
    dialog.person_changed.connect(changed.append)
    show(dialog, ZHAO)
    dialog.roles["Wang"].activated.emit(1)
    dialog.roles["Wang"].activated.emit(0)  # what it is already
    assert changed == [Person("Wang", "reviewer", WANG.colour, WANG.since)]


def test_a_lead_gives_another_colour(dialog: PeopleDialog):
    changed: list[Person] = []
    dialog.person_changed.connect(changed.append)
    show(dialog, ZHAO)
    dialog.colours["Li"].menu().actions()[4].trigger()
    assert changed == [Person("Li", "reviewer", COLOURS[4], LI.since)]


@pytest.mark.parametrize("me", [LI, WANG])
def test_all_others_only_look(dialog: PeopleDialog, me: Person):
    show(dialog, me)
    assert not any(choice.isEnabled() for choice in dialog.roles.values())
    assert not dialog.self_review.isEnabled() and dialog.reasons.isReadOnly()
    assert all(button.menu() is None for button in dialog.colours.values())
    assert me.name in dialog.me.text()


def test_self_review_is_the_leads_to_allow(qtbot: QtBot, dialog: PeopleDialog):
    show(dialog, ZHAO)
    with qtbot.waitSignal(dialog.self_review_toggled) as toggled:
        dialog.self_review.click()
    assert toggled.args == [True]


def test_reasons_are_kept_on_closing_and_only_if_they_changed(dialog: PeopleDialog):
    kept: list[tuple[str, ...]] = []
    dialog.reasons_changed.connect(kept.append)
    show(dialog, ZHAO)
    dialog.close()
    assert kept == []
    dialog.show()
    dialog.reasons.setPlainText("wrong class\n\n  too  small \n")
    dialog.close()
    assert kept == [("wrong class", "too small")]


def test_what_is_being_written_outlives_news(qtbot: QtBot, dialog: PeopleDialog):
    show(dialog, ZHAO)
    with qtbot.waitActive(dialog):
        dialog.activateWindow()
    dialog.reasons.setFocus(Qt.FocusReason.OtherFocusReason)
    dialog.reasons.setPlainText("half a sen")
    show(dialog, ZHAO)
    assert dialog.reasons.toPlainText() == "half a sen"


def test_it_says_that_it_is_no_lock(dialog: PeopleDialog):
    assert "not a lock" in dialog.note.text()
