"""A small button for one state of images: its mark, and how many images are in it."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from app.core.image import State
from widgets.queue.state_mark import paint_state
from widgets.queue.words import short_count
from widgets.words import state_title

_MARK_PX = 12


class StateChip(QAbstractButton):
    def __init__(self, state: State, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._count = -1
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.set_count(0)

    def set_count(self, count: int) -> None:
        if count == self._count:
            return
        self._count = count
        said = f"{state_title(self._state)}: {count:,}"
        self.setToolTip(said)
        self.setAccessibleName(said)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(34, _MARK_PX + self.fontMetrics().height() + 10)

    def minimumSizeHint(self) -> QSize:
        return QSize(26, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_ground(painter)
            centre = self.width() / 2
            if self._count == 0 and not self.isChecked():
                painter.setOpacity(0.5)
            mark = QRectF(centre - _MARK_PX / 2, 5, _MARK_PX, _MARK_PX)
            paint_state(painter, mark, self._state)
            small = QFont(self.font())
            small.setPointSizeF(small.pointSizeF() * 0.82)
            painter.setFont(small)
            painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
            below = self.rect().adjusted(0, _MARK_PX + 6, 0, -2)
            painter.drawText(below, int(Qt.AlignmentFlag.AlignCenter), short_count(self._count))

    def _paint_ground(self, painter: QPainter) -> None:
        accent = QColor(self.palette().color(QPalette.ColorRole.Highlight))
        painter.setPen(accent if self.isChecked() else Qt.PenStyle.NoPen)
        accent.setAlphaF(0.25 if self.isChecked() else 0.12 if self.underMouse() else 0.0)
        painter.setBrush(accent)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
