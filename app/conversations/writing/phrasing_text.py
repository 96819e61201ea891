"""One phrasing as somebody wrote it: looked into, and compiled. Both once a process."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import nodes
    from jinja2.runtime import Context
    from jinja2.sandbox import SandboxedEnvironment

_PARTS = frozenset({
    "Template", "Output", "TemplateData", "Name", "Const", "Tuple", "List", "If", "CondExpr",
    "Compare", "Operand", "And", "Or", "Not", "Add", "Sub", "Concat", "Filter",
})  # fmt: skip
"""What a template may be made of: nothing that repeats, grows, calls or looks inside values."""

_PLAIN_PARTS = frozenset({"Template", "Output", "TemplateData", "Name"})
"""Of a template that says something whatever its words are, unless all of it is a comment. It is
put together without Jinja2, which takes several times as long."""

_FILTERS = frozenset({"upfirst", "lower", "upper", "capitalize", "trim"})
_LENGTH = 2000
_DEEPEST = 40
_KEPT = 8192
"""Phrasings of all sets that ship, and of some more."""

HINT = "Change that line, and load the file again."

TRAINERS_WORD = re.compile(r"<[A-Za-z|/]")
"""How what trainers and VLMs take for a token of theirs begins; ours do, too."""


class PhrasingError(Exception):
    """What is wrong with one phrasing."""

    def __init__(self, what: str, hint: str = HINT) -> None:
        super().__init__(what)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class PhrasingText:
    """What a template needs and says.

    `needs` are the words that it uses, `said` all that it says by itself. `compared` are the
    numbers that it compares `n` with, None where what it says hangs on anything else. `plain`, of a
    template made of _PLAIN_PARTS, has in order: whether it is a word's name, and that or what the
    template says itself; empty of any other. `may_say_nothing` where that hangs on its words.
    """

    needs: frozenset[str]
    said: tuple[str, ...]
    compared: frozenset[int] | None
    plain: tuple[tuple[bool, str], ...]
    may_say_nothing: bool


@lru_cache(maxsize=_KEPT)
def looked_into(text: str) -> PhrasingText:
    """Raises PhrasingError for what is no template, or does more than a phrasing may."""
    parts = list(_walk(_parsed(text)))
    _refuse_parts(parts)
    is_plain = {type(part).__name__ for part in parts} <= _PLAIN_PARTS
    plain = tuple(_plain(parts)) if is_plain else ()
    return PhrasingText(
        needs=_words_of(parts),
        said=tuple(filter(None, map(_said, parts))),
        compared=_compared(parts),
        plain=plain,
        may_say_nothing=not plain or "{#" in text,
    )


def filled_in(text: str, words: dict[str, object]) -> Iterator[str]:
    """In pieces, what a text that was `looked_into` says of these values.

    Raises TypeError where it compares what can't be compared.
    """
    return _compiled(text)(_environment().context_class(_environment(), words, None, {}))


@lru_cache(maxsize=_KEPT)
def _compiled(text: str) -> "Callable[[Context], Iterator[str]]":
    return _environment().from_string(text).root_render_func


def upfirst(value: object) -> str:
    text = str(value)
    return text[:1].upper() + text[1:]


@cache
def _environment() -> "SandboxedEnvironment":
    # Jinja2 is loaded with the first question set: the window starts without it.
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    environment.globals.clear()
    environment.filters = {name: environment.filters.get(name, upfirst) for name in _FILTERS}
    environment.tests = {}
    return environment


def _parsed(text: str) -> "nodes.Template":
    from jinja2 import TemplateSyntaxError

    if not text.strip():
        raise PhrasingError("is empty")
    if len(text) > _LENGTH:
        raise PhrasingError(f"is longer than {_LENGTH} characters")
    if TRAINERS_WORD.search(text):
        raise PhrasingError(
            "holds a word in angle brackets, which trainers take for one of their own",
            "Images and boxes get their places by themselves; write what you mean in words.",
        )
    try:
        return _environment().parse(text)
    except TemplateSyntaxError as error:
        raise PhrasingError(f"is not a template: {error.message}") from error
    except RecursionError as error:
        raise PhrasingError("nests too deep") from error


def _walk(node: "nodes.Node", depth: int = 0) -> Iterator["nodes.Node"]:
    if depth > _DEEPEST:
        raise PhrasingError("nests too deep")
    yield node
    for child in node.iter_child_nodes():
        yield from _walk(child, depth + 1)


def _plain(parts: Iterable["nodes.Node"]) -> Iterator[tuple[bool, str]]:
    for part in parts:
        kind = type(part).__name__
        if kind in ("Name", "TemplateData"):
            is_word = kind == "Name"
            yield is_word, part.name if is_word else part.data  # type: ignore[attr-defined]


def _said(part: "nodes.Node") -> str:
    """What it says by itself, "" for what says nothing."""
    kind = type(part).__name__
    if kind == "TemplateData":
        return str(part.data)  # type: ignore[attr-defined]
    is_text = kind == "Const" and isinstance(part.value, str)  # type: ignore[attr-defined]
    return str(part.value) if is_text else ""  # type: ignore[attr-defined]


def _compared(parts: Iterable["nodes.Node"]) -> frozenset[int] | None:
    tests = [
        part.test  # type: ignore[attr-defined]
        for part in parts
        if type(part).__name__ in ("If", "CondExpr")
    ]
    compared = [part for test in tests for part in _walk(test)]
    if not all(map(_is_of_number, compared)):
        return None
    return frozenset(p.value for p in compared if type(p).__name__ == "Const")  # type: ignore[attr-defined]


def _is_of_number(part: "nodes.Node") -> bool:
    kind = type(part).__name__
    if kind == "Name":
        return str(part.name) == "n"  # type: ignore[attr-defined]
    if kind == "Const":
        return isinstance(part.value, int)  # type: ignore[attr-defined]
    return kind in ("Compare", "Operand", "And", "Or", "Not")


def _refuse_parts(parts: Iterable["nodes.Node"]) -> None:
    for part in parts:
        kind = type(part).__name__
        if kind not in _PARTS:
            raise PhrasingError(
                f"uses what a phrasing may not ({kind.lower()})",
                "Use {{ words }}, {% if %}, comparisons and filters only.",
            )
        if kind == "Filter" and part.name not in _FILTERS:  # type: ignore[attr-defined]
            raise PhrasingError(
                f"uses the unknown filter {part.name!r}",  # type: ignore[attr-defined]
                f"There are: {', '.join(sorted(_FILTERS))}.",
            )
        if kind == "CondExpr" and part.expr2 is None:  # type: ignore[attr-defined]
            raise PhrasingError("has an `if` without an `else` between {{ and }}")


def _words_of(parts: Iterable["nodes.Node"]) -> frozenset[str]:
    # Nothing in a template can make a name of its own, so every name is asked of us.
    return frozenset(
        part.name  # type: ignore[attr-defined]
        for part in parts
        if type(part).__name__ == "Name"
    )
