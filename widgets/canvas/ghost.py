"""Boxes that are not on the image: where somebody else sees something."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from app.core.shape import Shape
from widgets.canvas.canvas import Canvas

_DOTS = (1.0, 2.0)  # lengths of dot and gap, in widths of the line
_DASHES = (5.0, 2.0, 1.2, 2.0)  # a proposal's are all of one length
_UNDER = QColor(0, 0, 0, 150)
_WIDTH_PX, _RAISED_PX = 2.5, 4.0
_TAG = QColor(20, 20, 20, 215)
_TAG_WORDS = QColor(255, 255, 255)
_TAG_PADDING_PX = 4.0


@dataclass(frozen=True, slots=True)
class Guest:
    """`shape` in pixels of the photo; `name` stands beside it."""

    shape: Shape
    colour: str
    name: str = ""


class Ghost(QWidget):
    """Lies on the photo and goes with it; lets the mouse through. Dotted, as no real box is, or
    dashes and dots where they are guests with names. Hidden with the boxes.
    """

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._guests: Sequence[Guest] = ()
        self._dashes: Sequence[float] = _DOTS
        self._raised: int | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        canvas.zoomed.connect(lambda _: self.update())
        canvas.resized.connect(self._cover)

    @property
    def shape(self) -> Shape | None:
        """Of the first, in pixels of the photo; None while nothing is shown."""
        return self._guests[0].shape if self._guests else None

    @property
    def guests(self) -> Sequence[Guest]:
        return self._guests

    @property
    def raised(self) -> int | None:
        """The place of the guest that stands out from the others."""
        return self._raised

    def show_shape(self, shape: Shape, colour: str) -> None:
        self._show([Guest(shape, colour)], _DOTS)

    def show_guests(self, guests: Sequence[Guest]) -> None:
        """Instead of those before; none of them stands out."""
        self._show(guests, _DASHES)

    def raise_guest(self, place: int | None) -> None:
        """Makes one stand out."""
        self._raised = place
        self.update()

    def clear(self) -> None:
        self._guests, self._raised = (), None
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._canvas.boxes_shown:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            order = sorted(range(len(self._guests)), key=lambda place: place == self._raised)
            for place in order:
                self._paint(painter, self._guests[place], is_raised=place == self._raised)
            for place in order:
                self._paint_name(painter, self._guests[place])

    def _show(self, guests: Sequence[Guest], dashes: Sequence[float]) -> None:
        self._guests, self._dashes, self._raised = tuple(guests), dashes, None
        self._cover()
        self.setVisible(bool(guests))
        self.update()

    def _cover(self) -> None:
        self.setGeometry(self._canvas.rect())

    def _paint(self, painter: QPainter, guest: Guest, *, is_raised: bool) -> None:
        width_px = _RAISED_PX if is_raised else _WIDTH_PX
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(_UNDER, width_px + 1.5))
        self._draw(painter, guest.shape)
        pen = QPen(QColor(guest.colour), width_px)
        pen.setDashPattern(self._dashes)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        self._draw(painter, guest.shape)

    def _draw(self, painter: QPainter, shape: Shape) -> None:
        view = self._canvas.view
        box = view.box_on_widget(shape.box)
        if shape.polygon is None:
            painter.drawRect(QRectF(box.left, box.top, box.width, box.height))
        else:
            corners = [QPointF(*view.to_widget(x, y)) for x, y in shape.polygon]
            painter.drawPolygon(QPolygonF(corners))

    def _paint_name(self, painter: QPainter, guest: Guest) -> None:
        """Below the box, where names of real boxes are not; inside where there is no room."""
        if not guest.name:
            return
        box = self._canvas.view.box_on_widget(guest.shape.box)
        metrics = painter.fontMetrics()
        width = metrics.horizontalAdvance(guest.name) + 2 * _TAG_PADDING_PX
        height = metrics.height() + 2
        top = box.bottom + 3 if box.bottom + 3 + height <= self.height() else box.bottom - height
        left = max(0.0, min(box.left, self.width() - width))
        plate = QRectF(left, top, width, height)
        painter.setPen(QPen(QColor(guest.colour), 1.0))
        painter.setBrush(_TAG)
        painter.drawRoundedRect(plate, 3, 3)
        painter.setPen(_TAG_WORDS)
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, guest.name)
