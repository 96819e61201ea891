"""Writes what is asked of an image and answered from its labels alone."""

from collections.abc import Sequence
from functools import lru_cache

from app.conversations.facts import ImageFacts, Thing
from app.conversations.writing.absent import ClassStatistics
from app.conversations.writing.choosing import Choice, Deal, Rounds
from app.conversations.writing.made_with import MadeWith
from app.conversations.writing.stages import Misplaced, misplaced
from app.conversations.writing.templates import Templates
from app.conversations.writing.topics import (
    ABOUT_KNOWLEDGE,
    BOXES_ALONE,
    Subject,
    Topic,
    phrasings_for,
    situation_of,
    subject_of,
    things_of,
    topics,
)
from app.conversations.writing.wording import KNOWN, Wording, Words
from app.core.conversation import Exchange, Fault, boxes_token
from app.core.errors import UserError
from app.core.label_class import LabelClass
from app.core.questions import SECTIONS, Phrasing, QuestionSet

_CLASS_WORDS = frozenset({"name", "a_defect", "defects"})
"""They stand for the same on every image."""

_KEPT = 1024


class PhrasingList:
    """A list of phrasings, as far as their words all stand for something on an image.

    `known` are the words of KNOWN that each needs. `texts` are those that are the same on every
    image of the project, as they are filled in.
    """

    __slots__ = "deal", "is_same", "known", "phrasings", "texts"

    def __init__(
        self, phrasings: Sequence[Phrasing], needs: Sequence[frozenset[str]], same: frozenset[str]
    ) -> None:
        self.phrasings = phrasings
        self.known = [[word for word in KNOWN if word in each] for each in needs]
        self.is_same = [each <= same for each in needs]
        self.texts: list[str | None] = [None] * len(phrasings)
        self.deal: Deal | None = None


class Writer:
    """Raises UserError when the question set holds a phrasing that is no good, see `Templates`.

    The same question set, seed, statistics and facts give the same texts on every machine. Of each
    list, images are dealt phrasings in turn, see `Rounds`; all else is chosen by their hashes.
    `statistics` are for choosing which absent classes are asked about, see `absent`.
    """

    def __init__(
        self, questions: QuestionSet, seed: int = 0, statistics: ClassStatistics | None = None
    ) -> None:
        self.questions = questions
        self.seed = seed
        self.wording = Wording(questions.language)
        self.made_with = MadeWith(questions)
        self._rounds = Rounds(seed, questions.language)
        self._statistics = statistics
        self._templates = Templates(questions)
        self._sections = {*questions.sections}.union(*(each.sections for each in questions.stages))
        self._classes: Sequence[LabelClass] = ()
        self._lists = lru_cache(maxsize=_KEPT)(self._list)

    def exchanges(self, facts: ImageFacts) -> list[Exchange]:
        """What the question set has to ask of this image, in the order of SECTIONS.

        Nothing where the labels hold what never occurs at its stage, see `misplaced`.
        """
        if not facts.classes or self.misplaced(facts):
            return []
        subject = self._subject(facts)
        asked = (t for t in topics(subject, self._statistics) if t.section in self._sections)
        written = (self._exchange(subject, topic, 0) for topic in asked)
        return [exchange for exchange in written if exchange]

    def again(self, facts: ImageFacts, exchange: Exchange) -> Exchange:
        """The same topic in other words, nobody's own any more.

        Raises UserError for one that a person added, whose topic the image no longer has, or where
        the labels hold what never occurs at the image's stage.
        """
        for each in self.misplaced(facts):
            raise UserError(
                f"{each.label_class.name} never occurs at the stage {each.tag!r}.",
                hint="Mend the tag or the label; then it can be written.",
            )
        subject = self._subject(facts)
        about = next((c for c in facts.classes if c.id == exchange.class_id), None)
        topic = Topic(exchange.section, about)
        there = exchange.section in SECTIONS and (about or exchange.class_id is None)
        written = self._exchange(subject, topic, exchange.variant + 1) if there else None
        if written is None:
            raise UserError(
                "There is nothing to write this question and answer from.",
                hint="Edit it, or remove it.",
            )
        return written

    def misplaced(self, facts: ImageFacts) -> tuple[Misplaced, ...]:
        """What the labels hold that never occurs at the image's stage."""
        return misplaced(self.questions, facts.tags, facts.present)

    def choice(self, facts: ImageFacts) -> Choice:
        """What all choices about this image are made by."""
        return Choice(self.seed, facts.content_hash, self.questions.language)

    def system(
        self,
        key: str,
        words: Words,
        choice: Choice,
        *,
        number: int | None = None,
        place: int = 0,
        repeat: int = 0,
    ) -> str:
        """A system text of the question set, "" where it has none of that key.

        Dealt to the image of that `number`, None for one that has none. `place` counts its records,
        which get different texts while there are any; `repeat` how often it was taken before.
        """
        phrasings = self.questions.system.get(key, ())
        if not phrasings:
            return ""
        what = "system", key, repeat
        if number is None:
            index = choice.turn(len(phrasings), place, *what)
        else:
            index = self._rounds.index(number, len(phrasings), *what, ahead=place)
        return self._templates.render(phrasings[index], words)

    def correction(self, fault: Fault, words: Words, choice: Choice, *what: object) -> str:
        """What an answer says of a wrong report, "" where the question set has no words for it."""
        phrasings = self.questions.corrections.get(fault, ())
        if not phrasings:
            return ""
        return self._templates.render(choice.one(phrasings, "correction", fault, *what), words)

    def _subject(self, facts: ImageFacts) -> Subject:
        return subject_of(self.questions, facts, self.choice(facts))

    def _exchange(self, subject: Subject, topic: Topic, variant: int) -> Exchange | None:
        """None where the image, the classes' knowledge or the question set doesn't have it."""
        class_id = topic.about.id if topic.about else None
        # Not compared: one tuple serves many images.
        if subject.facts.classes is not self._classes:
            self._classes = subject.facts.classes
            self._lists.cache_clear()
        answer = self._answer(subject, topic, variant)
        if not answer:
            return None
        words = self.wording.of_class(topic.about) if topic.about else {}
        question = self._written(subject, topic, "", (words, tuple(words)), variant)
        if not question:
            return None
        kind = SECTIONS[topic.section].kind
        return Exchange(kind, topic.section, class_id, question, answer, variant)

    def _answer(self, subject: Subject, topic: Topic, variant: int) -> str:
        things = things_of(subject, topic)
        if topic.section in BOXES_ALONE:
            return boxes_token([thing.uid for thing in things])
        situation = situation_of(subject, topic, things)
        if situation not in SECTIONS[topic.section].answers:
            return ""
        if topic.section in ABOUT_KNOWLEDGE and not self._is_known(subject, topic):
            return ""
        words = self._words(subject, topic, things)
        return self._written(subject, topic, situation, words, variant)

    def _is_known(self, subject: Subject, topic: Topic) -> bool:
        """Whether what the section tells is known of the classes that it is about; where nothing is
        on the image, of any class: else only such images would be asked."""
        word = ABOUT_KNOWLEDGE[topic.section]
        if _meant(subject, topic):
            return word in self._known(subject, topic)
        return any(self.wording.knows(c, word) for c in subject.facts.classes)

    def _known(self, subject: Subject, topic: Topic) -> tuple[str, ...]:
        class_id = topic.about.id if topic.about else None
        if class_id not in subject.known:
            subject.known[class_id] = self.wording.known_of(_meant(subject, topic))
        return subject.known[class_id]

    def _words(
        self, subject: Subject, topic: Topic, things: Sequence[Thing]
    ) -> tuple[Words, tuple[str, ...]]:
        """For an answer about a class, or about all; `things` are its boxes."""
        class_id = topic.about.id if topic.about else None
        if class_id not in subject.words:
            words = self._words_now(subject, topic.about, things)
            subject.words[class_id] = words, (*words, *self._known(subject, topic))
        return subject.words[class_id]

    def _words_now(
        self, subject: Subject, about: LabelClass | None, things: Sequence[Thing]
    ) -> Words:
        if not things:
            return self.wording.of_class(about) if about else {}
        if about:
            return self.wording.of_boxes(about, things)
        words = self.wording.of_all(subject.present, things)
        if len(subject.present) == 1:
            return {**words, **self.wording.of_boxes(subject.present[0], things)}
        return words

    def _written(
        self,
        subject: Subject,
        topic: Topic,
        situation: str,
        words: tuple[Words, tuple[str, ...]],
        variant: int,
    ) -> str:
        """A phrasing of the list for that situation ("" for the questions), filled in."""
        filled, there = words
        class_id = topic.about.id if topic.about else None
        offered = self._lists(topic.section, situation, subject.stages, class_id, there)
        if not offered.phrasings:
            return ""
        index = self._turn(subject, topic, situation, offered, variant)
        text = offered.texts[index]
        if text is None:
            if known := offered.known[index]:
                meant, choice = _meant(subject, topic), subject.choice
                told = {word: self.wording.known(meant, word, choice, variant) for word in known}
                filled = {**filled, **told}
            text = self._templates.render(offered.phrasings[index], filled)
            if offered.is_same[index]:
                offered.texts[index] = text
        return text

    def _turn(
        self, subject: Subject, topic: Topic, situation: str, offered: PhrasingList, variant: int
    ) -> int:
        number, first, count = subject.facts.number, None, len(offered.phrasings)
        what = topic.section, situation, topic.about.id if topic.about else ""
        if number is not None:
            if offered.deal is None:
                offered.deal = self._rounds.deal(count, *what, *subject.stages)
            first = offered.deal.index(number)
            if not variant:
                return first
        return subject.choice.turn_from(first, count, variant, *what)

    def _list(
        self,
        section: str,
        situation: str,
        stages: tuple[int, ...],
        class_id: int | None,
        words: tuple[str, ...],
    ) -> PhrasingList:
        """Those of the list whose `words` all stand for something; asked about one class, or not
        (None)."""
        listed = phrasings_for(self.questions, section, situation, stages)
        usable = [p for p in listed if self._templates.needs(p).issubset(words)]
        same = frozenset() if class_id is None else _CLASS_WORDS
        return PhrasingList(usable, [self._templates.needs(p) for p in usable], same)


def _meant(subject: Subject, topic: Topic) -> Sequence[LabelClass]:
    """The classes that the topic is about."""
    return (topic.about,) if topic.about else subject.present
