"""Outlines of what stands out from the surface around it: a segmenter that needs no weights."""

from collections.abc import Iterable

from app.core.geometry import Box, intersection_over_union
from app.core.photo import Rgb
from app.core.segmentation import Outline, Prompt
from app.imaging.box_prompt import answers_in_box
from app.imaging.click_prompt import answers_at_clicks

_SAME = 0.9
"""Outlines whose boxes overlap this much, and whose masks look alike, are one answer."""


def outlines_of(photo: Rgb, prompt: Prompt) -> list[Outline]:
    """What `prompt` may mean on the photo, best first; empty where nothing stands out there.

    Only the photo around the prompt is looked at, reduced where it is large. Scores (0..1) tell how
    far a thing stands out from the grain beside it; they compare answers, and are no probabilities.
    """
    height, width = photo.shape[:2]
    if prompt.box is None:
        return _distinct(_clipped(answers_at_clicks(photo, prompt.clicks), width, height))
    box = prompt.box.clipped(width, height)
    if box is None:
        return []
    return _distinct(_clipped(answers_in_box(photo, box, prompt.clicks), width, height))


def refitted(photo: Rgb, box: Box) -> Box:
    """The box moved to the edges of what it is around; as it is where nothing stands out."""
    found = outlines_of(photo, Prompt(box))
    return found[0].box if found else box


def _clipped(outlines: Iterable[Outline], width: int, height: int) -> list[Outline]:
    """Points beside the photo moved to its border; what has no area left goes."""
    inside = []
    for each in outlines:
        points = tuple((min(max(x, 0.0), width), min(max(y, 0.0), height)) for x, y in each.polygon)
        xs, ys = zip(*points, strict=True)
        if min(xs) < max(xs) and min(ys) < max(ys):
            inside.append(Outline(points, each.score))
    return inside


def _distinct(outlines: Iterable[Outline]) -> list[Outline]:
    """Best first, without those that say the same as a better one."""
    kept: list[Outline] = []
    for outline in outlines:
        if not any(_alike(outline, better) for better in kept):
            kept.append(outline)
    return kept


def _alike(a: Outline, b: Outline) -> bool:
    sizes = sorted((_area(a), _area(b)))
    return intersection_over_union(a.box, b.box) >= _SAME and sizes[0] >= _SAME * max(
        sizes[1], 1e-9
    )


def _area(outline: Outline) -> float:
    points = outline.polygon
    following = points[1:] + points[:1]
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, following, strict=True))) / 2
