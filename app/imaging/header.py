"""What a photo file says of itself, read without its pixels, and every reason to refuse it."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from app.core.errors import UserError
from app.imaging.container import BadPhoto, Mode, Stored
from app.imaging.photo_types import (
    PHOTO_SUFFIXES,
    SNIFF_BYTES,
    PhotoFormat,
    PhotoType,
    name_of_other,
    sniff,
)

__all__ = ["PHOTO_SUFFIXES", "PhotoHeader", "read_header"]

_FORMATS = "JPEG, PNG, BMP, TIFF or WebP"


@dataclass(frozen=True, slots=True)
class PhotoHeader:
    """Width and height in pixels of the upright image, EXIF orientation applied.

    `bits` is the depth of one channel (of the index, for a palette); `orientation` is EXIF's, 1 to
    8, of the photo as it is stored.
    """

    width_px: int
    height_px: int
    format: PhotoFormat
    mode: Mode
    bits: int
    orientation: int


def read_header(path: Path) -> PhotoHeader:
    """What the file says, in a few reads. Raises UserError, naming the file, where it is no photo
    that can be labelled: missing, a folder, empty, of another type than its extension says, cut
    off, too large to be true, or of several pictures.

    What only decoding can find (damage within the pixels) is found by `read_pixels`.
    """
    with open_photo(path) as (file, size_bytes):
        return identify(path, file, size_bytes)[0]


def identify(path: Path, file: BinaryIO, size_bytes: int) -> tuple[PhotoHeader, PhotoType]:
    """Header and format of an open file. `path` is only for its extension and for messages."""
    file.seek(0)
    kind = _expected_type(path, file.read(SNIFF_BYTES))
    with naming(path):
        stored = kind.inspect(file, size_bytes)
    return _upright(kind, stored), kind


def read_whole(path: Path) -> tuple[PhotoHeader, PhotoType, bytes]:
    """Header, format and all bytes of a photo. Raises UserError before a huge file is read."""
    with open_photo(path) as (file, size_bytes):
        identify(path, file, size_bytes)
        file.seek(0)
        data = file.read()
    # Once more from memory: what is decoded is judged by its own header, even if somebody is
    # writing to the file just now.
    header, kind = identify(path, BytesIO(data), len(data))
    return header, kind, data


@contextmanager
def open_photo(path: Path) -> Iterator[tuple[BinaryIO, int]]:
    """The open file and its size in bytes. Raises UserError where it can't be opened or read."""
    try:
        # Asked before opening, because opening a pipe would wait for its other end.
        status = path.stat()
    except (OSError, ValueError) as error:
        raise cannot_open(path, error) from error
    try:
        if stat.S_ISDIR(status.st_mode):
            raise UserError(
                f"{shown(path)} is a folder", hint="Name a photo, or import the folder."
            )
        if not stat.S_ISREG(status.st_mode):
            raise UserError(f"{shown(path)} is not a file", hint="Leave it out.")
        if status.st_size == 0:
            raise UserError(
                f"{shown(path)} is empty (0 bytes)",
                hint="Copy it again from where it came from, or leave it out.",
            )
        with path.open("rb") as file:
            yield file, status.st_size
    except OSError as error:
        raise cannot_open(path, error) from error


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Turn a BadPhoto into the UserError that names the file."""
    try:
        yield
    except BadPhoto as error:
        raise UserError(f"{shown(path)} {error.what}", hint=error.hint) from error


def cannot_open(path: Path, error: OSError | ValueError) -> UserError:
    """Why the system doesn't give the file, and what to do about it."""
    if isinstance(error, FileNotFoundError):
        return UserError(
            f"{shown(path)} doesn't exist",
            hint="Check the path; was the file moved, or its drive unplugged?",
        )
    if isinstance(error, PermissionError):
        return UserError(
            f"{shown(path)} may not be read", hint="Ask its owner for permission to read it."
        )
    reason = error.strerror if isinstance(error, OSError) else None
    return UserError(
        f"{shown(path)} can't be read: {reason or 'its name is not possible here'}",
        hint="Check the drive and the path; a shorter path may help.",
    )


def shown(path: Path) -> str:
    """The path as text that can be printed, even where its name is no valid text."""
    return os.fspath(path).encode("utf-8", "backslashreplace").decode("utf-8")


def _expected_type(path: Path, head: bytes) -> PhotoType:
    promised = PHOTO_SUFFIXES.get(path.suffix.lower())
    found = sniff(head)
    if found is None:
        other = name_of_other(head)
        what = f"is {other}, not a photo" if other else "is not a photo"
        raise UserError(
            f"{shown(path)} {what} that can be read",
            hint=f"Save it as {_FORMATS}, or leave it out.",
        )
    if promised != found.name:
        says = f"its name says {promised}" if promised else "its extension isn't a photo's"
        raise UserError(
            f"{shown(path)} holds {found.name} data, but {says}",
            hint=f"Rename it to end in {found.suffixes[0]}",
        )
    return found


def _upright(kind: PhotoType, stored: Stored) -> PhotoHeader:
    width_px, height_px = stored.width_px, stored.height_px
    if stored.orientation >= 5:
        width_px, height_px = height_px, width_px
    return PhotoHeader(width_px, height_px, kind.name, stored.mode, stored.bits, stored.orientation)
