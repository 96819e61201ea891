"""How a long job tells whoever started it where it stands, and is told to stop."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` steps; `note` names what is being worked on."""

    done: int
    total: int
    note: str = ""


OnProgress = Callable[[Progress], None]
"""Called after each step, on the job's thread. Raise Cancelled in it to stop the job."""


class Cancelled(Exception):  # noqa: N818 - not an error: somebody asked for it
    """The job was asked to stop. What it had committed stays; run again, it goes on from there."""


def ignore_progress(_: Progress) -> None:
    """For callers that show nothing."""
