"""What one copy of a project has to take from another, image by image."""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """What one gesture did to one image. `uids` are of the boxes that it changed.

    `at` is UTC in ISO 8601. The same step in two copies has another `gesture_id` in each.
    """

    gesture_id: int
    at: str
    actor: str
    kind: str
    uids: frozenset[str]

    @property
    def key(self) -> Hashable:
        """What is the same of a step in all copies."""
        return self.at, self.actor, self.kind, self.uids


def missing(have: Sequence[Step], told: Sequence[Step]) -> list[Step]:
    """Those of `told`, in their order, that `have` hasn't."""
    known = Counter(step.key for step in have)
    left = []
    for step in told:
        if known[step.key]:
            known[step.key] -= 1
        else:
            left.append(step)
    return left


def in_both(have: Sequence[Step], told: Sequence[Step]) -> list[tuple[int, int]]:
    """(gesture id in the first, in the second) of the steps that both have."""
    known: dict[Hashable, list[int]] = {}
    for step in have:
        known.setdefault(step.key, []).append(step.gesture_id)
    pairs = []
    for step in told:
        ids = known.get(step.key)
        if ids:
            pairs.append((ids.pop(0), step.gesture_id))
    return pairs
