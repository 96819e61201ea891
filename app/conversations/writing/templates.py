"""The phrasings of a question set, checked and compiled: safe to take from anybody."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from app.core.errors import UserError
from app.core.language import Language
from app.core.questions import CORRECTIONS, SECTIONS, SYSTEM, Phrasing, QuestionSet, Section

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
_KEPT = 4096
_HINT = "Change that line, and load the file again."

_NEEDED: Mapping[str, str] = {
    "localisation": "format",
    "boxes": "format",
    "report": "report",
    "grounding": "boxes",
}
"""A system text without these would not say what it is there for."""

TRAINERS_WORD = re.compile(r"<[A-Za-z|/]")
"""How what trainers and VLMs take for a token of theirs begins; ours do, too."""

_SPACE_BETWEEN_HANZI = re.compile(
    r"(?<=[\u3000-\u9fff\uff00-\uffef]) (?=[\u3000-\u9fff\uff00-\uffef])"
)
_DOUBLED_STOP = re.compile(r"(?<!\.)\.\.(?!\.)|([。，；、！？])\1")


class _List(NamedTuple):
    """Phrasings of which one is chosen: what it is called, and the words that it may use."""

    name: str
    words: frozenset[str]
    phrasings: tuple[Phrasing, ...]
    needed: str = ""


class Templates:
    """All phrasings of one question set, each checked now and compiled when it is first used.

    Raises UserError for a phrasing that is no template, uses an unknown word or anything beyond
    words, conditions and a few filters, or stands twice in one list: with source and line.
    """

    def __init__(self, questions: QuestionSet) -> None:
        self._language = questions.language
        self._source = questions.source or questions.name
        self._environment = _environment()
        self._parsed: dict[str, nodes.Template] = {}
        self._needs: dict[str, frozenset[str]] = {}
        self._plain: dict[str, list[tuple[bool, str]]] = {}
        self._compiled: dict[str, Callable[[Context], Iterator[str]]] = {}
        # What is asked of one image is asked of many, and much of what is answered said again.
        self._filled = lru_cache(maxsize=_KEPT)(self._fill)
        for phrasings in _lists(questions):
            self._take(phrasings)

    def needs(self, phrasing: Phrasing) -> frozenset[str]:
        """The words that it uses."""
        return self._needs[phrasing.text]

    @property
    def phrasings(self) -> Iterator[Phrasing]:
        """All of them, each once."""
        return (Phrasing(text, 0) for text in self._parsed)

    def own_words(self, phrasing: Phrasing, filled: str) -> str:
        """All that it may say by itself, with `filled` in between for what its words stand for."""
        return filled.join(filter(None, map(_said, _walk(self._parsed[phrasing.text]))))

    def compared(self, phrasing: Phrasing) -> frozenset[int] | None:
        """The numbers that it compares `n` with; None where what it says hangs on anything else."""
        tests = [
            part.test  # type: ignore[attr-defined]
            for part in _walk(self._parsed[phrasing.text])
            if type(part).__name__ in ("If", "CondExpr")
        ]
        parts = [part for test in tests for part in _walk(test)]
        if any(not _is_of_number(part) for part in parts):
            return None
        return frozenset(p.value for p in parts if type(p).__name__ == "Const")  # type: ignore[attr-defined]

    def render(self, phrasing: Phrasing, words: Mapping[str, object]) -> str:
        """One tidy paragraph; in English it begins with a capital letter.

        Raises UserError where a phrasing compares what can't be compared, on this image alone.
        """
        try:
            return self._render(phrasing.text, words)
        except TypeError as error:
            raise self._refusal(phrasing, f"can't be filled in: {error}") from error

    def _render(self, text: str, words: Mapping[str, object]) -> str:
        return self._filled(text, *[words[word] for word in self._needs[text]])

    def _fill(self, text: str, *values: object) -> str:
        """`values` stand for the words that it needs."""
        words = dict(zip(self._needs[text], values, strict=True))
        if plain := self._plain.get(text):
            parts = [str(words[part]) if is_word else part for is_word, part in plain]
            return tidy("".join(parts), self._language)
        compiled = self._compiled.get(text) or self._compile(text)
        context = self._environment.context_class(self._environment, words, None, {})
        return tidy("".join(compiled(context)), self._language)

    def _compile(self, text: str) -> "Callable[[Context], Iterator[str]]":
        template = self._environment.from_string(self._parsed[text])
        self._compiled[text] = template.root_render_func
        return template.root_render_func

    def _take(self, several: _List) -> None:
        lines: dict[str, int] = {}
        for phrasing in several.phrasings:
            try:
                if phrasing.text in lines:
                    raise _PhrasingError(f"says the same as line {lines[phrasing.text]}")
                lines[phrasing.text] = phrasing.line
                self._take_one(phrasing, several)
            except _PhrasingError as error:
                what = f"{several.name}: {error}"
                raise self._refusal(phrasing, what, error.hint) from error

    def _refusal(self, phrasing: Phrasing, what: str, hint: str = _HINT) -> UserError:
        return UserError(f"{self._source}, line {phrasing.line}, {what}.", hint=hint)

    def _take_one(self, phrasing: Phrasing, several: _List) -> None:
        parsed = _parsed(self._environment, phrasing.text)
        parts = list(_walk(parsed))
        _refuse_parts(parts)
        used = _words_of(parts)
        _refuse_words(used, several)
        if phrasing.text in self._needs:
            return
        self._needs[phrasing.text] = used
        self._parsed[phrasing.text] = parsed
        if {type(part).__name__ for part in parts} <= _PLAIN_PARTS:
            self._plain[phrasing.text] = _plain(parts)
        if not self._plain.get(phrasing.text) or "{#" in phrasing.text:
            self._try(phrasing.text, used)

    def _try(self, text: str, words: Iterable[str]) -> None:
        for n in (1, 2, 20):
            try:
                said = self._render(text, {word: n if word == "n" else "x" for word in words})
            except TypeError as error:
                raise _PhrasingError(f"can't be filled in: {error}") from error
            if not said:
                raise _PhrasingError(f"says nothing when n is {n}")


class _PhrasingError(Exception):
    """What is wrong with one phrasing."""

    def __init__(self, what: str, hint: str = _HINT) -> None:
        super().__init__(what)
        self.hint = hint


def tidy(text: str, language: Language) -> str:
    """With single spaces and stops, none between Chinese characters, and a capital in English."""
    text = " ".join(text.split())
    if ".." in text or not text.isascii():  # asked first, because most English texts have none
        text = _DOUBLED_STOP.sub(lambda found: found.group()[0], text)
    return upfirst(text) if language == "en" else _SPACE_BETWEEN_HANZI.sub("", text)


def upfirst(value: object) -> str:
    text = str(value)
    return text[:1].upper() + text[1:]


def _environment() -> "SandboxedEnvironment":
    # Jinja2 is loaded with the first question set: the window starts without it.
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    environment.globals.clear()
    environment.filters = {name: environment.filters.get(name, upfirst) for name in _FILTERS}
    environment.tests = {}
    return environment


def _lists(questions: QuestionSet) -> Iterator[_List]:
    for key, phrasings in questions.system.items():
        yield _List(f"system {key}", SYSTEM[key], phrasings, _NEEDED.get(key, ""))
    for fault, phrasings in questions.corrections.items():
        yield _List(f"corrections {fault}", CORRECTIONS[fault], phrasings)
    yield from _lists_of("", questions.sections)
    for stage in questions.stages:
        yield from _lists_of(f"stage {stage.tag}, ", stage.sections)


def _lists_of(where: str, sections: Mapping[str, Section]) -> Iterator[_List]:
    for name, section in sections.items():
        form = SECTIONS[name]
        yield _List(f"{where}{name} questions", form.question, section.questions)
        for situation, phrasings in section.answers.items():
            words = form.answers[situation]
            yield _List(f"{where}{name} answers {situation}", words, phrasings)


def _parsed(environment: "SandboxedEnvironment", text: str) -> "nodes.Template":
    from jinja2 import TemplateSyntaxError

    if not text.strip():
        raise _PhrasingError("is empty")
    if len(text) > _LENGTH:
        raise _PhrasingError(f"is longer than {_LENGTH} characters")
    if TRAINERS_WORD.search(text):
        raise _PhrasingError(
            "holds a word in angle brackets, which trainers take for one of their own",
            "Images and boxes get their places by themselves; write what you mean in words.",
        )
    try:
        return environment.parse(text)
    except TemplateSyntaxError as error:
        raise _PhrasingError(f"is not a template: {error.message}") from error
    except RecursionError as error:
        raise _PhrasingError("nests too deep") from error


def _walk(node: "nodes.Node", depth: int = 0) -> Iterator["nodes.Node"]:
    if depth > _DEEPEST:
        raise _PhrasingError("nests too deep")
    yield node
    for child in node.iter_child_nodes():
        yield from _walk(child, depth + 1)


def _plain(parts: Iterable["nodes.Node"]) -> list[tuple[bool, str]]:
    """Of a template made of _PLAIN_PARTS, in order: whether it is a word's name, and that or what
    the template says itself."""
    return [
        (kind == "Name", part.name if kind == "Name" else part.data)  # type: ignore[attr-defined]
        for part in parts
        if (kind := type(part).__name__) in ("Name", "TemplateData")
    ]


def _said(part: "nodes.Node") -> str:
    """What it says by itself, "" for what says nothing."""
    kind = type(part).__name__
    if kind == "TemplateData":
        return str(part.data)  # type: ignore[attr-defined]
    is_text = kind == "Const" and isinstance(part.value, str)  # type: ignore[attr-defined]
    return str(part.value) if is_text else ""  # type: ignore[attr-defined]


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
            raise _PhrasingError(
                f"uses what a phrasing may not ({kind.lower()})",
                "Use {{ words }}, {% if %}, comparisons and filters only.",
            )
        if kind == "Filter" and part.name not in _FILTERS:  # type: ignore[attr-defined]
            raise _PhrasingError(
                f"uses the unknown filter {part.name!r}",  # type: ignore[attr-defined]
                f"There are: {', '.join(sorted(_FILTERS))}.",
            )
        if kind == "CondExpr" and part.expr2 is None:  # type: ignore[attr-defined]
            raise _PhrasingError("has an `if` without an `else` between {{ and }}")


def _words_of(parts: Iterable["nodes.Node"]) -> frozenset[str]:
    # Nothing in a template can make a name of its own, so every name is asked of us.
    return frozenset(
        part.name  # type: ignore[attr-defined]
        for part in parts
        if type(part).__name__ == "Name"
    )


def _refuse_words(used: frozenset[str], several: _List) -> None:
    if unknown := used - several.words:
        there = ", ".join(sorted(several.words)) or "none"
        raise _PhrasingError(
            f"uses the unknown word {', '.join(map(repr, sorted(unknown)))}",
            f"The words here are: {there}.",
        )
    if several.needed and several.needed not in used:
        raise _PhrasingError(f"lacks {{{{ {several.needed} }}}}")
