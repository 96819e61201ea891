"""Over-melted part ends and part bars, and the bits of slag around them."""

import numpy as np
from numpy.typing import NDArray

from app.imaging.opencv import cv2
from app.samples.bed import Bed
from app.samples.defects import SampleDefect
from app.samples.noise import Field, blurred, log_uniform, smooth_curve, smooth_field, white_noise

_FAINTEST_IN_GRAIN = 2.5
"""Bits with less contrast than this many deviations of the grain would be lost in it."""


def part_rows(rng: np.random.Generator, bed: Bed) -> tuple[list[SampleDefect], list[float]]:
    """Rows of short horizontal part-end dashes, and the x (at half height) of their parts."""
    scale = bed.scale
    count, step = int(rng.integers(3, 9)), rng.uniform(48, 95) * scale
    first = rng.uniform(60 * scale, max(bed.size_px - 60 * scale - count * step, 90 * scale))
    parts = [float(first + step * i + rng.normal(0, 2 * scale)) for i in range(count)]
    width = rng.uniform(22, 44) * scale
    upper = rng.uniform(0.09, 0.8) * bed.size_px
    rows = [upper, upper + rng.uniform(60, 130) * scale][: 1 + (rng.random() < 0.65)]
    contrast, bright = log_uniform(rng, 0.1, 0.45), rng.uniform(0, 1.4)
    whole = rng.random() < 0.75
    defects: list[SampleDefect | None] = []
    for index, y in enumerate(rows):
        strength = contrast * (1 if index else log_uniform(rng, 0.5, 1.1))
        for x in parts:
            if rng.random() < 0.08:
                continue
            x_here = _at(bed, x, y)
            y_here = y + rng.normal(0, 2.5 * scale)
            if whole or rng.random() < 0.5:
                defects.append(_dash(rng, bed, x_here, y_here, width, strength, bright))
            else:
                defects += _corners(rng, bed, x_here, y_here, width, strength)
    if len(rows) == 2:
        _part_bodies(rng, bed, parts, rows, width)
    return [d for d in defects if d is not None], parts


def creases(rng: np.random.Generator, bed: Bed, *, y_px: float) -> list[SampleDefect]:
    """Wavy dark lines across the bed with a bright lower rim: the raised ends of long parts."""
    drawn: list[SampleDefect | None] = []
    x = rng.uniform(0.08, 0.5) * bed.size_px
    for _ in range(int(rng.integers(1, 5))):
        width = log_uniform(rng, 18, 190) * bed.scale
        if x + width > 0.93 * bed.size_px:
            break
        y = y_px + rng.normal(0, 7 * bed.scale)
        contrast = log_uniform(rng, 0.1, 0.4)
        drawn.append(_arc(rng, bed, "over_melt", x + width / 2, y, width, contrast))
        x += width + rng.uniform(8, 110) * bed.scale
    return [d for d in drawn if d is not None]


def speckled_bar(
    rng: np.random.Generator, bed: Bed, *, x_px: float, top_px: float, height_px: float
) -> SampleDefect | None:
    """A part seen from above: a vertical bar of dark ground with bright and dark speckles."""
    scale = bed.scale
    half = rng.uniform(8, 12) * scale
    rows = np.arange(max(int(top_px), 0), min(int(top_px + height_px), bed.bottom_px))
    if rows.size < 12 * scale:
        return None
    centre = bed.line_x(x_px, rows)
    left, right = int(centre.min() - half), int(centre.max() + half) + 2
    if left < 1 or right >= bed.size_px:
        return None
    offset = np.arange(left, right, dtype=np.float32)[None, :] - centre[:, None]
    body = np.abs(offset) <= half
    speckles = blurred(
        white_noise(rng, *body.shape), sigma_x=max(0.9 * scale, 0.4), sigma_y=max(1.1 * scale, 0.4)
    )
    speckles /= max(float(speckles.std()), 1e-6)
    sparse = np.sign(speckles) * np.maximum(np.abs(speckles) - 0.5, 0)
    contrast = max(log_uniform(rng, 0.05, 0.16), 1.2 * bed.grain_share)
    window = np.s_[rows[0] : rows[-1] + 1, left:right]
    bed.relief[window] += body * (contrast * sparse - rng.uniform(0.1, 0.6) * contrast)
    mask = np.zeros(bed.inside.shape, np.bool_)
    mask[window] = body & bed.inside[window]
    return SampleDefect.from_mask("over_melt", mask)


def slag_bits(
    rng: np.random.Generator, bed: Bed, *, count: int, near_y_px: float | None = None
) -> list[SampleDefect]:
    """Small arcs and blobs, scattered, or mostly in the rows around `near_y_px`."""
    drawn: list[SampleDefect | None] = []
    for _ in range(count):
        x = rng.uniform(0.06, 0.94) * bed.size_px
        y = rng.uniform(0.06, 0.97) * bed.bottom_px
        if near_y_px is not None and rng.random() < 0.75:
            y = near_y_px - abs(rng.normal(0, 90)) * bed.scale + rng.uniform(-10, 60) * bed.scale
        if rng.random() < 0.65:
            width = log_uniform(rng, 9, 40) * bed.scale
            drawn.append(_arc(rng, bed, "slag", x, y, width, log_uniform(rng, 0.12, 0.45)))
        else:
            drawn.append(_blob(rng, bed, x, y))
    return [d for d in drawn if d is not None]


def _at(bed: Bed, middle_x_px: float, y_px: float) -> float:
    return float(bed.line_x(middle_x_px, np.array([int(y_px)]))[0])


def _window(
    bed: Bed, x: float, y: float, half_w: float, half_h: float
) -> tuple[slice, slice] | None:
    left, right = int(x - half_w), int(x + half_w) + 1
    top, bottom = int(y - half_h), int(y + half_h) + 1
    if left < 0 or top < 0 or right > bed.size_px or bottom > bed.bottom_px:
        return None
    window = np.s_[top:bottom, left:right]
    return window if bed.inside[window].all() else None


def _finish(
    bed: Bed, class_name: str, window: tuple[slice, slice], relief: Field, contrast: float
) -> SampleDefect | None:
    """Adds the relief; the mask is what stands out of it by a fifth of its contrast."""
    bed.relief[window] += relief
    mask = np.zeros(bed.inside.shape, np.bool_)
    mark = (np.abs(relief) > 0.2 * contrast).astype(np.uint8)
    size = max(int(2 * bed.scale), 1)
    mask[window] = cv2.morphologyEx(mark, cv2.MORPH_CLOSE, np.ones((size, size), np.uint8)) > 0
    return SampleDefect.from_mask(class_name, mask)


def _dash(
    rng: np.random.Generator,
    bed: Bed,
    x: float,
    y: float,
    width: float,
    contrast: float,
    bright: float,
) -> SampleDefect | None:
    """One part end: a ragged dark rim, and (scaled by `bright`) a bright rim under it."""
    scale = bed.scale
    window = _window(bed, x, y, width / 2 + 8 * scale, 16 * scale)
    if window is None:
        return None
    dy, dx = _offsets(window, x, y)
    across = 1 / (1 + np.exp((np.abs(dx) - width / 2) / max(0.8 * scale, 0.3)))
    lump = smooth_curve(rng, dx.shape[1], feature_px=8 * scale)
    sag = rng.uniform(-3, 3) * scale * (np.abs(dx) / (width / 2)) ** 2
    thick = np.clip(2.6 + 0.9 * lump, 1.2, 5) * scale * rng.uniform(0.8, 1.3)
    wave = sag + 0.8 * scale * smooth_curve(rng, dx.shape[1], feature_px=12 * scale)[None, :]
    dark = np.exp(-(((dy - wave) / thick) ** 2))
    gloss = np.clip(0.5 + 0.7 * smooth_curve(rng, dx.shape[1], feature_px=7 * scale), 0, 1.6)
    below = np.exp(-(((dy - wave - 5.5 * scale) / (2.4 * scale)) ** 2)) * gloss
    grit = 1 + 0.35 * smooth_field(rng, *dark.shape, feature_px=max(3 * scale, 2))
    relief = contrast * across * grit * (bright * below - dark)
    return _finish(bed, "over_melt", window, relief.astype(np.float32), contrast)


def _corners(
    rng: np.random.Generator, bed: Bed, x: float, y: float, width: float, contrast: float
) -> list[SampleDefect | None]:
    """What is left of a part end that is nearly covered: its corners."""
    drawn: list[SampleDefect | None] = []
    for side in (-1, 1):
        if rng.random() < 0.7:
            size = rng.uniform(7, 13) * bed.scale
            place = x + side * (width / 2 - size / 2)
            drawn.append(_dash(rng, bed, place, y, size, contrast, rng.uniform(0.4, 1.6)))
    return drawn


def _part_bodies(
    rng: np.random.Generator, bed: Bed, parts: list[float], rows: list[float], width: float
) -> None:
    """The faint column between two part ends: too weak to be labelled."""
    scale = bed.scale
    strength = rng.uniform(0.0, 0.03)
    for x in parts:
        middle = (rows[0] + rows[1]) / 2
        window = _window(bed, _at(bed, x, middle), middle, width / 2, (rows[1] - rows[0]) / 2)
        if window is None:
            continue
        shape = bed.relief[window].shape
        grit = smooth_field(rng, *shape, feature_px=max(3 * scale, 2))
        bed.relief[window] += strength * (0.7 * grit - rng.uniform(0, 1.2))


def _arc(
    rng: np.random.Generator,
    bed: Bed,
    class_name: str,
    x: float,
    y: float,
    width: float,
    contrast: float,
) -> SampleDefect | None:
    """A bent or wavy dark stroke with a bright rim below, sometimes doubled at one end."""
    scale = bed.scale
    bend = rng.uniform(-0.16, 0.22) * min(width, 45 * scale)
    wave_px = rng.uniform(0.5, 3.5) * scale * min(width / (30 * scale), 1.5)
    window = _window(bed, x, y, width / 2 + 5 * scale, abs(bend) + 3 * wave_px + 11 * scale)
    if window is None:
        return None
    dy, dx = _offsets(window, x, y)
    place = dx / (width / 2)
    line = bend * (place**2 - 0.5) + rng.uniform(-0.12, 0.12) * dx
    line = line + wave_px * smooth_curve(rng, dx.shape[1], feature_px=50 * scale)[None, :]
    taper = np.clip((1.05 - np.abs(place)) * 4, 0, 1) ** 0.7
    thick = rng.uniform(1.4, 2.6) * scale * (0.5 + 0.5 * taper) + 0.3
    dark = np.exp(-(((dy - line) / thick) ** 2))
    rim = rng.uniform(0.1, 0.8) * np.exp(-(((dy - line - 2.6 * thick) / (1.1 * thick)) ** 2))
    if rng.random() < 0.35 and width > 25 * scale:
        part = (dx > rng.uniform(-0.3, 0.5) * width / 2) * rng.uniform(0.3, 0.8)
        dark = dark + part * np.exp(-(((dy - line - 5 * scale) / thick) ** 2))
    contrast = max(contrast, _FAINTEST_IN_GRAIN * bed.grain_share)
    relief = (contrast * taper * (rim - dark)).astype(np.float32)
    return _finish(bed, class_name, window, relief, contrast)


def _blob(rng: np.random.Generator, bed: Bed, x: float, y: float) -> SampleDefect | None:
    scale = bed.scale
    half_w, half_h = log_uniform(rng, 2.2, 6) * scale, log_uniform(rng, 2.8, 7) * scale
    window = _window(bed, x, y, 3 * half_w, 3 * half_h)
    if window is None:
        return None
    dy, dx = _offsets(window, x, y)
    lumps = 0.25 * smooth_field(rng, dy.shape[0], dx.shape[1], feature_px=max(4 * scale, 2))
    distance = np.sqrt((dx / half_w) ** 2 + (dy / half_h) ** 2) + lumps
    contrast = max(log_uniform(rng, 0.16, 0.5), 1.5 * _FAINTEST_IN_GRAIN * bed.grain_share)
    sign = -1.0 if rng.random() < 0.75 else 1.0
    core = np.exp(-(np.clip(distance, 0, None) ** 3))
    glint = -0.6 * np.exp(-((dx / half_w) ** 2) - ((dy - 1.6 * half_h) / (0.6 * half_h)) ** 2)
    relief = sign * contrast * (core + glint * (rng.random() < 0.5))
    return _finish(bed, "slag", window, relief.astype(np.float32), contrast)


def _offsets(
    window: tuple[slice, slice], x: float, y: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    rows, columns = window
    dy = np.arange(rows.start, rows.stop, dtype=np.float32)[:, None] - np.float32(y)
    dx = np.arange(columns.start, columns.stop, dtype=np.float32)[None, :] - np.float32(x)
    return dy, dx
