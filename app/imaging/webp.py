"""WebP photos: their header and their pixels."""

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

_ANIMATED, _EXIF, _ALPHA = 0x02, 0x08, 0x10
_EXIF_MAX_BYTES = 1 << 20


def inspect_webp(file: BinaryIO, size_bytes: int) -> Stored:
    """What a WebP's header says. Raises BadPhoto, also where it is too short or animated."""
    file.seek(4)
    (riff_bytes,) = read_fields(file, "<I")
    if riff_bytes + 8 > size_bytes:
        raise truncated(f"it has {size_bytes} of {riff_bytes + 8} bytes")
    file.seek(12)
    name = read_exactly(file, 4)
    (length,) = read_fields(file, "<I")
    if name == b"VP8X":
        return _inspect_extended(file, riff_bytes + 8)
    if name not in (b"VP8 ", b"VP8L"):
        raise unsupported("it is a WebP of an unknown kind")
    if file.tell() + length > riff_bytes + 8:
        raise truncated("its pixels end early")
    return _inspect_lossy(file) if name == b"VP8 " else _inspect_lossless(file)


def decode_webp(data: bytes) -> Levels:
    """Pixels of a whole WebP file, orientation not applied, alpha dropped. Raises BadPhoto.

    The format has no checksums: pixel data that was overwritten may decode to other pixels.
    """
    return decode_with_opencv(data, cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION)


def _inspect_lossy(file: BinaryIO) -> Stored:
    head = read_exactly(file, 10)
    if head[3:6] != b"\x9d\x01\x2a":
        raise damaged("its size is missing")
    width_px = int.from_bytes(head[6:8], "little") & 0x3FFF
    height_px = int.from_bytes(head[8:10], "little") & 0x3FFF
    check_size(width_px, height_px)
    return Stored(width_px, height_px, "rgb", 8)


def _inspect_lossless(file: BinaryIO) -> Stored:
    head = read_exactly(file, 5)
    if head[0] != 0x2F:
        raise damaged("its size is missing")
    packed = int.from_bytes(head[1:], "little")
    width_px, height_px = (packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1
    check_size(width_px, height_px)
    return Stored(width_px, height_px, "rgba" if packed >> 28 & 1 else "rgb", 8)


def _inspect_extended(file: BinaryIO, end: int) -> Stored:
    fields = read_exactly(file, 10)
    flags = fields[0]
    width_px = int.from_bytes(fields[4:7], "little") + 1
    height_px = int.from_bytes(fields[7:10], "little") + 1
    check_size(width_px, height_px)
    if flags & _ANIMATED:
        raise several_pictures()
    mode: Mode = "rgba" if flags & _ALPHA else "rgb"
    orientation = 1
    has_pixels = False
    while file.tell() + 8 <= end:
        name = read_exactly(file, 4)
        (length,) = read_fields(file, "<I")
        start = file.tell()
        if start + length > end:
            raise truncated("a part of it ends early")
        has_pixels = has_pixels or name in (b"VP8 ", b"VP8L")
        if name == b"EXIF" and flags & _EXIF and length <= _EXIF_MAX_BYTES:
            orientation = orientation_of(read_exactly(file, length))
        file.seek(start + length + length % 2)
    if not has_pixels:
        raise damaged("it has no pixels")
    return Stored(width_px, height_px, mode, 8, orientation)
