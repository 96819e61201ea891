"""The tool for masks: paints a new one, onto that of the selected box, or takes away from it."""

from PySide6.QtCore import QCoreApplication, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF, QTransform

from app.core.errors import UserError
from app.core.shape import Shape
from widgets.canvas.bench import Bench
from widgets.canvas.painter import paint_ring
from widgets.tools.brush_outline import area_of, painted
from widgets.tools.gestures import colour_of
from widgets.tools.tool import Point, Pointer, Tool

_STROKE_ALPHA, _MASK_ALPHA = 110, 50


class BrushTool(Tool):
    """Shift takes away. Where no single box is selected a stroke is a new mask; a click on a box
    selects that one.
    """

    name = "brush"

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._stroke: list[Point] = []
        self._erases = False
        self._uid = ""  # of the box that is painted on; "" for a new one
        self._pressed_at: Point = (0.0, 0.0)
        self._is_click = True  # it has moved nowhere
        self._at: Point | None = None
        self._area: tuple[Shape, QPainterPath] | None = None  # of the mask that was last tinted

    def press(self, pointer: Pointer) -> None:
        self._uid = self._painted_on()
        self.bench.hold([self._uid] if self._uid else [])
        self._stroke, self._erases = [pointer.at], pointer.shift
        self._pressed_at, self._is_click = pointer.on_widget, True
        self.move(pointer)

    def move(self, pointer: Pointer) -> None:
        self._at = pointer.at
        self._is_click = self._is_click and pointer.is_near(self._pressed_at)
        if self._stroke and self._stroke[-1] != pointer.at:
            self._stroke.append(pointer.at)
        self.bench.changed.emit()

    def leave(self) -> None:
        self._at = None
        self.bench.changed.emit()

    def release(self, pointer: Pointer) -> None:
        if not self._stroke:
            return
        stroke, self._stroke = self._stroke, []
        if self._uid:
            self._reshape(stroke)
        elif self._is_click and (below := self.bench.under(self._pressed_at)):
            self.bench.select(below[:1])
        else:
            self._begin_mask(stroke)

    def cancel(self) -> bool:
        was_painting, self._stroke = bool(self._stroke), []
        if was_painting:
            self.bench.let_go()
        return was_painting

    def cursor(self, pointer: Pointer) -> Qt.CursorShape:
        """The ring shows where; an arrow beside it says that a click would only select."""
        is_stroke = bool(self._stroke or self._painted_on())
        selects = not is_stroke and self.bench.under(pointer.on_widget)
        return Qt.CursorShape.ArrowCursor if selects else Qt.CursorShape.BlankCursor

    def paint(self, painter: QPainter) -> None:
        view, radius_px = self.bench.view, self.bench.brush_radius_px
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._tint_mask(painter)
        if self._stroke:
            colour = QColor("black") if self._erases else self._colour()
            colour.setAlpha(_STROKE_ALPHA)
            pen = QPen(colour, 2 * radius_px * view.scale)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            places = [QPointF(*view.to_widget(*point)) for point in self._stroke]
            path = QPainterPath(places[0])
            path.addPolygon(QPolygonF([*places, places[-1] + QPointF(0.01, 0)]))
            painter.strokePath(path, pen)
        if self._at:
            paint_ring(painter, view.to_widget(*self._at), radius_px * view.scale)

    def _tint_mask(self, painter: QPainter) -> None:
        """That of the selected box: its outline alone doesn't tell holes from bridges."""
        uid = self._painted_on()
        shape = self.bench.shape_now(uid) if uid else None
        if shape is None or shape.polygon is None:
            return
        if self._area is None or self._area[0] is not shape:
            self._area = shape, area_of(shape)
        view, colour = self.bench.view, QColor(self.bench.boxes.mark(uid).colour)
        colour.setAlpha(_MASK_ALPHA)
        on_widget = QTransform(view.scale, 0, 0, view.scale, view.left, view.top)
        painter.fillPath(on_widget.map(self._area[1]), colour)

    def _painted_on(self) -> str:
        """The box that a stroke is for: one that can't be seen is for none."""
        selection = self.bench.boxes.selection if self.bench.boxes_shown else ()
        return selection[0] if len(selection) == 1 else ""

    def _colour(self) -> QColor:
        of_new = colour_of(self.bench)
        return QColor(self.bench.boxes.mark(self._uid).colour if self._uid else of_new)

    def _reshape(self, stroke: list[Point]) -> None:
        before = self.bench.boxes.shape(self._uid)
        after = self._painted(before, stroke)
        if after:
            self.bench.show_live({self._uid: after})
        self.bench.commit()
        if after is None or after == before:
            self.bench.refused.emit(self._why_nothing(is_all_gone=after is None))

    def _begin_mask(self, stroke: list[Point]) -> None:
        if self._erases:
            what = QCoreApplication.translate("Brush", "No mask is selected to take away from.")
            hint = QCoreApplication.translate("Brush", "Click on its box first.")
            self.bench.refused.emit(UserError(what, hint=hint))
        elif shape := self._painted(None, stroke):
            self.bench.draw(shape)
        self.bench.changed.emit()

    def _painted(self, before: Shape | None, stroke: list[Point]) -> Shape | None:
        return painted(
            before,
            stroke,
            radius_px=self.bench.brush_radius_px,
            erases=self._erases,
            bounds=self.bench.bounds,
            detail=max(self.bench.view.scale, 1.0),
        )

    def _why_nothing(self, *, is_all_gone: bool) -> UserError:
        """A stroke that changes nothing looks like one that failed."""
        if is_all_gone:
            what = QCoreApplication.translate("Brush", "This would take away all of the mask.")
            hint = QCoreApplication.translate("Brush", "To remove the box, delete it.")
        elif self._erases:
            what = QCoreApplication.translate("Brush", "There is nothing of the mask to take away.")
            hint = QCoreApplication.translate("Brush", "Without Shift the brush adds to it.")
        else:
            what = QCoreApplication.translate("Brush", "The mask is here already.")
            hint = QCoreApplication.translate("Brush", "With Shift the brush takes away from it.")
        return UserError(what, hint=hint)
