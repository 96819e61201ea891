"""Where the name of each box goes, so that it covers no defect: pure arithmetic, no Qt."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.core.geometry import Box
from widgets.view import Size

GAP_PX = 3.0

Corners = NDArray[np.float64]
"""n x 4: left, top, right, bottom, in widget pixels."""


def place_labels(
    boxes: Sequence[Box], labels: Sequence[Size], *, screen: Size
) -> list[tuple[float, float]]:
    """Top-left widget point of each box's label, all in widget pixels.

    Each goes to the place around its box, on the screen, that covers least of the boxes and the
    earlier labels; of equal ones, to the first. Every label is compared with every
    box, so this is for hundreds of them, not for thousands.
    """
    count = len(boxes)
    taken: Corners = np.empty((2 * count, 4))
    taken[:count] = np.reshape([box.corners for box in boxes], (count, 4))
    places = []
    for number, (box, size) in enumerate(zip(boxes, labels, strict=True), start=count):
        spots = _around(box, size, screen)
        best = spots[np.argmin(_covered(spots, taken[:number]))]
        taken[number] = best
        places.append((float(best[0]), float(best[1])))
    return places


def _around(box: Box, size: Size, screen: Size) -> Corners:
    """Above, below, right, left; along the sides, for boxes as tall as the screen; further off."""
    above, below = box.top - GAP_PX - size.height, box.bottom + GAP_PX
    right, left = box.right + GAP_PX, box.left - GAP_PX - size.width
    flush_right, flush_bottom = box.right - size.width, box.bottom - size.height
    middle = (box.top + flush_bottom) / 2
    points = np.array(
        [
            (box.left, above),
            (flush_right, above),
            (box.left, below),
            (flush_right, below),
            (right, box.top),
            (left, box.top),
            (right, middle),
            (left, middle),
            (right, flush_bottom),
            (left, flush_bottom),
            (box.left, above - size.height),
            (box.left, below + size.height),
        ]
    )
    furthest = np.array([screen.width - size.width, screen.height - size.height])
    points = np.maximum(np.minimum(points, furthest), 0.0)
    return np.hstack([points, points + np.array([size.width, size.height])])


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
