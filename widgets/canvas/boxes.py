"""The boxes on the canvas: which of them can be seen, where they lie, which are selected."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from app.core.annotation import Annotation
from app.core.label_class import LabelClass
from app.core.shape import Shape, shape_of
from widgets.canvas.hit_test import Boxes
from widgets.marks.mark import Mark, marks_of


@dataclass(frozen=True, slots=True)
class Filter:
    """Which annotations are shown. `least_score` is for proposals; one without a score passes."""

    hidden_classes: frozenset[int] = frozenset()
    people_shown: bool = True
    proposals_shown: bool = True
    least_score: float = 0.0

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
        self._all: dict[str, Mark] = {}
        self._classes: Mapping[int, LabelClass] = {}
        self._filter = Filter()
        self._selection: tuple[str, ...] = ()
        self._settle()

    @property
    def marks(self) -> Sequence[Mark]:
        """Those that pass the filter, in the order they are painted."""
        return self._marks

    @property
    def selection(self) -> tuple[str, ...]:
        """In the order in which they were selected."""
        return self._selection

    def show(self, annotations: Iterable[Annotation], classes: Mapping[int, LabelClass]) -> None:
        """Instead of those before; what stays selected is what is still there."""
        known, annotations = self._all, list(annotations)
        other = {key for key, value in classes.items() if self._classes.get(key) != value}
        made = marks_of((a for a in annotations if self._is_new(a, other)), classes)
        new = {mark.annotation.uid: mark for mark in made}
        self._all = {a.uid: new.get(a.uid) or known[a.uid] for a in annotations}
        self._classes = dict(classes)
        self._settle()

    def set_filter(self, shown: Filter) -> None:
        self._filter = shown
        self._settle()

    def reshape(self, shapes: Mapping[str, Shape]) -> None:
        """Of boxes that are in sight."""
        for uid, shape in shapes.items():
            mark = reshaped(self._all[uid], shape)
            row = self._rows[uid]
            self._all[uid] = self._marks[row] = mark
            self.polygons[row] = shape.polygon
            self.boxes[row] = shape.box.corners

    def select(self, uids: Iterable[str]) -> None:
        """Those of them that are in sight, and no others."""
        self._selection = tuple(dict.fromkeys(uid for uid in uids if uid in self._rows))
        self.selected[:] = False
        self.selected[[self._rows[uid] for uid in self._selection]] = True

    def __contains__(self, uid: str) -> bool:
        return uid in self._rows

    def is_selected(self, uid: str) -> bool:
        return uid in self._rows and bool(self.selected[self._rows[uid]])

    def uid(self, row: int) -> str:
        return self._marks[row].annotation.uid

    def mark(self, uid: str) -> Mark:
        return self._marks[self._rows[uid]]

    def shape(self, uid: str) -> Shape:
        return shape_of(self.mark(uid).annotation)

    def _is_new(self, annotation: Annotation, other_classes: Collection[int]) -> bool:
        """The mark that is there, if any, doesn't show it as it is now."""
        mark = self._all.get(annotation.uid)
        if mark is None or annotation.class_id in other_classes:
            return True
        return mark.annotation is not annotation and mark.annotation != annotation

    def _settle(self) -> None:
        shows = self._filter.shows
        self._marks = [m for m in self._all.values() if shows(m.annotation)]
        self._rows = {mark.annotation.uid: row for row, mark in enumerate(self._marks)}
        corners = chain.from_iterable(mark.annotation.box.corners for mark in self._marks)
        self.boxes: Boxes = np.fromiter(corners, np.float64).reshape(-1, 4)
        self.polygons = [mark.annotation.polygon for mark in self._marks]
        self.selected = np.zeros(len(self._marks), dtype=np.bool_)
        self.select(self._selection)


def reshaped(mark: Mark, shape: Shape) -> Mark:
    """The same mark elsewhere."""
    return replace(mark, annotation=replace(mark.annotation, box=shape.box, polygon=shape.polygon))
