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


def place_labels(
    boxes: Corners, sizes: Sizes, standing: Corners, *, screen: Size, gap_px: float
) -> Corners:
    """Where the labels of the first `len(sizes)` of `boxes` go; all labels get a place.

    `gap_px` is left between label and box. Each goes to the place around its box, on the screen,
    that covers least of all boxes, of the labels that are `standing` and of the earlier labels; of
    equal ones, to the first. Every label is compared with every box, so this is for hundreds of
    them, not for thousands.
    """
    fixed = len(boxes) + len(standing)
    taken = np.concatenate([boxes, standing, np.empty((len(sizes), 4))])
    spots = _spots(boxes[: len(sizes)], sizes, screen, gap_px)
    for number in range(len(sizes)):
        covered = _covered(spots[number], taken[: fixed + number])
        taken[fixed + number] = spots[number, np.argmin(covered)]
    return taken[fixed:]


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
    left, top, right, bottom = cells.T
    covered = sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]
    covered = covered.reshape(spots.shape[:2])
    best = covered.argmin(axis=1)
    each = np.arange(len(sizes))
    is_free = covered[each, best] == 0
    _leave_earlier(cells.reshape(*spots.shape)[each, best], is_free, shape)
    return spots[each, best], is_free


def _leave_earlier(
    cells: NDArray[np.int64], is_free: NDArray[np.bool_], shape: tuple[int, int]
) -> None:
    """No longer free is what covers an earlier one that is."""
    taken = np.zeros(shape, np.bool_)
    for number in np.flatnonzero(is_free).tolist():
        left, top, right, bottom = cells[number].tolist()
        spot = taken[top : bottom + 1, left : right + 1]
        is_free[number] = not spot.any()
        if is_free[number]:
            spot[...] = True


def _cells(rects: Corners, shape: tuple[int, int], *, grown: bool) -> NDArray[np.int64]:
    """Rects in cells: grown to whole ones, or shrunk, so that a label may stand beside its box."""
    begin, end = (np.floor, np.ceil) if grown else (np.ceil, np.floor)
    cells = np.hstack([begin(rects[:, :2] / _CELL_PX), end(rects[:, 2:] / _CELL_PX)])
    rows, columns = shape
    cells[:, 0::2] = cells[:, 0::2].clip(0, columns)
    cells[:, 1::2] = cells[:, 1::2].clip(0, rows)
    return cells.astype(np.int64)


def _sums(cells: NDArray[np.int64], shape: tuple[int, int]) -> NDArray[np.int64]:
    """At (row, column) how many cells above and left of it are covered by any of the rects.

    A summed-area table (Crow, 1984), so that any rect's share costs four look-ups.
    """
    rows, columns = shape
    edges = np.zeros((rows + 1, columns + 1), np.int64)
    left, top, right, bottom = cells.T
    for row, column, step in (
        (top, left, 1),
        (top, right, -1),
        (bottom, left, -1),
        (bottom, right, 1),
    ):
        np.add.at(edges, (row, column), step)
    covered = edges.cumsum(axis=0).cumsum(axis=1)[:rows, :columns] > 0
    sums = np.zeros((rows + 1, columns + 1), np.int64)
    sums[1:, 1:] = covered.cumsum(axis=0).cumsum(axis=1)
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
    starts = np.array(points[:places]).transpose(2, 0, 1)
    furthest = np.array([screen.width, screen.height]) - sizes
    starts = np.maximum(np.minimum(starts, furthest[:, None, :]), 0.0)
    return np.concatenate([starts, starts + sizes[:, None, :]], axis=2)


def _covered(spots: Corners, taken: Corners) -> NDArray[np.float64]:
    """For each spot, the sum of the shares of what is taken that it would cover.

    Shares, not pixels: a corner of a long streak may go, a whole speck may not.
    """
    starts = np.maximum(spots[:, None, :2], taken[None, :, :2])
    ends = np.minimum(spots[:, None, 2:], taken[None, :, 2:])
    shared = np.maximum(ends - starts, 0.0).prod(axis=2)
    areas = (taken[:, 2:] - taken[:, :2]).prod(axis=1)
    covered: NDArray[np.float64] = (shared / areas).sum(axis=1)
    return covered
