"""The tool that asks a segmenter: a click on a thing, or a box around it, becomes its outline."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QCoreApplication, QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from app.core.segmentation import Click, Outline, Prompt
from app.core.shape import Shape
from widgets.canvas.bench import Bench
from widgets.tools.gestures import NewBox
from widgets.tools.tool import Pointer, Tool
from widgets.words import class_title

_COLOUR, _RIM = QColor("#00e5ff"), QColor(0, 0, 0, 170)
_ON_IT, _BESIDE_IT = QColor("#43a047"), QColor("#e53935")
_DASHES = [4.0, 3.0]
_LINE_PX, _BOX_LINE_PX = 1.6, 0.8
_CLICK_RADIUS_PX, _SIGN_PX = 4.5, 2.5
_LEAST_ROOM_PX = 24.0
"""On the screen; the click on a smaller thing would hide it."""


class SegmentTool(Tool):
    """Asks through `Bench.prompted` and shows what `answer` brings, until it is kept or dropped.

    A click is on the thing, a right click or one with Alt beside it, a drag a box around it; each
    further click refines. Whoever keeps it before it is answered gets it when it is.
    """

    name = "segment"

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._prompt: Prompt | None = None
        self._is_answered = False
        self._is_wanted = False
        self._outlines: Sequence[Outline] = ()  # until an answer comes, those of the prompt before
        self._chosen = 0
        self._pressed: Pointer | None = None
        self._band: NewBox | None = None

    def answer(self, prompt: Prompt, outlines: Sequence[Outline] | None) -> None:
        """What the prompt may mean, best first; None where there will be no answer.

        Passed over unless it is for that very prompt: it may have been refined or dropped since.
        """
        if prompt is not self._prompt:
            return
        if outlines is None:
            self.cancel()
            return
        self._outlines, self._chosen, self._is_answered = outlines, 0, True
        if self._is_wanted and outlines:
            self.finish()
        self._is_wanted = False
        self.bench.changed.emit()

    def press(self, pointer: Pointer) -> None:
        self._pressed = pointer

    def move(self, pointer: Pointer) -> None:
        pressed = self._pressed
        if pressed and not self._band and not pointer.is_near(pressed.on_widget):
            self._band = NewBox(self.bench, pressed.at)
        if self._band:
            self._band.to(pointer)

    def release(self, pointer: Pointer) -> None:
        pressed, band = self._pressed, self._band
        self._pressed = self._band = None
        if band:
            band.to(pointer)
            if box := band.box():
                self._outlines = ()
                self._ask(Prompt(box))
        elif pressed:
            self._click(pressed, is_positive=not pressed.alt)

    def right_click(self, pointer: Pointer) -> None:
        self._click(pointer, is_positive=False)

    def double_click(self, pointer: Pointer) -> None:
        """Keeps what its first press asked for."""
        if not self.finish():
            self.press(pointer)

    def step(self, by: int) -> bool:
        """Another one of the outlines that may be meant."""
        if self._is_answered and self._outlines:
            self._chosen = (self._chosen + by) % len(self._outlines)
            self.bench.changed.emit()
        return self._prompt is not None

    def take_class(self) -> bool:
        return self.finish()

    def finish(self) -> bool:
        if self._prompt is None:
            return False
        if not self._is_answered:
            self._is_wanted = True
            self.bench.changed.emit()
            return True
        kept = self._outlines[self._chosen] if self._outlines else None
        self.cancel()
        if kept:
            self.bench.draw(Shape(kept.box, kept.polygon))
        return True

    def cancel(self) -> bool:
        was_asked, was_pressed = self._prompt is not None, self._pressed is not None
        self._prompt = self._pressed = self._band = None
        self._outlines, self._is_answered, self._is_wanted = (), False, False
        if was_asked:
            self.bench.prompted.emit(None)
        self.bench.changed.emit()
        return was_asked or was_pressed

    def words(self) -> str:
        if self._band:
            return self._band.words()
        if self._prompt is None:
            return ""
        if not self._is_answered:
            return "…"
        if not self._outlines:
            return QCoreApplication.translate("Segment", "nothing stands out here")
        parts = [f"{self._outlines[self._chosen].score:.2f}"]
        if self.bench.current_class:
            parts.insert(0, class_title(self.bench.current_class))
        if len(self._outlines) > 1:
            parts.append(f"{self._chosen + 1} / {len(self._outlines)}")
        return "   ".join(parts)

    def paint(self, painter: QPainter) -> None:
        if self._outlines:
            self._paint_outline(painter, self._outlines[self._chosen])
        if self._prompt:
            self._paint_clicks(painter, self._prompt)
        if self._band:
            self._band.paint(painter)

    def _click(self, pointer: Pointer, *, is_positive: bool) -> None:
        """Refines what stands; where nothing stood out, one on the thing begins anew."""
        if not self.bench.bounds.contains(*pointer.at):
            return
        before = None if self._is_answered and not self._outlines else self._prompt
        click = Click(*pointer.at, is_positive)
        if before:
            self._ask(Prompt(before.box, (*before.clicks, click)))
        elif is_positive:
            self._ask(Prompt(clicks=(click,)))

    def _ask(self, prompt: Prompt) -> None:
        # What is selected would take the class that is meant for the outline.
        self.bench.select(())
        self._prompt, self._is_answered, self._is_wanted = prompt, False, False
        self.bench.prompted.emit(prompt)
        self.bench.changed.emit()

    def _paint_outline(self, painter: QPainter, outline: Outline) -> None:
        """And the box around it, in a colour and dashes that no label has. It is not filled: the
        faintest tint changes how a grey streak looks.
        """
        view = self.bench.view
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        left, top, right, bottom = outline.box.corners
        corners = ((left, top), (right, top), (right, bottom), (left, bottom))
        for points, width_px in ((corners, _BOX_LINE_PX), (outline.polygon, _LINE_PX)):
            shown = np.asarray(points) * view.scale + (view.left, view.top)
            ring = QPolygonF([QPointF(x, y) for x, y in shown.tolist()])
            painter.setPen(QPen(_RIM, width_px + 1.0))
            painter.drawPolygon(ring)
            dashes = QPen(_COLOUR, width_px)
            dashes.setDashPattern(_DASHES)
            painter.setPen(dashes)
            painter.drawPolygon(ring)

    def _paint_clicks(self, painter: QPainter, prompt: Prompt) -> None:
        view = self.bench.view
        box = self._outlines[self._chosen].box if self._outlines else None
        is_small = box is not None and min(box.width, box.height) * view.scale < _LEAST_ROOM_PX
        for click in prompt.clicks:
            if not (click.is_positive and is_small):
                _paint_click(painter, view.to_widget(click.x, click.y), click)


def _paint_click(painter: QPainter, at: tuple[float, float], click: Click) -> None:
    """A dot with a plus or a minus: green and red alone not everybody tells apart."""
    x, y = at
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(_RIM, 1.0))
    painter.setBrush(_ON_IT if click.is_positive else _BESIDE_IT)
    painter.drawEllipse(QPointF(x, y), _CLICK_RADIUS_PX, _CLICK_RADIUS_PX)
    painter.setPen(QPen(QColor("white"), 1.5))
    painter.drawLine(QLineF(x - _SIGN_PX, y, x + _SIGN_PX, y))
    if click.is_positive:
        painter.drawLine(QLineF(x, y - _SIGN_PX, x, y + _SIGN_PX))
