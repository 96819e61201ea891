"""A recipe made ready for a project: its models, and which of their classes mean what."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from app.core.errors import UserError
from app.core.label_class import LabelClass, find_class
from app.core.recipe import DetectorStep, Recipe
from app.core.stopping import Stop
from app.formats.recipe_yaml import recipe_to_plain
from app.imaging.preparing import PREPARE
from app.services.class_names import class_names
from app.services.model_bench import Workers
from app.services.models import Model
from app.services.plan import Plan, plan_for
from app.services.prelabel import load_class_names
from app.services.prelabel_options import PrelabelOptions
from backends.base import BACKENDS, DetectorSettings, SegmenterSettings
from backends.recipe import Member, RecipeSettings, SegmenterMember

FindModel = Callable[[str], Model]


def recipe_plan(
    recipe: Recipe,
    options: PrelabelOptions,
    classes: Sequence[LabelClass],
    *,
    find: FindModel,
    stop: Stop,
    workers: Workers,
) -> Plan:
    """`options` say where and over what it runs; scores, sizes and phrases are the recipe's own.

    A model whose classes are not known yet is loaded once to tell them. Raises UserError when a
    model isn't there or can't play its part, or no class of any of them is one of the project.
    """
    parts: list[_Part] = []
    for step in recipe.detectors:
        taken = [part.member.name for part in parts]
        part = _part(step, taken, options, classes, find=find, stop=stop, workers=workers)
        parts.append(part)
    hashes = [part.weights_hash for part in parts]
    segmenter = _segmenter(recipe, options, find)
    if segmenter is not None:
        hashes.append(segmenter[1])
    found = dict.fromkeys(label for part in parts for label in part.member.names.values())
    if not found:
        raise UserError(
            f"No class of the models of recipe {recipe.name!r} is a class of the project.",
            hint="Say in the recipe, under `classes`, which label class each stands for.",
        )
    asked = [part.asked for part in parts]
    return Plan(
        recipe.name,
        # Of the same recipe, changed since, the untouched proposals are replaced like its own.
        f"recipe {recipe.name}",
        "recipe",
        RecipeSettings(
            cache=options.cache,
            detectors=tuple(part.member for part in parts),
            fusion=recipe.fusion,
            segmenter=None if segmenter is None else segmenter[0],
            filters=recipe.filters,
        ),
        identity={"recipe": recipe_to_plain(recipe), "weights": hashes, "asked": asked},
        prepare=partial(PREPARE["none"], longer_side_px=None),
        class_names=tuple(found),
        members=tuple(hashes),
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """A detector of the chain. `asked` is what could change its boxes, JSON-ready: of what the
    recipe leaves open, the label classes' prompts and the model's card decide.
    """

    member: Member
    weights_hash: str
    asked: Mapping[str, object]


def _part(
    step: DetectorStep,
    taken: Collection[str],
    options: PrelabelOptions,
    classes: Sequence[LabelClass],
    *,
    find: FindModel,
    stop: Stop,
    workers: Workers,
) -> _Part:
    """`taken` are the names of those before it."""
    model = find(step.model)
    own = _options(step, options)
    names = _names(model, step, own, classes, stop=stop, workers=workers)
    plan = plan_for(model, own, classes)
    assert isinstance(plan.settings, DetectorSettings)
    scores = {name: plan.least_score_of(name) for name in names}
    member = Member(
        name=_distinct(model.name, taken),
        backend=model.family,
        settings=plan.settings,
        preprocess=model.preprocess,
        query=plan.query,
        names=names,
        least_scores=scores,
    )
    return _Part(
        member, model.weights_hash, {**plan.identity, "names": names, "confidence": scores}
    )


def _distinct(name: str, taken: Collection[str]) -> str:
    """One model may stand in a recipe twice: whole photos, and tiles."""
    numbered = (f"{name} ({number})" for number in range(2, len(taken) + 2))
    return next(n for n in (name, *numbered) if n not in taken)


def _options(step: DetectorStep, options: PrelabelOptions) -> PrelabelOptions:
    return PrelabelOptions(
        cache=options.cache,
        confidence=step.confidence,
        confidence_by_class=step.confidence_by_class,
        iou=step.iou,
        image_size_px=step.image_size_px,
        device=options.device,
        tile_px=step.tile_px,
        phrases=step.phrases,
        text_threshold=step.text_threshold,
        fast_engine=options.fast_engine,
    )


def _names(
    model: Model,
    step: DetectorStep,
    options: PrelabelOptions,
    classes: Sequence[LabelClass],
    *,
    stop: Stop,
    workers: Workers,
) -> dict[str, str]:
    """The model's classes that are wanted → label class by name."""
    if BACKENDS[model.family].reads_text:
        own: Sequence[str] = plan_for(model, options, classes).class_names
    else:
        own = class_names(model, options.cache) or load_class_names(
            model, options, stop=stop, workers=workers
        )
    strangers = [name for name in (*step.classes, *step.confidence_by_class) if name not in own]
    if strangers:
        raise UserError(
            f"The recipe names {strangers[0]!r}, which {model.name} doesn't know.",
            hint=f"Its classes are: {', '.join(own)}.",
        )
    wanted: dict[str, str | None] = {name: _meant(name, step, classes) for name in own}
    return {name: label for name, label in wanted.items() if label is not None}


def _meant(name: str, step: DetectorStep, classes: Sequence[LabelClass]) -> str | None:
    """The label class, None where there is none and the recipe doesn't speak of it either."""
    meant = step.classes.get(name, name)
    if meant is None or not classes:
        return meant  # a project without classes takes them as they come
    found = find_class(meant, classes)
    if found is None and (name in step.classes or name in step.phrases):
        raise UserError(
            f"The recipe names a class {meant!r} that the project doesn't have.",
            hint=f"Its classes are: {', '.join(c.name for c in classes)}.",
        )
    return found.name if found else None


def _segmenter(
    recipe: Recipe, options: PrelabelOptions, find: FindModel
) -> tuple[SegmenterMember, str] | None:
    if recipe.segmenter is None:
        return None
    model = find(recipe.segmenter)
    if BACKENDS[model.family].role != "segmenter":
        raise UserError(
            f"{model.name} is no segmenter: it can't outline what a detector found.",
            hint='Use "contrast" or SAM weights as the segmenter of the recipe.',
        )
    settings = SegmenterSettings(model.weights, options.cache, options.device)
    return SegmenterMember(model.name, model.family, settings), model.weights_hash
