"""What a stroke leaves is the mask and the brush, united or one less the other, to a pixel."""

import cv2
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage, QPainter, QPolygonF

from app.core.geometry import Box
from app.core.shape import Shape, outlined
from app.imaging.outlines import mask_outlines
from widgets.tools.brush_outline import painted

HEIGHT_PX, WIDTH_PX = 60, 80
WHOLE = Box(0, 0, WIDTH_PX, HEIGHT_PX)
FINER = 4  # pixels of a raster for each of the photo


def blank():
    return np.zeros((HEIGHT_PX, WIDTH_PX), np.uint8)


def shape_of_mask(mask):
    return outlined(mask_outlines(mask), WHOLE)


def raster(shape):
    """By the even-odd rule, which knows nothing of which way a hole runs; Qt paints no border, so
    a bridge shows where it has a width.
    """
    width, height = WIDTH_PX * FINER, HEIGHT_PX * FINER
    image = QImage(width, height, QImage.Format.Format_Grayscale8)
    image.fill(0)
    with QPainter(image) as painter:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(Qt.GlobalColor.white)
        corners = [QPointF(x * FINER, y * FINER) for x, y in shape.polygon]
        painter.drawPolygon(QPolygonF(corners), Qt.FillRule.OddEvenFill)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(height, image.bytesPerLine())
    return (rows[:, :width] > 0).astype(np.uint8)


def fine(mask):
    return np.kron(mask, np.ones((FINER, FINER), np.uint8))


def swept(stroke, radius_px):
    """All whose middle is no further from the way than the brush's radius."""
    rows, columns = np.mgrid[: HEIGHT_PX * FINER, : WIDTH_PX * FINER]
    x, y = (columns + 0.5) / FINER, (rows + 0.5) / FINER
    covered = np.zeros(x.shape, np.uint8)
    for (x0, y0), (x1, y1) in zip(stroke, [*stroke[1:], stroke[-1]], strict=True):
        dx, dy = x1 - x0, y1 - y0
        share = np.clip(((x - x0) * dx + (y - y0) * dy) / max(dx * dx + dy * dy, 1e-9), 0, 1)
        covered |= np.hypot(x - x0 - share * dx, y - y0 - share * dy) <= radius_px
    return covered


def brushed(shape, stroke, *, radius_px=5.0, erases=False):
    return painted(shape, stroke, radius_px=radius_px, erases=erases, bounds=WHOLE, detail=1.0)


def area(shape):
    return int(raster(shape).sum()) / FINER**2


def framed():
    mask = blank()
    mask[5:55, 10:70] = 1
    mask[20:40, 30:50] = 0
    return mask


def test_a_hole_stays_where_the_brush_was_not():
    before = shape_of_mask(framed())
    for erases in (False, True):
        after = brushed(before, [(70, 30)], erases=erases)
        half = 39 if not erases else -39  # of the dab's disc, outside or inside
        assert abs(area(after) - (3000 - 400 + half)) < 12


def test_a_hole_can_be_filled_and_made():
    whole = brushed(shape_of_mask(framed()), [(32, 30), (48, 30)], radius_px=15)
    assert abs(area(whole) - 3000) < 12
    holed = brushed(whole, [(40, 30)], erases=True)
    assert abs(area(holed) - (3000 - 78.5)) < 12


def test_the_smaller_part_stays_too():
    mask = blank()
    mask[5:25, 10:70] = 1
    mask[35:55, 10:40] = 1
    after = brushed(shape_of_mask(mask), [(70, 15)])
    assert abs(area(after) - (1200 + 600 + 39)) < 12
    assert after.box.bottom == 55


def test_a_stroke_across_leaves_both_halves():
    bar = blank()
    bar[20:40, 10:70] = 1
    after = brushed(shape_of_mask(bar), [(30, 10), (30, 50)], erases=True)
    assert abs(area(after) - 20 * 50) < 12
    assert after.box.left == 10 and after.box.right == 70


def test_a_part_that_lies_apart_is_added():
    after = brushed(Shape(Box(10, 10, 30, 30)), [(60, 45)])
    assert abs(area(after) - (400 + 78.5)) < 12


def test_a_stroke_that_changes_nothing_gives_the_same_back():
    shape = shape_of_mask(framed())
    assert brushed(shape, [(40, 30)], erases=True) is shape  # in the hole
    assert brushed(shape, [(20, 30)], radius_px=3) is shape
    assert brushed(shape, [(40, 30)], radius_px=90, erases=True) is None


POINT = st.tuples(st.integers(0, WIDTH_PX), st.integers(0, HEIGHT_PX))
STROKES = st.tuples(
    st.lists(POINT, min_size=1, max_size=4), st.sampled_from([2.0, 4.0, 7.0]), st.booleans()
)


@settings(max_examples=40, deadline=None)
@given(st.lists(STROKES, min_size=1, max_size=4))
def test_strokes_unite_and_take_away(strokes):
    shape, before = shape_of_mask(framed()), fine(framed())
    around = np.ones((2 * FINER + 1, 2 * FINER + 1), np.uint8)
    for stroke, radius_px, erases in strokes:
        shape = brushed(shape, stroke, radius_px=radius_px, erases=erases)
        narrow, wide = (swept(stroke, radius_px + by_px) for by_px in (-1, 1))
        least = before & (1 - wide) if erases else before | narrow
        most = before & (1 - narrow) if erases else before | wide
        got = np.zeros_like(before) if shape is None else raster(shape)
        assert not (cv2.erode(least, around, borderValue=0) & ~got).any()
        assert not (got & ~cv2.dilate(most, around)).any()
        if shape is None:
            return
        before = got
