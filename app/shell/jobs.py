"""Slow work off the GUI thread, its result brought back to it."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any, TypeVar

from PySide6.QtCore import QObject

from app.core.errors import UserError
from app.shell.deliveries import deliveries

T = TypeVar("T")


class Jobs(QObject):
    """A few threads. Close it before the program ends."""

    def __init__(self, parent: QObject | None = None, *, threads: int = 2) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="job")
        self._closed = False
        self._awaited: dict[Future[Any], tuple[Callable[[Any], object], Callable[[], object]]] = {}
        self._deliveries = deliveries()

    @property
    def is_closed(self) -> bool:
        """Nothing can be asked for any more."""
        return self._closed

    def run(
        self,
        work: Callable[[], T],
        done: Callable[[T | UserError], object],
        *,
        broke: Callable[[], object] = lambda: None,
    ) -> Future[T]:
        """Calls `done` on the GUI thread with what `work` returned, or its UserError.

        Any other error is our bug, and is raised there, after `broke` was called. Nothing comes
        of a future that was cancelled before its turn.
        """
        future = self._pool.submit(work)
        self._awaited[future] = done, broke
        future.add_done_callback(self._bring)
        return future

    def hasten(self, future: Future[Any], *, at_most_s: float) -> None:
        """Waits that long on the GUI thread, and delivers what has come; else it comes later.

        A wait leaves the interpreter to the thread, so that short work ends sooner than beside a
        busy GUI thread.
        """
        wait([future], timeout=at_most_s)
        if future.done():
            self._deliver(future)

    def stop(self) -> None:
        """From now on nothing is delivered, and what has not begun is dropped."""
        self._closed = True
        self._pool.shutdown(wait=False, cancel_futures=True)

    def close(self) -> None:
        """And waits for what is running; after `stop` from any thread."""
        self.stop()
        self._pool.shutdown(wait=True)

    def _bring(self, future: Future[Any]) -> None:
        self._deliveries.bring(lambda: self._deliver(future), owner=self)

    def _deliver(self, future: Future[Any]) -> None:
        awaited = self._awaited.pop(future, None)  # None: it was hastened
        if awaited is not None and not self._closed and not future.cancelled():
            settle(future, *awaited)


def settle(future: Future[Any], done: Callable[[Any], object], broke: Callable[[], object]) -> None:
    """Calls `done` with what the future has, or its UserError. Any other error of it is our bug: it
    is raised, after `broke` was called.
    """
    error = future.exception()
    if error is None or isinstance(error, UserError):
        done(error or future.result())
        return
    broke()
    raise error
