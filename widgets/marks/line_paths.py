"""Thousands of lines as one path, from arrays: made point by point in Python they cost a frame."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QByteArray, QDataStream
from PySide6.QtGui import QPainterPath

Segments = NDArray[np.int64]
"""n x 4: x, y of the first end, x, y of the other."""

_MOVE, _LINE = 0, 1
# What QDataStream reads: a count, the elements, the current subpath's start and the fill rule.
_COUNT = np.dtype(">i4")
_ELEMENT = np.dtype([("kind", ">i4"), ("x", ">f8"), ("y", ">f8")])
_CLOSING = np.array([0, 1], ">i4").tobytes()  # Qt.FillRule.WindingFill: one fill where two overlap


def segments_path(segments: Segments) -> QPainterPath:
    """Each segment a subpath of its own, so that each begins its dashes anew."""
    elements = np.empty((len(segments), 2), _ELEMENT)
    elements["kind"] = (_MOVE, _LINE)
    elements["x"] = segments[:, 0::2]
    elements["y"] = segments[:, 1::2]
    return _path(elements)


def rects_path(rects: NDArray[np.int64]) -> QPainterPath:
    """`rects` is n x 4: left, top, right, bottom, all four on the lines."""
    elements = np.empty((len(rects), 5), _ELEMENT)
    elements["kind"] = (_MOVE, _LINE, _LINE, _LINE, _LINE)
    elements["x"] = rects[:, [0, 2, 2, 0, 0]]
    elements["y"] = rects[:, [1, 1, 3, 3, 1]]
    return _path(elements)


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
    return _path(elements)


def _path(elements: NDArray[np.void]) -> QPainterPath:
    count = np.array([elements.size], _COUNT).tobytes()
    data = QByteArray(count + elements.tobytes() + _CLOSING)
    path = QPainterPath()
    QDataStream(data) >> path
    return path
