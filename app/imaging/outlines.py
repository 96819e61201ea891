"""Outlines of masks, cut and joined, in pixels with (0, 0) at a pixel's outer corner."""

import math
from collections.abc import Iterable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from app.core.bridges import Ring, bridged, signed_area
from app.core.geometry import Polygon
from app.imaging.opencv import cv2

_TOLERANCE_PX = 0.5

# Spreads each pixel to the four corners it has, so that a contour runs along pixels' outer edges.
_CORNERS = np.ones((2, 2), np.uint8)

_LEAST_SHARE = 0.01
"""Parts and holes below this share of the largest part's area are left out of an outline."""
_MOST_RINGS = 100
"""Parts and holes of one outline: where a mask is a thousand specks, the largest are left."""


def mask_outline(mask: NDArray[np.uint8], *, left: int = 0, top: int = 0) -> Polygon | None:
    """The outer outline of the largest part of a HxW mask (0 is outside), None for an empty mask.

    `left`, `top` say where the mask's first pixel lies. Points are within half a pixel of the edge.
    """
    padded = cv2.copyMakeBorder(mask, 0, 1, 0, 1, cv2.BORDER_CONSTANT, value=[0])
    corners = cv2.dilate(padded, _CORNERS, anchor=(1, 1), borderType=cv2.BORDER_CONSTANT)
    return _largest_contour(corners.astype(np.uint8), left, top)


def mask_outlines(
    mask: NDArray[np.uint8] | NDArray[np.bool_], *, left: int = 0, top: int = 0
) -> Polygon | None:
    """One closed line around all of a HxW mask (0 is outside), None for an empty mask.

    Holes, and parts that lie apart, are joined to the largest part by bridges without width, and
    holes run the other way round: filled by the even-odd rule or by the winding rule, it is the
    mask. Parts and holes under a hundredth of the largest part are left out, and all but the
    hundred largest. `left`, `top` say where the mask's first pixel lies. The line is within a pixel
    of the mask's edge.
    """
    x, y, width, height = cv2.boundingRect(np.asarray(mask != 0, np.uint8))
    if width == 0:
        return None
    first, *others = _rings(np.asarray(mask[y : y + height, x : x + width] != 0, np.uint8))
    least = _LEAST_SHARE * abs(signed_area(first))
    joined = bridged([first, *(ring for ring in others if abs(signed_area(ring)) >= least)])
    return tuple((float(px) + x + left, float(py) + y + top) for px, py in joined)


def joined_outline(polygons: Iterable[Polygon]) -> Polygon | None:
    """One outline around polygons that overlap or touch; of parts that don't, the largest."""
    points = [np.rint(np.array(polygon)).astype(np.int32) for polygon in polygons]
    low = np.concatenate(points).min(axis=0)
    width, height = (np.concatenate(points).max(axis=0) - low + 1).tolist()
    corners = np.zeros((height, width), np.uint8)
    for polygon in points:
        cv2.fillPoly(corners, [polygon - low], [1])
    return _largest_contour(corners, int(low[0]), int(low[1]))


def clipped_polygon(polygon: Polygon, width: float, height: float) -> Polygon | None:
    """The part of a convex polygon inside a width x height image, or None when there is none."""
    points = list(polygon)
    # Sutherland-Hodgman, one border after the other: axis, where it lies, which side is inside.
    for axis, limit, sign in ((0, 0.0, 1), (1, 0.0, 1), (0, width, -1), (1, height, -1)):
        points = _cut(points, axis, float(limit), sign)
    return tuple(points) if len(points) >= 3 and abs(_area(points)) > 1e-9 else None


def _cut(
    points: list[tuple[float, float]], axis: int, limit: float, sign: int
) -> list[tuple[float, float]]:
    kept: list[tuple[float, float]] = []
    for here, following in zip(points, points[1:] + points[:1], strict=True):
        inside = sign * (here[axis] - limit) >= 0
        if inside:
            kept.append(here)
        if inside != (sign * (following[axis] - limit) >= 0):
            share = (limit - here[axis]) / (following[axis] - here[axis])
            crossing = [h + share * (f - h) for h, f in zip(here, following, strict=True)]
            crossing[axis] = limit
            kept.append((crossing[0], crossing[1]))
    return kept


def _area(points: list[tuple[float, float]]) -> float:
    following = points[1:] + points[:1]
    return math.fsum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, following, strict=True)) / 2


def _largest_contour(corners: NDArray[np.uint8], left: int, top: int) -> Polygon | None:
    contours, _ = cv2.findContours(corners, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not contours:
        return None
    largest = max(contours, key=cv2.contourArea)
    smooth = cv2.approxPolyDP(largest, _TOLERANCE_PX, closed=True)
    points = (smooth if len(smooth) >= 3 else largest).reshape(-1, 2)
    if len(points) < 3:
        return None
    return tuple((float(x) + left, float(y) + top) for x, y in points)


def _rings(mask: NDArray[np.uint8]) -> list[Ring]:
    """The edges of a mask that isn't empty, smoothed, in pixels: the largest part first, and holes
    after all parts. Parts run one way round, holes the other.
    """
    doubled = cv2.resize(mask, None, fx=2, fy=2, interpolation=cv2.INTER_NEAREST)
    contours, hierarchy = cv2.findContours(doubled, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    areas = np.array([cv2.contourArea(contour) for contour in contours])
    is_part = hierarchy[0, :, 3] < 0
    # Measured before they are smoothed, because a noisy mask has thousands: half of the least area
    # leaves room for what smoothing and the width of the contour itself change.
    large = np.flatnonzero(areas >= _LEAST_SHARE / 2 * areas[is_part].max())
    largest = large[np.argsort(-areas[large], kind="stable")][:_MOST_RINGS]
    parts, holes = [], []
    for number in largest:
        contour = contours[number]
        # A contour runs through the pixels beside the edge. Of the two that stand for one pixel of
        # the mask, the even one lies at its left or upper edge, the odd one at the other.
        ring = _smoothed(_corners(np.asarray((contour.reshape(-1, 2) + 1) // 2, np.int32)))
        clockwise = signed_area(ring) > 0
        if is_part[number]:
            parts.append(ring if clockwise else ring[::-1])
        else:
            holes.append(ring[::-1] if clockwise else ring)
    by_size = partial(sorted, key=lambda ring: -abs(signed_area(ring)))
    return [*by_size(parts), *by_size(holes)]


def _corners(points: NDArray[np.int32]) -> NDArray[np.int32]:
    """Without points that stand twice or on a straight line between their neighbours."""
    points = points[(points != np.roll(points, 1, axis=0)).any(axis=1)]
    before, after = points - np.roll(points, 1, axis=0), np.roll(points, -1, axis=0) - points
    return np.asarray(points[_cross(before, after) != 0], np.int32)


def _smoothed(corners: NDArray[np.int32]) -> Ring:
    """The line that pixels' edges stand for: steps of one pixel become slopes.

    It runs through the middle of each edge, and through the corners that are no part of a step.
    """
    edges = np.roll(corners, -1, axis=0) - corners
    turns = np.sign(_cross(np.roll(edges, 1, axis=0), edges))
    is_step = (np.abs(edges).sum(axis=1) == 1) & (turns != np.roll(turns, -1))
    keeps = ~(is_step | np.roll(is_step, 1))
    both = np.stack([corners.astype(np.float64), corners + edges / 2], axis=1)
    line = both[np.stack([keeps, np.ones_like(keeps)], axis=1)]
    smooth = cv2.approxPolyDP(line.astype(np.float32), _TOLERANCE_PX, closed=True).reshape(-1, 2)
    return np.asarray(smooth if len(smooth) >= 3 else corners, np.float64)


def _cross(a: NDArray[np.int32], b: NDArray[np.int32]) -> NDArray[np.int32]:
    return np.asarray(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0], np.int32)
