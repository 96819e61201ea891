"""What texts are made of beside the labels, in short: they are written anew when it changes."""

import hashlib
from collections.abc import Iterator

from app.conversations.facts import ImageFacts
from app.conversations.lexicon import LEXICONS
from app.core.knowledge import Knowledge
from app.core.label_class import LabelClass
from app.core.language import Language
from app.core.questions import QuestionSet

_CHOSEN_BY = "rounds, every section on both sides, phrases by steps"
"""How phrasings are chosen: with another word here, all that nobody stands up for is new."""

_NOTHING = Knowledge()


class MadeWith:
    """Of one question set."""

    def __init__(self, questions: QuestionSet) -> None:
        self._language = questions.language
        words = list(_phrasings(questions)), _tables(questions.language)
        self._words = _hash(repr((_CHOSEN_BY, *words)))
        self._made: tuple[tuple[LabelClass, ...], str] | None = None

    def of(self, facts: ImageFacts) -> str:
        """Stands for the phrasings, the words for places and numbers, and what is known of the
        project's classes: those that an image lacks are spoken of, too."""
        made = self._made
        if made is None or made[0] is not facts.classes:  # one tuple serves many images
            known = [(c.id, c.knowledge(self._language)) for c in facts.classes]
            told = [each for each in known if each[1] != _NOTHING]
            made = self._made = facts.classes, _hash(f"{self._words}{told!r}")
        return made[1]


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


def _hash(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
