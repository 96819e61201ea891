"""A canvas with 5,000 boxes: showing them, repainting, panning, moving the mouse, dragging one.

    python -m tests.bench.bench_canvas [BOXES]

prints each figure beside the best peer's and beside a plain loop over the boxes, taken in the same
run. Half are proposals with scores, a third have an outline of 20 corners, all have names and
fills. Every step is a real mouse event, painted before the clock stops.
"""

import math
import os
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from statistics import median

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QApplication

from app.core.annotation import Annotation
from app.core.geometry import Box
from app.core.label_class import PALETTE, LabelClass
from widgets.canvas.canvas import Canvas
from widgets.marks.mark import Marks, marks_of
from widgets.photo.picture import Bgrx, picture_of
from widgets.photo.view import View

PHOTO_PX = (3772, 3302)
CANVAS_PX = (1200, 900)
CLASSES = {n: LabelClass(f"class {n}", id=n, colour=PALETTE[n]) for n in range(6)}
CORNERS = 20

Point = tuple[float, float]
"""On the canvas."""

MIDDLE = "middle"

# The best of the peers with 5,000 boxes on such a machine, in ms.
PEERS_MS = {"shown": 1202.0, "repaint": 92.0, "mouse move": 75.0, "pan step": 57.0}


def made_annotations(count: int, *, outlined: bool = True) -> list[Annotation]:
    """Boxes of 20 to 90 pixels, and a first one in the middle that nothing hides."""
    rng = random.Random(1)
    width, height = PHOTO_PX
    middle = Box(width / 2 - 60, height / 2 - 60, width / 2 + 60, height / 2 + 60)
    made = [Annotation(MIDDLE, 0, middle, author="ann")]
    for number in range(1, count):
        across, down = rng.uniform(20, 90), rng.uniform(20, 90)
        left, top = rng.uniform(0, width - across), rng.uniform(0, height - down)
        box = Box(left, top, left + across, top + down)
        polygon = _star(box) if outlined and number % 3 == 0 else None
        uid, kind = f"{number}", number % len(CLASSES)
        if number % 2:
            made.append(Annotation(uid, kind, box, polygon, score=rng.random(), run_id=1))
        else:
            made.append(Annotation(uid, kind, box, polygon, author="ann"))
    return made


def _star(box: Box) -> tuple[tuple[float, float], ...]:
    (x, y), turn = box.centre, 2 * math.pi / CORNERS
    reach = [0.5 if n % 2 else 0.4 for n in range(CORNERS)]
    return tuple(
        (x + box.width * r * math.cos(n * turn), y + box.height * r * math.sin(n * turn))
        for n, r in enumerate(reach)
    )


class Stage:
    """A canvas with a photo and boxes on it, and a mouse."""

    def __init__(self) -> None:
        self._app = QApplication.instance() or QApplication([])
        self._pixels = _grain()
        self.canvas = Canvas()
        self.canvas.resize(*CANVAS_PX)
        self.canvas.set_filled(True)
        self.canvas.show()
        self.canvas.show_picture(picture_of(self._pixels))
        self._app.processEvents()

    def show(self, annotations: Sequence[Annotation]) -> None:
        self.canvas.show_annotations(annotations, CLASSES)
        self.canvas.repaint()

    def press(self, at: Point, button: Qt.MouseButton) -> None:
        self._send(QEvent.Type.MouseButtonPress, at, button, button)

    def move(self, to: Point, held: Qt.MouseButton = Qt.MouseButton.NoButton) -> None:
        self._send(QEvent.Type.MouseMove, to, Qt.MouseButton.NoButton, held)

    def release(self, at: Point, button: Qt.MouseButton) -> None:
        self._send(QEvent.Type.MouseButtonRelease, at, button, Qt.MouseButton.NoButton)

    def _send(
        self, kind: QEvent.Type, at: Point, button: Qt.MouseButton, held: Qt.MouseButton
    ) -> None:
        place, keys = QPointF(*at), Qt.KeyboardModifier.NoModifier
        event = QMouseEvent(kind, place, self.canvas.mapToGlobal(place), button, held, keys)
        self._app.sendEvent(self.canvas, event)
        self._app.processEvents()  # paints

    def zoom_in(self, steps: int) -> None:
        """From the whole photo, about its middle."""
        self.canvas.fit()
        for _ in range(steps):
            self.canvas.zoom_in()
            self._app.processEvents()

    @property
    def layouts(self) -> int:
        """How often all boxes were painted."""
        return self.canvas._scene._layer.renders


def _grain() -> list[Bgrx]:
    width, height = PHOTO_PX
    grey = np.random.default_rng(1).integers(90, 190, (height, width, 1), np.uint8)
    whole = np.repeat(grey, 4, axis=2)
    return [np.ascontiguousarray(whole[::step, ::step]) for step in (1, 2, 4)]


def pan_ms(stage: Stage, steps: int = 60) -> list[float]:
    """One drag with the middle button, to and fro."""
    button, at = Qt.MouseButton.MiddleButton, (600.0, 450.0)
    stage.press(at, button)
    taken = []
    for step in range(steps):
        sign = 1 if step < steps / 2 else -1
        at = at[0] - 11.0 * sign, at[1] - 7.0 * sign
        taken.append(elapsed_ms(lambda to=at: stage.move(to, button)))
    stage.release(at, button)
    return taken


def hover_ms(stage: Stage, steps: int = 60) -> list[float]:
    """The mouse moves over the boxes, with the crosshair on."""
    stage.canvas.set_crosshair(True)
    places = [(200.0 + 11 * step, 150.0 + 7 * step) for step in range(steps)]
    return [elapsed_ms(lambda to=to: stage.move(to)) for to in places]


def drag_ms(stage: Stage, steps: int = 40) -> list[float]:
    """The box in the middle is taken and moved; the first step is the one that takes it up."""
    button, at = Qt.MouseButton.LeftButton, (600.0, 450.0)
    stage.canvas.select([MIDDLE])
    stage.press(at, button)
    taken = []
    for _ in range(steps):
        at = at[0] + 4.0, at[1] - 3.0
        taken.append(elapsed_ms(lambda to=at: stage.move(to, button)))
    stage.release(at, button)
    return taken


def select_next(stage: Stage, uids: Iterator[str]) -> None:
    stage.canvas.select([next(uids)])
    stage.canvas.repaint()


def loop_over_boxes(marks: Marks, view: View) -> None:
    """What everything is measured by: each box with its fill, frame, outline and name in turn."""
    image = QImage(*CANVAS_PX, QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        for mark in marks:
            box = view.box_on_widget(mark.annotation.box)
            rect = QRectF(box.left, box.top, box.width, box.height)
            fill = QColor(mark.colour)
            fill.setAlpha(24)
            painter.setPen(QPen(mark.colour, 2.0))
            painter.fillRect(rect, fill)
            painter.drawRect(rect)
            if mark.annotation.polygon:
                corners = [QPointF(*view.to_widget(*xy)) for xy in mark.annotation.polygon]
                painter.drawPolygon(QPolygonF(corners))
            painter.drawText(rect.topLeft(), mark.name)


def loop_ms(stage: Stage, annotations: Sequence[Annotation]) -> float:
    marks, view = marks_of(annotations, CLASSES), stage.canvas.view
    return median(timed_ms(lambda: loop_over_boxes(marks, view), 3))


def elapsed_ms(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def timed_ms(work: Callable[[], object], repeats: int = 7) -> list[float]:
    return [elapsed_ms(work) for _ in range(repeats)]


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    for outlined in (False, True):
        annotations = made_annotations(count, outlined=outlined)
        stage = Stage()
        plain_ms = loop_ms(stage, annotations)
        print(f"{count} boxes, {'a third' if outlined else 'none'} with an outline")
        print(f"  a plain loop over them: {plain_ms:.0f} ms")
        print_figures(stage, annotations, plain_ms)


def print_figures(stage: Stage, annotations: Sequence[Annotation], plain_ms: float) -> None:
    def say(what: str, taken: Sequence[float], peer_ms: float | None = None) -> None:
        middle, worst = median(taken), max(taken)
        peer = f", best peer {peer_ms:.0f}" if peer_ms else ""
        ratio = plain_ms / middle
        print(f"  {what}: {middle:.1f} ms (worst {worst:.1f}){peer}; {ratio:.0f}x the plain loop")

    def shown_anew() -> None:
        stage.show([])
        shown.append(elapsed_ms(lambda: stage.show(annotations)))

    uids = iter([annotation.uid for annotation in annotations])
    shown: list[float] = []
    for _ in range(7):
        shown_anew()
    say("shown", shown, PEERS_MS["shown"])
    say("repaint", timed_ms(stage.canvas.repaint, 30), PEERS_MS["repaint"])
    say("mouse move", hover_ms(stage), PEERS_MS["mouse move"])
    say("selected", timed_ms(lambda: select_next(stage, uids), 20))
    say("drag step", drag_ms(stage))
    say("pan step, whole photo", pan_ms(stage), PEERS_MS["pan step"])
    say("zoom step", [elapsed_ms(lambda n=n: stage.zoom_in(n)) / n for n in (1, 2, 3)])
    stage.zoom_in(5)
    say("pan step, 300 %", pan_ms(stage), PEERS_MS["pan step"])


if __name__ == "__main__":
    main()
