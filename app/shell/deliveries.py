"""What threads have done comes to the GUI thread: one thing in a turn of its event loop."""

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal

Delivery = Callable[[], object]


class Deliveries(QObject):
    """In the order in which they come. Between two of them what the first has changed is painted,
    and keys and mouse are heard: Qt would hand over all that came meanwhile before either.

    There is one for the whole program, see `deliveries`.
    """

    _came = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: deque[tuple[object, Delivery]] = deque()
        self._turn = QTimer(self, singleShot=True, interval=0)
        self._turn.timeout.connect(self._deliver_next)
        # Queued even on the GUI thread: what is done at once must not overtake who asked for it.
        self._came.connect(self._turn.start, Qt.ConnectionType.QueuedConnection)

    def bring(self, delivery: Delivery, *, owner: object) -> None:
        """From any thread; it is called on the GUI thread. `owner` may hasten it."""
        self._waiting.append((owner, delivery))
        self._came.emit()

    def hasten(self, owner: object) -> None:
        """On the GUI thread: all that has come for that owner is called now."""
        while mine := next((each for each in tuple(self._waiting) if each[0] is owner), None):
            self._waiting.remove(mine)
            mine[1]()

    def _deliver_next(self) -> None:
        if not self._waiting:
            return  # it was hastened
        _, delivery = self._waiting.popleft()
        if self._waiting:
            self._turn.start()  # first: what is delivered may raise
        delivery()


def deliveries() -> Deliveries:
    """The program's. To be asked for on the GUI thread, where the first one who asks makes it."""
    application = QCoreApplication.instance()
    assert application is not None
    made = application.findChild(Deliveries)
    return made if isinstance(made, Deliveries) else Deliveries(application)
