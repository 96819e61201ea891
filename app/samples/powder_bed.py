"""Draws sample photos of metal powder beds with known defects, the same for the same seed."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.samples.bed import Bed, bare_bed, photograph
from app.samples.defects import CLASS_NAMES, SampleDefect
from app.samples.melts import creases, part_rows, slag_bits, speckled_bar
from app.samples.shadows import add_shadows
from app.samples.short_feed import bare_region
from app.samples.streaks import draw_ghosts, some_streaks
from app.samples.wrinkles import wrinkle_net

__all__ = ["CLASS_NAMES", "PHOTO_KINDS", "SampleDefect", "SamplePhoto", "powder_bed_photo"]


@dataclass(frozen=True, slots=True, eq=False)
class SamplePhoto:
    """A photo and the truth about it.

    `pixels` is height x width grey. `defects` lie wholly inside; none means a normal bed.
    `shadows` says that something in it looks like a defect and is none.
    """

    pixels: NDArray[np.uint8]
    defects: tuple[SampleDefect, ...]
    shadows: bool
    kind: str


def powder_bed_photo(seed: int, *, size_px: int = 1024, kind: str | None = None) -> SamplePhoto:
    """A square photo of `size_px`, fully decided by its arguments.

    `kind` is one of PHOTO_KINDS, or None to draw that too. Sizes from 128 px on are meant;
    at 512 px and below the finest defects are a few pixels wide.

    Raises ValueError for an unknown kind or a size under 64 px.
    """
    if size_px < 64:
        raise ValueError(f"a sample photo has at least 64 pixels a side: {size_px}")
    if kind is not None and kind not in _SCENES:
        raise ValueError(f"unknown kind of sample photo: {kind}")
    rng = np.random.Generator(np.random.PCG64(seed))
    chosen = str(rng.choice(list(_SCENES), p=_SHARES)) if kind is None else kind
    bed = bare_bed(rng, size_px)
    shadows = add_shadows(rng, bed)
    draw_ghosts(rng, bed, count=int(rng.integers(0, 5)))
    defects = _SCENES[chosen][1](rng, bed)
    pixels = photograph(bed, rng)
    return SamplePhoto(pixels, tuple(defects), shadows, chosen)


def _normal(rng: np.random.Generator, bed: Bed) -> list[SampleDefect]:
    return []


def _streaks(rng: np.random.Generator, bed: Bed) -> list[SampleDefect]:
    defects = some_streaks(rng, bed, count=int(rng.integers(1, 9)))
    if rng.random() < 0.5:
        defects += slag_bits(rng, bed, count=int(rng.integers(1, 6)))
    return defects


def _parts(rng: np.random.Generator, bed: Bed) -> list[SampleDefect]:
    """Part ends that stick out, and the streaks that the recoater draws behind them."""
    dashes, places = part_rows(rng, bed)
    streaks: list[SampleDefect] = []
    if rng.random() < 0.75:
        wanted = [x + rng.normal(0, 14) * bed.scale for x in places if rng.random() < 0.75]
        if wanted:
            streaks = some_streaks(rng, bed, count=len(wanted), near_px=wanted, family="line")
    slag = slag_bits(rng, bed, count=int(rng.integers(0, 4))) if rng.random() < 0.5 else []
    return [*streaks, *dashes, *slag]


def _bars(rng: np.random.Generator, bed: Bed) -> list[SampleDefect]:
    """Long parts: streaks in bands, speckled bars on them, creases and slag at their ends."""
    step = rng.uniform(70, 150) * bed.scale
    count = int(rng.integers(2, 6))
    last = max(0.12 * bed.size_px, 0.9 * bed.size_px - step * count)
    first = rng.uniform(0.1 * bed.size_px, last)
    places = [float(first + i * step + rng.normal(0, 3 * bed.scale)) for i in range(count)]
    defects = some_streaks(
        rng, bed, count=count, near_px=places, family="band" if rng.random() < 0.8 else None
    )
    end = rng.uniform(0.25, 0.85) * bed.size_px
    height = rng.uniform(70, 200) * bed.scale
    for x in places:
        if rng.random() < 0.6:
            bar = speckled_bar(rng, bed, x_px=x, top_px=end - height, height_px=height)
            defects += [bar] if bar is not None else []
    if rng.random() < 0.85:
        defects += creases(rng, bed, y_px=end)
    return defects + slag_bits(rng, bed, count=int(rng.integers(0, 9)), near_y_px=end)


def _wrinkle(rng: np.random.Generator, bed: Bed) -> list[SampleDefect]:
    net = wrinkle_net(rng, bed)
    defects = [net] if net is not None else []
    if rng.random() < 0.3:
        defects += some_streaks(rng, bed, count=int(rng.integers(1, 3)))
    return defects


def _short_feed(rng: np.random.Generator, bed: Bed) -> list[SampleDefect]:
    region = bare_region(rng, bed)
    return [region] if region is not None else []


_SCENES: dict[str, tuple[float, Callable[[np.random.Generator, Bed], list[SampleDefect]]]] = {
    "normal": (0.12, _normal),
    "streaks": (0.2, _streaks),
    "parts": (0.24, _parts),
    "bars": (0.22, _bars),
    "wrinkle": (0.13, _wrinkle),
    "short_feed": (0.09, _short_feed),
}
_SHARES = [share for share, _ in _SCENES.values()]

PHOTO_KINDS = tuple(_SCENES)
"""What a sample photo can show, by its main subject."""
