"""What lies under the boxes, backdrop and photo, kept while a hand works on what is over it."""

from dataclasses import dataclass
from math import ceil

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPixmap

from widgets.photo.painter import paint_picture
from widgets.photo.picture import Picture
from widgets.photo.view import Size, View


@dataclass(frozen=True, slots=True)
class Ground:
    """Equal grounds look the same; `size` is that of the widget, in Qt's pixels."""

    picture: Picture
    view: View
    size: Size
    device_ratio: float
    backdrop: QColor

    @property
    def is_copied(self) -> bool:
        """There is a copy of the photo at just this size, so that painting it costs little."""
        return self.picture.fitted_for(self.view.scale * self.device_ratio) is not None

    def paint(self, painter: QPainter) -> None:
        painter.fillRect(QRectF(0, 0, self.size.width, self.size.height), self.backdrop)
        paint_picture(painter, self.picture, self.view, self.size, self.device_ratio)


class GroundPainter:
    """Keeps a ground from the second time on: a drag paints the same many times, a pan never."""

    def __init__(self) -> None:
        self._last: Ground | None = None
        self._kept: QPixmap | None = None

    def paint(self, painter: QPainter, ground: Ground) -> None:
        if ground != self._last or ground.is_copied:
            self._last, self._kept = ground, None
            ground.paint(painter)
            return
        if self._kept is None:
            self._kept = _painted(ground)
        painter.drawPixmap(0, 0, self._kept)


def _painted(ground: Ground) -> QPixmap:
    ratio = ground.device_ratio
    pixmap = QPixmap(ceil(ground.size.width * ratio), ceil(ground.size.height * ratio))
    pixmap.setDevicePixelRatio(ratio)
    with QPainter(pixmap) as painter:
        ground.paint(painter)
    return pixmap
