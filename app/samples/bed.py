"""The bare powder bed: its light, its grain, its frame, and the photo made of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.imaging.opencv import cv2
from app.samples.noise import Field, blurred, log_uniform, smooth_curve, smooth_field, white_noise

DESIGN_PX = 1024
"""Side of the photos that all lengths in this package are given for."""

_ROWS = np.array([0.0, 0.04, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0])
_ROW_GREY = np.array([29.0, 42.0, 57.0, 78.0, 93.0, 105.0, 116.0, 123.0])


@dataclass(frozen=True, slots=True, eq=False)
class Bed:
    """A bed that defects are drawn on.

    Fields are height x width float32. `light` is grey levels; `relief` is what defects add, as a
    share of the light (-0.1 is a tenth darker), and is drawn into in place. `inside` is True on
    the powder. `scale` is photo pixels per design pixel. Lines along the recoater's way lean by
    `lean_per_px` of their distance from `upright_x_px`, as the camera sees them.
    """

    size_px: int
    scale: float
    light: Field
    relief: Field
    grain: Field
    inside: NDArray[np.bool_]
    top_px: int
    bottom_px: int
    left_px: Field
    right_px: Field
    upright_x_px: float
    lean_per_px: float
    grain_share: float

    def line_x(self, middle_x_px: float, rows: NDArray[np.int_]) -> Field:
        """x of a recoater line at these rows that passes x = `middle_x_px` at half height."""
        lean = self.lean_per_px * (middle_x_px - self.upright_x_px)
        return (middle_x_px + lean * (rows / self.size_px - 0.5)).astype(np.float32)


def bare_bed(rng: np.random.Generator, size_px: int) -> Bed:
    """A bed without defects, `size_px` square."""
    scale = size_px / DESIGN_PX
    rows = np.linspace(0, 1, size_px, dtype=np.float32)
    left, right = _sides(rng, rows, size_px, scale)
    top, bottom = int(rng.uniform(10, 45) * scale), size_px
    rough = rng.random() < 0.55
    if rough:
        bottom = int(size_px - rng.uniform(3, 18) * scale)
    inside = _inside(rng, size_px, scale, left, right, bottom if rough else None)
    grain, share = _grain(rng, size_px, scale)
    return Bed(
        size_px=size_px,
        scale=scale,
        light=_light(rng, size_px),
        relief=np.zeros((size_px, size_px), np.float32),
        grain=grain,
        inside=inside,
        top_px=top,
        bottom_px=bottom,
        left_px=left,
        right_px=right,
        upright_x_px=size_px * rng.uniform(0.33, 0.6),
        lean_per_px=float(rng.uniform(0.08, 0.15)),
        grain_share=share,
    )


def photograph(bed: Bed, rng: np.random.Generator) -> NDArray[np.uint8]:
    """The bed as an 8-bit grey JPEG photo shows it, height x width."""
    grey = bed.light * (1 + np.clip(bed.relief, -0.9, 2.0) + bed.grain)
    frame = _frame(rng, bed)
    share = blurred(bed.inside.astype(np.float32), sigma_x=1.2 * bed.scale, sigma_y=1.2 * bed.scale)
    grey = share * grey + (1 - share) * frame
    whole = np.clip(np.rint(grey), 0, 255).astype(np.uint8)
    quality = int(rng.integers(70, 96))
    _, packed = cv2.imencode(".jpg", whole, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), np.uint8)


def _sides(
    rng: np.random.Generator, rows: Field, size_px: int, scale: float
) -> tuple[Field, Field]:
    left = np.interp(rows, [0, 1], [rng.uniform(18, 55), rng.uniform(-12, 14)]) * scale
    right = size_px - np.interp(rows, [0, 1], [rng.uniform(18, 55), rng.uniform(-12, 16)]) * scale
    return left.astype(np.float32), right.astype(np.float32)


def _inside(
    rng: np.random.Generator,
    size_px: int,
    scale: float,
    left: Field,
    right: Field,
    rough_bottom: int | None,
) -> NDArray[np.bool_]:
    columns = np.arange(size_px, dtype=np.float32)[None, :]
    inside = (columns >= left[:, None]) & (columns < right[:, None])
    if rough_bottom is not None:
        edge = rough_bottom + 3 * scale * smooth_curve(rng, size_px, feature_px=14 * scale)
        inside &= np.arange(size_px)[:, None] < edge[None, :]
    return inside


def _light(rng: np.random.Generator, size_px: int) -> Field:
    middles = (np.arange(size_px) + 0.5) / size_px
    shade = np.interp(middles, _ROWS, _ROW_GREY) / 100
    down = 100 * shade ** rng.uniform(0.85, 1.2) * rng.uniform(0.72, 1.2)
    tilt, bulge = rng.uniform(-0.12, 0.06), rng.uniform(0.0, 0.45)
    across = 1 + tilt * (middles - 0.5) - bulge * (middles - 0.5) ** 2
    light = np.outer(down, across).astype(np.float32)
    cloud = smooth_field(rng, size_px, size_px, feature_px=size_px / 4)
    return np.asarray(light * (1 + 0.012 * cloud), np.float32)


def _grain(rng: np.random.Generator, size_px: int, scale: float) -> tuple[Field, float]:
    """Grain as a share of the light, and its deviation in the middle of the photo."""
    share = log_uniform(rng, 0.014, 0.07)
    grain = white_noise(rng, size_px, size_px)
    # Powder is sharp where the lens is; a coarse copy stands for clumps and the JPEG's softness.
    grain = blurred(grain, sigma_x=max(0.7 * scale, 0.35), sigma_y=max(0.7 * scale, 0.35))
    grain /= max(float(grain.std()), 1e-6)
    coarse = smooth_field(rng, size_px, size_px, feature_px=max(9 * scale, 2))
    grain += np.float32(rng.uniform(0.05, 0.3)) * coarse
    sharp_at, sharp_over = rng.uniform(0.4, 0.65), rng.uniform(0.2, 0.6)
    rows = (np.arange(size_px) + 0.5) / size_px
    envelope = 0.5 + 0.7 * np.exp(-(((rows - sharp_at) / sharp_over) ** 2))
    grain *= (share * envelope).astype(np.float32)[:, None]
    combed = blurred(
        white_noise(rng, size_px, size_px), sigma_x=max(1.2 * scale, 0.4), sigma_y=90 * scale
    )
    combed *= log_uniform(rng, 0.0015, 0.006) / max(float(combed.std()), 1e-6)
    return grain + combed, share


def _frame(rng: np.random.Generator, bed: Bed) -> Field:
    size, scale = bed.size_px, bed.scale
    texture = blurred(white_noise(rng, size, size), sigma_x=max(scale, 0.4), sigma_y=14 * scale)
    texture /= max(float(texture.std()), 1e-6)
    base = np.linspace(rng.uniform(8, 20), rng.uniform(20, 48), size, dtype=np.float32)[:, None]
    specks = np.maximum(texture - 2.0, 0) * rng.uniform(10, 40)
    frame = base + rng.uniform(1, 5) * texture + specks
    clumps = blurred(white_noise(rng, size, size), sigma_x=6 * scale, sigma_y=2 * scale)
    clumps /= max(float(clumps.std()), 1e-6)
    below = np.arange(size)[:, None] >= bed.bottom_px - 8 * scale
    lumpy = np.clip(rng.uniform(15, 60) + rng.uniform(8, 25) * clumps, 8, 200)
    return np.asarray(np.where(below, lumpy, frame), np.float32)
