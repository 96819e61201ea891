"""What every photo format's file shares: what it finds in a file, and how it says what is wrong."""

import struct
from dataclasses import dataclass
from typing import BinaryIO, Literal

import numpy as np
from numpy.typing import NDArray

Mode = Literal["grey", "grey_alpha", "rgb", "rgba", "palette", "cmyk"]

Levels = NDArray[np.uint8] | NDArray[np.uint16]
"""Pixels as the file holds them, height x width (grey) or height x width x 3 (RGB)."""

MAX_PIXELS = 300_000_000
"""No photo may declare more pixels than this: 300 megapixels are 0.9 GB once decoded, twice what
the largest line-scan cameras deliver in one piece, and a few bytes of header can claim any size."""

COPY_AGAIN = "Copy it again from where it came from, or leave it out."
CONVERT = "Save it as an 8 or 16 bit PNG or TIFF and import that."


class BadPhoto(Exception):  # noqa: N818 - a fault of the file, told to people by the caller
    """A photo's fault, without the photo's name: the caller knows it and makes a UserError."""

    def __init__(self, what: str, *, hint: str) -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Stored:
    """What a file declares. Width and height are as stored, before EXIF orientation is applied."""

    width_px: int
    height_px: int
    mode: Mode
    bits: int
    orientation: int = 1


def truncated(detail: str) -> BadPhoto:
    return BadPhoto(f"is cut off: {detail}", hint=COPY_AGAIN)


def damaged(detail: str) -> BadPhoto:
    return BadPhoto(f"is damaged: {detail}", hint=COPY_AGAIN)


def unsupported(detail: str) -> BadPhoto:
    return BadPhoto(f"can't be read here: {detail}", hint=CONVERT)


def several_pictures() -> BadPhoto:
    """Refused rather than read as its first picture: labels would silently be about one of many."""
    return BadPhoto(
        "holds several pictures, and a label belongs to exactly one",
        hint="Save each picture as a photo of its own and import those.",
    )


def check_size(width_px: int, height_px: int) -> None:
    """Raise BadPhoto unless an image of this size has pixels, and no more than MAX_PIXELS."""
    if width_px < 1 or height_px < 1:
        raise damaged(f"its header says {width_px} x {height_px} pixels")
    if width_px * height_px > MAX_PIXELS:
        raise BadPhoto(
            f"says it has {width_px} x {height_px} pixels; "
            f"more than {MAX_PIXELS // 1_000_000} megapixels are not opened",
            hint="Cut it into smaller photos, or leave it out if its size can't be true.",
        )


def read_exactly(file: BinaryIO, n_bytes: int) -> bytes:
    """The next bytes of the file. Raises BadPhoto where it ends before."""
    data = file.read(n_bytes)
    if len(data) < n_bytes:
        raise truncated("it ends within its header")
    return data


def read_fields(file: BinaryIO, layout: str) -> tuple[int, ...]:
    """The next whole numbers of the file, in the layout of `struct`. Raises BadPhoto at its end."""
    return struct.unpack(layout, read_exactly(file, struct.calcsize(layout)))
