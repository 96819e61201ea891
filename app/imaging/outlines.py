"""Outlines of masks, cut and joined, in pixels with (0, 0) at a pixel's outer corner."""

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from app.core.geometry import Polygon
from app.imaging.opencv import cv2

_TOLERANCE_PX = 0.5

# Spreads each pixel to the four corners it has, so that a contour runs along pixels' outer edges.
_CORNERS = np.ones((2, 2), np.uint8)


def mask_outline(mask: NDArray[np.uint8], *, left: int = 0, top: int = 0) -> Polygon | None:
    """The outer outline of the largest part of a HxW mask (0 is outside), None for an empty mask.

    `left`, `top` say where the mask's first pixel lies. Points are within half a pixel of the edge.
    """
    padded = cv2.copyMakeBorder(mask, 0, 1, 0, 1, cv2.BORDER_CONSTANT, value=[0])
    corners = cv2.dilate(padded, _CORNERS, anchor=(1, 1), borderType=cv2.BORDER_CONSTANT)
    return _largest_contour(corners.astype(np.uint8), left, top)


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
