"""All marks of a photo, painted once and kept: a repaint, a mouse move, a pan step are a copy."""

from collections.abc import Iterable
from dataclasses import replace
from math import ceil

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QFont, QPainter, QRegion

from widgets.marks.label_plates import Plates
from widgets.marks.mark import Marks, marks_of
from widgets.marks.names import MarkNames
from widgets.marks.shapes import Chosen, PixelRects, Shapes
from widgets.marks.strokes import Ground, Pens, paint_shapes
from widgets.marks.tile import Tile
from widgets.photo.view import Size, View

# Painted around what is in sight, so that not every pan step paints; more of it at once would
# make those that do too slow.
_MARGIN_PX = 96
_CROWDED_FROM = 800  # marks in sight; from here on thick lines would be all that is seen
_MOST_MENDED = 64  # changed marks; with more, painting everything anew costs less
_MOST_TESTED = 100  # rects of a region

Mask = NDArray[np.bool_]


class MarkLayer:
    """Paints the marks that it is shown, at any view.

    Everything is laid out in device pixels counted from the photo's corner: there a pan changes
    nothing, so that what was painted can be moved, extended and mended.
    """

    def __init__(self, *, straight_up_to: int = 0) -> None:
        """So many marks are painted anew each time: an image to keep them in would cost more."""
        self._straight_up_to = straight_up_to
        self._marks = marks_of((), {})
        self._left_out: frozenset[str] = frozenset()
        self._selected: frozenset[str] = frozenset()
        self._is_filled = self._is_named = True
        self._is_laid_out = False
        self._scale = 1.0  # device pixels per photo pixel
        self._rects: PixelRects = self._marks.shapes.pixel_rects(1.0)
        self._pens = self._bright_pens = Pens.plain(1.0, crowded=False)
        self._plates = Plates(QFont(), 1.0)
        self._names = MarkNames()
        self._tile = Tile()
        self._margin_px = _MARGIN_PX
        self.renders = 0
        """How often all of it was laid out and painted: what the rest is there to avoid."""

    def successor(self) -> "MarkLayer":
        """Without a mark, for the boxes of another photo; it paints as this one does."""
        layer = MarkLayer(straight_up_to=self._straight_up_to)
        layer._is_filled, layer._is_named = self._is_filled, self._is_named
        layer._plates = self._plates
        return layer

    @property
    def marks(self) -> Marks:
        """What it was shown last."""
        return self._marks

    def show(self, marks: Marks) -> None:
        """These and no others. Where a few differ from what was shown, only those are painted."""
        successors = self._marks.successors(marks)
        gone = np.flatnonzero(successors < 0)
        is_old = np.zeros(len(marks), bool)
        is_old[successors[successors >= 0]] = True
        came = np.flatnonzero(~is_old)
        self._is_laid_out &= len(gone) + len(came) <= _MOST_MENDED
        if self._is_laid_out:
            self._spoil(gone)
        self._marks = marks
        self._rects = self._shapes.pixel_rects(self._scale)
        self._names.show(marks.names, successors)
        if self._is_laid_out:
            self._spoil(came)

    def leave_out(self, uids: frozenset[str]) -> None:
        """These are not painted: someone else paints them, where they are being dragged to."""
        self._spoil_few(self._numbers(uids ^ self._left_out))
        self._left_out = uids

    def set_selected(self, uids: frozenset[str]) -> None:
        """These stand out."""
        self._spoil_few(self._numbers(uids ^ self._selected), frames_only=True)
        self._selected = uids

    def set_filled(self, filled: bool) -> None:
        if filled != self._is_filled:
            self._is_filled, self._is_laid_out = filled, False

    def set_named(self, named: bool) -> None:
        self._is_named = named

    def paint(self, painter: QPainter, view: View, screen: Size, device_ratio: float) -> None:
        """`view` and `screen` in widget pixels, of which each is `device_ratio` device pixels."""
        self.prepare(painter.font(), view, screen, device_ratio)
        sight = _sight(view, screen, device_ratio)
        origin = -sight.topLeft()
        painter.save()
        painter.scale(1 / device_ratio, 1 / device_ratio)
        if self._is_straight:
            self._paint_straight(painter, origin, sight)
        else:
            self._tile.paint(painter, origin)
        if self._is_named:
            self._names.paint(painter, self._plates, self._shapes, origin)
        painter.restore()

    def prepare(self, font: QFont, view: View, screen: Size, device_ratio: float) -> None:
        """All of `paint` that can be done before there is something to paint on."""
        sight = _sight(view, screen, device_ratio)
        self._measure(font, device_ratio)
        if not self._is_laid_out or self._scale != view.scale * device_ratio:
            self._lay_out(view.scale * device_ratio, device_ratio, sight)
        if not self._is_straight:
            self._cover(sight)
            self._tile.mend(self._paint_region)
        if self._is_named:
            self._settle_names(sight)

    @property
    def _is_straight(self) -> bool:
        return len(self._marks) <= self._straight_up_to

    @property
    def _shapes(self) -> Shapes:
        return self._marks.shapes

    def _settle_names(self, sight: QRect) -> None:
        shown, selected = ~self._mask(self._left_out), self._mask(self._selected)
        self._names.settle(
            self._rects, self._plates, shown=shown, selected=selected & shown, sight=sight
        )

    def _measure(self, font: QFont, device_ratio: float) -> None:
        if not self._plates.are_for(font, device_ratio):
            self._plates = Plates(font, device_ratio)
            self._names.measure(self._plates)
            self._is_laid_out = False

    def _lay_out(self, scale: float, device_ratio: float, sight: QRect) -> None:
        if scale != self._scale:
            self._names.start_over()
        self._scale, self._is_laid_out = scale, True
        self._rects = self._shapes.pixel_rects(scale)
        seen = self._near(QRegion(sight))
        crowded = len(seen) >= _CROWDED_FROM
        self._pens, self._bright_pens = (
            replace(pens, is_filled=self._is_filled, is_fine=self._shapes.are_few_outlines(seen))
            for pens in (Pens.plain(device_ratio, crowded=crowded), Pens.selected(device_ratio))
        )
        self._tile.forget()
        self._margin_px = round(_MARGIN_PX * device_ratio)
        self.renders += 1

    def _cover(self, sight: QRect) -> None:
        """Nothing is painted, and kept, outside of where there are marks."""
        if not self._marks:
            return
        reach, margin = self._bright_pens.reach_px, self._margin_px
        left, top = self._rects[:, :2].min(axis=0).tolist()
        right, bottom = self._rects[:, 2:].max(axis=0).tolist()
        extent = QRect(left, top, right - left, bottom - top).adjusted(-reach, -reach, reach, reach)
        needed = sight & extent
        if not needed.isEmpty() and not self._tile.area.contains(needed):
            self._tile.cover(sight.adjusted(-margin, -margin, margin, margin) & extent)

    def _paint_straight(self, painter: QPainter, origin: QPoint, sight: QRect) -> None:
        painter.save()
        painter.translate(origin)
        self._paint_within(painter, sight, QRegion(sight))
        painter.restore()

    def _paint_region(self, painter: QPainter, region: QRegion) -> None:
        self._paint_within(painter, self._tile.area, region)

    def _paint_within(self, painter: QPainter, area: QRect, region: QRegion) -> None:
        ground = Ground(painter, self._shapes, self._rects, self._scale, area)
        shown, selected = ~self._mask(self._left_out), self._mask(self._selected)
        near = self._near(region)
        near = near[shown[near]]
        paint_shapes(ground, near[~selected[near]], self._pens)
        paint_shapes(ground, near[selected[near]], self._bright_pens)

    def _near(self, region: QRegion) -> Chosen:
        """The marks that may have paint in the region."""
        reach = self._bright_pens.reach_px
        left, top, right, bottom = self._rects.T
        near = np.zeros(len(self._rects), np.bool_)
        parts = _rects_of(region) if region.rectCount() <= _MOST_TESTED else [region.boundingRect()]
        for part in parts:
            end_x, end_y = part.left() + part.width(), part.top() + part.height()
            near |= (
                (left - reach < end_x)
                & (top - reach < end_y)
                & (right + reach > part.left())
                & (bottom + reach > part.top())
            )
        return np.flatnonzero(near)

    def _spoil_few(self, changed: Chosen, *, frames_only: bool = False) -> None:
        if len(changed) > _MOST_MENDED:
            self._names.unsettle()
            self._is_laid_out = False
        else:
            self._spoil(changed, frames_only=frames_only)

    def _spoil(self, changed: Chosen, *, frames_only: bool = False) -> None:
        self._names.unsettle()
        reach = self._bright_pens.reach_px
        outlined = self._shapes.has_outline[changed]
        for rect, has_outline in zip(self._rects[changed].tolist(), outlined, strict=True):
            left, top, right, bottom = rect
            box = QRect(left, top, right - left, bottom - top)
            region = QRegion(box.adjusted(-reach, -reach, reach, reach))
            # A fill lies over the lines of others while its box is selected, and under them else.
            if frames_only and not has_outline and not self._is_filled:
                region = region.subtracted(QRegion(box))
            self._tile.spoil(region)

    def _numbers(self, uids: Iterable[str]) -> Chosen:
        rows = self._marks.rows
        return np.array([rows[uid] for uid in uids if uid in rows], np.int64)

    def _mask(self, uids: Iterable[str]) -> Mask:
        mask = np.zeros(len(self._marks), np.bool_)
        mask[self._numbers(uids)] = True
        return mask


def _sight(view: View, screen: Size, device_ratio: float) -> QRect:
    """What the screen shows, in device pixels from the photo's corner."""
    origin = QPoint(round(view.left * device_ratio), round(view.top * device_ratio))
    width, height = ceil(screen.width * device_ratio), ceil(screen.height * device_ratio)
    return QRect(-origin.x(), -origin.y(), width, height)


def _rects_of(region: QRegion) -> list[QRect]:
    # The stubs don't say that a region can be walked.
    rects: list[QRect] = list(region)  # type: ignore[call-overload]
    return rects
