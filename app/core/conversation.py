"""The multimodal record of one image: what is asked and answered, before any trainer's words.

Texts are kept without numbers. `<image>` stands for the photo, `<boxes:UID UID>` for the boxes of
those annotations (none: `<boxes:>`), `<claims>` for what a detector is said to have reported, and
`<format>` for how boxes are to be written, in the record's language; a target writes all four as
its VLM takes them. So no text can hold a box that the labels don't.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from app.core.geometry import Box
from app.core.language import Language

Role = Literal["system", "user", "assistant"]

Kind = Literal["presence", "identification", "where", "cause", "remedy"]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""Of questions; "remedy" stands for consequences too."""

Fault = Literal["wrong_class", "missed", "false_box"]
FAULTS: tuple[Fault, ...] = get_args(Fault)
"""What is wrong with a detector's report that a record quotes on purpose."""

IMAGE = "<image>"
CLAIMS = "<claims>"
FORMAT = "<format>"
BOXES = re.compile(r"<boxes:([^<>]*)>")


def boxes_token(uids: Sequence[str]) -> str:
    return f"<boxes:{' '.join(uids)}>"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question and its answer.

    `section` of the question set it was written from, "" for one that a person added; `class_id`
    the class that it asks about, None for all. `variant` counts how often it was written anew.
    `author` is who edited or added it, None while nobody has. `reworded_by` names the language
    model whose words these are, or were before `author` edited them; None where they come from
    templates, or from a person alone.
    """

    kind: Kind
    section: str
    class_id: int | None
    question: str
    answer: str
    variant: int = 0
    author: str | None = None
    reworded_by: str | None = None

    @property
    def topic(self) -> tuple[str, int | None]:
        """Names it within the conversation, but for those that people added."""
        return self.section, self.class_id


@dataclass(frozen=True, slots=True)
class Message:
    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A box that a detector is said to have reported, in pixels of the upright image."""

    class_id: int
    box: Box


@dataclass(frozen=True, slots=True)
class Record:
    """One line of a training file: system (perhaps), then user and assistant in turn.

    `fault` says what is wrong on purpose with the report in its system text, whose boxes are
    `claims`; None for a record without a report. `reworded_by` names the language models whose
    words are in it.
    """

    language: Language
    kinds: tuple[Kind, ...]
    messages: tuple[Message, ...]
    fault: Fault | None = None
    claims: tuple[Claim, ...] = ()
    reworded_by: tuple[str, ...] = ()
