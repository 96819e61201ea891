"""The masks that a Segment Anything decoder draws, and how they come back to the photo's size."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.imaging.opencv import cv2

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Decoded:
    """A decoder's answer to one prompt.

    `logits`: masks x rows x columns, above 0 inside. The first mask is the answer when the prompt
    is clear; the others are what an unclear one, a single click, may mean. `scores`: for each mask
    the overlap (0..1, not clipped) that the model expects it to have with the truth.

    The map is first scaled to `finer` times as many rows and columns. Of these the photo fills
    `filled`, counted from the top left and not always whole; beyond the first `known` rows and
    columns the map is not looked at.
    """

    logits: Floats
    scores: Floats
    filled: tuple[float, float]
    known: tuple[int, int]
    finer: int = 1


def photo_mask(
    decoded: Decoded, number: int, height_px: int, width_px: int
) -> tuple[NDArray[np.bool_], int, int]:
    """The part of mask `number` around what is inside, at the photo's size, and its left and top.

    Scaled bilinearly between pixel centres, as `torch.nn.functional.interpolate` does, but only
    where something can be inside. Empty (0 x 0) when nothing is.
    """
    logits = _finer(decoded.logits[number], decoded.finer)[: decoded.known[0], : decoded.known[1]]
    rows = _stretch(logits.max(axis=1) > 0, decoded.filled[0], height_px)
    columns = _stretch(logits.max(axis=0) > 0, decoded.filled[1], width_px)
    if len(rows) == 0 or len(columns) == 0:
        return np.zeros((0, 0), np.bool_), 0, 0
    above, below, down = _between(rows, decoded.filled[0] / height_px, decoded.known[0])
    left, right, across = _between(columns, decoded.filled[1] / width_px, decoded.known[1])
    lines = logits[above] * (1 - down)[:, None] + logits[below] * down[:, None]
    mask = lines.take(left, axis=1) * (1 - across) + lines.take(right, axis=1) * across > 0
    return mask, columns[0], rows[0]


def _finer(logits: Floats, times: int) -> Floats:
    if times == 1:
        return logits
    finer = cv2.resize(logits, None, fx=times, fy=times, interpolation=cv2.INTER_LINEAR)
    return np.asarray(finer, np.float32)


def _stretch(inside: NDArray[np.bool_], filled: float, size_px: int) -> range:
    """The photo's pixels along one axis that may be inside, where map cells say whether."""
    cells = np.flatnonzero(inside)
    if len(cells) == 0:
        return range(0)
    scale = size_px / filled
    # A cell's value reaches to the centres of its neighbours.
    first = math.floor((cells[0] - 0.5) * scale) - 1
    last = math.ceil((cells[-1] + 1.5) * scale) + 1
    return range(max(first, 0), min(last, size_px))


def _between(
    pixels: range, cells_per_px: float, known: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats]:
    """For each pixel the two cells that it lies between, and how far it is towards the second."""
    centres = np.arange(pixels.start, pixels.stop, dtype=np.float64) + 0.5
    at = np.clip(centres * cells_per_px - 0.5, 0, known - 1)
    first = np.floor(at).astype(np.intp)
    second = np.minimum(first + 1, known - 1)
    return first, second, (at - first).astype(np.float32)
