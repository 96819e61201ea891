"""The tool for measuring: a drag shows how many pixels lie between two points."""

from dataclasses import dataclass
from math import hypot

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor, QPainter

from widgets.canvas.painter import paint_dots, paint_line, paint_tag
from widgets.tools.tool import Point, Pointer, Tool

_COLOUR = QColor("#ffeb3b")


@dataclass(frozen=True, slots=True)
class Measure:
    """Between two points of the photo, in its pixels; down and right count up."""

    dx_px: float
    dy_px: float

    @property
    def length_px(self) -> float:
        return hypot(self.dx_px, self.dy_px)


class RulerTool(Tool):
    """The ruler stays until the next one, or until it is put away."""

    name = "ruler"
    _ends: tuple[Point, Point] | None = None
    _is_laid = True

    def press(self, pointer: Pointer) -> None:
        self._ends, self._is_laid = (pointer.at, pointer.at), False

    def move(self, pointer: Pointer) -> None:
        if self._ends and not self._is_laid:
            self._ends = self._ends[0], pointer.at
            self._tell()

    def release(self, pointer: Pointer) -> None:
        self.move(pointer)
        self._is_laid = True
        if self._ends and self._ends[0] == self._ends[1]:
            self.cancel()

    def cancel(self) -> bool:
        was_there, self._ends = self._ends is not None, None
        if was_there:
            self._tell()
        return was_there

    def paint(self, painter: QPainter) -> None:
        if not self._ends:
            return
        places = [self.bench.view.to_widget(*end) for end in self._ends]
        paint_line(painter, places, _COLOUR)
        paint_dots(painter, places)
        measure = self._measure(*self._ends)
        words = QCoreApplication.translate("Ruler", "{length} px   Δx {dx}   Δy {dy}").format(
            length=f"{measure.length_px:.1f}",
            dx=f"{measure.dx_px:.1f}",
            dy=f"{measure.dy_px:.1f}",
        )
        paint_tag(painter, places[1], words, _COLOUR)

    def _tell(self) -> None:
        self.bench.measured.emit(self._measure(*self._ends) if self._ends else None)
        self.bench.changed.emit()

    def _measure(self, start: Point, end: Point) -> Measure:
        return Measure(end[0] - start[0], end[1] - start[1])
