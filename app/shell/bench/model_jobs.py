"""Model requests of the window: one at a time, in a thread of their own, told on the GUI thread."""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from app.core.detection import Detection
from app.core.errors import UserError
from app.core.prelabelling import ModelFacts, PrelabelProgress, PrelabelReport, PrelabelRequest
from app.core.progress import Cancelled, Progress
from app.core.stopping import Stop
from app.services.drawers import FindModel, facts_of, known_facts, plan_named
from app.services.model_bench import ModelBench
from app.services.models import find_model
from app.services.prelabel import PrelabelOptions, prelabel
from app.shell.deliveries import deliveries
from app.storage.project import Project

Outcome = PrelabelReport | UserError | Cancelled | None
"""How a request ended; None when it only asked what classes a model has."""

Work = Callable[[Stop], Outcome]

_REST_AFTER_S = 300.0
"""A loaded model takes most of a gigabyte, and ten seconds to be loaded again."""


@dataclass(slots=True)
class _News:
    """What has happened since the GUI thread last looked."""

    loading: bool = False
    arrived: set[int] = field(default_factory=set)
    progress: PrelabelProgress | None = None
    found: dict[int, Sequence[Detection]] = field(default_factory=dict)
    died: UserError | None = None
    known: list[ModelFacts] = field(default_factory=list)
    outcome: Outcome = None
    ended: bool = False


class ModelJobs(QObject):
    """Pre-labels the project in `folder`, through a connection of its own.

    A request ends with exactly one of `finished`, `failed`, `cancelled` and `described`; what was
    saved until then stays. News that come faster than the GUI thread takes them are told together.
    `find` is called in the thread, since it reads the whole weights. Close it before the program
    ends.
    """

    started = Signal()  # not for a model whose classes can be told without loading it
    progress = Signal(object)  # PrelabelProgress
    arrived = Signal(int)  # id of an image on which what was found is saved
    found = Signal(int, object)
    """Id of one image that a model was asked about in words, and its Detections with reasons."""
    restarting = Signal(object)  # UserError: why the model's process ended; the request goes on
    classes_known = Signal(object)  # ModelFacts
    finished = Signal(object)  # PrelabelReport
    failed = Signal(object)  # UserError
    cancelled = Signal()
    described = Signal()

    def __init__(
        self,
        folder: Path,
        *,
        cache: Path,
        actor: str,
        find: FindModel = find_model,
        bench: ModelBench | None = None,
        rest_after_s: float = _REST_AFTER_S,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._folder, self._cache, self._actor, self._find = folder, cache, actor, find
        self._bench = bench or ModelBench()
        self._thread: threading.Thread | None = None
        self._stop = Stop()
        self._lock = threading.Lock()
        self._news: _News | None = None
        self._closed = False
        self._idle = QTimer(self, singleShot=True, interval=round(1000 * rest_after_s))
        self._idle.timeout.connect(self._bench.rest)
        self._deliveries = deliveries()

    @property
    def busy(self) -> bool:
        """From a request until how it ended was told."""
        return self._thread is not None

    def start(self, request: PrelabelRequest, image_ids: Iterable[int] | None) -> None:
        """Pre-labels these images, all for None. Raises RuntimeError when it is busy."""
        ids = None if image_ids is None else frozenset(image_ids)
        self._run(partial(self._prelabel, request, ids))
        self.started.emit()

    def describe(self, model: str, *, may_load: bool = True) -> None:
        """Finds out what classes a model has; fails where that takes loading it, and it may not be.

        Raises RuntimeError when it is busy.
        """
        self._run(partial(self._describe, model, may_load))

    def cancel(self) -> None:
        """Stops the request in the middle of whatever it does; returns at once."""
        self._stop.request()

    def close(self) -> None:
        """Ends request, thread and model process; nothing is told after it."""
        self._closed = True
        self._idle.stop()
        self.cancel()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._bench.close()

    def _run(self, work: Work) -> None:
        if self.busy or self._closed:
            raise RuntimeError("a model request while another is under way, or after closing")
        self._idle.stop()
        self._stop = Stop()
        # Not a daemon: it may be in the middle of saving.
        self._thread = threading.Thread(
            target=self._work, args=(work, self._stop), name="model-request"
        )
        self._thread.start()

    def _work(self, work: Work, stop: Stop) -> None:
        """Runs in the thread. What is our bug goes on to threading.excepthook."""
        outcome: Outcome = _bug()
        try:
            outcome = work(stop)
        except (UserError, Cancelled) as e:
            outcome = e
        finally:
            self._post(partial(_end, outcome))

    def _prelabel(
        self, request: PrelabelRequest, image_ids: frozenset[int] | None, stop: Stop
    ) -> PrelabelReport:
        options = PrelabelOptions(
            self._cache,
            confidence=request.confidence,
            confidence_by_class=request.confidence_by_class,
            mapping=request.mapping,
            image_ids=image_ids,
            classes=request.classes,
            phrases=request.phrases,
            text_threshold=request.text_threshold,
            again=request.again,
            compare=request.compare,
        )
        began_s = 0.0

        def tell(progress: Progress) -> None:
            nonlocal began_s
            now_s = time.monotonic()
            if progress.done == 0:  # told when the model is loaded: loading is no measure of speed
                began_s = now_s
            told = PrelabelProgress(progress, now_s - began_s)
            self._post(lambda news: setattr(news, "progress", told))

        is_asked_here = request.scope == "image" and request.phrases
        lend, find = self._bench.lend, cache(self._find)
        with Project.open(self._folder) as project:
            plan = plan_named(request.model, project, options, find=find, stop=stop, workers=lend)
            try:
                return prelabel(
                    project,
                    plan,
                    options,
                    actor=self._actor,
                    on_progress=tell,
                    on_found=self._post_found if is_asked_here else lambda *_: None,
                    on_saved=lambda ids: self._post(lambda news: news.arrived.update(ids)),
                    on_death=lambda error: self._post(partial(_die, error)),
                    stop=stop,
                    workers=lend,
                )
            finally:
                # Also when it failed: what the classes are called is needed to map them.
                untouched = PrelabelOptions(self._cache)
                facts = known_facts(request.model, project, untouched, find=find)
                if facts is not None:
                    self._post_facts(facts)

    def _describe(self, asked: str, may_load: bool, stop: Stop) -> None:
        def loading() -> None:
            if not may_load:
                raise UserError(
                    self.tr("Which classes {name} has is known once it is loaded.").format(
                        name=Path(asked).name
                    ),
                    hint=self.tr("A search is at work; choose the model again after it."),
                )
            self._post(lambda news: setattr(news, "loading", True))

        with Project.open(self._folder) as project:
            facts = facts_of(
                asked,
                project,
                PrelabelOptions(self._cache),
                find=cache(self._find),
                loading=loading,
                stop=stop,
                workers=self._bench.lend,
            )
        self._post_facts(facts)

    def _post_found(self, image_id: int, found: Sequence[Detection]) -> None:
        self._post(lambda news: news.found.update({image_id: found}))

    def _post_facts(self, facts: ModelFacts) -> None:
        self._post(lambda news: news.known.append(facts))

    def _post(self, add: Callable[[_News], object]) -> None:
        with self._lock:
            first, self._news = self._news is None, self._news or _News()
            add(self._news)
        if first:
            self._deliveries.bring(self._tell, owner=self)

    def _tell(self) -> None:
        with self._lock:
            news, self._news = self._news, None
        if news is None or self._closed:
            return
        if news.loading:
            self.started.emit()
        for image_id in sorted(news.arrived):
            self.arrived.emit(image_id)
        if news.progress is not None:
            self.progress.emit(news.progress)
        if news.died is not None:
            self.restarting.emit(news.died)
        for image_id, found in news.found.items():
            self.found.emit(image_id, found)
        for facts in news.known:
            self.classes_known.emit(facts)
        if news.ended:
            self._tell_end(news.outcome)

    def _tell_end(self, outcome: Outcome) -> None:
        if self._thread is not None:
            self._thread.join()  # it has nothing left to do
        self._thread = None
        self._idle.start()
        match outcome:
            case PrelabelReport():
                self.finished.emit(outcome)
            case UserError():
                self.failed.emit(outcome)
            case Cancelled():
                self.cancelled.emit()
            case None:
                self.described.emit()


def _die(error: UserError, news: _News) -> None:
    news.died = error


def _end(outcome: Outcome, news: _News) -> None:
    news.outcome, news.ended = outcome, True


def _bug() -> UserError:
    return UserError(
        "The model request ended by a mistake in Flawmark itself. Nothing of yours was lost.",
        hint="Please report it with what the log says; then try again.",
    )
