"""How fast a core is right now, beside itself at its best.

A core of a virtual machine is often half of a real one. While another guest computes on the other
half, the same work takes nearly twice the time (1.8 was seen, for 10 ms to 2 s at a stretch, a
quarter to a half of the time), all of it counted as the thread's own, and nothing in /proc tells.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

_ADDITIONS = 4000
_SLOW = 1.4
_AT_BEST = 0.1
"""The share of pieces that may be faster still: they are those in which the clock was off."""


def piece_ms() -> float:
    """The thread's own time for a piece of work that is always the same, 0.1 to 0.2 ms."""
    began, total = time.thread_time(), 0
    for number in range(_ADDITIONS):
        total += number
    return (time.thread_time() - began) * 1000


def best_ms(pieces_ms: Sequence[float]) -> float:
    """Of those that were taken while the core was at its best."""
    return sorted(pieces_ms)[int(_AT_BEST * len(pieces_ms))]


@dataclass(frozen=True, slots=True)
class CoreSpeed:
    """`slow_share` of the pieces took, on average, `slowness` times as long as at best."""

    slow_share: float
    slowness: float

    def __str__(self) -> str:
        if not self.slow_share:
            return "the core was never slow"
        return f"the core was {self.slowness:.1f} times slower {self.slow_share:.0%} of the time"


def speed_from(pieces_ms: Sequence[float]) -> CoreSpeed:
    """Of pieces that were taken one after the other, or evenly over a time."""
    best = best_ms(pieces_ms)
    slow = [piece / best for piece in pieces_ms if piece > _SLOW * best]
    return CoreSpeed(len(slow) / len(pieces_ms), sum(slow) / len(slow) if slow else 1.0)


def look_at_core(seconds: float = 2.0) -> CoreSpeed:
    """Computes for so long on this thread."""
    until, pieces = time.monotonic() + seconds, [piece_ms()]
    while time.monotonic() < until:
        pieces.append(piece_ms())
    return speed_from(pieces)
