"""Images drawn for review by the team's plan, kept in the project."""

import json

import pytest

from app.cli import command_line
from app.core.annotation import Annotation
from app.core.edit import AnnotationEdit
from app.core.errors import UserError
from app.core.geometry import Box
from app.core.label_class import LabelClass
from app.core.queue import QueueFilter
from app.core.review_sampling import ReviewPlan
from app.services.people import change_person
from app.services.review_sample import draw_for_review, set_plan
from app.storage.images import NewImage
from app.storage.project import Project
from tests.helpers.reviewing import bring_to


@pytest.fixture
def team(tmp_path):
    """Forty images: 1 to 30 handed in by ann (10 and 20 with a rare slag), 31 on by bo."""
    with Project.create(tmp_path / "line3") as project:
        project.add_classes([LabelClass("streak"), LabelClass("slag")], actor="lee")
        with project.transaction():
            project.images.add(
                NewImage(f"photos/{n}.png", f"h{n}", 10, n, 200, 100) for n in range(40)
            )
        for name in ("ann", "bo"):
            change_person(project, name, by="lee")
        for image_id in range(1, 41):
            who = "ann" if image_id <= 30 else "bo"
            class_id = 2 if image_id in (10, 20) else 1
            box = Annotation(f"u{image_id}", class_id, Box(1, 1, 9, 9), author=who)
            project.apply([AnnotationEdit(image_id, None, box)], actor=who)
            bring_to(project, image_id, "submitted", by=who)
        yield project


def test_without_a_plan_everything_is_drawn(team):
    assert draw_for_review(team).total() == 40
    waiting = team.queue.to_review([40, 3, 1], not_by=None)
    assert waiting == [40, 3, 1]


def test_looking_without_a_plan_draws_nothing_for_good(team):
    draw_for_review(team)
    set_plan(team, ReviewPlan(share=0.0, least=1, new_until=0), by="lee")
    assert draw_for_review(team).total() < 5


def test_what_is_not_drawn_waits_for_nobody(team):
    set_plan(team, ReviewPlan(share=0.1, least=1, new_until=0), by="lee")
    everything = range(1, 41)
    assert team.queue.to_review(everything, not_by=None) == []
    draw_for_review(team)
    drawn = team.review_draws.all().keys()
    assert team.queue.to_review(everything, not_by=None) == sorted(drawn)
    order = team.queue.ids(QueueFilter(states=frozenset({"submitted"}), sort="review_next"))
    assert set(order[: len(drawn)]) == set(drawn)
    assert sorted(order) == list(everything)


def test_a_share_of_each_person_and_the_rare_class_too(team):
    set_plan(team, ReviewPlan(share=0.2, least=2, new_until=0), by="lee")
    draw_for_review(team)
    drawn = set(team.review_draws.all())
    assert {10, 20} <= drawn
    assert len([i for i in drawn if i > 30]) == 2
    assert len(drawn) == 6 + 2 + 2


def test_all_of_new_people_until_enough_was_reviewed(team):
    for image_id in range(1, 6):
        bring_to(team, image_id, "approved", by="ann")
    set_plan(team, ReviewPlan(share=0.0, least=0, new_until=5), by="lee")
    assert draw_for_review(team) == {"new_person": 10}
    assert set(team.review_draws.all()) == set(range(31, 41))


def test_what_was_drawn_stays_when_the_plan_changes(team):
    set_plan(team, ReviewPlan(share=0.5, least=0, new_until=0), by="lee")
    draw_for_review(team)
    before = team.review_draws.all()
    set_plan(team, ReviewPlan(share=0.1, least=0, new_until=0), by="lee")
    draw_for_review(team)
    assert team.review_draws.all() == before


def test_what_was_reviewed_before_there_was_a_plan_takes_nobodys_place(team):
    for image_id in range(1, 31):
        bring_to(team, image_id, "approved", by="ann")
    set_plan(team, ReviewPlan(share=0.2, least=0, new_until=0), by="lee")
    draw_for_review(team)
    drawn = team.review_draws.all()
    assert len(drawn) == 2 and min(drawn) > 30


def test_only_a_lead_sets_the_plan(team):
    with pytest.raises(UserError, match="ann doesn't lead"):
        set_plan(team, ReviewPlan(share=0.5), by="ann")


def test_the_command(team, capsys, monkeypatch):
    monkeypatch.setenv("FLAWMARK_USER", "lee")

    def run(*args):
        command_line().main([str(a) for a in args], "flawmark", standalone_mode=False)
        return capsys.readouterr().out

    options = ("--share", "0.1", "--least", "1", "--new-until", "0")
    told = json.loads(run("sampling", team.folder, *options, "--json"))
    assert told["handed_in"] == 40
    assert told["drawn"]["share"] == len(team.review_draws.all()) == 5
    assert team.review_draws.plan() == ReviewPlan(0.1, 1, 0)
    assert "5 of 40 images" in run("sampling", team.folder)
