"""Notes how long the person works on each image, by the keys and the mouse of all windows."""

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication

from app.core.activity import IDLE_AFTER_S, ActivityClock, Visit
from app.storage.edit_log import now

SHORTEST_VISIT_MS = 200
"""Who flips past an image is not on it."""

_TICK_MS = 1000
_DEAF_MS = 250
"""After a touch. While it listens, Python hears of every event of the program, hundreds for one
move, and for each of them the GUI thread waits where another thread has the interpreter.
"""
_INPUT = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseMove,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.Wheel,
        QEvent.Type.NativeGesture,
        QEvent.Type.TabletMove,
    }
)


class Timekeeper(QObject):
    """One visit at a time. `clock` gives seconds that never go back, `now` UTC in ISO 8601. Touches
    less than `deaf_ms` after one that was noticed are none.
    """

    visit_finished = Signal(object)  # the Visit, to be saved
    ticked = Signal(float)  # active seconds on this image, every second and at each new image

    def __init__(
        self,
        person: str,
        parent: QObject | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], str] = now,
        idle_after_s: float = IDLE_AFTER_S,
        deaf_ms: int = _DEAF_MS,
    ) -> None:
        super().__init__(parent)
        self._person, self._clock, self._now = person, clock, now
        self._idle_after_s = idle_after_s
        self._activity: ActivityClock | None = None
        self._image_id, self._is_blind, self._started_at = 0, False, ""
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._deaf = QTimer(self, interval=deaf_ms, singleShot=True)
        self._deaf.timeout.connect(self._listen)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        self._application = application
        self._application.applicationStateChanged.connect(self._notice_focus)

    @property
    def active_s(self) -> float:
        """On the image that is open; 0 without one."""
        return self._activity.active_ms(self._clock()) / 1000 if self._activity else 0.0

    def image_opened(self, image_id: int, *, is_blind: bool = False) -> None:
        """Ends the visit before, if there is one."""
        self.image_left()
        self._image_id, self._is_blind, self._started_at = image_id, is_blind, self._now()
        self._activity = ActivityClock(self._clock(), idle_after_s=self._idle_after_s)
        self._deaf.start()
        self._timer.start()
        self._tick()

    def image_left(self) -> None:
        """Also when the window closes; does nothing when no image is open."""
        if self._activity is None:
            return
        active_ms, idle_ms = self._activity.finished(self._clock())
        self._activity = None
        self._timer.stop()
        self._stop_listening()
        if active_ms + idle_ms >= SHORTEST_VISIT_MS:
            visit = Visit(
                *(self._image_id, self._person, self._started_at, active_ms, idle_ms),
                is_blind=self._is_blind,
            )
            self.visit_finished.emit(visit)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Sees every event of the program, so the common ones leave at once.
        if event.type() in _INPUT and self._activity is not None:
            self._activity.touched(self._clock())
            self._stop_listening()
            self._deaf.start()
        return False

    def _listen(self) -> None:
        self._application.installEventFilter(self)

    def _stop_listening(self) -> None:
        self._deaf.stop()
        self._application.removeEventFilter(self)

    def _notice_focus(self, state: Qt.ApplicationState) -> None:
        if self._activity is None:
            return
        if state == Qt.ApplicationState.ApplicationActive:
            self._activity.touched(self._clock())
        else:
            self._activity.went_away(self._clock())
            self._listen()  # whoever comes back is noticed at once

    def _tick(self) -> None:
        self.ticked.emit(self.active_s)
