"""BMP photos: their header and their pixels."""

from typing import BinaryIO

from app.imaging.container import (
    Levels,
    Mode,
    Stored,
    check_size,
    damaged,
    read_fields,
    truncated,
    unsupported,
)

_RGB, _RLE8, _RLE4, _BITFIELDS, _ALPHA_BITFIELDS = 0, 1, 2, 3, 6
_RLE = {_RLE8: 8, _RLE4: 4}
_RLE_END = b"\x00\x01"
_OS2_HEADER_BYTES = 12


def inspect_bmp(file: BinaryIO, size_bytes: int) -> Stored:
    """What a BMP's header says. Raises BadPhoto, also where the file is shorter than it says."""
    file.seek(2)
    declared_bytes, _, pixels_at, header_bytes = read_fields(file, "<IIII")
    if header_bytes == _OS2_HEADER_BYTES:
        width_px, height_px, _, bits = read_fields(file, "<HHHH")
        compression = _RGB
    else:
        width_px, height_px, _, bits, compression = read_fields(file, "<iiHHI")
    # A negative height means that the top row comes first.
    height_px = abs(height_px)
    check_size(width_px, height_px)
    if bits not in (1, 4, 8, 16, 24, 32):
        raise damaged(f"its header says {bits} bits per pixel")
    if pixels_at < 14 + header_bytes:
        raise damaged("its pixels begin within its header")
    if compression in _RLE:
        if bits != _RLE[compression]:
            raise damaged("its header contradicts itself")
        _check_run_lengths(file, size_bytes, declared_bytes)
    elif compression in (_RGB, _BITFIELDS, _ALPHA_BITFIELDS):
        row_bytes = (width_px * bits + 31) // 32 * 4
        if pixels_at + row_bytes * height_px > size_bytes:
            raise truncated(f"{size_bytes} bytes are too few for {width_px} x {height_px} pixels")
    else:
        raise unsupported("it is a BMP that holds another format")
    mode: Mode = "palette" if bits <= 8 else "rgb"
    if compression == _ALPHA_BITFIELDS:
        mode = "rgba"
    return Stored(width_px, height_px, mode, min(bits, 8))


def decode_bmp(data: bytes) -> Levels:
    """Pixels of a whole BMP file, alpha dropped. Raises BadPhoto."""
    from app.imaging.pillow import decode_with_pillow

    return decode_with_pillow("BMP", data)


def _check_run_lengths(file: BinaryIO, size_bytes: int, declared_bytes: int) -> None:
    """Decoders fill what run lengths leave out with black, so the end must be where it should."""
    if declared_bytes > size_bytes:
        raise truncated(f"it has {size_bytes} of {declared_bytes} bytes")
    file.seek(max(0, min(size_bytes, declared_bytes or size_bytes) - 4))
    if _RLE_END not in file.read(4):
        raise truncated("its end is missing")
