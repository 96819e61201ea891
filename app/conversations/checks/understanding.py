"""Reads what a text claims of an image."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from app.conversations.checks.claims import Claims, Known
from app.conversations.checks.counting import Counting
from app.conversations.checks.reading import Reader, plain
from app.conversations.checks.regions import regions_in
from app.conversations.checks.sentence import Sentence
from app.conversations.checks.states import states_in
from app.conversations.checks.whereabouts import Whereabouts


@lru_cache(maxsize=4096)
def claims_of(text: str, reader: Reader) -> Claims:
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
    return Claims(
        mentions=tuple(
            m for counting, where in both for m in counting.placed(where.placed, where.located)
        ),
        places=tuple(place for where in wheres for place in where.places()),
        sizes=tuple(size for where in wheres for size in where.sizes()),
        numbers=tuple(n for counting, where in both for n in counting.numbers(where.counting)),
        known=tuple(
            Known(text[x.start : x.end], x.meaning.known) for x in lexemes if x.meaning.known
        ),
        roles=frozenset(role for x in lexemes for role in x.meaning.roles),
        openings=tuple(opening for opening in openings if opening),
        asks=asks,
        regions=regions_in(text, reader.language) if asks else (),
        states=tuple(state for s in sentences for state in states_in(s, reader.language)),
        denying=frozenset(s.number for s in sentences if s.any("negation") or s.any("unseen")),
        reported=frozenset(s.number for s in sentences if s.any("report")),
    )


def _asks(sentences: Sequence[Sentence]) -> Literal["defect", "normal"] | None:
    """What a yes-or-no question is about, None for other questions and for "this or that"."""
    if not any(sentence.asks_yes_or_no for sentence in sentences):
        return None
    told = [sentence.tells_defect(i) for sentence in sentences for i in sentence.says]
    if all(told):
        return "defect" if told else None
    return None if any(told) else "normal"
