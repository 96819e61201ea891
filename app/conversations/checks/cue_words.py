"""What words do in a sentence: the table that each language fills for the checker's reading."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from app.conversations.checks.short_answers import ShortAnswers

Topic = Literal["cause", "consequence", "remedy"]
Role = Literal[
    "negation", "unseen", "seen", "states", "assents", "except", "contrast", "supposed",
    "supposing", "limit", "report", "yes", "agrees", "clean", "clean_state", "defect", "faulty",
    "regards", "kinds", "article", "measure", "unit", "part", "and", "or", "comma", "stop",
    "total", "largest", "smallest", "pronoun", "why_link", "whether", "open_question", "cause",
    "consequence", "remedy", "tells_cause", "tells_consequence", "tells_remedy", "plain",
]  # fmt: skip
"""negation: denies what follows ("no"). unseen: denies what stands before or after it ("absent").
seen: with a negation behind a class, denies the class ("slag can't be seen"). states: opens a new
statement ("there is"). assents: may be all of an answer ("certainly"). except: takes its object
out of a negation. contrast: ends one. supposed:
what follows is not said of the image ("if"). supposing: nor what stands before ("would look").
limit: the statement is about the rest ("otherwise"). report: about the detector's report. agrees:
as the first word, takes a question as it was put. clean: the image is normal. clean_state: the
same, but so common a word that the phrase brings along what it is said of ("is fine"). faulty: it
is not normal. regards: the statement is about what stands beside it alone ("as regards slag",
灰渣方面). part: the count beside it is not of all. why_link: what follows comes of something or
leads to it. cause and so on: a question may be about that; tells_cause and so on: an answer is.
plain: shields a word inside it from being read ("right away")."""


@dataclass(frozen=True, slots=True)
class CueWords:
    """Phrases in lower case by role, and shapes that can't be listed.

    `several`, right before what it counts, says that there is more than one. `near` is how many
    words (in Chinese, characters) may stand between a count and what it counts. `place_after` says
    that a place follows its class in this language. `bare_places` may stand in a sentence without
    being a place; they are read only as parts of phrases, or between marks. `all_of`, before a
    place, says that it is of all of them. `numbers` are words for counts beside the lexicon's.
    `apart`, behind a place, sets those that lie there apart (一左一右); `span` is from one
    side to the other.
    """

    roles: Mapping[Role, tuple[str, ...]]
    several: re.Pattern[str]
    all_of: re.Pattern[str]
    apart: re.Pattern[str]
    span: re.Pattern[str]
    numbers: Mapping[str, int]
    short: ShortAnswers
    near: int
    place_after: bool
    bare_places: frozenset[str] = frozenset()


def phrases(text: str) -> tuple[str, ...]:
    """What stands between the bars of a table."""
    return tuple(text.split("|"))
