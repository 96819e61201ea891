"""Photos read smaller than they are: faster where the format allows it, and never half grey."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.imaging.container import truncated
from app.imaging.header import PhotoHeader, identify, naming, open_photo, read_whole
from app.imaging.jpeg import decode_jpeg
from app.imaging.opencv import cv2
from app.imaging.pixels import read_levels, to_8_bit, turned

_DIVISIONS = (2, 4, 8)


@dataclass(frozen=True, slots=True, eq=False)
class Reduced:
    """`pixels` are upright, height x width (grey) or height x width x 3 (RGB), 8 bit.

    `header` is the photo's own: its size is the whole one.
    """

    pixels: NDArray[np.uint8]
    header: PhotoHeader


def read_reduced(path: Path, *, least_px: int, worth_px: int = 0) -> Reduced | None:
    """The photo with its sides halved once, twice or three times, as often as its longer side
    keeps `least_px`. EXIF orientation is applied as by `read_pixels`.

    None where that can't be had for less than the whole: formats but JPEG, four inks, photos
    that are small already or have fewer than `worth_px` pixels. Raises UserError as
    `read_pixels` does: damaged data never becomes a reduced photo.
    """
    with open_photo(path) as (file, size_bytes):
        header, _ = identify(path, file, size_bytes)
    if not _division(header, least_px) or header.width_px * header.height_px < worth_px:
        return None
    header, _, data = read_whole(path)
    divided_by = _division(header, least_px)
    if not divided_by:
        return None  # somebody has just put another photo there
    with naming(path):
        pixels = decode_jpeg(data, divided_by=divided_by)
        if pixels.shape[:2] != _reduced_shape(header, divided_by):
            raise truncated("its pixels end early")
    return Reduced(to_8_bit(turned(pixels, header.orientation)), header)


def read_small(path: Path, *, longest_px: int) -> NDArray[np.uint8]:
    """The photo, upright and 8 bit, its longer side at most `longest_px`: grey or RGB.

    Each pixel is the mean over its area. Smaller photos stay as they are. Raises UserError.
    """
    reduced = read_reduced(path, least_px=2 * longest_px)
    pixels = to_8_bit(read_levels(path)) if reduced is None else reduced.pixels
    height, width = pixels.shape[:2]
    factor = longest_px / max(height, width)
    if factor >= 1:
        return pixels
    size = (max(round(width * factor), 1), max(round(height * factor), 1))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def _division(header: PhotoHeader, least_px: int) -> int:
    """How much smaller each side may be decoded; 0 where it can't be."""
    if header.format != "JPEG" or header.mode not in ("grey", "rgb") or header.bits != 8:
        return 0
    longer_px = max(header.width_px, header.height_px)
    return max((by for by in _DIVISIONS if longer_px >= by * least_px), default=0)


def _reduced_shape(header: PhotoHeader, divided_by: int) -> tuple[int, int]:
    """Height and width as stored."""
    height, width = -(-header.height_px // divided_by), -(-header.width_px // divided_by)
    return (width, height) if header.orientation >= 5 else (height, width)
