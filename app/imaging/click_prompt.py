"""What a click is on: a thing of one of several sizes, or a line through the photo."""

from collections.abc import Sequence

import numpy as np

from app.core.geometry import Box
from app.core.photo import Rgb
from app.core.segmentation import Click, Outline
from app.imaging.line_fit import Line, fitted_line
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
from app.imaging.surroundings import LEAST_SPREAD, Levels, Surroundings, surroundings

_MOST_PX = 128
_REACHES_PX = (10.0, 30.0, 90.0)
"""How far around the clicks a small, a middling and a large thing may reach, in a photo whose
longer side has `_USUAL_PX` or fewer.
"""
_USUAL_PX = 1024
_LINE_REACHES_PX = (8.0, 24.0)
_LEAST_RATIO = 4.0
"""Of a line's length to its width."""
_SLACK_PX = 3.0
"""So far beside a thin thing a click still means it."""

_MARGIN = 0.75
_LEAST_DEVIATIONS, _LEAST_EDGE_DEVIATIONS = 3.0, 2.0
"""Under the click, and at the edge of the thing."""
_EDGE_SHARE = 0.3
"""A pixel belongs to the thing from this share of the contrast under the click on."""
_JOINED = np.ones((5, 5), np.uint8)
_LEAST_LINE_CONTRAST = 4.0
_SURE_LINE_CONTRAST, _SURE_STEADINESS = 10.0, 0.9
_SURE_RATIO, _SURE_SHARE = 25.0, 0.9
"""Of a line's length to its width, and to the photo's side: beyond all four it is hardly chance."""
_SURE_SCORE = 0.91
"""Of such a line at least: a thing on it must stand out a lot to be meant first."""


def answers_at_clicks(photo: Rgb, clicks: Sequence[Click]) -> list[Outline]:
    """Best first; empty where nothing stands out under the clicks on the thing."""
    grown = max(max(photo.shape[:2]) / _USUAL_PX, 1.0)
    found = [_thing(photo, clicks, reach * grown) for reach in _REACHES_PX]
    found += [line for reach in _LINE_REACHES_PX for line in _lines(photo, clicks, reach * grown)]
    answers = [outline for outline in found if outline is not None]
    near = heeding(answers, clicks, slack_px=_SLACK_PX * grown)
    return sorted(near, key=lambda outline: -outline.score)


def _thing(photo: Rgb, clicks: Sequence[Click], reach_px: float) -> Outline | None:
    """What hangs together under the clicks and stands out as it does there."""
    place = _around(photo, clicks, reach_px)
    if place is None:
        return None
    around = surroundings(photo, place, margins=(_MARGIN, _MARGIN), most_px=(_MOST_PX, _MOST_PX))
    if around.inside.all():
        return None
    strength = _strength(around)
    here = moved_to(around, clicks)
    seeds = [_strongest(strength, click) for click in here if click.is_positive]
    contrast = min(float(strength[seed]) for seed in seeds)
    if contrast < _LEAST_DEVIATIONS:
        return None
    alike = strength > max(_EDGE_SHARE * contrast, _LEAST_EDGE_DEVIATIONS)
    joined = cv2.morphologyEx(alike.astype(np.uint8), cv2.MORPH_CLOSE, _JOINED)
    mask = nearer_to_clicks_on(_under(without_specks(joined > 0), seeds), here)
    return outline_of(around, mask, score_of(contrast) * (1 - _leaking(mask)))


def _strength(around: Surroundings) -> Levels:
    """How far each pixel stands out, darker or brighter, in deviations of what is beside."""
    strength = around.strength()
    beside = strength[~around.inside]
    ground = float(np.median(beside))
    spread = 1.4826 * float(np.median(np.abs(beside - ground))) + LEAST_SPREAD
    return np.asarray((strength - ground) / spread, np.float32)


def _around(photo: Rgb, clicks: Sequence[Click], reach_px: float) -> Box | None:
    on = [(click.x, click.y) for click in clicks if click.is_positive]
    xs, ys = zip(*on, strict=True)
    box = Box(min(xs) - reach_px, min(ys) - reach_px, max(xs) + reach_px, max(ys) + reach_px)
    return box.clipped(photo.shape[1], photo.shape[0])


def _strongest(strength: Levels, click: Click) -> tuple[int, int]:
    """Row and column of what stands out most within a pixel of the click."""
    rows, columns = strength.shape
    row, column = min(max(int(click.y), 0), rows - 1), min(max(int(click.x), 0), columns - 1)
    near = [
        (r, c)
        for r in range(max(row - 1, 0), min(row + 2, rows))
        for c in range(max(column - 1, 0), min(column + 2, columns))
    ]
    return max(near, key=lambda place: strength[place])


def _under(mask: Mask, seeds: Sequence[tuple[int, int]]) -> Mask:
    """The parts that hold a seed."""
    _, labels = cv2.connectedComponents(mask, connectivity=8)
    held = {int(labels[seed]) for seed in seeds} - {0}
    return np.asarray(np.isin(labels, list(held)), np.uint8)


def _leaking(mask: Mask) -> float:
    """The share of the picture's border that the mask touches: there it was cut off."""
    border = np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]])
    return float(border.mean())


def _lines(photo: Rgb, clicks: Sequence[Click], reach_px: float) -> list[Outline]:
    """Lines through the clicks from one side of the photo towards the other."""
    height, width = photo.shape[:2]
    place = _around(photo, clicks, reach_px)
    if place is None:
        return []
    down, across = Box(place.left, 0, place.right, height), Box(0, place.top, width, place.bottom)
    found = [
        (fitted_line(photo, strip, is_free_length=True), side_px)
        for strip, side_px in ((down, height), (across, width))
    ]
    return [
        Outline(line.polygon, _line_score(line, side_px))
        for line, side_px in found
        if line is not None and line.contrast > _LEAST_LINE_CONTRAST and line.ratio > _LEAST_RATIO
    ]


def _line_score(line: Line, side_px: int) -> float:
    """`side_px` is the side of the photo that the line runs along."""
    box = Box.around(line.polygon)
    score = score_of(line.contrast - _LEAST_LINE_CONTRAST)
    is_sure = (
        line.contrast > _SURE_LINE_CONTRAST
        and line.steadiness > _SURE_STEADINESS
        and line.ratio > _SURE_RATIO
        and max(box.width, box.height) > _SURE_SHARE * side_px
    )
    return max(score, _SURE_SCORE) if is_sure else score
