"""What a box is around: a thing that stands out, or a line that leans in it."""

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from app.core.geometry import Box
from app.core.photo import Rgb
from app.core.segmentation import Click, Outline
from app.imaging.edge_fit import fitted_box
from app.imaging.line_fit import fitted_line
from app.imaging.opencv import cv2
from app.imaging.prompt_masks import (
    Mask,
    heeding,
    moved_to,
    nearer_to_clicks_on,
    outline_of,
    score_of,
    without_specks,
)
from app.imaging.surroundings import LEAST_SPREAD, Levels, pixels_of, surroundings

_MOST_PX = 96
_MARGIN = 0.5
_LONG = 5.0
"""From this ratio of its sides on, a box is taken for that of a line."""

_STIFFNESS, _FITS = 3.0, 2
_SURE = 1.3
"""Contrast in deviations from which the picture is trusted; below, the box given is, the more."""
_LEAST_DOUBT, _MOST_DOUBT = 0.3, 10.0
_LEAST_CONTRAST = 0.15

_CLEAR, _CLEAR_SHARE = 15.0, 0.25
"""Contrast in robust deviations from which the picture alone says where a thing ends; and the share
of the contrast that counts as its edge.
"""
_CLEAR_FILLS = 0.7
"""Of the box, by what is clear: or that is not all the box is around."""

_SHARES = np.linspace(0.95, 0.0, 20)
"""Of the contrast in the box: thresholds tried, the highest first."""

_FILLS = 0.98
"""Of what any threshold fills: then a mask reaches all sides of the fitted box."""

_MAIN_SHARE = 0.8
"""Of the core, by its largest part: or there are several things in the box."""
_LEAST_GAP, _LEAST_USUAL_GAP = 0.08, 0.1
"""Between that part and any side of the fitted box, and three of its sides, as shares of the box:
from here on the box is a loose one.
"""
_MOST_BESIDE = 0.18
"""Contrast between that part and the sides, as a share of its own: or the thing ends further out.
"""

_WORSE = 0.9
"""What each further answer's score is of the one before."""


def answers_in_box(photo: Rgb, box: Box, clicks: Sequence[Click]) -> Iterator[Outline]:
    """Best first; none where nothing stands out. `box` lies on the photo."""
    line = fitted_line(photo, box) if _ratio(box) >= _LONG else None
    lines = [] if line is None else [Outline(line.polygon, score_of(line.contrast))]
    found = heeding(lines, clicks)
    yield from found
    yield from _things(photo, box, clicks, most_score=found[0].score if found else 1.0)


def _things(
    photo: Rgb, box: Box, clicks: Sequence[Click], *, most_score: float
) -> Iterator[Outline]:
    around = surroundings(photo, box, margins=(_MARGIN, _MARGIN), most_px=(_MOST_PX, _MOST_PX))
    strength = around.strength()
    saliency = np.minimum(strength, np.percentile(strength, 98))
    fit, sureness = around.place, _sureness(saliency, around.inside)
    if sureness < _LEAST_CONTRAST:
        return
    # Again, because a box that fits shows how sure the picture is; a loose one blurs that.
    for _ in range(_FITS):
        closer = fitted_box(saliency, around.place, stiffness=_stiffness(sureness))
        if closer is None:
            break
        fit, sureness = closer, _sureness(saliency, pixels_of(closer, saliency.shape))
    here = moved_to(around, clicks)
    if not any(click.is_positive for click in here):
        here = (*here, Click(*fit.centre))
    score = min(score_of(sureness), most_score)
    clear = _clear_mask(saliency, around.inside)
    whole, core, box_itself = _masks(saliency, fit)
    alone = _alone(saliency, around.inside, fit, core)
    masks = (alone, clear, whole, core, box_itself)
    for n, mask in enumerate(mask for mask in masks if mask is not None):
        outline = outline_of(around, nearer_to_clicks_on(mask, here), score * _WORSE**n)
        if outline is not None:
            yield outline


def _stiffness(sureness: float) -> float:
    doubt = (_SURE / max(sureness, _LEAST_CONTRAST)) ** 2
    return _STIFFNESS * min(max(doubt, _LEAST_DOUBT), _MOST_DOUBT)


def _sureness(saliency: Levels, inside: NDArray[np.bool_]) -> float:
    """By how many deviations what is inside stands out; 0 where there is no outside."""
    if inside.all():
        return 0.0
    here, beside = saliency[inside], saliency[~inside]
    spread = math.sqrt(0.5 * float(here.var() + beside.var())) + LEAST_SPREAD
    return max(float(here.mean() - np.median(beside)) / spread, 0.0)


def _clear_mask(saliency: Levels, inside: NDArray[np.bool_]) -> Mask | None:
    """The parts that lie mostly in the box, wherever they end, of what stands out so far that its
    edge can't be mistaken; None where nothing does.
    """
    if inside.all():
        return None
    ground = float(np.median(saliency[~inside]))
    spread = 1.4826 * float(np.median(np.abs(saliency[~inside] - ground))) + LEAST_SPREAD
    contrast = float(np.percentile(saliency[inside], 90)) - ground
    if contrast < _CLEAR * spread:
        return None
    _, labels = cv2.connectedComponents(
        without_specks(saliency > ground + _CLEAR_SHARE * contrast), connectivity=8
    )
    sizes = np.bincount(labels.ravel())
    is_in = np.bincount(labels[inside], minlength=len(sizes)) > sizes / 2
    is_in[0] = False
    mask = without_specks(is_in[labels])
    _, _, width, height = cv2.boundingRect(mask)
    return mask if width * height >= _CLEAR_FILLS * int(inside.sum()) else None


def _alone(saliency: Levels, inside: NDArray[np.bool_], fit: Box, core: Mask) -> Mask | None:
    """The largest part of the core, where the fitted box is far too large for it and holds nothing
    else; None otherwise. `inside` are the pixels of the box given.
    """
    if inside.all() or not core.any():
        return None
    _, labels, stats, _ = cv2.connectedComponentsWithStats(core, connectivity=8)
    areas = stats[1:, cv2.CC_STAT_AREA]
    main = 1 + int(areas.argmax())
    left, top, width, height = (int(each) for each in stats[main, : cv2.CC_STAT_AREA])
    around = Box(left, top, left + width, top + height)
    least_gap, *usual_gaps = sorted(
        (
            (around.left - fit.left) / fit.width,
            (fit.right - around.right) / fit.width,
            (around.top - fit.top) / fit.height,
            (fit.bottom - around.bottom) / fit.height,
        )
    )
    is_loose = least_gap > _LEAST_GAP and usual_gaps[0] > _LEAST_USUAL_GAP
    if not is_loose or areas.max() < _MAIN_SHARE * areas.sum():
        return None
    ground = np.median(saliency[~inside])
    held = pixels_of(around, saliency.shape)
    beside = pixels_of(fit, saliency.shape) & ~held
    if saliency[beside].mean() - ground > _MOST_BESIDE * (saliency[held].mean() - ground):
        return None
    return np.asarray(labels == main, np.uint8)


def _masks(saliency: Levels, fit: Box) -> tuple[Mask, Mask, Mask]:
    """What stands out in the fitted box, as far as it reaches all sides; its core; the box."""
    inside = pixels_of(fit, saliency.shape)
    low, high = np.percentile(saliency[inside], [5, 98])
    masks = [without_specks(inside & (saliency > low + s * (high - low))) for s in _SHARES]
    filling = [_filling(mask, fit) for mask in masks]
    whole = next(n for n, share in enumerate(filling) if share >= _FILLS * max(filling))
    return masks[whole], masks[whole * 2 // 3], np.asarray(inside, np.uint8)


def _filling(mask: Mask, fit: Box) -> float:
    """The share of the fitted box that the mask's own box takes."""
    _, _, width, height = cv2.boundingRect(mask)
    return width * height / fit.area


def _ratio(box: Box) -> float:
    return max(box.width, box.height) / min(box.width, box.height)
