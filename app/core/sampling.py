"""Which images are taken more often, or left out, so that what is learned is balanced."""

import math
from array import array
from collections import Counter
from collections.abc import Collection, Sequence


def repeat_factors(images: Sequence[Collection[int]]) -> dict[int, float]:
    """Class id → how often an image with that class is to be taken: max(1, sqrt(t / f)).

    `images` are the ids of the classes on each. f is the share of those with any class that have
    this one; t is 1 / k, what each of k classes would have if they shared the images evenly.
    An image is taken as often as the rarest of its classes wants. From Gupta, Dollár and Girshick,
    LVIS (2019), section 5; there t is 0.001 for 1,203 classes.
    """
    counts = Counter(class_id for classes in images for class_id in set(classes))
    with_any = sum(map(bool, images))
    return {c: max(1.0, math.sqrt(with_any / (len(counts) * n))) for c, n in counts.items()}


def repeats(factor: float, draw: float) -> int:
    """How often an image is taken: `factor` rounded down, and once more where `draw` (0..1, at
    random) lies below what is left, so that on the whole it is `factor` times."""
    whole = math.floor(factor)
    return whole + (draw < factor - whole)


def kept_for_share(normal: int, others: int, share: float) -> tuple[int, int]:
    """How many of `normal` and of `others` to keep so that the first are `share` (0..1) of both.

    As many as can be: of one of the two all are kept.
    """
    if others * share >= normal * (1 - share):
        return normal, round(normal * (1 - share) / share) if share else others
    return round(others * share / (1 - share)), others


def capped(images: Sequence[Collection[int]], cap: int) -> list[bool]:
    """Of each image whether to keep it so that no class is on more than `cap`, if that can be.

    `images` are the ids of the classes on each; of equal ones the first are kept, and those without
    a class all. The rarest class chooses first. Images that it keeps may bring a more frequent
    class above the cap: the rare one is worth more. Whatever is left out has a class at its cap.
    """
    by_class: dict[int, array[int]] = {}
    for place, classes in enumerate(images):
        for class_id in set(classes):
            by_class.setdefault(class_id, array("q")).append(place)
    kept = [not classes for classes in images]
    counts = Counter[int]()
    full = set[int]()
    for class_id in sorted(by_class, key=lambda c: (len(by_class[c]), c)):
        for place in by_class[class_id]:
            if counts[class_id] >= cap:
                break
            if not kept[place] and full.isdisjoint(images[place]):
                kept[place] = True
                counts.update(set(images[place]))
        full.update(c for c in by_class if counts[c] >= cap)
    return kept
