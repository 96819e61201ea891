"""pytest-qt's bot with more patience: on a busy machine a window may be slow and still be right."""

import time
from collections.abc import Callable
from functools import partialmethod

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.exceptions import TimeoutError as GaveUpError
from pytestqt.qtbot import QtBot

PATIENCE_MS = 60_000
_LOOK_EVERY_MS = 2


class PatientBot(QtBot):
    """Looks more often too: most of what tests wait for comes within a few milliseconds. Clicks on
    what is to be seen, as people do.
    """

    waitActive = partialmethod(QtBot.waitActive, timeout=PATIENCE_MS)  # noqa: N815 - Qt's name
    waitExposed = partialmethod(QtBot.waitExposed, timeout=PATIENCE_MS)  # noqa: N815 - Qt's name
    waitSignal = partialmethod(QtBot.waitSignal, timeout=PATIENCE_MS)  # noqa: N815 - Qt's name

    def waitUntil(self, is_so: Callable[[], bool], *, timeout: int = PATIENCE_MS) -> None:  # noqa: N802 - Qt's name
        """Raises pytest-qt's TimeoutError after `timeout` ms."""
        until_s = time.monotonic() + timeout / 1000
        while not is_so():
            if time.monotonic() > until_s:
                raise GaveUpError(f"it was not so within {timeout} ms")
            self.wait(_LOOK_EVERY_MS)

    def mouseClick(self, widget: QWidget, *how: object, **more: object) -> None:  # noqa: N802 - Qt's name
        """Raises pytest-qt's TimeoutError where it never comes into sight."""
        self.waitUntil(widget.isVisible)
        QTest.mouseClick(widget, *how, **more)
