"""`flawmark recipes`"""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from app.commands.given import AsJson, ProjectFolder
from app.console import out, print_json
from app.formats.recipe_yaml import recipe_to_yaml
from app.services.environment import person
from app.services.recipes import (
    get_recipe,
    list_recipes,
    put_recipe,
    read_recipe,
    remove_recipe,
)
from app.storage.project import Project

RecipeName = Annotated[str, typer.Argument(metavar="NAME", help="The recipe's name.")]

recipes = typer.Typer(
    help="Chains of models: detectors, what joins their finds, a segmenter, filters.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@recipes.command("list")
def list_(project: ProjectFolder, as_json: AsJson = False) -> None:
    """List the project's recipes and those that ship."""
    with Project.open(project) as opened:
        entries = list_recipes(opened)
    if as_json:
        print_json([asdict(entry) for entry in entries])
        return
    table = Table("recipe", "changed by", "at")
    for entry in entries:
        by = "as it ships" if entry.changed_by is None else entry.changed_by
        # As text: a name may look like markup.
        table.add_row(Text(entry.name), Text(by), Text(entry.changed_at or ""))
    out.print(table)


@recipes.command()
def show(project: ProjectFolder, name: RecipeName) -> None:
    """Print a recipe as the YAML that `add` takes."""
    with Project.open(project) as opened:
        recipe = get_recipe(opened, name)
    sys.stdout.write(recipe_to_yaml(recipe))


@recipes.command()
def add(
    project: ProjectFolder,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="YAML, as `show` prints it.")],
) -> None:
    """Keep the recipe of a YAML file in the project, in the place of any other of its name."""
    recipe = read_recipe(file)
    with Project.open(project) as opened:
        put_recipe(opened, recipe, actor=person())
    out.print(f"The project has the recipe {recipe.name!r} now.", markup=False)


@recipes.command()
def remove(project: ProjectFolder, name: RecipeName) -> None:
    """Take one of the project's own recipes out. What it drew stays."""
    with Project.open(project) as opened:
        remove_recipe(opened, name)
    out.print(f"The recipe {name!r} is removed.", markup=False)
