"""Paints fills, frames and outlines of many marks in whole device pixels, a look at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from widgets.marks.primitives import Segments, draw_lines, draw_rects, polygons_path
from widgets.marks.shapes import Chosen, Look, PixelRects, Shapes

# Opaque: Qt paints a see-through line of one pixel twenty times slower.
_RIM = QColor(24, 24, 26)
_BRIGHT_RIM = QColor(255, 255, 255)
_FILL_ALPHA = 24  # of 255: colour enough to see what is inside, too little to hide a defect
_LEAST_FILLED_PX = 8  # a smaller box is all frame; a fill would be its defect painted over
_LEAST_OUTLINED_PX = 16  # where no side is longer an outline would be a blot
# Dash and gap, for lines of up to 2 pixels.
_DASHES = (5.0, 3.0)
_SHORT_DASHES = (2.0, 2.0)
_SHORT_DASHED_PX = 20  # for boxes with no longer side
_POINTS_AFAR = 10
_OUTLINES_A_PATH = 32  # Qt fills several short paths faster than one long one


@dataclass(frozen=True, slots=True)
class Pens:
    """How marks are drawn; thicknesses in device pixels.

    `is_fine` smooths outlines, draws every corner and fills them instead of their boxes: for
    hundreds of them, not for thousands.
    """

    line_px: int
    rim_px: int
    rim: QColor
    is_filled: bool = True
    is_fine: bool = True

    @classmethod
    def plain(cls, device_ratio: float, *, crowded: bool) -> Self:
        return cls((1 if crowded else 2) * _whole(device_ratio), _whole(device_ratio), _RIM)

    @classmethod
    def selected(cls, device_ratio: float) -> Self:
        """Thicker, and rimmed in white: it must stand out for the colour-blind too."""
        return cls(3 * _whole(device_ratio), _whole(device_ratio), _BRIGHT_RIM)

    @property
    def reach_px(self) -> int:
        """How far a mark's paint goes beyond its box."""
        return self.line_px + self.rim_px


@dataclass(frozen=True, slots=True)
class Ground:
    """What is painted on: `rects` are all marks' boxes in the painter's whole pixels.

    `scale` is those pixels per photo pixel. What is outside of `bounds` will not be seen.
    """

    painter: QPainter
    shapes: Shapes
    rects: PixelRects
    scale: float
    bounds: QRect


def paint_shapes(ground: Ground, chosen: Chosen, pens: Pens) -> None:
    """The chosen marks: fills under all lines, proposals under what people confirmed."""
    if not len(chosen):
        return
    groups = list(_by_look(ground.shapes, chosen))
    if pens.is_filled:
        for look, group in groups:
            _paint_fills(ground, look, group, pens)
    ground.painter.setBrush(Qt.BrushStyle.NoBrush)
    rim = QPen(pens.rim, 1.0)
    _stroke_frames(ground, chosen, rim, range(pens.line_px, pens.reach_px))
    for look, group in groups:
        for dashes, some in _dashed(ground, look, group, pens):
            pen = _pen(look, dashes, 1)
            _stroke_frames(ground, some, pen, range(pens.line_px))
            fine_pen = _pen(look, dashes, pens.rim_px) if pens.is_fine else pen
            _stroke_outlines(ground, some, fine_pen, pens)


def _by_look(shapes: Shapes, chosen: Chosen) -> Iterator[tuple[Look, Chosen]]:
    numbers = sorted(range(len(shapes.looks)), key=lambda n: not shapes.looks[n].is_proposal)
    for number in numbers:
        group = chosen[shapes.look_of[chosen] == number]
        if len(group):
            yield shapes.looks[number], group


def _dashed(
    ground: Ground, look: Look, group: Chosen, pens: Pens
) -> Iterator[tuple[list[float], Chosen]]:
    """What shares its dashes, if any. Small boxes get short ones, or they would look broken."""
    if not look.is_proposal:
        yield [], group
        return
    thickness = max(pens.line_px / 2, 1.0)
    longer = (ground.rects[group, 2:] - ground.rects[group, :2]).max(axis=1)
    is_small = longer < _SHORT_DASHED_PX * thickness
    for some, (dash, gap) in (group[~is_small], _DASHES), (group[is_small], _SHORT_DASHES):
        yield [dash * thickness, gap * thickness], some


def _pen(look: Look, dashes: list[float], width_px: int) -> QPen:
    pen = QPen(QColor.fromRgb(look.rgb), width_px)
    if dashes:
        pen.setDashPattern([dash / width_px for dash in dashes])  # Qt counts in widths
    return pen


def _paint_fills(ground: Ground, look: Look, group: Chosen, pens: Pens) -> None:
    colour = QColor.fromRgb(look.rgb)
    colour.setAlpha(_FILL_ALPHA)
    ground.painter.setPen(Qt.PenStyle.NoPen)
    ground.painter.setBrush(colour)
    sizes = ground.rects[group, 2:] - ground.rects[group, :2]
    roomy = sizes.min(axis=1) >= _LEAST_FILLED_PX
    outlined = _is_outlined(ground, group) & pens.is_fine
    plain = roomy & ~outlined
    draw_rects(ground.painter, ground.rects[group[plain]])
    for path in _outlines(ground, group[roomy & outlined], pens):
        ground.painter.drawPath(path)


def _stroke_frames(ground: Ground, group: Chosen, pen: QPen, distances: range) -> None:
    """Lines around each box, none on it: a thin streak must not vanish under its own box.

    At each of `distances` pixels from the box is a line of one pixel.
    """
    # Right and bottom are exclusive: the line at distance 0 is on the pixel they begin.
    outward = np.array([-1, -1, 0, 0]), np.array([-1, -1, 1, 1])
    ground.painter.setPen(pen)
    rects = [ground.rects[group] + outward[0] + outward[1] * distance for distance in distances]
    if pen.style() == Qt.PenStyle.CustomDashLine:
        starts = _dash_starts(rects[-1], round(sum(pen.dashPattern())), ground.bounds)
        segments = np.concatenate([_edges(rect, rects[-1], starts) for rect in rects])
        draw_lines(ground.painter, segments)
    else:
        draw_rects(ground.painter, np.concatenate(rects))


def _dash_starts(rects: PixelRects, period_px: int, bounds: QRect) -> NDArray[np.int64]:
    """n x 2, x and y from where lines are drawn: not more than one period out of bounds.

    Qt's dashes depend on where it clips a line, and it walks along all of a line that it can't see.
    """
    corners = rects[:, :2]
    outside = np.array([bounds.left(), bounds.top()]) - corners
    starts: NDArray[np.int64] = corners + np.maximum(outside // period_px, 0) * period_px
    return starts


def _edges(rects: PixelRects, outermost: PixelRects, starts: NDArray[np.int64]) -> Segments:
    """Each rect's edges, all begun at the same places, so that the dashes of all agree."""
    left, top, right, bottom = rects.T
    last_x, last_y = np.maximum(outermost[:, 2:], starts).T
    first_x, first_y = starts.T
    ends = [
        (first_x, top, last_x, top),
        (first_x, bottom, last_x, bottom),
        (left, first_y, left, last_y),
        (right, first_y, right, last_y),
    ]
    return np.concatenate([np.stack(end, axis=1) for end in ends])


def _stroke_outlines(ground: Ground, group: Chosen, pen: QPen, pens: Pens) -> None:
    outlined = group[_is_outlined(ground, group)]
    ground.painter.setRenderHint(QPainter.RenderHint.Antialiasing, pens.is_fine)
    for path in _outlines(ground, outlined, pens):
        ground.painter.strokePath(path, pen)
    ground.painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _is_outlined(ground: Ground, group: Chosen) -> NDArray[np.bool_]:
    longer = (ground.rects[group, 2:] - ground.rects[group, :2]).max(axis=1)
    outlined: NDArray[np.bool_] = ground.shapes.has_outline[group] & (longer >= _LEAST_OUTLINED_PX)
    return outlined


def _outlines(ground: Ground, outlined: Chosen, pens: Pens) -> Iterator[QPainterPath]:
    at_once, at_most = (_OUTLINES_A_PATH, None) if pens.is_fine else (len(outlined), _POINTS_AFAR)
    for start in range(0, len(outlined), at_once or 1):
        some = outlined[start : start + at_once]
        points, counts = ground.shapes.outlines(some, at_most=at_most)
        yield polygons_path(points * ground.scale, counts)


def _whole(device_ratio: float) -> int:
    return max(round(device_ratio), 1)
