"""Uses the viewer as a person would: in keys and image pixels, so that no test knows the zoom."""

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.geometry import Box
from app.shell.window import ViewerWindow


@dataclass
class ViewerDriver:
    qtbot: QtBot
    window: ViewerWindow

    def press(self, key: Qt.Key) -> None:
        self.qtbot.keyClick(self.window, key)

    def hover(self, x: float, y: float) -> None:
        self._mouse(QMouseEvent.Type.MouseMove, self.on_canvas(x, y), Qt.MouseButton.NoButton)

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """The photo follows the pointer from one image point to where another one is now."""
        first, last = self.on_canvas(*start), self.on_canvas(*end)
        left = Qt.MouseButton.LeftButton
        self._mouse(QMouseEvent.Type.MouseButtonPress, first, left)
        self._mouse(QMouseEvent.Type.MouseMove, (first + last) / 2, left)
        self._mouse(QMouseEvent.Type.MouseMove, last, left)
        self._mouse(QMouseEvent.Type.MouseButtonRelease, last, Qt.MouseButton.NoButton)

    def wheel(self, steps: int, *, at: tuple[float, float]) -> None:
        point = self.on_canvas(*at)
        canvas = self.window.canvas
        event = QWheelEvent(
            point,
            canvas.mapToGlobal(point),
            QPoint(0, 0),
            QPoint(0, 120 * steps),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(canvas, event)

    def on_canvas(self, x: float, y: float) -> QPointF:
        """Where on the canvas the image point is shown."""
        return QPointF(*self.window.canvas.view.to_widget(x, y))

    def colour_at(self, x: float, y: float) -> str:
        """Of what is on screen at an image point, as "#rrggbb"."""
        point = self.on_canvas(x, y).toPoint()
        return self._screen().pixelColor(point).name()

    def has_colour_around(self, box: Box, colour: str) -> bool:
        """Whether the line around a box shows the colour anywhere."""
        start, end = self.on_canvas(box.left, box.top), self.on_canvas(box.right, box.bottom)
        screen, wanted = self._screen(), QColor(colour).rgb()
        columns = range(round(start.x()) - 2, round(end.x()) + 3)
        rows = range(round(start.y()) - 2, round(end.y()) + 3)
        edge = [(x, y) for x in columns for y in (rows[0], rows[1], rows[-2], rows[-1])]
        edge += [(x, y) for y in rows for x in (columns[0], columns[1], columns[-2], columns[-1])]
        return any(screen.pixelColor(x, y).rgb() == wanted for x, y in edge)

    def status(self) -> str:
        readout = self.window.readout
        return " | ".join(label.text() for label in (readout.image, readout.position))

    def wait_for_photo(self, name: str) -> None:
        """Until the photo of that name is named and nothing is being read."""
        self.qtbot.waitUntil(lambda: name in self.status() and self.window.canvas.has_picture)

    def _screen(self) -> QImage:
        return self.window.canvas.grab().toImage()

    def _mouse(self, kind: QMouseEvent.Type, at: QPointF, held: Qt.MouseButton) -> None:
        # qtbot.mouseMove carries no button state, so a drag needs the raw events.
        canvas = self.window.canvas
        presses = kind != QMouseEvent.Type.MouseMove
        cause = Qt.MouseButton.LeftButton if presses else Qt.MouseButton.NoButton
        where = QPointF(canvas.mapToGlobal(at))
        event = QMouseEvent(kind, at, where, cause, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(canvas, event)
