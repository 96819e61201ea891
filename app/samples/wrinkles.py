"""Wrinkles: a net of dark crease lines where powder piled up along a side of the bed."""

import numpy as np
from numpy.typing import NDArray

from app.imaging.opencv import cv2
from app.samples.bed import Bed
from app.samples.defects import SampleDefect
from app.samples.noise import Field, blurred, log_uniform, smooth_curve, smooth_field


def wrinkle_net(rng: np.random.Generator, bed: Bed) -> SampleDefect | None:
    """Draws one net along the left or right side, over part of the bed's height."""
    size, scale = bed.size_px, bed.scale
    on_right = rng.random() < 0.4
    height = int(rng.uniform(220, 740) * scale)
    bottom = bed.bottom_px - int(rng.uniform(0, 40) * scale)
    if rng.random() < 0.25:
        bottom -= int(rng.uniform(0, 0.5) * max(bottom - height, 0))
    top = max(bottom - height, bed.top_px)
    width = int(rng.uniform(60, 190) * scale)
    region = _region(rng, bed, top, bottom, width, on_right)
    shape = (bottom - top, size)
    lines = _crease_lines(rng, shape, scale)
    contrast = max(log_uniform(rng, 0.12, 0.4), 3 * bed.grain_share)
    window = np.s_[top:bottom, :]
    inside = region & bed.inside[window]
    soft = blurred(inside.astype(np.float32), sigma_x=6 * scale, sigma_y=6 * scale)
    rim = np.exp(-(((soft - rng.uniform(0.4, 0.7)) / 0.16) ** 2)) * (rng.random() < 0.6)
    clumps = np.clip(smooth_field(rng, *shape, feature_px=26 * scale) - 1.1, 0, 1.5)
    grit = 1 + 0.3 * smooth_field(rng, *shape, feature_px=max(3 * scale, 2))
    ragged = smooth_field(rng, *shape, feature_px=24 * scale) > rng.uniform(-1.2, 0.2)
    dark = np.clip(lines + 0.55 * clumps + 0.8 * rim * ragged, 0, 1.2)
    dark = dark * grit * np.clip(1.4 * soft - 0.2, 0, 1)
    bed.relief[window] += rng.uniform(-0.02, 0.05) * soft - contrast * dark
    mask = np.zeros(bed.inside.shape, np.bool_)
    reach = max(int(18 * scale), 3)
    marks = (dark > 0.35).astype(np.uint8)
    closed = cv2.morphologyEx(marks, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    mask[window] = (closed > 0) & inside
    return SampleDefect.from_mask("wrinkle", mask)


def _region(
    rng: np.random.Generator, bed: Bed, top: int, bottom: int, width: int, on_right: bool
) -> NDArray[np.bool_]:
    """Where the net lies: narrow at its top, wider below, with a wandering border."""
    length = bottom - top
    down = np.linspace(0, 1, length, dtype=np.float32)
    grown = np.clip(rng.uniform(0.2, 0.9) + down * rng.uniform(0.5, 2.0), 0, 1)
    wander = 0.09 * smooth_curve(rng, length, feature_px=90 * bed.scale)
    reach = width * np.clip(grown + wander, 0.1, 1.15)
    gap = rng.uniform(2, 22) * bed.scale
    columns = np.arange(bed.size_px, dtype=np.float32)[None, :]
    if on_right:
        side = bed.right_px[top:bottom] - gap
        inside = (columns < side[:, None]) & (columns > (side - reach)[:, None])
    else:
        side = np.maximum(bed.left_px[top:bottom], 0) + gap
        inside = (columns > side[:, None]) & (columns < (side + reach)[:, None])
    return np.asarray(inside, np.bool_)


def _crease_lines(rng: np.random.Generator, shape: tuple[int, int], scale: float) -> Field:
    """Lines where a bent field changes sign, as cells with ragged borders; 0 to 1."""
    lines = np.zeros(shape, np.float32)
    coarse, fine = rng.uniform(40, 90), rng.uniform(22, 48)
    for weight, feature in ((1.0, coarse), (0.75, fine)):
        field = smooth_field(rng, *shape, feature_px=feature * scale)
        field += 0.3 * smooth_field(rng, *shape, feature_px=13 * scale)
        down, across = np.gradient(field)
        slope = np.sqrt(down**2 + across**2) + 0.01 / scale
        away = np.abs(field) / slope
        thick = (
            rng.uniform(1.6, 4.2)
            * scale
            * (1 + 0.4 * smooth_field(rng, *shape, feature_px=40 * scale))
        )
        present = smooth_field(rng, *shape, feature_px=80 * scale) > -0.9
        line = np.exp(-((away / np.clip(thick, 0.6 * scale, None)) ** 2)) * present
        lines = np.maximum(lines, weight * line.astype(np.float32))
    return lines
