"""The classes of a project as its team wants them: names, colours, order, and which there are."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.core.errors import UserError
from app.core.hotkeys import holder_of, same_key
from app.core.label_class import LabelClass, find_class, same_name
from app.services.people import refuse_all_but_leads
from app.storage.project import Project

if TYPE_CHECKING:
    from app.core.recipe import DetectorStep, Recipe


@dataclass(frozen=True, slots=True)
class Merged:
    """`boxes` on `images` were of the class that has gone, and are of `into` now."""

    gone: LabelClass
    into: LabelClass
    boxes: int
    images: int


def change_class(
    project: Project,
    class_id: int,
    *,
    name: str | None = None,
    name_zh: str | None = None,
    colour: str | None = None,
    hotkey: str | None = None,
    taken: Container[str] = (),
    by: str,
) -> LabelClass:
    """What is None stays; a `hotkey` of "" is none. Recipes of the project that speak of the class
    follow its name. `taken` are characters, casefolded, that pick no class for who asks.

    Raises UserError when `by` doesn't lead, for a name or key that is none or another's, and for
    what is no colour.
    """
    with project.transaction():
        refuse_all_but_leads(project, by)
        was = _standing(project, class_id)
        if hotkey and not same_key(hotkey, was.hotkey):
            _refuse_key(project, class_id, hotkey, taken)
        changed = _changed(was, name=name, name_zh=name_zh, colour=colour, hotkey=hotkey)
        if changed != was:
            project.change_class(changed, actor=by)
        if changed.name != was.name:
            _rename_in_recipes(project, was.name, changed.name, by=by)
    return changed


def order_classes(project: Project, class_ids: Sequence[int], *, by: str) -> None:
    """All classes in that order, which gives each its index in exported files and its digit.

    Raises UserError when `by` doesn't lead, or these are not the classes that stand.
    """
    with project.transaction():
        refuse_all_but_leads(project, by)
        project.order_classes(class_ids, actor=by)


def merge_class(project: Project, class_id: int, into: int, *, by: str) -> Merged:
    """All boxes of a class are `into`'s from then on, and the class goes. `by` can undo it.

    That holds on signed images, too, and where photos are labelled a second time. Raises UserError
    when `by` doesn't lead, or when both are the same.
    """
    if class_id == into:
        raise UserError(
            "A class can't be merged into itself.", hint="Choose another class for its boxes."
        )
    with project.transaction():
        refuse_all_but_leads(project, by)
        gone, kept = (_standing(project, each) for each in (class_id, into))
        count = next(c for c in project.classes.counts() if c.label_class == gone)
        project.retire_class(class_id, into=into, actor=by)
        _rename_in_recipes(project, gone.name, kept.name, by=by)
    return Merged(gone, kept, count.boxes, count.images)


def remove_class(project: Project, class_id: int, *, by: str) -> LabelClass:
    """Takes away a class that nothing speaks of; returns it. `by` can undo it.

    Raises UserError when `by` doesn't lead, or something does speak of it, which is then named.
    """
    with project.transaction():
        refuse_all_but_leads(project, by)
        gone = _standing(project, class_id)
        if uses := list(_uses(project, gone)):
            raise UserError(
                f"The class {gone.name!r} is in use: {', '.join(uses)}.",
                hint="Merge it into another class, which all that then speaks of.",
            )
        project.retire_class(class_id, actor=by)
    return gone


def class_named(project: Project, name: str) -> LabelClass:
    """By name or Chinese name. Raises UserError when the project has none such."""
    classes = project.classes.all()
    found = find_class(name, classes)
    if found is None:
        raise UserError(
            f"The project has no class {name!r}.",
            hint=f"It has {', '.join(c.name for c in classes)}."
            if classes
            else "Add classes first.",
        )
    return found


def with_first(project: Project, first: Iterable[LabelClass]) -> list[int]:
    """The ids of all classes: these, and behind them the others as they stand."""
    wanted = list(dict.fromkeys(each.id for each in first))
    return wanted + [c.id for c in project.classes.all() if c.id not in wanted]


def _standing(project: Project, class_id: int) -> LabelClass:
    found = next((c for c in project.classes.all() if c.id == class_id), None)
    if found is None:
        raise UserError(
            "The class is no longer in the project.",
            hint="Look at the classes again, then repeat your change.",
        )
    return found


def _refuse_key(project: Project, class_id: int, hotkey: str, taken: Container[str]) -> None:
    if len(hotkey) != 1 or not hotkey.isprintable() or hotkey.isspace():
        raise UserError(
            f"A class's key is one letter, digit or sign, not {hotkey!r}.",
            hint="Choose another key.",
        )
    holder = holder_of(hotkey, project.classes.all(), but=class_id, taken=taken)
    if holder is not None:
        raise UserError(
            f"The key {hotkey} picks the class {holder.name!r}.",
            hint="Choose another key, or first give that class another one.",
        )


def _changed(
    was: LabelClass,
    *,
    name: str | None,
    name_zh: str | None,
    colour: str | None,
    hotkey: str | None,
) -> LabelClass:
    try:
        return replace(
            was,
            name=was.name if name is None else name.strip(),
            name_zh=was.name_zh if name_zh is None else name_zh.strip(),
            colour=was.colour if colour is None else colour.strip().lower(),
            hotkey=was.hotkey if hotkey is None else hotkey,
        )
    except ValueError as e:
        raise UserError(str(e), hint="A name is one line, a colour six digits like #1e90ff.") from e


def _uses(project: Project, c: LabelClass) -> Iterable[str]:
    """What speaks of a class, in words."""
    from app.services.recipes import get_recipe  # YAML, that takes a while to load

    for what, count in project.classes.uses(c.id).items():
        if count:
            yield f"{what} ({count:,})"
    for kept in project.recipes.all():
        if _speaks_of(get_recipe(project, kept.name), c.name):
            yield f"recipe {kept.name!r}"


def _speaks_of(recipe: "Recipe", name: str) -> bool:
    named = (each for step in recipe.detectors for each in (*step.classes.values(), *step.phrases))
    return any(each is not None and same_name(each, name) for each in named)


def _rename_in_recipes(project: Project, old: str, new: str, *, by: str) -> None:
    from app.services.recipes import get_recipe, put_recipe

    for kept in project.recipes.all():
        recipe = get_recipe(project, kept.name)
        steps = tuple(_renamed(step, old, new) for step in recipe.detectors)
        if steps != recipe.detectors:
            put_recipe(project, replace(recipe, detectors=steps), actor=by)


def _renamed(step: "DetectorStep", old: str, new: str) -> "DetectorStep":
    """What was said of two classes that are one now is said of that one."""

    def now(name: str) -> str:
        return new if same_name(name, old) else name

    classes = {of: None if c is None else now(c) for of, c in step.classes.items()}
    phrases: dict[str, tuple[str, ...]] = {}
    for name, words in step.phrases.items():
        phrases[now(name)] = tuple(dict.fromkeys((*phrases.get(now(name), ()), *words)))
    return replace(step, classes=classes, phrases=phrases)
