"""What solid and dashed boxes mean."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget


class Legend(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setColumnStretch(1, 1)
        grid.addWidget(_Sample(is_dashed=False), 0, 0)
        grid.addWidget(QLabel(self.tr("drawn or checked by a person")), 0, 1)
        grid.addWidget(_Sample(is_dashed=True), 1, 0)
        grid.addWidget(QLabel(self.tr("a proposal nobody has touched yet")), 1, 1)


class _Sample(QWidget):
    def __init__(self, *, is_dashed: bool) -> None:
        super().__init__()
        self._is_dashed = is_dashed

    def sizeHint(self) -> QSize:
        return QSize(26, 16)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            pen = QPen(self.palette().color(QPalette.ColorRole.Text), 2)
            if self._is_dashed:
                pen.setDashPattern([2.5, 1.5])  # as on the photo, in widths of the line
            painter.setPen(pen)
            painter.drawRect(QRectF(2, 2, self.width() - 4, self.height() - 4))
