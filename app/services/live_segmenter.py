"""A segmenter while a person waits: it looks at photos ahead, and answers their prompts."""

import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from app.core.photo import Rgb
from app.core.segmentation import Outline, Prompt
from app.core.stopping import Stop
from app.imaging.pixels import read_pixels
from app.services.shelf import Shelf
from app.services.shelf_names import CONTRAST
from backends.base import BACKENDS, BackendSpec, NotEmbeddedError, SegmenterSettings
from backends.client import ModelWorker
from backends.identify import identify

__all__ = [
    "CONTRAST",
    "Hand",
    "LivePhoto",
    "LiveSegmenter",
    "open_hand",
    "open_segmenter",
    "segmenters_of",
]

_FAMILY = "sam"


@dataclass(frozen=True, slots=True)
class LivePhoto:
    """`key` names the photo by its content, `path` is where it lies."""

    key: str
    path: Path


class Hand(Protocol):
    """What a segmenter is reached through, in one thread; raises what `ModelWorker` raises."""

    def start(self, stop: Stop | None = None) -> None: ...

    def ask(self, method: str, photos: Sequence[Rgb], *arguments: object) -> Any: ...  # noqa: ANN401

    def interrupt(self) -> None: ...

    def close(self) -> None: ...


class InProcess:
    """The hand of a segmenter that brings no libraries and answers in no time: without a process,
    it is there at once.
    """

    def __init__(self, spec: BackendSpec, settings: SegmenterSettings) -> None:
        self._spec, self._settings = spec, settings
        self._model: Any = None

    def start(self, stop: Stop | None = None) -> None:
        if stop is not None:
            stop.check()
        if self._model is None:
            self._model = self._spec.load(self._settings)

    def ask(self, method: str, photos: Sequence[Rgb], *arguments: object) -> Any:  # noqa: ANN401
        return getattr(self._model, method)(photos, *arguments)

    def interrupt(self) -> None:
        """What it does is done before anybody would notice."""

    def close(self) -> None:
        self._model = None


class LiveSegmenter:
    """`look` is called in one thread, `prepare` and `answer` in another, so that a click never
    waits behind a photo that is looked at ahead. What has died is started again by the next call.

    `looking` is None for a segmenter that keeps nothing of a photo: it needs none looked at ahead.
    All three raise UserError when the photo or the segmenter is no good, and Cancelled, in the
    middle of whatever, once their `stop` is requested.
    """

    def __init__(self, title: str, answering: Hand, looking: Hand | None = None) -> None:
        self.title = title
        self._answering, self._looking = answering, looking
        self._seen: set[str] = set()
        self._read: tuple[LivePhoto, Rgb] | None = None
        self._began_s: float | None = None
        self._slowest_start_s, self._slowest_look_s = 0.0, 0.0

    @property
    def looks_ahead(self) -> bool:
        """Whether it takes long to look at a photo, so that it is better done ahead."""
        return self._looking is not None

    def look(self, photo: LivePhoto, stop: Stop) -> None:
        """Computes what only depends on the photo, unless it is kept on disk, and keeps it."""
        hand = self._looking
        if hand is None:
            raise RuntimeError(f"{self.title} need not look at photos ahead")
        pixels = read_pixels(photo.path)
        with stop.on_request(hand.interrupt):
            started_s = time.monotonic()
            hand.start(stop)
            self._began_s = began_s = time.monotonic()
            self._slowest_start_s = max(self._slowest_start_s, began_s - started_s)
            try:
                hand.ask("embed", [pixels], [photo.key])
            finally:
                self._began_s = None
                self._slowest_look_s = max(self._slowest_look_s, time.monotonic() - began_s)
            self._seen.add(photo.key)

    def is_worth_stopping(self) -> bool:
        """Whether the look under way goes on for longer than stopping it and starting anew takes.

        Judged by the slowest look and start so far. One that has taken longer than any may hang;
        it is given as long as a start takes.
        """
        began_s = self._began_s
        if began_s is None:
            return False  # it is being loaded, and needed for the next photo too
        elapsed_s = time.monotonic() - began_s
        left_s = self._slowest_look_s - elapsed_s
        return (left_s if left_s > 0 else elapsed_s) > self._slowest_start_s

    def prepare(self, photo: LivePhoto, stop: Stop) -> None:
        """Before the first prompt on a photo: loads what answers, and reads what it needs."""
        with stop.on_request(self._answering.interrupt):
            self._answering.start(stop)
            if self._looking is None:
                self._pixels(photo)

    def answer(
        self, photo: LivePhoto, prompts: Sequence[Prompt], stop: Stop, *, most: int | None = None
    ) -> list[list[Outline]]:
        """For each prompt the outlines it may mean, best first; at most `most`, unless None.

        Raises NotEmbeddedError where it takes long to look at the photo and nobody has: see `look`.
        """
        with stop.on_request(self._answering.interrupt):
            self._answering.start(stop)
            if self._looking is None:
                return self._segmented([self._pixels(photo)], photo, prompts, most)
            try:
                return self._segmented([], photo, prompts, most)
            except NotEmbeddedError:
                if photo.key not in self._seen:
                    raise
            # Seen and not kept: the cache had to make room, or can't be written.
            return self._segmented([read_pixels(photo.path)], photo, prompts, most)

    def rest(self) -> None:
        """Ends idle processes, whose memory others may need, and waits for nothing."""
        self._read = None
        self._answering.interrupt()
        if self._looking is not None:
            self._looking.interrupt()

    def close(self) -> None:
        """Once both threads have ended."""
        self._answering.close()
        if self._looking is not None:
            self._looking.close()

    def _pixels(self, photo: LivePhoto) -> Rgb:
        """Read once for all prompts on it."""
        read = self._read
        if read is None or read[0] != photo:
            self._read = None  # two large photos at once would be one too many
            self._read = read = photo, read_pixels(photo.path)
        return read[1]

    def _segmented(
        self,
        pixels: Sequence[Rgb],
        photo: LivePhoto,
        prompts: Sequence[Prompt],
        most: int | None,
    ) -> list[list[Outline]]:
        found: list[list[Outline]] = self._answering.ask(
            "segment", pixels, photo.key, tuple(prompts), most
        )
        return found


def open_segmenter(name: str, cache: Path, shelf: Shelf) -> LiveSegmenter:
    """`name` is CONTRAST, that of a model on the shelf, or a path of weights; nothing is loaded.

    Raises UserError when there is none of that name, or it is no segmenter.
    """
    if name == CONTRAST:
        spec = BACKENDS[CONTRAST]
        return LiveSegmenter(spec.title, InProcess(spec, SegmenterSettings(None, cache)))
    weights = _weights(name, shelf)
    settings = SegmenterSettings(weights, cache)
    looking = ModelWorker(settings, _FAMILY, steps_back=True)
    return LiveSegmenter(weights.stem, ModelWorker(settings, _FAMILY), looking)


@contextmanager
def open_hand(
    name: str, cache: Path, shelf: Shelf, *, steps_back: bool = False
) -> Iterator[Hand | None]:
    """A process of its own for a search, ended after it; None for CONTRAST, which needs none.

    `steps_back` as for `ModelWorker`. Raises as `open_segmenter`.
    """
    if name == CONTRAST:
        yield None
        return
    settings = SegmenterSettings(_weights(name, shelf), cache)
    with closing(ModelWorker(settings, _FAMILY, steps_back=steps_back)) as worker:
        yield worker


def segmenters_of(shelf: Shelf) -> list[str]:
    """The names of those on the shelf that can be opened."""
    return [m.name for m in shelf.all() if m.family == _FAMILY and not (m.problem or m.missing)]


def _weights(name: str, shelf: Shelf) -> Path:
    kept = shelf.find(name)
    path = kept.weights if kept is not None and kept.weights is not None else Path(name)
    return identify(path, expected=_FAMILY).weights
