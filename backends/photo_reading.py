"""Photos read in the model's process, which steps back, for who must not wait behind it.

Decoding takes a core and, step by step, the interpreter. In threads of the window both would be
taken from its GUI thread; a thread of its own can't step back, for it may hold the interpreter when
it has to wait for a core.
"""

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import connection, get_context
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, TypeAlias

import numpy as np

from app.core.errors import UserError
from app.core.photo import Rgb
from backends.photo_memory import FarPiece, Piece

Prepare = Callable[[Rgb], Rgb]
"""What is done to a photo once it is decoded; it has to be picklable."""

FarEnd: TypeAlias = "connection.Connection[Any, Any]"
LANES = 2
"""Photos that are read at a time."""


def read_here(path: Path, prepare: Prepare) -> Rgb:
    """Height x width x 3, as `prepare` returns it. Raises UserError as `read_pixels` does."""
    from app.imaging.pixels import read_pixels  # who never reads here need not load OpenCV

    return prepare(read_pixels(path))


@dataclass(frozen=True, slots=True)
class _Size:
    height: int
    width: int


class _Lane:
    """One photo at a time: asked for, told how large it is, given room, copied."""

    def __init__(self, conn: FarEnd) -> None:
        self._conn, self._piece = conn, Piece()

    def read(self, path: Path, prepare: Prepare) -> Rgb:
        """Raises OSError or EOFError where the process is gone, or this lane of it."""
        self._conn.send((path, prepare))
        size = self._answer()
        try:
            memory = self._piece.sized(size.height * size.width * 3)
        except UserError:  # no shared memory is left: that is for who sends photos to tell
            self._conn.send(None)
            return read_here(path, prepare)
        self._conn.send(memory.name)
        self._answer()
        there = np.ndarray((size.height, size.width, 3), np.uint8, buffer=memory.buf)
        return there.copy()

    def free(self) -> None:
        self._conn.close()
        self._piece.free()

    def _answer(self) -> _Size:
        answer = self._conn.recv()
        if isinstance(answer, UserError):
            raise answer
        assert isinstance(answer, _Size)
        return answer


class PhotoReading:
    """The near side of one process: its `far_ends` are for that process alone, which calls
    `read_for_others` with them.
    """

    def __init__(self) -> None:
        pipes = [get_context("spawn").Pipe() for _ in range(LANES)]
        self.far_ends = [theirs for _, theirs in pipes]
        self._free: SimpleQueue[_Lane] = SimpleQueue()
        for ours, _ in pipes:
            self._free.put(_Lane(ours))
        self._lock, self._is_closed = threading.Lock(), False

    def read(self, path: Path, prepare: Prepare) -> Rgb:
        """As `read_here`, from any thread; where the process has ended, or a photo has met a bug
        there, it is read here. Threads beyond LANES wait, in no order.
        """
        lane = self._free.get()
        try:
            return lane.read(path, prepare)
        except (OSError, EOFError):
            return read_here(path, prepare)
        finally:
            with self._lock:
                if self._is_closed:
                    lane.free()
                self._free.put(lane)

    def close(self) -> None:
        """Once the process has ended: whoever waits for it goes on, and memory is given back."""
        idle = []
        with self._lock, suppress(Empty):
            self._is_closed = True
            while True:
                idle.append(self._free.get_nowait())
        for lane in idle:
            lane.free()
            self._free.put(lane)


def read_for_others(far_ends: Sequence[FarEnd]) -> None:
    """In the process that reads: begins to, in threads, until the near ends are closed."""
    for conn in far_ends:
        threading.Thread(target=_read_all, args=(conn,), name="read", daemon=True).start()


def _read_all(conn: FarEnd) -> None:
    piece = FarPiece()
    # What breaks on the way closes this end: who asked reads that photo, and meets the bug.
    with conn, suppress(EOFError, ConnectionError):
        while True:
            path, prepare = conn.recv()
            try:
                photo = read_here(path, prepare)
            except UserError as e:
                conn.send(e)
                continue
            height, width, _ = photo.shape
            conn.send(_Size(height, width))
            if (name := conn.recv()) is not None:
                np.ndarray(photo.shape, np.uint8, buffer=piece.named(name).buf)[:] = photo
                conn.send(_Size(height, width))
