"""Which phrasings of a question set are right of every image, tried out once instead of each time.

A phrasing fills in what the labels say; it can be wrong by its own words alone. Those that name no
class, place or size, and hang on nothing but how many there are, are tried on images with none,
one, some and many boxes: a number or a denial in them is wrong on one of these, or on none at all.
"""

from collections.abc import Iterator, Sequence
from itertools import chain, product

from app.conversations.checks.checking import check_exchange, is_cut_short
from app.conversations.checks.reading import reader_of
from app.conversations.checks.understanding import claims_of
from app.conversations.facts import ImageFacts
from app.conversations.writing.stages import never_at
from app.conversations.writing.topics import (
    BOXES_ALONE,
    Subject,
    Topic,
    phrasings_for,
    situation_of,
    things_of,
    topics,
)
from app.conversations.writing.trying import Layout, made_up_images
from app.conversations.writing.writer import PhrasingList, Writer
from app.core.conversation import Exchange
from app.core.geometry import Box
from app.core.label_class import LabelClass
from app.core.questions import SECTIONS, Phrasing, QuestionSet

_BOXES = (
    Box(60, 60, 120, 130), Box(20, 740, 880, 860), Box(430, 430, 440, 445), Box(700, 300, 760, 560),
    Box(650, 30, 860, 250), Box(40, 620, 180, 880), Box(420, 700, 520, 800), Box(380, 20, 470, 60),
    Box(20, 380, 30, 390), Box(760, 780, 880, 890), Box(330, 340, 560, 550),
    Box(640, 600, 645, 890), Box(150, 150, 170, 290),
)  # fmt: skip
"""In every part of an image of 900 x 900 pixels, of every size."""

_ALL = len(_BOXES)
_COUNTS = (2, 3, _ALL)
_MOST_COMPARED = 2
"""Where a phrasing says otherwise from so many on, the trial has counts on either side."""

_ListKey = tuple[tuple[int, ...], str, str]


class Proof:
    """Of a question set and the classes of a project; each list is tried when it is first met."""

    def __init__(self, questions: QuestionSet, classes: Sequence[LabelClass]) -> None:
        self._trial = _Trial(questions)
        self._classes = tuple(classes)
        self._reader = reader_of(self._classes, questions.language)
        self._kept: dict[_ListKey, bool] = {}
        self._images: dict[tuple[int, ...], list[Subject]] = {}

    def holds(self, facts: ImageFacts, exchanges: Sequence[Exchange]) -> bool:
        """Whether nothing that the set wrote of the image can be wrong, turn by turn.

        False tells nothing: then they are to be compared with the labels.
        """
        subject = self._trial.subject(facts)
        by_id = {c.id: c for c in facts.classes}
        for exchange in exchanges:
            if exchange.section not in SECTIONS:
                return False
            about = None if exchange.class_id is None else by_id.get(exchange.class_id)
            if not self._is_right(
                subject.stages, *_answered(subject, Topic(exchange.section, about))
            ):
                return False
        return True

    def _is_right(self, stages: tuple[int, ...], section: str, situation: str) -> bool:
        key = stages, section, situation
        if key not in self._kept:
            self._kept[key] = self._try(*key)
        return self._kept[key]

    def _try(self, stages: tuple[int, ...], section: str, situation: str) -> bool:
        questions = self._phrasings(stages, section, "")
        answers = self._phrasings(stages, section, situation) if situation else ()
        if not all(self._is_open(each) for each in (*questions, *answers)):
            return False
        images = [
            (subject, topic)
            for subject in self._made_up(stages)
            for topic in topics(subject, None)
            if _answered(subject, topic) == (section, situation)
        ]
        # Questions that want the same are answered alike: all are tried with one answer, then one
        # of each sort with all answers.
        alike: dict[object, int] = {}
        for n in range(len(questions)):
            for subject, topic in images:
                exchange = self._trial.said(subject, topic, n, 0)
                if not self._agrees(subject, exchange):
                    return False
                if exchange:
                    wanted = claims_of(exchange.question, self._reader).wanted
                    alike.setdefault((exchange.class_id, wanted), n)
        pairs = product(sorted(set(alike.values())), range(1, len(answers)))
        return bool(alike) and all(
            self._agrees(subject, self._trial.said(subject, topic, *pair))
            for pair in pairs
            for subject, topic in images
        )

    def _phrasings(
        self, stages: tuple[int, ...], section: str, situation: str
    ) -> Sequence[Phrasing]:
        return phrasings_for(self._trial.questions, section, situation, stages)

    def _is_open(self, phrasing: Phrasing) -> bool:
        """Whether its own words name no class, place or size, and hang on nothing but how many."""
        compared = self._trial.compared(phrasing)
        if compared is None or any(not 0 <= n <= _MOST_COMPARED for n in compared):
            return False
        lexemes = chain.from_iterable(self._reader.sentences(self._trial.own_words(phrasing)))
        named = ((m.class_id, m.place, m.extent) for m in (x.meaning for x in lexemes))
        return all(each == (None, None, None) for each in named)

    def _agrees(self, subject: Subject, exchange: Exchange | None) -> bool:
        if exchange is None:
            return True
        return not is_cut_short(exchange.question) and not check_exchange(
            exchange, subject.facts, self._reader.language
        )

    def _made_up(self, stages: tuple[int, ...]) -> list[Subject]:
        if stages not in self._images:
            held = [self._trial.questions.stages[i] for i in stages]
            never = {c.id for stage in held for c in never_at(stage, self._classes)}
            there = [c for c in self._classes if c.id not in never]
            tags = tuple(stage.tag for stage in held)
            layouts = _layouts(len(there)) if there else [()]
            images = made_up_images(list(layouts), there, self._classes, tags)
            self._images[stages] = [self._trial.subject(image) for image in images]
        return self._images[stages]


class _Trial(Writer):
    """Takes that phrasing of each list that it is told to take."""

    def __init__(self, questions: QuestionSet) -> None:
        super().__init__(questions)
        self._asked = self._answered = 0

    def subject(self, facts: ImageFacts) -> Subject:
        return self._subject(facts)

    def said(self, subject: Subject, topic: Topic, asked: int, answered: int) -> Exchange | None:
        self._asked, self._answered = asked, answered
        return self._exchange(subject, topic, 0)

    def compared(self, phrasing: Phrasing) -> frozenset[int] | None:
        return self._templates.compared(phrasing)

    def own_words(self, phrasing: Phrasing) -> str:
        return self._templates.own_words(phrasing, "…")

    def _turn(
        self, subject: Subject, topic: Topic, situation: str, offered: PhrasingList, variant: int
    ) -> int:
        return (self._answered if situation else self._asked) % len(offered.phrasings)


def _answered(subject: Subject, topic: Topic) -> tuple[str, str]:
    """The section, and which of its answers; "" where the answer is boxes alone."""
    if topic.section in BOXES_ALONE:
        return topic.section, ""
    return topic.section, situation_of(subject, topic, things_of(subject, topic))


def _layouts(classes: int) -> Iterator[Layout]:
    """Nothing; one box; some of one class; some of several."""
    yield ()
    for n in range(3):
        yield ((n, _BOXES[n]),)
    for count in _COUNTS:
        yield tuple((count, box) for box in _BOXES[:count])
    if classes > 1:
        for count in _COUNTS:
            yield tuple(
                (int(n == 1) + 2 * int(n == 3), box) for n, box in enumerate(_BOXES[:count])
            )
