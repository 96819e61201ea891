"""Label sets: the classes and tags that a kind of work starts with, as YAML that people write."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from app.core.errors import UserError
from app.core.label_class import LabelClass
from app.formats.plain_yaml import load_plain

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
        content = load_plain(text)
    except ValueError as e:
        raise _bad(source, str(e)) from e
    if not isinstance(content, Mapping) or not isinstance(content.get("classes"), list):
        raise _bad(source, "it has no list `classes`")
    unknown = set(content) - {"name", "classes", "tags"}
    if unknown:
        raise _bad(source, f"unknown field {min(map(str, unknown))!r}")
    classes = tuple(_class(entry, place, source) for place, entry in enumerate(content["classes"]))
    names = [c.name for c in classes]
    for name in names:
        if names.count(name) > 1:
            raise _bad(source, f"class {name!r} stands in it twice")
    entries = content.get("tags") or []
    if not isinstance(entries, list):
        raise _bad(source, "its tags are no list")
    tags = tuple(_tag(entry, source) for entry in entries)
    return LabelSet(str(content.get("name", source)), classes, tags)


def _class(entry: object, place: int, source: str) -> LabelClass:
    if isinstance(entry, str):
        entry = {"name": entry}
    if not isinstance(entry, Mapping) or "name" not in entry:
        raise _bad(source, f"class {place + 1} has no name")
    unknown = set(entry) - _CLASS_FIELDS
    if unknown:
        raise _bad(
            source, f"class {entry['name']!r} has an unknown field {min(map(str, unknown))!r}"
        )
    try:
        return LabelClass(**{field: _value(field, value) for field, value in entry.items()})
    except (ValueError, TypeError) as e:
        raise _bad(source, f"class {entry['name']!r}: {e}") from e


def _value(field: str, value: object) -> Any:  # noqa: ANN401 - what YAML may hold
    if field in _LISTS:
        if not isinstance(value, list):
            raise ValueError(f"{field} must be a list")
        return tuple(str(each) for each in value)
    if not isinstance(value, str):
        raise ValueError(f"{field} must be text, not {value!r}")
    if field == "target_count":
        if not value.isdecimal():
            raise ValueError(f"target_count must be a whole number from 0, not {value!r}")
        return int(value)
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
