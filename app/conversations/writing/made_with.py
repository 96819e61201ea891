"""What texts are made of beside the labels, in short: they are written anew when it changes."""

import hashlib
from collections.abc import Iterator
from functools import lru_cache

from app.conversations.facts import ImageFacts
from app.conversations.lexicon import LEXICONS
from app.core.knowledge import Knowledge
from app.core.language import Language
from app.core.questions import QuestionSet

_CHOSEN_BY = "rounds"
"""How phrasings are chosen: with another word here, all that nobody stands up for is new."""


class MadeWith:
    """Of one question set."""

    def __init__(self, questions: QuestionSet) -> None:
        self._language = questions.language
        words = list(_phrasings(questions)), _tables(questions.language)
        self._words = _hash(repr((_CHOSEN_BY, *words)))

    def of(self, facts: ImageFacts) -> str:
        """Stands for the phrasings, the words for places and numbers, and what is known of the
        classes on that image."""
        known = tuple(c.knowledge(self._language) for c in facts.present)
        return _with_knowledge(self._words, known)


def _phrasings(questions: QuestionSet) -> Iterator[object]:
    """Of questions and answers, wherever they stand in their file."""
    stages = [(stage.tag, stage.never, stage.sections) for stage in questions.stages]
    for tag, never, sections in (("", (), questions.sections), *stages):
        for name, section in sections.items():
            for situation, phrasings in (("", section.questions), *section.answers.items()):
                yield tag, never, name, situation, [phrasing.text for phrasing in phrasings]


def _tables(language: Language) -> list[object]:
    lexicon = LEXICONS[language]
    tables = lexicon.places, lexicon.extents, lexicon.numbers
    return [[(key, words[0]) for key, words in table.items()] for table in tables]


@lru_cache(maxsize=4096)
def _with_knowledge(words: str, known: tuple[Knowledge, ...]) -> str:
    return _hash(f"{words}{known!r}")


def _hash(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
