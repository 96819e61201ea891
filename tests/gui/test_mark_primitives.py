"""What is painted from arrays is what Qt paints of its own objects, one by one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QLine, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from widgets.marks.primitives import draw_lines, draw_rects

SIZE_PX = 60
places = st.integers(-20, 80)
fours = st.lists(st.tuples(places, places, st.integers(1, 40), st.integers(1, 40)), max_size=6)
DASHED = QPen(QColor(200, 30, 30), 1)
DASHED.setDashPattern([5, 3])
SOLID = QPen(QColor(24, 24, 26), 1)
NONE = QPen(Qt.PenStyle.NoPen)

pytestmark = pytest.mark.usefixtures("qtbot")


def painted(pen: QPen, brush: QColor | Qt.BrushStyle, paint) -> QImage:
    image = QImage(SIZE_PX, SIZE_PX, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    with QPainter(image) as painter:
        painter.translate(3, 2)
        painter.setPen(pen)
        painter.setBrush(brush)
        paint(painter)
    return image


def corners(found: list[tuple[int, int, int, int]]) -> np.ndarray:
    """As left, top, right, bottom."""
    boxes = np.array(found, np.int64).reshape(-1, 4)
    boxes[:, 2:] += boxes[:, :2]
    return boxes


@settings(deadline=None)
@given(fours, st.sampled_from([(SOLID, Qt.BrushStyle.NoBrush), (NONE, QColor(30, 60, 200, 24))]))
def test_rects(found, pen_and_brush) -> None:
    def one_by_one(painter: QPainter) -> None:
        for rect in found:
            painter.drawRect(QRect(*rect))

    at_once = painted(*pen_and_brush, lambda painter: draw_rects(painter, corners(found)))
    assert at_once == painted(*pen_and_brush, one_by_one)


@settings(deadline=None)
@given(fours, st.sampled_from([SOLID, DASHED]))
def test_lines(found, pen) -> None:
    def one_by_one(painter: QPainter) -> None:
        for segment in corners(found).tolist():
            painter.drawLine(QLine(*segment))

    at_once = painted(pen, Qt.BrushStyle.NoBrush, lambda p: draw_lines(p, corners(found)))
    assert at_once == painted(pen, Qt.BrushStyle.NoBrush, one_by_one)


def test_a_rect_is_painted_where_it_is_said_to_be() -> None:
    rect = np.array([[10, 12, 20, 30]])
    filled = painted(NONE, QColor(255, 0, 0), lambda painter: draw_rects(painter, rect))
    inside = [(13, 14), (22, 31)]  # moved by (3, 2); right and bottom are not filled
    assert all(filled.pixelColor(*at) == QColor(255, 0, 0) for at in inside)
    assert filled.pixelColor(23, 31).alpha() == filled.pixelColor(22, 32).alpha() == 0
    frame = painted(SOLID, Qt.BrushStyle.NoBrush, lambda painter: draw_rects(painter, rect))
    assert frame.pixelColor(23, 20) == frame.pixelColor(13, 20) == QColor(24, 24, 26)
