"""Which of the images that were handed in somebody is to review, where not all of them are."""

import hashlib
import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
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
    reviewed, all are. `seed` decides which.

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
    """An image that somebody handed in at some time, with the ids of the classes on it."""

    image_id: int
    content_hash: str
    annotator: str | None
    class_ids: frozenset[int]


def drawn_for_review(
    images: Sequence[HandedIn],
    *,
    already: Collection[int],
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
    found: dict[int, Why] = {
        image.image_id: "new_person"
        for image in images
        if image.annotator is not None and reviewed.get(image.annotator, 0) < plan.new_until
    }
    strata = _strata(images)
    for stratum in sorted(strata.values(), key=len):
        wanted = max(math.ceil(plan.share * len(stratum)), min(plan.least, len(stratum)))
        have = sum(i.image_id in found or i.image_id in already for i in stratum)
        for image in sorted(stratum, key=lambda i: _draw(plan.seed, i.content_hash)):
            if have >= wanted:
                break
            if image.image_id not in found and image.image_id not in already:
                found[image.image_id] = "share"
                have += 1
    return {image_id: why for image_id, why in found.items() if image_id not in already}


def _strata(
    images: Iterable[HandedIn],
) -> dict[tuple[str | None, int | None], list[HandedIn]]:
    strata: dict[tuple[str | None, int | None], list[HandedIn]] = defaultdict(list)
    for image in images:
        for class_id in image.class_ids or {None}:
            strata[image.annotator, class_id].append(image)
    return strata


def _draw(seed: int, content_hash: str) -> bytes:
    return hashlib.sha256(f"{seed}\0review\0{content_hash}".encode()).digest()
