"""Question sets of a project beside those that ship, from the services and the command line."""

import json

import pytest
from typer.testing import CliRunner

from app.commands.questions import questions
from app.conversations.writing.templates import Templates
from app.core.errors import UserError
from app.core.label_class import LabelClass
from app.services.create import load_label_set
from app.services.questions import (
    QuestionEntry,
    add_questions,
    checked_questions,
    choose,
    chosen_name,
    chosen_seed,
    list_questions,
    questions_for,
    questions_yaml,
    remove_questions,
    shipped,
    shipped_names,
)
from app.storage.project import Project

MINE = """\
name: 我们的 [bold]   # ours
language: zh
system: {prose: [a], localisation: ["{{ format }}"]}
sections: {where: {questions: [在哪]}}
"""
NAME = "我们的 [bold]"


@pytest.fixture
def flawmark(monkeypatch):
    """Runs `flawmark questions …` and returns what it printed."""
    monkeypatch.setenv("FLAWMARK_USER", "li")

    def run(*args):
        done = CliRunner().invoke(questions, [*map(str, args)])
        if done.exception is not None:
            raise done.exception
        return done.stdout

    return run


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(MINE, "utf-8")
    return file


def _mine(yaml, project):
    return add_questions(project, yaml, source="mine.yaml", actor="ann")


def _classes(*names):
    return [LabelClass(name) for name in names]


def test_three_sets_ship_in_both_languages():
    names = ("battery-electrode", "powder-bed", "surface")
    assert shipped_names() == tuple((name, lang) for name in names for lang in ("en", "zh"))
    assert tuple(shipped()) == shipped_names()


@pytest.mark.parametrize(("name", "language"), shipped_names())
def test_what_ships_is_named_as_its_file_and_all_its_templates_hold(name, language):
    found = shipped()[name, language]
    assert (found.name, found.language, found.source) == (name, language, f"{name}.{language}")
    templates = Templates(found)
    assert templates.needs(found.system["localisation"][0]) >= {"format"}


def test_what_is_added_is_listed_read_back_and_told_whose_it_is(project):
    added = _mine(MINE, project)
    with Project.open(project.folder) as again:
        found = questions_for(again, "zh", NAME)
        entry = next(e for e in list_questions(again) if e.name == NAME)
        assert questions_yaml(NAME, "zh", again) == MINE
    assert found.sections == added.sections
    assert (entry.language, entry.changed_by) == ("zh", "ann") and entry.changed_at


def test_the_projects_own_stands_for_the_one_that_ships_until_it_is_removed(project):
    _mine(MINE.replace(f"{NAME}   # ours", "surface"), project)
    assert [*questions_for(project, "zh", "surface").sections] == ["where"]
    assert questions_for(project, "en", "surface") == shipped()["surface", "en"]
    assert [(e.name, e.language) for e in list_questions(project)] == [*shipped_names()]

    remove_questions(project, "surface", "zh")
    assert questions_for(project, "zh", "surface") == shipped()["surface", "zh"]
    with pytest.raises(UserError, match="no question set of its own named 'surface' in zh"):
        remove_questions(project, "surface", "zh")


def test_an_unknown_one_is_told_with_those_there_are(project):
    _mine(MINE, project)
    with pytest.raises(UserError, match="no question set 'bed' in the language en") as told:
        questions_for(project, "en", "bed")
    assert "powder-bed (zh)" in told.value.hint and f"{NAME} (zh)" in told.value.hint
    with pytest.raises(UserError, match="in the language en"):
        questions_for(project, "en", NAME)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("where:", "whence:", r"mine\.yaml can't be used: line 4: .* unknown field \"whence\""),
        ("[在哪]", "['{{ nmae }}']", r"mine\.yaml, line 4, .*'nmae'"),
        ("[在哪]", "['{{ }']", r"mine\.yaml, line 4"),
    ],
)
def test_what_can_not_be_used_is_not_added(project, old, new, told):
    with pytest.raises(UserError, match=told):
        _mine(MINE.replace(old, new), project)
    assert project.question_sets.all() == []


LYING = """\
name: ours
language: en
system: {prose: ["You look at layers."], localisation: ["{{ format }}"]}
sections:
  presence:
    questions: ["Is anything wrong?"]
    answers:
      defects:
        - Yes, there is {{ found }}.
        - HERE
      normal: ["No, nothing is wrong."]
stages:
  - tag: printing
    never: [incomplete_spreading]
    sections: {presence: {answers: {normal: ["No, the layer is in order."]}}}
"""


@pytest.mark.parametrize(
    ("lie", "told"),
    [
        ("No, nothing is wrong.", "No, nothing is wrong"),
        ("Yes, there is {{ found }} at [1, 2, 3, 4].", "numbers of a box"),
        ("有{{ found }}，请检查这一层。", "is not English"),
    ],
)
def test_a_sentence_that_no_image_bears_out_is_refused(project, lie, told):
    with pytest.raises(UserError, match=r"mine\.yaml, line 10, .* is wrong of an image") as refused:
        _mine(LYING.replace("HERE", f'"{lie}"'), project)
    assert told in refused.value.what
    assert "Say it otherwise" in refused.value.hint
    assert project.question_sets.all() == []


def test_lies_of_a_stage_and_of_system_texts_are_found_as_well(project):
    honest = LYING.replace("HERE", '"Yes: {{ found }}."')
    _mine(honest, project)
    for old, new, line in (
        ("No, the layer is in order.", "Yes, there is a streak.", 15),
        ("You look at layers.", "你检查铺粉层。", 3),
    ):
        assert old in honest
        with pytest.raises(UserError, match=f"line {line}, "):
            _mine(honest.replace(old, new), project)


@pytest.mark.parametrize("scalar", ["3", "1.5", "null", "~", "2026-11-22"])
def test_what_is_no_text_is_no_phrasing(project, scalar):
    with pytest.raises(UserError, match=r"line 10: .* is (a number|nothing|a date)") as refused:
        _mine(LYING.replace("HERE", scalar), project)
    assert "must be in quotes" not in refused.value.hint  # that is said of broken YAML
    with pytest.raises(UserError, match="line 10") as refused:
        _mine(LYING.replace("HERE", "{{ found }}"), project)
    assert "must be in quotes" in refused.value.hint


@pytest.mark.slow
@pytest.mark.parametrize(("name", "language"), [("powder-bed", "en"), ("surface", "zh")])
def test_nothing_is_found_against_what_ships(name, language):
    checked_questions(questions_yaml(name, language), source="ours.yaml")


def test_unknown_tags_and_classes_of_a_stage_are_told(project, flawmark, tmp_path):
    file = tmp_path / "ours.yaml"
    file.write_text(LYING.replace("HERE", '"Yes: {{ found }}."'), "utf-8")
    told = flawmark("add", project.folder, file)
    assert "no tag 'printing'" in told and "'incomplete_spreading', which is no class" in told
    project.add_classes(_classes("Incomplete spreading"), actor="li")
    project.add_tags([("printing", "")])
    assert "Is it spelled so?" not in flawmark("add", project.folder, file)


@pytest.mark.parametrize(
    ("classes", "name"),
    [
        (_classes(), "surface"),
        (_classes("streak", "Over-Melt", "crack"), "powder-bed"),
        (_classes("streak", "hole", "dent", "crack"), "surface"),
        (_classes("burr", "极片偏移"), "battery-electrode"),
        (_classes("wrinkle"), "surface"),
        (_classes("wrinkle", "slag"), "powder-bed"),
        (_classes("person"), "surface"),
    ],
)
def test_a_project_is_asked_by_the_set_that_fits_its_classes(project, classes, name):
    project.add_classes(classes, actor="li")
    assert chosen_name(project) == name
    assert questions_for(project, "en") == shipped()[name, "en"]


def test_a_chosen_set_and_seed_hold_for_everybody(project):
    _mine(MINE, project)
    assert chosen_seed(project) == 0
    choose(project, NAME, seed=7)
    with Project.open(project.folder) as again:
        assert (chosen_name(again), chosen_seed(again)) == (NAME, 7)
        assert [*questions_for(again, "zh").sections] == ["where"]
        choose(again, "surface")
        assert (chosen_name(again), chosen_seed(again)) == ("surface", 7)


def test_what_there_is_not_can_not_be_chosen(project):
    with pytest.raises(UserError, match="'bed'") as told:
        choose(project, "bed", seed=3)
    assert "surface" in told.value.hint
    for seed in (-1, 2**63):
        with pytest.raises(UserError, match=f"{seed} is no seed"):
            choose(project, "surface", seed=seed)
    assert (chosen_name(project), chosen_seed(project)) == ("surface", 0)


def test_the_last_of_a_chosen_name_stays(project):
    _mine(MINE, project)
    _mine(MINE.replace("zh", "en").replace("在哪", "Where are they"), project)
    choose(project, NAME)

    remove_questions(project, NAME, "zh")
    with pytest.raises(UserError, match="asks by the question set"):
        remove_questions(project, NAME, "en")
    assert questions_for(project, "en").name == NAME

    choose(project, "surface")
    remove_questions(project, NAME, "en")
    assert project.question_sets.all() == []


def test_a_set_goes_through_the_command_line(project, flawmark, file):
    assert f"The project has the question set {NAME!r} (zh) now." in flawmark(
        "add", project.folder, file
    )
    assert flawmark("show", NAME, "--lang", "zh", "--project", project.folder) == MINE
    assert "(zh), with the seed 4." in flawmark("use", project.folder, NAME, "--seed", "4")
    listed = flawmark("list", "--project", project.folder)
    assert NAME in listed and "li" in listed and f"asks by {NAME!r}, with the seed 4" in listed
    assert "'surface' (en, zh), with the seed 4." in flawmark("use", project.folder, "surface")
    flawmark("remove", project.folder, NAME, "--lang", "zh")
    assert list_questions(project) == list_questions()


def test_what_ships_is_listed_and_shown_without_a_project(flawmark):
    listed = json.loads(flawmark("list", "--json"))
    assert {(each["name"], each["language"]) for each in listed} == {*shipped_names()}
    assert flawmark("show", "surface", "--lang", "zh") == questions_yaml("surface", "zh")
    assert list_questions()[0] == QuestionEntry("battery-electrode", "en")


def test_a_file_is_checked_and_counted(flawmark, file, tmp_path):
    told = flawmark("check", file)
    assert "the boxes" in told and "Nothing is asked of: presence" in told
    assert f"{NAME!r} (zh) can be used." in told

    stage = "stages: [{tag: '[b]', sections: {presence: {answers: {normal: [好, 行]}}}}]"
    file.write_text(MINE + stage, "utf-8")
    told = flawmark("check", file)
    assert "presence ([b])" in told and "normal 2" in told

    file.write_text(MINE.replace("在哪", "'{{ naem }}'"), "utf-8")
    with pytest.raises(UserError, match=r"mine\.yaml, line 4"):
        flawmark("check", file)
    with pytest.raises(UserError, match="can't be opened"):
        flawmark("check", tmp_path / "missing.yaml")


def test_a_project_learns_through_the_command_line(project, flawmark):
    project.add_classes(_classes("Streak", "person"), actor="li")
    assert "Learned about: Streak." in flawmark("learn", project.folder, "powder-bed")
    assert "nothing to learn" in flawmark("learn", project.folder, "powder-bed")
    known = load_label_set("powder-bed").classes[0]
    learned, other = project.classes.all()
    assert (learned.name, learned.name_zh, learned.en) == ("Streak", "条纹", known.en)
    assert other == LabelClass("person", id=other.id, colour=other.colour)
