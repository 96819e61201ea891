"""Uses the canvas as a hand does, in image pixels, so that no test knows the zoom."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QImage,
    QInputDevice,
    QMouseEvent,
    QNativeGestureEvent,
    QPointingDevice,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication

from app.core.annotation import Annotation
from app.core.errors import UserError
from app.core.geometry import Box
from app.core.label_class import LabelClass
from app.core.shape import Shape
from widgets.canvas.canvas import Canvas
from widgets.photo.picture import Picture, picture_of

WIDTH_PX, HEIGHT_PX = 240, 160
STREAK, SLAG = 1, 2
CLASSES = {
    STREAK: LabelClass("streak", id=STREAK, colour="#e6194b"),
    SLAG: LabelClass("slag", id=SLAG, colour="#4363d8"),
}
LEFT, MIDDLE, RIGHT = (
    Qt.MouseButton.LeftButton,
    Qt.MouseButton.MiddleButton,
    Qt.MouseButton.RightButton,
)
NO_KEY = Qt.KeyboardModifier.NoModifier
SHIFT, CTRL, ALT = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)
Spot = tuple[float, float]


def person_box(uid: str, box: Box, class_id: int = STREAK, **more: object) -> Annotation:
    return Annotation(uid, class_id, box, author="ann", **more)


def model_box(uid: str, box: Box, score: float, class_id: int = SLAG) -> Annotation:
    return Annotation(uid, class_id, box, score=score, run_id=1)


def even_picture(grey: int) -> Picture:
    return picture_of([np.full((HEIGHT_PX, WIDTH_PX), grey, np.uint8)])


@dataclass(repr=False)
class CanvasDriver:
    """What the canvas told is kept, in order."""

    canvas: Canvas
    drawn: list[Shape] = field(default_factory=list)
    reshaped: list[dict[str, Shape]] = field(default_factory=list)
    refused: list[UserError] = field(default_factory=list)
    selected: list[tuple[str, ...]] = field(default_factory=list)
    pointed: list[object] = field(default_factory=list)
    measured: list[object] = field(default_factory=list)
    tools: list[str] = field(default_factory=list)
    annotations: list[Annotation] = field(default_factory=list)

    def __post_init__(self) -> None:
        canvas = self.canvas
        canvas.drawn.connect(self.drawn.append)
        canvas.reshaped.connect(self.reshaped.append)
        canvas.refused.connect(self.refused.append)
        canvas.selected.connect(self.selected.append)
        canvas.pointed.connect(self.pointed.append)
        canvas.measured.connect(self.measured.append)
        canvas.tool_changed.connect(self.tools.append)

    def show_photo(self, *, grey: int = 90) -> None:
        self.canvas.show_picture(even_picture(grey))

    def show(self, *annotations: Annotation) -> None:
        self.annotations = list(annotations)
        self.canvas.show_annotations(self.annotations, CLASSES)

    def press(self, at: Spot, *, button: Qt.MouseButton = LEFT, keys=NO_KEY) -> None:
        self._mouse(QEvent.Type.MouseButtonPress, self.on_canvas(*at), button, button, keys)

    def move(self, to: Spot, *, button: Qt.MouseButton = LEFT, keys=NO_KEY) -> None:
        """With the button down."""
        none = Qt.MouseButton.NoButton
        self._mouse(QEvent.Type.MouseMove, self.on_canvas(*to), none, button, keys)

    def release(self, at: Spot, *, button: Qt.MouseButton = LEFT, keys=NO_KEY) -> None:
        none = Qt.MouseButton.NoButton
        self._mouse(QEvent.Type.MouseButtonRelease, self.on_canvas(*at), button, none, keys)

    def hover(self, x: float, y: float, *, keys=NO_KEY) -> None:
        self.move((x, y), button=Qt.MouseButton.NoButton, keys=keys)

    def click(self, x: float, y: float, *, keys=NO_KEY) -> None:
        self.press((x, y), keys=keys)
        self.release((x, y), keys=keys)

    def double_click(self, x: float, y: float) -> None:
        """As Qt tells it: the second press is another kind of event."""
        self.double_press(x, y)
        self.release((x, y))

    def double_press(self, x: float, y: float) -> None:
        """A click, and a press that follows it."""
        self.click(x, y)
        at = self.on_canvas(x, y)
        self._mouse(QEvent.Type.MouseButtonDblClick, at, LEFT, LEFT, NO_KEY)

    def drag(self, start: Spot, end: Spot, *, button: Qt.MouseButton = LEFT, keys=NO_KEY) -> None:
        """`end` is where the image point is shown when the drag begins."""
        first, last = self.on_canvas(*start), self.on_canvas(*end)
        none = Qt.MouseButton.NoButton
        self._mouse(QEvent.Type.MouseButtonPress, first, button, button, keys)
        self._mouse(QEvent.Type.MouseMove, (first + last) / 2, none, button, keys)
        self._mouse(QEvent.Type.MouseMove, last, none, button, keys)
        self._mouse(QEvent.Type.MouseButtonRelease, last, button, none, keys)

    def drag_through(self, spots: Iterable[Spot], *, keys=NO_KEY) -> None:
        first, *rest = spots
        self.press(first, keys=keys)
        for spot in rest:
            self.move(spot, keys=keys)
        self.release(([first, *rest])[-1], keys=keys)

    def wheel(self, steps: float, *, at: Spot, keys=NO_KEY) -> None:
        self._turn(QPoint(), QPoint(0, round(120 * steps)), Qt.ScrollPhase.NoScrollPhase, at, keys)

    def two_fingers(self, dx_px: int, dy_px: int, *, at: Spot, keys=NO_KEY) -> None:
        pixels = QPoint(dx_px, dy_px)
        self._turn(pixels, pixels * 2, Qt.ScrollPhase.ScrollUpdate, at, keys)

    def pinch(self, growth: float, *, at: Spot) -> None:
        where = self.on_canvas(*at)
        pad = QPointingDevice(
            "pad",
            7,
            QInputDevice.DeviceType.TouchPad,
            QPointingDevice.PointerType.Finger,
            QInputDevice.Capability.Position,
            2,
            1,
        )
        zoom = Qt.NativeGestureType.ZoomNativeGesture
        everywhere = self.canvas.mapToGlobal(where)
        event = QNativeGestureEvent(zoom, pad, 2, where, where, everywhere, growth, QPointF())
        QApplication.sendEvent(self.canvas, event)

    def leave(self) -> None:
        QApplication.sendEvent(self.canvas, QEvent(QEvent.Type.Leave))

    def on_canvas(self, x: float, y: float) -> QPointF:
        """Where on the canvas the image point is shown."""
        return QPointF(*self.canvas.view.to_widget(x, y))

    def cursor(self) -> Qt.CursorShape:
        return self.canvas.cursor().shape()

    def screen(self) -> QImage:
        return self.canvas.grab().toImage()

    def colour_at(self, x: float, y: float) -> str:
        """Of what is on screen at an image point, as "#rrggbb"."""
        screen = self.screen()
        at = self.on_canvas(x, y) * screen.devicePixelRatio()
        return screen.pixelColor(int(at.x()), int(at.y())).name()

    def shows_box(self, box: Box, colour: str) -> bool:
        """Whether a line of the colour runs just outside the box on all four sides."""
        screen = self.screen()
        start, end = self.on_canvas(box.left, box.top), self.on_canvas(box.right, box.bottom)
        middle = (start + end) / 2
        sides = [
            [QPointF(start.x() - off, middle.y()) for off in (0, 1, 2, 3)],
            [QPointF(end.x() + off, middle.y()) for off in (0, 1, 2, 3)],
            [QPointF(middle.x(), start.y() - off) for off in (0, 1, 2, 3)],
            [QPointF(middle.x(), end.y() + off) for off in (0, 1, 2, 3)],
        ]
        ratio = screen.devicePixelRatio()
        # A dashed line may have a gap just there.
        around = [QPointF(dx, dy) for dx in range(-6, 7) for dy in range(-6, 7) if 0 in (dx, dy)]
        return all(
            any(
                screen.pixelColor(((point + off) * ratio).toPoint()).name() == colour
                for point in side
                for off in around
            )
            for side in sides
        )

    def _mouse(
        self,
        kind: QEvent.Type,
        at: QPointF,
        cause: Qt.MouseButton,
        held: Qt.MouseButton,
        keys: Qt.KeyboardModifier,
    ) -> None:
        # qtbot.mouseMove carries no button state, so a drag needs the raw events.
        where = QPointF(self.canvas.mapToGlobal(at))
        QApplication.sendEvent(self.canvas, QMouseEvent(kind, at, where, cause, held, keys))

    def _turn(
        self,
        pixels: QPoint,
        angle: QPoint,
        phase: Qt.ScrollPhase,
        at: Spot,
        keys: Qt.KeyboardModifier,
    ) -> None:
        where = self.on_canvas(*at)
        everywhere = self.canvas.mapToGlobal(where)
        none = Qt.MouseButton.NoButton
        event = QWheelEvent(where, everywhere, pixels, angle, none, keys, phase, False)
        QApplication.sendEvent(self.canvas, event)
