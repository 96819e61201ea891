"""What there is of what a question asks about: of its classes, in its part of the image."""

from collections.abc import Sequence

from app.conversations.checks.pairs import Pair
from app.conversations.checks.regions import Region, Spot, is_at, lies_in
from app.conversations.facts import Thing


def things_asked(pair: Pair, classes: frozenset[int] | None = None) -> Sequence[Thing]:
    """Of the classes (None: those that the question names, or all), in the parts it names."""
    things = pair.labels.facts.things
    wanted = pair.question.class_ids if classes is None else classes
    if wanted:
        things = tuple(t for t in things if t.label_class.id in wanted)
    return in_parts(pair, things)


def in_parts(pair: Pair, things: Sequence[Thing]) -> Sequence[Thing]:
    """Those that lie where the question asks; all where it asks for no part."""
    regions = pair.question.regions
    return [t for t in things if lies_in_any(pair, t, regions)] if regions else things


def lies_in_any(pair: Pair, thing: Thing, regions: Sequence[Region]) -> bool:
    facts = pair.labels.facts
    return any(lies_in(thing.box, facts.width_px, facts.height_px, r) for r in regions)


def lies_at(pair: Pair, thing: Thing, spot: Spot) -> bool:
    facts = pair.labels.facts
    return is_at(thing.box, facts.width_px, facts.height_px, spot)


def largest(things: Sequence[Thing]) -> Sequence[Thing]:
    area = max(t.box.area for t in things)
    return [t for t in things if t.box.area >= area]


def smallest(things: Sequence[Thing]) -> Sequence[Thing]:
    area = min(t.box.area for t in things)
    return [t for t in things if t.box.area <= area]


def extremes(pair: Pair) -> Sequence[Thing] | None:
    """The largest or smallest, where the question asks which that is."""
    question, things = pair.question, things_asked(pair)
    if question.asks or pair.is_reasoning or not things:
        return None
    if "largest" in question.roles:
        return largest(things)
    return smallest(things) if "smallest" in question.roles else None
