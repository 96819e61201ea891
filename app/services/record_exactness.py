"""How exactly the numbers of an export say where its boxes lie, and what enlarged copies cost."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from app.conversations.facts import ImageFacts
from app.conversations.targets.frames import FINE_BOX_PX, FINE_OVERLAP
from app.conversations.targets.targets import Shown, Target, bake_size
from app.core.conversation import BOXES, Record
from app.core.geometry import intersection_over_union

_FINE = f"an overlap (IoU) of {FINE_OVERLAP}"


@dataclass(slots=True)
class Overlaps:
    """Of boxes with what a model is told of them (IoU): `coarse` are below FINE_OVERLAP."""

    boxes: int = 0
    coarse: int = 0
    least: float = 1.0

    def add(self, overlap: float) -> None:
        self.boxes += 1
        self.coarse += overlap < FINE_OVERLAP
        self.least = min(self.least, overlap)

    @property
    def least_words(self) -> str:
        return rounded_down(self.least)


def rounded_down(overlap: float) -> str:
    """What is not enough must not look as if it were."""
    return f"{math.floor(overlap * 1000) / 1000:.3f}"


@dataclass(slots=True)
class Exactness:
    """Of all that was added: every box once, however many records name it.

    `large` are boxes of FINE_BOX_PX and more both ways, `small` the others. `enlarged` counts
    photos; `tokens` are those that a VLM makes of these, `tokens_before` of the same if left as
    they are.
    """

    target: Target
    large: Overlaps = field(default_factory=Overlaps)
    small: Overlaps = field(default_factory=Overlaps)
    enlarged: int = 0
    tokens: int = 0
    tokens_before: int = 0

    def add(self, facts: ImageFacts, shown: Shown, records: Iterable[Record]) -> None:
        """An image with the records that were written of it."""
        if shown.is_baked:
            self._add_copy(facts, shown)
        named = _named(records)
        frame = self.target.frame(shown)
        size = facts.width_px, facts.height_px
        for box in (thing.box for thing in facts.things if thing.uid in named):
            overlap = intersection_over_union(box, frame.told(box, *size))
            is_large = min(box.width, box.height) >= FINE_BOX_PX
            (self.large if is_large else self.small).add(overlap)

    def notes(self) -> Iterator[str]:
        if self.large.coarse:
            yield (
                f"{self.large.coarse:,} of {self.large.boxes:,} boxes of {FINE_BOX_PX} pixels and"
                f" more in these records come back with less than {_FINE} from the numbers that the"
                f" model learns: the least keeps {self.large.least_words}."
            )
        if self.enlarged:
            yield f"{self._cost_words()} --no-enlarge leaves them as small as they are."

    def words(self) -> Iterator[str]:
        """Sentences for the card."""
        large, small = self.large, self.small
        if large.boxes:
            fine = large.boxes - large.coarse
            yield (
                f"Of {large.boxes:,} boxes in these records that are {FINE_BOX_PX} pixels and more"
                f" both ways, the numbers that the model learns give back {fine:,} with {_FINE} or"
                f" more and {large.coarse:,} with less; the least keeps {large.least_words}."
            )
        if small.boxes:
            yield f"Of {small.boxes:,} smaller ones the least keeps {small.least_words}."
        if self.enlarged:
            yield self._cost_words()

    def _cost_words(self) -> str:
        tokens, before = (round(n / self.enlarged) for n in (self.tokens, self.tokens_before))
        return (
            f"{self.enlarged:,} photos were enlarged so that whole pixels tell boxes exactly: the"
            f" model sees {tokens:,} visual tokens of each, on average, instead of {before:,}."
        )

    def _add_copy(self, facts: ImageFacts, shown: Shown) -> None:
        unchanged = replace(self.target, enlarges=False)
        before = bake_size(unchanged, facts.width_px, facts.height_px)
        square = self.target.vlm.factor_px**2
        tokens, tokens_before = (
            shown.width_px * shown.height_px // square,
            math.prod(before) // square,
        )
        if tokens > tokens_before:
            self.enlarged += 1
            self.tokens += tokens
            self.tokens_before += tokens_before


def _named(records: Iterable[Record]) -> set[str]:
    """The uids of the boxes that records have numbers of."""
    return {
        uid
        for record in records
        for turn in record.messages
        for found in BOXES.finditer(turn.content)
        for uid in found[1].split()
    }
