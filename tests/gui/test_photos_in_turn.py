"""Between key and photo stands as little as can be."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QWidget

from app.storage.project import Project
from tests.gui.bench_driver import BenchDriver
from widgets.queue.image_queue import ImageQueue


class Painted(QObject):
    """Which image was on the bench when each of the widgets was painted."""

    def __init__(self, bench: BenchDriver, *widgets: QWidget) -> None:
        super().__init__(bench.window)
        self._bench = bench
        self.order: list[tuple[QObject, int]] = []
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Paint and self._bench.canvas.has_picture:
            self.order.append((watched, self._bench.sheet.image_id))
        return False


def test_the_next_photo_is_painted_before_the_rest_of_the_window(
    qtbot, project: Project, bench: BenchDriver
) -> None:
    queue = bench.window.findChild(ImageQueue).viewport()
    painted = Painted(bench, bench.canvas, queue)
    bench.press(Qt.Key.Key_D)
    assert painted.order == [(bench.canvas, 2)]
    qtbot.waitUntil(lambda: (queue, 2) in painted.order)
