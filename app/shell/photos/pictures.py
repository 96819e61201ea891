"""Makes pictures of photos, in any thread: decoded, previewed, with looking aids, fitted."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.core.errors import UserError
from app.core.looks import Looks
from app.imaging.header import read_header
from app.imaging.looking import apply
from app.imaging.opencv import cv2
from app.imaging.pixels import read_levels, to_8_bit, top_level
from app.imaging.pyramid import Pixels, pyramid, resized
from app.imaging.reduced import read_reduced
from widgets.photo.painter import SQUARES_FROM_SCALE
from widgets.photo.picture import Deep, Painted, Picture, picture_of
from widgets.photo.view import Size, fitted

_THUMBNAIL_FROM_PIXELS = 4_000_000
"""Smaller photos are decoded before a preview would have been looked at."""

_REDUCED_FROM_PIXELS = 24_000_000
"""Decoding a JPEG to a reduced size takes two thirds of the time that all of it takes: only for a
photo that lets people wait is it worth a core of its own."""

_SAME_SHAPE = 0.02
_SAMPLED_EVERY = 16


@dataclass(frozen=True, slots=True)
class Viewport:
    """The canvas's size in device pixels, and what it leaves free around a fitted photo."""

    width_px: float
    height_px: float
    margin_px: float

    def shown_size(self, photo: Size) -> tuple[int, int]:
        """Width and height in device pixels of a photo of this size that is fitted in."""
        scale = self.scale_of(photo)
        return max(round(photo.width * scale), 1), max(round(photo.height * scale), 1)

    def scale_of(self, photo: Size) -> float:
        """Device pixels for each pixel of a photo of this size."""
        room = Size(self.width_px, self.height_px)
        return fitted(photo, room, margin_px=self.margin_px).scale

    def is_filled_by(self, picture: Picture) -> bool:
        """Whether the picture has a copy that just fits."""
        if picture.fitted is None:
            return False
        image = picture.fitted.image
        return (image.width(), image.height()) == self.shown_size(picture.size)


def load_picture(path: Path, viewport: Viewport | None = None) -> Picture:
    """Reads, decodes and reduces a photo. Raises UserError when it can't be read."""
    levels = read_levels(path)
    deep = None
    if levels.dtype == np.uint16:
        deep = Deep(levels.astype(np.uint16, copy=False), top_level(levels))
    return refitted(picture_of(pyramid(_as_painted(to_8_bit(levels))), deep), viewport)


def preview_picture(path: Path, thumbnail: Path | None, viewport: Viewport) -> Picture | None:
    """A large photo with fewer pixels, sooner than `load_picture` has it: from its thumbnail, or,
    where it is very large, reduced while it is decoded. None where neither can be had. Raises
    UserError when the photo can't be read.
    """
    header = read_header(path)
    size = Size(header.width_px, header.height_px)
    if size.width * size.height < _THUMBNAIL_FROM_PIXELS:
        return None
    pixels = None if thumbnail is None else _thumbnail(thumbnail, size)
    if pixels is None:
        least_px = ceil(max(viewport.width_px, viewport.height_px))
        reduced = read_reduced(path, least_px=least_px, worth_px=_REDUCED_FROM_PIXELS)
        pixels = None if reduced is None else reduced.pixels
    if pixels is None:
        return None
    levels = _levels(pyramid(_as_painted(pixels)))
    return refitted(Picture(size, levels, None, is_preview=True), viewport)


def _thumbnail(path: Path, photo: Size) -> Pixels | None:
    """None where there is none, or it can't be this photo's."""
    try:
        pixels = to_8_bit(read_levels(path))
    except UserError:
        return None
    height, width = pixels.shape[:2]
    factor = max(width / photo.width, height / photo.height)
    off_px = max(abs(width - photo.width * factor), abs(height - photo.height * factor))
    return pixels if off_px <= max(_SAME_SHAPE * max(width, height), 1) else None


def enhanced_picture(plain: Picture, looks: Looks, viewport: Viewport | None) -> Picture:
    """`plain` as it looks with these aids."""
    if plain.deep is None:
        shown = _with_aids(plain.levels[0].pixels, looks)
    else:
        shown = _with_aids_deep(plain.deep.levels, plain.deep.white, looks)
    picture = Picture(plain.size, _levels(pyramid(shown)), plain.plain, deep=plain.deep)
    return refitted(picture, viewport)


def enhanced_preview(plain: Picture, looks: Looks, viewport: Viewport) -> Picture:
    """The same from no more pixels than the viewport shows: soon enough to follow a slider."""
    width_px, height_px = viewport.shown_size(plain.size)
    if plain.deep is None:
        small = resized([level.pixels for level in plain.levels], width_px, height_px)
        level = Painted(_with_aids(small, looks))
    else:
        deep = resized([plain.deep.levels], width_px, height_px)
        level = Painted(_with_aids_deep(deep, plain.deep.white, looks))
    return Picture(
        plain.size, (level,), plain.plain, is_preview=True, fitted=level, deep=plain.deep
    )


def is_worth_preview(plain: Picture, viewport: Viewport) -> bool:
    """Whether aids on all of its pixels take notably longer than on those that are shown."""
    width_px, height_px = viewport.shown_size(plain.size)
    return plain.size.width * plain.size.height > 2 * width_px * height_px


def refitted(picture: Picture, viewport: Viewport | None) -> Picture:
    """The picture with a copy of the size in which the viewport shows it."""
    if viewport is None:
        return picture
    width_px, height_px = viewport.shown_size(picture.size)
    squares = viewport.scale_of(picture.size) >= SQUARES_FROM_SCALE
    pixels = [level.pixels for level in picture.levels]
    return picture.with_fitted(resized(pixels, width_px, height_px, squares=squares))


def _levels(pixels: Sequence[Pixels]) -> tuple[Painted, ...]:
    return tuple(Painted(p) for p in pixels)


def _with_aids(pixels: Pixels, looks: Looks) -> Pixels:
    if pixels.ndim == 2:
        return np.ascontiguousarray(apply(pixels, looks))
    rgb = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGRA2RGB), np.uint8)
    return _as_painted(apply(rgb, looks))


def _with_aids_deep(levels: NDArray[np.uint16], white: int, looks: Looks) -> Pixels:
    return _as_painted(apply(levels, looks, white=white))


def _as_painted(pixels: Pixels) -> Pixels:
    """Grey or BGRX from grey or RGB; grey also from RGB where no pixel has a colour."""
    if pixels.ndim == 2:
        return np.ascontiguousarray(pixels)
    if _is_grey(pixels[::_SAMPLED_EVERY, ::_SAMPLED_EVERY]) and _is_grey(pixels):
        return np.asarray(cv2.extractChannel(pixels, 0), np.uint8)
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2BGRA), np.uint8)


def _is_grey(rgb: Pixels) -> bool:
    red, green, blue = cv2.split(rgb)
    return np.array_equal(red, green) and np.array_equal(green, blue)
