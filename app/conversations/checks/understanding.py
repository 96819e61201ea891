"""Reads what a text claims of an image."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from app.conversations.checks.claims import Claims, Known
from app.conversations.checks.counting import Counting
from app.conversations.checks.drift import intervenes, is_empty_talk, told_by_shape
from app.conversations.checks.folding import TOKENS, plain
from app.conversations.checks.reading import Lexeme, Reader
from app.conversations.checks.regions import regions_in
from app.conversations.checks.sentence import Sentence
from app.conversations.checks.states import states_in
from app.conversations.checks.whereabouts import Whereabouts

_STOP = re.compile(r"[.。!！?？]")


def claims_of(text: str, reader: Reader) -> Claims:
    # Boxes come with other names on each image, and say nothing.
    return _claims_of(TOKENS.sub(" ", text) if "<" in text else text, reader)


@lru_cache(maxsize=4096)
def _claims_of(text: str, reader: Reader) -> Claims:
    """Reading the same text again costs nothing: the last few thousand are kept."""
    text = plain(text)
    found = reader.sentences(text)
    starts = [0, *(lexemes[-1].end for lexemes in found)]
    sentences = [
        Sentence(text, number, starts[number], lexemes, reader.cues)
        for number, lexemes in enumerate(found)
    ]
    counted = [Counting(sentence) for sentence in sentences]
    wheres = [Whereabouts(s, counting) for s, counting in zip(sentences, counted, strict=True)]
    both = list(zip(counted, wheres, strict=True))
    lexemes = [lexeme for each in found for lexeme in each]
    openings = (s.opening() for s in sentences)
    asks = _asks(sentences)
    is_question = (
        asks or text.endswith(("?", "？")) or any(s.any("open_question") for s in sentences)
    )
    # Where classes have figures for names, nothing tells a count from a name.
    is_of_figures = bool(reader.number_names)
    return Claims(
        mentions=tuple(
            m for counting, where in both for m in counting.placed(where.placed, where.located)
        ),
        places=() if is_of_figures else tuple(p for where in wheres for p in where.places()),
        sizes=tuple(size for where in wheres for size in where.sizes()),
        numbers=()
        if is_of_figures
        else tuple(n for counting, where in both for n in counting.numbers(where.counting)),
        known=_known(text, lexemes),
        roles=frozenset(role for x in lexemes for role in x.meaning.roles),
        openings=tuple(opening for opening in openings if opening),
        asks=asks,
        regions=regions_in(reader.without_names(text), reader.language) if is_question else (),
        states=tuple(state for s in sentences for state in states_in(s, reader.language)),
        denying=frozenset(s.number for s in sentences if s.any("negation") or s.any("unseen")),
        shape=told_by_shape(text, reader.language),
        is_empty=is_empty_talk(text, reader.language),
        intervenes=intervenes(text, reader.language),
        none=frozenset(s.number for s in sentences if s.is_none),
        reported=frozenset(s.number for s in sentences if s.any("report")),
    )


def _known(text: str, lexemes: Sequence[Lexeme]) -> tuple[Known, ...]:
    """Read from the end, for the class in brackets stands behind: "a worn blade (streak)"."""
    known: list[Known] = []
    told_of, end = None, len(text)
    for x in reversed(lexemes):
        if _STOP.search(text, x.end, end):
            told_of = None
        if x.meaning.class_id is not None and text[: x.start].endswith(("(", "（")):
            told_of = x.meaning.class_id
        if x.meaning.known:
            known.append(Known(text[x.start : x.end], x.meaning.known, told_of))
        end = x.start
    return tuple(reversed(known))


def _asks(sentences: Sequence[Sentence]) -> Literal["defect", "normal", "more"] | None:
    """What a yes-or-no question is about, None for other questions and for "this or that"."""
    if not any(sentence.asks_yes_or_no for sentence in sentences):
        return None
    if any(sentence.compares for sentence in sentences):
        return "more"
    told = [sentence.tells_defect(i) for sentence in sentences for i in sentence.says]
    if all(told):
        return "defect" if told else None
    return None if any(told) else "normal"
