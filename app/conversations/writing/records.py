"""Puts the questions and answers of an image together as lines of a training file."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, zip_longest
from math import log
from typing import Literal, NamedTuple, get_args

from app.conversations.facts import ImageFacts
from app.conversations.writing.choosing import Choice
from app.conversations.writing.dialogue import dialogue
from app.conversations.writing.noise import FalseReport, false_report
from app.conversations.writing.topics import REASONS
from app.conversations.writing.writer import Writer
from app.core.conversation import (
    BOXES,
    CLAIMS,
    FORMAT,
    IMAGE,
    KINDS,
    Exchange,
    Kind,
    Message,
    Record,
    boxes_token,
)

Grounding = Literal["noisy", "all", "off"]
GROUNDINGS: tuple[Grounding, ...] = get_args(Grounding)

_BESIDE = 1 / 4
"""How often a class that isn't there is asked about beside defects, to once for one that is."""

_CORRECTED = 0.5
"""The share of noisy records whose answer says that the report is wrong, where it can."""


@dataclass(frozen=True, slots=True)
class RecordOptions:
    """What records are made.

    `noise` (0..1) is the share of all records that quote a wrong report. Only those may that say
    where nothing lies, in boxes or in words: a report's places would be learned with the answer's.
    So of the others it takes as many more, and a file comes near the share whatever its shapes.
    As many quote a right one, as far as there are records left for it: of reports that are wrong
    always, one would learn to say the contrary.
    `grounding` says which prose records get the clause that ties answers to the marked boxes:
    with "noisy" those that quote a report. Without `system` texts there is neither.

    Raises ValueError for numbers out of range and for no or unknown kinds.
    """

    kinds: tuple[Kind, ...] = KINDS
    per_image: int = 3
    noise: float = 0.05
    grounding: Grounding = "noisy"
    system: bool = True

    def __post_init__(self) -> None:
        if not self.kinds or not set(self.kinds) <= set(KINDS):
            raise ValueError(f"kinds must be some of {KINDS}: {self.kinds}")
        if self.per_image < 1:
            raise ValueError(f"records per image must be 1 or more: {self.per_image}")
        if not 0 <= self.noise <= 1:
            raise ValueError(f"noise must be 0..1: {self.noise}")
        if self.grounding not in GROUNDINGS:
            raise ValueError(f"grounding must be one of {GROUNDINGS}: {self.grounding}")


class _Quote(NamedTuple):
    """A detector's report that a record quotes: one with an error, or the labels themselves."""

    wrong: FalseReport | None


class _Shape(NamedTuple):
    """A record to be: which exchanges, and whether they are boxes and nothing else."""

    exchanges: tuple[Exchange, ...]
    is_localisation: bool = False

    @property
    def localises(self) -> bool:
        return any(e.kind == "where" for e in self.exchanges) or self.shows_boxes

    @property
    def shows_boxes(self) -> bool:
        # "<" is asked for first, because most texts have none.
        texts = [text for e in self.exchanges for text in (e.question, e.answer) if "<" in text]
        return any(map(BOXES.search, texts))


def records(
    writer: Writer,
    facts: ImageFacts,
    exchanges: Sequence[Exchange],
    options: RecordOptions,
    *,
    repeat: int = 0,
) -> list[Record]:
    """As many of the image's records as are asked for: localisation, a dialogue, single turns.

    Which come first is chosen for each image, evenly among localisation, dialogue and the kinds of
    single turns. `repeat` counts how often the image was taken before: the next records then
    follow, in the end the first ones again with other system texts.
    """
    choice = writer.choice(facts)
    allowed = [e for e in exchanges if e.kind in options.kinds]
    shapes = _shapes(facts, allowed, choice, repeat)
    if not shapes:
        return []
    start = repeat * options.per_image
    taken = [shapes[(start + i) % len(shapes)] for i in range(min(options.per_image, len(shapes)))]
    assembly = _Assembly(writer, facts, options, choice, repeat)
    quotes = assembly.quotes(taken)
    return [assembly.record(s, q, p) for s, q, p in zip(taken, quotes, _places(taken), strict=True)]


def _places(shapes: Sequence[_Shape]) -> list[int]:
    """How many of those before have a system text from the same list."""
    alone = [shape.is_localisation for shape in shapes]
    return [alone[:n].count(is_alone) for n, is_alone in enumerate(alone)]


def _shapes(
    facts: ImageFacts, exchanges: Sequence[Exchange], choice: Choice, repeat: int
) -> list[_Shape]:
    """All of them, each sort once before any comes again."""
    sorts: list[list[_Shape]] = [[] for _ in (*KINDS, "localisation")]
    for exchange in _order(facts, exchanges, choice):
        answer = exchange.answer
        is_localisation = answer[:1] == "<" and bool(BOXES.fullmatch(answer))
        place = -1 if is_localisation else KINDS.index(exchange.kind)
        sorts[place].append(_Shape((exchange,), is_localisation))
    if turns := dialogue(facts, exchanges, choice, repeat):
        sorts.append([_Shape(turns)])
    shuffled = [sorts[index] for index in choice.order(len(sorts), "sorts")]
    return [shape for shape in chain.from_iterable(zip_longest(*shuffled)) if shape]


def _order(facts: ImageFacts, exchanges: Sequence[Exchange], choice: Choice) -> list[Exchange]:
    """In the order in which they are taken.

    Where there are defects, questions about what isn't there are taken less often: with the normal
    images, that say no to everything, no would else be the answer to most questions. What is asked
    of each class that is there, and of one that isn't in one section of its kind, is taken as often
    as what names no class.
    """
    present = {thing.label_class.id for thing in facts.things}
    of_absent = _BESIDE if present else 1.0

    def weight(exchange: Exchange) -> float:
        is_absent = exchange.class_id is not None and exchange.class_id not in present
        share = of_absent if is_absent else 1.0
        if exchange.section not in REASONS:
            return share
        return share * len(REASONS[exchange.section]) if is_absent else share / len(present)

    def rank(exchange: Exchange) -> float:
        # Sorting by these is drawing by weight without putting back (Efraimidis, Spirakis, 2006).
        return -log(1 - choice.share("order", *_key_of(exchange))) / weight(exchange)

    return sorted(exchanges, key=rank)


def _key_of(exchange: Exchange) -> tuple[object, ...]:
    """Those that people added have no topic that tells them apart."""
    return exchange.section or exchange.question, exchange.class_id


@dataclass(frozen=True)
class _Assembly:
    """Makes records of one image."""

    writer: Writer
    facts: ImageFacts
    options: RecordOptions
    choice: Choice
    repeat: int

    def quotes(self, shapes: Sequence[_Shape]) -> list[_Quote | None]:
        """For each shape the report that it quotes, if it is to quote one."""
        system = self.writer.questions.system
        able = [
            self.options.system
            and bool(system.get("prose") and system.get("report"))
            and not shape.localises
            for shape in shapes
        ]
        chance = self.options.noise * len(shapes) / max(1, sum(able))
        return [
            self._quote(shape, chance) if is_able else None
            for shape, is_able in zip(shapes, able, strict=True)
        ]

    def record(self, shape: _Shape, quote: _Quote | None, place: int) -> Record:
        report = quote.wrong if quote else None
        corrected = self._corrected(shape, report)
        system = self._system(shape, quote, place) if self.options.system else ""
        messages = [Message("system", system)] if system else []
        for index, exchange in enumerate(shape.exchanges):
            question = _plain(exchange.question)
            messages.append(Message("user", IMAGE + question if index == 0 else question))
            answer = _plain(exchange.answer)
            if report and index == corrected:
                answer = self.writer.wording.paragraph(self._correction(shape, report), answer)
            messages.append(Message("assistant", answer))
        return Record(
            self.writer.questions.language,
            tuple(exchange.kind for exchange in shape.exchanges),
            tuple(messages),
            report.fault if report else None,
            report.claims if report else (),
            tuple(sorted({e.reworded_by for e in shape.exchanges if e.reworded_by})),
        )

    @cached_property
    def _names(self) -> str:
        return self.writer.wording.names(self.facts.classes)

    def _quote(self, shape: _Shape, chance: float) -> _Quote | None:
        """A wrong report with that chance, and a right one with the same."""
        key, lexicon = self._key(shape), self.writer.wording.lexicon
        drawn = self.choice.share("noise", *key)
        if drawn < chance:
            wrong = false_report(self.facts, lexicon, self.choice, "report", *key)
            return _Quote(wrong) if wrong else None
        return _Quote(None) if drawn < 2 * chance else None

    def _system(self, shape: _Shape, quote: _Quote | None, place: int) -> str:
        wording = self.writer.wording
        if shape.is_localisation:
            names = wording.labels(self.facts.classes)
            return self._text("localisation", place, names=names, format=FORMAT)
        texts = [self._text("prose", place, names=self._names)]
        if shape.shows_boxes:
            texts.append(self._text("boxes", place, format=FORMAT))
        boxes = boxes_token([thing.uid for thing in self.facts.things])
        if quote:
            texts.append(self._text("report", place, report=CLAIMS if quote.wrong else boxes))
        if self._is_grounded(shape, quote):
            texts.append(self._text("grounding", place, boxes=boxes))
        return wording.paragraph(*texts)

    def _is_grounded(self, shape: _Shape, quote: _Quote | None) -> bool:
        """Not where the clause would give the answer away. It stands with images on which nothing
        is marked, too: else all that have it would have a defect."""
        wanted = {"noisy": quote is not None, "all": True, "off": False}[self.options.grounding]
        return wanted and not shape.shows_boxes

    def _corrected(self, shape: _Shape, report: FalseReport | None) -> int | None:
        """The first turn whose answer names what the report has wrong, in half of the records."""
        if report is None or self.choice.share("corrected", *self._key(shape)) >= _CORRECTED:
            return None
        return next((i for i, e in enumerate(shape.exchanges) if _names_defects(e, report)), None)

    def _correction(self, shape: _Shape, report: FalseReport) -> str:
        return self.writer.correction(report.fault, report.words, self.choice, *self._key(shape))

    def _text(self, key: str, place: int, **words: object) -> str:
        number, repeat = self.facts.number, self.repeat
        return self.writer.system(
            key, words, self.choice, number=number, place=place, repeat=repeat
        )

    def _key(self, shape: _Shape) -> tuple[object, ...]:
        """Names the record among those of the image, whatever else is asked for."""
        exchanges = chain.from_iterable(_key_of(exchange) for exchange in shape.exchanges)
        return shape.is_localisation, *exchanges, self.repeat


def _plain(text: str) -> str:
    """Without images that a person wrote in: the one image stands before the first question."""
    return text.replace(IMAGE, "").strip()


def _names_defects(exchange: Exchange, report: FalseReport) -> bool:
    if exchange.section == "asked":
        return exchange.class_id in report.class_ids
    return exchange.section in ("presence", "identification")
