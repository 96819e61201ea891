"""A photo labelled a second time, by somebody who sees nothing of the first.

To whoever it is given it looks like any other image: new, and without a box. What they say of it
is kept apart, and only compared.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from app.core.annotation import Annotation
from app.core.disguise import Disguise
from app.core.edit import ImageEdit
from app.core.errors import UserError
from app.core.image import ImageLabel

Purpose = Literal["gold", "twice"]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
"""Against an image that is known to be right; or to see how far two people agree."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a photo begins that is labelled a second time: as others do that the person is to label.

    `finds` are the proposals of models, None where no model has looked. Without a `disguise` it
    has its own name.
    """

    finds: tuple[Annotation, ...] | None = None
    disguise: Disguise | None = None


@dataclass(frozen=True, slots=True)
class SecondLabelling:
    """What `person` says of an image that is somebody else's. Times are UTC in ISO 8601."""

    image_id: int
    person: str
    purpose: Purpose
    given_at: str
    label: ImageLabel = field(default_factory=ImageLabel)
    annotations: tuple[Annotation, ...] = ()
    handed_in_at: str | None = None
    disguise: Disguise | None = None

    @property
    def is_done(self) -> bool:
        return self.label.state == "submitted"


def refuse_review(edits: Iterable[ImageEdit]) -> None:
    """Raises UserError for a step that only reviewers take."""
    if any(edit.after.state in ("approved", "returned") for edit in edits):
        raise UserError(
            "What you handed in, somebody else is to review.",
            hint="Go on with the next image.",
        )


def given_out(
    images: Mapping[int, str | None],
    people: Mapping[str, Collection[int]],
    count: int,
    *,
    seed: int,
) -> dict[int, str]:
    """Image id → who labels it once more: `count` of `images`, or as many as there are.

    `images` says whose each is, for nobody labels their own again; `people` what each has seen
    already. Which ones is decided by `seed` alone, and everybody gets about as many.
    """
    to: dict[int, str] = {}
    load = dict.fromkeys(sorted(people), 0)
    for image_id in sorted(images, key=lambda each: _draw(seed, each)):
        if len(to) == count:
            break
        able = [p for p in load if p != images[image_id] and image_id not in people[p]]
        if able:
            to[image_id] = min(able, key=lambda person: load[person])
            load[to[image_id]] += 1
    return to


def given_to_each(
    images: Mapping[int, str | None],
    people: Mapping[str, Collection[int]],
    count: int,
    *,
    seed: int,
) -> list[tuple[int, str]]:
    """(image id, person): `count` of `images` for each of `people`, or as many as there are."""
    pairs: list[tuple[int, str]] = []
    for person, seen in people.items():
        theirs = given_out(images, {person: seen}, count, seed=seed)
        pairs += theirs.items()
    return pairs


def _draw(seed: int, image_id: int) -> bytes:
    return hashlib.sha256(f"{seed}\0second\0{image_id}".encode()).digest()
