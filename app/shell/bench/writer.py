"""The one thread through which the window writes: in order, and never on the GUI thread."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from time import monotonic
from typing import TypeVar

from PySide6.QtCore import QObject

from app.core.errors import UserError
from app.shell.deliveries import deliveries
from app.shell.jobs import settle
from app.storage.project import Project

T = TypeVar("T")


class Writer(QObject):
    """Owns a connection of its own to the project in `folder`. Close it before the program ends."""

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._project: Project | None = None
        self._was_asked = False
        self._deliveries = deliveries()

    def run(
        self,
        work: Callable[[Project], T],
        done: Callable[[T | UserError], object],
        *,
        broke: Callable[[], object] = lambda: None,
    ) -> None:
        """Does `work` after all that was asked before, then `done` on the GUI thread.

        `done` gets what `work` returned, or its UserError. Any other error is our bug and is raised
        on the GUI thread, after `broke` was called.
        """
        self._was_asked = True
        future = self._pool.submit(lambda: work(self._opened()))
        future.add_done_callback(
            lambda f: self._deliveries.bring(lambda: settle(f, done, broke), owner=self)
        )

    def settle(self, *, at_most_s: float | None = None) -> bool:
        """Returns when everything that was asked for is written, and told: also what whoever is
        told asks for then. False where that takes longer than `at_most_s`.
        """
        until = None if at_most_s is None else monotonic() + at_most_s
        while self._was_asked:
            behind_the_rest = self._pool.submit(int)
            left_s = None if until is None else max(until - monotonic(), 0)
            if wait([behind_the_rest], timeout=left_s).not_done:
                return False
            self._was_asked = False
            self._deliveries.hasten(self)
        return True

    def close(self) -> None:
        """When all is settled. Nothing may be asked after it."""
        self.settle()
        self._pool.submit(self._end)
        self._pool.shutdown(wait=True)

    def _opened(self) -> Project:
        if self._project is None:
            self._project = Project.open(self._folder)
        return self._project

    def _end(self) -> None:
        if self._project is not None:
            self._project.close()
