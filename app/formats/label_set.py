"""Label sets: the classes and tags that a kind of work starts with, as YAML that people write."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import yaml

from app.core.errors import UserError
from app.core.label_class import LabelClass

_CLASS_FIELDS = frozenset(f.name for f in fields(LabelClass)) - {"id"}
_LISTS = frozenset({"prompts", "causes", "remedies"})


@dataclass(frozen=True, slots=True)
class Tag:
    """A word on an image: a process stage, a shadow, a doubt."""

    name: str
    name_zh: str = ""


@dataclass(frozen=True, slots=True)
class LabelSet:
    name: str
    classes: tuple[LabelClass, ...]
    tags: tuple[Tag, ...] = ()


def parse_label_set(text: str, *, source: str) -> LabelSet:
    """`source` names the text in errors. Raises UserError that names the class and the field."""
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as e:
        raise _bad(source, f"it is not YAML ({str(e).splitlines()[0]})") from e
    if not isinstance(content, Mapping) or not isinstance(content.get("classes"), list):
        raise _bad(source, "it has no list `classes`")
    unknown = set(content) - {"name", "classes", "tags"}
    if unknown:
        raise _bad(source, f"unknown field {sorted(map(str, unknown))[0]!r}")
    classes = tuple(_class(entry, place, source) for place, entry in enumerate(content["classes"]))
    names = [c.name for c in classes]
    for name in names:
        if names.count(name) > 1:
            raise _bad(source, f"class {name!r} stands in it twice")
    tags = tuple(_tag(entry, source) for entry in content.get("tags") or [])
    return LabelSet(str(content.get("name", source)), classes, tags)


def _class(entry: object, place: int, source: str) -> LabelClass:
    if isinstance(entry, str):
        entry = {"name": entry}
    if not isinstance(entry, Mapping) or "name" not in entry:
        raise _bad(source, f"class {place + 1} has no name")
    unknown = set(entry) - _CLASS_FIELDS
    if unknown:
        raise _bad(source, f"class {entry['name']!r} has an unknown field {sorted(unknown)[0]!r}")
    try:
        return LabelClass(**{field: _value(field, value) for field, value in entry.items()})
    except (ValueError, TypeError) as e:
        raise _bad(source, f"class {entry['name']!r}: {e}") from e


def _value(field: str, value: object) -> Any:  # noqa: ANN401 - what YAML may hold
    if field in _LISTS:
        if not isinstance(value, list):
            raise ValueError(f"{field} must be a list")
        return tuple(str(each) for each in value)
    if field == "target_count":
        if not isinstance(value, int) or value < 0:
            raise ValueError(f"target_count must be a whole number from 0, not {value!r}")
        return value
    if not isinstance(value, str):
        raise ValueError(f"{field} must be text, not {value!r} (put it in quotes)")
    return value


def _tag(entry: object, source: str) -> Tag:
    if isinstance(entry, str):
        return Tag(entry)
    if isinstance(entry, Mapping) and set(entry) <= {"name", "name_zh"} and "name" in entry:
        return Tag(str(entry["name"]), str(entry.get("name_zh", "")))
    raise _bad(source, f"the tag {entry!r} is neither a word nor name and name_zh")


def _bad(source: str, what: str) -> UserError:
    return UserError(
        f"The label set {source} can't be used: {what}.",
        hint="Mend the file; `flawmark new --help` names the sets that ship, to start from.",
    )
