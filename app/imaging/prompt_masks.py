"""Masks and outlines of what a prompt means, and what clicks beside the thing take away."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from app.core.geometry import Polygon
from app.core.segmentation import Click, Outline
from app.imaging.opencv import cv2
from app.imaging.outlines import mask_outlines
from app.imaging.surroundings import Surroundings

Mask = NDArray[np.uint8]
"""Height x width; 0 is outside."""

_TOUCHING = np.ones((3, 3), np.uint8)
_SPECK_SHARE = 0.02
"""Of the largest part: what is smaller is no part of the thing."""


def score_of(deviations: float) -> float:
    """0..1, the higher the further a thing stands out from the grain beside it."""
    return deviations / (deviations + 2)


def outline_of(around: Surroundings, mask: Mask, score: float) -> Outline | None:
    """In pixels of the photo; None for an empty mask."""
    polygon = mask_outlines(mask)
    return None if polygon is None else Outline(around.to_photo(polygon), score)


def without_specks(standing_out: NDArray[np.bool_]) -> Mask:
    """Grain that all but touches is joined, and what is small beside the largest part goes."""
    mask = cv2.morphologyEx(standing_out.astype(np.uint8), cv2.MORPH_CLOSE, _TOUCHING)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    sizes = stats[:, cv2.CC_STAT_AREA]
    large = sizes >= _SPECK_SHARE * sizes[1:].max(initial=1)
    large[0] = False
    return np.asarray(large[labels], np.uint8)


def moved_to(around: Surroundings, clicks: Iterable[Click]) -> tuple[Click, ...]:
    """The clicks in pixels of `around.contrast`."""
    return tuple(Click(*around.from_photo(c.x, c.y), c.is_positive) for c in clicks)


def nearer_to_clicks_on(mask: Mask, clicks: Sequence[Click]) -> Mask:
    """Without what lies nearer to a click beside the thing than to one on it."""
    if all(click.is_positive for click in clicks):
        return mask
    y, x = np.mgrid[: mask.shape[0], : mask.shape[1]] + 0.5
    on, off = (
        np.min([(x - c.x) ** 2 + (y - c.y) ** 2 for c in clicks if c.is_positive == side], axis=0)
        for side in (True, False)
    )
    return np.asarray(mask * (on <= off), np.uint8)


def heeding(
    outlines: Iterable[Outline], clicks: Sequence[Click], *, slack_px: float = 0.0
) -> list[Outline]:
    """Those that hold the clicks on the thing, all but `slack_px`, and none of those beside it."""
    return [
        outline
        for outline in outlines
        if all(_fits(outline.polygon, click, slack_px) for click in clicks)
    ]


def _fits(polygon: Polygon, click: Click, slack_px: float) -> bool:
    points = np.array(polygon, np.float32)
    depth_px = cv2.pointPolygonTest(points, (click.x, click.y), measureDist=True)
    return depth_px >= -slack_px if click.is_positive else depth_px < 0
