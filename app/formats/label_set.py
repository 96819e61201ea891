"""Label sets: the classes and tags that a kind of work starts with, as YAML that people write."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, fields
from typing import Any

from app.core.errors import UserError
from app.core.knowledge import Knowledge
from app.core.label_class import LabelClass
from app.core.language import LANGUAGES
from app.formats.plain_yaml import load_plain

_ONCE_ENGLISH = ("causes", "remedies")
"""Lists that older sets give for the class itself; they are read as English ones."""
_CLASS_FIELDS = {f.name for f in fields(LabelClass)} - {"id"} | {*_ONCE_ENGLISH}
_KNOWLEDGE_FIELDS = {f.name for f in fields(Knowledge)}
_LISTS = {"prompts", "aliases", "appearance", "causes", "consequences", "remedies"}


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
    try:
        return LabelClass(**_class_values(entry))
    except (ValueError, TypeError) as e:
        raise _bad(source, f"class {entry['name']!r}: {e}") from e


def _class_values(entry: Mapping[Any, object]) -> dict[str, Any]:
    _refuse_unknown(entry, _CLASS_FIELDS, "")
    english = {name: entry[name] for name in _ONCE_ENGLISH if name in entry}
    values = {name: _value(name, entry[name]) for name in entry if name not in english}
    if english:
        if "en" in entry:
            raise ValueError(f"{min(english)} belongs into en, which stands there too")
        values["en"] = _knowledge("en", english)
    return values


def _value(field: str, value: object) -> Any:  # noqa: ANN401 - what YAML may hold
    if field in LANGUAGES:
        return _knowledge(field, value)
    name = field.rpartition(".")[2]
    if name in _LISTS:
        if not isinstance(value, list):
            raise ValueError(f"{field} must be a list")
        return tuple(_text(f"each of {field}", each) for each in value)
    text = _text(field, value)
    if name == "target_count":
        if not text.isdecimal():
            raise ValueError(f"target_count must be a whole number from 0, not {text!r}")
        return int(text)
    return text


def _knowledge(language: str, value: object) -> Knowledge:
    if value == "":  # nothing after the colon
        return Knowledge()
    if not isinstance(value, Mapping):
        raise ValueError(f"{language} must hold fields: {', '.join(sorted(_KNOWLEDGE_FIELDS))}")
    _refuse_unknown(value, _KNOWLEDGE_FIELDS, f"{language}.")
    return Knowledge(**{name: _value(f"{language}.{name}", each) for name, each in value.items()})


def _text(field: str, value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{field} must be text, not {value!r}")
    return value


def _refuse_unknown(entry: Mapping[Any, object], known: Set[str], place: str) -> None:
    unknown = set(entry) - known
    if unknown:
        raise ValueError(f"unknown field '{place}{min(map(str, unknown))}'")


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
