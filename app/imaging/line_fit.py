"""Thin long things, straight but leaning: found by what is left when one averages along them."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.core.geometry import Box, Polygon
from app.core.photo import Rgb
from app.imaging.edge_fit import best_stretch
from app.imaging.opencv import cv2
from app.imaging.surroundings import Levels, Surroundings, surroundings

_BINS = 48
"""Rows that the length is averaged into."""
_MOST_ACROSS_PX = 128
_MARGINS = (1.0, 0.35)
_LEANS = np.linspace(-1.2, 1.2, 41)
"""Tried: how far it leans from end to end, as a share of the width of the box."""
_LEAN_COST = 0.3
_CALM = 4.0
"""Beyond this many deviations nothing counts more: one bright speck is not a line."""
_SIDE_SHARE, _SIDE_STIFFNESS = 0.2, 3.0
_END_SHARE, _END_STIFFNESS = 0.3, 5.0
_LEAST_CONTRAST, _SURE_CONTRAST = 1.5, 20.0
"""Of the line against what the grain leaves beside it. From the second on, the given sides matter
less and less.
"""


@dataclass(frozen=True, slots=True)
class Line:
    """A leaning strip: its four corners in pixels of the photo, how far it stands out (>= 1.5, in
    parts of what is beside it), the ratio of its length to its width, and how steadily it shows: of
    how much its rows look like the whole, 1 on average, the lower quartile.
    """

    polygon: Polygon
    contrast: float
    ratio: float
    steadiness: float


def fitted_line(photo: Rgb, place: Box, *, is_free_length: bool = False) -> Line | None:
    """The strip along the longer side of `place`, None when no line shows there.

    Its ends stay near those of `place`, unless they are free: then it may end anywhere within.
    """
    if place.width > place.height:
        turned = Box(place.top, place.left, place.bottom, place.right)
        line = fitted_line(photo.swapaxes(0, 1), turned, is_free_length=is_free_length)
        return line and replace(line, polygon=tuple((y, x) for x, y in line.polygon))
    around = surroundings(photo, place, margins=_MARGINS, most_px=(_MOST_ACROSS_PX, _BINS))
    upright = _upright(around)
    sides = _sides(around, upright)
    if sides is None:
        return None
    left, right, contrast = sides
    likeness = _likeness(upright, left, right)
    top, bottom = _ends(around, likeness, is_free_length=is_free_length)
    shifts = [upright.slope * (row - upright.middle) for row in (top, bottom)]
    corners = (
        (left + shifts[0], float(top)),
        (right + shifts[0], float(top)),
        (right + shifts[1], float(bottom)),
        (left + shifts[1], float(bottom)),
    )
    ratio = (bottom - top) / around.scale_y / ((right - left) / around.scale_x)
    steadiness = float(np.percentile(likeness[top:bottom], 25))
    return Line(around.to_photo(corners), contrast, ratio, steadiness)


@dataclass(frozen=True, slots=True)
class _Upright:
    """The contrast with the lean taken out, and its mean along the line.

    `slope` is how many columns the line moves from row to row, none at the row `middle`.
    """

    contrast: Levels
    profile: Levels
    slope: float
    middle: float


def _upright(around: Surroundings) -> _Upright:
    """With the lean under which the line in the middle of the place stands out most."""
    place, rows = around.place, around.contrast.shape[0]
    level = _levelled(around.contrast, place)
    most = _CALM * 1.4826 * float(np.median(np.abs(level)))
    rough = np.clip(level, -most, most)
    blurred = cv2.GaussianBlur(rough, (0, 0), max(around.scale_x, 0.3), sigmaY=0.01)
    calm = np.asarray(blurred, np.float32)
    middle = place.centre[1]
    inside = _rows_of(place, rows)
    columns = np.arange(calm.shape[1], dtype=np.float32) + 0.5
    window = np.exp(-0.5 * ((columns - place.centre[0]) / (0.5 * place.width)) ** 2)
    best, most_energy = None, -1.0
    for lean in _LEANS:
        slope = float(lean * place.width / place.height)
        straight = _straightened(calm, slope, middle)
        profile = np.asarray(straight[inside].mean(axis=0), np.float32)
        energy = float((profile**2 * window).sum()) * (1 - _LEAN_COST * abs(lean) / _LEANS[-1])
        if energy > most_energy:
            best, most_energy = _Upright(straight, profile, slope, middle), energy
    assert best is not None
    return best


def _levelled(contrast: Levels, place: Box) -> Levels:
    """Each row without the parabola that fits it best beside the place: bars across go."""
    columns = np.arange(contrast.shape[1]) + 0.5
    beside = (columns < place.left) | (columns > place.right)
    if int(beside.sum()) < 4:
        return contrast
    terms = np.vander(columns / len(columns), 3)
    known = terms[beside]
    fits = np.linalg.solve(known.T @ known + 1e-3 * np.eye(3), known.T @ contrast[:, beside].T)
    return np.asarray(contrast - (terms @ fits).T, np.float32)


def _straightened(contrast: Levels, slope: float, middle: float) -> Levels:
    rows, columns = contrast.shape
    across = np.arange(columns, dtype=np.float32)[None]
    down = np.arange(rows, dtype=np.float32)[:, None]
    moved = across + np.float32(slope) * (down + 0.5 - np.float32(middle))
    still = np.repeat(down, columns, axis=1)
    return np.asarray(
        cv2.remap(contrast, moved, still, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE),
        np.float32,
    )


def _rows_of(place: Box, count: int) -> NDArray[np.bool_]:
    middles = np.arange(count) + 0.5
    inside = (middles > place.top) & (middles < place.bottom)
    return inside if int(inside.sum()) >= 3 else np.ones_like(inside)


def _sides(around: Surroundings, upright: _Upright) -> tuple[int, int, float] | None:
    """Left, right and contrast of the upright line; None when it doesn't stand out."""
    place, strength = around.place, np.abs(upright.profile)
    lean = abs(upright.slope) * place.height
    left, right = place.left + lean / 2, place.right - lean / 2
    if right - left < 2:
        left, right = place.centre[0] - 1, place.centre[0] + 1
    columns = np.arange(len(strength)) + 0.5
    inside = (columns > left) & (columns < right)
    if inside.all() or not inside.any():
        return None
    ground = float(np.median(strength[~inside])) + 1e-6
    peak = float(np.percentile(strength[inside], 90))
    if peak <= _LEAST_CONTRAST * ground:
        return None
    gains = np.clip((strength - ground) / (peak - ground), 0, 1) - _SIDE_SHARE
    # By half the box at least: a line that leans far is thin in it.
    length = max(right - left, place.width / 2)
    contrast = peak / ground
    stiffness = _SIDE_STIFFNESS * min(_SURE_CONTRAST / contrast, 1.0) ** 2
    return *best_stretch(gains, left, right, stiffness=stiffness, length=length), contrast


def _likeness(upright: _Upright, left: int, right: int) -> Levels:
    """How much each row looks like the line as a whole."""
    pattern = upright.profile[left:right]
    likeness = upright.contrast[:, left:right] @ pattern / (float(pattern @ pattern) + 1e-9)
    return np.asarray(likeness, np.float32)


def _ends(around: Surroundings, likeness: Levels, *, is_free_length: bool) -> tuple[int, int]:
    """The rows from and to which it looks like the line as a whole."""
    gains = np.clip(likeness, -1, 1.5) - _END_SHARE
    place = around.place
    if is_free_length:
        return best_stretch(gains, place.top, place.bottom, stiffness=0, reach=1)
    return best_stretch(gains, place.top, place.bottom, stiffness=_END_STIFFNESS)
