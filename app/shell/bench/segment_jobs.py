"""A segmenter at work for the window: one thread answers prompts, another looks at photos ahead."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from app.core.errors import UserError
from app.core.progress import Cancelled
from app.core.segmentation import Outline, Prompt
from app.core.stopping import Stop
from app.services.live_segmenter import LivePhoto, LiveSegmenter
from app.shell.jobs import Jobs
from backends.base import NotEmbeddedError

_SAID_AFTER_MS = 250
"""An answer that takes longer is announced; sooner, the words would only flicker."""
_AGAIN_AFTER_MS = 500
_REST_AFTER_S = 300.0
"""A loaded segmenter takes gigabytes."""

Answer = list[list[Outline]]
"""For each prompt of a question the outlines it may mean."""


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """Prompts on one photo, and how many outlines of each are wanted (None: all). Two with the same
    prompts are two questions.
    """

    photo: LivePhoto
    prompts: tuple[Prompt, ...]
    most: int | None = None


class SegmentJobs(QObject):
    """Nothing waits in a line: whenever a thread has done something, what is wanted then decides
    what it does next.

    A question is answered, or failed, exactly once, unless it is dropped. Photos are looked at from
    the first `plan` or `ask` on. Close it before the program ends.
    """

    answered = Signal(object, object)  # Question, Answer
    failed = Signal(object, object)  # Question, UserError
    waiting = Signal(object)  # title of a segmenter that takes its time, None once it has answered

    def __init__(
        self,
        segmenter: LiveSegmenter,
        parent: QObject | None = None,
        *,
        rest_after_s: float = _REST_AFTER_S,
    ) -> None:
        super().__init__(parent)
        self._segmenter = segmenter
        self._answering, self._looking = Lane(self), Lane(self)
        self._questions: list[Question] = []
        self._planned: tuple[LivePhoto, ...] = ()
        self._prepared: LivePhoto | None = None
        self._seen: set[LivePhoto] = set()
        self._missing: set[LivePhoto] = set()
        self._patience = QTimer(self, singleShot=True, interval=_SAID_AFTER_MS)
        self._patience.timeout.connect(lambda: self._say_waiting(True))
        self._is_said = False
        self._idle = QTimer(self, singleShot=True, interval=round(1000 * rest_after_s))
        self._idle.timeout.connect(self._rest)
        self._later = QTimer(self, singleShot=True, interval=_AGAIN_AFTER_MS)
        self._later.timeout.connect(self._begin_look)

    def plan(self, photos: Sequence[LivePhoto]) -> None:
        """The photo that prompts may come for, and those that may come after it."""
        self._planned = tuple(photos)
        self._go_on()

    def ask(self, question: Question) -> None:
        self._questions.append(question)
        self._go_on()

    def drop(self, question: Question) -> None:
        """Nobody waits for its answer any more."""
        self._questions = [q for q in self._questions if q is not question]
        self._go_on()

    def cancel(self) -> None:
        """Stops whatever is under way, and answers nothing that was asked; returns at once."""
        self._questions, self._planned, self._prepared = [], (), None
        self._looking.stop()
        self._answering.stop()
        self._go_on()

    def stop(self) -> None:
        """For good: nothing is told or begun after it. `wait` for its threads and processes."""
        for timer in (self._idle, self._later, self._patience):
            timer.stop()
        for lane in (self._looking, self._answering):
            lane.end()

    def wait(self) -> None:
        """Until all that was stopped has ended, which takes up to seconds; from any thread."""
        for lane in (self._looking, self._answering):
            lane.close()
        self._segmenter.close()

    def close(self) -> None:
        """Ends threads and processes; nothing is told after it."""
        self.stop()
        self.wait()

    def _rest(self) -> None:
        """The next plan or question begins anew."""
        if self._questions:
            self._idle.start()
            return
        self._planned, self._prepared = (), None
        self._looking.stop()
        self._segmenter.rest()

    def _go_on(self) -> None:
        self._idle.start()
        self._begin_answer()
        self._begin_look()
        if not self._questions:
            self._patience.stop()
            self._say_waiting(False)
        elif not self._is_said and not self._patience.isActive():
            self._patience.start()

    def _say_waiting(self, waits: bool) -> None:
        if waits != self._is_said:
            self._is_said = waits
            self.waiting.emit(self._segmenter.title if waits else None)

    def _begin_answer(self) -> None:
        if self._answering.is_busy:
            return
        for question in self._questions:
            if question.photo not in self._missing:
                answer = self._segmenter.answer
                work = partial(answer, question.photo, question.prompts, most=question.most)
                self._answering.run(work, partial(self._take_answer, question), subject=question)
                return
        first = next(iter(self._planned), None)
        if first is not None and first != self._prepared:
            self._prepared = first
            self._answering.run(partial(self._segmenter.prepare, first), self._take_prepared)

    def _begin_look(self) -> None:
        if not self._segmenter.looks_ahead:
            return
        urgent = [*(q.photo for q in self._questions), *self._planned[:1]]
        wanted = [p for p in (*urgent, *self._planned[1:]) if p not in self._seen]
        if not wanted:
            return
        first, under_way = wanted[0], self._looking.subject
        if not self._looking.is_busy:
            work = partial(self._segmenter.look, first)
            self._looking.run(work, partial(self._take_look, first), subject=first)
            return
        is_in_the_way = under_way != first and (first in urgent or under_way not in wanted)
        if is_in_the_way and self._segmenter.is_worth_stopping():
            self._looking.stop()
        elif is_in_the_way:
            self._later.start()

    def _take_prepared(self, result: object) -> None:
        # What went wrong is told to whoever asks something.
        self._go_on()

    def _take_look(self, photo: LivePhoto, result: object) -> None:
        self._missing.discard(photo)  # also where it failed: the next question tries again
        if isinstance(result, UserError):
            self._planned = ()  # or weights that can't be loaded would be loaded for each of them
            failed = [q for q in self._questions if q.photo == photo]
            self._questions = [q for q in self._questions if q.photo != photo]
            for question in failed:
                self.failed.emit(question, result)
        elif not isinstance(result, Cancelled):
            self._seen.add(photo)
        self._go_on()

    def _take_answer(self, question: Question, result: Answer | UserError | Cancelled) -> None:
        if isinstance(result, NotEmbeddedError):
            self._missing.add(question.photo)  # it is asked again once the photo was looked at
            self._seen.discard(question.photo)
            self._go_on()
            return
        is_waited_for = any(q is question for q in self._questions)
        self._questions = [q for q in self._questions if q is not question]
        if is_waited_for and isinstance(result, UserError):
            self.failed.emit(question, result)
        elif is_waited_for and not isinstance(result, Cancelled):
            self.answered.emit(question, result)
        self._go_on()


Work = Callable[[Stop], object]


class Lane:
    """One thread, which does one thing at a time and can be stopped in the middle of it."""

    def __init__(self, parent: QObject) -> None:
        self._jobs = Jobs(parent, threads=1)
        self._stop = Stop()
        self.is_busy = False
        self.subject: object = None

    def run(self, work: Work, done: Callable[..., object], *, subject: object = None) -> None:
        """`done` gets what `work` returned, its UserError, or Cancelled once it was stopped."""
        self.is_busy, self.subject, self._stop = True, subject, Stop()
        self._jobs.run(
            partial(self._do, work, self._stop),
            partial(self._end, done),
            broke=partial(self._end, done, _bug()),
        )

    def stop(self) -> None:
        self._stop.request()

    def end(self) -> None:
        """As `stop`, for good; nothing is told of it."""
        self._stop.request()
        self._jobs.stop()

    def close(self) -> None:
        self._jobs.close()

    def _do(self, work: Work, stop: Stop) -> object:
        try:
            return work(stop)
        except Cancelled as e:
            return e

    def _end(self, done: Callable[..., object], result: object) -> None:
        self.is_busy, self.subject = False, None
        done(result)


def _bug() -> UserError:
    return UserError(
        "This failed by a mistake in Flawmark itself. Nothing of yours was lost.",
        hint="Please report it with what the log says; then try again.",
    )
