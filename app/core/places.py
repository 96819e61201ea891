"""Where on the image a box lies and how large it is there, coarsely enough for words."""

from typing import Literal, get_args

from app.core.geometry import Box

Place = Literal[
    "top_left", "top", "top_right",
    "left", "centre", "right",
    "bottom_left", "bottom", "bottom_right",
    "row_top", "row_middle", "row_bottom",
    "column_left", "column_centre", "column_right",
    "whole",
]  # fmt: skip
PLACES: tuple[Place, ...] = get_args(Place)

Extent = Literal["tiny", "small", "medium", "large"]

SPANNING = 0.75
"""A box at least this share of the image's width (or height) lies across it, not in one cell."""

_EXTENT_BELOW: tuple[tuple[float, Extent], ...] = (
    (0.001, "tiny"),
    (0.01, "small"),
    (0.1, "medium"),
)


def place_of(box: Box, width_px: int, height_px: int) -> Place:
    """The cell of a 3x3 grid over the upright image in which the box has its centre.

    A box that spans the image's width lies in a row of the grid instead, one that spans its height
    in a column, and one that spans both is "whole".
    """
    x, y = box.centre
    column = min(int(3 * x / width_px), 2)
    row = min(int(3 * y / height_px), 2)
    across, down = box.width >= SPANNING * width_px, box.height >= SPANNING * height_px
    if across and down:
        return "whole"
    if across:
        return PLACES[9 + row]
    if down:
        return PLACES[12 + column]
    return PLACES[3 * row + column]


def extent_of(box: Box, width_px: int, height_px: int) -> Extent:
    """By the share of the image's area: below 0.1 %, below 1 %, below 10 %, and from there on."""
    share = box.area / (width_px * height_px)
    return next((extent for below, extent in _EXTENT_BELOW if share < below), "large")
