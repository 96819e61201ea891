"""A painted, transparent part of a plane, which moves and is mended without starting over."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage, QPainter, QRegion

PAD_PX = 40
"""Of the plane around what is kept that can be painted on, though it is not kept: Qt begins the
dashes of a line that comes from further out anew at the border of an image."""


class Tile:
    """All rects and regions are in whole device pixels of the plane."""

    def __init__(self) -> None:
        self._area = QRect()
        self._image = QImage()
        self._missing = QRegion()

    @property
    def area(self) -> QRect:
        """Empty as long as nothing was covered."""
        return self._area

    def forget(self) -> None:
        self._area, self._image, self._missing = QRect(), QImage(), QRegion()

    def spoil(self, region: QRegion) -> None:
        """This part is to be painted anew."""
        self._missing = self._missing.united(region)

    def cover(self, area: QRect) -> None:
        """Moves to `area`; what was painted of it already is kept, all else is to be mended."""
        image = QImage(_padded(area).size(), QImage.Format.Format_ARGB32_Premultiplied)
        kept = area.intersected(self._area)
        if not kept.isEmpty():
            with QPainter(image) as painter:
                painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
                painter.translate(-_padded(area).topLeft())
                painter.drawImage(kept.topLeft(), self._image, self._in_image(kept))
        self._missing = self._missing.united(QRegion(area).subtracted(QRegion(kept)))
        self._area, self._image = area, image

    def mend(self, paint: Callable[[QPainter, QRegion], None]) -> None:
        """Has what is missing painted, in the plane's pixels."""
        region = self._missing.intersected(self._area)
        self._missing = QRegion()
        if region.isEmpty():
            return
        with QPainter(self._image) as painter:
            painter.translate(-_padded(self._area).topLeft())
            painter.setClipRegion(region)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
            painter.fillRect(region.boundingRect(), Qt.GlobalColor.transparent)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
            paint(painter, region)

    def paint(self, painter: QPainter, origin: QPoint) -> None:
        """`origin` is where the plane's (0, 0) is, in the painter's (device) pixels."""
        if not self._area.isEmpty():
            corner = self._area.topLeft() + origin
            painter.drawImage(corner, self._image, self._in_image(self._area))

    def _in_image(self, rect: QRect) -> QRect:
        return rect.translated(-_padded(self._area).topLeft())


def _padded(area: QRect) -> QRect:
    return area.adjusted(-PAD_PX, -PAD_PX, PAD_PX, PAD_PX)
