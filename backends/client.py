"""The near end of the model worker: starts it, hands it photos, and says in words when it died."""

import signal
import threading
import time
from collections import deque
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from multiprocessing import connection, get_context
from multiprocessing.context import SpawnProcess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from app.core.detection import Detection
from app.core.errors import UserError
from app.core.photo import Rgb
from app.core.progress import Cancelled
from app.core.stopping import Stop
from app.core.text_query import TextQuery
from backends.base import BACKENDS, BackendSpec, DeviceFailedError, WorkerSettings
from backends.patience import Patience
from backends.photo_memory import PhotoSender, Request
from backends.photo_reading import PhotoReading, Prepare, read_here
from backends.worker import LOG_NAME, Answer, Answered, Bug, Loaded, serve

_GOODBYE_S = 1.0
_IN_SECONDS_S = 120.0  # longer times are told in minutes


class Ticket:
    """Stands for photos that were handed in; give it to `ModelWorker.result`, once."""

    __slots__ = ("_answer", "_handed_in_s", "_pixels")

    def __init__(self, photos: Sequence[Rgb]) -> None:
        self._answer: Answered | UserError | None = None
        self._handed_in_s = time.monotonic()
        self._pixels = sum(photo.shape[0] * photo.shape[1] for photo in photos)


class ModelWorker:
    """A model in a process of its own, so that no model can harm the one that asks.

    As a context manager it is started and ended; or call `start` and `close`. One thread at a time
    may use it, but `cancel` may come from any. Up to `slots` batches are under way at once: hand in
    the next one before taking the result of the last, and decoding overlaps with computing. One
    that `steps_back` computes where nobody else wants the cores: beside a person at a window.

    When the process is lost (crash, kill, `cancel`, no answer for as long as `Patience` says) its
    tickets are void; `start` gets a new one.
    """

    class_names: tuple[str, ...]
    device: str
    notes: tuple[str, ...]

    def __init__(
        self,
        settings: WorkerSettings,
        backend: str | BackendSpec = "ultralytics",
        *,
        slots: int = 2,
        steps_back: bool = False,
    ) -> None:
        self._settings, self._steps_back = settings, steps_back
        self._spec = BACKENDS[backend] if isinstance(backend, str) else backend
        self._memories, self._patience = PhotoSender(slots), Patience()
        self._pending: deque[Ticket] = deque()
        self._process: SpawnProcess | None = None
        self._reading: PhotoReading | None = None
        self._conn: connection.Connection[Request, Answer] | None = None
        self._busy = threading.RLock()
        self._cancelled = threading.Event()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def running(self) -> bool:
        """Whether the worker is loaded and takes photos."""
        return self._process is not None and self._process.is_alive()

    def start(self, stop: Stop | None = None) -> None:
        """Starts the process and waits until the model is loaded; does nothing when it is.

        Raises UserError when the model can't be loaded or the process dies, Cancelled after
        `cancel`, RuntimeError with the worker's trace for a bug. A `stop` that calls `interrupt`
        is heeded even when it was requested just before.
        """
        with self._busy:
            if self.running and not self._cancelled.is_set():
                return
            self._end()
            self._cancelled.clear()
            # Only now: an interruption before the line above would be forgotten.
            if stop is not None:
                stop.check()
            with ExitStack() as unless_loaded:
                unless_loaded.callback(self._end)
                self._spawn()
                answer = self._receive(Patience.first_s)
                if not isinstance(answer, Loaded):
                    raise _raised(answer)
                unless_loaded.pop_all()
            self.class_names, self.device = answer.class_names, answer.device
            self.notes = answer.notes

    def restart(self) -> None:
        """Ends the process, whatever it is doing, and starts a new one; raises as `start` does."""
        self.close()
        self.start()

    def submit(self, photos: Sequence[Rgb], *arguments: object, method: str = "detect") -> Ticket:
        """Hands photos (HxWx3 uint8 RGB, any sizes) in; waits while all slots are in use.

        The model's `method` is called with them and `arguments`. They are copied, so the caller may
        reuse them. Raises as `result` does for a lost process.
        """
        with self._busy:
            conn = self._connection()
            if len(self._pending) == self._memories.count:
                self._take_answer()
            ticket = Ticket(photos)
            request = self._memories.put(photos, method, arguments)
            self._pending.append(ticket)
            try:
                conn.send(request)
            except OSError:
                raise self._lost() from None
            return ticket

    def result(self, ticket: Ticket) -> Any:  # noqa: ANN401 - whatever the method returns
        """What the method that the ticket is for has returned.

        Raises UserError when the photos could not be worked on (the worker goes on) or the process
        died, Cancelled after `cancel`, RuntimeError with the worker's trace for a bug.
        """
        with self._busy:
            while ticket._answer is None:
                if ticket not in self._pending:
                    raise self._void()
                self._take_answer()
            if isinstance(ticket._answer, UserError):
                raise ticket._answer
            return ticket._answer.value

    def ask(self, method: str, photos: Sequence[Rgb], *arguments: object) -> Any:  # noqa: ANN401
        """`submit` and `result` in one, for those who don't look ahead."""
        return self.result(self.submit(photos, *arguments, method=method))

    def detect(
        self, photos: Sequence[Rgb], query: TextQuery | None = None
    ) -> list[list[Detection]]:
        """The finds for each photo, best first, in pixels of the photo."""
        found: list[list[Detection]] = self.ask("detect", photos, query)
        return found

    def read(self, path: Path, prepare: Prepare) -> Rgb:
        """The photo as `prepare` returns it, HxWx3 uint8. Any thread may ask.

        Read in the process where that steps back, so that it takes nothing from who is at the
        window; else, or where there is no process, in this thread. Raises UserError as
        `read_pixels` does.
        """
        reading = self._reading
        return reading.read(path, prepare) if reading else read_here(path, prepare)

    def cancel(self) -> None:
        """Kills the process at once, in the middle of whatever it does. `start` gets a new one.

        Whoever waits for it in another thread gets Cancelled.
        """
        self.interrupt()
        with self._busy:
            self._end()

    def interrupt(self) -> None:
        """As `cancel`, but waits for nothing: for a thread that must not be kept."""
        self._cancelled.set()
        process = self._process
        if process is not None:
            process.kill()

    def close(self) -> None:
        """Ends the process and frees its memory; results that were not taken are lost."""
        with self._busy:
            self._end()

    def _spawn(self) -> None:
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        self._conn = ours
        self._reading = PhotoReading() if self._steps_back else None
        for_reading = self._reading.far_ends if self._reading else []
        with ExitStack() as far_ends:
            # While we hold a copy of its end, the death of the worker would never show as end of
            # file.
            for far_end in (theirs, *for_reading):
                far_ends.enter_context(far_end)
            process = context.Process(
                target=serve,
                args=(theirs, self._spec, self._settings),
                kwargs={"for_reading": for_reading, "steps_back": self._steps_back},
                name="flawmark-model-worker",
                daemon=True,
            )
            process.start()
            self._process = process

    def _connection(self) -> "connection.Connection[Request, Answer]":
        if self._conn is None:
            raise self._void()
        return self._conn

    def _take_answer(self) -> None:
        ticket = self._pending[0]
        answer = self._receive(self._patience.for_answer_s(ticket._pixels))
        is_last = isinstance(answer, DeviceFailedError)  # with it the worker ends itself
        if isinstance(answer, Answered | UserError) and not is_last:
            self._patience.learn(time.monotonic() - ticket._handed_in_s, ticket._pixels)
            self._pending.popleft()._answer = answer
            return
        self._end()
        raise _raised(answer)

    def _receive(self, patience_s: float) -> Answer:
        """The worker's next answer, or why there will be none."""
        conn, process = self._conn, self._process
        if conn is None or process is None:
            raise self._void()
        if self._cancelled.is_set():
            raise self._lost()
        if not connection.wait([conn, process.sentinel], patience_s):
            self._end()
            raise UserError(
                f"The model gave no answer for {_in_words(patience_s)} and was ended.",
                hint="Try again with smaller photos, tiles or another device.",
            )
        try:
            # A worker may have answered before it died: what it said comes first.
            if conn.poll():
                return conn.recv()
        except (EOFError, OSError):
            pass
        raise self._lost()

    def _void(self) -> Exception:
        if self._cancelled.is_set():
            return Cancelled()
        return RuntimeError(
            "the model worker is not started, or was since the ticket was given out"
        )

    def _lost(self) -> Exception:
        process = self._process
        self._end()
        if self._cancelled.is_set():
            return Cancelled()
        code = process.exitcode if process is not None else None
        return UserError(
            f"The model process died ({_cause(code)}). Nothing of yours was lost.",
            hint="Try again; if it dies again, use smaller photos, tiles or another device. "
            f"What it last said is in {self._settings.cache / LOG_NAME}.",
        )

    def _end(self) -> None:
        conn, process = self._conn, self._process
        idle = not self._pending
        self._pending.clear()
        if conn is not None:
            conn.close()
        if process is not None:
            if idle:
                process.join(_GOODBYE_S)
            process.kill()
            process.join()
        if self._reading is not None:
            self._reading.close()
        self._conn = self._process = self._reading = None
        self._memories.free()


def _in_words(duration_s: float) -> str:
    if duration_s < _IN_SECONDS_S:
        return f"{duration_s:.0f} seconds"
    return f"{duration_s / 60:.0f} minutes"


def _raised(answer: Answer) -> Exception:
    if isinstance(answer, UserError):
        return answer
    if isinstance(answer, Bug):
        return RuntimeError(f"the model worker failed:\n{answer.trace}")
    return RuntimeError(f"the model worker answered out of turn: {answer!r}")


def _cause(exit_code: int | None) -> str:
    if exit_code is not None and exit_code < 0:
        number = -exit_code
        if number == signal.SIGKILL:
            return "killed: probably out of memory"
        with suppress(ValueError):
            return f"crashed: {signal.Signals(number).name}"
    return f"ended with exit code {exit_code}"
