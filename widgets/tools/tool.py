"""What a tool of the canvas is: it turns presses and moves into gestures on the bench."""

from dataclasses import dataclass
from math import hypot
from typing import ClassVar, Literal

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent, QPainter

from widgets.canvas.bench import Bench
from widgets.photo.view import View

ToolName = Literal["correct", "draw", "polygon", "brush", "segment", "ruler"]
Point = tuple[float, float]

CLICK_PX = 3.0
"""A press that moves no further than this, in widget pixels, is a click."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """`at` in image pixels, `on_widget` in the widget's."""

    at: Point
    on_widget: Point
    shift: bool = False
    ctrl: bool = False
    alt: bool = False

    def is_near(self, other: Point, reach_px: float = CLICK_PX) -> bool:
        """To another point on the widget."""
        return hypot(self.on_widget[0] - other[0], self.on_widget[1] - other[1]) <= reach_px


def pointer_of(event: QMouseEvent, view: View) -> Pointer:
    return pointer_at(event.position(), event.modifiers(), view)


def pointer_at(at: QPointF, held: Qt.KeyboardModifier, view: View) -> Pointer:
    """At a point of the widget, with these keys down."""
    keys = Qt.KeyboardModifier
    return Pointer(
        view.to_image(at.x(), at.y()),
        (at.x(), at.y()),
        shift=bool(held & keys.ShiftModifier),
        ctrl=bool(held & keys.ControlModifier),
        alt=bool(held & keys.AltModifier),
    )


class Tool:
    """One way of using the left button. There is a photo whenever it is called."""

    name: ClassVar[ToolName]
    has_crosshair: ClassVar[bool] = False

    def __init__(self, bench: Bench) -> None:
        self.bench = bench

    def press(self, pointer: Pointer) -> None: ...

    def move(self, pointer: Pointer) -> None:
        """With the button down or not."""

    def release(self, pointer: Pointer) -> None: ...

    def leave(self) -> None:
        """The pointer is no longer on the canvas."""

    def double_click(self, pointer: Pointer) -> None:
        """In place of the second press; its release comes, too, and moves before it."""
        self.press(pointer)

    def right_click(self, pointer: Pointer) -> None:
        """A press of the right button that moved nothing."""

    def finish(self) -> bool:
        """Makes what is begun whole. False when nothing is begun."""
        return False

    def step(self, by: int) -> bool:
        """Another one of the things that may be meant. False when nothing is begun."""
        return False

    def take_class(self) -> bool:
        """A class was picked. False when nothing that is begun waits for it."""
        return False

    def cancel(self) -> bool:
        """Drops what is begun. False when nothing was."""
        return False

    def cursor(self, pointer: Pointer) -> Qt.CursorShape:
        """Tells what a press would do."""
        return Qt.CursorShape.CrossCursor

    def words(self) -> str:
        """What is told at the pointer."""
        return ""

    def paint(self, painter: QPainter) -> None:
        """What is begun, over the boxes, in widget pixels."""
