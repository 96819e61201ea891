"""What an image's state looks like: a colour, and a shape for eyes that see no colours."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from app.core.image import State

STATE_COLOURS: dict[State, str] = {
    "new": "#8b9299",
    "prelabelled": "#2f8fe0",
    "in_progress": "#e89500",
    "submitted": "#a452c4",
    "approved": "#3a9d3f",
    "returned": "#e0413c",
    "excluded": "#7d7d7d",
}
_LINE_SHARE = 0.16  # of the mark's width


def paint_state(painter: QPainter, place: QRectF, state: State) -> None:
    """Draws the state's mark into a square. Leaves the painter's pen and brush changed."""
    colour = QColor(STATE_COLOURS[state])
    line_px = max(1.2, place.width() * _LINE_SHARE)
    inside = place.adjusted(line_px / 2, line_px / 2, -line_px / 2, -line_px / 2)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(colour, line_px)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(colour if state in _FILLED else Qt.BrushStyle.NoBrush)
    if state in _CORNERS:
        painter.drawPolygon(_inside(inside, _CORNERS[state]))
    else:
        painter.drawEllipse(inside)
    if state == "in_progress":
        painter.setBrush(colour)
        painter.drawPie(inside, 90 * 16, 180 * 16)
    elif state == "excluded":
        painter.drawPolyline(_inside(inside, _SLASH))
    elif state == "approved":
        painter.setPen(QPen(Qt.GlobalColor.white, line_px, c=Qt.PenCapStyle.RoundCap))
        painter.drawPolyline(_inside(inside, _TICK))


def _inside(place: QRectF, corners: tuple[tuple[float, float], ...]) -> QPolygonF:
    """`corners` in shares of the place, from its top left."""
    return QPolygonF(
        [
            QPointF(place.left() + x * place.width(), place.top() + y * place.height())
            for x, y in corners
        ]
    )


_FILLED: frozenset[State] = frozenset({"submitted", "approved", "returned"})
_CORNERS: dict[State, tuple[tuple[float, float], ...]] = {
    "prelabelled": ((0.5, 0.0), (1.0, 0.5), (0.5, 1.0), (0.0, 0.5)),
    "submitted": ((0.5, 0.05), (1.0, 0.9), (0.0, 0.9)),
    "returned": ((0.0, 0.1), (1.0, 0.1), (0.5, 0.95)),
}
_SLASH = ((0.15, 0.85), (0.85, 0.15))
_TICK = ((0.24, 0.52), (0.43, 0.7), (0.76, 0.32))
