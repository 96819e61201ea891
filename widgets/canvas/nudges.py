"""A run of small steps by key, which is one gesture: told when it pauses."""

from PySide6.QtCore import QObject, QTimer, Signal

from app.core.shape import moved_together
from widgets.canvas.bench import Bench

PAUSE_MS = 1000


class Nudges(QObject):
    running = Signal(bool)  # steps are on screen that nobody has been told of; or no longer

    def __init__(self, bench: Bench, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bench = bench
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._end)
        bench.dropped.connect(self._take_dropped)

    def step(self, dx_px: float, dy_px: float) -> None:
        """All that is selected. Not to be called while the mouse holds any of it."""
        bench = self._bench
        if not bench.has_photo or not bench.boxes.selection:
            return
        if not self._pause.isActive():
            bench.hold(bench.boxes.selection)
            self.running.emit(True)
        uids = bench.boxes.selection
        now = [bench.shape_now(uid) for uid in uids]
        bench.show_live(
            dict(zip(uids, moved_together(now, dx_px, dy_px, bench.bounds), strict=True))
        )
        self._pause.start()

    def flush(self) -> None:
        """Ends the run now, where there is one."""
        if self._pause.isActive():
            self._pause.stop()
            self._end()

    def cancel(self) -> bool:
        """Drops the run. False where there is none."""
        was_running = self._pause.isActive()
        if was_running:
            self._pause.stop()
            self._bench.let_go()
            self.running.emit(False)
        return was_running

    def _end(self) -> None:
        self._bench.commit()
        self.running.emit(False)

    def _take_dropped(self) -> None:
        if self._pause.isActive():
            self._pause.stop()
            self.running.emit(False)
