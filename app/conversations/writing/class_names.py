"""Class names tried out: whether the checker hears them where they are said, and only there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from app.conversations.checks.reading import Reader, reader_of
from app.conversations.checks.understanding import claims_of
from app.conversations.lexicon import LEXICONS
from app.conversations.writing.templates import Templates
from app.core.label_class import LabelClass, same_name
from app.core.language import Language
from app.core.questions import QuestionSet

_FILLED = "…"
_SAID_OF = 2
"""So many of a class are counted in a trial: one could be said without any number."""


@dataclass(frozen=True, slots=True)
class NameFault:
    """What is wrong with a class's name in a language.

    "common": `text`, a sentence that speaks of no class, has `words` that read as this one's name
    ("…" stands for what is filled in). "unheard": `text` says `words`, its name, and is not
    understood so.
    """

    label_class: LabelClass
    language: Language
    kind: Literal["common", "unheard"]
    words: str
    text: str


def name_faults(
    questions: QuestionSet, classes: Sequence[LabelClass], known: Sequence[LabelClass] = ()
) -> Iterator[NameFault]:
    """At most one for each class, in their order.

    `questions` hold the ordinary sentences of the language, which name no class but `known` ones.
    """
    reader = reader_of(tuple(classes), questions.language)
    common = _common(questions, reader)
    for c in classes:
        if c.id in common and not any(same_name(c.name, each.name) for each in known):
            yield NameFault(c, questions.language, "common", *common[c.id])
        elif said := _unheard(c, reader, is_only=len(classes) == 1):
            yield NameFault(c, questions.language, "unheard", c.label(questions.language), said)


def _common(questions: QuestionSet, reader: Reader) -> dict[int, tuple[str, str]]:
    """By class id the word that reads as its name, and what it stands in: the first of each."""
    found: dict[int, tuple[str, str]] = {}
    templates = Templates(questions)
    for phrasing in templates.phrasings:
        text, start = templates.own_words(phrasing, _FILLED), 0
        for sentence in reader.sentences(text):
            end = sentence[-1].end
            for x in sentence:
                if x.meaning.class_id is not None:
                    words = text[x.start : x.end], text[start:end].strip()
                    found.setdefault(x.meaning.class_id, words)
            start = end
    return found


def _unheard(c: LabelClass, reader: Reader, *, is_only: bool) -> str:
    """What is said of the class and isn't heard so; "" where all is.

    Of the only class any word for a defect will do.
    """
    lexicon = LEXICONS[reader.language]
    meant = {c.id, None} if is_only else {c.id}
    for said in (lexicon.name(c), lexicon.one(c), lexicon.many(c)):
        told = claims_of(said, reader).mentions
        if len(told) != 1 or told[0].class_id not in meant:
            return said
    if reader.number_names:
        return ""  # then no counts and places are read at all
    counted = lexicon.counted(c, _SAID_OF)
    for place, (word, *_) in lexicon.places.items():
        said = f"{counted} {word}" if reader.cues.place_after else f"{word}{counted}"
        claims = claims_of(said, reader)
        told = claims.mentions
        ids = {m.class_id for m in told} | {each.class_id for each in claims.places}
        counts, places = [m.count for m in told], [each.value for each in claims.places]
        if not ids <= meant or counts != [_SAID_OF] or places != [place]:
            return said
    return ""
