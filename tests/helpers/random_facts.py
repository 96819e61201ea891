"""Images drawn by chance, as facts: for tests of what is said of them."""

import random
from collections.abc import Sequence
from dataclasses import replace

from app.conversations.facts import ImageFacts, facts_of
from app.core.annotation import Annotation
from app.core.geometry import Box
from app.core.image import Image, ImageLabel
from app.core.label_class import LabelClass

_SIDES_PX = ((640, 480), (200, 200), (1024, 768), (720, 1280), (3000, 500))
_SHARES = ((0.01, 0.03), (0.03, 0.12), (0.1, 0.45))
_SPANNING = 0.1
"""How often a box lies across the image, and how often down."""


def with_ids(classes: Sequence[LabelClass]) -> tuple[LabelClass, ...]:
    """As in a project, numbered from 1."""
    return tuple(replace(c, id=i) for i, c in enumerate(classes, 1))


def random_facts(
    dice: random.Random, classes: Sequence[LabelClass], tags: Sequence[str] = ()
) -> ImageFacts:
    """1 to 6 boxes of up to 4 classes, none at all on a third of the images; perhaps one tag."""
    width, height = dice.choice(_SIDES_PX)
    tag = dice.choice([None, *tags])
    label = ImageLabel(tags=(tag,) if tag else ())
    content_hash = f"{dice.getrandbits(64):016x}"
    image = Image(0, "photo.png", content_hash, width, height, label)
    drawn: list[Annotation] = []
    if dice.random() < 2 / 3:
        some = dice.sample(list(classes), dice.randint(1, min(4, len(classes))))
        for _ in range(dice.randint(1, 6)):
            uid = f"{dice.getrandbits(32):08x}"
            drawn.append(
                Annotation(uid, dice.choice(some).id, _box(dice, width, height), author="a")
            )
    return facts_of(image, drawn, classes)


def _box(dice: random.Random, width_px: int, height_px: int) -> Box:
    spans = [dice.random() < _SPANNING for _ in range(2)]
    shares = dice.choice(_SHARES)
    sides = [
        side * (dice.uniform(0.8, 0.98) if spanning else dice.uniform(*shares))
        for side, spanning in zip((width_px, height_px), spans, strict=True)
    ]
    left, top = dice.uniform(0, width_px - sides[0]), dice.uniform(0, height_px - sides[1])
    return Box(left, top, left + sides[0], top + sides[1])
