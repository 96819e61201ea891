"""Opens the window on a project, or says why there can't be one."""

import signal
from pathlib import Path

from app.services.display import check_display
from app.storage.project import Project


def show_project(folder: Path) -> int:
    """Runs the window until it is closed; returns the exit code.

    Raises UserError when there is no project, no display or a system library is missing.
    """
    check_display()
    with Project.open(folder) as project:
        return _run(project)


def _run(project: Project) -> int:
    # Only now: where a system library is missing, importing Qt is what fails.
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from app.shell.window import ViewerWindow

    app = QApplication.instance() or QApplication(["flawmark"])
    app.setApplicationName("flawmark")
    window = ViewerWindow(project)
    window.show()
    before = signal.signal(signal.SIGINT, lambda *_: window.close())
    # Python looks at signals between its own steps only, and Qt's loop makes none by itself.
    awake = QTimer(window, interval=300)
    awake.timeout.connect(lambda: None)
    awake.start()
    try:
        return QApplication.exec()
    finally:
        signal.signal(signal.SIGINT, before)
        window.close()
