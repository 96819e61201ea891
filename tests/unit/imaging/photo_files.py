"""Photo files made by hand, byte by byte, that no encoder here would write."""

import struct
import zlib
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image


def picture(width: int = 23, height: int = 14, channels: int = 3, seed: int = 0) -> np.ndarray:
    """Random levels: every pixel differs, so one that is misplaced shows."""
    shape = (height, width, channels) if channels > 1 else (height, width)
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


def smooth(width: int = 96, height: int = 64) -> np.ndarray:
    """A photo-like RGB picture, that lossy formats keep within a few levels."""
    y, x = np.mgrid[0:height, 0:width]
    red, green = x * 255 // (width - 1), y * 255 // (height - 1)
    return np.dstack([red, green, (red + green) // 2]).astype(np.uint8)


def encoded(pixels: np.ndarray | Image.Image, kind: str, **options: Any) -> bytes:
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    buffer = BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def exif(orientation: int, order: str = "<") -> bytes:
    mark = b"II*\0" if order == "<" else b"MM\0*"
    entry = struct.pack(order + "HHIHH", 0x0112, 3, 1, orientation, 0)
    return mark + struct.pack(order + "IH", 8, 1) + entry + bytes(4)


def png_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(
    rows: list[bytes],
    width: int,
    bits: int,
    colour: int,
    *,
    before: bytes = b"",
    after: bytes = b"",
    height: int | None = None,
) -> bytes:
    """A PNG of raw rows; `before` and `after` are chunks around its pixels."""
    head = struct.pack(
        ">IIBBBBB", width, len(rows) if height is None else height, bits, colour, 0, 0, 0
    )
    body = zlib.compress(b"".join(b"\0" + row for row in rows))
    chunks = png_chunk(b"IHDR", head) + before + png_chunk(b"IDAT", body) + after
    return b"\x89PNG\r\n\x1a\n" + chunks + png_chunk(b"IEND", b"")


def png16(pixels: np.ndarray, **options: Any) -> bytes:
    channels = 1 if pixels.ndim == 2 else pixels.shape[2]
    colour = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    rows = [row.astype(">u2").tobytes() for row in pixels]
    return png(rows, pixels.shape[1], 16, colour, **options)


def bmp(
    data: bytes,
    width: int,
    height: int,
    bits: int,
    *,
    compression: int = 0,
    palette: bytes = b"",
) -> bytes:
    """A BMP of raw rows, bottom row first unless the height is negative."""
    at = 54 + len(palette)
    head = struct.pack("<2sIHHI", b"BM", at + len(data), 0, 0, at)
    info = struct.pack(
        "<IiiHHIIiiII",
        40,
        width,
        height,
        1,
        bits,
        compression,
        len(data),
        0,
        0,
        len(palette) // 4,
        0,
    )
    return head + info + palette + data


def tiff(
    samples: np.ndarray,
    *,
    photometric: int,
    order: str = "<",
    big: bool = False,
    planar: int = 1,
    bits: int | None = None,
    data: bytes | None = None,
    tags: dict[int, tuple[int, list[int]]] | None = None,
    following: int = 0,
) -> bytes:
    """An uncompressed TIFF of one strip (a strip a channel where `planar` is 2)."""
    height, width = samples.shape[:2]
    n_channels = 1 if samples.ndim == 2 else samples.shape[2]
    if data is None:
        raw = samples if planar == 1 else np.moveaxis(samples, 2, 0)
        data = raw.astype(samples.dtype.newbyteorder(order)).tobytes()
    start = 16 if big else 8
    n_strips = n_channels if planar == 2 else 1
    n_bytes = len(data) // n_strips
    bits = samples.itemsize * 8 if bits is None else bits
    table: dict[int, tuple[int, list[int]]] = {
        256: (4, [width]),
        257: (4, [height]),
        258: (3, [bits] * n_channels),
        259: (3, [1]),
        262: (3, [photometric]),
        273: (4, [start + n_bytes * index for index in range(n_strips)]),
        277: (3, [n_channels]),
        278: (4, [height]),
        279: (4, [n_bytes] * n_strips),
        284: (3, [planar]),
    } | (tags or {})
    if n_channels in (2, 4) and photometric != 5:
        table.setdefault(338, (3, [2]))
    data += bytes(len(data) % 2)
    return (
        _tiff_head(order, big, start + len(data))
        + data
        + _tiff_table(table, order, big, start + len(data), following)
    )


def _tiff_head(order: str, big: bool, table_at: int) -> bytes:
    mark = b"II" if order == "<" else b"MM"
    if big:
        return mark + struct.pack(order + "HHHQ", 43, 8, 0, table_at)
    return mark + struct.pack(order + "HI", 42, table_at)


def _tiff_table(
    table: dict[int, tuple[int, list[int]]], order: str, big: bool, at: int, following: int
) -> bytes:
    count, offset, slot = ("Q", "Q", 8) if big else ("H", "I", 4)
    values_at = (
        at + struct.calcsize("<" + count) + len(table) * (12 + slot - 4 + (4 if big else 0)) + slot
    )
    entries, values = b"", b""
    for tag, (kind, numbers) in sorted(table.items()):
        raw = struct.pack(f"{order}{len(numbers)}{ {1: 'B', 3: 'H', 4: 'I'}[kind] }", *numbers)
        field = raw.ljust(slot, b"\0")
        if len(raw) > slot:
            field = struct.pack(order + offset, values_at + len(values))
            values += raw + bytes(len(raw) % 2)
        entries += struct.pack(order + "HH" + offset, tag, kind, len(numbers)) + field
    head = struct.pack(order + count, len(table))
    return head + entries + struct.pack(order + offset, following) + values


def with_webp_exif(data: bytes, orientation: int) -> bytes:
    image = Image.open(BytesIO(data))
    return encoded(image, "WEBP", lossless=True, exact=True, exif=exif(orientation))
