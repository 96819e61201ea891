"""Union and difference of areas, checked: Qt loses pieces where edges lie nearly on each other."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath

_WIDER_BY_PX = (0.0, 0.13, -0.17, 0.31, -0.37)
"""What is tried, one after the other: where edges met, they cross or lie apart."""
_SIDE_PX = 512
"""Of the picture that the sum is compared in."""

_Mask = NDArray[np.bool_]


def combined(
    before: QPainterPath, brush_of: Callable[[float], QPainterPath], *, erases: bool
) -> QPainterPath:
    """`before` with the brush, or less it: closed lines that don't cross, for the even-odd rule.

    `brush_of` gives the brush, its radius larger by so many pixels: where the sum came out wrong it
    is tried again with one that is a little wider or narrower.
    """
    tried = []
    for wider_px in _WIDER_BY_PX:
        brush = brush_of(wider_px)
        after = before.subtracted(brush) if erases else before.united(brush)
        after = after.simplified()
        wrong = _wrong_pixels(before, brush, after, erases=erases)
        if not wrong:
            return after
        tried.append((wrong, after))
    return min(tried, key=lambda each: each[0])[1]


def _wrong_pixels(
    before: QPainterPath, brush: QPainterPath, after: QPainterPath, *, erases: bool
) -> int:
    """Of all in sight, and of what is near the brush, painted: that is never wrong."""
    wrong = 0
    near = brush.boundingRect()
    for area in (before.boundingRect().united(near), near.adjusted(-2, -2, 2, 2)):
        was, covered, now = (_painted(path, area) for path in (before, brush, after))
        expected = was & ~covered if erases else was | covered
        wrong += _inner_count(expected ^ now)
    return wrong


def _painted(path: QPainterPath, area: QRectF) -> _Mask:
    scale = min(_SIDE_PX / max(area.width(), area.height()), 1.0)
    width, height = (int(side * scale) + 1 for side in (area.width(), area.height()))
    image = QImage(width, height, QImage.Format.Format_Grayscale8)
    image.fill(0)
    with QPainter(image) as painter:
        painter.scale(scale, scale)
        painter.translate(-area.topLeft())
        painter.fillPath(path, Qt.GlobalColor.white)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(height, image.bytesPerLine())
    return rows[:, :width] > 0


def _inner_count(differs: _Mask) -> int:
    """Of pixels with eight others of their kind around them: at an edge one may differ."""
    rows = differs[:-2] & differs[1:-1] & differs[2:]
    return int(np.count_nonzero(rows[:, :-2] & rows[:, 1:-1] & rows[:, 2:]))
