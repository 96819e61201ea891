"""How one thread asks a job in another to stop."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from app.core.progress import Cancelled


class Stop:
    """Asked for once, from any thread, and never taken back."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requested = False
        self._callbacks: list[Callable[[], object]] = []

    @property
    def requested(self) -> bool:
        return self._requested

    def request(self) -> None:
        """Runs what `on_request` was given, on this thread; a second time does nothing."""
        with self._lock:
            if self._requested:
                return
            self._requested = True
            callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()

    @contextmanager
    def on_request(self, callback: Callable[[], object]) -> Iterator[None]:
        """While inside, a request calls `callback`; at once when it has come before."""
        with self._lock:
            if not self._requested:
                self._callbacks.append(callback)
        if self._requested:
            callback()
        try:
            yield
        finally:
            with self._lock:
                if callback in self._callbacks:
                    self._callbacks.remove(callback)

    def check(self) -> None:
        """Raises Cancelled once a stop was requested."""
        if self._requested:
            raise Cancelled
