"""What there is to ask of an image, and which list of a question set holds the answers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from app.conversations.facts import ImageFacts, Thing
from app.conversations.writing.absent import ClassStatistics, asked_absent
from app.conversations.writing.choosing import Choice
from app.conversations.writing.stages import never_at, stages_of
from app.conversations.writing.wording import Words
from app.core.label_class import LabelClass
from app.core.questions import SECTIONS, Phrasing, QuestionSet, Stage

ABOUT_KNOWLEDGE = {
    "cause": "causes", "consequence": "consequences", "remedy": "remedies",
    "any_cause": "causes", "any_remedy": "remedies",
}  # fmt: skip
"""What must be known of a class for the section to be about it."""

REASONS: Mapping[str, Sequence[str]] = {
    "cause": ("cause",),
    "consequence": ("consequence", "remedy"),
    "remedy": ("consequence", "remedy"),
}
"""Those of them that name a class, each with all of its kind."""

_KINDS = tuple(dict.fromkeys(REASONS.values()))

BOXES_ALONE = frozenset({"where", "where_class"})


class Topic(NamedTuple):
    section: str
    about: LabelClass | None = None


@dataclass(frozen=True)
class Subject:
    """One image as the writer looks at it."""

    facts: ImageFacts
    choice: Choice
    present: Sequence[LabelClass]
    absent: Sequence[LabelClass]
    stages: tuple[int, ...]
    never: frozenset[int]
    words: dict[int | None, tuple[Words, tuple[str, ...]]] = field(default_factory=dict)
    """For what is said of the boxes of a class, by its id, and of all (None), as it is needed; and
    the names of all words that stand for something there, of what is known too."""

    known: dict[int | None, tuple[str, ...]] = field(default_factory=dict)
    """The words for what is known of a class, by its id, and of all that are there (None)."""

    @cached_property
    def by_class(self) -> Mapping[int, tuple[Thing, ...]]:
        """The boxes of each class that is there, by its id."""
        return {c.id: self.facts.of_class(c.id) for c in self.present}

    @cached_property
    def possible(self) -> Sequence[LabelClass]:
        """Those that aren't there but might be at this stage."""
        return [c for c in self.absent if c.id not in self.never]


def subject_of(questions: QuestionSet, facts: ImageFacts, choice: Choice) -> Subject:
    stages = stages_of(questions, facts.tags)
    never = {c.id for i in stages for c in never_at(questions.stages[i], facts.classes)}
    return Subject(facts, choice, facts.present, facts.absent, stages, frozenset(never))


def topics(subject: Subject, statistics: ClassStatistics | None) -> Iterator[Topic]:
    explained = _explained(subject, statistics)
    for section, form in SECTIONS.items():
        if not form.per_class:
            yield Topic(section)
        elif section in ABOUT_KNOWLEDGE:
            yield from (Topic(section, c) for c in subject.present)
            if section in explained:
                yield Topic(section, explained[section])
        elif section == "asked":
            yield from (Topic(section, c) for c in _asked(subject, statistics))
        else:
            yield from (Topic(section, c) for c in _sought(subject))


def _asked(subject: Subject, statistics: ClassStatistics | None) -> Iterator[LabelClass]:
    """One class that is there, one that isn't, and one that this stage never shows."""
    choice, present = subject.choice, subject.present
    if present:
        yield choice.one(present, "asked", "present")
    if subject.possible:
        yield asked_absent(choice, subject.possible, present, statistics)
    if never := [c for c in subject.absent if c.id in subject.never]:
        yield choice.one(never, "asked", "never")


def _explained(subject: Subject, statistics: ClassStatistics | None) -> dict[str, LabelClass]:
    """Beside all that are there, in one section of each kind, one that isn't but might be: asked
    why it came about, one has to see that it didn't."""
    if not subject.possible:
        return {}
    choice = subject.choice
    about = asked_absent(choice, subject.possible, subject.present, statistics, "explained")
    return {choice.one(kind, "explained", "section"): about for kind in _KINDS}


def _sought(subject: Subject) -> Iterator[LabelClass]:
    """One class that is there, and one that isn't."""
    if subject.present:
        yield subject.choice.one(subject.present, "sought", "present")
    if subject.absent:
        yield subject.choice.one(subject.absent, "sought", "absent")


def things_of(subject: Subject, topic: Topic) -> tuple[Thing, ...]:
    return subject.by_class.get(topic.about.id, ()) if topic.about else subject.facts.things


def situation_of(subject: Subject, topic: Topic, things: Sequence[Thing]) -> str:
    """Which of the section's answers fits; one that it doesn't have where none does."""
    if topic.about:
        never = topic.about.id in subject.never
        return "present" if things else "never_here" if never else "absent"
    if not things:
        return "normal"
    if topic.section == "presence" or topic.section in ABOUT_KNOWLEDGE:
        return "defects"
    if len(things) == 1:
        return "one"
    alike = len(subject.present) == 1 and topic.section == "identification"
    return "one_class" if alike else "several"


def phrasings_for(
    questions: QuestionSet, section: str, situation: str, stages: tuple[int, ...]
) -> Sequence[Phrasing]:
    """The list of the first of these stages that has one, or else the general one."""
    staged: list[Stage] = [questions.stages[i] for i in stages]
    for sections in (*(stage.sections for stage in staged), questions.sections):
        if section in sections:
            held = sections[section]
            found = held.answers.get(situation, ()) if situation else held.questions
            if found:
                return found
    return ()
