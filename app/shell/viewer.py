"""Opens the window, on a project or on the start page, or says why there can't be one."""

import signal
from pathlib import Path

from app.core.errors import UserError
from app.services.display import check_display
from app.shell.handover import hand_over_soon
from app.shell.imports import load_ahead, read_no_sources
from app.storage.project import Project

_LOAD_AHEAD_AFTER_MS = 1500
"""The first photos come without anything beside them."""


def show_project(folder: Path | None) -> int:
    """Runs the window until it is closed; returns the exit code.

    Raises UserError when there is no project, no display or a system library is missing.
    """
    check_display()
    return _run(None if folder is None else Project.open(folder))


def _run(project: Project | None) -> int:
    read_no_sources()
    # Only now: where a system library is missing, importing Qt is what fails.
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from app.garbage import collect_rarely
    from app.shell.frame.main_window import MainWindow
    from app.shell.frame.messages import install_excepthook
    from app.shell.garbage_on_gui import GarbageOnGui

    app = QApplication.instance() or QApplication(["flawmark"])
    app.setApplicationName("flawmark")
    window = MainWindow()
    restore_hook = install_excepthook(window.messages)
    if project is not None:
        try:
            window.open_project(project)
        except UserError as e:
            window.messages.error(e)  # on the start page, where something else can be opened
    window.show()
    collect_rarely()
    GarbageOnGui(window)
    hand_over_soon()
    QTimer.singleShot(_LOAD_AHEAD_AFTER_MS, load_ahead)
    # Not at once: the signal comes in the middle of anything, also of what closing waits for.
    before = signal.signal(signal.SIGINT, lambda *_: QTimer.singleShot(0, window.close))
    # Python looks at signals between its own steps only, and Qt's loop makes none by itself.
    awake = QTimer(window, interval=300)
    awake.timeout.connect(lambda: None)
    awake.start()
    try:
        return QApplication.exec()
    finally:
        signal.signal(signal.SIGINT, before)
        restore_hook()
        window.close()
