"""Photos decoded in threads: the one to be shown, and its neighbours before they are asked for."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.core.errors import UserError
from app.imaging.opencv import cv2
from app.imaging.pixels import read_pixels
from app.shell.jobs import Jobs
from app.shell.recent import Recent
from widgets.picture import Bgrx, Picture, picture_of

MEMORY_BUDGET_BYTES = 256 * 2**20
_SMALLEST_LEVEL_PX = 512


class Photos(QObject):
    """Pictures by key; `path_of` tells where the photo of a key lies."""

    arrived = Signal(int, object)  # key, Picture or UserError

    def __init__(
        self,
        path_of: Callable[[int], Path],
        parent: QObject | None = None,
        *,
        budget_bytes: int = MEMORY_BUDGET_BYTES,
    ) -> None:
        super().__init__(parent)
        self._path_of = path_of
        self._jobs = Jobs(self)
        self._recent: Recent[Picture] = Recent(budget_bytes)
        self._under_way: dict[int, Future[Picture]] = {}

    @property
    def used_bytes(self) -> int:
        """Of the pictures that are kept."""
        return self._recent.used_bytes

    def want(self, key: int, ahead: Sequence[int]) -> Picture | None:
        """The picture if it is here; else None, and it arrives. `ahead` are fetched after it.

        What was wanted before and has not begun is dropped: who flips fast waits for nothing.
        """
        wanted = (key, *ahead)
        for other in self._under_way.keys() - set(wanted):
            if self._under_way[other].cancel():
                del self._under_way[other]
        for each in wanted:
            if each not in self._recent and each not in self._under_way:
                work = partial(load_picture, self._path_of(each))
                self._under_way[each] = self._jobs.run(work, partial(self._take, each))
        return self._recent.get(key)

    def close(self) -> None:
        """Ends the threads; nothing arrives after it."""
        self._jobs.close()

    def _take(self, key: int, result: Picture | UserError) -> None:
        del self._under_way[key]
        if isinstance(result, Picture):
            self._recent.put(key, result)
        self.arrived.emit(key, result)


def load_picture(path: Path) -> Picture:
    """Reads, decodes and reduces a photo. Raises UserError when it can't be read."""
    levels: list[Bgrx] = [np.asarray(cv2.cvtColor(read_pixels(path), cv2.COLOR_RGB2BGRA), np.uint8)]
    while max(levels[-1].shape) > _SMALLEST_LEVEL_PX:
        height, width = levels[-1].shape[:2]
        half = ((width + 1) // 2, (height + 1) // 2)
        levels.append(np.asarray(cv2.resize(levels[-1], half, interpolation=cv2.INTER_AREA)))
    return picture_of(levels)
