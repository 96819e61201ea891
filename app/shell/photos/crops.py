"""Crops for the tiles of a wall that are in sight, made photo by photo in a thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app.core.errors import UserError
from app.core.geometry import Box
from app.services.box_crops import BoxCrop, box_crops
from app.shell.jobs import Jobs

_NONE = QImage()


@dataclass(frozen=True, slots=True)
class PhotoBoxes:
    """Boxes of one photo that are wanted, by uid."""

    photo: Path
    width_px: int
    height_px: int
    boxes: tuple[tuple[str, Box], ...]


class Crops(QObject):
    arrived = Signal(str, QImage, object)  # uid, a null image where there is none, Box on it

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = Jobs(self, threads=1)
        self._wanted: list[PhotoBoxes] = []
        self._is_busy = False

    def want(self, in_sight: Sequence[PhotoBoxes]) -> None:
        """They arrive; what was wanted before and has not begun does not."""
        self._wanted = list(in_sight)
        self._go_on()

    def close(self) -> None:
        """Ends the thread; nothing arrives after it."""
        self._wanted = []
        self._jobs.close()

    def _go_on(self) -> None:
        if self._is_busy or not self._wanted:
            return
        wanted = self._wanted.pop(0)
        self._is_busy = True
        take = partial(self._take, wanted)
        self._jobs.run(partial(_make, wanted), take, broke=partial(take, []))

    def _take(self, wanted: PhotoBoxes, result: list[tuple[QImage, Box]] | UserError) -> None:
        self._is_busy = False
        made = [] if isinstance(result, UserError) else result
        for place, (uid, box) in enumerate(wanted.boxes):
            image, on_it = made[place] if made else (_NONE, box)
            self.arrived.emit(uid, image, on_it)
        self._go_on()


def _make(wanted: PhotoBoxes) -> list[tuple[QImage, Box]]:
    crops = box_crops(
        wanted.photo,
        [box for _, box in wanted.boxes],
        width_px=wanted.width_px,
        height_px=wanted.height_px,
    )
    return [(_image(crop), crop.box) for crop in crops]


def _image(crop: BoxCrop) -> QImage:
    pixels = np.ascontiguousarray(crop.pixels)
    height, width = pixels.shape[:2]
    grey, colour = QImage.Format.Format_Grayscale8, QImage.Format.Format_RGB888
    kind = grey if pixels.ndim == 2 else colour
    # The copy owns its memory: an image is handed on without the array it was made from.
    return QImage(pixels.data, width, height, pixels.strides[0], kind).copy()
