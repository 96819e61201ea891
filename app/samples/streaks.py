"""Streaks: long thin lines and bands that the recoater drags along its way."""

from dataclasses import dataclass, replace

import numpy as np

from app.samples.bed import Bed
from app.samples.defects import SampleDefect
from app.samples.noise import Field, blurred, log_uniform, smooth_curve

FAINTEST_LABELLED = 0.026
"""Lines that darken the bed by less than this share are ghosts, which people leave unlabelled."""


_KINDS = ("line", "pair", "band", "sharp", "bright")
_KIND_SHARES = (0.4, 0.18, 0.2, 0.15, 0.07)


@dataclass(frozen=True, slots=True)
class Stroke:
    """How one streak runs and looks; lengths in photo pixels, contrast as a share of the light.

    `middle_x_px` is where it passes half the photo's height, wherever it begins and ends.
    """

    middle_x_px: float
    top_px: int
    bottom_px: int
    contrast: float
    kind: str
    half_width_px: float


def some_streaks(
    rng: np.random.Generator,
    bed: Bed,
    *,
    count: int,
    near_px: list[float] | None = None,
    family: str | None = None,
) -> list[SampleDefect]:
    """Draws up to `count` streaks, beside one another or at the places `near_px`.

    Most are of one kind, `family` where it is given.
    """
    family = family or str(rng.choice(_KINDS, p=_KIND_SHARES))
    strength = log_uniform(rng, 0.035, 0.11)
    places = near_px or _places(rng, bed, count)
    drawn = []
    for x in places[:count]:
        kind = family if rng.random() < 0.75 else str(rng.choice(_KINDS, p=_KIND_SHARES))
        contrast = strength * log_uniform(rng, 0.6, 1.5)
        stroke = _stroke(rng, bed, kind, x, contrast)
        drawn.append(draw_streak(rng, bed, stroke))
        if kind == "pair":
            beside = x + rng.uniform(10, 30) * bed.scale * (1 if rng.random() < 0.5 else -1)
            second = replace(stroke, middle_x_px=beside, contrast=contrast * rng.uniform(0.7, 1.0))
            drawn.append(draw_streak(rng, bed, second))
    return [defect for defect in drawn if defect is not None]


def draw_streak(rng: np.random.Generator, bed: Bed, stroke: Stroke) -> SampleDefect | None:
    """Adds the streak to the relief; None where it leaves no labelled mark."""
    rows = np.arange(stroke.top_px, stroke.bottom_px)
    if rows.size < 8 * bed.scale:
        return None
    jitter = rng.normal(0, 2.5 * bed.scale) * (rows / bed.size_px - 0.5)
    centre = bed.line_x(stroke.middle_x_px, rows) + jitter.astype(np.float32)
    if stroke.kind in ("line", "pair", "bright") and rng.random() < 0.3:
        centre = centre + bed.scale * smooth_curve(rng, rows.size, feature_px=200 * bed.scale)
    reach = int(stroke.half_width_px * 2 + 14 * bed.scale)
    left = max(int(centre.min()) - reach, 0)
    right = min(int(centre.max()) + reach + 1, bed.size_px)
    if right - left < 3:
        return None
    offset = np.arange(left, right, dtype=np.float32)[None, :] - centre[:, None]
    strength = _along(rng, stroke, rows.size, bed.scale)
    shape, half_label = _profile(rng, stroke, offset, bed.scale)
    window = np.s_[stroke.top_px : stroke.bottom_px, left:right]
    bed.relief[window] += stroke.contrast * strength[:, None] * shape
    mask = np.zeros(bed.inside.shape, np.bool_)
    mask[window] = (np.abs(offset) <= half_label) & bed.inside[window]
    return SampleDefect.from_mask("streak", mask)


def draw_ghosts(rng: np.random.Generator, bed: Bed, *, count: int) -> None:
    """Draws wide or faint lines that stay under what people label."""
    for x in _places(rng, bed, count):
        wide = rng.random() < 0.6
        half = rng.uniform(8, 35) * bed.scale if wide else rng.uniform(1.5, 3) * bed.scale
        contrast = rng.uniform(0.2, 0.55) * FAINTEST_LABELLED * (1 if rng.random() < 0.8 else -1)
        rows = _rows(rng, bed)
        draw_streak(rng, bed, Stroke(x, rows[0], rows[1], contrast, "soft", half))


def _places(rng: np.random.Generator, bed: Bed, count: int) -> list[float]:
    size = bed.size_px
    if rng.random() < 0.5:
        return list(rng.uniform(0.06 * size, 0.94 * size, count))
    step = rng.uniform(45, 120) * bed.scale
    first = rng.uniform(0.08 * size, max(0.1 * size, 0.9 * size - count * step))
    even = first + step * np.arange(count) + rng.normal(0, 0.12 * step, count)
    return [float(x) for x in even if 0.05 * size < x < 0.95 * size]


def _rows(rng: np.random.Generator, bed: Bed) -> tuple[int, int]:
    """Most streaks run over the whole bed; others begin or end on the way."""
    length = bed.bottom_px - bed.top_px
    top, bottom = bed.top_px, bed.bottom_px
    chance = rng.random()
    if chance < 0.62:
        top += int(rng.uniform(0, 0.04) * length)
    elif chance < 0.78:
        top += int(rng.uniform(0.1, 0.7) * length)
    elif chance < 0.86:
        bottom -= int(rng.uniform(0.1, 0.7) * length)
    else:
        run = log_uniform(rng, 0.08, 0.6)
        top += int(rng.uniform(0.02, 0.97 - run) * length)
        bottom = top + int(run * length)
    return top, bottom


def _stroke(rng: np.random.Generator, bed: Bed, kind: str, x: float, contrast: float) -> Stroke:
    top, bottom = _rows(rng, bed)
    half = {
        "line": log_uniform(rng, 2.0, 4.5),
        "bright": log_uniform(rng, 2.0, 4.5),
        "pair": log_uniform(rng, 2.0, 4.0),
        "sharp": log_uniform(rng, 1.2, 2.2),
        "band": log_uniform(rng, 6.5, 12.0),
    }[kind]
    if kind == "pair":
        contrast = max(contrast, 1.5 * FAINTEST_LABELLED)
    if kind == "sharp":
        contrast = min(contrast * rng.uniform(1.5, 3.5), 0.32)
    if kind == "band":
        contrast *= 0.8
    # Coarse grain hides what would be plain on a calm bed, and thin lines before wide ones.
    floor = FAINTEST_LABELLED * (1 + 6 * max(bed.grain_share - 0.03, 0))
    floor *= 1.0 if half > 3 else 1.2
    return Stroke(x, top, bottom, max(contrast, floor), kind, half * bed.scale)


def _along(rng: np.random.Generator, stroke: Stroke, length: int, scale: float) -> Field:
    """Strength down the streak: uneven, sometimes broken, soft where it begins and ends."""
    strength = 1 + 0.2 * smooth_curve(rng, length, feature_px=110 * scale)
    strength += 0.12 * smooth_curve(rng, length, feature_px=16 * scale)
    if stroke.kind not in ("soft", "band") and rng.random() < 0.3:
        gaps = smooth_curve(rng, length, feature_px=70 * scale) > rng.uniform(0.9, 1.7)
        ends = max(int(25 * scale), 1)
        gaps[:ends] = gaps[-ends:] = False
        strength = np.where(gaps, 0.1 * strength, strength)
    ramp = np.arange(length, dtype=np.float32)
    fade = max(6 * scale, 1.0)
    ends_soft = np.clip(np.minimum(ramp, ramp[::-1]) / fade + 0.3, 0, 1)
    return np.asarray(np.clip(strength, 0.05, 1.8) * ends_soft, np.float32)


def _profile(
    rng: np.random.Generator, stroke: Stroke, offset: Field, scale: float
) -> tuple[Field, float]:
    """The streak's cross-section (-1 is its full darkness) and half the width people box."""
    half = stroke.half_width_px
    pad = 2.0 * scale
    if stroke.kind == "band":
        return _band(rng, offset, half, scale), half + 1.0 * scale
    if stroke.kind == "soft":
        return np.asarray(-np.exp(-0.5 * (offset / (0.6 * half)) ** 2), np.float32), half
    core = _core(offset, half)
    beside = np.abs(offset) - np.float32(rng.uniform(2.0, 2.8) * half)
    shoulders = np.float32(rng.uniform(0.1, 0.5)) * _core(beside, 1.3 * half)
    if stroke.kind == "bright":
        return np.float32(0.8) * (core - shoulders), half + pad
    return shoulders - core, half + pad


def _core(offset: Field, half: float) -> Field:
    # Flatter than a Gaussian: ploughed lines have a floor.
    return np.asarray(np.exp(-(np.abs(offset / half) ** 2.6)), np.float32)


def _band(rng: np.random.Generator, offset: Field, half: float, scale: float) -> Field:
    edge = max(1.2 * scale, 0.5)
    body = 1 / (1 + np.exp((np.abs(offset) - half) / edge))
    bins = np.linspace(-2, 2, 64, dtype=np.float32)
    ridges = blurred(rng.standard_normal((1, 64)).astype(np.float32), sigma_x=2.2, sigma_y=0.1)[0]
    ridges /= max(float(ridges.std()), 1e-6)
    striae = np.interp(offset / half, bins, ridges)
    halo = rng.uniform(0.1, 0.5) * np.exp(-(((np.abs(offset) - 1.6 * half) / (0.5 * half)) ** 2))
    return np.asarray(halo - body * (1 + 0.3 * striae), np.float32)
