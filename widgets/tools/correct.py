"""The tool for checking: selects, moves, resizes and bends boxes, and draws where there is none."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from app.core.shape import Handle, Shape, with_vertex_inserted, with_vertex_removed
from widgets.canvas.bench import REACH_PX
from widgets.canvas.hit_test import Empty, Grip, Inside, Segment, Target, Vertex, nearest_segment
from widgets.tools.gestures import (
    Gesture,
    NewBox,
    RubberBand,
    bending,
    moving,
    resizing,
)
from widgets.tools.tool import Pointer, Tool

_RESIZE_CURSORS: dict[Handle, Qt.CursorShape] = {
    "top_left": Qt.CursorShape.SizeFDiagCursor,
    "bottom_right": Qt.CursorShape.SizeFDiagCursor,
    "top_right": Qt.CursorShape.SizeBDiagCursor,
    "bottom_left": Qt.CursorShape.SizeBDiagCursor,
    "top": Qt.CursorShape.SizeVerCursor,
    "bottom": Qt.CursorShape.SizeVerCursor,
    "left": Qt.CursorShape.SizeHorCursor,
    "right": Qt.CursorShape.SizeHorCursor,
}


@dataclass(frozen=True, slots=True)
class _Press:
    """Where, on what, and on whose: rows are others as soon as boxes come or go, uids are not."""

    pointer: Pointer
    target: Target
    uid: str
    is_double: bool = False


class CorrectTool(Tool):
    """A click selects; a drag does what the place it began at is good for."""

    name = "correct"
    _pressed: _Press | None = None
    _gesture: Gesture | None = None

    def press(self, pointer: Pointer) -> None:
        self._press(pointer)

    def move(self, pointer: Pointer) -> None:
        pressed = self._pressed
        if pressed and not self._gesture and not pointer.is_near(pressed.pointer.on_widget):
            self._gesture = self._begin(pressed)
        if self._gesture:
            self._gesture.to(pointer)

    def release(self, pointer: Pointer) -> None:
        pressed, gesture = self._pressed, self._gesture
        self._pressed = self._gesture = None
        if gesture:
            gesture.end(pointer)
        elif pressed:
            self.bench.let_go()
            self._click(pressed)

    def double_click(self, pointer: Pointer) -> None:
        """On an outline a corner more, on empty ground the whole photo; a drag is one as always."""
        self._press(pointer, is_double=True)

    def cancel(self) -> bool:
        was_pressed, gesture = self._pressed is not None, self._gesture
        self._pressed = self._gesture = None
        if gesture:
            gesture.drop()
        elif was_pressed:
            self.bench.let_go()
        return was_pressed

    def cursor(self, pointer: Pointer) -> Qt.CursorShape:
        target = self._pressed.target if self._pressed else self.bench.hit(pointer.on_widget)
        uid = self._pressed.uid if self._pressed else self._uid_of(target)
        is_selected = self.bench.boxes.is_selected(uid)
        match target:
            case Vertex():
                return Qt.CursorShape.PointingHandCursor
            case Grip(_, handle) if is_selected or not pointer.ctrl:
                return _RESIZE_CURSORS[handle]
            case Inside() | Segment() if is_selected:
                return Qt.CursorShape.SizeAllCursor
        return Qt.CursorShape.ArrowCursor if pointer.ctrl else Qt.CursorShape.CrossCursor

    def words(self) -> str:
        return self._gesture.words() if self._gesture else ""

    def paint(self, painter: QPainter) -> None:
        if self._gesture:
            self._gesture.paint(painter)

    def _press(self, pointer: Pointer, *, is_double: bool = False) -> None:
        target = self.bench.hit(pointer.on_widget)
        uid = self._uid_of(target)
        self._pressed = _Press(pointer, target, uid, is_double)
        if uid:
            self.bench.hold([uid])  # so that it is let go should the box change before it moves

    def _begin(self, pressed: _Press) -> Gesture:
        bench, start, uid = self.bench, pressed.pointer.at, pressed.uid
        is_selected = bench.boxes.is_selected(uid)
        match pressed.target:
            case Vertex(_, number):
                return bending(bench, start, uid, number)
            case Grip(_, handle) if is_selected or not pressed.pointer.ctrl:
                bench.select([uid])
                return resizing(bench, start, uid, handle)
            case Inside() | Segment() if is_selected:
                return moving(bench, start)
        bench.let_go()
        return RubberBand(bench, start) if pressed.pointer.ctrl else NewBox(bench, start)

    def _click(self, pressed: _Press) -> None:
        pointer, target = pressed.pointer, pressed.target
        if pressed.is_double and self._insert_vertex(pointer):
            return
        if pressed.is_double and isinstance(target, Empty):
            self.bench.whole_wanted.emit()
        if pointer.alt and isinstance(target, Vertex):
            shape = self.bench.boxes.shape(pressed.uid)
            self._bend(pressed.uid, with_vertex_removed(shape, target.number))
            return
        on_top = self.bench.under(pointer.on_widget)[:1]
        if not (pointer.shift or pointer.ctrl):
            self.bench.select(on_top)
            return
        selection = self.bench.boxes.selection
        kept = [uid for uid in selection if uid not in on_top]
        self.bench.select(kept if len(kept) < len(selection) else [*selection, *on_top])

    def _insert_vertex(self, pointer: Pointer) -> bool:
        if len(self.bench.boxes.selection) != 1 or not self.bench.boxes_shown:
            return False
        (uid,) = self.bench.boxes.selection
        shape = self.bench.boxes.shape(uid)
        if shape.polygon is None:
            return False
        reach = REACH_PX / self.bench.view.scale
        number = nearest_segment(shape.polygon, *pointer.at, reach)
        if number is None or isinstance(self.bench.hit(pointer.on_widget), Vertex):
            return False
        bent = with_vertex_inserted(shape, number, pointer.at, self.bench.bounds)
        self._bend(uid, bent)
        return True

    def _bend(self, uid: str, shape: Shape | None) -> None:
        if shape:
            self.bench.hold([uid])
            self.bench.show_live({uid: shape})
            self.bench.commit()

    def _uid_of(self, target: Target) -> str:
        """ "" for empty ground."""
        return "" if isinstance(target, Empty) else self.bench.boxes.uid(target.row)
