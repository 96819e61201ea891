"""PNG photos: their header, and their pixels with every checksum checked."""

import os
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO

from app.imaging.container import (
    Levels,
    Mode,
    Stored,
    check_size,
    damaged,
    read_exactly,
    read_fields,
    several_pictures,
    truncated,
    unsupported,
)
from app.imaging.exif import orientation_of
from app.imaging.opencv import cv2, decode_with_opencv

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_END = b"\0\0\0\0IEND\xae\x42\x60\x82"
_TAIL_BYTES = 65_536
_EXIF_MAX_BYTES = 1 << 20
_KINDS: dict[int, tuple[Mode, tuple[int, ...]]] = {
    0: ("grey", (1, 2, 4, 8, 16)),
    2: ("rgb", (8, 16)),
    3: ("palette", (1, 2, 4, 8)),
    4: ("grey_alpha", (8, 16)),
    6: ("rgba", (8, 16)),
}

_OPENCV_COLOURS: dict[Mode, int] = {
    "grey": cv2.IMREAD_GRAYSCALE,
    "rgb": cv2.IMREAD_COLOR_RGB,
    "rgba": cv2.IMREAD_COLOR_RGB,
}
"""What OpenCV reads faster than Pillow, and right."""


def inspect_png(file: BinaryIO, size_bytes: int) -> Stored:
    """What a PNG's header says. Raises BadPhoto, also where it has no end or is animated."""
    stored = _read_ihdr(file)
    orientation: int | None = None
    while True:
        length, name = _read_chunk_head(file)
        if name == b"IDAT":
            break
        start = file.tell()
        if name == b"acTL" and read_fields(file, ">I")[0] > 1:
            raise several_pictures()
        if name == b"eXIf" and length <= _EXIF_MAX_BYTES:
            orientation = orientation_of(read_exactly(file, length))
        if name == b"IEND":
            raise damaged("it has no pixels")
        file.seek(start + length + 4)
    tail_orientation = _check_tail(file, size_bytes, first_idat=file.tell() - 8)
    if orientation is None:
        orientation = tail_orientation
    return Stored(stored.width_px, stored.height_px, stored.mode, stored.bits, orientation)


def decode_png(data: bytes) -> Levels:
    """Pixels of a whole PNG file, orientation not applied, alpha dropped. Raises BadPhoto."""
    stored = _read_ihdr(BytesIO(data))
    # Only what makes the pixels is handed on: no decoder can stumble over, warn about or apply
    # text, profiles, gamma or transparency.
    kept = _SIGNATURE + b"".join(_pixel_chunks(memoryview(data)))
    if stored.bits == 16:
        # Pillow reads 16 bit colour as 8 bit.
        levels = decode_with_opencv(kept, cv2.IMREAD_UNCHANGED)
        # OpenCV spreads grey with alpha over four channels.
        return levels[:, :, 0] if stored.mode == "grey_alpha" else levels
    if stored.bits == 8 and stored.mode in _OPENCV_COLOURS:
        return decode_with_opencv(kept, _OPENCV_COLOURS[stored.mode])
    from app.imaging.pillow import decode_with_pillow

    return decode_with_pillow("PNG", kept)


def _read_ihdr(file: BinaryIO) -> Stored:
    file.seek(len(_SIGNATURE))
    length, name = _read_chunk_head(file)
    if (length, name) != (13, b"IHDR"):
        raise damaged("its size is missing")
    fields = read_exactly(file, 13)
    if read_fields(file, ">I") != (zlib.crc32(b"IHDR" + fields),):
        raise damaged("the checksum of its header is wrong")
    width_px, height_px = int.from_bytes(fields[:4], "big"), int.from_bytes(fields[4:8], "big")
    check_size(width_px, height_px)
    mode, depths = _KINDS.get(fields[9], ("grey", ()))
    if fields[8] not in depths or fields[10] or fields[11] or fields[12] > 1:
        raise unsupported("it is a PNG of a kind that doesn't exist")
    return Stored(width_px, height_px, mode, fields[8])


def _read_chunk_head(file: BinaryIO) -> tuple[int, bytes]:
    length, name = int.from_bytes(read_exactly(file, 4), "big"), read_exactly(file, 4)
    return length, name


def _check_tail(file: BinaryIO, size_bytes: int, *, first_idat: int) -> int:
    """Orientation of EXIF data behind the pixels, else 1. Raises BadPhoto where the end is missing.

    The tail is searched, as walking thousands of pixel chunks would read the whole file.
    """
    start = max(first_idat, size_bytes - _TAIL_BYTES)
    file.seek(start)
    tail = file.read()
    if _END not in tail:
        file.seek(first_idat)
        while True:
            length, name = _read_chunk_head(file)
            if name == b"IEND":
                read_exactly(file, length + 4)
                return 1
            file.seek(length + 4, os.SEEK_CUR)
    at = tail.find(b"eXIf", 4)
    if at < 0:
        return 1
    length = int.from_bytes(tail[at - 4 : at], "big")
    body, crc = tail[at : at + 4 + length], tail[at + 4 + length : at + 8 + length]
    # The four letters may stand in pixel data by chance; a matching checksum can't.
    return orientation_of(body[4:]) if int.from_bytes(crc, "big") == zlib.crc32(body) else 1


def _pixel_chunks(data: memoryview) -> Iterator[memoryview]:
    position = len(_SIGNATURE)
    while True:
        length = int.from_bytes(data[position : position + 4], "big")
        name = data[position + 4 : position + 8].tobytes()
        end = position + 12 + length
        if end > len(data):
            raise truncated("its end is missing")
        if name in (b"IHDR", b"PLTE", b"IDAT", b"IEND"):
            if zlib.crc32(data[position + 4 : end - 4]) != int.from_bytes(
                data[end - 4 : end], "big"
            ):
                raise damaged("the checksum of its pixels is wrong")
            yield data[position:end]
        if name == b"IEND":
            return
        position = end
