"""Checks system texts: the classes that they list, and the boxes that they tie answers to."""

import re
from collections.abc import Iterator
from itertools import pairwise

from app.conversations.checks.findings import Finding
from app.conversations.checks.folding import plain
from app.conversations.checks.pairs import Labels
from app.conversations.checks.reading import Lexeme
from app.core.conversation import BOXES

_JOINT = re.compile(r"\s*(?:,|，|、|;|；|\band\b|\bor\b|和|或|与|及|以及|\ba\b|\ban\b|\bthe\b)\s*")
_LONGEST_NAME = 40


def system_faults(turn: int, text: str, labels: Labels) -> Iterator[Finding]:
    yield from _names(turn, text, labels)
    wanted = [t.uid for t in labels.facts.things]
    for token in BOXES.finditer(text):
        uids = token.group(1).split()
        if sorted(uids) != sorted(wanted):
            yield box_finding(turn, token.group(), uids, wanted)


def box_finding(turn: int, words: str, uids: list[str], wanted: list[str]) -> Finding:
    strange = [uid for uid in uids if uid not in wanted]
    missing = [uid for uid in wanted if uid not in uids]
    parts = [f"not asked for: {', '.join(strange)}"] if strange else []
    parts += [f"missing: {', '.join(missing)}"] if missing else []
    what = f"the boxes are not those of the labels; {'; '.join(parts) or 'one comes twice'}"
    return Finding(turn, words, "boxes", what, " ".join(uids), " ".join(wanted))


def _names(turn: int, text: str, labels: Labels) -> Iterator[Finding]:
    """A list of classes names all of the project and nothing else."""
    text = plain(text)
    sentences = labels.reader.sentences(text)
    named = [[x for x in sentence if x.meaning.class_id is not None] for sentence in sentences]
    lists = [each for each in named if len(each) > 1]
    for each in lists:
        yield from _strangers(turn, text, each)
    if not lists:
        return
    there = {x.meaning.class_id for each in named for x in each}
    known = {c.id for c in labels.facts.classes}
    if missing := known - there:
        what = f"lists classes, but leaves out {labels.names(missing)}"
        said, expected = labels.names(known - missing), labels.names(known)
        yield Finding(turn, "", "system_classes", what, said, expected)


def _strangers(turn: int, text: str, names: list[Lexeme]) -> Iterator[Finding]:
    """What stands in the list between two classes and is none."""
    for before, after in pairwise(names):
        gap = text[before.end : after.start]
        pieces = [piece.strip() for piece in _JOINT.split(gap)]
        between = [piece for piece in pieces if piece]
        if len(pieces) > 2 and between and len(gap) <= _LONGEST_NAME:
            words = between[0]
            what = f"lists {words!r}, which is no class of the project"
            yield Finding(turn, words, "system_classes", what, words)
