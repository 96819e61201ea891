"""The one thing that matters here in EXIF data: which way up the photo is."""

import struct

_ORIENTATION_TAG = 0x0112
_SHORT = 3


def orientation_of(exif: bytes) -> int:
    """EXIF orientation, 1 to 8; 1 (upright) where the data is damaged or doesn't say.

    `exif` is a TIFF structure, with or without the prefix that JPEG puts before it. Read by hand
    because a photo with broken EXIF data is still a good photo, and must not raise or warn.
    """
    data = exif.removeprefix(b"Exif\x00\x00")
    order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(data[:4])
    if order is None:
        return 1
    try:
        (start,) = struct.unpack_from(order + "I", data, 4)
        (count,) = struct.unpack_from(order + "H", data, start)
        for position in range(start + 2, start + 2 + 12 * count, 12):
            tag, kind, _, value = struct.unpack_from(order + "HHIH", data, position)
            if tag == _ORIENTATION_TAG:
                return valid_orientation(value) if kind == _SHORT else 1
    except struct.error:
        return 1
    return 1


def valid_orientation(value: int) -> int:
    """The value itself from 1 to 8, else 1: viewers show such photos as they are stored."""
    return value if 1 <= value <= 8 else 1
