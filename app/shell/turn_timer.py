"""A timer whose work has a turn of the event loop to itself."""

from PySide6.QtCore import QObject, QTimer, Signal

from app.shell.deliveries import deliveries


class TurnTimer(QTimer):
    """Connect to `due`, not to `timeout`: Qt has timers go off together that are due at about the
    same time, which costs less power, and holds up the window for the sum of what they do.

    It is active until what is connected has been called.
    """

    due = Signal()

    def __init__(self, parent: QObject, *, interval: int, singleShot: bool = False) -> None:  # noqa: N803 - as QTimer
        super().__init__(parent, interval=interval, singleShot=singleShot)
        self._is_due = False
        self._deliveries = deliveries()
        self.timeout.connect(self._line_up)

    def isActive(self) -> bool:
        return self._is_due or super().isActive()

    def stop(self) -> None:
        self._is_due = False
        super().stop()

    def _line_up(self) -> None:
        if not self._is_due:
            self._is_due = True
            self._deliveries.bring(self._go_off, owner=self)

    def _go_off(self) -> None:
        """Unless it was stopped meanwhile; one that was started again goes off later."""
        was_due, self._is_due = self._is_due, False
        if was_due and not (self.isSingleShot() and super().isActive()):
            self.due.emit()
