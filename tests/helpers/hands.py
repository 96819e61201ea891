"""The real window and a driver of it, in a process that pytest doesn't run."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import cast

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.shell.frame.main_window import MainWindow
from app.storage.project import Project
from tests.gui.bench_driver import BenchDriver

_GIVEN_UP_AFTER_S = 30.0
_LOOK_EVERY_MS = 5


class Hands:
    """The part of QtBot that BenchDriver uses."""

    def keyClick(  # noqa: N802 - as QtBot calls it
        self, widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier
    ) -> None:
        QTest.keyClick(widget, key, modifier)

    def waitUntil(self, is_so: Callable[[], bool]) -> None:  # noqa: N802 - as QtBot calls it
        """Raises TimeoutError."""
        started = time.monotonic()
        while not is_so():
            if time.monotonic() - started > _GIVEN_UP_AFTER_S:
                raise TimeoutError("what was waited for never came")
            wait(_LOOK_EVERY_MS)


def wait(duration_ms: int) -> None:
    """Not by QTest.qWait: that keeps Python's other threads waiting too."""
    loop = QEventLoop()
    QTimer.singleShot(duration_ms, loop.quit)
    loop.exec()


def open_bench(folder: Path, *, home: Path) -> BenchDriver:
    """The window on the project in `folder`; what it remembers is kept in `home`."""
    os.environ["FLAWMARK_CONFIG"] = str(home / "config")
    os.environ["FLAWMARK_CACHE"] = str(home / "cache")
    os.environ["FLAWMARK_USER"] = "ann"
    window = MainWindow()
    window.resize(1400, 900)
    window.open_project(Project.open(folder))
    window.show()
    driver = BenchDriver(cast(QtBot, Hands()), window)
    driver.qtbot.waitUntil(window.isActiveWindow)
    return driver
