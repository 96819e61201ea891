"""Thousands of rects, lines and corners painted from arrays: made one by one they cost a frame.

Qt reads rects and lines where they lie, as it does for pyqtgraph: a `QRect` and a `QLine` are four
32-bit numbers each (qrect.h and qline.h of Qt 6), and PySide passes on a pointer and a count.
"""

from typing import Any

import numpy as np
import shiboken6
from numpy.typing import NDArray
from PySide6.QtCore import QByteArray, QDataStream, QLine, QRect
from PySide6.QtGui import QPainter, QPainterPath

Segments = NDArray[np.int64]
"""n x 4: x, y of the first end, x, y of the other."""

_MOVE, _LINE = 0, 1
# What QDataStream reads: a count, the elements, the current subpath's start and the fill rule.
_COUNT = np.dtype(">i4")
_ELEMENT = np.dtype([("kind", ">i4"), ("x", ">f8"), ("y", ">f8")])
_CLOSING = np.array([0, 1], ">i4").tobytes()  # Qt.FillRule.WindingFill: one fill where two overlap


def draw_rects(painter: QPainter, rects: NDArray[np.int64]) -> None:
    """With the painter's pen and brush. `rects` is n x 4: left, top, right, bottom, where lines
    are drawn; what is filled ends before right and bottom.
    """
    # A QRect keeps the last pixel that it fills.
    numbers = np.ascontiguousarray(rects - (0, 0, 1, 1), np.int32)
    if len(numbers):
        first: Any = shiboken6.wrapInstance(numbers.ctypes.data, QRect)
        painter.drawRects(first, len(numbers))


def draw_lines(painter: QPainter, segments: Segments) -> None:
    """With the painter's pen; each segment begins its dashes anew."""
    numbers = np.ascontiguousarray(segments, np.int32)
    if len(numbers):
        first: Any = shiboken6.wrapInstance(numbers.ctypes.data, QLine)
        painter.drawLines(first, len(numbers))


def polygons_path(points: NDArray[np.float64], counts: NDArray[np.int64]) -> QPainterPath:
    """`points` is m x 2 (x, y), one polygon after the other; `counts` says how many each has."""
    starts = np.cumsum(counts) - counts
    ends = starts + counts
    # Each is closed by its first point, set behind its last.
    order = np.insert(np.arange(len(points)), ends, starts)
    elements = np.empty(len(order), _ELEMENT)
    elements["kind"] = _LINE
    elements["kind"][starts + np.arange(len(counts))] = _MOVE
    elements["x"] = points[order, 0]
    elements["y"] = points[order, 1]
    count = np.array([elements.size], _COUNT).tobytes()
    data = QByteArray(count + elements.tobytes() + _CLOSING)
    path = QPainterPath()
    QDataStream(data) >> path
    return path
