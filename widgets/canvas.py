"""Shows one photo with its boxes. Reports where the pointer is; decides nothing, stores nothing."""

from collections.abc import Iterable, Mapping
from math import ceil, floor

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPalette, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.core.annotation import Annotation
from app.core.label_class import LabelClass
from widgets.box_painter import Mark, mark_of, paint_marks
from widgets.picture import Picture
from widgets.view import Size, View, fitted

_MARGIN_PX = 22.0  # room for the names of boxes at the photo's edge
_ZOOM_PER_WHEEL_STEP = 1.25
_WHEEL_STEP = 120  # in eighths of a degree, as Qt counts
_BACKDROP_PERCENT = 150
_PIXELS_SHOWN_FROM = 2.0
"""From this scale on pixels are shown as squares: what looks like a defect may be one pixel."""


class Canvas(QWidget):
    """Wheel zooms at the pointer, dragging pans, a double click fits the photo in."""

    pointed = Signal(object)  # (column, row) of the photo's pixel under the pointer, or None
    zoomed = Signal(float)  # device pixels per photo pixel, after each change

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: Picture | None = None
        self._message = ""
        self._marks: list[Mark] = []
        self._hidden: frozenset[int] = frozenset()
        self._boxes_shown = True
        self._view = View(1.0, 0.0, 0.0)
        self._is_fitted = True
        self._drag_from: QPointF | None = None
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 150)
        self.setCursor(Qt.CursorShape.CrossCursor)

    def sizeHint(self) -> QSize:
        return QSize(900, 800)

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
        return self._view

    def show_picture(self, picture: Picture) -> None:
        """Fits it in; boxes stay as they are."""
        self._picture, self._message = picture, ""
        self.fit()

    def show_message(self, text: str) -> None:
        """In place of a photo."""
        self._picture, self._message = None, text
        self.pointed.emit(None)
        self.update()

    def show_annotations(
        self, annotations: Iterable[Annotation], classes: Mapping[int, LabelClass]
    ) -> None:
        """`classes` by id, with every class that an annotation has."""
        self._marks = [mark_of(a, classes[a.class_id]) for a in annotations]
        self.update()

    def hide_classes(self, class_ids: frozenset[int]) -> None:
        """These and no others."""
        self._hidden = class_ids
        self.update()

    def set_boxes_shown(self, shown: bool) -> None:
        self._boxes_shown = shown
        self.update()

    def fit(self) -> None:
        """The whole photo; it stays fitted when the widget changes its size."""
        self._is_fitted = True
        if self._picture:
            self._set_view(fitted(self._picture.size, self._room(), margin_px=_MARGIN_PX))

    def actual_size(self) -> None:
        """One photo pixel a device pixel, keeping what is in the middle."""
        room = self._room()
        factor = 1 / (self._view.scale * self.devicePixelRatioF())
        self._zoom(factor, (room.width / 2, room.height / 2))

    def wheelEvent(self, event: QWheelEvent) -> None:
        steps = event.angleDelta().y() / _WHEEL_STEP
        at = event.position()
        self._zoom(_ZOOM_PER_WHEEL_STEP**steps, (at.x(), at.y()))
        self._report_position(at)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._drag_from = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag_from is not None and self._picture:
            by = event.position() - self._drag_from
            self._drag_from = event.position()
            self._is_fitted = False
            size, room = self._picture.size, self._room()
            self._set_view(self._view.panned(by.x(), by.y(), image=size, widget=room))
        self._report_position(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drag_from = None
        self.setCursor(Qt.CursorShape.CrossCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.fit()

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self._is_fitted:
            self.fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            # Darker than the window: beside a bright margin dark powder can't be judged.
            backdrop = self.palette().color(QPalette.ColorRole.Window).darker(_BACKDROP_PERCENT)
            painter.fillRect(self.rect(), backdrop)
            if self._picture:
                self._paint_picture(painter, self._picture)
                if self._boxes_shown:
                    shown = (m for m in self._marks if m.annotation.class_id not in self._hidden)
                    paint_marks(painter, shown, self._view, self._room())
            elif self._message:
                inside = self.rect().adjusted(40, 40, -40, -40)
                centred = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
                painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
                painter.drawText(inside, int(centred), self._message)

    def _paint_picture(self, painter: QPainter, picture: Picture) -> None:
        device_scale = self._view.scale * self.devicePixelRatioF()
        level = picture.level_for(device_scale)
        smooth = device_scale < _PIXELS_SHOWN_FROM
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        across = picture.size.width / level.width()
        down = picture.size.height / level.height()
        # Only what is in sight is handed over: Qt would also walk what is not.
        left, top = self._view.to_image(0, 0)
        right, bottom = self._view.to_image(self.width(), self.height())
        left_px, top_px = max(floor(left / across) - 1, 0), max(floor(top / down) - 1, 0)
        right_px = min(ceil(right / across) + 1, level.width())
        bottom_px = min(ceil(bottom / down) + 1, level.height())
        source = QRectF(left_px, top_px, right_px - left_px, bottom_px - top_px)
        x, y = self._view.to_widget(left_px * across, top_px * down)
        scale_x, scale_y = self._view.scale * across, self._view.scale * down
        target = QRectF(x, y, source.width() * scale_x, source.height() * scale_y)
        painter.drawImage(target, level, source)

    def _zoom(self, factor: float, about: tuple[float, float]) -> None:
        if self._picture:
            self._is_fitted = False
            self._set_view(self._view.zoomed(factor, about, image=self._picture.size))

    def _set_view(self, view: View) -> None:
        self._view = view
        self.zoomed.emit(view.scale * self.devicePixelRatioF())
        self.update()

    def _report_position(self, at: QPointF) -> None:
        if self._picture is None:
            return
        x, y = self._view.to_image(at.x(), at.y())
        size = self._picture.size
        inside = 0 <= x < size.width and 0 <= y < size.height
        self.pointed.emit((floor(x), floor(y)) if inside else None)

    def _room(self) -> Size:
        return Size(max(self.width(), 1), max(self.height(), 1))
