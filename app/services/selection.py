"""Which images an export takes."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from app.core.errors import UserError
from app.core.image import Image, State
from app.storage.images import ImageList
from app.storage.project import Project

LABELLED: tuple[State, ...] = ("prelabelled", "in_progress", "submitted", "returned", "approved")
"""What an export takes unless told otherwise: everything somebody or some model has labelled."""


@dataclass(frozen=True, slots=True)
class Selection:
    """`unchecked`: images left out because a model found nothing and no person said "normal"."""

    images: ImageList
    unchecked: int
    proposals: int


def select(project: Project, states: Sequence[State] = LABELLED) -> Selection:
    """Images in `states` that carry a label: boxes, or a word that there is nothing to draw.

    An image that nobody has looked at is never passed off as one without defects.
    Raises UserError when none is left.
    """
    drawn_on = project.annotations.classes_by_image()
    chosen = array("q")
    unchecked = 0
    for image in project.images.walk(states):
        if image.id in drawn_on or said_normal(image):
            chosen.append(image.id)
        else:
            unchecked += 1
    if not chosen:
        raise UserError(
            "There is nothing to export: no image has labels or is marked normal.",
            hint="Import labels, or run `flawmark prelabel PROJECT --model starter`.",
        )
    proposals = project.annotations.proposals_in(states)
    return Selection(project.images.listed(chosen), unchecked, proposals)


def said_normal(image: Image) -> bool:
    """Whether a person has, if it has no boxes: one that nobody looked at says nothing."""
    return image.label.is_normal or image.label.state in ("submitted", "approved")
