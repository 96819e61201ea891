"""Which images are served blind, with proposals hidden, to measure how far people just nod.

At the submit of a blind image its untouched proposals are removed in the same gesture: the person
never saw them, so nothing of them is a label. The log keeps them, to compare with what was drawn.
"""

import hashlib
from collections.abc import Iterable

from app.core.annotation import Annotation
from app.core.errors import UserError

SHARE_SETTING = "blind_share"
"""The name of the team's setting: a number from 0 to 1."""

_STEPS = 2**64


def is_blind(content_hash: str, *, share: float, seed: str) -> bool:
    """Whether the photo belongs to the share, 0 to 1, that is served blind.

    It depends on nothing else, so it is the same on every machine. Raising the share keeps those
    blind that were; another `seed` (of a project, or a person) draws others.
    Raises ValueError for a share outside 0..1.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"a share outside 0..1: {share}")
    digest = hashlib.sha256(f"{seed}\0{content_hash}".encode()).digest()
    return int.from_bytes(digest[:8], "big") < share * _STEPS


def share_of(setting: object) -> float:
    """The share that a setting means; 0 when it was never set (None). Raises UserError."""
    if setting is None:
        return 0.0
    # A bool is an int to Python, and NaN fails the comparison.
    is_number = isinstance(setting, int | float) and not isinstance(setting, bool)
    if isinstance(setting, int | float) and is_number and 0 <= setting <= 1:
        return float(setting)
    raise UserError(
        f"The share of blind images can't be {setting!r}.",
        hint="Give a number from 0 (none) to 1 (all images).",
    )


def visible(annotations: Iterable[Annotation], *, is_blind: bool) -> list[Annotation]:
    """What a person gets to see: on a blind image no proposals."""
    return [a for a in annotations if not (is_blind and a.is_proposal)]
