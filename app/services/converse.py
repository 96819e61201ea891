"""Keeps the multimodal record of every image in step with its labels."""

from collections.abc import Sequence

from app.conversations.grounding import (
    BOX,
    IMAGE,
    LABEL,
    GroundedObject,
    grounded_objects,
    localisation,
)
from app.core.batches import batches
from app.core.errors import UserError
from app.core.image import Image
from app.core.label_class import LabelClass
from app.storage.project import Project

_BATCH = 500


def write_conversations(project: Project, images: Sequence[Image]) -> None:
    """Writes the conversation of each image that has none, or a stale one.

    One that a person edited is left, stale as it is: only a person can mend it.
    """
    classes = project.classes.all()
    _refuse_placeholders(classes)
    for batch in batches(images, _BATCH):
        with project.transaction():
            for image in batch:
                stored = project.conversations.of_image(image.id)
                if stored is None or (stored.is_stale and stored.author is None):
                    objects = objects_on(project, image, classes)
                    project.conversations.put(image.id, localisation(objects, classes))


def _refuse_placeholders(classes: Sequence[LabelClass]) -> None:
    for label_class in classes:
        if any(word in label_class.name for word in (IMAGE, BOX, LABEL)):
            raise UserError(
                f"The class {label_class.name!r} holds a word of the trainers' own.",
                hint=f"Name it without {IMAGE}, {BOX} and {LABEL}.",
            )


def objects_on(
    project: Project, image: Image, classes: Sequence[LabelClass]
) -> list[GroundedObject]:
    """What the conversation of an image talks about, in its order."""
    return grounded_objects(image, project.annotations.of_image(image.id), classes)
