"""Runs `flawmark ARGUMENTS` and tells what was there when the window had painted its first photo.

    python -m tests.helpers.watched_start open PROJECT

prints one line of JSON: the time on the monotonic clock in seconds, the resident memory in KiB and
the names of the modules that were loaded. Then it closes the window.
"""

import json
import sys
import time
from pathlib import Path

from app.shell.imports import read_no_sources

read_no_sources()  # as the program does before it imports Qt

# ruff: noqa: E402
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication


class Watcher(QObject):
    """On the application, until its canvas has painted a photo."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Paint and getattr(watched, "has_picture", False):
            QApplication.instance().removeEventFilter(self)
            QTimer.singleShot(0, tell)  # after this painting has gone to the screen
        return False


def tell() -> None:
    shown_at_s = time.monotonic()
    modules = sorted(sys.modules)
    status = Path("/proc/self/status").read_text("ascii")
    resident_kib = int(status.partition("VmRSS:")[2].split()[0])
    sys.stdout.write(json.dumps([shown_at_s, resident_kib, modules]) + "\n")
    QApplication.closeAllWindows()


def main() -> None:
    watcher, run = Watcher(), QApplication.exec

    def run_watched(*_: object) -> int:
        QApplication.instance().installEventFilter(watcher)
        return run()

    QApplication.exec = QGuiApplication.exec = run_watched
    from app.__main__ import main as flawmark

    sys.argv[0] = "flawmark"
    flawmark()


if __name__ == "__main__":
    main()
