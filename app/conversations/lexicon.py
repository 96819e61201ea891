"""The words of each language for classes, counts, places and sizes.

The writer of conversations speaks from these tables and the checker reads by them, so what one
says the other understands.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Protocol

from app.conversations.facts import Thing
from app.core.label_class import LabelClass
from app.core.language import Language
from app.core.places import PLACES, Extent, Place

_SPOKEN_VOWEL = re.compile(r"(?!uni(?!n|m)|us|eu|one\b)[aeiou]", re.IGNORECASE)
"""How a word begins that takes "an": "an unmelted area", but "a uniform one"."""

_PREFIX = re.compile(r"\b(over|under|non|mis) (?=\w)", re.IGNORECASE)
"""What a name spells with a hyphen in a sentence: "over-melt"."""

_PLURAL = re.compile(r"(?<![aiosu])s$", re.IGNORECASE)
"""How a class name ends that is counted as it is: "scratches", but not "mass" or "porous"."""

_PLURAL_IN_ES = re.compile(r"(?:ch|sh|x|z)es$", re.IGNORECASE)

_KEPT = 1024


class Lexicon(Protocol):
    """One language. The first word of each list is what is written; all of them are understood."""

    language: Language
    places: Mapping[Place, tuple[str, ...]]
    extents: Mapping[Extent, tuple[str, ...]]
    numbers: Mapping[int, tuple[str, ...]]
    most_in_words: int

    def name(self, c: LabelClass) -> str:
        """The class as it stands in a sentence: "incomplete spreading"."""

    def class_words(self, c: LabelClass) -> tuple[str, ...]:
        """Everything that means this class, longest first."""

    def one(self, c: LabelClass) -> str:
        """ "a piece of slag" """

    def many(self, c: LabelClass) -> str:
        """ "pieces of slag" """

    def counted(self, c: LabelClass, n: int, among: int = 0) -> str:
        """ "two pieces of slag"; "2 pieces of slag" among so many that digits tell how many."""

    def and_(self, phrases: Sequence[str]) -> str: ...

    def or_(self, phrases: Sequence[str]) -> str: ...

    def then(self, phrases: Sequence[str]) -> str:
        """Joins phrases that may hold commas themselves, such as remedies."""

    def by_class(self, told: Sequence[tuple[LabelClass, str]]) -> str:
        """ "a worn blade (streak); spatter (slag)"; of a class that is alone just "spatter" """

    def located(self, things: Sequence[Thing]) -> str:
        """ "two streaks in the top left and a wrinkle at the bottom" """


class English:
    language: Language = "en"
    places: Mapping[Place, tuple[str, ...]] = {
        "top_left": ("in the top left", "top left", "upper left", "top-left", "upper-left"),
        "top": ("at the top", "top centre", "top center", "upper centre", "top"),
        "top_right": ("in the top right", "top right", "upper right", "top-right", "upper-right"),
        "left": ("on the left", "left centre", "centre left", "left"),
        "centre": ("in the centre", "centre", "center", "in the middle"),
        "right": ("on the right", "right centre", "centre right", "right"),
        "bottom_left": (
            "in the bottom left",
            "bottom left",
            "lower left",
            "bottom-left",
            "lower-left",
        ),
        "bottom": ("at the bottom", "bottom centre", "lower centre", "bottom"),
        "bottom_right": (
            "in the bottom right",
            "bottom right",
            "lower right",
            "bottom-right",
            "lower-right",
        ),
        "row_top": ("right across the top", "across the top"),
        "row_middle": ("right across the middle", "across the middle", "across the centre"),
        "row_bottom": ("right across the bottom", "across the bottom"),
        "column_left": (
            "all the way down the left side",
            "down the whole left side",
            "down the left",
        ),
        "column_centre": ("all the way down the middle", "down the middle", "down the centre"),
        "column_right": (
            "all the way down the right side",
            "down the whole right side",
            "down the right",
        ),
        "whole": (
            "over nearly the whole image",
            "over the whole image",
            "nearly the whole image",
            "almost the whole image",
            "nearly the entire image",
            "almost the entire image",
        ),
    }
    extents: Mapping[Extent, tuple[str, ...]] = {
        "tiny": ("tiny", "very small"),
        "small": ("small",),
        "medium": ("medium-sized", "medium"),
        "large": ("large", "big", "huge", "enormous", "gigantic"),
    }
    numbers: Mapping[int, tuple[str, ...]] = {
        n: (word,)
        for n, word in enumerate(
            ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
             "eleven", "twelve")
        )
    }  # fmt: skip
    most_in_words = 12

    def name(self, c: LabelClass) -> str:
        return _spelled(c.label("en"))

    def class_words(self, c: LabelClass) -> tuple[str, ...]:
        name = c.label("en")
        plain = name.replace("_", " ")
        spelled = (name, self.name(c), plain, plain.replace(" ", "-"))
        nouns = (c.en.noun, c.en.plural, self._noun(c), self.many(c))
        return _longest_first((*spelled, *nouns, *c.en.aliases))

    def one(self, c: LabelClass) -> str:
        noun = self._noun(c)
        return f"{'an' if _SPOKEN_VOWEL.match(noun) else 'a'} {noun}"

    def many(self, c: LabelClass) -> str:
        return c.en.plural or _many_of(self.name(c))

    def counted(self, c: LabelClass, n: int, among: int = 0) -> str:
        return f"{number_word(self, n, among)} {self._noun(c) if n == 1 else self.many(c)}"

    def and_(self, phrases: Sequence[str]) -> str:
        return _joined(phrases, ", ", _last(phrases, " and "))

    def or_(self, phrases: Sequence[str]) -> str:
        return _joined(phrases, ", ", _last(phrases, " or "))

    def then(self, phrases: Sequence[str]) -> str:
        if any("," in phrase for phrase in phrases):
            return _joined(phrases, "; ", "; and ")
        return self.and_(phrases)

    def by_class(self, told: Sequence[tuple[LabelClass, str]]) -> str:
        if len(told) == 1:
            return told[0][1]
        return "; ".join(f"{phrase} ({self.name(c)})" for c, phrase in told)

    def located(self, things: Sequence[Thing]) -> str:
        def told(c: LabelClass, place: Place, n: int) -> str:
            return f"{self.counted(c, n, len(things))} {self.places[place][0]}"

        return self.and_([told(*group) for group in _grouped(things)])

    def _noun(self, c: LabelClass) -> str:
        return c.en.noun or _one_of(self.name(c))


class Chinese:
    language: Language = "zh"
    places: Mapping[Place, tuple[str, ...]] = {
        "top_left": ("左上部", "左上角", "左上方", "左上"),
        "top": ("上部", "上方", "顶部"),
        "top_right": ("右上部", "右上角", "右上方", "右上"),
        "left": ("左侧", "左边", "左部"),
        "centre": ("中央", "中心", "正中"),
        "right": ("右侧", "右边", "右部"),
        "bottom_left": ("左下部", "左下角", "左下方", "左下"),
        "bottom": ("下部", "下方", "底部"),
        "bottom_right": ("右下部", "右下角", "右下方", "右下"),
        "row_top": ("上部全宽范围", "横贯上部", "横贯上方"),
        "row_middle": ("中部全宽范围", "横贯中部", "横贯中央"),
        "row_bottom": ("下部全宽范围", "横贯下部", "横贯下方"),
        "column_left": ("左侧全高范围", "纵贯左侧", "纵贯左边"),
        "column_centre": ("中部全高范围", "纵贯中部", "纵贯中央"),
        "column_right": ("右侧全高范围", "纵贯右侧", "纵贯右边"),
        "whole": ("绝大部分区域", "几乎整个画面", "整个画面"),
    }
    extents: Mapping[Extent, tuple[str, ...]] = {
        "tiny": ("微小", "极小"),
        "small": ("较小",),
        "medium": ("中等大小", "中等"),
        "large": ("较大", "很大", "大面积", "巨大", "非常大", "特别大"),
    }
    numbers: Mapping[int, tuple[str, ...]] = {
        n: tuple(words)
        for n, words in enumerate(
            ("零", "一", "两二", "三", "四", "五", "六", "七", "八", "九", "十", ["十一"], ["十二"])
        )
    }
    most_in_words = 10

    def name(self, c: LabelClass) -> str:
        return c.label("zh")

    def class_words(self, c: LabelClass) -> tuple[str, ...]:
        nouns = c.zh.noun, c.zh.plural
        return _longest_first((self.name(c), c.label("en"), *nouns, *c.zh.aliases))

    def one(self, c: LabelClass) -> str:
        return self.counted(c, 1)

    def many(self, c: LabelClass) -> str:
        return self.name(c)

    def counted(self, c: LabelClass, n: int, among: int = 0) -> str:
        return f"{number_word(self, n, among)}处{self.name(c)}"

    def and_(self, phrases: Sequence[str]) -> str:
        return _joined(phrases, "、", "和")

    def or_(self, phrases: Sequence[str]) -> str:
        return _joined(phrases, "、", "或")

    def then(self, phrases: Sequence[str]) -> str:
        return ("；" if any("，" in phrase for phrase in phrases) else "，").join(phrases)

    def by_class(self, told: Sequence[tuple[LabelClass, str]]) -> str:
        if len(told) == 1:
            return told[0][1]
        return "；".join(f"{phrase}（{self.name(c)}）" for c, phrase in told)

    def located(self, things: Sequence[Thing]) -> str:
        def told(c: LabelClass, place: Place, n: int) -> str:
            return f"{self.places[place][0]}{self.counted(c, n, len(things))}"

        return self.and_([told(*group) for group in _grouped(things)])


LEXICONS: Mapping[Language, Lexicon] = {"en": English(), "zh": Chinese()}


def number_word(lexicon: Lexicon, n: int, among: int = 0) -> str:
    """In words, or in digits where it or `among`, how many a text tells of in all, is larger than
    the language writes in words: numbers of one text are written alike (GB/T 15835-2011, 4.3).
    """
    return lexicon.numbers[n][0] if max(n, among) <= lexicon.most_in_words else str(n)


# A project has few names, and conversations say them a million times.
@lru_cache(maxsize=_KEPT)
def _spelled(label: str) -> str:
    return _PREFIX.sub(r"\1-", label.replace("_", " "))


@lru_cache(maxsize=_KEPT)
def _one_of(name: str) -> str:
    return _singular(name) if _PLURAL.search(name) else f"area of {name}"


@lru_cache(maxsize=_KEPT)
def _many_of(name: str) -> str:
    return name if _PLURAL.search(name) else f"areas of {name}"


def _singular(plural: str) -> str:
    return plural[: -2 if _PLURAL_IN_ES.search(plural) else -1]


def _last(phrases: Sequence[str], word: str) -> str:
    """What joins the last phrase, told apart from the same word within a phrase by a comma."""
    return f",{word}" if any(word in phrase for phrase in phrases) else word


def _longest_first(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({word for word in words if word}, key=lambda word: (-len(word), word)))


def _joined(phrases: Sequence[str], comma: str, last: str) -> str:
    *others, final = phrases
    return comma.join(others) + last + final if others else final


def _grouped(things: Sequence[Thing]) -> list[tuple[LabelClass, Place, int]]:
    """How many of each class at each place, as one reads: row by row, what spans them last."""
    groups: dict[tuple[int, Place], tuple[LabelClass, int]] = {}
    for thing in things:
        key = thing.label_class.id, thing.place
        groups[key] = thing.label_class, groups.get(key, (thing.label_class, 0))[1] + 1
    by_place = sorted(groups.items(), key=lambda group: PLACES.index(group[0][1]))
    return [(c, place, n) for (_, place), (c, n) in by_place]
