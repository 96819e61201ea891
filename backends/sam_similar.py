"""Where a photo looks like a marked part of another, told by what the image encoder made of both.

After PerSAM: R. Zhang et al., "Personalize Segment Anything Model with One Shot", 2023,
arXiv 2305.03048. There the mean feature of the marked part is compared (cosine) with every place
of the other photo, and the most similar place becomes a click. Here all places that stand out do,
and how much is enough is told by the target's own photo: half way from what is outside the marked
part to what is inside.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.core.detection import Detection
from app.core.geometry import Box, Polygon, intersection_over_union
from app.core.segmentation import Click, Prompt
from backends.embedding_cache import Embedding
from backends.sam_masks import Decoded, Floats

_LEAST_LIKENESS = 0.5
_SAME_IOU = 0.5
_MOST_FINDS = 48  # decoding takes a tenth of a second each on two cores
_LEAST_CONTRAST = 1e-3  # between inside and outside, as cosines: below it all is alike
_TINY = 1e-9

Decode = Callable[[Embedding, Prompt], Decoded]
Outlined = Callable[[Embedding, Decoded, int], Polygon | None]
"""What is inside a mask, by its number, in pixels of the photo; None where nothing is."""


@dataclass(frozen=True, slots=True)
class Target:
    """The marked part: its box in pixels of the photo, and the decoder's answer to that box."""

    embedding: Embedding
    box: Box
    decoded: Decoded


def similar_parts(
    target: Target, other: Embedding, decode: Decode, outlined: Outlined, *, same_photo: bool
) -> list[Detection]:
    """Finds in `other` that look like the target, best first, without the target itself.

    The score, 0..1, is how alike the find is (0: as the target's surroundings, 1: as the target
    on average) times the overlap that the decoder expects its mask to have with the truth.
    """
    like = likeness(target, other)
    taken = _marked(target) > 0 if same_photo else np.zeros(like.shape, np.bool_)
    finds: list[Detection] = []
    for row, column in _peaks(like):
        if len(finds) == _MOST_FINDS:
            break
        if taken[row, column]:
            continue
        decoded = decode(other, Prompt(clicks=(_click(row, column, other),)))
        number, score = _best(decoded, like)
        taken |= _shares(decoded, number, like.shape) > 0
        taken[row, column] = True
        polygon = outlined(other, decoded, number)
        if polygon is not None:
            finds.append(Detection("", Box.around(polygon), score, polygon))
    return _distinct(finds, [target.box] if same_photo else [])


def likeness(target: Target, other: Embedding) -> Floats:
    """For each cell of `other`'s map how alike it is: 0 as around the target, 1 as inside it."""
    marked, there = _directions(target.embedding), _directions(other)
    shares = _marked(target)
    mean = np.tensordot(marked, shares, axes=2)
    mean /= np.linalg.norm(mean)
    here = np.tensordot(mean, marked, axes=1)
    around = _filled(target.embedding) & (shares == 0)
    inside = float((here * shares).sum() / shares.sum())
    outside = float(here[around].mean()) if around.any() else 0.0
    if inside - outside < _LEAST_CONTRAST:
        return np.zeros(there.shape[1:], np.float32)
    like = (np.tensordot(mean, there, axes=1) - outside) / (inside - outside)
    return np.where(_filled(other), like.clip(0, 1), 0).astype(np.float32)


def _directions(embedding: Embedding) -> Floats:
    """Each cell's feature, channels x rows x columns, scaled to length 1."""
    features = embedding.maps[0].astype(np.float32)
    lengths = np.linalg.norm(features, axis=0)
    return np.asarray(features / np.maximum(lengths, _TINY), np.float32)


def _marked(target: Target) -> Floats:
    """How much of each cell, 0..1, the target covers: its mask, or its box where that is empty."""
    shape = target.embedding.maps[0].shape[1:]
    shares = _shares(target.decoded, 0, shape)
    return shares if shares.any() else _box_shares(target.box, target.embedding, shape)


def _shares(decoded: Decoded, number: int, shape: tuple[int, ...]) -> Floats:
    """How much of each cell, 0..1, is inside mask `number`; its map is a multiple of `shape`."""
    inside = decoded.logits[number] > 0
    rows, columns = (a // b for a, b in zip(inside.shape, shape, strict=True))
    return np.asarray(
        inside.reshape(shape[0], rows, shape[1], columns).mean(axis=(1, 3)), np.float32
    )


def _box_shares(box: Box, embedding: Embedding, shape: tuple[int, ...]) -> Floats:
    """1 for each cell that the box touches."""
    cell_px = _cell_px(embedding)
    left, top = max(int(box.left / cell_px), 0), max(int(box.top / cell_px), 0)
    shares = np.zeros(shape, np.float32)
    shares[top : int(box.bottom / cell_px) + 1, left : int(box.right / cell_px) + 1] = 1
    return shares


def _cell_px(embedding: Embedding) -> float:
    """The side of a cell in pixels of the photo, whose longer side fills the map."""
    cells: int = embedding.maps[0].shape[1]
    return max(embedding.height_px, embedding.width_px) / cells


def _filled(embedding: Embedding) -> NDArray[np.bool_]:
    """The cells whose centre lies on the photo; the others are padding."""
    _, rows, columns = embedding.maps[0].shape
    cell_px = _cell_px(embedding)
    on_row = (np.arange(rows) + 0.5) * cell_px < embedding.height_px
    on_column = (np.arange(columns) + 0.5) * cell_px < embedding.width_px
    # Of a photo thinner than half a cell no centre is inside.
    on_row[0] = on_column[0] = True
    filled: NDArray[np.bool_] = on_row[:, None] & on_column
    return filled


def _peaks(like: Floats) -> list[tuple[int, int]]:
    """Cells (row, column) as alike as any of their eight neighbours, and enough, best first."""
    padded = np.pad(like, 1)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3))
    is_peak = (like == windows.max(axis=(2, 3))) & (like >= _LEAST_LIKENESS)
    cells = [(int(row), int(column)) for row, column in np.argwhere(is_peak)]
    return sorted(cells, key=lambda cell: -float(like[cell]))


def _click(row: int, column: int, embedding: Embedding) -> Click:
    cell_px = _cell_px(embedding)
    x, y = (column + 0.5) * cell_px, (row + 0.5) * cell_px
    return Click(min(x, embedding.width_px - 1.0), min(y, embedding.height_px - 1.0))


def _best(decoded: Decoded, like: Floats) -> tuple[int, float]:
    """Of the masks that a click may mean the one with the best score."""
    scored = []
    for number in range(1, len(decoded.logits)):
        shares = _shares(decoded, number, like.shape)
        alike = float((like * shares).sum() / max(float(shares.sum()), _TINY))
        scored.append((alike * float(decoded.scores[number].clip(0, 1)), -number))
    score, number = max(scored)
    return -number, score


def _distinct(finds: list[Detection], known: list[Box]) -> list[Detection]:
    """Without those that lie on a better one or on a known box, best first."""
    kept: list[Detection] = []
    for find in sorted(finds, key=lambda find: -find.score):
        boxes = [*known, *(each.box for each in kept)]
        if all(intersection_over_union(find.box, box) < _SAME_IOU for box in boxes):
            kept.append(find)
    return kept
