"""Finds the words of a text that say something of an image: classes, counts, places, sizes, cues.

The longest phrase wins, so that "powder streak" is not read as "powder", nor 横贯上部 as 上部.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from app.conversations.checks.chinese_words import CHINESE
from app.conversations.checks.cue_words import CueWords, Role
from app.conversations.checks.english_words import ENGLISH
from app.conversations.checks.folding import lowercase, plain
from app.conversations.checks.naming import class_words, names_pattern
from app.conversations.checks.regions import PARTS, Spot
from app.conversations.lexicon import LEXICONS
from app.core.label_class import LabelClass
from app.core.language import LANGUAGES, Language
from app.core.places import Extent

Field = Literal["appearance", "causes", "consequences", "remedies"]
_FIELDS: tuple[Field, ...] = ("appearance", "causes", "consequences", "remedies")

CUES: Mapping[Language, CueWords] = {"en": ENGLISH, "zh": CHINESE}

_CJK = "㐀-鿿"
_TOKEN = re.compile(rf"[0-9]+(?:\.[0-9]+)?|[^\W\d_{_CJK}]+(?:'[a-z]+)?|\n|\S")
_STOPS = ".!?;:。！？；：\n"
_COUNT_FOLLOWS = frozenset(":：(（×")
_BEFORE_SIDE = frozenset([*"(,:;-—–.\n", "one", "two", "three", "and"])
_AFTER_SIDE = frozenset([*"),;.!\n", "and"])
_COMMAS = ",，—–()（）…"
_NO_ROLES: frozenset[Role] = frozenset()
_LONGEST_NAME = 60
_KNOWN_LETTERS = 4
"""A phrase of knowledge shorter than this is too common a word to be told by."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a phrase stands for; the fields that it doesn't are None or empty."""

    class_id: int | None = None
    place: Spot | None = None
    extent: Extent | None = None
    number: int | None = None
    known: frozenset[tuple[int, Field]] = frozenset()
    roles: frozenset[Role] = _NO_ROLES


_PLAIN = Meaning(roles=frozenset({"plain"}))
_STOP = Meaning(roles=frozenset({"stop"}))


class Lexeme(NamedTuple):
    """A phrase in the text: characters [start, end), words (in Chinese, characters) [at, to)."""

    meaning: Meaning
    start: int
    end: int
    at: int
    to: int

    def has(self, role: Role) -> bool:
        return role in self.meaning.roles


_Phrases = dict[str, Meaning]


class Reader:
    """Reads texts of one language about images of one project. Made by `reader_of`."""

    def __init__(self, classes: tuple[LabelClass, ...], language: Language) -> None:
        self.language = language
        self.cues = CUES[language]
        self._names = names_pattern(classes)
        labels = (c.label(each) for c in classes for each in LANGUAGES)
        self.number_names = frozenset(label for label in labels if label.isdecimal())
        self._starting: dict[str, list[tuple[str, Meaning]]] = {}
        table = _table(classes, language)
        bare = self.cues.bare_places
        self._bare = {
            word: Meaning(place=place)
            for place, words in LEXICONS[language].places.items()
            for word in words
            if word in bare
        }
        for phrase in sorted(table, key=len, reverse=True):
            first = _TOKEN.match(phrase)
            if first is not None:
                self._starting.setdefault(first.group(), []).append((phrase, table[phrase]))

    def sentences(self, text: str) -> list[list[Lexeme]]:
        """The phrases of each sentence; the last of each is its stop, or the end of the text."""
        sentences: list[list[Lexeme]] = [[]]
        lexemes = list(self._lexemes(text))
        for i, lexeme in enumerate(lexemes):
            if _joins_count(lexemes, i, text):
                continue
            sentences[-1].append(lexeme)
            if lexeme.has("stop"):
                sentences.append([])
        return [sentence for sentence in sentences if len(sentence) > 1]

    def without_names(self, text: str) -> str:
        """The text but for class names of either language."""
        return self._names.sub(" ", text) if self._names else text

    def _names_from(self, text: str, start: int, end: int) -> bool:
        """Whether a class's name begins behind `start` and goes on beyond `end`."""
        name = self._names and self._names.search(text, start + 1, end + _LONGEST_NAME)
        return bool(name and name.start() < end < name.end())

    def _lexemes(self, text: str) -> Iterable[Lexeme]:
        lowered = lowercase(text)
        tokens = [(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(lowered)]
        after = {end: number + 1 for number, (_, _, end) in enumerate(tokens)}
        number = 0
        while number < len(tokens):
            token, start, end = tokens[number]
            to, meaning = number + 1, None
            for phrase, found in self._starting.get(token, ()):
                if lowered.startswith(phrase, start) and start + len(phrase) in after:
                    if found == _PLAIN and self._names_from(lowered, start, start + len(phrase)):
                        continue
                    end = start + len(phrase)
                    to, meaning = after[end], found
                    break
            if meaning is None and token.isdecimal() and token not in self.number_names:
                meaning = Meaning(number=int(token))
            if meaning is None and token in self._bare:
                around = (
                    tokens[number - 1][0] if number else ".",
                    *(t[0] for t in tokens[to : to + 1]),
                )
                meaning = self._bare[token] if _stands_alone(*around) else None
            if meaning is not None:
                yield Lexeme(meaning, start, end, number, to)
            number = to
        yield Lexeme(_STOP, len(text), len(text), number, number)


def _stands_alone(before: str, after: str = ".") -> bool:
    """Whether a bare word for a side, between these two, is a place: "(top)", "one left"."""
    return before in _BEFORE_SIDE and after in _AFTER_SIDE


def _joins_count(lexemes: Sequence[Lexeme], i: int, text: str) -> bool:
    """Whether the mark at i stands between a class and its count: "streaks: 2", "slag: none"."""
    x = lexemes[i]
    if text[x.start : x.end] not in _COUNT_FOLLOWS or not 0 < i < len(lexemes) - 1:
        return False
    before, after = lexemes[i - 1].meaning, lexemes[i + 1]
    if lexemes[i - 1].to != x.at or after.at != x.to:
        return False
    is_none = _denies_to_stop(lexemes, i + 1)
    if before.class_id is None:
        return is_none and "defect" in before.roles
    return is_none or after.meaning.number is not None


_MOST_DENYING = 3


def _denies_to_stop(lexemes: Sequence[Lexeme], i: int) -> bool:
    """Whether no more than "none" or "not present" stands from i to the next mark."""
    if not (lexemes[i].has("unseen") or lexemes[i].has("negation")):
        return False
    j = i + 1
    while not (lexemes[j].has("stop") or lexemes[j].has("comma")):
        if lexemes[j].meaning.class_id is not None or lexemes[j].to - lexemes[i].at > _MOST_DENYING:
            return False
        j += 1
    return lexemes[j].at - lexemes[i].at <= _MOST_DENYING


@lru_cache(maxsize=16)
def reader_of(classes: tuple[LabelClass, ...], language: Language) -> Reader:
    return Reader(classes, language)


def _table(classes: Iterable[LabelClass], language: Language) -> _Phrases:
    """Where a phrase means several things, what comes last here counts; roles add up."""
    table = _role_words(language)
    _add_looks(table, language)
    classes = tuple(classes)
    for c in classes:
        _add_knowledge(table, c, language)
    names = {word: Meaning(class_id=c) for word, c in class_words(classes).items()}
    if len(classes) == 1:
        generic = CUES[language].roles["defect"]
        names = {word: meaning for word, meaning in names.items() if word not in generic}
    table.update(names)
    return table


def _role_words(language: Language) -> _Phrases:
    roles: dict[str, set[Role]] = {}
    for role, words in CUES[language].roles.items():
        for word in words:
            roles.setdefault(word, set()).add(role)
    table = {word: Meaning(roles=frozenset(each)) for word, each in roles.items()}
    table |= dict.fromkeys(_STOPS, _STOP)
    return table | dict.fromkeys(_COMMAS, Meaning(roles=frozenset({"comma"})))


def _add_looks(table: _Phrases, language: Language) -> None:
    lexicon, bare = LEXICONS[language], CUES[language].bare_places
    for place, words in lexicon.places.items():
        for word in words:
            if word not in bare:
                table[word] = Meaning(place=place)
    for phrase, part in PARTS[language].items():
        table.setdefault(phrase, Meaning(place=part))
    for extent, sizes in lexicon.extents.items():
        table |= dict.fromkeys(sizes, Meaning(extent=extent))
    for number, names in lexicon.numbers.items():
        for name in names:
            table.setdefault(name, Meaning(number=number))
    for phrase, number in CUES[language].numbers.items():
        table[phrase] = Meaning(number=number)


def _add_knowledge(table: _Phrases, c: LabelClass, language: Language) -> None:
    knowledge = c.knowledge(language)
    for field in _FIELDS:
        for phrase in getattr(knowledge, field):
            words = lowercase(plain(phrase)).rstrip(" .。;；")
            if len(words) >= _KNOWN_LETTERS:
                known = table.get(words, Meaning()).known | {(c.id, field)}
                table[words] = Meaning(known=known)
