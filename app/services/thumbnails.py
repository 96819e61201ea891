"""Small copies of photos for the list, kept in the project's cache folder."""

from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from app.core.errors import UserError
from app.imaging.opencv import cv2
from app.imaging.pixels import read_levels, to_8_bit
from app.imaging.reduced import read_small

THUMBNAIL_PX = 160
"""Longer side at most; smaller photos keep their size."""

_QUALITY = 85


def thumbnail(cache: Path, photo: Path, content_hash: str) -> NDArray[np.uint8]:
    """The photo's small copy, upright: height x width (grey) or height x width x 3 (RGB).

    Taken from the cache, or made and put there. Nothing depends on the cache: what is damaged in
    it is made again, and where it can't be written the copy is made each time. Raises UserError
    when the photo can't be read.
    """
    kept = thumbnail_path(cache, content_hash)
    with suppress(UserError):
        pixels = to_8_bit(read_levels(kept))
        if max(pixels.shape[:2]) <= THUMBNAIL_PX:
            return pixels
    pixels = read_small(photo, longest_px=THUMBNAIL_PX)
    with suppress(OSError):
        _write(kept, pixels)
    return pixels


def thumbnail_path(cache: Path, content_hash: str) -> Path:
    """Where it lies, if it was made. Folders of a few hundred, not one of a hundred thousand."""
    return cache / "thumbnails" / content_hash[:2] / f"{content_hash}.jpg"


def _write(path: Path, pixels: NDArray[np.uint8]) -> None:
    bgr = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
    _, content = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{uuid4().hex}.partial")
    try:
        beside.write_bytes(content.tobytes())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
