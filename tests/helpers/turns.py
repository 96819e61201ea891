"""Tests that run beside each other, and those that must have the machine to themselves."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID", "")
"""The same for all workers of a run; empty where there is only one process."""


@contextmanager
def turn(*, alone: bool) -> Iterator[None]:
    """Waits until the test may run: beside others, or, `alone`, when no other one does."""
    if not _RUN or os.name == "nt":
        yield
        return
    import fcntl

    places = (Path(tempfile.gettempdir(), f"flawmark-{_RUN}-{name}") for name in ("door", "room"))
    door, room = (os.open(place, os.O_RDWR | os.O_CREAT, 0o600) for place in places)
    try:
        fcntl.flock(door, fcntl.LOCK_EX)
        fcntl.flock(room, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        if not alone:  # else nobody comes in until it has ended
            fcntl.flock(door, fcntl.LOCK_UN)
        yield
    finally:
        # Not left to closing: a process that was forked meanwhile may hold the file open.
        for lock in (room, door):
            fcntl.flock(lock, fcntl.LOCK_UN)
            os.close(lock)
