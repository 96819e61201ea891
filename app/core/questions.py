"""Question sets: the phrasings that conversations are written from, as plain values.

`SECTIONS`, `SYSTEM` and `CORRECTIONS` say which lists of phrasings there are and which words of a
template each may use; the reader of the YAML, the writer of conversations and the documentation
go by them alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.core.conversation import Fault, Kind
from app.core.language import Language

_Words = frozenset[str]

_ALL: _Words = frozenset({"total", "n", "found", "kinds", "located"})
"""Of everything on the image: how many, in words and as a number; "two streaks and a wrinkle";
"streak and wrinkle"; "two streaks in the top left and a wrinkle at the bottom"."""

_CLASS: _Words = frozenset({"name", "a_defect", "defects"})
"""Of the class asked about: "slag", "a piece of slag", "pieces of slag"."""

_SEEN: _Words = _CLASS | {"count", "n", "counted", "located", "place", "size"}
"""And of its boxes: "two", 2, "two pieces of slag", "one piece of slag in the centre and ...";
of the largest of them "in the centre", "small"."""

_KNOWN: _Words = frozenset({"appearance", "causes", "consequences", "remedies"})
"""What is known of the class: a few phrases of each, joined."""

_EXPLAINED: Mapping[str, _Words] = {"present": _SEEN | _KNOWN, "absent": _CLASS | _KNOWN}


@dataclass(frozen=True, slots=True)
class SectionForm:
    """What a section of a question set holds.

    `answers` maps each situation that an answer is for to the words its templates may use; empty
    where the answer is the boxes and nothing else.
    """

    kind: Kind
    per_class: bool
    question: _Words
    answers: Mapping[str, _Words]


SECTIONS: Mapping[str, SectionForm] = {
    "presence": SectionForm(
        "presence", False, frozenset(), {"defects": _ALL, "normal": frozenset()}
    ),
    "asked": SectionForm(
        "presence", True, _CLASS, {"present": _SEEN, "absent": _CLASS, "never_here": _CLASS}
    ),
    "identification": SectionForm(
        "identification",
        False,
        frozenset(),
        {"one": _ALL | _SEEN | _KNOWN, "one_class": _ALL | _SEEN, "several": _ALL,
         "normal": frozenset()},
    ),
    "where": SectionForm("where", False, frozenset(), {}),
    "where_class": SectionForm("where", True, _CLASS, {}),
    "place": SectionForm(
        "where", False, frozenset(), {"one": _ALL | _SEEN, "several": _ALL, "normal": frozenset()}
    ),
    "cause": SectionForm("cause", True, _CLASS, _EXPLAINED),
    "consequence": SectionForm("remedy", True, _CLASS, _EXPLAINED),
    "remedy": SectionForm("remedy", True, _CLASS, _EXPLAINED),
    "any_cause": SectionForm(
        "cause", False, frozenset(), {"defects": _ALL | {"causes"}, "normal": frozenset()}
    ),
    "any_remedy": SectionForm(
        "remedy", False, frozenset(), {"defects": _ALL | {"remedies"}, "normal": frozenset()}
    ),
}  # fmt: skip
"""In the order of a conversation. `asked` tells a class that is there from one that isn't, and from
one that this process stage never shows. Questions about causes and remedies name a class that is
there or one that isn't (`cause`, `consequence`, `remedy`), or none (`any_cause`, `any_remedy`).
Each section is asked of images with and without defects, so that no question gives its answer away.
"""

SYSTEM: Mapping[str, _Words] = {
    "prose": frozenset({"names"}),
    "localisation": frozenset({"names", "format"}),
    "boxes": frozenset({"format"}),
    "report": frozenset({"report"}),
    "grounding": frozenset({"boxes"}),
}
"""System texts: of a conversation in prose; of one whose answers are boxes alone; what is added to
the first when one of its answers is boxes; a detector's report; and the clause that ties answers to
what lies inside the marked boxes."""

CORRECTIONS: Mapping[Fault, _Words] = {
    "wrong_class": frozenset({"claimed", "actual", "place"}),
    "missed": frozenset({"actual", "place"}),
    "false_box": frozenset({"claimed", "place"}),
}
"""What an answer says of a report that is wrong: class words with an article ("a streak") of what
was claimed and of what is there, and where."""


@dataclass(frozen=True, slots=True)
class Phrasing:
    """A Jinja2 template, and the line of the file that it stands in (from 1)."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Section:
    questions: tuple[Phrasing, ...] = ()
    answers: Mapping[str, tuple[Phrasing, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stage:
    """How images with the tag `tag` are talked about otherwise than others.

    `never` names classes that can't occur at this stage. Lists of `sections` stand in the place of
    the general ones.
    """

    tag: str
    never: tuple[str, ...] = ()
    sections: Mapping[str, Section] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Phrasings in one language. `source` names the file or resource in errors."""

    name: str
    language: Language
    system: Mapping[str, tuple[Phrasing, ...]]
    corrections: Mapping[Fault, tuple[Phrasing, ...]]
    sections: Mapping[str, Section]
    stages: tuple[Stage, ...] = ()
    source: str = ""
