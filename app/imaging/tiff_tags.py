"""The tag tables of TIFF files, classic and Big, little and big endian: read, and written anew."""

import struct
from dataclasses import dataclass
from typing import BinaryIO

from app.imaging.container import damaged, read_exactly, truncated, unsupported

WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, FILL_ORDER = 256, 257, 258, 259, 262, 266
STRIP_OFFSETS, ORIENTATION, SAMPLES, ROWS_PER_STRIP, STRIP_BYTES = 273, 274, 277, 278, 279
PLANAR, T4_OPTIONS, T6_OPTIONS, PREDICTOR, PALETTE = 284, 292, 293, 317, 320
TILE_WIDTH, TILE_HEIGHT, TILE_OFFSETS, TILE_BYTES = 322, 323, 324, 325
SUBFILE, INK_SET, EXTRA_SAMPLES, SAMPLE_FORMAT, JPEG_TABLES = 254, 332, 338, 339, 347
YCBCR_COEFFICIENTS, YCBCR_SUBSAMPLING, YCBCR_POSITIONING, REFERENCE_BLACK_WHITE = 529, 530, 531, 532

_LONG, _LONG8 = 4, 16
_WHOLE_NUMBERS = {1: "B", 3: "H", _LONG: "I", _LONG8: "Q"}
_ITEM_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_ITEM_BYTES |= {16: 8, 17: 8, 18: 8}
_MAX_TABLES = 65_536


@dataclass(frozen=True, slots=True)
class Style:
    """Byte order as `struct` writes it, and whether offsets have 8 bytes (BigTIFF) or 4."""

    order: str
    is_big: bool

    @property
    def offset(self) -> str:
        return "Q" if self.is_big else "I"

    @property
    def entry(self) -> str:
        return f"{self.order}HH{self.offset}{8 if self.is_big else 4}s"


@dataclass(frozen=True, slots=True)
class Entry:
    """One tag as the file spells it: type, number of items, and their bytes."""

    kind: int
    count: int
    raw: bytes

    def numbers(self, style: Style) -> tuple[int, ...]:
        code = _WHOLE_NUMBERS.get(self.kind)
        if code is None:
            raise damaged("a tag that should be a whole number is none")
        return struct.unpack(f"{style.order}{self.count}{code}", self.raw)


Table = dict[int, Entry]


def read_tables(
    file: BinaryIO, size_bytes: int, wanted: frozenset[int]
) -> tuple[Style, list[Table]]:
    """The wanted tags of each picture in the file, in its order. Raises BadPhoto."""
    style, offset = _read_start(file)
    tables: list[Table] = []
    seen: set[int] = set()
    while offset:
        if offset in seen or len(seen) >= _MAX_TABLES:
            raise damaged("its tables go round in a circle")
        seen.add(offset)
        if offset >= size_bytes:
            raise truncated("its table of contents is missing")
        table, offset = _read_table(file, size_bytes, style, offset, wanted)
        tables.append(table)
    if not tables:
        raise damaged("it holds no picture")
    return style, tables


def _read_start(file: BinaryIO) -> tuple[Style, int]:
    file.seek(0)
    head = read_exactly(file, 8)
    order = "<" if head[:2] == b"II" else ">"
    version, offset = struct.unpack(order + "HI", head[2:])
    if version == 42:
        return Style(order, is_big=False), offset
    style = Style(order, is_big=True)
    (offset,) = struct.unpack(order + "Q", read_exactly(file, 8))
    return style, offset


def _read_table(
    file: BinaryIO, size_bytes: int, style: Style, offset: int, wanted: frozenset[int]
) -> tuple[Table, int]:
    file.seek(offset)
    layout = style.order + ("Q" if style.is_big else "H")
    (n_entries,) = struct.unpack(layout, read_exactly(file, struct.calcsize(layout)))
    entry_bytes = struct.calcsize(style.entry)
    if n_entries * entry_bytes > size_bytes:
        raise truncated("its table of contents ends early")
    block = read_exactly(file, n_entries * entry_bytes)
    layout = style.order + style.offset
    (following,) = struct.unpack(layout, read_exactly(file, struct.calcsize(layout)))
    table: Table = {}
    for tag, kind, count, value in struct.iter_unpack(style.entry, block):
        if tag in wanted:
            table[tag] = _read_entry(file, size_bytes, style, kind, count, value)
    return table, following


def _read_entry(
    file: BinaryIO, size_bytes: int, style: Style, kind: int, count: int, value: bytes
) -> Entry:
    n_bytes = _ITEM_BYTES.get(kind, 0) * count
    if not n_bytes:
        raise damaged("a tag has no value")
    if n_bytes <= len(value):
        return Entry(kind, count, value[:n_bytes])
    (at,) = struct.unpack(style.order + style.offset, value)
    if at + n_bytes > size_bytes:
        raise truncated("a value of its table of contents is missing")
    file.seek(at)
    return Entry(kind, count, read_exactly(file, n_bytes))


def with_table(data: bytes, style: Style, table: Table) -> bytes:
    """The same file with this table in place of all that it had; offsets to pixels stay right.

    Always a classic TIFF: Pillow can't read big endian BigTIFF. Raises BadPhoto above 4 GiB.
    """
    order = style.order
    start = len(data) + len(data) % 2
    values_at = start + 2 + 12 * len(table) + 4
    entries, values = b"", b""
    try:
        for tag, entry in sorted(table.items()):
            kind, raw = _classic(entry, style)
            slot = raw.ljust(4, b"\0")
            if len(raw) > 4:
                slot = struct.pack(order + "I", values_at + len(values))
                values += raw + bytes(len(raw) % 2)
            entries += struct.pack(order + "HHI4s", tag, kind, entry.count, slot)
        head = data[:2] + struct.pack(order + "HI", 42, start)
    except struct.error as error:
        raise unsupported("it is a TIFF of more than 4 GiB") from error
    rest = memoryview(data)[len(head) :]
    n_entries = struct.pack(order + "H", len(table))
    return b"".join((head, rest, bytes(len(data) % 2), n_entries, entries, bytes(4), values))


def _classic(entry: Entry, style: Style) -> tuple[int, bytes]:
    if entry.kind != _LONG8:
        return entry.kind, entry.raw
    return _LONG, struct.pack(f"{style.order}{entry.count}I", *entry.numbers(style))


def whole_numbers(values: tuple[int, ...], style: Style) -> Entry:
    return Entry(_LONG, len(values), struct.pack(f"{style.order}{len(values)}I", *values))


def whole_number(value: int, style: Style) -> Entry:
    return whole_numbers((value,), style)
