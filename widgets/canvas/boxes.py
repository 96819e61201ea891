"""The boxes on the canvas: which of them can be seen, where they lie, which are selected."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from app.core.annotation import Annotation
from app.core.geometry import Polygon
from app.core.label_class import LabelClass
from app.core.shape import Shape, shape_of
from widgets.canvas.hit_test import Boxes
from widgets.marks.mark import Mark, Marks, Style, styled, styles_of


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


@dataclass(frozen=True, slots=True, eq=False)
class _Content:
    """All boxes of an image, and those of them that are `shown`."""

    styles: Mapping[int, Style]
    shown: Filter
    all: Marks
    marks: Marks

    @classmethod
    def of(
        cls, annotations: Iterable[Annotation], styles: Mapping[int, Style], shown: Filter
    ) -> Self:
        return cls.filtered(styled(annotations, styles), styles, shown)

    @classmethod
    def filtered(cls, of_all: Marks, styles: Mapping[int, Style], shown: Filter) -> Self:
        marks = of_all
        if not shown.hides_nothing:
            marks = styled((a for a in of_all.annotations if shown.shows(a)), styles)
        return cls(styles, shown, of_all, marks)

    def is_of(
        self, annotations: Sequence[Annotation], styles: Mapping[int, Style], shown: Filter
    ) -> bool:
        is_alike = self.styles == styles and self.shown == shown
        return is_alike and self.all.annotations == annotations

    def with_changed(self, changed: Mapping[str, Annotation]) -> Self:
        of_all = _with_changed(self.all, changed)
        marks = of_all if self.marks is self.all else _with_changed(self.marks, changed)
        return replace(self, all=of_all, marks=marks)


_NOTHING = _Content.of((), {}, Filter())


class CanvasBoxes:
    """What is asked at each move of the mouse lies in arrays, a row for each box in sight."""

    def __init__(self) -> None:
        self._content = self._expected = _NOTHING
        self._selection: tuple[str, ...] = ()
        self.selected = np.zeros(0, np.bool_)

    @property
    def marks(self) -> Marks:
        """Those that pass the filter, in the order they are painted."""
        return self._content.marks

    @property
    def boxes(self) -> Boxes:
        return self.marks.shapes.corners

    @property
    def polygons(self) -> Sequence[Polygon | None]:
        return self.marks.shapes.polygons

    @property
    def selection(self) -> tuple[str, ...]:
        """In the order in which they were selected."""
        return self._selection

    def show(self, annotations: Iterable[Annotation], classes: Mapping[int, LabelClass]) -> None:
        """Instead of those before; what stays selected is what is still there."""
        annotations, styles, shown = list(annotations), styles_of(classes), self._content.shown
        if self._expected.is_of(annotations, styles, shown):
            self._content, self._expected = self._expected, _NOTHING
        else:
            self._content = _Content.of(annotations, styles, shown)
        self._settle()

    def expect(self, annotations: Iterable[Annotation], classes: Mapping[int, LabelClass]) -> Marks:
        """What `marks` will be once these are shown, with the filter as it is: then they take no
        time any more. They are the same where the same is expected again.
        """
        annotations, styles, shown = list(annotations), styles_of(classes), self._content.shown
        if not self._expected.is_of(annotations, styles, shown):
            self._expected = _Content.of(annotations, styles, shown)
        return self._expected.marks

    def set_filter(self, shown: Filter) -> None:
        self._content = _Content.filtered(self._content.all, self._content.styles, shown)
        self._settle()

    def reshape(self, shapes: Mapping[str, Shape]) -> None:
        """Of boxes that are in sight."""
        changed = {uid: reshaped(self.annotation(uid), shape) for uid, shape in shapes.items()}
        self._content = self._content.with_changed(changed)

    def select(self, uids: Iterable[str]) -> None:
        """Those of them that are in sight, and no others."""
        self._selection = tuple(dict.fromkeys(uid for uid in uids if uid in self))
        self.selected[:] = False
        self.selected[[self.marks.rows[uid] for uid in self._selection]] = True

    def __contains__(self, uid: str) -> bool:
        return uid in self.marks.rows

    def is_selected(self, uid: str) -> bool:
        return uid in self and bool(self.selected[self.marks.rows[uid]])

    def uid(self, row: int) -> str:
        return self.marks.annotations[row].uid

    def annotation(self, uid: str) -> Annotation:
        return self.marks.annotations[self.marks.rows[uid]]

    def mark(self, uid: str) -> Mark:
        return self.marks[self.marks.rows[uid]]

    def shape(self, uid: str) -> Shape:
        return shape_of(self.annotation(uid))

    def styled(self, annotations: Iterable[Annotation]) -> Marks:
        """As boxes of the classes that are shown."""
        return styled(annotations, self._content.styles)

    def _settle(self) -> None:
        self.selected = np.zeros(len(self.marks), np.bool_)
        self.select(self._selection)


def reshaped(annotation: Annotation, shape: Shape) -> Annotation:
    """The same elsewhere."""
    return replace(annotation, box=shape.box, polygon=shape.polygon)


def _with_changed(marks: Marks, changed: Mapping[str, Annotation]) -> Marks:
    return marks.with_changed({marks.rows[uid]: a for uid, a in changed.items()})
