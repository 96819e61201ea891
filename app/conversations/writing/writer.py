"""Writes what is asked of an image and answered from its labels alone."""

from collections.abc import Sequence

from app.conversations.facts import ImageFacts, Thing
from app.conversations.writing.absent import ClassStatistics
from app.conversations.writing.choosing import Choice, Rounds
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
        self._usable: dict[tuple[object, ...], list[Phrasing]] = {}

    def exchanges(self, facts: ImageFacts) -> list[Exchange]:
        """What the question set has to ask of this image, in the order of SECTIONS.

        Nothing where the labels hold what never occurs at its stage, see `misplaced`.
        """
        if not facts.classes or self.misplaced(facts):
            return []
        subject = self._subject(facts)
        written = (self._exchange(subject, topic, 0) for topic in topics(subject, self._statistics))
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
        answer = self._answer(subject, topic, variant)
        if not answer:
            return None
        words = self.wording.of_class(topic.about) if topic.about else {}
        question = self._written(subject, topic, "", words, variant)
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
        words = self._words(subject, topic.about, things)
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

    def _words(self, subject: Subject, about: LabelClass | None, things: Sequence[Thing]) -> Words:
        """For an answer about a class, or about all; `things` are its boxes."""
        class_id = about.id if about else None
        if class_id not in subject.words:
            subject.words[class_id] = self._words_now(subject, about, things)
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
        self, subject: Subject, topic: Topic, situation: str, words: Words, variant: int
    ) -> str:
        """A phrasing of the list for that situation ("" for the questions), filled in."""
        there = *words, *(self._known(subject, topic) if situation else ())
        usable = self._usable_phrasings(topic.section, situation, subject.stages, there)
        if not usable:
            return ""
        phrasing = usable[self._turn(subject, topic, situation, len(usable), variant)]
        filled = dict(words)
        for word in self._templates.needs(phrasing).intersection(KNOWN):
            filled[word] = self.wording.known(_meant(subject, topic), word, subject.choice, variant)
        return self._templates.render(phrasing, filled)

    def _turn(
        self, subject: Subject, topic: Topic, situation: str, count: int, variant: int
    ) -> int:
        what = topic.section, situation, topic.about.id if topic.about else ""
        number, first = subject.facts.number, None
        if number is not None:
            first = self._rounds.index(number, count, *what, *subject.stages)
        return subject.choice.turn_from(first, count, variant, *what)

    def _usable_phrasings(
        self, section: str, situation: str, stages: tuple[int, ...], words: tuple[str, ...]
    ) -> list[Phrasing]:
        """Those of the list whose words all stand for something on this image."""
        key = section, situation, stages, words
        if key not in self._usable:
            phrasings = phrasings_for(self.questions, section, situation, stages)
            self._usable[key] = [p for p in phrasings if self._templates.needs(p).issubset(words)]
        return self._usable[key]


def _meant(subject: Subject, topic: Topic) -> Sequence[LabelClass]:
    """The classes that the topic is about."""
    return (topic.about,) if topic.about else subject.present
