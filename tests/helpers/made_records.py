"""Labels of images that nobody took, and records of them with every word that targets replace."""

import random

from app.conversations.facts import ImageFacts, Thing
from app.core.conversation import (
    CLAIMS,
    FORMAT,
    IMAGE,
    Claim,
    Message,
    Record,
    boxes_token,
)
from app.core.geometry import Box
from app.core.label_class import LabelClass
from app.core.places import extent_of, place_of

CLASSES = (
    LabelClass("streak", 1, "条纹"),
    LabelClass('edge "burr", 2: deep', 2, "毛刺"),
    LabelClass("incomplete_spreading", 3, "铺粉不完全"),
)


def facts_with(boxes, width_px, height_px, *, classes=CLASSES):
    """The boxes get the classes in turn."""
    things = tuple(
        Thing(
            f"b{n}",
            classes[n % len(classes)],
            box,
            place_of(box, width_px, height_px),
            extent_of(box, width_px, height_px),
        )
        for n, box in enumerate(boxes)
    )
    return ImageFacts(f"{width_px}x{height_px}", width_px, height_px, things, (), classes)


def random_box(rng, width_px, height_px, *, least_px=4.0):
    """Of any size and place, in hundredths of a pixel."""
    (left, right), (top, bottom) = (
        _random_span(rng, side, min(least_px, side)) for side in (width_px, height_px)
    )
    return Box(left, top, right, bottom)


def _random_span(rng, side, least_px):
    length = round(rng.uniform(least_px, side), 2)
    start = round(rng.uniform(0, side - length), 2)
    # Rounded once more: a sum of hundredths is not the nearest number to its own hundredth.
    return start, min(round(start + length, 2), side)


def random_facts(rng, width_px, height_px, n_boxes):
    return facts_with(
        [random_box(rng, width_px, height_px) for _ in range(n_boxes)], width_px, height_px
    )


def dialogue(facts, language, *, claims=()):
    """Format, report and marked boxes in the system text; all boxes, then none, as answers."""
    uids = [thing.uid for thing in facts.things]
    report = f" A detector says: {CLAIMS}." if claims else ""
    system = f"Answer with {FORMAT}.{report} Look only at {boxes_token(uids[:2])}."
    return Record(
        language,
        ("where", "presence"),
        (
            *([Message("system", system)] if uids else []),
            Message("user", f"{IMAGE}Where are they?"),
            Message("assistant", boxes_token(uids)),
            Message("user", "And bubbles?"),
            Message("assistant", boxes_token(())),
            Message("user", "The last of them?" if uids else "Is it normal?"),
            Message("assistant", boxes_token(uids[-1:]) if uids else "It is."),
        ),
        "wrong_class" if claims else None,
        tuple(claims),
    )


def random_dialogue(rng, facts):
    """Every second with a report in its system text, whose boxes are nowhere."""
    claims = []
    if facts.things and rng.random() < 0.5:
        box = random_box(rng, facts.width_px, facts.height_px)
        claims = [Claim(rng.choice(facts.classes).id, box) for _ in range(2)]
    return dialogue(facts, rng.choice(("en", "zh")), claims=claims)


def seeded(seed):
    return random.Random(seed)
