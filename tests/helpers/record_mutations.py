"""Spoils a right record in one place, so that it is wrong whatever way one reads it.

Each way picks words that stand for something on the image and puts in others that fit nothing on
it, so that a spoilt record can't be true by chance. What may not be spoilt for sure is left alone.
"""

import random
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from app.conversations.facts import ImageFacts, Thing
from app.conversations.lexicon import LEXICONS, number_word
from app.core.conversation import BOXES, IMAGE, Exchange, Message, Record, Role, boxes_token
from app.core.label_class import LabelClass
from app.core.language import Language

_FIELDS = ("appearance", "causes", "consequences", "remedies")
_ROLES: tuple[Role, ...] = ("system", "user", "assistant")


@dataclass(frozen=True)
class Sample:
    """A record, what it was made from, and the same image's exchanges in another language."""

    record: Record
    facts: ImageFacts
    exchanges: Sequence[Exchange]
    others: Sequence[Exchange] = ()
    other_system: str = ""

    @property
    def language(self) -> Language:
        return self.record.language

    def exchange(self, turn: int) -> Exchange | None:
        """The one that a user's or assistant's message was taken from, None when it was changed."""
        message = self.record.messages[turn]
        words = message.content.replace(IMAGE, "")
        same = (e for e in self.exchanges if words == _side(e, message.role))
        return next(same, None) if message.role != "system" else None

    def with_words(self, turn: int, content: str) -> Record:
        messages = list(self.record.messages)
        messages[turn] = replace(messages[turn], content=content)
        return replace(self.record, messages=tuple(messages))


class _Span(NamedTuple):
    start: int
    end: int


def _side(exchange: Exchange, role: Role) -> str:
    return exchange.question if role == "user" else exchange.answer


def mutated(sample: Sample, category: str, dice: random.Random) -> Record | None:
    """The record spoilt once in that way (a key of MUTATIONS), None where it offers no chance."""
    choices = list(MUTATIONS[category](sample, dice))
    return dice.choice(choices) if choices else None


def _occurrences(text: str, word: str) -> Iterator[_Span]:
    """As words of their own, whatever the case."""
    edge = r"(?<![A-Za-z0-9])", r"(?![A-Za-z0-9])"
    pattern = edge[0] * word[0].isascii() + re.escape(word) + edge[1] * word[-1].isascii()
    for match in re.finditer(pattern, text, re.IGNORECASE):
        yield _Span(*match.span())


def _replaced(text: str, span: _Span, by: str) -> str:
    if text[span.start].isupper():
        by = by[0].upper() + by[1:]
    return text[: span.start] + by + text[span.end :]


def _knowledge(facts: ImageFacts, language: Language) -> Iterator[str]:
    for c in facts.classes:
        for name in _FIELDS:
            yield from getattr(c.knowledge(language), name)


def _spans(sample: Sample, text: str, words: Mapping[str, object]) -> list[tuple[_Span, str]]:
    """Where the words stand, longest first and outside what is known of a class."""
    taken = [
        span for k in _knowledge(sample.facts, sample.language) for span in _occurrences(text, k)
    ]
    taken += [_Span(*m.span()) for m in BOXES.finditer(text)]
    found: list[tuple[_Span, str]] = []
    for word in sorted(words, key=len, reverse=True):
        for span in _occurrences(text, word):
            if all(span.end <= t.start or span.start >= t.end for t in taken):
                taken.append(span)
                found.append((span, word))
    return found


def _forms(c: LabelClass, language: Language) -> tuple[str, ...]:
    lexicon = LEXICONS[language]
    one = lexicon.one(c)
    noun = one.split(" ", 1)[1] if language == "en" else lexicon.name(c)
    return lexicon.many(c), noun, lexicon.name(c), c.label(language)


def _class_spans(sample: Sample, text: str) -> Iterator[tuple[_Span, LabelClass, int]]:
    """Where a class is named, which, and in which of its forms."""
    forms = {
        form: (c, i)
        for c in sample.facts.classes
        for i, form in reversed(list(enumerate(_forms(c, sample.language))))
    }
    for span, word in _spans(sample, text, forms):
        yield span, *forms[word]


def _classes(sample: Sample, dice: random.Random) -> Iterator[Record]:
    for turn, message in enumerate(sample.record.messages):
        named = list(_class_spans(sample, message.content))
        for span, c, form in named:
            again = sum(other.id == c.id for _, other, _ in named)
            wrong = _wrong_classes(sample, turn, c, len(named), again)
            if wrong:
                word = _forms(dice.choice(wrong), sample.language)[form]
                yield sample.with_words(turn, _replaced(message.content, span, word))


def _wrong_classes(
    sample: Sample, turn: int, c: LabelClass, named: int, again: int
) -> list[LabelClass]:
    """What the class can't be exchanged for without a lie, or an answer to another question."""
    facts = sample.facts
    others = [other for other in facts.classes if other.id != c.id]
    message, exchange = sample.record.messages[turn], sample.exchange(turn)
    if message.role == "system":
        return others if named > 1 and again == 1 else []
    if exchange is None:
        return []
    if message.role == "user":
        return [other for other in others if _is_wrongly_asked(exchange, c, other, facts, sample)]
    if exchange.class_id is not None or (c in facts.present and again == 1):
        return others
    return [other for other in others if (other in facts.present) != (c in facts.present)]


def _is_wrongly_asked(
    exchange: Exchange, c: LabelClass, other: LabelClass, facts: ImageFacts, sample: Sample
) -> bool:
    if exchange.kind in ("cause", "remedy"):
        owned = [p for f in _FIELDS for p in getattr(other.knowledge(sample.language), f)]
        return not any(phrase.lower() in exchange.answer.lower() for phrase in owned)
    if BOXES.search(exchange.answer):
        return bool(facts.of_class(other.id) or facts.of_class(c.id))
    return (other in facts.present) != (c in facts.present)


def _answers(sample: Sample) -> Iterator[tuple[int, str]]:
    for turn, message in enumerate(sample.record.messages):
        if message.role == "assistant" and sample.exchange(turn) is not None:
            yield turn, message.content


def _counts(sample: Sample, dice: random.Random) -> Iterator[Record]:
    lexicon = LEXICONS[sample.language]
    numbers = {word: n for n in range(1, 30) for word in (number_word(lexicon, n), str(n))}
    for turn, text in _answers(sample):
        for span, word in _spans(sample, text, numbers):
            if _is_count(sample, text, span, numbers[word]):
                false = dice.choice([n for n in range(1, 10) if n != numbers[word]])
                yield sample.with_words(turn, _replaced(text, span, number_word(lexicon, false)))


def _is_count(sample: Sample, text: str, span: _Span, number: int) -> bool:
    """In Chinese with a measure word; an English "one" may be a pronoun."""
    rest = text[span.end :].lower().lstrip()
    if sample.language == "zh":
        return rest.startswith("处")
    nouns = [form.lower() for c in sample.facts.classes for form in _forms(c, "en")]
    return number > 1 or rest.startswith(("defect", "finding", "fault", *nouns))


def _places(sample: Sample, dice: random.Random) -> Iterator[Record]:
    words = {names[0]: place for place, names in LEXICONS[sample.language].places.items()}
    for turn, text in _answers(sample):
        there = {t.place for t in _spoken_of(sample, turn)}
        yield from _others(sample, turn, text, words, there, dice)


def _sizes(sample: Sample, dice: random.Random) -> Iterator[Record]:
    words = {names[0]: extent for extent, names in LEXICONS[sample.language].extents.items()}
    for turn, text in _answers(sample):
        there = {t.extent for t in _spoken_of(sample, turn)}
        yield from _others(sample, turn, text, words, there, dice)


def _spoken_of(sample: Sample, turn: int) -> Sequence[Thing]:
    """Boxes of the classes that the question and the answer name; all where they name none."""
    messages = sample.record.messages
    text = messages[turn - 1].content + "\n" + messages[turn].content
    named = {c.id for _, c, _ in _class_spans(sample, text)}
    return [t for t in sample.facts.things if t.label_class.id in named] or sample.facts.things


def _others(
    sample: Sample,
    turn: int,
    text: str,
    words: Mapping[str, object],
    there: Collection[object],
    dice: random.Random,
) -> Iterator[Record]:
    """A word for something that is there, exchanged for one that stands for nothing there."""
    false = [word for word, meant in words.items() if meant not in there]
    for span, word in _spans(sample, text, words):
        if words[word] in there and false:
            yield sample.with_words(turn, _replaced(text, span, dice.choice(false)))


def _boxes(sample: Sample, dice: random.Random) -> Iterator[Record]:
    """A box dropped, added, or another one in its place; one may be of no annotation."""
    for turn, message in enumerate(sample.record.messages):
        for token in BOXES.finditer(message.content):
            uids = token.group(1).split()
            strange = [t.uid for t in sample.facts.things if t.uid not in uids]
            strange.append(f"{dice.getrandbits(32):08x}")
            changed = [[*uids, dice.choice(strange)]]
            if uids:
                at = dice.randrange(len(uids))
                changed.append(uids[:at] + uids[at + 1 :])
                changed.append([*uids[:at], dice.choice(strange), *uids[at + 1 :]])
                changed.append([*uids, uids[at]])
            for each in changed:
                span = _Span(*token.span())
                yield sample.with_words(turn, _replaced(message.content, span, boxes_token(each)))


def _roles(sample: Sample, dice: random.Random) -> Iterator[Record]:
    """Another role, two messages in each other's place, one left out, one twice."""
    messages = sample.record.messages
    for i, message in enumerate(messages):
        changed = [
            [*messages[:i], replace(message, role=role), *messages[i + 1 :]]
            for role in _ROLES
            if role != message.role
        ]
        changed.append([*messages[:i], message, *messages[i:]])
        if message.role != "system":
            changed.append([*messages[:i], *messages[i + 1 :]])
        if i + 1 < len(messages):
            changed.append([*messages[:i], messages[i + 1], message, *messages[i + 2 :]])
        yield replace(sample.record, messages=tuple(dice.choice(changed)))


def _tags(sample: Sample, dice: random.Random) -> Iterator[Record]:
    """The image left out, twice, or in another message."""
    messages = sample.record.messages
    first = next(i for i, message in enumerate(messages) if IMAGE in message.content)
    bare = messages[first].content.replace(IMAGE, "")
    yield sample.with_words(first, bare)
    yield sample.with_words(first, IMAGE + messages[first].content)
    other = dice.choice([i for i in range(len(messages)) if i != first])
    tagged = sample.with_words(other, IMAGE + messages[other].content)
    yield tagged
    without = [*tagged.messages[:first], Message("user", bare), *tagged.messages[first + 1 :]]
    yield replace(tagged, messages=tuple(without))


def _languages(sample: Sample, dice: random.Random) -> Iterator[Record]:
    """A text about the same in the other language."""
    others = {e.topic: e for e in sample.others}
    for turn, message in enumerate(sample.record.messages):
        exchange = sample.exchange(turn)
        if message.role == "system" and sample.other_system:
            yield sample.with_words(turn, sample.other_system)
        elif exchange and exchange.topic in others:
            words = _side(others[exchange.topic], message.role)
            if not BOXES.search(words):
                tag = IMAGE if IMAGE in message.content else ""
                yield sample.with_words(turn, tag + words)


MUTATIONS: Mapping[str, Callable[[Sample, random.Random], Iterator[Record]]] = {
    "class": _classes,
    "count": _counts,
    "place": _places,
    "size": _sizes,
    "box": _boxes,
    "role": _roles,
    "tag": _tags,
    "language": _languages,
}
