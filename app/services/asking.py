"""Photos handed to a model ahead of its answers, and how the work goes on when it dies over one."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.core.detection import Detection
from app.core.errors import UserError
from app.core.image import Image
from app.core.photo import Rgb
from app.core.stopping import Stop
from app.core.text_query import TextQuery
from app.services.model_bench import BATCHES_AHEAD
from backends.client import ModelWorker, Ticket

_MOST_DEATHS = 3
"""In a row: then it is no single photo's fault."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What the model found on an image, in pixels of the photo of this size that it saw."""

    image: Image
    seen_width_px: int
    seen_height_px: int
    found: Sequence[Detection]


@dataclass(slots=True)
class _Batch:
    """`ticket` is None once the process that gave it out is dead."""

    images: list[Image]
    photos: list[Rgb]
    ticket: Ticket | None


class Asking:
    """Asks `worker`, which is started, for the finds of many photos.

    A photo that the model can't take is told to `refuse`, and so is one over which its process
    died twice, or was ended twice because it hung; the process is started again and the others go
    on. `died` is told why before it is started, `note` once it has been.
    """

    def __init__(
        self,
        worker: ModelWorker,
        query: TextQuery | None,
        *,
        refuse: Callable[[UserError], object],
        note: Callable[[str], object],
        died: Callable[[UserError], object],
        stop: Stop,
    ) -> None:
        self._worker, self._query = worker, query
        self._refuse, self._note, self._died, self._stop = refuse, note, died, stop
        self._under_way: deque[_Batch] = deque()
        self._deaths = 0

    def answers(
        self, batches: Iterable[tuple[list[Image], list[Rgb]]]
    ) -> Iterator[Sequence[Answered]]:
        """In order; the next photos are decoded and sent while the model computes.

        Raises UserError when the model can't work on any of several photos alike, or dies over one
        after the other; Cancelled once a stop was requested.
        """
        for images, photos in batches:
            self._stop.check()
            self._under_way.append(_Batch(images, photos, self._handed_in(photos)))
            if len(self._under_way) == BATCHES_AHEAD:
                yield from self._answered(self._under_way.popleft())
        while self._under_way:
            yield from self._answered(self._under_way.popleft())

    def _handed_in(self, photos: Sequence[Rgb]) -> Ticket | None:
        """None when the process is found dead; its end shows when the first answer is taken."""
        try:
            return self._worker.submit(photos, self._query)
        except UserError as e:
            if self._worker.running:
                raise
            self._start_again(e)
            return None

    def _answered(self, batch: _Batch) -> Iterator[Sequence[Answered]]:
        try:
            yield self._found(batch)
        except UserError as e:
            has_died = not self._worker.running
            if has_died:
                self._start_again(e)
            if len(batch.images) > 1:
                yield from self._one_by_one(batch, e)
            elif not has_died:
                self._refuse_photo(batch, e)
            else:
                yield from self._once_more(batch)

    def _one_by_one(self, batch: _Batch, error: UserError) -> Iterator[Sequence[Answered]]:
        """It may be one of them only; else the others would be lost in every run."""
        answered = 0
        for image, photo in zip(batch.images, batch.photos, strict=True):
            for each in self._answered(_Batch([image], [photo], None)):
                answered += 1
                yield each
        if not answered:
            raise error

    def _once_more(self, batch: _Batch) -> Iterator[Sequence[Answered]]:
        """Whoever killed the process need not have meant this photo."""
        try:
            yield self._found(_Batch(batch.images, batch.photos, None))
        except UserError as e:
            if not self._worker.running:
                self._start_again(e)
            self._refuse_photo(batch, e)

    def _found(self, batch: _Batch) -> list[Answered]:
        self._stop.check()
        ticket = batch.ticket or self._worker.submit(batch.photos, self._query)
        answers = self._worker.result(ticket)
        self._deaths = 0
        return [
            Answered(image, photo.shape[1], photo.shape[0], found)
            for image, photo, found in zip(batch.images, batch.photos, answers, strict=True)
        ]

    def _refuse_photo(self, batch: _Batch, error: UserError) -> None:
        self._refuse(UserError(f"{batch.images[0].path}: {error.what}", hint=error.hint))

    def _start_again(self, error: UserError) -> None:
        """What was handed to the dead process is lost with it."""
        self._deaths += 1
        if self._deaths > _MOST_DEATHS:
            raise error
        for batch in self._under_way:
            batch.ticket = None
        self._died(error)  # to load it again may take long
        self._worker.start(self._stop)
        self._note(f"{error.what} It was started again.")
