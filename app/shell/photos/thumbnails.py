"""Thumbnails for the rows in sight, made one after the other behind everything else."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app.core.errors import UserError
from app.services.thumbnails import thumbnail
from app.shell.jobs import Jobs
from app.shell.photos.recent import Recent

MEMORY_BUDGET_BYTES = 24 * 2**20


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """Null where the photo can't be read."""

    image: QImage

    @property
    def nbytes(self) -> int:
        return self.image.sizeInBytes()


NONE = Thumbnail(QImage())


class Thumbnails(QObject):
    """By image id. `cache` is the project's folder for what can be made again; `locate` tells
    where a photo lies of which the project keeps this path.
    """

    arrived = Signal(int, QImage)  # id, and a null image where the photo can't be read

    def __init__(
        self,
        cache: Path,
        locate: Callable[[str], Path],
        parent: QObject | None = None,
        *,
        budget_bytes: int = MEMORY_BUDGET_BYTES,
    ) -> None:
        super().__init__(parent)
        self._cache, self._locate = cache, locate
        self._jobs = Jobs(self, threads=1)
        self._kept: Recent[str, Thumbnail] = Recent(budget_bytes)
        self._wanted: list[tuple[int, str, str]] = []
        self._is_busy = False

    @property
    def used_bytes(self) -> int:
        """Of the images that are kept."""
        return self._kept.used_bytes

    def want(self, in_sight: Sequence[tuple[int, str, str]]) -> None:
        """Id, path as the project keeps it, and content hash of each row in sight, in order.

        They arrive; what was wanted before and has not begun does not.
        """
        self._wanted = list(in_sight)
        self._go_on()

    def close(self) -> None:
        """Ends the thread; nothing arrives after it."""
        self._wanted = []
        self._jobs.close()

    def _go_on(self) -> None:
        while self._wanted and not self._is_busy:
            key, path, content_hash = self._wanted.pop(0)
            kept = self._kept.get(content_hash)
            if kept is not None:
                self.arrived.emit(key, kept.image)
                continue
            self._is_busy = True
            work = partial(_make, self._cache, self._locate(path), content_hash)
            take = partial(self._take, key, content_hash)
            self._jobs.run(work, take, broke=partial(take, NONE))

    def _take(self, key: int, content_hash: str, result: Thumbnail | UserError) -> None:
        self._is_busy = False
        made = NONE if isinstance(result, UserError) else result
        if not made.image.isNull():  # else it is tried again when it comes into sight again
            self._kept.put(content_hash, made)
        self.arrived.emit(key, made.image)
        self._go_on()


def _make(cache: Path, photo: Path, content_hash: str) -> Thumbnail:
    pixels = np.ascontiguousarray(thumbnail(cache, photo, content_hash))
    grey, colour = QImage.Format.Format_Grayscale8, QImage.Format.Format_RGB888
    height, width = pixels.shape[:2]
    kind = grey if pixels.ndim == 2 else colour
    # The copy owns its memory: an image is handed on without the array it was made from.
    return Thumbnail(QImage(pixels.data, width, height, pixels.strides[0], kind).copy())
