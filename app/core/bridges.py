"""Masks of several parts, and with holes, as one closed line: rings joined by bridges, and back."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Ring = NDArray[np.float64]
"""Points (x, y) of a closed line, n x 2, the first one not again at the end."""

_MOST_BRIDGE_ENDS = 256
"""Points of either line that are looked at for the shortest bridge."""


def signed_area(ring: Ring) -> float:
    """By the shoelace formula; positive where it runs clockwise as seen on screen, y downward."""
    x, y = (ring - ring[0]).T
    return float(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2


def bridged(rings: Sequence[Ring]) -> Ring:
    """One line that runs round all of them, in their order, over bridges without width.

    Where parts run one way round and holes the other (`oriented`), it is filled alike by the
    even-odd rule and by the winding rule.
    """
    line, *others = rings
    for ring in others:
        line = _with_bridge(line, ring)
    return line


def rings_of(line: Ring) -> list[Ring]:
    """What `bridged` joined: the line without each stretch that it runs along both ways.

    What it fills stays the same, by either rule; of a line that encloses nothing, nothing is left.
    """
    rings: list[Ring] = []
    way: list[tuple[float, float]] = []
    places: dict[tuple[tuple[float, float], tuple[float, float]], int] = {}
    points = [(x, y) for x, y in line.tolist()]
    for point in [*points, *points[:1]]:
        if not way or way[-1] == point:
            way = way or [point]
            continue
        came_over = places.get((point, way[-1]))
        if came_over is None:
            places[way[-1], point] = len(way) - 1
            way.append(point)
            continue
        _keep(rings, way[came_over + 1 : -1])
        for at in range(came_over, len(way) - 1):
            places.pop((way[at], way[at + 1]), None)
        del way[came_over + 1 :]
    _keep(rings, way[:-1])
    return rings


def oriented(rings: Sequence[Ring]) -> list[Ring]:
    """Rings that don't cross, to be filled by the even-odd rule: parts clockwise, the largest
    first, and after them the holes, the other way round.
    """
    by_size = sorted(rings, key=lambda ring: -abs(signed_area(ring)))
    parts: list[Ring] = []
    holes: list[Ring] = []
    for number, ring in enumerate(by_size):
        is_hole = sum(_lies_in(ring, larger) for larger in by_size[:number]) % 2 == 1
        is_clockwise = signed_area(ring) > 0
        (holes if is_hole else parts).append(ring if is_clockwise != is_hole else ring[::-1])
    return [*parts, *holes]


def _with_bridge(line: Ring, ring: Ring) -> Ring:
    """It leaves `line` near where `ring` is nearest, runs round it and comes back."""
    every, every_of_ring = (-(-len(points) // _MOST_BRIDGE_ENDS) for points in (line, ring))
    gaps = ((line[::every, None] - ring[None, ::every_of_ring]) ** 2).sum(axis=2)
    row, column = np.unravel_index(int(gaps.argmin()), gaps.shape)
    here, there = int(row) * every, int(column) * every_of_ring
    around = np.concatenate([ring[there:], ring[: there + 1]])
    return np.concatenate([line[: here + 1], around, line[here:]])


def _keep(rings: list[Ring], points: Sequence[tuple[float, float]]) -> None:
    if len(points) > 2:
        rings.append(np.array(points, np.float64))


def _lies_in(ring: Ring, other: Ring) -> bool:
    """Of rings that don't cross, though they may touch: by the middles of the ring's edges, for
    corners may lie on the other one.
    """
    if (ring.min(axis=0) < other.min(axis=0)).any() or (ring.max(axis=0) > other.max(axis=0)).any():
        return False
    middles = (ring + np.roll(ring, -1, axis=0)) / 2
    return 2 * sum(_is_inside(x, y, other) for x, y in middles.tolist()) > len(middles)


def _is_inside(x: float, y: float, ring: Ring) -> bool:
    """By the even-odd rule: how often a ray to the right crosses the ring."""
    (x0, y0), (x1, y1) = ring.T, np.roll(ring, -1, axis=0).T
    spans = (y0 > y) != (y1 > y)
    crossing = x0[spans] + (y - y0[spans]) / (y1[spans] - y0[spans]) * (x1[spans] - x0[spans])
    return int(np.count_nonzero(crossing > x)) % 2 == 1
