"""The tool for outlines: a click is a corner, a click on the first one closes."""

from PySide6.QtGui import QColor, QPainter

from app.core.shape import outlined
from widgets.canvas.bench import REACH_PX, Bench
from widgets.canvas.painter import paint_dots, paint_line
from widgets.tools.gestures import colour_of, inside_photo
from widgets.tools.tool import Point, Pointer, Tool

_FEWEST_CORNERS = 3


class PolygonTool(Tool):
    name = "polygon"
    has_crosshair = True

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._corners: list[Point] = []
        self._next: Point = (0.0, 0.0)

    def press(self, pointer: Pointer) -> None:
        self._next = inside_photo(self.bench, pointer.at)
        if self._closes(pointer):
            self.finish()
        else:
            self._corners.append(self._next)
            self.bench.changed.emit()

    def move(self, pointer: Pointer) -> None:
        self._next = inside_photo(self.bench, pointer.at)
        if self._corners:
            self.bench.changed.emit()

    def double_click(self, pointer: Pointer) -> None:
        """Its first press was the last corner."""
        if len(self._corners) < _FEWEST_CORNERS:
            self.press(pointer)
        else:
            self.finish()

    def finish(self) -> bool:
        """Corners that enclose nothing go on being drawn."""
        was_begun = bool(self._corners)
        shape = outlined(self._corners, self.bench.bounds)
        if shape:
            self._corners = []
            self.bench.draw(shape)
        return was_begun

    def cancel(self) -> bool:
        corners, self._corners = self._corners, []
        self.bench.changed.emit()
        return bool(corners)

    def paint(self, painter: QPainter) -> None:
        if not self._corners:
            return
        places = [self.bench.view.to_widget(*corner) for corner in [*self._corners, self._next]]
        paint_line(painter, places, QColor(colour_of(self.bench)))
        paint_dots(painter, places[:-1])

    def _closes(self, pointer: Pointer) -> bool:
        if len(self._corners) < _FEWEST_CORNERS:
            return False
        return pointer.is_near(self.bench.view.to_widget(*self._corners[0]), REACH_PX)
