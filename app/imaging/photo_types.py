"""The table of photo formats: adding one takes a file beside this one and a row here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import BinaryIO, Literal

from app.imaging.bmp import decode_bmp, inspect_bmp
from app.imaging.container import Levels, Stored
from app.imaging.jpeg import decode_jpeg, inspect_jpeg
from app.imaging.png import decode_png, inspect_png
from app.imaging.tiff import decode_tiff, inspect_tiff
from app.imaging.webp import decode_webp, inspect_webp

PhotoFormat = Literal["JPEG", "PNG", "BMP", "TIFF", "WEBP"]

SNIFF_BYTES = 16
"""How much of a file's start says of what type it is."""


@dataclass(frozen=True, slots=True)
class PhotoType:
    """One format: its extensions (the usual one first), its first bytes, and how it is read.

    `inspect` takes the open file and its size in bytes; `decode` the whole file. Both raise
    BadPhoto. `decode` gives levels as stored: orientation not applied, not mapped to 8 bit.
    """

    name: PhotoFormat
    suffixes: tuple[str, ...]
    starts_like: Callable[[bytes], bool]
    inspect: Callable[[BinaryIO, int], Stored]
    decode: Callable[[bytes], Levels]


def _begins(*starts: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(starts)


def _is_bmp(head: bytes) -> bool:
    # Two letters alone would take a text that begins with BM for a photo.
    return head.startswith(b"BM") and len(head) >= 16 and head[15:16] == b"\0"


def _is_webp(head: bytes) -> bool:
    return head.startswith(b"RIFF") and head[8:12] == b"WEBP"


PHOTO_TYPES: tuple[PhotoType, ...] = (
    PhotoType("JPEG", (".jpg", ".jpeg"), _begins(b"\xff\xd8\xff"), inspect_jpeg, decode_jpeg),
    PhotoType("PNG", (".png",), _begins(b"\x89PNG\r\n\x1a\n"), inspect_png, decode_png),
    PhotoType("BMP", (".bmp",), _is_bmp, inspect_bmp, decode_bmp),
    PhotoType(
        "TIFF",
        (".tif", ".tiff"),
        _begins(b"II*\0", b"MM\0*", b"II+\0\x08\0\0\0", b"MM\0+\0\x08\0\0"),
        inspect_tiff,
        decode_tiff,
    ),
    PhotoType("WEBP", (".webp",), _is_webp, inspect_webp, decode_webp),
)

PHOTO_SUFFIXES: Mapping[str, PhotoFormat] = MappingProxyType(
    {suffix: kind.name for kind in PHOTO_TYPES for suffix in kind.suffixes}
)
"""Extensions (lower case, with the dot) of files that are photos, and what they promise. They are
those that training frameworks look for as well, so an exported photo is never left out."""

_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"GIF8", "a GIF"),
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"8BPS", "a Photoshop document"),
    (b"\0\0\0\x0cjP", "a JPEG 2000 photo"),
    (b"version https://", "a Git LFS pointer instead of the file itself"),
    (b"<!DOCTYPE", "a web page"),
    (b"<html", "a web page"),
)


def sniff(head: bytes) -> PhotoType | None:
    """The format that these first SNIFF_BYTES bytes of a file belong to, if any."""
    return next((kind for kind in PHOTO_TYPES if kind.starts_like(head)), None)


def name_of_other(head: bytes) -> str | None:
    """What a file is that is no photo, in words, where its first bytes say so."""
    if head[4:8] == b"ftyp":
        return "a HEIC, AVIF or video file"
    return next((name for start, name in _OTHERS if head.startswith(start)), None)
