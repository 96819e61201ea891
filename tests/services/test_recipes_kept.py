"""Recipes of a project beside those that ship, from the services and from the command line."""

import json

import pytest
from typer.testing import CliRunner

from app.commands.recipes import recipes
from app.core.errors import UserError
from app.core.recipe import DetectorStep, Filters, Fusion, Recipe
from app.formats.recipe_yaml import recipe_from_yaml, recipe_to_yaml
from app.services.models import find_model
from app.services.recipes import (
    RecipeEntry,
    get_recipe,
    list_recipes,
    put_recipe,
    read_recipe,
    remove_recipe,
    shipped_recipe,
    shipped_recipes,
)
from app.storage.project import Project

MINE = Recipe(
    "枪口 [bold]",
    (DetectorStep("starter", classes={"streak": "streak", "slag": None}), DetectorStep("own.pt")),
    Fusion("nms", 0.4),
    "contrast",
    Filters(5.0, 0.5),
)


@pytest.fixture
def flawmark(project, monkeypatch):
    """Runs `flawmark recipes VERB PROJECT …` and returns what it printed."""
    monkeypatch.setenv("FLAWMARK_USER", "li")

    def run(verb, *args):
        done = CliRunner().invoke(recipes, [verb, str(project.folder), *map(str, args)])
        if done.exception is not None:
            raise done.exception
        return done.stdout

    return run


@pytest.mark.parametrize("name", shipped_recipes())
def test_what_ships_can_be_used_as_installed(name):
    recipe = shipped_recipe(name)
    assert recipe.name == name
    for step in recipe.detectors:
        assert find_model(step.model).weights.is_file()
    assert recipe.segmenter in (None, "contrast")


def test_the_powder_bed_recipe_ships():
    recipe = shipped_recipe("powder-bed")
    assert [step.model for step in recipe.detectors] == ["starter"]
    assert recipe.segmenter == "contrast"


def test_a_new_project_lists_what_ships(project):
    assert list_recipes(project) == [RecipeEntry(name) for name in shipped_recipes()]
    assert get_recipe(project, "powder-bed") == shipped_recipe("powder-bed")


def test_what_is_put_is_read_back_and_told_whose_it_is(project):
    put_recipe(project, MINE, actor="ann")
    with Project.open(project.folder) as again:
        assert get_recipe(again, MINE.name) == MINE
        entry = list_recipes(again)[-1]
    assert (entry.name, entry.changed_by) == (MINE.name, "ann") and entry.changed_at


def test_the_projects_own_stands_for_the_one_that_ships_until_it_is_removed(project):
    own = Recipe("powder-bed", (DetectorStep("own.pt"),))
    put_recipe(project, own, actor="ann")
    assert get_recipe(project, "powder-bed") == own
    assert [entry.name for entry in list_recipes(project)] == shipped_recipes()
    remove_recipe(project, "powder-bed")
    assert get_recipe(project, "powder-bed") == shipped_recipe("powder-bed")
    with pytest.raises(UserError, match="ships with Flawmark"):
        remove_recipe(project, "powder-bed")


def test_an_unknown_name_is_told_with_those_there_are(project):
    put_recipe(project, MINE, actor="ann")
    for verb in (get_recipe, remove_recipe):
        with pytest.raises(UserError, match="'bed'") as told:
            verb(project, "bed")
        assert "powder-bed" in told.value.hint and MINE.name in told.value.hint


def test_what_could_not_be_read_back_is_not_put(project):
    with pytest.raises(UserError, match="tile_px"):
        put_recipe(project, Recipe("tiny", (DetectorStep("own.pt", tile_px=3),)), actor="ann")
    assert project.recipes.all() == []


def test_one_of_a_newer_version_is_told_and_the_rest_can_be_used(project):
    project.recipes.put("new", {"name": "new", "detectors": [], "magic": 1}, person="ann")
    with pytest.raises(UserError, match='The recipe new can\'t be used: "magic" is no field'):
        get_recipe(project, "new")
    assert [entry.name for entry in list_recipes(project)] == ["new", "powder-bed"]


def test_a_recipe_comes_back_from_a_file(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(recipe_to_yaml(MINE), "utf-8")
    assert read_recipe(file) == MINE


def test_a_file_that_cannot_be_read_is_told(tmp_path):
    with pytest.raises(UserError, match="can't be opened"):
        read_recipe(tmp_path / "missing.yaml")
    (tmp_path / "photo.yaml").write_bytes(b"\xff\xd8\xff\xe0")
    with pytest.raises(UserError, match="is not text"):
        read_recipe(tmp_path / "photo.yaml")


def test_the_command_line_shows_what_it_takes(project, tmp_path, flawmark):
    shown = flawmark("show", "powder-bed")
    assert recipe_from_yaml(shown, source="shown") == shipped_recipe("powder-bed")
    file = tmp_path / "mine.yaml"
    file.write_text(shown.replace("powder-bed", "my bed").replace("0.55", "0.4"), "utf-8")
    assert "my bed" in flawmark("add", file)
    assert get_recipe(project, "my bed").fusion == Fusion("wbf", 0.4)
    listed = json.loads(flawmark("list", "--json"))
    assert [(each["name"], each["changed_by"]) for each in listed] == [
        ("my bed", "li"),
        ("powder-bed", None),
    ]
    flawmark("remove", "my bed")
    assert list_recipes(project) == [RecipeEntry("powder-bed")]


def test_the_command_line_lists_names_as_they_are(project, flawmark):
    put_recipe(project, MINE, actor="ann")
    listed = flawmark("list")
    assert MINE.name in listed and "ann" in listed and "as it ships" in listed
    assert recipe_from_yaml(flawmark("show", MINE.name), source="shown") == MINE


def test_the_command_line_raises_what_is_wrong(project, tmp_path, flawmark):
    with pytest.raises(UserError, match="There is no recipe 'bed'"):
        flawmark("show", "bed")
    file = tmp_path / "slip.yaml"
    file.write_text("name: bed\ndetectors: [{model: starter, confidence: 2}]", "utf-8")
    with pytest.raises(UserError, match=r"slip\.yaml can't be used: detectors\[1\]\.confidence"):
        flawmark("add", file)
    assert project.recipes.all() == []
