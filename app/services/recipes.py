"""The recipes of a project and those that ship, and their way in as YAML files."""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from app.core.errors import UserError
from app.core.recipe import Recipe
from app.formats.files import UnreadableError, read_text
from app.formats.recipe_yaml import (
    recipe_from_plain,
    recipe_from_yaml,
    recipe_to_plain,
)
from app.storage.project import Project

_LIMIT_BYTES = 2**20


@dataclass(frozen=True, slots=True)
class RecipeEntry:
    """A recipe by name; who changed it last and when, None for one as it ships."""

    name: str
    changed_by: str | None = None
    changed_at: str | None = None


def list_recipes(project: Project) -> list[RecipeEntry]:
    """By name; the project's own stand for those that ship under the same name."""
    entries = {name: RecipeEntry(name) for name in shipped_recipes()}
    for kept in project.recipes.all():
        entries[kept.name] = RecipeEntry(kept.name, kept.changed_by, kept.changed_at)
    return [entries[name] for name in sorted(entries)]


def get_recipe(project: Project, name: str) -> Recipe:
    """The project's own of that name, else the one that ships.

    Raises UserError when there is neither, or what is kept is of a newer version.
    """
    kept = project.recipes.get(name)
    if kept is not None:
        return recipe_from_plain(kept.content, source=name)
    if name in shipped_recipes():
        return shipped_recipe(name)
    raise _unknown(project, name)


def put_recipe(project: Project, recipe: Recipe, *, actor: str) -> None:
    """Keeps it in the project, in the place of any other of its name.

    Raises UserError for one that its YAML could not be read back from.
    """
    content = recipe_to_plain(recipe)
    recipe_from_plain(content, source=recipe.name)
    project.recipes.put(recipe.name, content, person=actor)


def remove_recipe(project: Project, name: str) -> None:
    """Takes the project's own out; one that ships under that name then counts again.

    Raises UserError when the project has none of that name.
    """
    if project.recipes.remove(name):
        return
    if name in shipped_recipes():
        raise UserError(
            f"The recipe {name!r} ships with Flawmark and can't be removed.",
            hint="Only a project's own recipes can; `flawmark recipes list` says which those are.",
        )
    raise _unknown(project, name)


def read_recipe(file: Path) -> Recipe:
    """Raises UserError when it can't be read, or is no recipe."""
    try:
        text = read_text(file, limit_bytes=_LIMIT_BYTES)
    except UnreadableError as e:
        raise UserError(
            f"The recipe {file} {e}.",
            hint="Give a YAML file as `flawmark recipes show` prints it.",
        ) from e
    return recipe_from_yaml(text, source=str(file))


def shipped_recipes() -> list[str]:
    """By name."""
    folder = files("resources.recipes")
    return sorted(
        f.name.removesuffix(".yaml") for f in folder.iterdir() if f.name.endswith(".yaml")
    )


def shipped_recipe(name: str) -> Recipe:
    text = (files("resources.recipes") / f"{name}.yaml").read_text("utf-8")
    return recipe_from_yaml(text, source=name)


def _unknown(project: Project, name: str) -> UserError:
    known = ", ".join(entry.name for entry in list_recipes(project))
    return UserError(
        f"There is no recipe {name!r}.",
        hint=f"There is: {known}. Or add one with `flawmark recipes add PROJECT FILE`.",
    )
