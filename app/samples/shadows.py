"""What looks like a defect and is none: shadows, reflections, moiré, grooves in the frame, dust."""

from collections.abc import Callable

import numpy as np

from app.samples.bed import Bed
from app.samples.noise import blurred, smooth_curve, white_noise


def add_shadows(rng: np.random.Generator, bed: Bed) -> bool:
    """Draws some of them; True when a person would tag the photo as shadowed."""
    tagged = False
    for chance, draw, shows in _TRICKS:
        if rng.random() < chance:
            draw(rng, bed)
            tagged = tagged or shows
    return tagged


def _light_band(rng: np.random.Generator, bed: Bed) -> None:
    """A wide soft band of light or shadow, at any angle."""
    size = bed.size_px
    angle = rng.uniform(0, np.pi)
    y, x = np.mgrid[0:size, 0:size].astype(np.float32)
    along = (x - size / 2) * np.cos(angle) + (y - size / 2) * np.sin(angle)
    half = rng.uniform(40, 180) * bed.scale
    distance = np.abs(along - rng.uniform(-0.4, 0.4) * size) / half
    band = 1 / (1 + np.exp((distance - 1) * rng.uniform(3, 9)))
    bed.relief[:] += rng.uniform(-0.16, 0.1) * band.astype(np.float32)


def _corner_shadow(rng: np.random.Generator, bed: Bed) -> None:
    """A half-plane of shade with a soft border, as of the recoater's arm."""
    size = bed.size_px
    angle = rng.uniform(0, 2 * np.pi)
    y, x = np.mgrid[0:size, 0:size].astype(np.float32)
    along = (x - size / 2) * np.cos(angle) + (y - size / 2) * np.sin(angle)
    border = rng.uniform(0.2, 0.48) * size
    shade = 1 / (1 + np.exp(-(along - border) / (rng.uniform(6, 40) * bed.scale)))
    bed.relief[:] -= rng.uniform(0.05, 0.3) * shade.astype(np.float32)


def _moire(rng: np.random.Generator, bed: Bed) -> None:
    """Faint even stripes across the bed, as of a screen or a lamp's flicker."""
    size = bed.size_px
    rows = np.arange(size, dtype=np.float32) / (rng.uniform(5, 24) * bed.scale)
    stripes = np.sin(2 * np.pi * (rows + 0.1 * smooth_curve(rng, size, feature_px=size / 4)))
    place = np.clip(1 + smooth_curve(rng, size, feature_px=size / 2), 0, 2)
    amount = rng.uniform(0.003, 0.012)
    bed.relief[:] += (amount * stripes * place).astype(np.float32)[:, None]


def _glints(rng: np.random.Generator, bed: Bed) -> None:
    """A row of small reflections in the dark strip at the top."""
    y = int(rng.uniform(4, 26) * bed.scale)
    for x in rng.uniform(0.2, 0.8, int(rng.integers(3, 8))) * bed.size_px:
        half_w, half_h = rng.uniform(2, 8) * bed.scale, rng.uniform(1.2, 3) * bed.scale
        size = np.arange(bed.size_px, dtype=np.float32)
        across = np.exp(-(((size - x) / half_w) ** 2))
        reach = slice(0, min(y + int(16 * bed.scale), bed.size_px))
        down = np.exp(-(((size[reach] - y) / half_h) ** 2))
        bed.relief[reach] += rng.uniform(0.5, 1.8) * np.outer(down, across).astype(np.float32)


def _groove(rng: np.random.Generator, bed: Bed) -> None:
    """Dark and bright lines along the frame, which belong to the machine."""
    columns = np.arange(bed.size_px, dtype=np.float32)[None, :]
    sides = [bed.left_px + 1, 2 * bed.size_px - bed.right_px + 1]
    for _ in range(int(rng.integers(1, 4))):
        on_right = rng.random() < 0.35
        shift = rng.uniform(3, 34) * bed.scale
        place = bed.right_px - shift if on_right else np.maximum(sides[0], 0) + shift
        half = rng.uniform(1.2, 5) * bed.scale
        line = np.exp(-(((columns - place[:, None]) / half) ** 2))
        depth = rng.uniform(-0.5, 0.15)
        fade = np.clip(0.8 + 0.4 * smooth_curve(rng, bed.size_px, feature_px=300 * bed.scale), 0, 1)
        bed.relief[:] += depth * line.astype(np.float32) * fade[:, None]


def _dust(rng: np.random.Generator, bed: Bed) -> None:
    """Single bright or dark grains, too small to be slag."""
    count = int(rng.integers(3, 40))
    rows = rng.integers(0, bed.size_px, count)
    columns = rng.integers(0, bed.size_px, count)
    specks = np.zeros_like(bed.relief)
    specks[rows, columns] = rng.uniform(-0.6, 1.0, count)
    sigma = max(0.7 * bed.scale, 0.35)
    peak = 2 * np.pi * sigma**2
    bed.relief[:] += np.float32(0.3 * peak) * blurred(specks, sigma_x=sigma, sigma_y=sigma)


def _drift(rng: np.random.Generator, bed: Bed) -> None:
    """Broad vertical bands, lighter and darker, as of uneven feed under even light."""
    wide = rng.uniform(16, 50) * bed.scale
    bands = blurred(white_noise(rng, 1, bed.size_px), sigma_x=wide, sigma_y=0.1)
    bands /= max(float(bands.std()), 1e-6)
    down = np.clip(0.6 + 0.5 * smooth_curve(rng, bed.size_px, feature_px=bed.size_px / 2), 0, 1.3)
    bed.relief[:] += rng.uniform(0.003, 0.012) * down[:, None] * bands


_Draw = Callable[[np.random.Generator, Bed], None]
_TRICKS: tuple[tuple[float, _Draw, bool], ...] = (
    (0.22, _light_band, True),
    (0.12, _corner_shadow, True),
    (0.3, _moire, False),
    (0.35, _glints, False),
    (0.5, _groove, False),
    (0.5, _dust, False),
    (0.5, _drift, False),
)
