"""Detector reports with one error made on purpose, and what a right answer says of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.conversations.facts import ImageFacts, Thing
from app.conversations.lexicon import Lexicon
from app.conversations.writing.choosing import Choice
from app.core.conversation import FAULTS, Claim, Fault
from app.core.geometry import Box, intersection_over_union
from app.core.label_class import LabelClass
from app.core.places import PLACES, Place, place_of

_TRIES = 60
_LARGEST = 0.3
"""A false box's sides, as a share of the image's; the more often it was tried, the smaller."""


@dataclass(frozen=True, slots=True)
class FalseReport:
    """What a detector is said to have reported: the image's own boxes but for one error.

    `words` are for the correction (see CORRECTIONS); `class_ids` those that the error is about.
    """

    fault: Fault
    claims: tuple[Claim, ...]
    words: Mapping[str, object]
    class_ids: frozenset[int]


def false_report(
    facts: ImageFacts, lexicon: Lexicon, choice: Choice, *what: object
) -> FalseReport | None:
    """One whose correction is true as it stands; None where the image leaves no room for any.

    A box isn't said to be of a class that another box in the same part of the image is of, and a
    false one is made where no other reaches: "there is nothing in the top left" must hold for all
    of the top left.
    """
    makers: Mapping[Fault, Callable[..., FalseReport | None]] = {
        "wrong_class": _wrong_class,
        "missed": _missed,
        "false_box": _false_box,
    }
    for index in choice.order(len(FAULTS), *what, "fault"):
        fault = FAULTS[index]
        if report := makers[fault](facts, lexicon, choice, *what, fault):
            return report
    return None


def _wrong_class(
    facts: ImageFacts, lexicon: Lexicon, choice: Choice, *what: object
) -> FalseReport | None:
    for index in choice.order(len(facts.things), *what, "thing"):
        thing = facts.things[index]
        there = _classes_at(thing.place, facts) | {thing.label_class.id}
        if free := [c for c in facts.classes if c.id not in there]:
            wrong, right = choice.one(free, *what, "class"), thing.label_class
            return FalseReport(
                "wrong_class",
                _claims(facts.things, {thing.uid: wrong}),
                _words(lexicon, thing.place, claimed=wrong, actual=right),
                frozenset({wrong.id, right.id}),
            )
    return None


def _missed(
    facts: ImageFacts, lexicon: Lexicon, choice: Choice, *what: object
) -> FalseReport | None:
    if not facts.things:
        return None
    missed = choice.one(facts.things, *what)
    return FalseReport(
        "missed",
        _claims([thing for thing in facts.things if thing is not missed]),
        _words(lexicon, missed.place, actual=missed.label_class),
        frozenset({missed.label_class.id}),
    )


def _false_box(
    facts: ImageFacts, lexicon: Lexicon, choice: Choice, *what: object
) -> FalseReport | None:
    for attempt in range(_TRIES):
        largest = _LARGEST * (1 - attempt / _TRIES)
        box = _box_somewhere(facts, largest, choice, *what, attempt)
        place = place_of(box, facts.width_px, facts.height_px)
        if any(intersection_over_union(box, thing.box) for thing in facts.things):
            continue
        if not _classes_at(place, facts):
            claimed = choice.one(facts.classes, *what, "class")
            claims = [*_claims(facts.things), Claim(claimed.id, box)]
            claims.sort(key=lambda claim: (claim.box.top, claim.box.left))
            return FalseReport(
                "false_box",
                tuple(claims),
                _words(lexicon, place, claimed=claimed),
                frozenset({claimed.id}),
            )
    return None


def _box_somewhere(facts: ImageFacts, largest: float, choice: Choice, *what: object) -> Box:
    """Of whole pixels, inside the image; `largest` is a share of the image's sides."""
    width, height = (
        max(1, round(side * largest * choice.share(*what, axis)))
        for axis, side in (("x", facts.width_px), ("y", facts.height_px))
    )
    left = choice.index(facts.width_px - width + 1, *what, "left")
    top = choice.index(facts.height_px - height + 1, *what, "top")
    return Box(left, top, left + width, top + height)


def _classes_at(place: Place, facts: ImageFacts) -> set[int]:
    """Ids of the classes of which a box reaches into that part of the image."""
    region = _region(place, facts.width_px, facts.height_px)
    return {
        thing.label_class.id
        for thing in facts.things
        if intersection_over_union(thing.box, region) > 0
    }


def _region(place: Place, width_px: int, height_px: int) -> Box:
    """The part of the image that the words for a place speak of."""
    index = PLACES.index(place)
    columns = rows = (0.0, 1.0)
    if index < 9 or 12 <= index < 15:
        columns = (index % 3 / 3, (index % 3 + 1) / 3)
    if index < 12:
        row = index // 3 if index < 9 else index - 9
        rows = (row / 3, (row + 1) / 3)
    return Box(
        columns[0] * width_px, rows[0] * height_px, columns[1] * width_px, rows[1] * height_px
    )


def _claims(
    things: Sequence[Thing], otherwise: Mapping[str, LabelClass] | None = None
) -> tuple[Claim, ...]:
    """The boxes as they are, but for the class of those named by uid in `otherwise`."""
    said = otherwise or {}
    return tuple(Claim(said.get(t.uid, t.label_class).id, t.box) for t in things)


def _words(lexicon: Lexicon, place: Place, **classes: LabelClass) -> dict[str, object]:
    said = {word: lexicon.one(c) for word, c in classes.items()}
    return {**said, "place": lexicon.places[place][0]}
