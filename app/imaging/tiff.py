"""TIFF photos: their header, and their pixels without metadata that decoders would act upon."""

from io import BytesIO
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from app.imaging import tiff_tags as tags
from app.imaging.container import (
    Levels,
    Mode,
    Stored,
    check_size,
    damaged,
    several_pictures,
    truncated,
    unsupported,
)
from app.imaging.exif import valid_orientation
from app.imaging.opencv import cv2, decode_with_opencv
from app.imaging.tiff_tags import Style, Table

_SCALARS = {
    tags.WIDTH: 0,
    tags.HEIGHT: 0,
    tags.COMPRESSION: 1,
    tags.PHOTOMETRIC: 1,
    tags.FILL_ORDER: 1,
    tags.SAMPLES: 1,
    tags.PLANAR: 1,
    tags.PREDICTOR: 1,
}
"""Tags of one number, with what they mean when they are left out."""

_OPTIONAL_SCALARS = (
    tags.ROWS_PER_STRIP,
    tags.T4_OPTIONS,
    tags.T6_OPTIONS,
    tags.TILE_WIDTH,
    tags.TILE_HEIGHT,
    tags.INK_SET,
    tags.YCBCR_POSITIONING,
)
_COPIED = frozenset(
    {
        *_SCALARS,
        *_OPTIONAL_SCALARS,
        tags.BITS,
        tags.STRIP_OFFSETS,
        tags.STRIP_BYTES,
        tags.TILE_OFFSETS,
        tags.TILE_BYTES,
        tags.PALETTE,
        tags.EXTRA_SAMPLES,
        tags.SAMPLE_FORMAT,
        tags.JPEG_TABLES,
        tags.YCBCR_COEFFICIENTS,
        tags.YCBCR_SUBSAMPLING,
        tags.REFERENCE_BLACK_WHITE,
    }
)
_READ = _COPIED | {tags.ORIENTATION, tags.SUBFILE}
_WHITE_IS_ZERO = 0
_MODES: dict[int, tuple[Mode, int]] = {
    _WHITE_IS_ZERO: ("grey", 1),
    1: ("grey", 1),
    2: ("rgb", 3),
    3: ("palette", 1),
    5: ("cmyk", 4),
    6: ("rgb", 3),
}
_WITH_ALPHA: dict[Mode, Mode] = {"grey": "grey_alpha", "rgb": "rgba"}
_UNCOMPRESSED, _SEPARATE_PLANES = 1, 2
_UNSIGNED = (1, 4)
_REDUCED_OR_MASK = 1 | 4


def inspect_tiff(file: BinaryIO, size_bytes: int) -> Stored:
    """What a TIFF's tags say. Raises BadPhoto, also where pixels lie behind the end of the file.

    Reduced copies and masks of the picture don't count as further pictures.
    """
    style, tables = tags.read_tables(file, size_bytes, _READ)
    if sum(not _subfile(table, style) & _REDUCED_OR_MASK for table in tables[1:]):
        raise several_pictures()
    table = tables[0]
    numbers = _scalars(table, style)
    check_size(numbers[tags.WIDTH], numbers[tags.HEIGHT])
    mode = _mode(table, style, numbers)
    bits = _bits(table, style, numbers, mode)
    _check_parts(table, style, numbers, bits, size_bytes)
    orientation = _orientation(table, style)
    return Stored(numbers[tags.WIDTH], numbers[tags.HEIGHT], mode, bits, orientation)


def decode_tiff(data: bytes) -> Levels:
    """Pixels of a whole TIFF file, orientation not applied, alpha dropped. Raises BadPhoto.

    16 bit samples as they are, 10, 12 and 14 bit ones too. Both decoders get the file with a fresh
    table: else they'd apply the orientation, each in its way, and warn about metadata.
    """
    stored = inspect_tiff(BytesIO(data), len(data))
    style, tables = tags.read_tables(BytesIO(data), len(data), _COPIED)
    numbers = _scalars(tables[0], style)
    table = _plain_table(tables[0], style, numbers)
    if stored.bits <= 8 or stored.mode == "cmyk":
        from app.imaging.pillow import decode_with_pillow

        return decode_with_pillow("TIFF", tags.with_table(data, style, table))
    if numbers[tags.PLANAR] == _SEPARATE_PLANES and numbers[tags.SAMPLES] > 1:
        n_colours = 1 if stored.mode == "grey_alpha" else 3
        planes = [_plane(table, style, numbers, index) for index in range(n_colours)]
        decoded = [_decode_deep(data, style, plane, stored.bits) for plane in planes]
        levels = decoded[0] if n_colours == 1 else np.dstack(decoded)
    else:
        levels = _decode_deep(data, style, table, stored.bits)
    if numbers[tags.PHOTOMETRIC] == _WHITE_IS_ZERO:
        levels = (((1 << stored.bits) - 1) - levels).astype(np.uint16)
    return levels


def _decode_deep(data: bytes, style: Style, table: Table, bits: int) -> NDArray[np.uint16]:
    levels = decode_with_opencv(tags.with_table(data, style, table), cv2.IMREAD_UNCHANGED)
    if levels.dtype != np.uint16:
        raise unsupported(f"it is a TIFF of {bits} bits in an unusual arrangement")
    # OpenCV shifts packed samples of fewer bits up to 16.
    return (levels >> (16 - bits)).astype(np.uint16, copy=False)


def _number(table: Table, style: Style, tag: int) -> int:
    values = table[tag].numbers(style)
    if len(values) != 1:
        raise damaged("a tag has several values where one belongs")
    return values[0]


def _scalars(table: Table, style: Style) -> dict[int, int]:
    return {
        tag: _number(table, style, tag) if tag in table else default
        for tag, default in _SCALARS.items()
    }


def _subfile(table: Table, style: Style) -> int:
    return _number(table, style, tags.SUBFILE) if tags.SUBFILE in table else 0


def _orientation(table: Table, style: Style) -> int:
    entry = table.get(tags.ORIENTATION)
    if entry is None or entry.count != 1 or entry.kind != 3:
        return 1
    return valid_orientation(entry.numbers(style)[0])


def _mode(table: Table, style: Style, numbers: dict[int, int]) -> Mode:
    photometric, samples = numbers[tags.PHOTOMETRIC], numbers[tags.SAMPLES]
    if photometric not in _MODES:
        raise unsupported("it is a TIFF of an unusual colour space")
    mode, n_colours = _MODES[photometric]
    if samples == n_colours:
        return mode
    if samples == n_colours + 1 and mode in _WITH_ALPHA:
        return _WITH_ALPHA[mode]
    raise unsupported(f"it is a TIFF of {samples} channels")


def _bits(table: Table, style: Style, numbers: dict[int, int], mode: Mode) -> int:
    depths = set(table[tags.BITS].numbers(style)) if tags.BITS in table else {1}
    formats = set(table[tags.SAMPLE_FORMAT].numbers(style)) if tags.SAMPLE_FORMAT in table else {1}
    bits = max(depths)
    if len(depths) > 1 or bits not in (1, 2, 4, 8, 10, 12, 14, 16):
        raise unsupported(f"it is a TIFF of {bits} bits per channel")
    if not formats <= set(_UNSIGNED):
        raise unsupported("it is a TIFF of signed or floating-point numbers")
    is_deep = bits > 8
    if is_deep and mode == "grey_alpha" and numbers[tags.PLANAR] != _SEPARATE_PLANES:
        raise unsupported(f"it is a TIFF of {bits} bit grey with transparency")
    if is_deep and numbers[tags.PHOTOMETRIC] in (3, 6):
        raise unsupported(f"it is a TIFF of an unusual colour space with {bits} bits")
    return bits


def _parts(table: Table) -> tuple[int, int]:
    """Tags of the offsets and of the sizes of the parts that the pixels are kept in."""
    if tags.TILE_OFFSETS in table:
        return tags.TILE_OFFSETS, tags.TILE_BYTES
    return tags.STRIP_OFFSETS, tags.STRIP_BYTES


def _check_parts(
    table: Table, style: Style, numbers: dict[int, int], bits: int, size_bytes: int
) -> None:
    offsets_tag, sizes_tag = _parts(table)
    if offsets_tag not in table or sizes_tag not in table:
        raise damaged("it doesn't say where its pixels are")
    if tags.TILE_WIDTH in table and tags.TILE_HEIGHT in table:
        check_size(_number(table, style, tags.TILE_WIDTH), _number(table, style, tags.TILE_HEIGHT))
    offsets, sizes = table[offsets_tag].numbers(style), table[sizes_tag].numbers(style)
    if len(offsets) != len(sizes):
        raise damaged("it doesn't say where all its pixels are")
    if any(at + n > size_bytes for at, n in zip(offsets, sizes, strict=True)):
        raise truncated("some of its pixels lie behind its end")
    if numbers[tags.COMPRESSION] == _UNCOMPRESSED and numbers[tags.PHOTOMETRIC] != 6:
        row_bits = numbers[tags.WIDTH] * bits * numbers[tags.SAMPLES]
        if sum(sizes) < (row_bits + 7) // 8 * numbers[tags.HEIGHT]:
            raise truncated("it has fewer pixels than it says")


def _plain_table(table: Table, style: Style, numbers: dict[int, int]) -> Table:
    plain = dict(table)
    for tag, value in numbers.items():
        plain[tag] = tags.whole_number(value, style)
    for tag in _OPTIONAL_SCALARS:
        if tag in table:
            plain[tag] = tags.whole_number(_number(table, style, tag), style)
    return plain


def _plane(table: Table, style: Style, numbers: dict[int, int], index: int) -> Table:
    """One channel as a grey picture: OpenCV mixes up channels that are kept apart."""
    plane = dict(table)
    plane.pop(tags.EXTRA_SAMPLES, None)
    plane[tags.SAMPLES] = plane[tags.PLANAR] = tags.whole_number(1, style)
    plane[tags.PHOTOMETRIC] = tags.whole_number(1, style)
    for tag in _parts(table):
        values = table[tag].numbers(style)
        each, rest = divmod(len(values), numbers[tags.SAMPLES])
        if rest:
            raise damaged("it doesn't say where all its pixels are")
        plane[tag] = tags.whole_numbers(values[index * each : (index + 1) * each], style)
    for tag in (tags.BITS, tags.SAMPLE_FORMAT):
        if tag in table:
            plane[tag] = tags.whole_number(table[tag].numbers(style)[0], style)
    return plane
