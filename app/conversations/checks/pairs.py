"""A question and its answer as they were read, beside what the labels of the image hold."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from app.conversations.checks.claims import TOPICS, Claims, Mention
from app.conversations.checks.cue_words import Topic
from app.conversations.checks.reading import reader_of
from app.conversations.facts import ImageFacts, Thing
from app.conversations.lexicon import LEXICONS, number_word
from app.core.conversation import Kind
from app.core.language import Language

_TOPICS_OF: Mapping[Kind, frozenset[Topic]] = {
    "presence": frozenset(),
    "identification": frozenset(),
    "where": frozenset(),
    "cause": frozenset({"cause"}),
    "remedy": frozenset({"consequence", "remedy"}),
}


class Labels:
    """What the labels of an image hold, by class."""

    def __init__(self, facts: ImageFacts, language: Language) -> None:
        self.facts = facts
        self.language = language
        self.lexicon = LEXICONS[language]
        self.reader = reader_of(facts.classes, language)
        self.count: Counter[int] = Counter(t.label_class.id for t in facts.things)
        self.total = len(facts.things)
        self._classes = {c.id: c for c in facts.classes}

    def things(self, class_ids: Collection[int]) -> Sequence[Thing]:
        """Those of the classes; all where none of these is on the image."""
        found = [t for t in self.facts.things if t.label_class.id in class_ids]
        return found or self.facts.things

    def name(self, class_id: int) -> str:
        return self.lexicon.name(self._classes[class_id])

    def names(self, class_ids: Collection[int]) -> str:
        ordered = [self.lexicon.name(c) for c in self.facts.classes if c.id in class_ids]
        return self.lexicon.and_(ordered) if ordered else self.number(0)

    def number(self, n: int) -> str:
        return number_word(self.lexicon, n)


@dataclass(frozen=True)
class Pair:
    """A question and its answer. `about` are the classes that earlier turns or the exchange name
    where the question names none; `kind` and `topic` are known of what was generated. What the
    answer says of a detector's wrong report is left out of `answer`. `told_before` are the classes
    that earlier answers say are there.
    """

    labels: Labels
    question: Claims
    answer: Claims
    turn: int
    about: frozenset[int] = frozenset()
    kind: Kind | None = None
    topic: Topic | None = None
    told_before: frozenset[int] = frozenset()

    @cached_property
    def asked(self) -> frozenset[int]:
        return self.question.class_ids or self.about

    @cached_property
    def topics(self) -> frozenset[Topic]:
        """What the question may be about, of cause, consequence and remedy."""
        fitting = _TOPICS_OF[self.kind] if self.kind else frozenset(TOPICS)
        if not fitting:
            return fitting
        told = self.question.topics
        if self.topic and (self.topic in told or not told):
            return frozenset({self.topic})
        return told & fitting or told or (fitting if self.kind else frozenset())

    @property
    def is_reasoning(self) -> bool:
        return bool(self.topics)

    def may_generalise(self, mention: Mention, anywhere: bool = False) -> bool:
        """Whether a class beside the one asked about is spoken of as what may cause or follow it.

        Only in prose of one's own (what is known of a class speaks of that class alone), and only
        behind words such as "leads to", but for `anywhere`.
        """
        if not self.is_reasoning or self.answer.known or mention.class_id in self.asked:
            return False
        return mention.why or (anywhere and bool(self.asked))

    @cached_property
    def denies_asked(self) -> bool:
        """Whether the answer to a question about classes is no."""
        return says_yes(self) is False


def says_yes(pair: Pair) -> bool | None:
    """Whether the answer says that what was asked about is there; None where it doesn't tell."""
    answer = pair.answer
    asked = [m for m in answer.mentions if m.class_id in pair.asked] if pair.asked else []
    if answer.opening:
        return answer.opening.is_yes
    if answer.is_none or any(m.says == "not_there" or m.count == 0 for m in asked):
        return False
    if any(m.says == "there" and (m.count or m.is_placed or m.is_stated) for m in asked):
        return True
    if pair.asked and answer.first in answer.denying:
        return False
    return True if any(m.says == "there" for m in asked) else None
