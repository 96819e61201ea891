"""Notes how long the person works on each image, by the keys and the mouse of all windows."""

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication

from app.core.activity import IDLE_AFTER_S, ActivityClock, Visit
from app.shell.turn_timer import TurnTimer
from app.storage.edit_log import now

SHORTEST_VISIT_MS = 200
"""Who flips past an image is not on it."""

_TICK_MS = 1000
_INPUT = frozenset(
    {
        QEvent.Type.ShortcutOverride,  # nothing else comes of a key that is one
        QEvent.Type.KeyPress,
        QEvent.Type.MouseMove,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.Wheel,
        QEvent.Type.NativeGesture,
        QEvent.Type.TabletMove,
    }
)


class Timekeeper(QObject):
    """One visit at a time. `clock` gives seconds that never go back, `now` UTC in ISO 8601.

    It listens where keys and mouse come into the program, at the windows of the system: a filter on
    the application would have Python called for each event of each widget, hundreds for one move.
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
    ) -> None:
        super().__init__(parent)
        self._person, self._clock, self._now = person, clock, now
        self._idle_after_s = idle_after_s
        self._activity: ActivityClock | None = None
        self._image_id, self._is_blind, self._started_at = 0, False, ""
        self._timer = TurnTimer(self, interval=_TICK_MS)
        self._timer.due.connect(self._tick)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.applicationStateChanged.connect(self._notice_focus)
        application.focusWindowChanged.connect(self._listen)
        self._listen()

    @property
    def active_s(self) -> float:
        """On the image that is open; 0 without one."""
        return self._activity.active_ms(self._clock()) / 1000 if self._activity else 0.0

    def image_opened(self, image_id: int, *, is_blind: bool = False) -> None:
        """Ends the visit before, if there is one."""
        self.image_left()
        self._image_id, self._is_blind, self._started_at = image_id, is_blind, self._now()
        self._activity = ActivityClock(self._clock(), idle_after_s=self._idle_after_s)
        self._timer.start()
        self._tick()

    def image_left(self) -> None:
        """Also when the window closes; does nothing when no image is open."""
        if self._activity is None:
            return
        active_ms, idle_ms = self._activity.finished(self._clock())
        self._activity = None
        self._timer.stop()
        if active_ms + idle_ms >= SHORTEST_VISIT_MS:
            visit = Visit(
                *(self._image_id, self._person, self._started_at, active_ms, idle_ms),
                is_blind=self._is_blind,
            )
            self.visit_finished.emit(visit)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._activity is not None and event.type() in _INPUT:
            self._activity.touched(self._clock())
        return False

    def _listen(self) -> None:
        """At all windows that there are now; one that comes later gets the focus first."""
        for window in QGuiApplication.topLevelWindows():
            window.installEventFilter(self)

    def _notice_focus(self, state: Qt.ApplicationState) -> None:
        if self._activity is None:
            return
        if state == Qt.ApplicationState.ApplicationActive:
            self._activity.touched(self._clock())
        else:
            self._activity.went_away(self._clock())

    def _tick(self) -> None:
        self.ticked.emit(self.active_s)
