"""Which finds a recipe lets through: those in its region, neither too small nor too large."""

from collections.abc import Sequence
from dataclasses import replace

from app.core.detection import Detection
from app.core.geometry import Box, Polygon
from app.core.recipe import Filters
from app.core.shape import Shape, clipped

_LEAST_SIDE_PX = 1e-6  # what is cut off thinner is rounding


def kept(
    finds: Sequence[Detection], filters: Filters, width_px: int, height_px: int
) -> list[Detection]:
    """The finds that stay, in their order, cut to the region; all in pixels of the photo.

    A find whose centre lies outside the region goes. Side and area are of what is left of its box.
    """
    region = filters.region.scaled(width_px, height_px)
    most_area = filters.most_area_share * width_px * height_px
    inside = [cut for find in finds if (cut := _cut(find, region)) is not None]
    return [
        find
        for find in inside
        if min(find.box.width, find.box.height) >= filters.least_side_px
        and find.box.area <= most_area
    ]


def _cut(find: Detection, region: Box) -> Detection | None:
    """What lies in the region; None where its centre doesn't, or nothing of its outline."""
    if not region.contains(*find.box.centre):
        return None
    corners = [find.box.corners[:2], find.box.corners[2:], *(find.polygon or ())]
    if all(_pulled_in(corner, region) == corner for corner in corners):
        return find
    box = Box.around(_pulled_in(corner, region) for corner in corners[:2])
    if find.polygon is None:
        return replace(find, box=box)
    outline = _outline_inside(find.polygon, region)
    if find.box != Box.around(find.polygon):
        return replace(find, box=box, polygon=outline)
    # The box only says how far the outline reaches, so it shrinks with it.
    if outline is None:
        return None
    return replace(find, box=Box.around(outline), polygon=outline)


def _outline_inside(polygon: Polygon, region: Box) -> Polygon | None:
    """The part of an outline in the region, None where it has no area to speak of."""
    left, top = region.left, region.top
    shifted = tuple((x - left, y - top) for x, y in polygon)
    whole = Box(0, 0, region.width, region.height)
    shape = clipped(Shape(whole, shifted), whole.right, whole.bottom)
    if shape is None or shape.polygon is None:
        return None
    # Shifting there and back may carry a corner over the border by rounding.
    corners = tuple(_pulled_in((x + left, y + top), region) for x, y in shape.polygon)
    xs, ys = zip(*corners, strict=True)
    has_area = max(xs) - min(xs) > _LEAST_SIDE_PX and max(ys) - min(ys) > _LEAST_SIDE_PX
    return corners if has_area else None


def _pulled_in(point: tuple[float, float], region: Box) -> tuple[float, float]:
    x, y = point
    return min(max(x, region.left), region.right), min(max(y, region.top), region.bottom)
