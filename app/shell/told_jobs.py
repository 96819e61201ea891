"""Jobs that are told of at the foot of the window, with a Stop, while they are at work."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from app.core.errors import UserError
from app.core.progress import Cancelled, OnProgress, Progress
from app.core.stopping import Stop
from app.shell.jobs import Jobs
from widgets.frame.status_line import StatusLine

T = TypeVar("T")


class ToldJob(QObject):
    """What a job has of the window: whom to tell how far it is, and whether it is to `stop`."""

    _stepped = Signal(str, object)  # what is done, Progress

    def __init__(self, title: str, line: StatusLine, parent: QObject) -> None:
        super().__init__(parent)
        self.stop = Stop()
        self._line, self._part = line, line.add_work(title)
        self._stepped.connect(self._part.show_step)
        self._part.stop_wanted.connect(self._request_stop)

    def step(self, title: str) -> OnProgress:
        """Whom to tell of that step, in the job's thread."""

        def tell(progress: Progress) -> None:
            self.stop.check()
            self._stepped.emit(title, progress)

        return tell

    def leave(self) -> None:
        """It has ended, or never will be begun."""
        self._line.remove_work(self._part)
        self.deleteLater()

    def _request_stop(self) -> None:
        self._part.show_stopping()
        self.stop.request()


class ToldJobs(QObject):
    """One after another. Close it before the program ends."""

    def __init__(self, line: StatusLine, parent: QObject) -> None:
        super().__init__(parent)
        self._line = line
        self._jobs = Jobs(self, threads=1)
        self._at_work: set[ToldJob] = set()

    def run(
        self,
        title: str,
        work: Callable[[ToldJob], T],
        done: Callable[[T | UserError], object],
        *,
        stopped: Callable[[], object],
        broke: Callable[[], object] = lambda: None,
    ) -> None:
        """As `Jobs.run`; where it ended by being stopped, `stopped` is called instead of `done`.

        `title` is told until the first step. After closing nothing is begun.
        """
        if self._jobs.is_closed:
            return
        job = ToldJob(title, self._line, self)
        self._at_work.add(job)

        def stoppable() -> T | Cancelled:
            try:
                job.stop.check()  # it may have waited for its turn
                return work(job)
            except Cancelled as e:
                return e

        def leave() -> None:
            self._at_work.remove(job)
            job.leave()

        def settle(result: T | Cancelled | UserError) -> None:
            leave()
            if isinstance(result, Cancelled):
                stopped()
            else:
                done(result)

        def end() -> None:
            leave()
            broke()

        self._jobs.run(stoppable, settle, broke=end)

    def close(self) -> None:
        """What is at work is stopped, and waited for; nobody is told."""
        for job in self._at_work:
            job.stop.request()
        self._jobs.close()
