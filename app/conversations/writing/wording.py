"""What the words of a template stand for, on one image."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from app.conversations.facts import Thing
from app.conversations.lexicon import LEXICONS, Lexicon, number_word
from app.conversations.writing.choosing import Choice
from app.conversations.writing.phrasing_text import TRAINERS_WORD
from app.core.errors import UserError
from app.core.knowledge import Knowledge
from app.core.label_class import LabelClass
from app.core.language import Language

Words = Mapping[str, object]

KNOWN = ("appearance", "causes", "consequences", "remedies")
"""The words for what is known of a class, as `Knowledge` names them."""

LOCATED_GROUPS = 8
"""`located` names no more places than this: nobody says or reads a longer list."""

EXPLAINED_CLASSES = 3
"""Of so many classes at most it is told at once what is known of each."""

_STOPS = " .,;。，；、"


class _ClassWords(NamedTuple):
    of: LabelClass
    words: Words
    known: Mapping[str, Sequence[str]]
    known_words: tuple[str, ...]
    joined: dict[tuple[str, tuple[int, ...]], str]
    """Some of the phrases of a word, by their places: many images are told the same."""


class Wording:
    """One language's words for classes and for what is on an image.

    Raises UserError for a class whose name or knowledge holds a word of the trainers' own.
    """

    def __init__(self, language: Language) -> None:
        self.language = language
        self.lexicon: Lexicon = LEXICONS[language]
        self._classes: dict[int, _ClassWords] = {}

    def of_class(self, c: LabelClass) -> Words:
        """Of a class that is asked about."""
        return self._class(c).words

    def _class(self, c: LabelClass) -> _ClassWords:
        kept = self._classes.get(c.id)
        # Not compared, which would read all that is known of it: one list of classes serves many
        # images, so it is the very same object nearly always.
        if kept is None or kept.of is not c:
            _refuse_tokens(c, self.language)
            lexicon = self.lexicon
            words = {
                "name": lexicon.name(c),
                "a_defect": lexicon.one(c),
                "defects": lexicon.many(c),
            }
            known = {k: v for k, v in known_phrases(c, self.language).items() if v}
            kept = self._classes[c.id] = _ClassWords(c, words, known, tuple(known), {})
        return kept

    def names(self, classes: Sequence[LabelClass]) -> str:
        """As they stand in sentences."""
        return self.lexicon.and_([str(self.of_class(c)["name"]) for c in classes])

    def labels(self, classes: Sequence[LabelClass]) -> str:
        """As they stand beside boxes."""
        comma = "、" if self.language == "zh" else ", "
        return comma.join(self._class(c).of.label(self.language) for c in classes)

    def paragraph(self, *texts: str) -> str:
        """Whole sentences one behind the other; "" is none."""
        return ("" if self.language == "zh" else " ").join(text for text in texts if text)

    def of_boxes(self, c: LabelClass, things: Sequence[Thing]) -> Words:
        """Of a class and its boxes on the image, of which there is at least one."""
        largest = max(things, key=lambda thing: thing.box.area)
        return {
            **self.of_class(c),
            "count": number_word(self.lexicon, len(things)),
            "n": len(things),
            "counted": self.lexicon.counted(c, len(things)),
            "place": self.lexicon.places[largest.place][0],
            "size": self.lexicon.extents[largest.extent][0],
            **self._located(things),
        }

    def of_all(self, present: Sequence[LabelClass], things: Sequence[Thing]) -> Words:
        """Of everything on the image, which is at least one box; `present` are its classes."""
        counts = [(c, sum(t.label_class.id == c.id for t in things)) for c in present]
        return {
            "total": number_word(self.lexicon, len(things)),
            "n": len(things),
            "found": self.lexicon.and_(
                [self.lexicon.counted(c, n, len(things)) for c, n in counts]
            ),
            "kinds": self.names(present),
            **self._located(things),
        }

    def _located(self, things: Sequence[Thing]) -> Words:
        if len({(t.label_class.id, t.place) for t in things}) > LOCATED_GROUPS:
            return {}
        return {"located": self.lexicon.located(things)}

    def known_of(self, classes: Sequence[LabelClass]) -> tuple[str, ...]:
        """The words of KNOWN that stand for something: known of each of so few classes."""
        if len(classes) == 1:
            return self._class(classes[0]).known_words
        if not 1 <= len(classes) <= EXPLAINED_CLASSES:
            return ()
        return tuple(word for word in KNOWN if all(self.knows(c, word) for c in classes))

    def knows(self, c: LabelClass, word: str) -> bool:
        return word in self._class(c).known

    def known(self, classes: Sequence[LabelClass], word: str, choice: Choice, variant: int) -> str:
        """What is known of each class; there is at least one."""
        fewest = 2 if len(classes) == 1 else 1
        return self.lexicon.by_class(
            [(c, self._known(c, word, choice, variant, fewest)) for c in classes]
        )

    def _known(self, c: LabelClass, word: str, choice: Choice, variant: int, fewest: int) -> str:
        """`fewest` phrases or one more (one of `appearance`), in the order of the list."""
        kept = self._class(c)
        phrases = kept.known[word]
        if word == "appearance":
            return phrases[choice.turn(len(phrases), variant, c.id, word)]
        wanted = min(fewest + choice.index(2, c.id, word, "how many", variant), len(phrases))
        chosen = word, tuple(choice.some(len(phrases), wanted, c.id, word, variant))
        if chosen not in kept.joined:
            kept.joined[chosen] = self._join(word)([phrases[index] for index in chosen[1]])
        return kept.joined[chosen]

    def _join(self, word: str) -> Callable[[Sequence[str]], str]:
        joins = {"causes": self.lexicon.or_, "remedies": self.lexicon.then}
        return joins.get(word, self.lexicon.and_)


def known_phrases(c: LabelClass, language: Language) -> dict[str, list[str]]:
    """By word of `KNOWN`, the phrases without the stops of a sentence of their own."""
    knowledge = c.knowledge(language)
    return {word: _phrases(knowledge, word) for word in KNOWN}


def lacking_knowledge(
    classes: Sequence[LabelClass], language: Language
) -> dict[str, tuple[str, ...]]:
    """What isn't known, by name of the class: those words of `KNOWN` that have no phrase.

    Where causes, consequences or remedies are missing, nothing is asked about them.
    """
    lacking = {
        c.name: tuple(word for word, phrases in known_phrases(c, language).items() if not phrases)
        for c in classes
    }
    return {name: words for name, words in lacking.items() if words}


def _phrases(knowledge: Knowledge, word: str) -> list[str]:
    stripped = (phrase.strip(_STOPS) for phrase in getattr(knowledge, word))
    return [phrase for phrase in stripped if phrase]


def _refuse_tokens(c: LabelClass, language: Language) -> None:
    knowledge = c.knowledge(language)
    known = [phrase for word in KNOWN for phrase in _phrases(knowledge, word)]
    for text in (c.label("en"), c.label("zh"), knowledge.noun, knowledge.plural, *known):
        if TRAINERS_WORD.search(text):
            raise UserError(
                f"The class {c.name!r} holds a word of the trainers' own: {text!r}.",
                hint="Say it without angle brackets.",
            )
