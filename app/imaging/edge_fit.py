"""Where a thing begins and ends: the stretch of a row of numbers, or the box, that holds most."""

import numpy as np
from numpy.typing import NDArray

from app.core.geometry import Box
from app.imaging.surroundings import Levels, pixels_of

_REACH = 0.35
"""How far a side may move, as a share of the side between."""

_ROUNDS = 5
_EDGE_SHARE = 0.35
"""A row or column belongs to the thing from this share of its contrast on."""

_CLIP_PERCENTILE = 85
"""Of what is inside: a few bright points would otherwise be the thing."""


def best_stretch(
    gains: NDArray[np.floating],
    start: float,
    end: float,
    *,
    stiffness: float,
    length: float | None = None,
    reach: float = _REACH,
) -> tuple[int, int]:
    """The stretch of `gains` (from, to; to is exclusive) with the highest sum, near start and end.

    Moving an end by the share s of `length` (what lies between, unless told) costs
    `stiffness` * s^2 * `length`, and none moves by more than the share `reach`.
    """
    count, length = len(gains), length or end - start
    sums = np.concatenate([[0.0], np.cumsum(gains, dtype=np.float64)])
    starts, ends = (_near(place, reach * length, count) for place in (start, end))
    at_start = sums[starts] + stiffness / length * (starts - start) ** 2
    at_end = sums[ends] - stiffness / length * (ends - end) ** 2
    values = np.where(starts[:, None] < ends[None], at_end[None] - at_start[:, None], -np.inf)
    i, k = np.unravel_index(int(values.argmax()), values.shape)
    first = min(int(starts[i]), count - 1)
    return first, max(int(ends[k]), first + 1)


def _near(place: float, reach: float, count: int) -> NDArray[np.int64]:
    low, high = max(0, int(place - reach)), min(count, int(place + reach) + 1)
    return np.arange(min(low, count), max(high, min(low, count)) + 1)


def fitted_box(saliency: Levels, place: Box, *, stiffness: float) -> Box | None:
    """The box near `place` that holds what stands out there, None when nothing does.

    `saliency` is height x width, the higher the less a pixel is background. Each side moves to
    where a row or column has `_EDGE_SHARE` of the contrast between inside and outside.
    """
    inside = pixels_of(place, saliency.shape)
    calm = np.minimum(saliency, np.percentile(saliency[inside], _CLIP_PERCENTILE))
    box = _whole(place, saliency.shape)
    area = place.width * place.height
    for _ in range(_ROUNDS):
        inside = pixels_of(box, saliency.shape)
        level = float(calm[inside].mean())
        ground = float(np.median(calm[~inside])) if not inside.all() else 0.0
        if level <= ground:
            return None
        gains = (calm - ground) / (level - ground) - _EDGE_SHARE
        columns = gains[int(box.top) : int(box.bottom)].sum(axis=0)
        left, right = best_stretch(
            columns, place.left, place.right, stiffness=stiffness * area / place.width
        )
        rows = gains[:, left:right].sum(axis=1)
        top, bottom = best_stretch(
            rows, place.top, place.bottom, stiffness=stiffness * area / place.height
        )
        moved, box = box, Box(left, top, right, bottom)
        if moved == box:
            break
    return box


def _whole(place: Box, shape: tuple[int, ...]) -> Box:
    rows, columns = np.nonzero(pixels_of(place, shape))
    return Box(columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)
