"""The boxes on the canvas: which of them can be seen, where they lie, which are selected."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.core.annotation import Annotation
from app.core.geometry import Polygon
from app.core.label_class import LabelClass
from app.core.shape import Shape, shape_of
from widgets.canvas.hit_test import Boxes
from widgets.marks.mark import Mark, Marks, Style, marks_of, styled, styles_of


@dataclass(frozen=True, slots=True)
class Filter:
    """Which annotations are shown. `least_score` is for proposals; one without a score passes."""

    hidden_classes: frozenset[int] = frozenset()
    people_shown: bool = True
    proposals_shown: bool = True
    least_score: float = 0.0

    @property
    def hides_nothing(self) -> bool:
        is_open = self.people_shown and self.proposals_shown
        return is_open and not self.hidden_classes and self.least_score <= 0

    def shows(self, annotation: Annotation) -> bool:
        if annotation.class_id in self.hidden_classes:
            return False
        if not annotation.is_proposal:
            return self.people_shown
        sure = annotation.score is None or annotation.score >= self.least_score
        return self.proposals_shown and sure


class CanvasBoxes:
    """What is asked at each move of the mouse lies in arrays, a row for each box in sight."""

    def __init__(self) -> None:
        self._styles: Mapping[int, Style] = {}
        self._all = self._marks = marks_of((), {})
        self._filter = Filter()
        self._selection: tuple[str, ...] = ()
        self.selected = np.zeros(0, np.bool_)

    @property
    def marks(self) -> Marks:
        """Those that pass the filter, in the order they are painted."""
        return self._marks

    @property
    def boxes(self) -> Boxes:
        return self._marks.shapes.corners

    @property
    def polygons(self) -> Sequence[Polygon | None]:
        return self._marks.shapes.polygons

    @property
    def selection(self) -> tuple[str, ...]:
        """In the order in which they were selected."""
        return self._selection

    def show(self, annotations: Iterable[Annotation], classes: Mapping[int, LabelClass]) -> None:
        """Instead of those before; what stays selected is what is still there."""
        self._styles = styles_of(classes)
        self._all = self.styled(annotations)
        self._settle()

    def set_filter(self, shown: Filter) -> None:
        self._filter = shown
        self._settle()

    def reshape(self, shapes: Mapping[str, Shape]) -> None:
        """Of boxes that are in sight."""
        changed = {uid: reshaped(self.annotation(uid), shape) for uid, shape in shapes.items()}
        is_all = self._marks is self._all
        self._all = _with_changed(self._all, changed)
        self._marks = self._all if is_all else _with_changed(self._marks, changed)

    def select(self, uids: Iterable[str]) -> None:
        """Those of them that are in sight, and no others."""
        self._selection = tuple(dict.fromkeys(uid for uid in uids if uid in self))
        self.selected[:] = False
        self.selected[[self._marks.rows[uid] for uid in self._selection]] = True

    def __contains__(self, uid: str) -> bool:
        return uid in self._marks.rows

    def is_selected(self, uid: str) -> bool:
        return uid in self and bool(self.selected[self._marks.rows[uid]])

    def uid(self, row: int) -> str:
        return self._marks.annotations[row].uid

    def annotation(self, uid: str) -> Annotation:
        return self._marks.annotations[self._marks.rows[uid]]

    def mark(self, uid: str) -> Mark:
        return self._marks[self._marks.rows[uid]]

    def shape(self, uid: str) -> Shape:
        return shape_of(self.annotation(uid))

    def styled(self, annotations: Iterable[Annotation]) -> Marks:
        """As boxes of the classes that are shown."""
        return styled(annotations, self._styles)

    def _settle(self) -> None:
        shown = self._filter
        if shown.hides_nothing:
            self._marks = self._all
        else:
            self._marks = self.styled(a for a in self._all.annotations if shown.shows(a))
        self.selected = np.zeros(len(self._marks), np.bool_)
        self.select(self._selection)


def reshaped(annotation: Annotation, shape: Shape) -> Annotation:
    """The same elsewhere."""
    return replace(annotation, box=shape.box, polygon=shape.polygon)


def _with_changed(marks: Marks, changed: Mapping[str, Annotation]) -> Marks:
    return marks.with_changed({marks.rows[uid]: a for uid, a in changed.items()})
