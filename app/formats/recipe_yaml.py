"""Recipes as plain mappings, lists, texts and numbers: in YAML for people, in JSON for projects."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from typing import Any, NoReturn, get_args

import yaml

from app.core.errors import UserError
from app.core.geometry import Box
from app.core.recipe import DetectorStep, Filters, Fusion, FusionKind, Recipe
from app.formats.fitting import BadRowError, number, parsed_number, short
from app.formats.plain_yaml import load_plain

LEAST_IMAGE_SIZE_PX = 32
LEAST_TILE_PX = 64

_NOTHING = ("", "~", "null")
_Reader = Callable[[object, str], Any]
"""Reads a value; the text names its field. Raises ValueError that names both."""


def recipe_from_yaml(text: str, *, source: str) -> Recipe:
    """`source` names the text in errors. Raises UserError that names the field and what it takes.

    Fields that are missing, or have nothing after the colon, are as `Recipe` and its parts say.
    """
    try:
        content = load_plain(text)
    except ValueError as e:
        raise _unusable(source, str(e)) from e
    return recipe_from_plain(content, source=source)


def recipe_from_plain(content: object, *, source: str) -> Recipe:
    """As `recipe_from_yaml`, for what `recipe_to_plain` gave or JSON kept of it."""
    try:
        return Recipe(**_fields(content, "", _RECIPE, required=("name", "detectors")))
    except ValueError as e:
        raise _unusable(source, str(e)) from e


def recipe_to_yaml(recipe: Recipe) -> str:
    """What `recipe_from_yaml` reads back as the same."""
    return yaml.safe_dump(recipe_to_plain(recipe), allow_unicode=True, sort_keys=False, width=100)


def recipe_to_plain(recipe: Recipe) -> dict[str, object]:
    """JSON-ready, with what a detector leaves to its model left out."""
    return {
        "name": recipe.name,
        "detectors": [_detector_to_plain(step) for step in recipe.detectors],
        "fusion": asdict(recipe.fusion),
        "segmenter": recipe.segmenter,
        "filters": asdict(recipe.filters),
    }


def _detector_to_plain(step: DetectorStep) -> dict[str, object]:
    plain = asdict(step)
    plain["phrases"] = {name: list(phrases) for name, phrases in step.phrases.items()}
    usual = asdict(DetectorStep(step.model))
    return {name: value for name, value in plain.items() if name == "model" or value != usual[name]}


def _fields(
    value: object, place: str, readers: Mapping[str, _Reader], *, required: tuple[str, ...] = ()
) -> dict[str, Any]:
    """The fields that are given, read; `place` is what they are fields of, "" for the recipe."""
    if not isinstance(value, Mapping):
        _refuse(place or "the recipe", f"fields ({', '.join(readers)})", value)
    unknown = [str(name) for name in value if name not in readers]
    if unknown:
        raise ValueError(
            f"{_joined(place, short(unknown[0]))} is no field; there is {', '.join(readers)}"
        )
    said = {name: each for name, each in value.items() if not _is_nothing(each)}
    for name in required:
        if name not in said:
            raise ValueError(f"{_joined(place, name)} is missing")
    return {name: readers[name](each, _joined(place, name)) for name, each in said.items()}


def _mapping(value: object, field: str, *, of: _Reader) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        _refuse(field, "lines `name: value`", value)
    return {str(name): of(each, _joined(field, str(name))) for name, each in value.items()}


def _list(value: object, field: str, *, of: _Reader) -> tuple[Any, ...]:
    if not isinstance(value, list) or not value:
        _refuse(field, "a list of at least one", value)
    return tuple(of(each, f"{field}[{place}]") for place, each in enumerate(value, start=1))


def _text(value: object, field: str) -> str:
    if not isinstance(value, str) or not value.strip() or value.splitlines() != [value]:
        _refuse(field, "a text on one line", value)
    return value


def _text_or_nothing(value: object, field: str) -> str | None:
    return None if _is_nothing(value) else _text(value, field)


def _one_of(value: object, field: str, *, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        _refuse(field, f"one of {', '.join(allowed)}", value)
    return str(value)


def _number(value: object, field: str, *, words: str, fits: Callable[[float], bool]) -> float:
    try:
        found = parsed_number(value, "") if isinstance(value, str) else number(value, "")
    except BadRowError:
        _refuse(field, words, value)
    if not fits(found):
        _refuse(field, words, value)
    return found


_share = partial(_number, words="a number from 0 to 1", fits=lambda n: 0 <= n <= 1)
_share_above_0 = partial(_number, words="a number above 0, up to 1", fits=lambda n: 0 < n <= 1)
_from_0 = partial(_number, words="a number from 0 on", fits=lambda n: n >= 0)


def _whole_number(value: object, field: str, *, least: int) -> int:
    words = f"a whole number from {least} on"
    return int(_number(value, field, words=words, fits=lambda n: n >= least and n.is_integer()))


def _region(value: object, field: str) -> Box:
    sides = {"left": 0.0, "top": 0.0, "right": 1.0, "bottom": 1.0}
    sides |= _fields(value, field, dict.fromkeys(sides, _share))
    if not (sides["left"] < sides["right"] and sides["top"] < sides["bottom"]):
        raise ValueError(f"{field} must have left before right and top before bottom")
    return Box(**sides)


def _detector(value: object, field: str) -> DetectorStep:
    return DetectorStep(**_fields(value, field, _DETECTOR, required=("model",)))


def _fusion(value: object, field: str) -> Fusion:
    return Fusion(**_fields(value, field, _FUSION))


def _filters(value: object, field: str) -> Filters:
    return Filters(**_fields(value, field, _FILTERS))


_RECIPE: Mapping[str, _Reader] = {
    "name": _text,
    "detectors": partial(_list, of=_detector),
    "fusion": _fusion,
    "segmenter": _text,
    "filters": _filters,
}
_DETECTOR: Mapping[str, _Reader] = {
    "model": _text,
    "classes": partial(_mapping, of=_text_or_nothing),
    "confidence": _share,
    "confidence_by_class": partial(_mapping, of=_share),
    "iou": _share,
    "image_size_px": partial(_whole_number, least=LEAST_IMAGE_SIZE_PX),
    "tile_px": partial(_whole_number, least=LEAST_TILE_PX),
    "phrases": partial(_mapping, of=partial(_list, of=_text)),
    "text_threshold": _share,
}
_FUSION: Mapping[str, _Reader] = {
    "kind": partial(_one_of, allowed=get_args(FusionKind)),
    "iou": _share_above_0,
}
_FILTERS: Mapping[str, _Reader] = {
    "least_side_px": _from_0,
    "most_area_share": _share_above_0,
    "region": _region,
}


def _is_nothing(value: object) -> bool:
    return value is None or (isinstance(value, str) and value in _NOTHING)


def _joined(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _refuse(field: str, allowed: str, value: object) -> NoReturn:
    if isinstance(value, Mapping | list):
        said = "fields" if isinstance(value, Mapping) else f"a list of {len(value)}"
    else:
        said = short(value)
    raise ValueError(f"{field} must be {allowed}, not {said}")


def _unusable(source: str, why: str) -> UserError:
    return UserError(
        f"The recipe {source} can't be used: {why}.",
        hint="Mend it; `flawmark recipes show PROJECT powder-bed` prints one to start from.",
    )
