"""The question sets that come with Flawmark, with writers and images for them."""

import random
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib.resources import files

from app.conversations.facts import ImageFacts
from app.conversations.writing.writer import Writer
from app.core.label_class import LabelClass
from app.formats.label_set import parse_label_set
from app.formats.question_yaml import question_set_from_yaml
from tests.helpers.talk import facts

LABEL_SETS = ("powder-bed", "battery-electrode")


@cache
def writer(name: str, language: str) -> Writer:
    file = f"{name}.{language}.yaml"
    text = (files("resources.questions") / file).read_text("utf-8")
    return Writer(question_set_from_yaml(text, source=file), 11)


@cache
def classes_of(name: str) -> tuple[LabelClass, ...]:
    file = f"{name}.yaml"
    if name not in LABEL_SETS:
        return tuple(LabelClass(n, id=i + 1) for i, n in enumerate(("scratches", "crazing", "pit")))
    label_set = parse_label_set(
        (files("resources.label_sets") / file).read_text("utf-8"), source=file
    )
    return tuple(replace(c, id=i + 1) for i, c in enumerate(label_set.classes))


def images(name: str, count: int) -> Iterator[ImageFacts]:
    """Of 0 to 12 boxes of all shapes, at every stage that the set knows, if they may be there."""
    dice = random.Random(5)
    classes = classes_of(name)
    tags = [(), *((stage.tag,) for stage in writer(name, "en").questions.stages)]
    for number in range(count):
        several = dice.sample(classes, dice.randint(1, 3))
        boxes = []
        for _ in range(dice.choice([0, 0, 1, 1, 2, 3, 5, 12])):
            width, height = dice.choice([(600, 9), (40, 40), (90, 30), (8, 440), (630, 470)])
            left, top = dice.uniform(0, 640 - width), dice.uniform(0, 480 - height)
            boxes.append((dice.choice(several), (left, top, left + width, top + height)))
        image = facts(
            boxes,
            size=(640, 480),
            tags=dice.choice(tags),
            classes=classes,
            content_hash=f"{number:064x}",
        )
        yield replace(image, tags=()) if writer(name, "en").misplaced(image) else image
