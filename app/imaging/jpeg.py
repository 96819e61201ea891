"""JPEG photos: their header, and their pixels without the grey that libjpeg fills gaps with."""

import os
import re
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

import numpy as np

from app.imaging.container import (
    Levels,
    Mode,
    Stored,
    check_size,
    damaged,
    read_exactly,
    read_fields,
    truncated,
    unsupported,
)
from app.imaging.exif import orientation_of
from app.imaging.opencv import cv2, decode_with_opencv

_SOS, _EOI, _APP1, _DRI = 0xDA, 0xD9, 0xE1, 0xDD
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SEQUENTIAL_HUFFMAN = (0xC0, 0xC1)
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})
_END = b"\xff\xd9"
_END_PAIR = int.from_bytes(_END, "little")
_RESTART = re.compile(rb"\xff[\xd0-\xd7]")
_TAIL_BYTES = 65_536
# Not the flags for colour: those mean BGR.
_REDUCED = {
    1: 0,
    2: cv2.IMREAD_REDUCED_GRAYSCALE_2,
    4: cv2.IMREAD_REDUCED_GRAYSCALE_4,
    8: cv2.IMREAD_REDUCED_GRAYSCALE_8,
}
_MODES: dict[int, Mode] = {1: "grey", 3: "rgb", 4: "cmyk"}


@dataclass(frozen=True, slots=True)
class _Frame:
    marker: int
    bits: int
    width_px: int
    height_px: int
    sampling: tuple[tuple[int, int], ...]
    """Horizontal and vertical sampling factor of each component."""


@dataclass(frozen=True, slots=True)
class _Layout:
    frame: _Frame
    orientation: int
    restart_interval: int
    """Blocks between two restart markers; 0 where there are none."""
    scan_components: int
    scan_start: int

    @property
    def is_one_scan(self) -> bool:
        """Whether the first scan is the whole picture, in the common Huffman coding."""
        in_one = self.scan_components == len(self.frame.sampling)
        return in_one and self.frame.marker in _SEQUENTIAL_HUFFMAN


def inspect_jpeg(file: BinaryIO, size_bytes: int) -> Stored:
    """What a JPEG's header says. Raises BadPhoto, also where the end marker is missing.

    A file of several photos (MPO: stereo pairs, gain maps) counts as its first, the main one.
    """
    layout = _read_layout(file)
    _check_end(file, size_bytes, layout.scan_start)
    frame = layout.frame
    mode = _MODES[len(frame.sampling)]
    return Stored(frame.width_px, frame.height_px, mode, frame.bits, layout.orientation)


def decode_jpeg(data: bytes, *, divided_by: int = 1) -> Levels:
    """Pixels of a whole JPEG file, orientation not applied. Raises BadPhoto where some are lost.

    `divided_by` 2, 4 or 8 makes each side that much shorter, rounded up, and decoding faster;
    photos in four inks stay whole.
    """
    layout = _read_layout(BytesIO(data))
    end = _end_of(data, layout.scan_start)
    _check_restarts(data, layout, end)
    # libjpeg fills what is lost with grey and says so nowhere that we could hear it. Without an end
    # marker it asks for more data instead, and the decoders fail. The padding is what it may read
    # ahead. Progressive photos are decoded only once the end is seen, so they keep their marker.
    if layout.is_one_scan:
        data = b"".join((memoryview(data)[:end], bytes(16)))
    elif len(data) > end + 2:
        data = data[: end + 2]
    n_components = len(layout.frame.sampling)
    if n_components == 4:
        # Pillow knows that Adobe writes the four inks inverted; OpenCV's colours are off.
        from app.imaging.pillow import decode_with_pillow

        return decode_with_pillow("JPEG", data)
    colour = cv2.IMREAD_GRAYSCALE if n_components == 1 else cv2.IMREAD_COLOR_RGB
    flags = colour | _REDUCED[divided_by] | cv2.IMREAD_IGNORE_ORIENTATION
    return decode_with_opencv(data, flags)


def _end_of(data: bytes, start: int) -> int:
    """Where the first end marker is from there on. Raises BadPhoto where there is none.

    `data.find` takes several times as long, and lets no other thread go on meanwhile.
    """
    found = []
    for offset in (start, start + 1):
        pairs = np.frombuffer(data, "<u2", max(len(data) - offset, 0) // 2, min(offset, len(data)))
        is_end = pairs == _END_PAIR
        if is_end.any():
            found.append(offset + 2 * int(is_end.argmax()))
    if not found:
        raise truncated("its end marker is missing")
    return min(found)


def _read_layout(file: BinaryIO) -> _Layout:
    frame: _Frame | None = None
    orientation = 1
    interval = 0
    file.seek(2)
    while True:
        marker = _next_marker(file)
        if marker == _EOI:
            raise damaged("it ends before its pixels begin")
        if marker in _WITHOUT_LENGTH:
            continue
        (length,) = read_fields(file, ">H")
        if length < 2:
            raise damaged("a part of its header has no length")
        start = file.tell()
        if marker in _FRAMES and frame is None:
            frame = _read_frame(marker, read_exactly(file, length - 2))
        elif marker == _APP1 and orientation == 1:
            payload = read_exactly(file, length - 2)
            orientation = orientation_of(payload) if payload.startswith(b"Exif\0\0") else 1
        elif marker == _DRI:
            (interval,) = read_fields(file, ">H")
        elif marker == _SOS:
            (n_components,) = read_fields(file, ">B")
            if frame is None:
                raise damaged("its size is missing")
            return _Layout(frame, orientation, interval, n_components, start + length - 2)
        file.seek(start + length - 2)


def _next_marker(file: BinaryIO) -> int:
    if read_exactly(file, 1) != b"\xff":
        raise damaged("its header makes no sense")
    marker = 0xFF
    while marker == 0xFF:
        (marker,) = read_fields(file, ">B")
    return marker


def _read_frame(marker: int, payload: bytes) -> _Frame:
    if len(payload) < 6 or len(payload) < 6 + 3 * payload[5]:
        raise damaged("its size is missing")
    bits, n_components = payload[0], payload[5]
    height_px = int.from_bytes(payload[1:3], "big")
    width_px = int.from_bytes(payload[3:5], "big")
    check_size(width_px, height_px)
    if bits != 8:
        raise unsupported(f"it is a JPEG of {bits} bits per channel")
    if n_components not in _MODES:
        raise unsupported(f"it is a JPEG of {n_components} channels")
    factors = payload[7 : 6 + 3 * n_components : 3]
    sampling = tuple((value >> 4, value & 15) for value in factors)
    if not all(1 <= h <= 4 and 1 <= v <= 4 for h, v in sampling):
        raise damaged("its header makes no sense")
    return _Frame(marker, bits, width_px, height_px, sampling)


def _check_end(file: BinaryIO, size_bytes: int, scan_start: int) -> None:
    """Raise BadPhoto unless an end marker follows, whatever was appended or padded behind it."""
    file.seek(max(scan_start, size_bytes - _TAIL_BYTES), os.SEEK_SET)
    if _END in file.read():
        return
    file.seek(scan_start)
    last = b""
    while chunk := file.read(1 << 20):
        if _END in last + chunk:
            return
        last = chunk[-1:]
    raise truncated("its end marker is missing")


def _check_restarts(data: bytes, layout: _Layout, end: int) -> None:
    """Restart markers let libjpeg skip what is lost between two of them: count them instead."""
    if not layout.restart_interval or not layout.is_one_scan:
        return
    frame = layout.frame
    if len(frame.sampling) == 1:
        block_w_px = block_h_px = 8
    else:
        block_w_px = 8 * max(h for h, _ in frame.sampling)
        block_h_px = 8 * max(v for _, v in frame.sampling)
    n_blocks = -(-frame.width_px // block_w_px) * -(-frame.height_px // block_h_px)
    expected = -(-n_blocks // layout.restart_interval) - 1
    found = sum(1 for _ in _RESTART.finditer(data, layout.scan_start, end))
    if found != expected:
        raise damaged("some of its pixels are missing")
