"""Runs `flawmark ARGUMENTS`, looks at every panel once the window stands, and closes it.

    python -m tests.helpers.watched_panels open PROJECT

prints the names of the panels that were shown, as JSON.
"""

import json
import sys

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDockWidget

_SHOWN_FOR_MS = 100


class Looking(QObject):
    """Brings one panel after the other to the front."""

    def begin(self):
        self.seen = []
        self.left = [
            dock
            for window in QApplication.topLevelWidgets()
            for dock in window.findChildren(QDockWidget)
        ]
        self.look()

    def look(self):
        if not self.left:
            sys.stdout.write(json.dumps(self.seen) + "\n")
            QApplication.closeAllWindows()
            return
        dock = self.left.pop()
        dock.show()
        dock.raise_()
        self.seen.append(dock.objectName())
        QTimer.singleShot(_SHOWN_FOR_MS, self.look)


def main():
    run, looking = QApplication.exec, Looking()

    def run_watched(*_):
        QTimer.singleShot(_SHOWN_FOR_MS, looking.begin)
        return run()

    QApplication.exec = QGuiApplication.exec = run_watched
    from app.__main__ import main as flawmark

    sys.argv[0] = "flawmark"
    flawmark()


if __name__ == "__main__":
    main()
