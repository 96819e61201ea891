"""Paints the canvas, from the backdrop up to the crosshair."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QRegion
from PySide6.QtWidgets import QWidget

from widgets.canvas.bench import Bench
from widgets.canvas.ground import Ground, GroundPainter
from widgets.canvas.painter import (
    crosshair_region,
    frame_region,
    paint_crosshair,
    paint_frame,
    paint_handles,
    paint_tag,
    paint_vertices,
    tag_rect,
)
from widgets.marks.layer import MarkLayer
from widgets.marks.mark import Marks
from widgets.marks.painter import paint_marks
from widgets.photo.picture import Picture
from widgets.photo.view import Size, View
from widgets.tools.gestures import colour_of
from widgets.tools.tool import Point, Tool
from widgets.words import class_title

_FEW = 40
"""Boxes in hand; more are painted all at once, as those at rest are."""
_STRAIGHT = 60
"""Boxes; painting so few costs less than a picture of them."""
_BACKDROP_PERCENT = 150
_MESSAGE_MARGIN_PX = 40


class Scene:
    """Boxes at rest come from a layer that is painted once; those in hand are painted each time."""

    def __init__(self, bench: Bench, tool: Tool) -> None:
        self._bench = bench
        self._ground = GroundPainter()
        self._layer, self._hand = MarkLayer(straight_up_to=_STRAIGHT), MarkLayer()
        self._coming = self._layer.successor()
        self.set_filled(False)  # the faintest tint changes how a grey streak looks
        self._left_out: frozenset[str] = frozenset()
        self._selection: tuple[str, ...] = ()
        self._pointer: Point | None = None
        self._meant = ""
        self.tool = tool
        self.crosshair_wanted = False

    def set_named(self, named: bool) -> None:
        """Names beside the boxes at rest; a box in hand always carries its own."""
        for layer in (self._layer, self._coming):
            layer.set_named(named)

    def set_filled(self, filled: bool) -> None:
        for layer in (self._layer, self._coming, self._hand):
            layer.set_filled(filled)

    def expect(self, widget: QWidget, marks: Marks, view: View) -> None:
        """Those marks, at that view, are what comes next: they are painted now, and kept."""
        if self._coming.marks is not marks:
            self._coming = self._layer.successor()
            self._coming.show(marks)
        self._coming.prepare(widget.font(), view, _room(widget), widget.devicePixelRatioF())

    def show_marks(self) -> None:
        """After boxes came, went or changed; before `lift`."""
        marks = self._bench.boxes.marks
        if self._coming.marks is marks:
            self._layer, self._coming = self._coming, self._coming.successor()
            self._left_out, self._selection = frozenset(), ()
        else:
            self._layer.show(marks)

    def lift(self) -> None:
        """What is in hand is no longer in the layer, what is selected stands out in it."""
        bench = self._bench
        if bench.lifted != self._left_out:
            self._left_out = bench.lifted
            self._layer.leave_out(self._left_out)
        if bench.boxes.selection != self._selection:
            self._selection = bench.boxes.selection
            self._layer.set_selected(frozenset(self._selection))

    def point_at(self, widget: QWidget, at: QPointF | None) -> QRegion:
        """What has to be painted anew for it: so a move costs two strips, not all the boxes."""
        region = self._pointer_region(widget)
        self._pointer = (at.x(), at.y()) if at else None
        return region.united(self._pointer_region(widget))

    def mean(self, uid: str) -> QRegion:
        """The box that a key would act on though it isn't selected, "" for none; what has to be
        painted anew for it.
        """
        if uid == self._meant:
            return QRegion()
        region = self._meant_region()
        self._meant = uid
        return region.united(self._meant_region())

    def paint(self, widget: QWidget, picture: Picture | None, message: str) -> None:
        with QPainter(widget) as painter:
            # Darker than the window: beside a bright margin dark powder can't be judged.
            window = widget.palette().color(QPalette.ColorRole.Window)
            backdrop = window.darker(_BACKDROP_PERCENT)
            if picture is None:
                painter.fillRect(widget.rect(), backdrop)
                _paint_message(painter, widget, message)
                return
            room, ratio = _room(widget), widget.devicePixelRatioF()
            ground = Ground(picture, self._bench.view, room, ratio, backdrop)
            self._ground.paint(painter, ground)
            if self._bench.boxes_shown:
                self._layer.paint(painter, self._bench.view, room, ratio)
                self._paint_lifted(painter, room, ratio)
                self._paint_handles(painter, room)
                self._paint_meant(painter)
            self.tool.paint(painter)
            self._paint_pointer(painter, room)

    def _paint_lifted(self, painter: QPainter, room: Size, ratio: float) -> None:
        if not self._bench.lifted:
            return
        marks = self._bench.lifted_marks()
        if len(marks) <= _FEW:
            paint_marks(painter, marks, self._bench.view, room)
            return
        self._hand.show(marks)
        self._hand.paint(painter, self._bench.view, room, ratio)

    def _paint_handles(self, painter: QPainter, room: Size) -> None:
        """Where one box is selected: several are moved, not resized."""
        bench = self._bench
        if len(bench.boxes.selection) != 1 or self.tool.name != "correct":
            return
        shape = bench.shape_now(bench.boxes.selection[0])
        paint_handles(painter, shape.box, bench.view)
        if shape.polygon is not None:
            paint_vertices(painter, shape.polygon, bench.view, room)

    def _paint_meant(self, painter: QPainter) -> None:
        if self._meant in self._bench.boxes:
            box = self._bench.shape_now(self._meant).box
            paint_frame(painter, self._bench.view.box_on_widget(box))

    def _meant_region(self) -> QRegion:
        if self._meant not in self._bench.boxes:
            return QRegion()
        box = self._bench.shape_now(self._meant).box
        return frame_region(self._bench.view.box_on_widget(box))

    def _paint_pointer(self, painter: QPainter, room: Size) -> None:
        if self._pointer is None:
            return
        if self._has_crosshair():
            paint_crosshair(painter, self._pointer, room)
        if words := self._words():
            paint_tag(painter, self._pointer, words, QColor(colour_of(self._bench)))

    def _pointer_region(self, widget: QWidget) -> QRegion:
        region = QRegion()
        if self._pointer is None:
            return region
        if self._has_crosshair():
            region = crosshair_region(self._pointer, _room(widget))
        if words := self._words():
            tag = tag_rect(widget.fontMetrics(), self._pointer, words, widget.rect())
            region = region.united(tag)
        return region

    def _has_crosshair(self) -> bool:
        return self.crosshair_wanted or self.tool.has_crosshair

    def _words(self) -> str:
        """The class of what is drawn next, where a press would draw, and what the tool says."""
        label_class = self._bench.current_class if self.tool.has_crosshair else None
        title = class_title(label_class) if label_class else ""
        return "   ".join(words for words in (title, self.tool.words()) if words)


def _paint_message(painter: QPainter, widget: QWidget, message: str) -> None:
    margin = _MESSAGE_MARGIN_PX
    inside = widget.rect().adjusted(margin, margin, -margin, -margin)
    painter.setPen(widget.palette().color(QPalette.ColorRole.WindowText))
    painter.drawText(inside, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, message)


def _room(widget: QWidget) -> Size:
    return Size(max(widget.width(), 1), max(widget.height(), 1))
