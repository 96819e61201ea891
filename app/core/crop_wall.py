"""The wall of crops: every box of one class side by side, where a wrong one stands out."""

from collections.abc import Collection, Mapping, Sequence

from app.core.annotation import Annotation
from app.core.geometry import Box

_ROOM = 1.5
_LEAST_PX = 48.0


def crop_window(box: Box, width_px: int, height_px: int) -> Box:
    """The square around a box that its crop shows, moved into the image, or as much as it has.

    In whole pixels, with room around the box, so that people see what it lies on.
    """
    side = max(box.width * _ROOM, box.height * _ROOM, _LEAST_PX)
    left, right = _within(box.centre[0], side, width_px)
    top, bottom = _within(box.centre[1], side, height_px)
    return Box(left, top, right, bottom)


def looked_at(
    standing: Mapping[int, Sequence[Annotation]],
    seen: Mapping[str, Annotation],
    wrong: Collection[str],
) -> list[int]:
    """The images of which every box was on a wall, as it stands, and none was called wrong.

    `standing`: image id → its boxes; `seen` and `wrong` by uid. An image without a box was on no
    wall, and one with proposals holds what nobody has decided on.
    """
    return [
        image_id
        for image_id, boxes in standing.items()
        if boxes
        and all(seen.get(a.uid) == a and a.uid not in wrong and not a.is_proposal for a in boxes)
    ]


def _within(centre: float, side: float, length: int) -> tuple[int, int]:
    first = round(min(max(centre - side / 2, 0), max(length - side, 0)))
    return first, max(min(round(first + side), length), first + 1)
