"""What a box on the photo looks like and is called."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from PySide6.QtGui import QColor

from app.core.annotation import Annotation
from app.core.label_class import LabelClass
from widgets.words import class_title


@dataclass(frozen=True, slots=True)
class Mark:
    """One annotation, its class's colour, and its name: the class and, from a model, the score."""

    annotation: Annotation
    colour: QColor
    name: str


def mark_of(annotation: Annotation, label_class: LabelClass) -> Mark:
    return _mark(annotation, QColor(label_class.colour), class_title(label_class))


def marks_of(annotations: Iterable[Annotation], classes: Mapping[int, LabelClass]) -> list[Mark]:
    """`classes` by id, with every class that an annotation has. Asks each only once."""
    looks = {key: (QColor(known.colour), class_title(known)) for key, known in classes.items()}
    return [_mark(a, *looks[a.class_id]) for a in annotations]


def _mark(annotation: Annotation, colour: QColor, title: str) -> Mark:
    score = annotation.score
    return Mark(annotation, colour, title if score is None else f"{title} {score:.2f}")
