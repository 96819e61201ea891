"""Who works on a project. Names are a record of who did what, no lock: anybody may take any."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, get_args

from app.core.errors import UserError

Role = Literal["annotator", "reviewer", "lead"]
ROLES: tuple[Role, ...] = get_args(Role)
"""Each may do what those before it may: label, review, decide on the project."""

COLOURS = (
    "#1F77B4", "#D95F02", "#1B9E77", "#7570B3", "#E7298A", "#66A61E", "#A6761D", "#17BECF",
    "#B2182B", "#4D4D4D",
)  # fmt: skip
"""ColorBrewer's Dark2 and a few beside it: told apart on light and on dark ground."""

MOST_CHARACTERS = 60
_COLOUR = re.compile("#[0-9A-Fa-f]{6}")


@dataclass(frozen=True, slots=True)
class Person:
    """`since` is when the project first met them, UTC in ISO 8601."""

    name: str
    role: Role
    colour: str
    since: str

    @property
    def reviews(self) -> bool:
        return self.role != "annotator"

    @property
    def leads(self) -> bool:
        return self.role == "lead"


def checked_name(name: str) -> str:
    """As it is kept, without space around it. Raises UserError for none, or one too long."""
    kept = " ".join(name.split())
    if not kept or len(kept) > MOST_CHARACTERS:
        raise UserError(
            f"A person's name has 1 to {MOST_CHARACTERS} characters, not {len(kept)}.",
            hint="Give the name that colleagues know.",
        )
    return kept


def checked_colour(colour: str) -> str:
    """As it is kept. Raises UserError for one that isn't #RRGGBB."""
    if not _COLOUR.fullmatch(colour):
        raise UserError(
            f"{colour!r} is no colour.", hint=f"Write it as #RRGGBB, like {COLOURS[0]}."
        )
    return colour.upper()


def next_colour(taken: Collection[str]) -> str:
    """The one that the fewest people have."""
    counts = {colour: sum(c == colour for c in taken) for colour in COLOURS}
    return min(COLOURS, key=lambda colour: counts[colour])


def refuse_without_lead(after: Collection[Person]) -> None:
    """Raises UserError for a project in which nobody could decide any more."""
    if not any(person.leads for person in after):
        raise UserError(
            "Then nobody would lead the project.", hint="Make somebody else lead first."
        )
