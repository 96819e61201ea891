import itertools

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage, QPainter, QPolygonF

from app.imaging.outlines import clipped_polygon, joined_outline, mask_outline, mask_outlines


def area(polygon):
    return cv2.contourArea(np.array(polygon, np.float32))


def blank(height=40, width=60):
    return np.zeros((height, width), np.uint8)


def test_a_rectangle_is_outlined_along_its_outer_edges():
    mask = blank()
    mask[5:15, 10:30] = 1
    assert set(mask_outline(mask)) == {(10, 5), (30, 5), (30, 15), (10, 15)}
    assert set(mask_outline(mask, left=100, top=7)) == {(110, 12), (130, 12), (130, 22), (110, 22)}


def test_a_mask_that_fills_its_image_reaches_the_borders():
    mask = np.ones((4, 6), np.uint8)
    assert set(mask_outline(mask)) == {(0, 0), (6, 0), (6, 4), (0, 4)}


def test_one_pixel_has_an_outline():
    mask = blank()
    mask[39, 59] = 1
    assert set(mask_outline(mask)) == {(59, 39), (60, 39), (60, 40), (59, 40)}


def test_of_several_parts_the_largest_is_outlined():
    mask = blank()
    mask[1:3, 1:40] = 1
    mask[10:30, 10:30] = 1
    assert set(mask_outline(mask)) == {(10, 10), (30, 10), (30, 30), (10, 30)}


def test_an_empty_mask_has_no_outline():
    assert mask_outline(blank()) is None


@given(st.integers(4, 28), st.integers(4, 18))
def test_an_ellipse_keeps_its_area(width, height):
    mask = blank(60, 80)
    cv2.ellipse(mask, (40, 30), (width, height), 20, 0, 360, 1, -1)
    slack = 1.2 * (width + height)  # half a pixel along the edge
    assert area(mask_outline(mask)) == pytest.approx(int(mask.sum()), abs=slack)


def test_touching_polygons_join():
    left = ((0, 0), (10, 0), (10, 5), (0, 5))
    right = ((10, 1), (20, 1), (20, 5), (10, 5))
    joined = joined_outline([left, right])
    assert area(joined) == pytest.approx(90, abs=1)
    assert min(joined) == (0, 0) and max(joined) == (20, 5)


def test_of_polygons_apart_the_largest_stays():
    small = ((0, 0), (3, 0), (3, 3), (0, 3))
    large = ((10, 10), (30, 10), (30, 20), (10, 20))
    assert set(joined_outline([small, large])) == set(large)


def test_a_polygon_inside_is_not_cut():
    inside = ((1.5, 1), (9, 2), (5, 7.25))
    assert clipped_polygon(inside, 10, 8) == inside


def test_a_polygon_is_cut_at_the_borders():
    diamond = ((5, -5), (15, 5), (5, 15), (-5, 5))
    cut = clipped_polygon(diamond, 10, 10)
    assert set(cut) == {(0, 0), (10, 0), (10, 10), (0, 10)}


@pytest.mark.parametrize(
    "outside",
    [((11, 0), (15, 0), (15, 5)), ((-5, -5), (-1, -5), (0, -1)), ((10, 2), (20, 2), (20, 4))],
)
def test_nothing_is_left_of_a_polygon_outside(outside):
    assert clipped_polygon(outside, 10, 10) is None


@given(
    st.tuples(st.floats(-10, 30), st.floats(-10, 30)),
    st.tuples(st.floats(2, 30), st.floats(2, 30)),
    st.floats(0, 180),
)
def test_cutting_agrees_with_opencv(centre, size, angle):
    quad = cv2.boxPoints((centre, size, angle))
    frame = np.array([(0, 0), (20, 0), (20, 16), (0, 16)], np.float32)
    expected, _ = cv2.intersectConvexConvex(quad, frame)
    cut = clipped_polygon(tuple(map(tuple, quad.tolist())), 20, 16)
    assert (area(cut) if cut else 0) == pytest.approx(expected, abs=0.05)


def filled(polygon, height, width):
    """The polygon as pixels whose centre it holds: by the even-odd rule, and by winding."""
    painted = []
    for rule in (Qt.FillRule.OddEvenFill, Qt.FillRule.WindingFill):
        image = QImage(width, height, QImage.Format.Format_Grayscale8)
        image.fill(0)
        shape = QPolygonF([QPointF(x, y) for x, y in polygon])
        painter = QPainter(image)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(Qt.GlobalColor.white)
        painter.drawPolygon(shape, rule)
        painter.end()
        rows = np.frombuffer(image.constBits(), np.uint8).reshape(height, image.bytesPerLine())
        painted.append((rows[:, :width] > 0).astype(np.uint8))
    return painted


def off_the_edge(a, b, mask):
    """How many pixels differ that don't touch the mask's edge."""
    around = np.ones((3, 3), np.uint8)
    edge = cv2.dilate(mask, around) - cv2.erode(mask, around, borderValue=0)
    return int(((a != b) & (edge == 0)).sum())


def test_everything_of_a_mask_is_outlined():
    mask = blank()
    mask[2:12, 2:22] = 1
    mask[20:30, 40:50] = 1
    outline = mask_outlines(mask)
    assert {(2, 2), (22, 2), (22, 12), (2, 12), (40, 20), (50, 20), (50, 30), (40, 30)} == set(
        outline
    )
    for painted in filled(outline, 40, 60):
        assert (painted == mask).all()


def test_holes_stay_holes_and_what_lies_in_them_stays():
    mask = blank()
    mask[2:38, 2:58] = 1
    mask[6:34, 6:54] = 0
    mask[12:28, 12:48] = 1
    mask[16:24, 20:24] = 0
    for painted in filled(mask_outlines(mask), 40, 60):
        assert (painted == mask).all()


def test_specks_and_pinholes_are_left_out():
    mask = blank()
    mask[5:35, 5:35] = 1
    whole = mask_outlines(mask)
    mask[20:22, 20:22] = 0
    mask[10:12, 50:52] = 1
    assert mask_outlines(mask) == whole


def test_an_outline_of_everything_starts_where_the_mask_lies():
    mask = blank(3, 4).astype(bool)
    mask[1, 2] = True
    assert set(mask_outlines(mask, left=10, top=20)) == {(12, 21), (13, 21), (13, 22), (12, 22)}
    assert mask_outlines(np.zeros((3, 4), bool)) is None


def test_thin_gaps_and_thin_lines_are_kept():
    mask = blank()
    mask[10:20, 10:50] = 1
    mask[10:19, 30] = 0  # a notch of one pixel
    mask[30, 5:55] = 1  # a line of one pixel
    for painted in filled(mask_outlines(mask), 40, 60):
        assert (painted == mask).all()


def test_a_slope_has_few_points():
    mask = blank(200, 200)
    cv2.circle(mask, (100, 100), 80, 1, -1)
    outline = mask_outlines(mask)
    assert len(outline) < 40
    assert area(outline) == pytest.approx(int(mask.sum()), rel=0.005)


@st.composite
def masks(draw):
    """Ellipses, bars and lines, some of them cut out again."""
    mask = blank()
    for _ in range(draw(st.integers(1, 8))):
        value = draw(st.sampled_from([1, 1, 0]))
        point = st.tuples(st.integers(0, 59), st.integers(0, 39))
        kind = draw(st.sampled_from(["ellipse", "bar", "line"]))
        if kind == "ellipse":
            axes = draw(st.tuples(st.integers(2, 20), st.integers(2, 14)))
            cv2.ellipse(mask, draw(point), axes, draw(st.integers(0, 90)), 0, 360, value, -1)
        elif kind == "bar":
            cv2.rectangle(mask, draw(point), draw(point), value, -1)
        else:
            cv2.line(mask, draw(point), draw(point), value, draw(st.integers(1, 4)))
    return mask


def without_small_parts(mask):
    """As `mask_outlines` leaves them out, but by OpenCV's components."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    sizes = stats[1:, cv2.CC_STAT_AREA]
    return [(labels == i + 1, size) for i, size in enumerate(sizes)] if count > 1 else []


@given(masks())
def test_filling_the_outline_gives_the_mask_back(mask):
    outline = mask_outlines(mask)
    parts = without_small_parts(mask)
    if not parts:
        assert outline is None
        return
    by_parity, by_winding = filled(outline, *mask.shape)
    # Far from any edge nothing differs but what is too small to be kept.
    small = max(size for _, size in parts) * 0.03 + 12
    assert off_the_edge(by_parity, mask, mask) <= small
    assert off_the_edge(by_winding, mask, mask) <= small
    assert int((by_parity != by_winding).sum()) <= small


@given(masks())
def test_a_bridge_adds_no_area(mask):
    outline = mask_outlines(mask)
    if outline is None:
        return
    # An outline that runs round its holes the other way has the area of the mask.
    edge_px = int((cv2.morphologyEx(mask, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))).sum())
    assert area_signed(outline) == pytest.approx(int(mask.sum()), abs=0.35 * edge_px + 4)


def area_signed(polygon):
    return cv2.contourArea(np.array(polygon, np.float32), oriented=True)


@pytest.mark.parametrize("is_hole", [False, True])
def test_thousands_of_specks_are_one_outline_of_the_largest(is_hole):
    mask = np.zeros((600, 800), np.uint8)
    mask[::4, ::4] = 1  # 30,000
    mask[100:200, 300:400] = 1
    outline = mask_outlines(1 - mask if is_hole else mask)
    assert outline is not None and len(outline) < 3000
    drawn = cv2.fillPoly(np.zeros_like(mask), [np.rint(np.array(outline)).astype(np.int32)], [1])
    assert drawn[150, 350] == (0 if is_hole else 1)


def test_many_parts_are_all_kept():
    mask = np.zeros((300, 300), np.uint8)
    for row, column in itertools.product(range(9), repeat=2):
        mask[10 + 30 * row : 30 + 30 * row, 10 + 30 * column : 30 + 30 * column] = 1
    outline = mask_outlines(mask)
    assert outline is not None
    points = np.array(outline)
    area = abs(points[:, 0] @ np.roll(points[:, 1], -1) - points[:, 1] @ np.roll(points[:, 0], -1))
    assert area / 2 == pytest.approx(int(mask.sum()), rel=0.02)
