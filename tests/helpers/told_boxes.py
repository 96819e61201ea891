"""What a line of a training file says of boxes, read with a regular expression alone."""

import json
import re
from typing import Any

from app.conversations.targets.targets import Shown, Target
from app.core.geometry import Box, intersection_over_union

NUMBER = r"(\d+(?:\.\d+)?)"
FOUR = re.compile(r"[^\d.]{1,3}".join([NUMBER] * 4))
GRIDS = {"kimi-vl": (1, 1e-3), "deepseek-vl2": (999, 1)}

Size = tuple[float, float]
Told = tuple[Box, Size]


def told_boxes(
    row: dict[str, Any], target: Target, size: Size, photo_size: tuple[int, int], *, bake: bool
) -> list[Told]:
    """Every box in every text of a row as the model learns it, system included.

    Each in pixels of the upright photo, which is of `size`, with how wide and high a step from one
    number to the next is there. The file that the row names is of `photo_size`.
    """
    across, down, unit = _grid(target, photo_size, bake=bake)
    x, y = size[0] / across, size[1] / down
    return [
        (Box(left * x, top * y, right * x, bottom * y), (unit * x, unit * y))
        for left, top, right, bottom in _numbers(row, photo_size, (across, down), unit)
    ]


def said_of(labels: list[Box], told: list[Told], *, may_err: bool) -> list[tuple[Box, float]]:
    """Labels that are told of, each edge within a step, and their overlap with what is told.

    Others must not be told of, unless the row `may_err` on purpose.
    """
    found = []
    for box, (across, down) in told:
        for label in labels:
            left, top, right, bottom = (
                abs(a - b) for a, b in zip(label.corners, box.corners, strict=True)
            )
            if max(left, right) <= across * 1.0001 and max(top, bottom) <= down * 1.0001:
                found.append((label, intersection_over_union(label, box)))
                break
        else:
            assert may_err, f"no label is at {box}"
    return found


def is_large(label: Box) -> bool:
    return min(label.width, label.height) >= 28


def _grid(target: Target, photo_size: tuple[int, int], *, bake: bool) -> tuple[float, float, float]:
    """The numbers of the right and of the bottom edge, and the step between two."""
    if target.vlm.name != "qwen2.5-vl":
        full, unit = GRIDS.get(target.vlm.name, (1000, 1))
        return full, full, unit
    if bake:
        return *photo_size, 1
    frame = target.frame(Shown("", *photo_size))
    seen = frame.seen or frame
    return seen.width, seen.height, 1


def _numbers(
    row: dict[str, Any], photo_size: tuple[int, int], full: Size, unit: float
) -> list[list[float]]:
    if "objects" not in row:
        texts = json.dumps([turn["content"] for turn in row["messages"]], ensure_ascii=False)
        return [[float(number) for number in four] for four in FOUR.findall(texts)]
    scales = [n / side for n, side in zip(full, photo_size, strict=True)] * 2
    return [  # as ms-swift rounds them
        [round(number * scale / unit) * unit for number, scale in zip(box, scales, strict=True)]
        for box in row["objects"]["bbox"]
    ]
