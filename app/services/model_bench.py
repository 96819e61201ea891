"""Where a model request gets its worker process from: one of its own, or one that is kept warm."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import replace

from backends.base import BACKENDS, BackendSpec, DetectorSettings, WorkerSettings
from backends.client import ModelWorker

BATCHES_AHEAD = 2
"""Handed to the model while it computes, so that decoding and computing overlap."""

_LOW_CONFIDENCE = 0.05

Workers = Callable[[str, WorkerSettings], AbstractContextManager[ModelWorker]]
"""Lends a worker for a family of models, started or not; it finds what the settings ask for."""


def own_worker(family: str, settings: WorkerSettings) -> AbstractContextManager[ModelWorker]:
    """A worker for one request, ended after it."""
    return closing(ModelWorker(settings, family, slots=BATCHES_AHEAD))


class ModelBench:
    """Keeps the worker of the last request, so that the next one for that model answers at once.

    For one request at a time, beside a person at a window: the process steps back. `close` frees it
    and its memory; the bench goes on.
    """

    def __init__(self, backends: Mapping[str, BackendSpec] = BACKENDS) -> None:
        self._backends = backends
        self._holds: tuple[str, WorkerSettings] | None = None
        self._worker: ModelWorker | None = None

    @contextmanager
    def lend(self, family: str, settings: WorkerSettings) -> Iterator[ModelWorker]:
        """A `Workers`: the worker may find more, of lower score, than the settings ask for."""
        wanted = _loosened(settings)
        if self._worker is None or self._holds != (family, wanted):
            self.close()
            spec = self._backends[family]
            self._worker = ModelWorker(wanted, spec, slots=BATCHES_AHEAD, steps_back=True)
            self._holds = family, wanted
        yield self._worker

    def rest(self) -> None:
        """Ends an idle process, whose memory others may need, and waits for nothing."""
        if self._worker is not None:
            self._worker.interrupt()

    def close(self) -> None:
        if self._worker is not None:
            self._worker.close()
        self._worker = None


def _loosened(settings: WorkerSettings) -> WorkerSettings:
    # Of two boxes only the better can suppress the other, so a lower threshold changes nothing
    # above it, and a person who moves it doesn't wait for the model to be loaded again. Pieces of
    # tiles are joined whatever their scores: there it would.
    if not isinstance(settings, DetectorSettings) or settings.tile_px is not None:
        return settings
    return replace(settings, confidence=min(settings.confidence, _LOW_CONFIDENCE))
