"""The names of boxes as small pictures, each drawn once."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap

from widgets.marks.shapes import Look

_PADDING_PX = 4.0
_GAP_PX = 3.0
_BRIGHT_FROM = 0.2  # relative luminance; near where black and white stand out alike
_MOST_KEPT = 4000
_DARK = QColor(20, 20, 20, 200)


class Plates:
    """All sizes are in device pixels."""

    def __init__(self, font: QFont, device_ratio: float) -> None:
        self._font = font
        self._ratio = device_ratio
        self._metrics = QFontMetricsF(font)
        self._height = round((self._metrics.height() + 2) * device_ratio)
        self.gap_px = _GAP_PX * device_ratio
        """Between a box and its plate: room for the lines around the box."""
        self._widths: dict[str, int] = {}
        self._drawn: dict[tuple[str, Look], QPixmap] = {}

    def are_for(self, font: QFont, device_ratio: float) -> bool:
        return self._ratio == device_ratio and self._font == font

    def sizes(self, names: Iterable[str]) -> NDArray[np.float64]:
        """n x 2: width and height of each name's plate. Of thousands of names few differ."""
        names = list(names)
        for name in set(names) - self._widths.keys():
            self._measure(name)
        sizes = np.empty((len(names), 2))
        sizes[:, 0] = list(map(self._widths.__getitem__, names))
        sizes[:, 1] = self._height
        return sizes

    def plate(self, name: str, look: Look) -> QPixmap:
        """Filled for people's boxes; dark with a coloured rim for proposals."""
        plate = self._drawn.get((name, look))
        if plate is None:
            if len(self._drawn) >= _MOST_KEPT:
                self._drawn.clear()
            plate = self._drawn[name, look] = self._draw(name, look)
        return plate

    def _measure(self, name: str) -> int:
        advance = self._metrics.horizontalAdvance(name)
        width = self._widths[name] = round((advance + 2 * _PADDING_PX) * self._ratio)
        return width

    def _draw(self, name: str, look: Look) -> QPixmap:
        width = self._widths.get(name) or self._measure(name)
        plate = QPixmap(width, self._height)
        plate.fill(Qt.GlobalColor.transparent)
        room = QRectF(0, 0, plate.width() / self._ratio, plate.height() / self._ratio)
        colour = QColor.fromRgb(look.rgb)
        with QPainter(plate) as painter:
            painter.scale(self._ratio, self._ratio)
            painter.setFont(self._font)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if look.is_proposal:
                painter.setPen(QPen(colour, 1.0))
                painter.setBrush(_DARK)
            else:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour)
            painter.drawRoundedRect(room.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
            dark = not look.is_proposal and _luminance(colour) > _BRIGHT_FROM
            painter.setPen(QColor(Qt.GlobalColor.black if dark else Qt.GlobalColor.white))
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, name)
        return plate


def _luminance(colour: QColor) -> float:
    """0 (black) to 1 (white), as WCAG 2.2 has it, with its curve taken as a power of 2.2."""
    red, green, blue = colour.redF(), colour.greenF(), colour.blueF()
    luminance: float = 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2
    return luminance
