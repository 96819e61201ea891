"""The phrasings of a question set, checked and compiled: safe to take from anybody."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from app.conversations.writing.phrasing_text import (
    HINT,
    PhrasingError,
    PhrasingText,
    filled_in,
    looked_into,
    upfirst,
)
from app.core.errors import UserError
from app.core.language import Language
from app.core.questions import CORRECTIONS, SECTIONS, SYSTEM, Phrasing, QuestionSet, Section

_KEPT = 4096

_NEEDED: Mapping[str, str] = {
    "localisation": "format",
    "boxes": "format",
    "report": "report",
    "grounding": "boxes",
}
"""A system text without these would not say what it is there for."""

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
        self._texts: dict[str, PhrasingText] = {}
        # What is asked of one image is asked of many, and much of what is answered said again.
        self._filled = lru_cache(maxsize=_KEPT)(self._fill)
        for phrasings in _lists(questions):
            self._take(phrasings)

    def needs(self, phrasing: Phrasing) -> frozenset[str]:
        """The words that it uses."""
        return self._texts[phrasing.text].needs

    @property
    def phrasings(self) -> Iterator[Phrasing]:
        """All of them, each once."""
        return (Phrasing(text, 0) for text in self._texts)

    def own_words(self, phrasing: Phrasing, filled: str) -> str:
        """All that it may say by itself, with `filled` in between for what its words stand for."""
        return filled.join(self._texts[phrasing.text].said)

    def compared(self, phrasing: Phrasing) -> frozenset[int] | None:
        """The numbers that it compares `n` with; None where what it says hangs on anything else."""
        return self._texts[phrasing.text].compared

    def render(self, phrasing: Phrasing, words: Mapping[str, object]) -> str:
        """One tidy paragraph; in English it begins with a capital letter.

        Raises UserError where a phrasing compares what can't be compared, on this image alone.
        """
        try:
            return self._render(phrasing.text, words)
        except TypeError as error:
            raise self._refusal(phrasing, f"can't be filled in: {error}") from error

    def _render(self, text: str, words: Mapping[str, object]) -> str:
        return self._filled(text, *[words[word] for word in self._texts[text].needs])

    def _fill(self, text: str, *values: object) -> str:
        """`values` stand for the words that it needs."""
        known = self._texts[text]
        words = dict(zip(known.needs, values, strict=True))
        if not known.plain:
            return tidy("".join(filled_in(text, words)), self._language)
        parts = [str(words[part]) if is_word else part for is_word, part in known.plain]
        return tidy("".join(parts), self._language)

    def _take(self, several: _List) -> None:
        lines: dict[str, int] = {}
        for phrasing in several.phrasings:
            try:
                if phrasing.text in lines:
                    raise PhrasingError(f"says the same as line {lines[phrasing.text]}")
                lines[phrasing.text] = phrasing.line
                self._take_one(phrasing, several)
            except PhrasingError as error:
                what = f"{several.name}: {error}"
                raise self._refusal(phrasing, what, error.hint) from error

    def _refusal(self, phrasing: Phrasing, what: str, hint: str = HINT) -> UserError:
        return UserError(f"{self._source}, line {phrasing.line}, {what}.", hint=hint)

    def _take_one(self, phrasing: Phrasing, several: _List) -> None:
        known = looked_into(phrasing.text)
        _refuse_words(known.needs, several)
        if phrasing.text in self._texts:
            return
        self._texts[phrasing.text] = known
        if known.may_say_nothing:
            self._try(phrasing.text, known.needs)

    def _try(self, text: str, words: Iterable[str]) -> None:
        for n in (1, 2, 20):
            try:
                said = self._render(text, {word: n if word == "n" else "x" for word in words})
            except TypeError as error:
                raise PhrasingError(f"can't be filled in: {error}") from error
            if not said:
                raise PhrasingError(f"says nothing when n is {n}")


def tidy(text: str, language: Language) -> str:
    """With single spaces and stops, none between Chinese characters, and a capital in English."""
    text = " ".join(text.split())
    if ".." in text or not text.isascii():  # asked first, because most English texts have none
        text = _DOUBLED_STOP.sub(lambda found: found.group()[0], text)
    return upfirst(text) if language == "en" else _SPACE_BETWEEN_HANZI.sub("", text)


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


def _refuse_words(used: frozenset[str], several: _List) -> None:
    if unknown := used - several.words:
        there = ", ".join(sorted(several.words)) or "none"
        raise PhrasingError(
            f"uses the unknown word {', '.join(map(repr, sorted(unknown)))}",
            f"The words here are: {there}.",
        )
    if several.needed and several.needed not in used:
        raise PhrasingError(f"lacks {{{{ {several.needed} }}}}")
