"""The tool for drawing boxes, whatever is below: two clicks or one drag."""

from PySide6.QtGui import QPainter

from widgets.tools.gestures import NewBox
from widgets.tools.tool import Point, Pointer, Tool


class DrawTool(Tool):
    name = "draw"
    has_crosshair = True
    _band: NewBox | None = None
    _pressed_at: Point = (0.0, 0.0)
    _is_second = False

    def press(self, pointer: Pointer) -> None:
        self._pressed_at, self._is_second = pointer.on_widget, self._band is not None
        if self._band is None:
            self._band = NewBox(self.bench, pointer.at)

    def move(self, pointer: Pointer) -> None:
        if self._band:
            self._band.to(pointer)

    def release(self, pointer: Pointer) -> None:
        """A click leaves the first corner where it is, to wait for the second."""
        if self._band is None or not (self._is_second or not pointer.is_near(self._pressed_at)):
            return
        self._band.to(pointer)
        if self._band.box():
            band, self._band = self._band, None
            band.end(pointer)

    def cancel(self) -> bool:
        band, self._band = self._band, None
        if band:
            band.drop()
        return band is not None

    def words(self) -> str:
        return self._band.words() if self._band else ""

    def paint(self, painter: QPainter) -> None:
        if self._band:
            self._band.paint(painter)
