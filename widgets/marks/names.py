"""Which marks show their names, and where: settled once a view, kept while panning."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QPainter

from widgets.marks.label_places import Corners, Sizes, place_in_crowd, place_labels
from widgets.marks.label_plates import Plates
from widgets.marks.shapes import Chosen, PixelRects, Shapes
from widgets.photo.view import Size

MOST_NAMED = 150
"""With more boxes in sight only names that cover nothing are shown; the rest come on zooming in."""

_MOST_FORCED = 20  # selected marks that are named in a crowd too, where they can't but cover some

# How a mark's name stands.
_UNTRIED, _STANDS, _FORCED, _CROWDED_OUT = range(4)

Mask = NDArray[np.bool_]
States = NDArray[np.int8]


class MarkNames:
    """All places are in device pixels, counted from the photo's corner, so that pans keep them."""

    def __init__(self) -> None:
        self._names: Sequence[str] = ()
        self._sizes: Sizes | None = None
        self._spots = np.empty((0, 2))
        self._state = np.empty(0, np.int8)
        self._sight = QRect()
        self._is_settled = False

    def show(self, names: Sequence[str], successors: Chosen) -> None:
        """`successors[i]` is which of `names` stands where the i-th did until now, or -1."""
        spots, state = self._spots, self._state
        self._names = names
        self._spots = np.zeros((len(names), 2))
        self._state = np.full(len(names), _UNTRIED, np.int8)
        kept = successors >= 0
        self._spots[successors[kept]] = spots[kept]
        self._state[successors[kept]] = state[kept]
        self._sizes, self._is_settled = None, False

    def start_over(self) -> None:
        """No name has a place any longer, as at another scale."""
        self._state[:] = _UNTRIED
        self._is_settled = False

    def measure(self, plates: Plates) -> None:
        """To be called before anything is settled with other plates."""
        self._sizes = plates.sizes(self._names)
        self.start_over()

    def unsettle(self) -> None:
        """What is shown or selected has changed; names that stand keep their places."""
        self._is_settled = False

    def settle(
        self, rects: PixelRects, plates: Plates, *, shown: Mask, selected: Mask, sight: QRect
    ) -> None:
        """Places the names of the `shown` marks in `sight`, selected ones first."""
        if self._is_settled and sight == self._sight:
            return
        if self._sizes is None:
            self._sizes = plates.sizes(self._names)
        corner = np.array([sight.left(), sight.top()] * 2)
        boxes = rects - corner
        labels = np.hstack([self._spots, self._spots + self._sizes]) - corner
        seen = shown & _meets(boxes, sight)
        is_crowd = int(seen.sum()) > MOST_NAMED
        self._doubt(seen & _inside(labels, sight), selected, is_crowd=is_crowd)
        untried = np.flatnonzero(seen & (self._state == _UNTRIED))
        if len(untried):
            untried = untried[np.argsort(~selected[untried], kind="stable")]
            others = np.flatnonzero(seen & (self._state != _UNTRIED))
            task = _Task(
                boxes[np.concatenate([untried, others])].astype(np.float64),
                self._sizes[untried],
                labels[self._stands()],
                selected[untried],
                sight,
                plates.gap_px,
            )
            places, self._state[untried] = _crowded(task) if is_crowd else _careful(task)
            self._spots[untried] = np.rint(places[:, :2]) + corner[:2]
        self._is_settled, self._sight = True, QRect(sight)

    def _doubt(self, in_place: Mask, selected: Mask, *, is_crowd: bool) -> None:
        """Sets back to untried what stands no longer, and what has a right to a place now."""
        crowded_out = self._state == _CROWDED_OUT
        self._state[crowded_out & (selected | (not is_crowd))] = _UNTRIED
        self._state[~selected & (self._state == _FORCED)] = _UNTRIED
        self._state[self._stands() & ~in_place] = _UNTRIED

    def paint(self, painter: QPainter, plates: Plates, shapes: Shapes, origin: QPoint) -> None:
        """`origin` is where the photo's corner is, in the painter's (device) pixels."""
        standing = np.flatnonzero(self._stands())
        standing = standing[np.argsort(self._state[standing], kind="stable")]
        places = (self._spots[standing] + (origin.x(), origin.y())).astype(np.int64)
        for number, (left, top) in zip(standing.tolist(), places.tolist(), strict=True):
            look = shapes.looks[shapes.look_of[number]]
            painter.drawPixmap(left, top, plates.plate(self._names[number], look))

    def _stands(self) -> Mask:
        stands: Mask = (self._state == _STANDS) | (self._state == _FORCED)
        return stands


@dataclass(frozen=True, slots=True)
class _Task:
    """The labels of the first `len(sizes)` boxes are to be placed; counted from sight's corner."""

    boxes: Corners
    sizes: Sizes
    standing: Corners
    selected: Mask
    sight: QRect
    gap_px: float

    @property
    def screen(self) -> Size:
        return Size(self.sight.width(), self.sight.height())


def _careful(task: _Task) -> tuple[Corners, States]:
    places = place_labels(
        task.boxes, task.sizes, task.standing, screen=task.screen, gap_px=task.gap_px
    )
    return places, np.full(len(places), _STANDS, np.int8)


def _crowded(task: _Task) -> tuple[Corners, States]:
    places, is_free = place_in_crowd(
        task.boxes, task.sizes, task.standing, screen=task.screen, gap_px=task.gap_px
    )
    forced = ~is_free & task.selected
    forced[_MOST_FORCED:] = False
    # At the edge of what is in sight the next pan may make room.
    around = task.boxes[: len(places)] + np.hstack([-task.sizes, task.sizes])
    for_good = _inside(around, task.sight)
    cases = [is_free, forced, for_good], [_STANDS, _FORCED, _CROWDED_OUT]
    return places, np.select(*cases, _UNTRIED).astype(np.int8)


def _meets(boxes: Corners, sight: QRect) -> Mask:
    left, top, right, bottom = boxes.T
    meets: Mask = (left < sight.width()) & (top < sight.height()) & (right > 0) & (bottom > 0)
    return meets


def _inside(labels: Corners, sight: QRect) -> Mask:
    left, top, right, bottom = labels.T
    inside: Mask = (left >= 0) & (top >= 0) & (right <= sight.width()) & (bottom <= sight.height())
    return inside
