"""Why what a language model wrote is not taken."""

from dataclasses import dataclass
from typing import Literal, get_args

from app.conversations.checks.findings import Finding

RefusalKind = Literal[
    "cut", "no_json", "empty", "unchanged", "too_long", "markdown", "token", "task", "script",
    "number", "hedge", "question", "lost", "added", "finding",
]  # fmt: skip
REFUSAL_KINDS: tuple[RefusalKind, ...] = get_args(RefusalKind)


@dataclass(frozen=True, slots=True)
class Refusal:
    """`what` is plain English, for people and for the model; `words` are those that it is about.

    `finding` is the checker's, where that is what speaks against it.
    """

    kind: RefusalKind
    what: str
    words: str = ""
    finding: Finding | None = None
