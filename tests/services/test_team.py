"""People, what they are given and what they sign, by services and by commands."""

import json

import pytest
import typer

from app.cli import command_line
from app.core.errors import UserError
from app.core.image import ImageLabel
from app.core.label_class import LabelClass
from app.core.review import REASONS_SETTING
from app.services.assign import assign, take_back
from app.services.people import (
    allow_self_review,
    change_person,
    colleagues,
    set_return_reasons,
)
from app.services.review import approve, exclude, reopen, send_back
from app.storage.images import NewImage
from app.storage.project import Project
from tests.helpers.reviewing import bring_to


@pytest.fixture
def team(tmp_path):
    """Ten images in two builds; lee leads, li and bo label, wang reviews."""
    with Project.create(tmp_path / "line3") as project:
        project.add_classes([LabelClass("streak")], actor="lee")
        with project.transaction():
            project.images.add(
                NewImage(f"photos/{build}/{n}.png", f"{build}{n}", 10, n, 200, 100)
                for build, count in (("a", 6), ("b", 4))
                for n in range(count)
            )
        for name in ("li", "bo"):
            change_person(project, name, by="lee")
        change_person(project, "wang", role="reviewer", by="lee")
        yield project


def given_to(project):
    return [i.label.assigned_to for i in project.images.all()]


@pytest.fixture
def run(monkeypatch, capsys):
    """Runs a command as a person: (exit code, what it printed)."""

    def as_person(name, *args):
        monkeypatch.setenv("FLAWMARK_USER", name)
        code = command_line().main([str(a) for a in args], "flawmark", standalone_mode=False)
        return code or 0, capsys.readouterr().out

    return as_person


def test_whole_builds_go_to_one_person_each(team):
    assert assign(team, ["li", "bo"], by="lee") == {"li": 6, "bo": 4}
    assert given_to(team) == ["li"] * 6 + ["bo"] * 4
    assert take_back(team, by="lee") == 10
    assert given_to(team) == [None] * 10


def test_evenly_and_again_only_where_asked(team):
    assert assign(team, ["li"], whole_builds=False, by="lee") == {"li": 10}
    assert assign(team, ["bo"], whole_builds=False, by="lee") == {"bo": 0}
    assert assign(team, ["li", "bo"], whole_builds=False, again=True, by="lee") == {
        "li": 5,
        "bo": 5,
    }
    assert given_to(team) == ["li"] * 5 + ["bo"] * 5


def test_what_is_done_is_nobodys_to_do(team):
    bring_to(team, 1, "submitted", is_normal=True)
    assert assign(team, ["li"], by="lee") == {"li": 9}
    assert given_to(team)[0] is None


def test_nobody_unknown_is_given_anything(team):
    with pytest.raises(UserError, match="knows nobody called zoe"):
        assign(team, ["li", "zoe"], by="lee")


def test_only_leads_change_roles(team):
    with pytest.raises(UserError, match="li doesn't lead"):
        change_person(team, "li", role="lead", by="li")
    with pytest.raises(UserError, match="li doesn't lead"):
        allow_self_review(team, True, by="li")


def test_only_leads_share_out_and_set_reasons(team):
    for name in ("li", "wang"):
        with pytest.raises(UserError, match=f"{name} doesn't lead"):
            assign(team, ["li"], by=name)
        with pytest.raises(UserError, match=f"{name} doesn't lead"):
            set_return_reasons(team, ["blurred"], by=name)
    assert set(given_to(team)) == {None}
    set_return_reasons(team, ["blurred"], by="lee")
    assert team.settings.get(REASONS_SETTING) == ["blurred"]


def test_one_image_that_is_refused_stops_no_other(team):
    for image_id in (1, 2):
        bring_to(team, image_id, "submitted", is_normal=True)
    images = [team.images.get(i) for i in (1, 2, 3, 1)]
    report = send_back(team, images, "wrong class", person="wang")
    assert (report.done, [path for path, _ in report.refused]) == (2, ["photos/a/2.png"])
    team.undo("wang")
    assert [team.images.get(i).label.state for i in (1, 2)] == ["submitted", "submitted"]


def test_one_is_approved_at_a_time(team, run):
    """The command shows no box, so nobody has looked."""
    for image_id in (1, 2):
        bring_to(team, image_id, "submitted", is_normal=True)
    with pytest.raises(typer.BadParameter, match="only one photo is approved at a time"):
        run("wang", "review", team.folder, "approve", "a/0.png", "a/1.png")
    assert [team.images.get(i).label.state for i in (1, 2)] == ["submitted", "submitted"]
    assert approve(team, team.images.get(1), person="wang").done == 1
    twice = ("return", "a/1.png", "a/1.png", "--reason", "no")
    assert run("wang", "review", team.folder, *twice)[0] == 0


def test_back_and_out_and_open_again_with_reasons(team):
    bring_to(team, 1, "submitted", is_normal=True)
    image = team.images.get(1)
    assert send_back(team, [image], "", person="wang").done == 0
    assert send_back(team, [image], "wrong class", person="wang").done == 1
    assert team.images.get(1).label.reason == "wrong class"
    assert exclude(team, [image], "blurred", person="li").done == 1
    assert reopen(team, [image], "not so blurred", person="li").done == 1
    assert team.images.get(1).label == ImageLabel(
        "in_progress", is_normal=True, annotator="ann", reviewer="wang", reason="not so blurred"
    )


def test_colleagues_are_told_with_what_they_have_to_do(team):
    assign(team, ["li", "bo"], by="lee")
    bring_to(team, 1, "approved", is_normal=True)
    told = {each.person.name: each for each in colleagues(team)}
    assert {n: told[n].person.role for n in ("lee", "li", "wang")} == {
        "lee": "lead",
        "li": "annotator",
        "wang": "reviewer",
    }
    assert (told["li"].open, told["ann"].handed_in, told["wang"].reviewed) == (5, 1, 1)


def test_what_came_back_is_to_be_done_by_who_handed_it_in(team):
    assign(team, ["li"], by="lee")
    bring_to(team, 1, "returned", by="bo", is_normal=True)
    assert (team.queue.came_back("bo"), team.queue.came_back("li")) == ([1], [])
    told = {each.person.name: each.open for each in colleagues(team)}
    assert (told["bo"], told["li"]) == (1, 9)


def test_the_commands_of_a_team(team, run):
    folder = team.folder
    _, shown = run("lee", "people", folder, "--add", "zhao", "--role", "reviewer", "--json")
    people = {p["person"]["name"]: p["person"]["role"] for p in json.loads(shown)["people"]}
    assert people["zhao"] == "reviewer"
    _, given = run("lee", "assign", folder, "--to", "li", "--to", "bo", "--json")
    assert json.loads(given) == {"li": 6, "bo": 4}
    assert (
        run("lee", "assign", folder, "--take-back")[1] == "Images that are whose they were: 10.\n"
    )
    assert given_to(team) == [None] * 10
    bring_to(team, 1, "submitted", is_normal=True)
    assert run("li", "review", folder, "approve", "a/0.png")[0] == 1
    assert team.images.get(1).label.state == "submitted"
    assert run("zhao", "review", folder, "approve", "a/0.png")[0] == 0
    assert team.images.get(1).label.state == "approved"
    run("zhao", "review", folder, "reopen", "a/0.png", "--reason", "a slip")
    assert team.images.get(1).label.reason == "a slip"


def test_a_name_with_space_around_it_is_the_same_person(team, run):
    run("lee", "people", team.folder, "--add", " wang ")
    run(" wang ", "people", team.folder)
    assert team.people.meet(" wang ").role == "reviewer"
    assert sorted(person.name for person in team.people.all()) == ["bo", "lee", "li", "wang"]


def test_a_colour_is_one(team):
    with pytest.raises(UserError, match="no colour"):
        change_person(team, "bo", colour="nonsense", by="lee")
    assert change_person(team, "bo", colour="#1b9e77", by="lee").colour == "#1B9E77"
