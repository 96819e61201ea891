"""Which of the images that were handed in somebody is to review, where not all of them are."""

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from app.core.errors import UserError

PLAN_SETTING = "review_plan"
"""The name of the team's setting: a `ReviewPlan` as JSON."""

Why = Literal["new_person", "share"]


@dataclass(frozen=True, slots=True)
class ReviewPlan:
    """`share` (0..1) of the images of each annotator with each class is reviewed, and never fewer
    than `least` where there are as many. Of people of whom fewer than `new_until` images have been
    reviewed, all are, and the share is then one of what they hand in after these. `seed` decides
    which.

    Raises UserError for numbers that can't be.
    """

    share: float = 1.0
    least: int = 5
    new_until: int = 30
    seed: int = 0

    def __post_init__(self) -> None:
        if not (0 <= self.share <= 1 and self.least >= 0 and self.new_until >= 0):
            raise UserError(
                f"A plan of review can't be {self}.",
                hint="Give a share from 0 to 1, and counts that aren't negative.",
            )

    @property
    def takes_all(self) -> bool:
        return self.share >= 1

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: object) -> "ReviewPlan":
        """That of a project which never set one reviews everything."""
        return cls(**kept) if isinstance(kept, dict) else cls()


@dataclass(frozen=True, slots=True)
class HandedIn:
    """An image that somebody handed in at some time, with the ids of the classes on it.

    `is_reviewed`: somebody has approved or returned it, whether it was drawn or not.
    """

    image_id: int
    content_hash: str
    annotator: str | None
    class_ids: frozenset[int]
    is_reviewed: bool = False


def drawn_for_review(
    images: Sequence[HandedIn],
    *,
    already: Mapping[int, Why],
    reviewed: Mapping[str | None, int],
    plan: ReviewPlan,
) -> dict[int, Why]:
    """Image id → why it is to be reviewed, beside those that were drawn `already`.

    What was imported as handed in is nobody's, so nobody there is new.
    `reviewed` is how many images of each annotator have been reviewed. Strata are annotator and
    class, with one for images without boxes; an image counts in all that it belongs to. Rare strata
    are filled first, each in an order that only seed and photo decide: so the draw is the same on
    every machine, and what has been drawn stays drawn when more is handed in.
    """
    drawn = dict(already)
    for image in images:
        if image.annotator is not None and reviewed.get(image.annotator, 0) < plan.new_until:
            drawn.setdefault(image.image_id, "new_person")
    for stratum in _rarest_first(images):
        rest = [i for i in stratum if not _is_apart(i, drawn.get(i.image_id))]
        floor = min(plan.least, len(stratum)) - (len(stratum) - len(rest))
        undrawn = [i for i in rest if i.image_id not in drawn]
        undrawn.sort(key=lambda i: (_draw(plan.seed, i.content_hash), i.image_id))
        wanted = max(math.ceil(plan.share * len(rest)), floor) - (len(rest) - len(undrawn))
        drawn |= dict.fromkeys((i.image_id for i in undrawn[: max(wanted, 0)]), "share")
    return {image_id: why for image_id, why in drawn.items() if image_id not in already}


def _is_apart(image: HandedIn, drawn: Why | None) -> bool:
    """Whether it is reviewed whatever the share is, and so counts for the floor alone.

    Counted for the share, all images of somebody who was new would stand for those that come next.
    """
    return drawn == "new_person" or (drawn is None and image.is_reviewed)


def _rarest_first(images: Iterable[HandedIn]) -> list[list[HandedIn]]:
    strata: dict[tuple[str | None, int | None], list[HandedIn]] = defaultdict(list)
    for image in images:
        for class_id in image.class_ids or {None}:
            strata[image.annotator, class_id].append(image)
    # Names for a tie: which of two comes first decides what the other still wants.
    return [strata[key] for key in sorted(strata, key=lambda key: (len(strata[key]), str(key)))]


def _draw(seed: int, content_hash: str) -> bytes:
    return hashlib.sha256(f"{seed}\0review\0{content_hash}".encode()).digest()
