"""Gold and second labels, from handing out to how they compare."""

import json
from dataclasses import replace

import pytest

from app.cli import command_line
from app.core.annotation import Annotation
from app.core.corrections import drawn, submitted
from app.core.edit import AnnotationEdit, ImageEdit
from app.core.errors import UserError
from app.core.geometry import Box
from app.core.label_class import LabelClass
from app.core.shape import Shape
from app.core.sheet import Sheet, edited
from app.services.people import change_person
from app.services.second import compared, give_gold, give_twice, name_gold
from app.storage.images import NewImage
from app.storage.project import Project
from tests.helpers.reviewing import bring_to

BOX = Box(10, 10, 50, 50)


@pytest.fixture
def team(tmp_path):
    """Ten images that ann labelled with one streak each; 1 to 5 approved, the rest handed in."""
    with Project.create(tmp_path / "line3") as project:
        project.add_classes([LabelClass("streak"), LabelClass("slag")], actor="lee")
        with project.transaction():
            project.images.add(
                NewImage(f"photos/{n}.png", f"h{n}", 10, n, 200, 100) for n in range(10)
            )
        for name in ("ann", "bo", "cy"):
            change_person(project, name, by="lee")
        for image_id in range(1, 11):
            first = Annotation(f"u{image_id}", 1, BOX, author="ann")
            project.apply([AnnotationEdit(image_id, None, first)], actor="ann")
            bring_to(project, image_id, "approved" if image_id <= 5 else "submitted")
        yield project


def say(project, person, *boxes):
    """The person labels all that they have a second time alike."""
    for image_id in sorted(project.second.given_to(person)):
        second = project.second.get(image_id, person)
        sheet = Sheet(image_id, 200, 100, second.label, second.annotations)
        edits = drawn(sheet, [(c, Shape(box, None)) for c, box in boxes], person=person)[0]
        edits += submitted(edited(sheet, edits), unseen=(), person=person)
        project.apply(edits, actor=person)


def gold(project, *ids):
    name_gold(project, [project.images.get(i) for i in ids], by="lee")


def test_only_what_was_approved_is_gold(team):
    with pytest.raises(UserError, match="is submitted, so it can't be gold"):
        gold(team, 1, 6)
    assert team.second.gold() == []
    with pytest.raises(UserError, match="No image of this project is gold"):
        give_gold(team, ["bo"], 1, by="lee")


def test_only_a_lead_hands_out_a_second_time(team):
    gold(team, 1)
    for attempt in (
        lambda: give_gold(team, ["bo"], 1, by="ann"),
        lambda: give_twice(team, ["bo"], 0.5, by="ann"),
        lambda: name_gold(team, [team.images.get(2)], by="ann"),
    ):
        with pytest.raises(UserError, match="ann doesn't lead"):
            attempt()
    assert team.second.all() == []


def test_gold_goes_to_each_who_has_not_seen_it(team):
    gold(team, 1, 2, 3)
    assert give_gold(team, ["ann", "bo", "cy"], 2, by="lee").given == 4  # ann labelled them all
    assert len(team.second.given_to("bo")) == len(team.second.given_to("cy")) == 2
    assert give_gold(team, ["bo"], 5, by="lee").given == 1


def test_a_share_is_labelled_twice_and_asking_again_gives_no_more(team):
    given = give_twice(team, ["bo", "cy"], 0.4, by="lee")
    assert (given.given, given.wanted) == (4, 4)
    assert sorted(len(team.second.given_to(p)) for p in ("bo", "cy")) == [2, 2]
    assert give_twice(team, ["bo", "cy"], 0.4, by="lee").wanted == 0
    assert give_twice(team, ["bo", "cy"], 0.6, by="lee").given == 2
    with pytest.raises(UserError, match="can't be 2"):
        give_twice(team, ["bo"], 2, by="lee")


def test_how_people_compare(team):
    gold(team, 1, 2)
    give_gold(team, ["bo"], 2, by="lee")
    say(team, "bo", (1, BOX))
    give_twice(team, ["cy"], 0.5, by="lee")
    say(team, "cy", (2, BOX.moved(4, 0)), (1, Box(100, 0, 120, 20)))
    of_bo, of_cy = compared(team)
    assert (of_bo.person, of_bo.purpose, of_bo.against, of_bo.images) == ("bo", "gold", "", 2)
    assert (of_bo.agreement.f1, of_bo.agreement.mean_iou) == (1, 1)
    assert (of_cy.against, of_cy.images) == ("ann", 4)
    assert of_cy.agreement.f1 == pytest.approx(2 / 3)
    assert of_cy.agreement.f1_with_class == 0
    assert of_cy.agreement.mean_iou == pytest.approx(36 / 44)


def test_what_a_reviewer_changed_is_no_opinion_of_the_first_person(team):
    give_twice(team, ["cy"], 0.5, by="lee")
    say(team, "cy", (1, BOX))
    (before,) = compared(team)
    for image_id in sorted(team.second.given_to("cy")):
        (box,) = team.annotations.of_image(image_id)
        if team.images.get(image_id).label.state == "submitted":
            moved = replace(box, box=BOX.moved(100, 100))
            team.apply([AnnotationEdit(image_id, box, moved)], actor="lee")
        else:
            label = team.images.get(image_id).label
            opened = replace(label, state="in_progress", reason="again")
            team.apply([ImageEdit(image_id, label, opened)], actor="lee")
            team.apply([AnnotationEdit(image_id, box, None)], actor="lee")
    assert compared(team) == [before]
    assert (before.against, before.agreement.f1) == ("ann", 1)


def test_reopened_gold_is_not_given_out_and_nobody_is_held_to_it(team):
    gold(team, 1, 2)
    give_gold(team, ["bo"], 2, by="lee")
    say(team, "bo", (1, BOX))
    label = team.images.get(1).label
    opened = replace(label, state="in_progress", reason="one was overlooked")
    team.apply([ImageEdit(1, label, opened)], actor="lee")
    assert [each.images for each in compared(team)] == [1]
    given = give_gold(team, ["cy"], 2, by="lee")
    assert (given.given, team.second.given_to("cy")) == (1, {2})


def test_what_is_not_handed_in_counts_for_nothing(team):
    give_twice(team, ["bo"], 0.5, by="lee")
    assert compared(team) == []


def test_the_commands(team, monkeypatch, capsys):
    monkeypatch.setenv("FLAWMARK_USER", "lee")

    def run(*args):
        command_line().main([str(a) for a in args], "flawmark", standalone_mode=False)
        return capsys.readouterr().out

    assert "Photos that are gold: 2." in run("second", "gold", team.folder, "0.png", "1.png")
    assert "2 of 2" in run("second", "give", team.folder, "--to", "bo", "--gold", "2")
    say(team, "bo", (1, BOX))
    (told,) = json.loads(run("second", "show", team.folder, "--json"))
    assert (told["person"], told["against"], told["f1"]) == ("bo", "", 1)
    assert "gold" in run("second", "show", team.folder)
    with pytest.raises(UserError, match="Either --gold or --twice"):
        run("second", "give", team.folder, "--to", "bo")
