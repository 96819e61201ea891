"""What there is to say of one image, read off its labels: the only source of every record."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from app.core.annotation import Annotation
from app.core.geometry import Box
from app.core.image import Image
from app.core.label_class import LabelClass
from app.core.language import Language
from app.core.places import Extent, Place, extent_of, place_of


@dataclass(frozen=True, slots=True)
class Thing:
    """One box, clipped to the image (pixels of the upright image), and where that is in words."""

    uid: str
    label_class: LabelClass
    box: Box
    place: Place
    extent: Extent


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """`things` from top to bottom, then left to right, so that the same labels read the same.

    None of them means an image without a defect. `classes` are all of the project, in its order.
    `number` counts the project's images, None for one that is in none.
    """

    content_hash: str
    width_px: int
    height_px: int
    things: tuple[Thing, ...]
    tags: tuple[str, ...]
    classes: tuple[LabelClass, ...]
    number: int | None = None

    def of_class(self, class_id: int) -> tuple[Thing, ...]:
        return tuple(thing for thing in self.things if thing.label_class.id == class_id)

    @property
    def present(self) -> tuple[LabelClass, ...]:
        """Classes with a box, in the project's order."""
        there = {thing.label_class.id for thing in self.things}
        return tuple(c for c in self.classes if c.id in there)

    @property
    def absent(self) -> tuple[LabelClass, ...]:
        there = {thing.label_class.id for thing in self.things}
        return tuple(c for c in self.classes if c.id not in there)


def facts_of(
    image: Image, annotations: Sequence[Annotation], classes: Sequence[LabelClass]
) -> ImageFacts:
    """Boxes that lie wholly outside the image are no part of it."""
    by_id = {c.id: c for c in classes}
    size = image.width_px, image.height_px
    clipped = ((a, a.box.clipped(*size)) for a in annotations)
    things = [
        Thing(a.uid, by_id[a.class_id], box, place_of(box, *size), extent_of(box, *size))
        for a, box in clipped
        if box is not None
    ]
    things.sort(key=lambda t: (t.box.top, t.box.left, t.box.corners, t.uid))
    return ImageFacts(
        image.content_hash, *size, tuple(things), image.label.tags, tuple(classes), image.id or None
    )


def fingerprint(facts: ImageFacts, language: Language) -> str:
    """JSON of all that a conversation in that language says of the image.

    What differs from when it was written tells whether and why it is stale (see
    `app.conversations.writing.staleness`).
    """
    return _to_json(
        {
            "boxes": {
                t.uid: [t.label_class.id, *(round(corner, 2) for corner in t.box.corners)]
                for t in facts.things
            },
            "tags": facts.tags,
            "classes": {str(c.id): c.label(language) for c in facts.classes},
        }
    )


_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode
