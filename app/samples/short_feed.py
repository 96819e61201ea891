"""Incomplete spreading: a large region where too little powder came and the plate shows."""

import numpy as np

from app.samples.bed import Bed
from app.samples.defects import SampleDefect
from app.samples.noise import Field, blurred, smooth_curve, smooth_field, white_noise


def bare_region(rng: np.random.Generator, bed: Bed) -> SampleDefect | None:
    """Draws one bare region from a ragged border down to the bed's lower end or side."""
    size, scale = bed.size_px, bed.scale
    depth = _cover(rng, bed)
    bare = np.clip(-depth, 0, 1)
    brushed = blurred(white_noise(rng, size, size), sigma_x=max(scale, 0.4), sigma_y=30 * scale)
    brushed /= max(float(brushed.std()), 1e-6)
    bands = blurred(white_noise(rng, 1, size), sigma_x=14 * scale, sigma_y=0.1)[0]
    bands /= max(float(bands.std()), 1e-6)
    texture = 0.55 * brushed + 0.8 * bands[None, :] + rng.uniform(0, 0.9) * _arcs(rng, bed)
    darkness = rng.uniform(0.16, 0.5)
    powder = np.clip(0.5 + 0.5 * texture, 0, 1.5) * rng.uniform(0.2, 0.9)
    fine = 0.25 * blurred(white_noise(rng, size, size), sigma_x=0.8 * scale, sigma_y=2 * scale)
    drawn = bare * darkness * (powder + fine - 1)
    bed.relief[:] = bed.relief * (1 - 0.6 * bare) + drawn.astype(np.float32)
    mask = (bare > 0.35) & bed.inside
    return SampleDefect.from_mask("incomplete_spreading", mask)


def _cover(rng: np.random.Generator, bed: Bed) -> Field:
    """Powder height around the border of the bare region: negative where the plate shows."""
    size, scale = bed.size_px, bed.scale
    across = np.linspace(0, 1, size, dtype=np.float32)
    border = rng.uniform(0.12, 0.75) + rng.uniform(-0.25, 0.25) * (across - 0.5)
    border = border + 0.035 * smooth_curve(rng, size, feature_px=170 * scale)
    border = border + 0.02 * smooth_curve(rng, size, feature_px=18 * scale)
    rows = np.linspace(0, 1, size, dtype=np.float32)[:, None]
    soft = rng.uniform(0.02, 0.12)
    cover = (border[None, :] - rows) / soft
    choice = rng.random()
    if choice < 0.6:
        edge, slant = rng.uniform(0.1, 0.6), rng.uniform(-0.25, 0.25)
        wander = 0.03 * smooth_curve(rng, size, feature_px=90 * scale)[:, None]
        side = edge + slant * (rows - 0.5) + wander
        flank = (side - across[None, :]) / (0.5 * soft)
        if choice < 0.3:
            flank = (across[None, :] - (1 - side)) / (0.5 * soft)
        cover = np.maximum(cover, flank)
    ragged = 0.5 * smooth_field(rng, size, size, feature_px=40 * scale)
    return np.asarray(cover + ragged, np.float32)


def _arcs(rng: np.random.Generator, bed: Bed) -> Field:
    """The plate's turning marks: thin arcs around a point far below or above the bed."""
    size = bed.size_px
    y, x = np.mgrid[0:size, 0:size].astype(np.float32)
    radius = np.hypot(x - size * rng.uniform(0.2, 0.8), y - size * rng.uniform(1.2, 2.5))
    fine = max(1.5 * bed.scale, 0.5)
    marks = blurred(white_noise(rng, 1, 4 * size), sigma_x=fine, sigma_y=0.1)[0]
    marks /= max(float(marks.std()), 1e-6)
    return np.asarray(marks[np.clip(radius.astype(np.int64), 0, 4 * size - 1)], np.float32)
