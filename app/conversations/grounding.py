"""The localisation record of an image: one question, and an answer made of its boxes alone.

The turns are kept in the project without numbers: `<image>` stands for the photo, and each
`<bbox>` and `<ref-object>` for the corner numbers and the class name of the next object, in the
order of `grounded_objects`. So a stored answer can't hold a box that the labels don't, and a
target fills in the numbers in its own frame. The three words are those of ms-swift
(https://swift.readthedocs.io/en/latest/Customization/Custom-dataset.html).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.annotation import Annotation
from app.core.conversation import Turn
from app.core.geometry import Box
from app.core.image import Image
from app.core.label_class import LabelClass

IMAGE = "<image>"
BOX = "<bbox>"
LABEL = "<ref-object>"

_SYSTEM = (
    "You inspect photos of industrial surfaces for defects. The defect classes are: {classes}. "
    "Answer with a JSON list only: one object for each defect, with its class in `label` and its "
    "box in `bbox_2d` as [left, top, right, bottom]. Answer [] when there is no defect."
)
_QUESTION = IMAGE + "Find every defect on this surface."
_OBJECT = '{"bbox_2d": ' + BOX + ', "label": "' + LABEL + '"}'


@dataclass(frozen=True, slots=True)
class GroundedObject:
    """What one `<ref-object>` and `<bbox>` stand for; the box is in pixels, inside the image."""

    label: str
    box: Box


def grounded_objects(
    image: Image, annotations: Sequence[Annotation], classes: Sequence[LabelClass]
) -> list[GroundedObject]:
    """From top to bottom, then left to right, so that the same labels always read the same."""
    names = {c.id: c.name for c in classes}
    clipped = (
        (names[a.class_id], a.box.clipped(image.width_px, image.height_px)) for a in annotations
    )
    found = [GroundedObject(name, box) for name, box in clipped if box is not None]
    return sorted(found, key=lambda each: (each.box.top, each.box.left, each.box.corners))


def localisation(objects: Sequence[GroundedObject], classes: Sequence[LabelClass]) -> list[Turn]:
    """System, question and answer for an image with these objects; none means a normal image."""
    return [
        Turn("system", _SYSTEM.format(classes=", ".join(c.name for c in classes))),
        Turn("user", _QUESTION),
        Turn("assistant", "[" + ", ".join([_OBJECT] * len(objects)) + "]"),
    ]
