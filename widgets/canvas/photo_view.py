"""One photo: the wheel zooms, the middle and the right button pan; tells where the pointer is."""

from math import floor

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.core.geometry import Box
from widgets.canvas.camera import Camera
from widgets.canvas.wheel import ZOOM_PER_STEP, Zoom, meaning
from widgets.photo.picture import Picture
from widgets.photo.view import Size, View

PAN_BUTTONS = Qt.MouseButton.MiddleButton | Qt.MouseButton.RightButton


class PhotoView(QWidget):
    """Keeps the photo, the words in place of one, and the view; what paints them comes from it."""

    pointed = Signal(object)  # (column, row) of the photo's pixel under the pointer, or None
    zoomed = Signal(float)  # device pixels per photo pixel, after each change
    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.camera = Camera()
        self._picture: Picture | None = None
        self._message = ""
        self._pan_from: QPointF | None = None
        self._pointer: QPointF | None = None
        self.setMouseTracking(True)
        # Every pixel is painted here; else Qt would paint what lies below, each time.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 150)

    def sizeHint(self) -> QSize:
        return QSize(900, 800)

    @property
    def picture(self) -> Picture | None:
        return self._picture

    @property
    def has_picture(self) -> bool:
        """A photo is shown, not a message."""
        return self._picture is not None

    @property
    def message(self) -> str:
        """What is said in place of a photo; "" while there is one."""
        return self._message

    @property
    def view(self) -> View:
        return self.camera.view

    @property
    def pointer(self) -> QPointF | None:
        """Where it is on the widget; None while it is elsewhere."""
        return self._pointer

    @property
    def pointed_at(self) -> tuple[int, int] | None:
        """(column, row) of the photo's pixel under the pointer; None where there is none."""
        if self._pointer is None or self._picture is None:
            return None
        x, y = self.view.to_image(self._pointer.x(), self._pointer.y())
        size = self._picture.size
        inside = 0 <= x < size.width and 0 <= y < size.height
        return (floor(x), floor(y)) if inside else None

    def show_picture(self, picture: Picture, *, keep_view: bool = False) -> None:
        """With `keep_view` zoom and place stay, if it is as large as the one before."""
        self._picture, self._message = picture, ""
        self.camera.show(picture.size, keep_view=keep_view)
        self._after_camera()

    def show_message(self, text: str) -> None:
        """In place of a photo."""
        self._picture, self._message = None, text
        self.camera.show_nothing()
        self.pointed.emit(None)
        self.update()

    def fit(self) -> None:
        """The whole photo; it stays fitted when the widget changes its size."""
        self.camera.fit()
        self._after_camera()

    def actual_size(self) -> None:
        """One photo pixel a device pixel, keeping what is in the middle."""
        self.camera.zoom(1 / (self.view.scale * self.devicePixelRatioF()))
        self._after_camera()

    def look_at(self, box: Box) -> None:
        """A place on the photo from close, with its surroundings."""
        if self.has_picture:
            self.camera.frame(box)
            self._after_camera()

    def bring_into_sight(self, box: Box) -> None:
        """Moves the photo, as little as can be, so that all of that place is to be seen."""
        if self.has_picture:
            self.camera.bring_into_sight(box)
            if not self.camera.shows(box):
                self.camera.frame(box)
            self._after_camera()

    def zoom_in(self) -> None:
        self._zoom(ZOOM_PER_STEP)

    def zoom_out(self) -> None:
        self._zoom(1 / ZOOM_PER_STEP)

    def event(self, event: QEvent) -> bool:
        pinches = Qt.NativeGestureType.ZoomNativeGesture
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == pinches:
            self._zoom(1 + event.value(), event.position())
            return True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turn = meaning(event)
        if isinstance(turn, Zoom):
            self._zoom(turn.factor, event.position())
        else:
            self.camera.pan(turn.dx, turn.dy)
            self._after_camera()
        self._point_at(event.position())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() & PAN_BUTTONS:
            self._pan_from = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pan_from is not None:
            by = event.position() - self._pan_from
            self._pan_from = event.position()
            self.camera.pan(by.x(), by.y())
            self._after_camera()
        self._point_at(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() & PAN_BUTTONS:
            self._pan_from = None
            self.unsetCursor()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._point_at(event.position())

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.camera.resize(Size(max(self.width(), 1), max(self.height(), 1)))
        self._after_camera()
        self.resized.emit()

    @property
    def _is_panning(self) -> bool:
        return self._pan_from is not None

    def _zoom(self, factor: float, about: QPointF | None = None) -> None:
        self.camera.zoom(factor, (about.x(), about.y()) if about else None)
        self._after_camera()

    def _after_camera(self) -> None:
        """Also where a photo came: what lies under a pointer at rest is another pixel now."""
        self.zoomed.emit(self.view.scale * self.devicePixelRatioF())
        self.update()
        if self._pointer is not None:
            self.pointed.emit(self.pointed_at)

    def _point_at(self, at: QPointF | None) -> None:
        self._pointer = at
        self.pointed.emit(self.pointed_at)
