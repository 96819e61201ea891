"""Uses the window as a person would: in keys and image pixels, so that no test knows the zoom."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.core.annotation import Annotation
from app.core.geometry import Box
from app.core.sheet import Sheet
from app.shell.bench.workbench import Workbench
from app.shell.frame.main_window import MainWindow
from widgets.canvas.bench import REACH_PX
from widgets.canvas.canvas import Canvas
from widgets.canvas.hit_test import Empty, Grip, hit
from widgets.frame.message_bar import MessageBar

Point = tuple[float, float]
_NO_KEY = Qt.KeyboardModifier.NoModifier


@dataclass
class BenchDriver:
    """`moves` counts what a person's hands did: each key and each click or drag is one."""

    qtbot: QtBot
    window: MainWindow
    moves: int = 0

    @property
    def bench(self) -> Workbench:
        assert self.window.bench is not None
        return self.window.bench

    @property
    def canvas(self) -> Canvas:
        return self.bench.canvas

    @property
    def sheet(self) -> Sheet:
        assert self.bench.document.sheet is not None
        return self.bench.document.sheet

    def boxes(self) -> list[Annotation]:
        """On the image that is open, as the screen has them."""
        return list(self.sheet.annotations)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = _NO_KEY) -> None:
        self.moves += 1
        self.qtbot.keyClick(self._focused(), key, modifier)

    def answer(self, reason: str) -> None:
        """Types it where the window asks why."""
        popup = self.bench.reviewing.why.popup
        self.qtbot.waitUntil(popup.line.hasFocus)
        self.qtbot.keyClicks(popup.line, reason)
        self.press(Qt.Key.Key_Return)

    def hold(self, key: Qt.Key, modifier: Qt.KeyboardModifier = _NO_KEY) -> None:
        """Until `release`."""
        self.qtbot.keyPress(self._focused(), key, modifier)

    def release(self, key: Qt.Key) -> None:
        self.qtbot.keyRelease(self._focused(), key)

    def hover(self, at: Point) -> None:
        self._mouse(QMouseEvent.Type.MouseMove, self.on_canvas(at), Qt.MouseButton.NoButton)

    def click(self, at: Point, modifier: Qt.KeyboardModifier = _NO_KEY) -> None:
        self.moves += 1
        point, left = self.on_canvas(at), Qt.MouseButton.LeftButton
        self._mouse(QMouseEvent.Type.MouseMove, point, Qt.MouseButton.NoButton, modifier)
        self._mouse(QMouseEvent.Type.MouseButtonPress, point, left, modifier)
        self._mouse(QMouseEvent.Type.MouseButtonRelease, point, Qt.MouseButton.NoButton, modifier)

    def drag(
        self,
        start: Point,
        end: Point,
        modifier: Qt.KeyboardModifier = _NO_KEY,
        *,
        let_go: bool = True,
    ) -> None:
        """From one image point to another one, with the left button."""
        self.moves += 1
        first, last = self.on_canvas(start), self.on_canvas(end)
        left = Qt.MouseButton.LeftButton
        self._mouse(QMouseEvent.Type.MouseMove, first, Qt.MouseButton.NoButton, modifier)
        self._mouse(QMouseEvent.Type.MouseButtonPress, first, left, modifier)
        self._mouse(QMouseEvent.Type.MouseMove, (first + last) / 2, left, modifier)
        self._mouse(QMouseEvent.Type.MouseMove, last, left, modifier)
        if let_go:
            self.let_go(end, modifier)

    def let_go(self, at: Point, modifier: Qt.KeyboardModifier = _NO_KEY) -> None:
        """Ends a drag that was begun with `let_go=False`."""
        released = QMouseEvent.Type.MouseButtonRelease
        self._mouse(released, self.on_canvas(at), Qt.MouseButton.NoButton, modifier)

    def wheel(self, steps: int, *, at: Point) -> None:
        point = self.on_canvas(at)
        event = QWheelEvent(
            point,
            self.canvas.mapToGlobal(point),
            QPoint(0, 0),
            QPoint(0, 120 * steps),
            Qt.MouseButton.NoButton,
            _NO_KEY,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(self.canvas, event)

    def on_canvas(self, at: Point) -> QPointF:
        """Where on the canvas the image point is shown."""
        return QPointF(*self.canvas.view.to_widget(*at))

    def colour_at(self, at: Point) -> str:
        """Of what is on screen at an image point, as "#rrggbb"."""
        return self._screen().pixelColor(self.on_canvas(at).toPoint()).name()

    def has_colour_around(self, box: Box, colour: str) -> bool:
        """Whether the line around a box shows the colour anywhere."""
        start, end = self.on_canvas((box.left, box.top)), self.on_canvas((box.right, box.bottom))
        screen, wanted = self._screen(), QColor(colour).rgb()
        columns = range(round(start.x()) - 3, round(end.x()) + 4)
        rows = range(round(start.y()) - 3, round(end.y()) + 4)
        sides = (0, 1, 2, -1, -2, -3)
        edge = [(x, rows[n]) for x in columns for n in sides]
        edge += [(columns[n], y) for y in rows for n in sides]
        return any(screen.pixelColor(x, y).rgb() == wanted for x, y in edge)

    def taken_at(self, at: Point) -> tuple[str, str]:
        """What a press there would take, as the pointer's shape tells: the uid of a box and its
        handle, "inside" for its middle; two empty words for empty ground.
        """
        boxes = self.canvas.visible_annotations()
        selected = np.array([a.uid in self.canvas.selection for a in boxes], dtype=np.bool_)
        corners = np.array([a.box.corners for a in boxes], np.float64).reshape(-1, 4)
        on_canvas = self.on_canvas(at)
        target = hit(
            *(self.canvas.view, corners, selected, [a.polygon for a in boxes]),
            (on_canvas.x(), on_canvas.y()),
            REACH_PX,
        )
        match target:
            case Grip(row, handle):
                return boxes[row].uid, handle
            case Empty():
                return "", ""
            case _:
                return boxes[target.row].uid, "inside"

    def wait_for_image(self, image_id: int) -> None:
        """Until the image is open and its photo is on the canvas."""
        self.qtbot.waitUntil(
            lambda: self.sheet.image_id == image_id and self.bench.viewing.is_there
        )

    def wait_until_saved(self) -> None:
        self.qtbot.waitUntil(lambda: self.bench.document.unsaved == 0)

    def said(self) -> list[str]:
        """What the window has told so far."""
        return [message.what for message in self.window.messages.history]

    def shown(self) -> str:
        """What the bar says now."""
        message = self.window.findChild(MessageBar).shown
        return message.what if message else ""

    def _focused(self) -> QWidget:
        """Where the system would send a key."""
        return QApplication.focusWidget() or self.window

    def _screen(self) -> QImage:
        return self.canvas.grab().toImage()

    def _mouse(
        self,
        kind: QMouseEvent.Type,
        at: QPointF,
        held: Qt.MouseButton,
        modifier: Qt.KeyboardModifier = _NO_KEY,
    ) -> None:
        # qtbot.mouseMove carries no button state, so a drag needs the raw events.
        presses = kind != QMouseEvent.Type.MouseMove
        cause = Qt.MouseButton.LeftButton if presses else Qt.MouseButton.NoButton
        where = QPointF(self.canvas.mapToGlobal(at))
        QApplication.sendEvent(self.canvas, QMouseEvent(kind, at, where, cause, held, modifier))
