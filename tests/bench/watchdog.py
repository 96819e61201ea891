"""Watches the GUI thread: every stretch in which it did not come back to its event loop."""

import os
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Literal

from PySide6.QtCore import QObject, Qt, QTimer

from tests.bench.core_speed import CoreSpeed, best_ms, piece_ms, speed_from

By = Literal["clock", "CPU", "full speed"]
"""By the clock, of the thread's own time, and of that as it were with the core at its best."""

BLOCKED_MS = 50.0
_PULSE_MS = 5
_LOOK_EVERY_S = 0.01
_SUSPICIOUS_S = 0.02
_SCHEDULED = Path("/proc/thread-self/schedstat")
_CORES = Path("/proc/stat")
_STEAL_COLUMN = 8
"""Ticks in which another guest of the host had a core of ours: proc_stat(5)."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """`wall_ms` went by until the event loop had its turn again; for `cpu_ms` of them the thread
    had a core, for `queued_ms` it could have gone on had it got one (0 where the system doesn't
    tell); the rest it waited for the interpreter, a lock or the disk. `stolen_ms` is what the host
    of a virtual machine took from any of its cores meanwhile, as far as it says so, in steps of a
    tick; it counts as the thread's own time. `piece_ms` says how fast the core was just before and
    after, see `core_speed`. `doing` is what the person had just done, `where` the places that it
    was seen at, innermost first, the most frequent one first.
    """

    wall_ms: float
    cpu_ms: float
    queued_ms: float
    stolen_ms: float
    piece_ms: float
    doing: str
    where: tuple[str, ...]


class Watchdog(QObject):
    """A pulse in the event loop, and a thread that looks at the stack while the pulse is late.

    A stretch is what two pulses are further apart than they should be. With the loop idle that is
    what the system's scheduler adds.
    """

    def __init__(self) -> None:
        super().__init__()
        self.doing = ""
        self.stretches: list[Stretch] = []
        self._pieces_ms = [piece_ms()]
        self._thread_id = threading.get_ident()
        self._last = _now()
        self._seen: Counter[str] = Counter()
        self._ended = threading.Event()
        self._pulse = QTimer(self, interval=_PULSE_MS, timerType=Qt.TimerType.PreciseTimer)
        self._pulse.timeout.connect(self._beat)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """On the GUI thread; what is done inside has to be done by its event loop."""
        thread = threading.Thread(target=self._look, name="watchdog")
        self._last = _now()
        self._pulse.start()
        thread.start()
        try:
            yield
        finally:
            self._pulse.stop()
            self._ended.set()
            thread.join()

    def blocked(self, by: By = "clock") -> list[Stretch]:
        """Those that took too long, the worst first."""
        taken_ms = self._taken_ms(by)
        return sorted(
            (s for s in self.stretches if taken_ms(s) > BLOCKED_MS), key=taken_ms, reverse=True
        )

    def longest_ms(self, by: By = "clock") -> float:
        return max(map(self._taken_ms(by), self.stretches), default=0.0)

    def told(self, stretches: Sequence[Stretch]) -> Iterator[str]:
        """One line a stretch, and one for each place that it was seen at."""
        at_full_speed_ms = self._taken_ms("full speed")
        for s in stretches:
            yield (
                f"  {s.wall_ms:6.0f} ms, of which {s.cpu_ms:.0f} ms CPU"
                f" ({at_full_speed_ms(s):.0f} at full speed)"
                f" and {s.queued_ms:.0f} ms in wait for a core,"
                f" {s.stolen_ms:.0f} ms taken by the host, after {s.doing}"
            )
            yield from (f"         {place}" for place in s.where)

    def _taken_ms(self, by: By) -> Callable[[Stretch], float]:
        if by == "clock":
            return lambda s: s.wall_ms
        if by == "CPU":
            return lambda s: s.cpu_ms
        best = best_ms(self._pieces_ms)
        return lambda s: s.cpu_ms / max(s.piece_ms / best, 1.0)

    @property
    def core_speed(self) -> CoreSpeed:
        """While it watched."""
        return speed_from(self._pieces_ms)

    def _beat(self) -> None:
        now = _now()
        wall_ms, *parts_ms = (
            (after - before) * 1000 for after, before in zip(now, self._last, strict=True)
        )
        self._pieces_ms.append(piece_ms())
        around_ms = sum(self._pieces_ms[-2:]) / 2
        self._last = _now()
        seen, self._seen = self._seen, Counter()
        where = tuple(place for place, _ in seen.most_common(3))
        away_ms = max(wall_ms - _PULSE_MS, 0.0)
        self.stretches.append(Stretch(away_ms, *parts_ms, around_ms, self.doing, where))

    def _look(self) -> None:
        while not self._ended.wait(_LOOK_EVERY_S):
            if time.perf_counter() - self._last[0] > _SUSPICIOUS_S:
                frame = sys._current_frames().get(self._thread_id)
                self._seen[_told(frame)] += 1


def _now() -> tuple[float, float, float, float]:
    """Of this thread, in seconds: the clock, its time on a core, its time in wait for one; and what
    the host has taken from the machine.
    """
    try:
        queued_ns = int(_SCHEDULED.read_text().split()[1])
        stolen_s = stolen_of(_CORES.read_text())
    except OSError:
        queued_ns, stolen_s = 0, 0.0
    return time.perf_counter(), time.thread_time(), queued_ns / 1e9, stolen_s


def stolen_of(cores: str) -> float:
    """Seconds that others had of all cores together, as /proc/stat tells it."""
    return int(cores.split(maxsplit=_STEAL_COLUMN + 1)[_STEAL_COLUMN]) / os.sysconf("SC_CLK_TCK")


def _told(frame: FrameType | None) -> str:
    """The innermost calls, as "file:line function", one in the other."""
    stack = traceback.extract_stack(frame) if frame else []
    calls = [f"{s.filename.rpartition('/')[2]}:{s.lineno} {s.name}" for s in reversed(stack)]
    return " < ".join(calls[:6])
