"""Small marks on boxes about which somebody has said something that is not dealt with."""

from collections.abc import Collection

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from widgets.canvas.canvas import Canvas
from widgets.queue.state_mark import STATE_COLOURS

_WIDTH_PX, _HEIGHT_PX, _TAIL_PX = 14.0, 11.0, 5.0
_RIM = QColor(0, 0, 0, 170)


class Pins(QWidget):
    """Lies on the photo and goes with it; lets the mouse through."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._uids: frozenset[str] = frozenset()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        canvas.zoomed.connect(lambda _: self.update())
        canvas.resized.connect(self._cover)

    def show_pins(self, uids: Collection[str]) -> None:
        """On these boxes, as far as they are in sight."""
        self._uids = frozenset(uids)
        self._cover()
        self.setVisible(bool(self._uids))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(_RIM, 1))
            painter.setBrush(QColor(STATE_COLOURS["in_progress"]))
            for a in self._canvas.visible_annotations():
                if a.uid in self._uids:
                    box = self._canvas.view.box_on_widget(a.box)
                    self._paint_pin(painter, QPointF(box.right, box.top))

    def _cover(self) -> None:
        self.setGeometry(self._canvas.rect())

    def _paint_pin(self, painter: QPainter, tip: QPointF) -> None:
        """A bubble that points at the box's upper right corner."""
        bottom = tip.y() - _TAIL_PX
        bubble = QRectF(tip.x() - 2, bottom - _HEIGHT_PX, _WIDTH_PX, _HEIGHT_PX)
        root = QPointF(tip.x() + 1, bottom), QPointF(tip.x() + 6, bottom)
        painter.drawPolygon([*root, tip])
        painter.drawRoundedRect(bubble, 3, 3)
