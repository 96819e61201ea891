"""A small open or closed eye: shows or hides what stands beside it."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton

_SIZE_PX = 22


class Eye(QAbstractButton):
    """Checked while open."""

    def __init__(self, what: str) -> None:
        """`what` it does, for the tool tip and for screen readers."""
        super().__init__()
        self.setCheckable(True)
        self.setChecked(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setToolTip(what)
        self.setAccessibleName(what)
        self.setFixedSize(_SIZE_PX, _SIZE_PX)

    def set_silently(self, checked: bool) -> None:
        blocked = self.blockSignals(True)
        self.setChecked(checked)
        self.blockSignals(blocked)

    def sizeHint(self) -> QSize:
        return QSize(_SIZE_PX, _SIZE_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        is_open = self.isChecked()
        role = QPalette.ColorRole.WindowText if is_open else QPalette.ColorRole.PlaceholderText
        colour = self.palette().color(role)
        middle = QRectF(self.rect()).center()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(colour, 1.4))
            painter.drawPath(_lids(middle))
            if is_open:
                painter.setBrush(colour)
                painter.drawEllipse(middle, 2.0, 2.0)
            else:
                painter.drawLine(middle + QPointF(-6, 5), middle + QPointF(6, -5))


def _lids(middle: QPointF) -> QPainterPath:
    left, right = middle + QPointF(-7, 0), middle + QPointF(7, 0)
    path = QPainterPath(left)
    path.quadTo(middle + QPointF(0, -8), right)
    path.quadTo(middle + QPointF(0, 8), left)
    return path
