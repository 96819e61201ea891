"""What the checker has to say against a text."""

from dataclasses import dataclass
from typing import Literal, get_args

FindingKind = Literal[
    "empty", "leftover", "language", "raw_box",
    "role", "image_tag", "system_classes", "report",
    "absent_class", "denied_class", "class_count", "total", "kinds", "place", "size",
    "incomplete", "normal", "yes_no",
    "other_class", "topic", "other_knowledge", "boxes", "not_only_boxes",
    "contradiction", "repeated",
]  # fmt: skip
FINDING_KINDS: tuple[FindingKind, ...] = get_args(FindingKind)


@dataclass(frozen=True, slots=True)
class Finding:
    """`turn` counts the texts that were checked, from 0: messages of a record; question and answer
    of each exchange in turn. `words` stand in that text ("" for all of it or something missing).

    `what` is plain English; `said` and `expected` are what it is made of, in the text's language.
    """

    turn: int
    words: str
    kind: FindingKind
    what: str
    said: str = ""
    expected: str = ""
