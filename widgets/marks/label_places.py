"""Where the name of each box goes, so that it covers no defect: pure arithmetic, no Qt."""

import numpy as np
from numpy.typing import NDArray

from widgets.photo.view import Size

_CELL_PX = 4.0
_CROWD_PLACES = 6

Corners = NDArray[np.float64]
"""n x 4: left, top, right, bottom, in pixels of the screen."""
Sizes = NDArray[np.float64]
"""n x 2: width, height, in the same pixels."""
Cells = NDArray[np.int32]
"""Rects as `Corners`, or a table of rows and columns, in cells."""


def place_labels(
    boxes: Corners, sizes: Sizes, standing: Corners, *, screen: Size, gap_px: float
) -> Corners:
    """Where the labels of the first `len(sizes)` of `boxes` go; all labels get a place.

    `gap_px` is left between label and box. Each goes to the place around its box, on the screen,
    that covers least of all boxes, of the labels that are `standing` and of the earlier labels; of
    equal ones, to the first. Every label is compared with every box, so this is for hundreds of
    them, not for thousands.
    """
    spots = _spots(boxes[: len(sizes)], sizes, screen, gap_px)
    covered = _covered(spots, np.concatenate([boxes, standing]))
    labels = np.empty((len(sizes), 4))
    for number in range(len(sizes)):
        labels[number] = spots[number, covered[number].argmin()]
        later = slice(number + 1, None)
        covered[later] += _covered(spots[later], labels[number : number + 1])
    return labels


def place_in_crowd(
    boxes: Corners, sizes: Sizes, standing: Corners, *, screen: Size, gap_px: float
) -> tuple[Corners, NDArray[np.bool_]]:
    """As `place_labels`, for thousands: also whether a label has a place at all.

    It has one where it covers no box and no other label: a crowd under a carpet of names could
    not be judged. Earlier labels go first. Exact to a cell of 4 pixels.
    """
    shape = int(screen.height // _CELL_PX) + 1, int(screen.width // _CELL_PX) + 1
    sums = _sums(_cells(np.concatenate([boxes, standing]), shape, grown=True), shape)
    spots = _spots(boxes[: len(sizes)], sizes, screen, gap_px, places=_CROWD_PLACES)
    cells = _cells(spots.reshape(-1, 4), shape, grown=False)
    covered = _covered_cells(sums, cells).reshape(spots.shape[:2])
    best = covered.argmin(axis=1)
    each = np.arange(len(sizes))
    is_free = covered[each, best] == 0
    _leave_earlier(cells.reshape(*spots.shape)[each, best], is_free, shape)
    return spots[each, best], is_free


def _covered_cells(sums: Cells, cells: Cells) -> Cells:
    """For each rect of cells how many are covered. Places in memory are looked up: twice as fast as
    rows and columns."""
    width = sums.shape[1]
    left, top, right, bottom = cells.T
    above, below = top * width, bottom * width
    flat = sums.ravel()
    covered: Cells = flat[below + right] + flat[above + left]
    covered -= flat[above + right] + flat[below + left]
    return covered


def _leave_earlier(cells: Cells, is_free: NDArray[np.bool_], shape: tuple[int, int]) -> None:
    """No longer free is what covers an earlier one that is. A row of cells is the bits of a number:
    arrays this small would take ten times as long."""
    taken = [0] * (shape[0] + 1)
    for number in np.flatnonzero(is_free).tolist():
        left, top, right, bottom = cells[number].tolist()
        spot = ((1 << (right - left + 1)) - 1) << left
        is_free[number] = not any(row & spot for row in taken[top : bottom + 1])
        if is_free[number]:
            taken[top : bottom + 1] = [row | spot for row in taken[top : bottom + 1]]


def _cells(rects: Corners, shape: tuple[int, int], *, grown: bool) -> Cells:
    """Rects in cells: grown to whole ones, or shrunk, so that a label may stand beside its box."""
    begin, end = (np.floor, np.ceil) if grown else (np.ceil, np.floor)
    cells = rects / _CELL_PX
    begin(cells[:, :2], out=cells[:, :2])
    end(cells[:, 2:], out=cells[:, 2:])
    rows, columns = shape
    return np.clip(cells, 0, (columns, rows, columns, rows), out=cells).astype(np.int32)


def _sums(cells: Cells, shape: tuple[int, int]) -> Cells:
    """At (row, column) how many cells above and left of it are covered by any of the rects.

    A summed-area table (Crow, 1984), so that any rect's share costs four look-ups.
    """
    rows, columns = shape
    left, top, right, bottom = cells.T
    above, below = top * (columns + 1), bottom * (columns + 1)
    begun = np.concatenate([above + left, below + right])
    ended = np.concatenate([above + right, below + left])
    size = (rows + 1) * (columns + 1)
    counts = np.bincount(begun, minlength=size) - np.bincount(ended, minlength=size)
    edges = counts.astype(np.int32).reshape(rows + 1, columns + 1)
    np.cumsum(edges, axis=0, out=edges)
    np.cumsum(edges, axis=1, out=edges)
    covered = edges[:rows, :columns] > 0
    sums = np.zeros((rows + 1, columns + 1), np.int32)
    inner = sums[1:, 1:]
    np.cumsum(covered, axis=0, out=inner)
    np.cumsum(inner, axis=1, out=inner)
    return sums


def _spots(
    boxes: Corners, sizes: Sizes, screen: Size, gap_px: float, *, places: int | None = None
) -> Corners:
    """n x places x 4: above, below, right, left; along the sides, for boxes as tall as the screen;
    further off."""
    left, top, right, bottom = boxes.T
    width, height = sizes.T
    above, below = top - gap_px - height, bottom + gap_px
    after, before = right + gap_px, left - gap_px - width
    flush_right, flush_bottom = right - width, bottom - height
    middle = (top + flush_bottom) / 2
    points = [
        (left, above),
        (flush_right, above),
        (left, below),
        (flush_right, below),
        (after, top),
        (before, top),
        (after, middle),
        (before, middle),
        (after, flush_bottom),
        (before, flush_bottom),
        (left, above - height),
        (left, below + height),
    ]
    points = points[:places]
    furthest = np.array([screen.width, screen.height]) - sizes
    spots = np.empty((len(sizes), len(points), 4))
    for number, (x, y) in enumerate(points):
        for axis, start in enumerate((x, y)):
            inside = np.maximum(np.minimum(start, furthest[:, axis]), 0.0)
            spots[:, number, axis] = inside
            spots[:, number, axis + 2] = inside + sizes[:, axis]
    return spots


def _covered(spots: Corners, taken: Corners) -> NDArray[np.float64]:
    """For each of n x places spots, the sum of the shares of what is taken that it would cover.

    Shares, not pixels: a corner of a long streak may go, a whole speck may not.
    """
    left, top, right, bottom = taken.T
    wide = np.minimum(spots[..., 2, None], right) - np.maximum(spots[..., 0, None], left)
    high = np.minimum(spots[..., 3, None], bottom) - np.maximum(spots[..., 1, None], top)
    shared = np.maximum(wide, 0.0) * np.maximum(high, 0.0)
    covered: NDArray[np.float64] = shared @ (1 / ((right - left) * (bottom - top)))
    return covered
