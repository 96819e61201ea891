"""Outlines of what stands out from the surface around it: a segmenter that needs no weights."""

from collections.abc import Iterable, Iterator
from itertools import islice

from app.core.geometry import Box, intersection_over_union
from app.core.photo import Rgb
from app.core.segmentation import Outline, Prompt
from app.imaging.box_prompt import answers_in_box
from app.imaging.click_prompt import answers_at_clicks

_SAME = 0.9
"""Outlines whose boxes overlap this much, and whose masks look alike, are one answer."""


def outlines_of(photo: Rgb, prompt: Prompt, *, most: int | None = None) -> list[Outline]:
    """What `prompt` may mean on the photo, best first; empty where nothing stands out there.

    At most `most` outlines, unless None: of a box the others are not even looked for. Only the
    photo around the prompt is looked at, reduced where it is large. Scores (0..1) tell how far a
    thing stands out from the grain beside it; they compare answers, and are no probabilities.
    """
    height, width = photo.shape[:2]
    found: Iterable[Outline] = []
    if prompt.box is None:
        found = answers_at_clicks(photo, prompt.clicks)
    elif box := prompt.box.clipped(width, height):
        found = answers_in_box(photo, box, prompt.clicks)
    return list(islice(_distinct(_clipped(found, width, height)), most))


def refitted(photo: Rgb, box: Box) -> Box:
    """The box moved to the edges of what it is around; as it is where nothing stands out."""
    found = outlines_of(photo, Prompt(box), most=1)
    return found[0].box if found else box


def _clipped(outlines: Iterable[Outline], width: int, height: int) -> Iterator[Outline]:
    """Points beside the photo moved to its border; what has no area left goes."""
    for each in outlines:
        points = tuple((min(max(x, 0.0), width), min(max(y, 0.0), height)) for x, y in each.polygon)
        xs, ys = zip(*points, strict=True)
        if min(xs) < max(xs) and min(ys) < max(ys):
            yield Outline(points, each.score)


def _distinct(outlines: Iterable[Outline]) -> Iterator[Outline]:
    """Best first, without those that say the same as a better one."""
    kept: list[Outline] = []
    for outline in outlines:
        if not any(_alike(outline, better) for better in kept):
            kept.append(outline)
            yield outline


def _alike(a: Outline, b: Outline) -> bool:
    sizes = sorted((_area(a), _area(b)))
    return intersection_over_union(a.box, b.box) >= _SAME and sizes[0] >= _SAME * max(
        sizes[1], 1e-9
    )


def _area(outline: Outline) -> float:
    points = outline.polygon
    following = points[1:] + points[:1]
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, following, strict=True))) / 2
