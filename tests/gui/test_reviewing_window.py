"""Two people at one project: what is handed in is signed or comes back, with a reason."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from app.core import corrections, review
from app.core.annotation import Annotation
from app.core.edit import AnnotationEdit
from app.core.geometry import Box
from app.core.people import Role
from app.core.queue import QueueFilter
from app.core.review import REASONS_SETTING, SELF_REVIEW_SETTING
from app.core.review_sampling import ReviewPlan
from app.core.shape import Shape
from app.core.sheet import Sheet
from app.services.review_sample import set_plan
from app.storage.project import Project
from tests.gui.bench_driver import BenchDriver
from tests.gui.conftest import SLAG, SLAG_BOX, STREAK, STREAK_BOX
from widgets.queue.state_mark import STATE_COLOURS
from widgets.review.people_dialog import PeopleDialog

Key = Qt.Key
Shift, Control = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
OpenAs = Callable[[str], BenchDriver]

MISSED = Box(90, 20, 120, 40)
"""What the annotator draws beside what stands."""
FOUND = Box(200, 20, 230, 50)
"""What a model draws, and the annotator removes."""


def sheet(project: Project, image_id: int) -> Sheet:
    image = project.images.get(image_id)
    boxes = tuple(project.annotations.of_image(image_id))
    return Sheet(image_id, image.width_px, image.height_px, image.label, boxes)


def make(project: Project, name: str, role: Role) -> None:
    with project.transaction():
        project.people.put(replace(project.people.meet(name), role=role))


def hand_in(project: Project, image_id: int, person: str = "ann") -> None:
    """With one more box of their own, without the model's."""
    found = Annotation(f"m{image_id}", SLAG, FOUND, score=0.6, run_id=1)
    project.apply([AnnotationEdit(image_id, None, found)], actor=person, kind="prelabel")
    before = sheet(project, image_id)
    gone = corrections.removed(before, [a.uid for a in before.proposals])
    project.apply(gone, actor=person)
    new, _ = corrections.drawn(sheet(project, image_id), [(STREAK, Shape(MISSED))], person=person)
    project.apply(new, actor=person)
    edits = corrections.submitted(sheet(project, image_id), unseen=(), person=person)
    project.apply(edits, actor=person)


def give_back(project: Project, image_id: int, why: str = "wrong class") -> None:
    project.apply(review.returned(sheet(project, image_id), why, person="li"), actor="li")


@pytest.fixture
def team(project: Project) -> Project:
    """Ann has handed in the first two images; Li reviews."""
    make(project, "li", "reviewer")
    hand_in(project, 1)
    hand_in(project, 2)
    return project


@pytest.fixture
def open_as(
    team: Project, open_bench: Callable[[Path], BenchDriver], monkeypatch: pytest.MonkeyPatch
) -> Iterator[OpenAs]:
    def opened(name: str) -> BenchDriver:
        monkeypatch.setenv("FLAWMARK_USER", name)
        bench = open_bench(team.folder)
        bench.qtbot.waitUntil(lambda: bench.bench.viewing.is_there)
        return bench

    return opened


def test_one_key_approves_and_shows_the_next(team: Project, open_as: OpenAs):
    bench = open_as("li")
    assert bench.window.strip.approve.isVisible()
    bench.press(Key.Key_Space)
    bench.wait_for_image(2)
    bench.wait_until_saved()
    label = team.images.get(1).label
    assert (label.state, label.annotator, label.reviewer) == ("approved", "ann", "li")
    bench.press(Key.Key_Return, Control)
    bench.wait_until_saved()
    assert team.images.get(2).label.state == "approved"
    assert any("left to review" in words for words in bench.said())
    bench.press(Key.Key_Z, Control)
    bench.qtbot.waitUntil(lambda: team.images.get(2).label.state == "submitted")


def test_returning_is_one_key_and_a_digit(team: Project, open_as: OpenAs):
    bench = open_as("li")
    bench.press(Key.Key_R, Shift)
    bench.press(Key.Key_1)
    bench.wait_for_image(2)
    bench.wait_until_saved()
    label = team.images.get(1).label
    assert bench.moves == 2
    assert (label.state, label.reviewer, label.reason) == ("returned", "li", "wrong class")
    assert team.comments.of_image(1) == []


def test_the_team_has_reasons_of_its_own(team: Project, open_as: OpenAs):
    team.settings.put(REASONS_SETTING, ["too small for us"])
    bench = open_as("li")
    bench.press(Key.Key_R, Shift)
    bench.press(Key.Key_1)
    bench.wait_until_saved()
    assert team.images.get(1).label.reason == "too small for us"


def test_a_reason_is_pinned_to_the_box_that_is_meant(team: Project, open_as: OpenAs):
    bench = open_as("li")
    bench.click(STREAK_BOX.centre)
    bench.press(Key.Key_R, Shift)
    bench.answer("this is slag")
    bench.wait_for_image(2)
    bench.wait_until_saved()
    (comment,) = team.comments.of_image(1)
    assert (comment.uid, comment.author, comment.text) == ("s1", "li", "this is slag")


def test_pins_go_on_boxes_while_the_image_stays(team: Project, open_as: OpenAs):
    bench = open_as("li")
    bench.press(Key.Key_P, Shift)
    assert bench.bench.reviewing.why.popup.isHidden()  # no box is meant
    bench.click(STREAK_BOX.centre)
    bench.press(Key.Key_P, Shift)
    bench.press(Key.Key_2)
    bench.qtbot.waitUntil(lambda: bool(team.comments.of_image(1)))
    bench.qtbot.waitUntil(lambda: bench.window.strip.comments.isVisible())
    assert bench.sheet.image_id == 1 and bench.sheet.label.state == "submitted"
    corner = bench.on_canvas((STREAK_BOX.right, STREAK_BOX.top))
    screen = bench.canvas.grab().toImage()
    assert (
        screen.pixelColor(int(corner.x()) + 5, int(corner.y()) - 10).name()
        == (STATE_COLOURS["in_progress"])
    )


def test_leaving_the_question_does_nothing(team: Project, open_as: OpenAs):
    bench = open_as("li")
    bench.press(Key.Key_R, Shift)
    bench.press(Key.Key_Escape)
    bench.press(Key.Key_R, Shift)
    bench.press(Key.Key_X)  # is text now
    bench.bench.step(1)
    bench.wait_for_image(2)
    assert bench.bench.reviewing.why.popup.isHidden()
    assert sheet(team, 1).label.state == "submitted" and len(sheet(team, 1).annotations) == 2


def test_a_fix_keeps_it_handed_in_and_both_versions_are_kept(team: Project, open_as: OpenAs):
    bench = open_as("li")
    handed_in = team.log.handed_in(1)
    bench.click(STREAK_BOX.centre)
    bench.press(Key.Key_2)
    bench.wait_until_saved()
    assert team.images.get(1).label.state == "submitted"
    bench.press(Key.Key_Space)
    bench.wait_for_image(2)
    bench.wait_until_saved()
    label = team.images.get(1).label
    assert (label.state, label.annotator) == ("approved", "ann")
    assert handed_in is not None
    then = {a.uid: (a.class_id, a.author) for a in team.log.standing_at(1, handed_in)}
    now = {a.uid: (a.class_id, a.author) for a in team.annotations.of_image(1)}
    assert (then["s1"], now["s1"]) == ((STREAK, "ann"), (SLAG, "li"))


def test_versions_blink_in_place(team: Project, open_as: OpenAs):
    bench = open_as("li")
    bench.click(STREAK_BOX.centre)
    bench.press(Key.Key_X)
    blue, red = "#4363d8", "#e6194b"
    assert not bench.has_colour_around(FOUND, blue)
    bench.press(Key.Key_V, Shift)
    assert bench.has_colour_around(FOUND, blue)  # as the model drew it
    assert not bench.has_colour_around(MISSED, red)
    assert "models" in bench.bench.reviewing.versions.overlay.caption
    bench.press(Key.Key_V, Shift)
    assert bench.has_colour_around(STREAK_BOX, red)  # as Ann handed it in
    assert bench.has_colour_around(MISSED, red)
    assert not bench.has_colour_around(FOUND, blue)
    bench.press(Key.Key_V, Shift)
    assert not bench.has_colour_around(STREAK_BOX, red)  # Li's own fix
    assert bench.has_colour_around(MISSED, red)


def test_an_old_version_is_only_looked_at(team: Project, open_as: OpenAs):
    bench = open_as("li")
    bench.press(Key.Key_V, Shift)
    before = bench.boxes()
    bench.drag(SLAG_BOX.centre, (20, 20))
    bench.click(STREAK_BOX.centre)
    bench.press(Key.Key_X)
    bench.wait_until_saved()
    assert bench.boxes() == before
    bench.press(Key.Key_Space)  # signs what stands, not what is looked at
    bench.wait_for_image(2)
    bench.wait_until_saved()
    assert team.images.get(1).label.state == "approved"
    assert not bench.bench.reviewing.versions.is_on


def test_what_is_hidden_is_not_signed_unseen(team: Project, open_as: OpenAs):
    bench = open_as("li")
    bench.press(Key.Key_J, Shift)
    bench.press(Key.Key_Space)
    assert any("hidden" in words for words in bench.said())
    assert team.images.get(1).label.state == "submitted"


def test_who_labels_signs_nothing(team: Project, open_as: OpenAs):
    bench = open_as("bo")
    assert not bench.window.strip.approve.isVisible()
    bench.press(Key.Key_Return, Control)
    bench.press(Key.Key_R, Shift)
    assert sum("may not make an image" in words for words in bench.said()) == 2
    bench.press(Key.Key_Space)  # is handed in already, by Ann
    bench.wait_for_image(3)
    bench.wait_until_saved()
    assert team.images.get(1).label.annotator == "ann"


def test_ones_own_is_signed_only_where_the_team_allows_it(team: Project, open_as: OpenAs):
    make(team, "ann", "lead")
    bench = open_as("ann")
    assert not bench.window.strip.approve.isVisible()
    bench.press(Key.Key_Return, Control)
    assert any("handed this image in yourself" in words for words in bench.said())
    team.settings.put(SELF_REVIEW_SETTING, True)
    bench.qtbot.waitUntil(bench.window.strip.approve.isVisible)
    bench.press(Key.Key_Space)
    bench.wait_for_image(2)
    bench.wait_until_saved()
    assert team.images.get(1).label.reviewer == "ann"


def test_what_one_handed_in_before_somebody_else_did_is_not_ones_to_sign(
    team: Project, open_as: OpenAs
):
    for image_id in (1, 2):
        give_back(team, image_id)
        bo_hands_in = corrections.submitted(sheet(team, image_id), unseen=(), person="bo")
        team.apply(bo_hands_in, actor="bo")
    make(team, "ann", "reviewer")
    bench = open_as("ann")
    assert not bench.bench.reviewing.is_on
    assert list(bench.bench.reviewing.to_review([1, 2])) == []
    team.settings.put(SELF_REVIEW_SETTING, True)
    bench.qtbot.waitUntil(lambda: bench.bench.reviewing.is_on)
    assert list(bench.bench.reviewing.to_review([1, 2])) == [1, 2]


def test_of_what_another_handed_in_an_annotator_changes_nothing(team: Project, open_as: OpenAs):
    make(team, "bo", "annotator")
    bench = open_as("bo")
    before = sheet(team, 1)
    bench.press(Key.Key_R, Control)
    assert any("so it isn't yours to take back" in words for words in bench.said())
    bench.wait_until_saved()
    assert sheet(team, 1) == before


def test_a_role_holds_as_soon_as_it_is_given(team: Project, open_as: OpenAs):
    bench = open_as("bo")
    make(team, "bo", "reviewer")
    bench.qtbot.waitUntil(bench.window.strip.approve.isVisible)
    assert bench.sheet.is_reviewed


def test_what_comes_back_comes_first_with_its_reason(team: Project, open_as: OpenAs):
    give_back(team, 2, "a defect was missed")
    team.comments.add(2, "at the left", author="li")
    bench = open_as("ann")
    assert list(bench.bench.browsing.order.ids) == [2, 1, 3]
    bench.wait_for_image(2)
    assert bench.window.strip.why.words == "by li: a defect was missed"
    bench.qtbot.waitUntil(lambda: bench.window.strip.comments.text() == "Open comments: 1")
    bench.window.strip.comments.click()
    bench.qtbot.waitUntil(bench.bench.panels.comments.isVisible)


def test_what_comes_back_meanwhile_is_told_and_comes_next(team: Project, open_as: OpenAs):
    bench = open_as("ann")
    bench.bench.open(3)
    bench.wait_for_image(3)
    give_back(team, 1)
    bench.qtbot.waitUntil(lambda: any("li returned layer_1.png" in w for w in bench.said()))
    bench.press(Key.Key_N)
    bench.press(Key.Key_Space)
    bench.wait_for_image(1)
    bench.wait_until_saved()
    bench.bench.open(2)
    bench.wait_for_image(2)
    give_back(team, 2)
    bench.qtbot.waitUntil(lambda: bench.sheet.label.state == "returned")
    told = len(bench.said())
    bench.press(Key.Key_Space)  # nobody is brought back to what they had before them
    bench.wait_until_saved()
    bench.press(Key.Key_Z, Control)  # to where it was returned: no news
    bench.qtbot.waitUntil(lambda: team.images.get(2).label.state == "returned")
    bench.qtbot.wait(500)
    assert not any("returned" in words for words in bench.said()[told:])


def test_reopening_what_is_signed_takes_a_reason(team: Project, open_as: OpenAs):
    bench = open_as("li")
    bench.press(Key.Key_Space)
    bench.wait_for_image(2)
    bench.press(Key.Key_A)
    bench.wait_for_image(1)
    bench.press(Key.Key_R, Control)
    bench.answer("the rules have changed")
    bench.wait_until_saved()
    label = team.images.get(1).label
    assert (label.state, label.reason) == ("in_progress", "the rules have changed")
    assert bench.window.strip.why.words == "came back: the rules have changed"


def test_who_opens_a_project_is_on_its_list(team: Project, open_as: OpenAs):
    bench = open_as("zhou")
    bench.qtbot.waitUntil(lambda: team.people.get("zhou") is not None)
    bench.qtbot.waitUntil(lambda: "zhou" in bench.bench.team.colours())
    assert bench.bench.team.me.role == "annotator"


def test_the_dialog_shows_and_changes_the_team(team: Project, open_as: OpenAs):
    make(team, "li", "lead")
    bench = open_as("li")
    bench.window.action_set.action("people").trigger()
    dialog = bench.window.findChild(PeopleDialog)
    assert set(dialog.roles) == {"lead", "ann", "li"}
    dialog.roles["ann"].activated.emit(1)
    bench.qtbot.waitUntil(lambda: team.people.get("ann").role == "reviewer")
    dialog.self_review.click()
    bench.qtbot.waitUntil(lambda: team.settings.get(SELF_REVIEW_SETTING) is True)
    dialog.reasons.setPlainText("blurred")
    dialog.close()
    bench.qtbot.waitUntil(lambda: bench.bench.team.return_reasons == ("blurred",))


def test_of_a_sample_only_what_is_drawn_is_brought(team: Project, open_as: OpenAs):
    set_plan(team, ReviewPlan(share=0.0, least=1, new_until=0), by="lead")
    bench = open_as("li")
    bench.qtbot.waitUntil(lambda: len(team.review_draws.all()) > 0)
    (drawn,) = team.review_draws.all()
    bench.press(Key.Key_R, Control | Shift)
    bench.qtbot.waitUntil(lambda: bench.said() != [])
    bench.wait_for_image(drawn)
    assert "1 of 2" in bench.said()[-1]
    bench.press(Key.Key_Space)
    bench.qtbot.waitUntil(lambda: "Nothing is left" in bench.said()[-1])
    assert team.images.get(drawn).label.state == "approved"
    assert team.images.get(3 - drawn).label.state == "submitted"


def test_what_is_handed_in_since_is_drawn_once_nothing_is_left(team: Project, open_as: OpenAs):
    set_plan(team, ReviewPlan(share=0.0, least=2, new_until=0), by="lead")
    bench = open_as("li")
    bench.qtbot.waitUntil(lambda: len(team.review_draws.all()) == 2)
    hand_in(team, 3, "bo")
    bench.bench.open(1)
    bench.wait_for_image(1)
    for image_id in (2, 3):
        bench.press(Key.Key_Space)
        bench.wait_for_image(image_id)
    assert set(team.review_draws.all()) == {1, 2, 3}


def test_the_list_begins_with_the_likeliest(team: Project, open_as: OpenAs):
    """Also where it is open already."""
    bench = open_as("li")
    first, _ = team.queue.ids(QueueFilter(states=frozenset({"submitted"}), sort="review_next"))
    bench.bench.open(first)
    bench.wait_for_image(first)
    bench.press(Key.Key_R, Control | Shift)
    assert bench.sheet.image_id == first


def test_what_is_approved_and_not_saved_yet_does_not_come_again(team: Project, open_as: OpenAs):
    bench = open_as("li")
    with team.transaction():  # nothing is saved meanwhile
        bench.bench.open(1)
        bench.wait_for_image(1)
        for _ in range(2):
            bench.press(Key.Key_Space)
            bench.wait_for_image(2)
        assert bench.bench.reviewing.to_review([1, 2]) == []
    bench.wait_until_saved()
    assert {team.images.get(i).label.state for i in (1, 2)} == {"approved"}
