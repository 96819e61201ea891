"""A detector as noise on the truth: what it misses, invents, misnames, misplaces, and how sure."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.core.geometry import Box, intersection_over_union
from tests.helpers.seeded_work import Marked

LEAST_SCORE = 0.25
"""Detectors are asked for no less."""

_LEAST_SIDE_PX = 6.0
_FREE_IOU = 0.1


@dataclass(frozen=True)
class Thing:
    """A defect as it is. `difficulty` (0..1): the same for whoever looks, model or person."""

    class_id: int
    box: Box
    difficulty: float


@dataclass(frozen=True)
class Scene:
    """A photo and all that is on it."""

    width_px: int
    height_px: int
    things: tuple[Thing, ...]


@dataclass(frozen=True)
class Drawn:
    class_id: int
    box: Box
    score: float


@dataclass(frozen=True)
class SketchedModel:
    """`recall` and `misnamed` are shares of things of middling difficulty, `misplaced` how far a
    side lies off (a standard deviation, as a share of the box), `invented` false boxes a photo.
    """

    name: str
    recall: float
    misnamed: float
    misplaced: float
    invented: float

    def finds(self, scene: Scene, classes: int, rng: random.Random) -> list[Drawn]:
        """Scores fall with difficulty; those of false boxes are mostly low, and some are high."""
        return [*self._seen(scene, classes, rng), *self._invented(scene, classes, rng)]

    def _seen(self, scene: Scene, classes: int, rng: random.Random) -> Iterator[Drawn]:
        for thing in scene.things:
            if rng.random() < (1 - self.recall) * 2 * thing.difficulty:
                continue
            score = rng.gauss(0.92 - 0.4 * thing.difficulty, 0.1)
            class_id = thing.class_id
            if rng.random() < self.misnamed * 2 * thing.difficulty:
                class_id = another(class_id, classes, rng)
                score *= 0.8
            off = self.misplaced * (0.4 + 1.2 * thing.difficulty)
            box = shaken(thing.box, off, scene, rng)
            yield Drawn(class_id, box, min(max(score, LEAST_SCORE), 0.98))

    def _invented(self, scene: Scene, classes: int, rng: random.Random) -> Iterator[Drawn]:
        for _ in range(sum(rng.random() < self.invented / 4 for _ in range(4))):
            box = free_place(scene, [t.box for t in scene.things], rng)
            if box is not None:
                score = LEAST_SCORE + (0.98 - LEAST_SCORE) * rng.betavariate(1.2, 3)
                yield Drawn(rng.randint(1, classes), box, score)


def another(class_id: int, classes: int, rng: random.Random) -> int:
    return (class_id - 1 + rng.randint(1, classes - 1)) % classes + 1


def shaken(box: Box, off: float, scene: Scene, rng: random.Random) -> Box:
    """Each side moved by about this share of the box's width or height, kept on the photo."""
    sides = []
    for low, high, end in (
        (box.left, box.right, scene.width_px),
        (box.top, box.bottom, scene.height_px),
    ):
        first, last = (rng.gauss(at, off * (high - low)) for at in (low, high))
        first = min(max(first, 0.0), end - _LEAST_SIDE_PX)
        sides.append((first, min(max(last, first + _LEAST_SIDE_PX), float(end))))
    (left, right), (top, bottom) = sides
    return Box(left, top, right, bottom)


def free_place(scene: Scene, taken: Sequence[Box], rng: random.Random) -> Box | None:
    """Somewhere on the photo where nothing is; None where it is too full for that."""
    for _ in range(30):
        width, height = (rng.uniform(0.08, 0.3) * s for s in (scene.width_px, scene.height_px))
        left, top = rng.uniform(0, scene.width_px - width), rng.uniform(0, scene.height_px - height)
        box = Box(left, top, left + width, top + height)
        if all(intersection_over_union(box, other) < _FREE_IOU for other in taken):
            return box
    return None


def as_scene(width_px: int, height_px: int, things: Sequence[Marked], rng: random.Random) -> Scene:
    """With a difficulty for each thing, most of them easy."""
    return Scene(
        width_px,
        height_px,
        tuple(Thing(c, box, rng.betavariate(1.3, 1.7)) for c, box in things),
    )
