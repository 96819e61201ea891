"""Pictures made in threads: of the photo to be shown, and of its neighbours before they are asked
for."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from app.core.errors import UserError
from app.core.looks import PLAIN, Looks
from app.shell.jobs import Jobs
from app.shell.photos.pictures import (
    Viewport,
    enhanced_picture,
    enhanced_preview,
    is_worth_preview,
    load_picture,
    preview_picture,
    refitted,
)
from app.shell.photos.recent import Recent
from widgets.photo.picture import Picture

MEMORY_BUDGET_BYTES = 256 * 2**20

AHEAD_AFTER_MS = 10
"""Neighbours are begun once the photo that is wanted has been painted, not while it is."""

PATIENCE_S = 0.012
"""A photo that is decoded in less is worth holding up the window for: it would only flicker."""

HEAD_START_S = 0.002
"""What a photo takes until it is being decoded, for which nobody needs the interpreter. Beside a
busy window it would change hands a dozen times before, for a millisecond each.
"""

_MAKERS = 2
"""For the photo that is wanted, and one that was wanted before and can't be stopped."""

Work = Callable[[], Picture]


class Photos(QObject):
    """Pictures by key; `path_of` tells where the photo of a key lies, `thumbnail_of` where a small
    copy of it may lie, to be shown while a large photo is decoded.

    Nothing waits in a line: when a picture is done, what is wanted then decides what is made
    next. So whoever flips fast, or drags a slider, waits for nothing that is out of date.
    """

    arrived = Signal(int, object)
    """Key, and Picture or UserError. Comes again for the same key when the picture sharpens, gets
    its looking aids, or a copy that fits the viewport."""

    def __init__(
        self,
        path_of: Callable[[int], Path],
        parent: QObject | None = None,
        *,
        thumbnail_of: Callable[[int], Path | None] = lambda _: None,
        budget_bytes: int = MEMORY_BUDGET_BYTES,
    ) -> None:
        super().__init__(parent)
        self._path_of, self._thumbnail_of = path_of, thumbnail_of
        self._jobs = Jobs(self, threads=_MAKERS + 1)  # one for previews
        self._kept: Recent[tuple[int, Looks], Picture] = Recent(budget_bytes)
        self._looks = PLAIN
        self._viewport: Viewport | None = None
        self._wanted: tuple[int, ...] = ()
        self._under_way: dict[int, Future[Picture]] = {}
        self._failed: set[int] = set()
        self._previewed: tuple[int, Looks] | None = None
        self._preview: Future[Picture | None] | None = None
        self._later = QTimer(self, singleShot=True, interval=AHEAD_AFTER_MS)
        self._later.timeout.connect(lambda: self._begin(self._wanted))

    @property
    def used_bytes(self) -> int:
        """Of the pictures that are kept."""
        return self._kept.used_bytes

    @property
    def looks(self) -> Looks:
        return self._looks

    def want(self, key: int, ahead: Sequence[int]) -> Picture | None:
        """The picture if it is here; else None, and it arrives. `ahead` are fetched after it."""
        self._wanted = (key, *ahead)
        self._failed.clear()
        if self.peek(key) is None and key not in self._under_way:
            self._begin((key,))
            wait([self._under_way[key]] if key in self._under_way else [], HEAD_START_S)
        self._go_on()
        return self.peek(key)

    def hasten(self, key: int, *, until: Callable[[], bool]) -> None:
        """Waits a moment for the preview and the picture that are being made, until one is enough:
        they arrive at once.
        """
        for future in (self._preview, self._under_way.get(key)):
            if future is not None and not until():
                self._jobs.hasten(future, at_most_s=PATIENCE_S)

    def peek(self, key: int) -> Picture | None:
        """What is here of it, with the looking aids if they are done; begins nothing."""
        return self._kept.get((key, self._looks)) or self.plain(key)

    def plain(self, key: int) -> Picture | None:
        """The same without looking aids: to compare."""
        return self._kept.get((key, PLAIN))

    def set_looks(self, looks: Looks) -> None:
        """From now on pictures come with these; what is shown stays until it has them."""
        if looks == self._looks:
            return
        self._looks = looks
        self._go_on()
        if self._wanted and (picture := self._kept.get((self._wanted[0], looks))):
            self.arrived.emit(self._wanted[0], picture)

    def set_viewport(self, width_px: float, height_px: float, margin_px: float) -> None:
        """The canvas's size and margin in device pixels: pictures come with a copy that fits.

        Without it there are no previews either: nobody knows how small one may be.
        """
        self._viewport = Viewport(width_px, height_px, margin_px)
        self._go_on()

    def close(self) -> None:
        """Ends the threads; nothing arrives after it."""
        self._later.stop()
        self._jobs.close()

    def _go_on(self) -> None:
        """Begins what is missing: of the photo that is wanted now, of its neighbours later."""
        is_making = self._begin(self._wanted[:1])
        self._begin_preview()
        if not is_making:
            self._later.start()

    def _begin(self, keys: Sequence[int]) -> bool:
        """The first thing that is missing; False where nothing is. One at a time: two would
        share the cores.
        """
        for key in keys:
            if key in self._under_way or len(self._under_way) >= _MAKERS:
                return True
            if key not in self._failed and (job := self._missing(key)):
                looks, work = job
                done, broke = partial(self._take, key, looks), partial(self._give_up, key)
                self._under_way[key] = self._jobs.run(work, done, broke=broke)
                return True
        return False

    def _missing(self, key: int) -> tuple[Looks, Work] | None:
        """What has to be made next for this key: its looks, and the work."""
        shown, plain = self._kept.get((key, self._looks)), self.plain(key)
        if shown is None and plain is None:
            return PLAIN, partial(load_picture, self._path_of(key), self._viewport)
        if shown is None and plain is not None:
            return self._looks, partial(enhanced_picture, plain, self._looks, self._viewport)
        for looks, picture in ((self._looks, shown), (PLAIN, plain)):
            if picture and self._viewport and not self._viewport.is_filled_by(picture):
                return looks, partial(refitted, picture, self._viewport)
        return None

    def _take(self, key: int, looks: Looks, result: Picture | UserError) -> None:
        self._under_way.pop(key, None)
        if isinstance(result, UserError):
            self._failed.add(key)
        elif looks in (PLAIN, self._looks):
            self._keep(key, looks, result)
        self._go_on()
        # The plain one is shown only as long as there is none with the looking aids.
        is_best = looks == self._looks or (looks == PLAIN and (key, self._looks) not in self._kept)
        if is_best or isinstance(result, UserError):
            self.arrived.emit(key, result)

    def _give_up(self, key: int) -> None:
        """A bug of ours with one photo must not end the making of all others."""
        self._under_way.pop(key, None)
        self._failed.add(key)
        self._go_on()

    def _keep(self, key: int, looks: Looks, picture: Picture) -> None:
        in_use = [(k, look) for k in reversed(self._wanted) for look in (self._looks, PLAIN)]
        for each in in_use:
            self._kept.get(each)  # so that it goes last
        gone = self._kept.put((key, looks), picture)
        if not set(in_use).isdisjoint(gone):
            self._wanted = self._wanted[:1]  # no room for more: it would push out what is wanted

    def _begin_preview(self) -> None:
        """Of the photo that is wanted, beside the making of the whole picture."""
        if self._preview is not None or not self._wanted or self._viewport is None:
            return
        key = self._wanted[0]
        plain = self.plain(key)
        aim = (key, PLAIN if plain is None else self._looks)
        if aim == self._previewed or (key, self._looks) in self._kept or key in self._failed:
            return
        self._previewed = aim
        work: Callable[[], Picture | None]
        if plain is None:
            paths = self._path_of(key), self._thumbnail_of(key)
            work = partial(preview_picture, *paths, self._viewport)
        elif is_worth_preview(plain, self._viewport):
            work = partial(enhanced_preview, plain, self._looks, self._viewport)
        else:
            return
        done, broke = partial(self._take_preview, aim), partial(self._take_preview, aim, None)
        self._preview = self._jobs.run(work, done, broke=broke)

    def _take_preview(self, aim: tuple[int, Looks], result: Picture | UserError | None) -> None:
        self._preview = None
        self._begin_preview()
        # Errors are told by who decodes the whole photo. Of looking aids also what a slider has
        # already left behind is shown: while it moves, nothing would ever be new enough.
        key, looks = aim
        is_awaited = key == self._wanted[0] and (key, self._looks) not in self._kept
        is_of_use = not self._looks.is_plain if looks != PLAIN else self.plain(key) is None
        if isinstance(result, Picture) and is_awaited and is_of_use and key not in self._failed:
            self.arrived.emit(key, result)
