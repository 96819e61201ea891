"""What boxes on the photo look like and are called: one by one, and thousands in columns."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from app.core.annotation import Annotation
from app.core.label_class import LabelClass
from widgets.marks.shapes import Shapes, shapes_of
from widgets.words import class_title


@dataclass(frozen=True, slots=True)
class Mark:
    """One annotation, its class's colour, and its name: the class and, from a model, the score."""

    annotation: Annotation
    colour: QColor
    name: str


@dataclass(frozen=True, slots=True)
class Style:
    """What the boxes of a class have in common."""

    rgb: int
    title: str


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """In the order in which they are painted; `rows` says by uid where each stands."""

    annotations: Sequence[Annotation]
    names: Sequence[str]
    shapes: Shapes
    rows: Mapping[str, int]

    def __len__(self) -> int:
        return len(self.annotations)

    def __getitem__(self, row: int) -> Mark:
        colour = QColor.fromRgb(self.shapes.look(row).rgb)
        return Mark(self.annotations[row], colour, self.names[row])

    def __iter__(self) -> Iterator[Mark]:
        return map(self.__getitem__, range(len(self)))

    def with_changed(self, changed: Mapping[int, Annotation]) -> Self:
        """Other boxes and outlines in some rows; class, score and author are as before."""
        annotations = list(self.annotations)
        for row, annotation in changed.items():
            annotations[row] = annotation
        return replace(self, annotations=annotations, shapes=self.shapes.with_changed(changed))

    def successors(self, later: Self) -> NDArray[np.int64]:
        """For each mark where in `later` the same is, or -1."""
        rows = [later.rows.get(uid, -1) for uid in self.rows]
        annotations, names = later.annotations, later.names
        same = [
            new >= 0
            and (annotation is annotations[new] or annotation == annotations[new])
            and name == names[new]
            for annotation, name, new in zip(self.annotations, self.names, rows, strict=True)
        ]
        found = np.array(rows, np.int64)
        is_same = np.array(same, np.bool_)
        is_same[is_same] = self.shapes.colours[is_same] == later.shapes.colours[found[is_same]]
        return np.where(is_same, found, -1)


def styles_of(classes: Mapping[int, LabelClass]) -> dict[int, Style]:
    """By class id, in the language of the screen."""
    return {
        key: Style(QColor(known.colour).rgb(), class_title(known)) for key, known in classes.items()
    }


def marks_of(annotations: Iterable[Annotation], classes: Mapping[int, LabelClass]) -> Marks:
    """`classes` by id, with every class that an annotation has."""
    return styled(annotations, styles_of(classes))


def styled(annotations: Iterable[Annotation], styles: Mapping[int, Style]) -> Marks:
    """The same where what classes look like is known. Uids are all different."""
    annotations = list(annotations)
    class_ids = [a.class_id for a in annotations]
    rows = {a.uid: row for row, a in enumerate(annotations)}
    titles = {key: style.title for key, style in styles.items()}
    names = [
        titles[key] if a.score is None else f"{titles[key]} {a.score:.2f}"
        for key, a in zip(class_ids, annotations, strict=True)
    ]
    colours = {key: style.rgb for key, style in styles.items()}
    return Marks(annotations, names, shapes_of(annotations, class_ids, colours), rows)
