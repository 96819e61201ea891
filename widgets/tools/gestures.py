"""Drags: boxes that follow the hand, a new box, a rubber band around several."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtGui import QColor, QPainter

from app.core.geometry import Box
from app.core.shape import Handle, Shape, moved_together, resized, with_vertex_moved
from widgets.canvas.bench import Bench
from widgets.canvas.hit_test import all_meeting
from widgets.canvas.painter import paint_band
from widgets.tools.tool import Point, Pointer

LEAST_SIDE_PX = 2.0
"""A new box that is smaller than this on the screen was a click."""
_BAND_COLOUR = "#ffffff"

Shapes = dict[str, Shape]


class Gesture(Protocol):
    def to(self, pointer: Pointer) -> None: ...

    def end(self, pointer: Pointer) -> None: ...

    def drop(self) -> None: ...

    def paint(self, painter: QPainter) -> None: ...

    def words(self) -> str:
        """What is told at the pointer."""
        ...


class Reshape:
    """Boxes that follow the hand: `now` says how they stand when it is (dx, dy) further."""

    def __init__(self, bench: Bench, start: Point, now: Callable[[float, float], Shapes]) -> None:
        self._bench, self._start, self._now = bench, start, now

    def to(self, pointer: Pointer) -> None:
        dx, dy = pointer.at[0] - self._start[0], pointer.at[1] - self._start[1]
        self._bench.show_live(self._now(dx, dy))

    def end(self, pointer: Pointer) -> None:
        self.to(pointer)
        self._bench.commit()

    def drop(self) -> None:
        self._bench.let_go()

    def paint(self, painter: QPainter) -> None:
        """The canvas paints boxes that are lifted."""

    def words(self) -> str:
        return ""


def moving(bench: Bench, start: Point) -> Reshape:
    """All that is selected, together."""
    bounds = bench.bounds
    held = bench.hold(bench.boxes.selection)

    def now(dx: float, dy: float) -> Shapes:
        together = moved_together(list(held.values()), dx, dy, bounds)
        return dict(zip(held, together, strict=True))

    return Reshape(bench, start, now)


def resizing(bench: Bench, start: Point, uid: str, handle: Handle) -> Reshape:
    bounds = bench.bounds
    shape = bench.hold([uid])[uid]
    return Reshape(bench, start, lambda dx, dy: {uid: resized(shape, handle, dx, dy, bounds)})


def bending(bench: Bench, start: Point, uid: str, number: int) -> Reshape:
    """One corner of the outline."""
    bounds = bench.bounds
    shape = bench.hold([uid])[uid]
    assert shape.polygon is not None
    x, y = shape.polygon[number]

    def now(dx: float, dy: float) -> Shapes:
        return {uid: with_vertex_moved(shape, number, (x + dx, y + dy), bounds)}

    return Reshape(bench, start, now)


class NewBox:
    """From one corner to the opposite one, inside the photo."""

    def __init__(self, bench: Bench, corner: Point) -> None:
        self._bench = bench
        self._start = self._end = inside_photo(bench, corner)

    def to(self, pointer: Pointer) -> None:
        self._end = inside_photo(self._bench, pointer.at)
        self._bench.changed.emit()

    def end(self, pointer: Pointer) -> None:
        self.to(pointer)
        if box := self.box():
            self._bench.draw(Shape(box))

    def drop(self) -> None:
        self._bench.changed.emit()

    def box(self) -> Box | None:
        """None while it is too small to be meant."""
        (x0, y0), (x1, y1) = self._start, self._end
        bounds, least = self._bench.bounds, LEAST_SIDE_PX / self._bench.view.scale
        across, down = _span(x0, x1, bounds.width, least), _span(y0, y1, bounds.height, least)
        if across is None or down is None:
            return None
        return Box(across[0], down[0], across[1], down[1])

    def paint(self, painter: QPainter) -> None:
        if box := self.box():
            shown = self._bench.view.box_on_widget(box)
            paint_band(painter, shown, QColor(colour_of(self._bench)))

    def words(self) -> str:
        """Its size in pixels."""
        box = self.box()
        return f"{box.width:.0f} × {box.height:.0f}" if box else ""


class RubberBand:
    """Adds what it touches to the selection."""

    def __init__(self, bench: Bench, corner: Point) -> None:
        self._bench, self._start, self._end = bench, corner, corner
        self._before = bench.boxes.selection

    def to(self, pointer: Pointer) -> None:
        self._end = pointer.at
        (x0, y0), (x1, y1) = self._start, self._end
        boxes = self._bench.boxes
        rows = all_meeting(boxes.boxes, (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))
        self._bench.select([*self._before, *(boxes.uid(int(row)) for row in rows)])
        self._bench.changed.emit()

    def end(self, pointer: Pointer) -> None:
        self.to(pointer)

    def drop(self) -> None:
        self._bench.select(self._before)
        self._bench.changed.emit()

    def paint(self, painter: QPainter) -> None:
        (x0, y0), (x1, y1) = self._start, self._end
        if x0 != x1 and y0 != y1:
            box = self._bench.view.box_on_widget(Box.around((self._start, self._end)))
            paint_band(painter, box, QColor(_BAND_COLOUR))

    def words(self) -> str:
        return ""


def _span(start: float, end: float, side: float, least: float) -> tuple[float, float] | None:
    """From the lower to the higher one; None where they are too near. All of the photo's side where
    that is no longer on the screen, as a line camera's may be: no hand can aim there.
    """
    if side <= least:
        return 0.0, side
    return (min(start, end), max(start, end)) if abs(end - start) >= least else None


def inside_photo(bench: Bench, point: Point) -> Point:
    """The nearest point of the photo."""
    bounds = bench.bounds
    return min(max(point[0], 0.0), bounds.right), min(max(point[1], 0.0), bounds.bottom)


def colour_of(bench: Bench) -> str:
    """That of what is drawn next, as "#rrggbb"."""
    return bench.current_class.colour if bench.current_class else _BAND_COLOUR
