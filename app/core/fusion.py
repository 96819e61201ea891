"""Finds that several detectors made of the same thing become one."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from app.core.annotation import Source
from app.core.detection import Detection
from app.core.geometry import Box
from app.core.recipe import Fusion

_LEAST_WEIGHT = 1e-9  # so that boxes which all scored 0 still have a mean


def fused(
    finds_by_detector: Sequence[tuple[str, Sequence[Detection]]], fusion: Fusion
) -> list[Detection]:
    """One find for each thing, best score first, in the boxes' own frame; scores are 0..1.

    `finds_by_detector`: each detector's name and its finds, whose `class_name` is that of the label
    class. Their order doesn't matter. Each result's `sources` names who found it, best first.

    Finds of one class, of different detectors, of which each two overlap at least `fusion.iou`, are
    one thing; what overlaps most is joined first, and no thing takes two finds of one detector.
    - "wbf": corners are averaged, weighted by score, as in weighted boxes fusion (Solovyev, Wang
      and Gabruseva 2021, arXiv 1910.13302). It differs in three things. A detector's own finds are
      never joined. Where some have an outline, the best of those stays, with its own box. And the
      paper's score, the mean scaled down for what some detectors missed, would rank a thin streak
      that one detector is made for below noise that all agree on. Here it is the chance that not
      all who found it err, as if they erred independently: 1 - (1 - a)(1 - b)…, never less than
      the best of them.
    - "nms": the best of them stays as it is.
    - "none": all stay.
    Raises ValueError for two detectors of one name.
    """
    names = [name for name, _ in finds_by_detector]
    if len(set(names)) < len(names):
        raise ValueError(f"two detectors of one name: {names}")
    # In the order of names, so that ties fall the same whichever detector comes first.
    everything = [
        replace(find, sources=(Source(name, find.score),))
        for name, finds in sorted(finds_by_detector, key=lambda pair: pair[0])
        for find in finds
    ]
    return joined(everything, fusion)


def joined(finds: Sequence[Detection], fusion: Fusion) -> list[Detection]:
    """As `fused`, of finds whose `sources` say who made them: those that share one stay apart.

    For what has been fused, and whose boxes came closer since.
    """
    things = [[find] for find in finds] if fusion.kind == "none" else _things(finds, fusion.iou)
    united = _averaged if fusion.kind == "wbf" else _best
    return sorted(map(united, things), key=lambda find: -find.score)


def _things(finds: Sequence[Detection], iou: float) -> list[list[Detection]]:
    """Finds by the thing they are of, the best of each first."""
    things = []
    for class_name in dict.fromkeys(find.class_name for find in finds):
        ours = [find for find in finds if find.class_name == class_name]
        for group in _groups(_overlaps(ours), iou):
            things.append(sorted((ours[i] for i in group), key=lambda find: -find.score))
    return things


def _overlaps(ours: Sequence[Detection]) -> NDArray[np.float64]:
    """Intersection over union of each two, NxN; 0 for two that share a source."""
    boxes = np.array([find.box.corners for find in ours])
    low = np.maximum(boxes[:, None, :2], boxes[:, :2])
    high = np.minimum(boxes[:, None, 2:], boxes[:, 2:])
    shared = np.prod(np.maximum(high - low, 0), axis=2)
    areas = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    makers = [{source.name for source in find.sources} for find in ours]
    names = sorted(set().union(*makers))
    made_by = np.array([[name in one for name in names] for one in makers])
    return np.where(made_by @ made_by.T, 0.0, shared / (areas[:, None] + areas - shared))


def _groups(overlap: NDArray[np.float64], iou: float) -> list[list[int]]:
    """Who belongs together: greedy, best overlap first, as long as all in a group overlap."""
    group = [[i] for i in range(len(overlap))]
    first, second = np.nonzero(np.triu(overlap >= iou))
    best_first = np.argsort(-overlap[first, second], kind="stable")
    for i, j in zip(first[best_first].tolist(), second[best_first].tolist(), strict=True):
        a, b = group[i], group[j]
        if a is not b and overlap[np.ix_(a, b)].min() >= iou:
            a.extend(b)
            for member in b:
                group[member] = a
    return [members for i, members in enumerate(group) if members[0] == i]


def _best(thing: Sequence[Detection]) -> Detection:
    sources = [source for find in thing for source in find.sources]
    return replace(thing[0], sources=tuple(sorted(sources, key=lambda source: -source.score)))


def _averaged(thing: Sequence[Detection]) -> Detection:
    if len(thing) == 1:
        return thing[0]
    score = max(thing[0].score, 1 - math.prod(1 - find.score for find in thing))
    outlined = next((find for find in thing if find.polygon is not None), None)
    box = _mean_box(thing) if outlined is None else outlined.box
    polygon = None if outlined is None else outlined.polygon
    return replace(_best(thing), box=box, polygon=polygon, score=score)


def _mean_box(thing: Sequence[Detection]) -> Box:
    boxes = np.array([find.box.corners for find in thing])
    weights = np.maximum([find.score for find in thing], _LEAST_WEIGHT)
    mean = np.average(boxes, axis=0, weights=weights)
    # Rounding may carry a mean out of what it is the mean of.
    return Box(*np.clip(mean, boxes.min(axis=0), boxes.max(axis=0)).tolist())
