"""Small pictures of one place on a photo, with boxes marked, for reports."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.core.geometry import Box
from app.core.photo import Rgb
from app.imaging.opencv import cv2

_ROOM = 1.6
_LEAST_PX = 160
_LINE_PX, _DASH_PX = 2, 7
_QUALITY = 82


@dataclass(frozen=True, slots=True)
class MarkedBox:
    """`colour` is "#rrggbb"; dashed for what somebody says, solid for what stands."""

    box: Box
    colour: str
    is_dashed: bool = False


def crop_jpeg(photo: Rgb, marked: Sequence[MarkedBox], *, size_px: tuple[int, int]) -> bytes:
    """The part of the photo around all boxes, as a JPEG of at most `size_px` (width, height).

    There is room around them, and at least 160 pixels of the photo wherever it has so many.
    Raises ValueError without a box.
    """
    left, top, right, bottom = _window(photo, [each.box for each in marked], size_px)
    scale = min(size_px[0] / (right - left), size_px[1] / (bottom - top))
    width, height = round((right - left) * scale), round((bottom - top) * scale)
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    part = np.ascontiguousarray(photo[top:bottom, left:right, ::-1])
    picture = cv2.resize(part, (max(width, 1), max(height, 1)), interpolation=way)
    for each in marked:
        box = each.box.moved(-left, -top).scaled(scale, scale)
        if each.is_dashed:
            box = _grown(box)  # both stay visible where they are the same
        _draw(picture, box, _bgr(each.colour), is_dashed=each.is_dashed)
    _, content = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return bytes(content.tobytes())


def _window(photo: Rgb, boxes: Sequence[Box], size_px: tuple[int, int]) -> tuple[int, ...]:
    """(left, top, right, bottom) on the photo, of the form of the picture where it fits."""
    height, width = photo.shape[:2]
    around = Box.around(point for b in boxes for point in (b.corners[:2], b.corners[2:]))
    wanted_w = max(around.width * _ROOM, _LEAST_PX)
    wanted_h = max(around.height * _ROOM, _LEAST_PX * size_px[1] / size_px[0])
    form = size_px[0] / size_px[1]
    wanted_w, wanted_h = max(wanted_w, wanted_h * form), max(wanted_h, wanted_w / form)
    x, y = around.centre
    left, right = _inside(x - wanted_w / 2, wanted_w, width)
    top, bottom = _inside(y - wanted_h / 2, wanted_h, height)
    return left, top, right, bottom


def _inside(start: float, length: float, end: int) -> tuple[int, int]:
    """Moved so that it lies within 0..end, or all of that where it is longer."""
    first = round(min(max(start, 0), max(end - length, 0)))
    return first, max(min(round(first + length), end), first + 1)


def _draw(
    picture: cv2.typing.MatLike, box: Box, colour: tuple[int, ...], *, is_dashed: bool
) -> None:
    left, top, right, bottom = map(round, box.corners)
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    for start, end in zip(corners, corners[1:] + corners[:1], strict=True):
        for a, b in _dashes(start, end) if is_dashed else [(start, end)]:
            cv2.line(picture, a, b, (0, 0, 0), _LINE_PX + 2, cv2.LINE_AA)
            cv2.line(picture, a, b, colour, _LINE_PX, cv2.LINE_AA)


def _grown(box: Box) -> Box:
    by = 2 * _LINE_PX
    return Box(box.left - by, box.top - by, box.right + by, box.bottom + by)


def _dashes(
    start: tuple[int, int], end: tuple[int, int]
) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    length_px = max(abs(end[0] - start[0]), abs(end[1] - start[1]))
    way = np.sign(end[0] - start[0]), np.sign(end[1] - start[1])

    def at(px: int) -> tuple[int, int]:
        return int(start[0] + way[0] * px), int(start[1] + way[1] * px)

    firsts = range(0, length_px, 2 * _DASH_PX)
    return [(at(first), at(min(first + _DASH_PX, length_px))) for first in firsts]


def _bgr(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[place : place + 2], 16) for place in (5, 3, 1))
