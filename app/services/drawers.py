"""What people name when they want boxes drawn: a model, or a recipe of several."""

from collections.abc import Callable

from app.core.prelabelling import ModelFacts
from app.core.stopping import Stop
from app.services.class_names import class_names
from app.services.model_bench import Workers, own_worker
from app.services.models import Model
from app.services.plan import Plan, plan_for, text_query
from app.services.prelabel import load_class_names
from app.services.prelabel_options import PrelabelOptions
from app.services.recipe_plan import recipe_plan
from app.services.recipes import get_recipe
from app.storage.project import Project
from backends.base import BACKENDS

RECIPE = "recipe:"
"""Before the name of a recipe, where a model could be meant too."""

FindModel = Callable[[str], Model]


def plan_named(
    name: str,
    project: Project,
    options: PrelabelOptions,
    *,
    find: FindModel,
    stop: Stop | None = None,
    workers: Workers = own_worker,
) -> Plan:
    """`name` is as `find` takes it, or "recipe:" and the name of a recipe.

    Raises UserError as `find`, `plan_for` and `recipe_plan` do, Cancelled as `prelabel` does.
    """
    classes = project.classes.all()
    if not name.startswith(RECIPE):
        return plan_for(find(name), options, classes)
    recipe = get_recipe(project, name.removeprefix(RECIPE))
    return recipe_plan(recipe, options, classes, find=find, stop=stop or Stop(), workers=workers)


def facts_of(
    name: str,
    project: Project,
    options: PrelabelOptions,
    *,
    find: FindModel,
    loading: Callable[[], object] = lambda: None,
    stop: Stop,
    workers: Workers,
) -> ModelFacts:
    """What a person should see before running it; `loading` is told when that takes loading it.

    Raises as `plan_named`.
    """
    facts = known_facts(name, project, options, find=find)
    if facts is not None:
        return facts
    loading()
    model = find(name)
    names = load_class_names(model, options, stop=stop, workers=workers)
    return ModelFacts(name, names, model.confidence)


def known_facts(
    name: str, project: Project, options: PrelabelOptions, *, find: FindModel
) -> ModelFacts | None:
    """As `facts_of`; None where that would take loading the model."""
    if name.startswith(RECIPE):
        get_recipe(project, name.removeprefix(RECIPE))
        return ModelFacts(name, (), kind="recipe")
    model = find(name)
    if BACKENDS[model.family].reads_text:
        phrases = text_query(options, project.classes.all()).phrases
        return ModelFacts(name, tuple(phrases), kind="asked", phrases=phrases)
    names = class_names(model, options.cache)
    return None if names is None else ModelFacts(name, names, model.confidence)
