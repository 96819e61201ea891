"""The checker: says where questions, answers and whole records disagree with an image's labels."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from app.conversations.checks.agreement import disagreements
from app.conversations.checks.claims import TOPICS
from app.conversations.checks.cue_words import Topic
from app.conversations.checks.findings import FINDING_KINDS, Finding, FindingKind
from app.conversations.checks.pairs import Labels, Pair, says_yes
from app.conversations.checks.reports import (
    Correction,
    correction_of,
    report_faults,
    wrong_corrections,
)
from app.conversations.checks.system_texts import box_finding, system_faults
from app.conversations.checks.text_faults import text_faults
from app.conversations.checks.understanding import claims_of
from app.conversations.facts import ImageFacts
from app.core.conversation import BOXES, IMAGE, Exchange, Kind, Message, Record
from app.core.language import Language

__all__ = [
    "FINDING_KINDS", "Finding", "FindingKind", "check_exchange", "check_exchanges", "check_record",
]  # fmt: skip

_BOXES_ALONE = frozenset({"where", "where_class"})
_TOPIC_OF: dict[str, Topic] = {topic: topic for topic in TOPICS} | {
    "any_cause": "cause",
    "any_remedy": "remedy",
}
_LONG_ENOUGH = 24
"""Answers shorter than this (Chinese characters count twice) may come twice: "No, none." """

_CUT_SHORT = re.compile(
    r"(?:and |but )?(?:why|where|how come|how so|what for|where exactly)( is that| then)?\W*"
    r"|(?:那么?)?(?:为什么|为何|在哪里?|在哪儿|怎么来的|什么原因)\W*",
    re.IGNORECASE,
)
_QUOTED = 60


def check_exchange(exchange: Exchange, facts: ImageFacts, language: Language) -> list[Finding]:
    """Turn 0 is the question, 1 the answer."""
    return check_exchanges([exchange], facts, language)


def check_exchanges(
    exchanges: Sequence[Exchange], facts: ImageFacts, language: Language
) -> list[Finding]:
    """Each exchange for itself, and what they say against or after one another.

    Turns count questions and answers through: 2 is the second question.
    """
    labels = Labels(facts, language)
    turns = [
        _Turn(2 * i, e.question, e.answer, e.kind, e.section, _about(e))
        for i, e in enumerate(exchanges)
    ]
    pairs = _pairs(turns, labels)
    found: list[Finding] = []
    for turn, pair in zip(turns, pairs, strict=True):
        found += text_faults(turn.at, turn.question, labels.reader)
        found += text_faults(turn.at + 1, turn.answer, labels.reader)
        found += _images_in(turn)
        found += _about_image(turn, pair)
    return [*found, *_repeats(pairs, turns), *_contradictions(pairs)]


def check_record(record: Record, facts: ImageFacts) -> list[Finding]:
    """Turns are the record's messages. Where roles are wrong, only texts are looked at alone."""
    labels = Labels(facts, record.language)
    found = [*_images(record.messages), *report_faults(record, facts)]
    for i, message in enumerate(record.messages):
        found += text_faults(i, message.content, labels.reader)
        if message.role == "system":
            found += system_faults(i, message.content, labels)
    if wrong := list(_roles(record)):
        return found + wrong
    correction = correction_of(record, facts)
    turns = _turns(record)
    pairs = _pairs(turns, labels, correction)
    for turn, pair in zip(turns, pairs, strict=True):
        found += _about_image(turn, pair)
        if correction:
            answer = claims_of(turn.answer, labels.reader)
            found += wrong_corrections(turn.at + 1, answer, correction, labels)
    return [*found, *_repeats(pairs, turns), *_contradictions(pairs)]


def is_cut_short(question: str) -> bool:
    """Whether it can only be of what was asked before: "And why?" """
    return bool(_CUT_SHORT.fullmatch(question))


@dataclass(frozen=True, slots=True)
class _Turn:
    """A question and its answer; the first is the text number `at`."""

    at: int
    question: str
    answer: str
    kind: Kind | None = None
    section: str = ""
    about: frozenset[int] = frozenset()

    @property
    def boxes_alone(self) -> bool:
        return self.section in _BOXES_ALONE


def _about(exchange: Exchange) -> frozenset[int]:
    return frozenset() if exchange.class_id is None else frozenset({exchange.class_id})


def _turns(record: Record) -> list[_Turn]:
    first = int(record.messages[0].role == "system")
    pairs = range(first, len(record.messages) - 1, 2)
    kinds = record.kinds if len(record.kinds) == len(pairs) else (None,) * len(pairs)
    is_localisation = record.kinds == ("where",) and any(
        BOXES.search(message.content) for message in record.messages[first:]
    )
    return [
        _Turn(
            at,
            record.messages[at].content,
            record.messages[at + 1].content,
            kind,
            "where" if is_localisation else "",
        )
        for at, kind in zip(pairs, kinds, strict=True)
    ]


def _about_image(turn: _Turn, pair: Pair) -> Iterator[Finding]:
    yield from _boxes(turn, pair)
    yield from disagreements(pair)


def _pairs(
    turns: Sequence[_Turn], labels: Labels, correction: Correction | None = None
) -> list[Pair]:
    """Each with the classes that earlier answers say are there."""
    pairs: list[Pair] = []
    told: frozenset[int] = frozenset()
    for turn in turns:
        if pairs and not turn.about and is_cut_short(turn.question):
            turn = replace(turn, about=pairs[-1].asked)
        pair = _pair(turn, labels, told, correction)
        named = (m.class_id for m in pair.answer.mentions if m.says == "there")
        told |= {c for c in named if c is not None}
        told |= pair.asked if says_yes(pair) else frozenset()
        pairs.append(pair)
    return pairs


def _pair(turn: _Turn, labels: Labels, told: frozenset[int], correction: Correction | None) -> Pair:
    answer = claims_of(turn.answer, labels.reader)
    return Pair(
        labels=labels,
        question=claims_of(turn.question, labels.reader),
        answer=correction.stripped(answer) if correction else answer,
        turn=turn.at,
        about=turn.about,
        kind=turn.kind,
        topic=_TOPIC_OF.get(turn.section),
        told_before=told,
    )


def _boxes(turn: _Turn, pair: Pair) -> Iterator[Finding]:
    """Boxes in the answer are all of what was asked for; a localisation is nothing but boxes."""
    known = {t.uid: t for t in pair.labels.facts.things}
    for at, text in ((turn.at, turn.question), (turn.at + 1, turn.answer)):
        for token in BOXES.finditer(text):
            uids = token.group(1).split()
            wanted = [
                uid
                for uid, thing in known.items()
                if not pair.asked or thing.label_class.id in pair.asked
            ]
            if sorted(uids) != sorted(wanted):
                yield box_finding(at, token.group(), uids, wanted)
    if turn.boxes_alone and not BOXES.fullmatch(turn.answer.strip()):
        what = "an answer to be read as boxes holds other words, or none"
        yield Finding(turn.at + 1, turn.answer[:_QUOTED], "not_only_boxes", what)


def _roles(record: Record) -> Iterator[Finding]:
    roles = [message.role for message in record.messages]
    first = int(roles[:1] == ["system"])
    wanted = ["user", "assistant"] * max(1, -(-(len(roles) - first) // 2))
    for i, (role, right) in enumerate(zip(roles[first:], wanted, strict=False), first):
        if role != right:
            what = f"the role is {role}, it should be {right}"
            yield Finding(i, "", "role", what, role, right)
            return
    if len(roles) - first != len(wanted):
        what = f"the record ends where the {wanted[len(roles) - first]} should speak"
        yield Finding(max(0, len(roles) - 1), "", "role", what)


def _images(messages: Sequence[Message]) -> Iterator[Finding]:
    first = next((i for i, message in enumerate(messages) if message.role == "user"), None)
    for i, message in enumerate(messages):
        wanted = int(i == first)
        count = message.content.count(IMAGE)
        if count != wanted:
            what = f"holds {count} image tags, it should hold {wanted}"
            yield Finding(i, IMAGE if count else "", "image_tag", what, str(count), str(wanted))


def _images_in(turn: _Turn) -> Iterator[Finding]:
    """The tag is put before the first question when records are made."""
    for at, text in ((turn.at, turn.question), (turn.at + 1, turn.answer)):
        if IMAGE in text:
            what = "holds an image tag; records get theirs when they are made"
            yield Finding(at, IMAGE, "image_tag", what, IMAGE)


def _contradictions(pairs: Sequence[Pair]) -> Iterator[Finding]:
    """What an answer says against earlier ones: there or not, and how many."""
    told: dict[int, tuple[int, str, int | None]] = {}
    for pair in pairs:
        labels, at = pair.labels, pair.turn + 1
        for mention in pair.answer.mentions:
            c = mention.class_id
            if c is None or mention.is_placed or not (mention.count or mention.says == "not_there"):
                continue
            if mention.says == "perhaps":
                continue
            earlier = told.setdefault(c, (at, mention.says, mention.count))
            if earlier[0] != at and earlier[1:] != (mention.says, mention.count):
                said, before = (labels.number(n or 0) for n in (mention.count, earlier[2]))
                what = f"says {said} of {labels.name(c)}, an earlier answer says {before}"
                yield Finding(at, mention.words, "contradiction", what, said, before)


def _repeats(pairs: Sequence[Pair], turns: Sequence[_Turn]) -> Iterator[Finding]:
    """Questions that were asked before, and answers that can't be right for two questions."""
    asked: set[str] = set()
    answered: dict[str, bool] = {}
    for pair, turn in zip(pairs, turns, strict=True):
        question, answer = _folded(turn.question), _folded(turn.answer)
        if question in asked:
            what = "the question is the same as an earlier one"
            yield Finding(turn.at, turn.question[:_QUOTED], "repeated", what, turn.question)
        is_reasoning = pair.is_reasoning and pair.labels.total > 0
        if answer in answered and (is_reasoning or answered[answer]):
            what = "the answer is the same as an earlier one"
            yield Finding(turn.at + 1, turn.answer[:_QUOTED], "repeated", what, turn.answer)
        if question:
            asked.add(question)
        if answer and not (BOXES.search(turn.answer) or _is_short(turn.answer)):
            answered[answer] = answered.get(answer, False) or is_reasoning


def may_repeat(exchanges: Sequence[Exchange]) -> bool:
    """Whether a question or an answer longer than a few words comes twice: mostly it doesn't."""
    questions = [_folded(e.question) for e in exchanges]
    told = (e.answer for e in exchanges if not BOXES.search(e.answer))
    answers = [_folded(answer) for answer in told if not _is_short(answer)]
    return any(len(set(texts)) < len(texts) for texts in (questions, answers))


@lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    return re.sub(r"\W+", "", text.replace(IMAGE, "").lower())


def _is_short(text: str) -> bool:
    return len(text) < _LONG_ENOUGH and sum(1 + (c > "⺀") for c in text) < _LONG_ENOUGH
