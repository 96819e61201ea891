"""Paints boxes, outlines and names over a photo."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from app.core.annotation import Annotation
from app.core.geometry import Box
from app.core.label_class import LabelClass
from widgets.label_places import place_labels
from widgets.view import Size, View
from widgets.words import class_title

MAX_NAMED_BOXES = 150
"""With more boxes in sight their names would be a carpet; they come back on zooming in."""

_LINE_PX = 2.0
_RIM = QColor(0, 0, 0, 140)  # around the line, so that it shows on bright powder too
_BRIGHT_FROM = 0.6  # lightness
_PADDING_PX = 4.0


@dataclass(frozen=True, slots=True)
class Mark:
    """One annotation and how it looks."""

    annotation: Annotation
    colour: QColor
    name: str

    @property
    def style(self) -> tuple[str, bool]:
        return self.colour.name(), self.annotation.is_proposal


def mark_of(annotation: Annotation, label_class: LabelClass) -> Mark:
    name = class_title(label_class)
    if annotation.score is not None:
        name = f"{name} {annotation.score:.2f}"
    return Mark(annotation, QColor(label_class.colour), name)


def paint_marks(painter: QPainter, marks: Iterable[Mark], view: View, screen: Size) -> None:
    """All marks that reach into the screen, in widget pixels; names last, over all lines."""
    seen = [(m, b) for m in marks if _meets(b := view.box_on_widget(m.annotation.box), screen)]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint_outlines(painter, [m for m, _ in seen], view)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    _paint_boxes(painter, seen)
    if len(seen) <= MAX_NAMED_BOXES:
        _paint_names(painter, seen, screen)


def _meets(box: Box, screen: Size) -> bool:
    return box.left < screen.width and box.top < screen.height and box.right > 0 and box.bottom > 0


def _paint_outlines(painter: QPainter, marks: Sequence[Mark], view: View) -> None:
    for mark in marks:
        if mark.annotation.polygon is None:
            continue
        fill = QColor(mark.colour)
        fill.setAlpha(50)
        painter.setBrush(fill)
        painter.setPen(QPen(mark.colour, 1.0))
        corners = [QPointF(*view.to_widget(x, y)) for x, y in mark.annotation.polygon]
        painter.drawPolygon(QPolygonF(corners))


def _paint_boxes(painter: QPainter, seen: Sequence[tuple[Mark, Box]]) -> None:
    by_style: dict[tuple[str, bool], list[Box]] = {}
    for mark, box in seen:
        by_style.setdefault(mark.style, []).append(box)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for (name, is_proposal), boxes in by_style.items():
        painter.setPen(QPen(_RIM, 1.0))
        painter.drawRects([_around(box, _LINE_PX + 0.5) for box in boxes])
        pen = QPen(QColor(name), _LINE_PX)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        if is_proposal:
            pen.setDashPattern([2.5, 2.0])
        painter.setPen(pen)
        painter.drawRects([_around(box, _LINE_PX / 2) for box in boxes])


def _around(box: Box, px: float) -> QRectF:
    """Lines go around a box, not onto its edge: a thin streak must not vanish under its own box."""
    return QRectF(box.left - px, box.top - px, box.width + 2 * px, box.height + 2 * px)


def _paint_names(painter: QPainter, seen: Sequence[tuple[Mark, Box]], screen: Size) -> None:
    metrics = painter.fontMetrics()
    height = metrics.height() + 2.0
    sizes = [Size(metrics.horizontalAdvance(m.name) + 2 * _PADDING_PX, height) for m, _ in seen]
    places = place_labels([box for _, box in seen], sizes, screen=screen)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for (mark, _), size, (x, y) in zip(seen, sizes, places, strict=True):
        plate = QRectF(x, y, size.width, size.height)
        _paint_plate(painter, mark, plate)
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, mark.name)


def _paint_plate(painter: QPainter, mark: Mark, plate: QRectF) -> None:
    """Filled for people's boxes; dark with a coloured rim for proposals. Leaves the text's pen."""
    if mark.annotation.is_proposal:
        painter.setPen(QPen(mark.colour, 1.0))
        painter.setBrush(QColor(20, 20, 20, 200))
        text = QColor(Qt.GlobalColor.white)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mark.colour)
        dark_on_bright = mark.colour.lightnessF() > _BRIGHT_FROM
        text = QColor(Qt.GlobalColor.black if dark_on_bright else Qt.GlobalColor.white)
    painter.drawRoundedRect(plate.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
    painter.setPen(text)
