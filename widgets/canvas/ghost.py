"""A box that is not on the image: where somebody else sees something."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from app.core.shape import Shape
from widgets.canvas.photo_view import PhotoView

_DOTS = (1.0, 2.0)  # lengths of dot and gap, in widths of the line
_UNDER = QColor(0, 0, 0, 150)


class Ghost(QWidget):
    """Lies on the photo and goes with it; lets the mouse through. Dotted, as no real box is."""

    def __init__(self, canvas: PhotoView) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._shape: Shape | None = None
        self._colour = QColor()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        canvas.zoomed.connect(lambda _: self.update())
        canvas.resized.connect(self._cover)

    @property
    def shape(self) -> Shape | None:
        """In pixels of the photo; None while nothing is shown."""
        return self._shape

    def show_shape(self, shape: Shape, colour: str) -> None:
        self._shape, self._colour = shape, QColor(colour)
        self._cover()
        self.show()
        self.update()

    def clear(self) -> None:
        self._shape = None
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._shape is None:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(_UNDER, 4))
            self._draw(painter, self._shape)
            pen = QPen(self._colour, 2.5)
            pen.setDashPattern(_DOTS)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            self._draw(painter, self._shape)

    def _cover(self) -> None:
        self.setGeometry(self._canvas.rect())

    def _draw(self, painter: QPainter, shape: Shape) -> None:
        view = self._canvas.view
        box = view.box_on_widget(shape.box)
        if shape.polygon is None:
            painter.drawRect(QRectF(box.left, box.top, box.width, box.height))
        else:
            corners = [QPointF(*view.to_widget(x, y)) for x, y in shape.polygon]
            painter.drawPolygon(QPolygonF(corners))
