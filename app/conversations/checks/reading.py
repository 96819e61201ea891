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
from app.conversations.checks.english_words import ENGLISH, SIDE_PHRASES
from app.conversations.lexicon import LEXICONS
from app.core.conversation import BOXES, CLAIMS, FORMAT, IMAGE
from app.core.label_class import LabelClass
from app.core.language import Language
from app.core.places import Extent, Place

Field = Literal["appearance", "causes", "consequences", "remedies"]
_FIELDS: tuple[Field, ...] = ("appearance", "causes", "consequences", "remedies")

CUES: Mapping[Language, CueWords] = {"en": ENGLISH, "zh": CHINESE}

_CJK = "㐀-鿿"
_TOKEN = re.compile(rf"[0-9]+(?:\.[0-9]+)?|[^\W\d_{_CJK}]+(?:'[a-z]+)?|\n|\S")
_STOPS = ".!?;:。！？；：\n"
_COUNT_FOLLOWS = frozenset(":：(（×")
_COMMAS = ",，—–()（）…"
TOKENS = re.compile(
    "|".join((BOXES.pattern, *(re.escape(token) for token in (IMAGE, CLAIMS, FORMAT))))
)
"""What stands in texts for the photo, boxes and what only a target can word."""

_SAME_LOOKS = str.maketrans("０１２３４５６７８９’‘", "0123456789''")
_NO_ROLES: frozenset[Role] = frozenset()
_KNOWN_LETTERS = 4
"""A phrase of knowledge shorter than this is too common a word to be told by."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a phrase stands for; the fields that it doesn't are None or empty."""

    class_id: int | None = None
    place: Place | None = None
    extent: Extent | None = None
    number: int | None = None
    known: frozenset[tuple[int, Field]] = frozenset()
    roles: frozenset[Role] = _NO_ROLES


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
        self._names = _names_pattern(classes)
        self._starting: dict[str, list[tuple[str, Meaning]]] = {}
        table = _table(classes, language)
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
                    end = start + len(phrase)
                    to, meaning = after[end], found
                    break
            if meaning is None and token.isdecimal():
                meaning = Meaning(number=int(token))
            if meaning is not None:
                yield Lexeme(meaning, start, end, number, to)
            number = to
        yield Lexeme(_STOP, len(text), len(text), number, number)


def _joins_count(lexemes: Sequence[Lexeme], i: int, text: str) -> bool:
    """Whether the mark at i stands between a class and its count: "streaks: 2", "slag: none"."""
    x = lexemes[i]
    if text[x.start : x.end] not in _COUNT_FOLLOWS or not 0 < i < len(lexemes) - 1:
        return False
    before, after = lexemes[i - 1].meaning, lexemes[i + 1]
    if lexemes[i - 1].to != x.at or after.at != x.to:
        return False
    is_none = after.has("unseen") and lexemes[i + 2].has("stop") and lexemes[i + 2].at == after.to
    if before.class_id is None:
        return is_none and "defect" in before.roles
    return is_none or after.meaning.number is not None


@lru_cache(maxsize=16)
def reader_of(classes: tuple[LabelClass, ...], language: Language) -> Reader:
    return Reader(classes, language)


def plain(text: str) -> str:
    """One form of digits, apostrophes and spaces, a gap for each token, no marks of emphasis."""
    bare = TOKENS.sub(" ", text).replace("**", "").translate(_SAME_LOOKS)
    return re.sub(r"[ \t\u3000\xa0]+", " ", bare).strip()


def lowercase(text: str) -> str:
    """As `str.lower`, but every character stays one, so that positions stay."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _table(classes: Iterable[LabelClass], language: Language) -> _Phrases:
    """Where a phrase means several things, what comes last here counts; roles add up."""
    table = _role_words(language)
    _add_looks(table, language)
    classes = tuple(classes)
    for c in classes:
        _add_knowledge(table, c, language)
    table.update(_class_words(classes))
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
        for phrase in (p for word in words for p in SIDE_PHRASES.get(word, ()) if word in bare):
            table.setdefault(phrase, Meaning(place=place))
    for extent, sizes in lexicon.extents.items():
        table |= dict.fromkeys(sizes, Meaning(extent=extent))
    for number, names in lexicon.numbers.items():
        for name in names:
            table.setdefault(name, Meaning(number=number))
    if language == "en":
        table["a single"] = Meaning(number=1)


def _add_knowledge(table: _Phrases, c: LabelClass, language: Language) -> None:
    knowledge = c.knowledge(language)
    for field in _FIELDS:
        for phrase in getattr(knowledge, field):
            words = lowercase(plain(phrase)).rstrip(" .。;；")
            if len(words) >= _KNOWN_LETTERS:
                known = table.get(words, Meaning()).known | {(c.id, field)}
                table[words] = Meaning(known=known)


def _names_pattern(classes: Iterable[LabelClass]) -> re.Pattern[str] | None:
    names = {w for c in classes for lexicon in LEXICONS.values() for w in lexicon.class_words(c)}
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE) if names else None


def _class_words(classes: tuple[LabelClass, ...]) -> _Phrases:
    """Words of both languages. A name goes before another class's plural or spelling; what means
    two classes alike tells nothing and is left out.
    """
    names: dict[str, set[int]] = {}
    forms: dict[str, set[int]] = {}
    for c in classes:
        for name in (c.name, c.name_zh):
            names.setdefault(lowercase(plain(name)), set()).add(c.id)
        for word in {w for lexicon in LEXICONS.values() for w in lexicon.class_words(c)}:
            for form in _forms(lowercase(plain(word))):
                forms.setdefault(form, set()).add(c.id)
    return {
        word: Meaning(class_id=min(owners))
        for word, owners in (forms | names).items()
        if len(owners) == 1 and not _says_nothing(word)
    }


def _says_nothing(word: str) -> bool:
    return not word or word.isdecimal() or (len(word) < 2 and word.isascii())


def _forms(word: str) -> set[str]:
    """With spaces, hyphens and underscores for one another, in singular and plural."""
    parts = re.split(r"[ _-]+", word)
    if not word.isascii():
        return {word}
    spellings = {word, *(joint.join(parts) for joint in (" ", "_", "-"))}
    if len(parts) == 2:
        spellings.add("".join(parts))
    return spellings | {form for spelling in spellings for form in _numbers_of(spelling)}


def _numbers_of(word: str) -> tuple[str, ...]:
    """Singular and plural of a word whose number isn't known."""
    forms = [word + "s"]
    if word.endswith(("s", "x", "ch", "sh")):
        forms.append(word + "es")
    if word.endswith("y"):
        forms.append(word[:-1] + "ies")
    if word.endswith("ies"):
        forms.append(word[:-3] + "y")
    if word.endswith(("ches", "shes", "sses", "xes")):
        forms.append(word[:-2])
    if word.endswith("s") and not word.endswith("ss") and len(word) > 3:
        forms.append(word[:-1])
    return tuple(forms)
