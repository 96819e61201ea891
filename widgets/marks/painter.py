"""Paints a few marks at once, as they are right now: those under the hand."""

from dataclasses import replace
from math import ceil

import numpy as np
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QPainter

from widgets.marks.label_places import Corners, place_labels
from widgets.marks.label_plates import Plates
from widgets.marks.mark import Marks
from widgets.marks.strokes import Ground, Pens, paint_shapes
from widgets.photo.view import Size, View

_MOST_NAMED = 40  # placing more names anew at each step of a drag would take too long


def paint_marks(painter: QPainter, marks: Marks, view: View, screen: Size) -> None:
    """Emphasised, as a `MarkLayer` paints selected ones, with their names.

    For a few: what stays as it is from one repaint to the next belongs on a layer.
    """
    if not len(marks):
        return
    ratio = painter.device().devicePixelRatio()
    shapes, everyone = marks.shapes, np.arange(len(marks))
    rects = shapes.pixel_rects(view.scale * ratio)
    origin = QPoint(round(view.left * ratio), round(view.top * ratio))
    room = QSize(ceil(screen.width * ratio), ceil(screen.height * ratio))
    ground = Ground(painter, shapes, rects, view.scale * ratio, QRect(-origin, room))
    pens = replace(Pens.selected(ratio), is_fine=shapes.are_few_outlines(everyone))
    painter.save()
    painter.scale(1 / ratio, 1 / ratio)
    painter.translate(origin)
    paint_shapes(ground, everyone, pens)
    painter.translate(-origin)
    if len(marks) <= _MOST_NAMED:
        boxes = (rects + np.array([origin.x(), origin.y()] * 2)).astype(np.float64)
        _paint_names(painter, marks, boxes, Size(room.width(), room.height()))
    painter.restore()


def _paint_names(painter: QPainter, marks: Marks, boxes: Corners, room: Size) -> None:
    plates = Plates(painter.font(), painter.device().devicePixelRatio())
    sizes, none = plates.sizes(marks.names), np.empty((0, 4))
    spots = place_labels(boxes, sizes, none, screen=room, gap_px=plates.gap_px)
    corners = np.rint(spots[:, :2]).astype(int).tolist()
    for row, (left, top) in enumerate(corners):
        plate = plates.plate(marks.names[row], marks.shapes.look(row))
        painter.drawPixmap(left, top, plate)
