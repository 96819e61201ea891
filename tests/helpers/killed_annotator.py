"""The process that is killed: a simulated annotator at the real window, telling what it shows."""

import os
import random
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Literal

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from app.core.sheet import Sheet
from tests.e2e.annotator import Annotator
from tests.gui.bench_driver import BenchDriver
from tests.helpers.faulty_project import Task
from tests.helpers.hands import open_bench, wait

_LONGEST_REST_MS = 60
"""So that some gestures are saved alone, and others while the one before is still being saved."""

Told = Sheet | Literal["began", "saved", "done"]
"""What the screen shows from now on; or that the status line says that all of it is saved."""


def annotate(folder: Path, tasks: Sequence[Task], told: "Connection[Told, None]") -> None:
    """Works through the project in `folder`/project until all of its images are submitted."""
    application = QApplication(["killed"])
    driver = open_bench(folder / "project", home=folder)
    _tell(driver, told)
    told.send("began")
    rng = random.Random()
    annotator = Annotator(driver, rest=lambda: wait(rng.randrange(_LONGEST_REST_MS)))
    annotator.work_through(tasks)
    driver.window.close()
    told.send("done")
    application.quit()


def _tell(driver: BenchDriver, told: "Connection[Told, None]") -> None:
    document, line = driver.bench.document, driver.window.status.saved

    def say_saved() -> None:
        # The status line was connected before, so it says now what this save made it say.
        if line.words.startswith("saved"):
            told.send("saved")

    document.changed.connect(lambda: told.send(driver.sheet))
    document.saved.connect(say_saved)
