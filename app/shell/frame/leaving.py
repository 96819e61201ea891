"""A project is left when what was done in it is saved, or people have been told that it isn't."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from app.shell.bench.workbench import Workbench
from app.shell.frame.messages import Messages
from widgets.frame.message_bar import Message

_AT_ONCE_S = 1.0
"""So long the window may stand still; nearly always all is saved in a hundredth of it."""

_LOOK_EVERY_MS, _LOOK_FOR_S = 100, 0.02


class Leaving(QObject):
    """Saving takes long where another program holds the file: then the window goes on meanwhile,
    and leaves when it is over. Where something could not be saved it stays, with the error in
    sight; who then wants to leave, may.
    """

    def __init__(self, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._messages = messages
        self._go: Callable[[], object] = lambda: None
        self._has_failed = False
        self._later = QTimer(self, interval=_LOOK_EVERY_MS)
        messages.arrived.connect(self._take_message)

    def may_leave(self, bench: Workbench | None, go: Callable[[], object]) -> bool:
        """Whether `bench` may be left now. Else `go`, or what is given at the next wish, is called
        once all is saved.
        """
        if bench is None:
            return True
        self._go, self._has_failed = go, False
        if self._later.isActive():
            return False
        if bench.settle(at_most_s=_AT_ONCE_S):
            return not self._has_failed
        self._messages.info(
            self.tr("Not everything is saved yet."),
            hint=self.tr("Another program holds the file. Flawmark goes on when all is saved."),
        )
        self._later.timeout.connect(lambda: self._look(bench))
        self._later.start()
        return False

    def _look(self, bench: Workbench) -> None:
        if bench.settle(at_most_s=_LOOK_FOR_S):
            self._later.stop()
            self._later.timeout.disconnect()
            if not self._has_failed:
                self._go()

    def _take_message(self, message: Message) -> None:
        self._has_failed |= message.level == "error"
