"""Another version of an image's boxes, over the photo in the place of those that stand."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from app.core.annotation import Annotation
from app.core.label_class import LabelClass
from widgets.canvas.photo_view import PhotoView
from widgets.words import class_title

_UNDER = QColor(0, 0, 0, 150)
_PLATE = QColor(20, 22, 25, 215)
_INK = QColor(245, 245, 245)
_PAD_PX = 10
_LINE_PX = 2.5


class VersionOverlay(QWidget):
    """Goes with the photo, lets the mouse through, and says in words which version it is."""

    def __init__(self, canvas: PhotoView) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.boxes: Sequence[Annotation] = ()
        self._classes: Mapping[int, LabelClass] = {}
        self.caption = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        canvas.zoomed.connect(lambda _: self.update())
        canvas.resized.connect(self._cover)

    def show_version(
        self, caption: str, boxes: Sequence[Annotation], classes: Mapping[int, LabelClass]
    ) -> None:
        """`classes` by id; one that is gone is painted grey."""
        self.caption, self.boxes, self._classes = caption, boxes, classes
        self._cover()
        self.show()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for a in self.boxes:
                self._paint_box(painter, a)
            self._paint_caption(painter)

    def _cover(self) -> None:
        self.setGeometry(self._canvas.rect())

    def _paint_box(self, painter: QPainter, a: Annotation) -> None:
        label_class = self._classes.get(a.class_id)
        colour = QColor(label_class.colour if label_class else "#888888")
        for pen in (QPen(_UNDER, _LINE_PX + 1.5), QPen(colour, _LINE_PX)):
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            self._draw(painter, a)
        name = class_title(label_class) if label_class else "?"
        words = name if a.score is None or not a.is_proposal else f"{name} {a.score:.2f}"
        box = self._canvas.view.box_on_widget(a.box)
        metrics = QFontMetricsF(self.font())
        plate = QRectF(0, 0, metrics.horizontalAdvance(words) + 8, metrics.height() + 2)
        plate.moveBottomLeft(QPointF(box.left, box.top))
        if plate.top() < 0:
            plate.moveTop(box.top)
        painter.fillRect(plate, _PLATE)
        painter.fillRect(QRectF(plate.left(), plate.top(), 3, plate.height()), colour)
        painter.setPen(_INK)
        painter.drawText(plate.adjusted(5, 0, 0, 0), int(Qt.AlignmentFlag.AlignVCenter), words)

    def _draw(self, painter: QPainter, a: Annotation) -> None:
        view = self._canvas.view
        if a.polygon is None:
            box = view.box_on_widget(a.box)
            painter.drawRect(QRectF(box.left, box.top, box.width, box.height))
        else:
            painter.drawPolygon(QPolygonF([QPointF(*view.to_widget(x, y)) for x, y in a.polygon]))

    def _paint_caption(self, painter: QPainter) -> None:
        """At the foot, where messages and questions don't lie."""
        metrics = QFontMetricsF(self.font())
        width = metrics.horizontalAdvance(self.caption) + 2 * _PAD_PX
        height = metrics.height() + _PAD_PX
        plate = QRectF((self.width() - width) / 2, self.height() - height - 16, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_PLATE)
        painter.drawRoundedRect(plate, 6, 6)
        painter.setPen(_INK)
        painter.drawText(plate, int(Qt.AlignmentFlag.AlignCenter), self.caption)
