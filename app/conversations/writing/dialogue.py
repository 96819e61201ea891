"""Chooses the turns of one conversation that build on each other."""

from collections.abc import Collection, Sequence

from app.conversations.facts import ImageFacts
from app.conversations.writing.choosing import Choice
from app.conversations.writing.topics import REASONS
from app.core.conversation import KINDS, Exchange

_FEWEST_TURNS = 2


def dialogue(
    facts: ImageFacts, exchanges: Sequence[Exchange], choice: Choice, repeat: int
) -> tuple[Exchange, ...]:
    """Presence, then what, then where, then why and what follows, as far as it was written.

    What is said of causes and remedies is about one class, or about all without naming any. Turns
    that people added all join in behind those of their kind. Empty for less than two turns.
    """
    flow = _normal_flow if not facts.things else _defect_flow
    present = {c.id for c in facts.present}
    turns = [*flow(present, exchanges, choice, repeat), *(e for e in exchanges if not e.section)]
    turns.sort(key=lambda turn: KINDS.index(turn.kind))
    return tuple(turns) if len(turns) >= _FEWEST_TURNS else ()


def _defect_flow(
    present: Collection[int], exchanges: Sequence[Exchange], choice: Choice, repeat: int
) -> list[Exchange]:
    return [
        *_of("presence", exchanges),
        *_of("identification", exchanges),
        *_one_of(("where", "place"), exchanges, choice, "where", repeat),
        *_reasons(present, exchanges, choice, repeat),
    ]


def _reasons(
    present: Collection[int], exchanges: Sequence[Exchange], choice: Choice, repeat: int
) -> list[Exchange]:
    """Of one class that is there, or, as often, of all that is seen."""
    there = [e for e in exchanges if e.class_id in present]
    about = _one_of(tuple(REASONS), there, choice, "about", repeat)
    unnamed = _some_of("any_cause", "any_remedy", exchanges, choice, repeat)
    if not about or (unnamed and choice.one((True, False), "dialogue", "unnamed", repeat)):
        return unnamed
    of_class = [e for e in there if e.class_id == about[0].class_id]
    return [
        *_of("cause", of_class),
        *_some_of("consequence", "remedy", of_class, choice, repeat),
    ]


def _normal_flow(
    present: Collection[int], exchanges: Sequence[Exchange], choice: Choice, repeat: int
) -> list[Exchange]:
    return [
        *_of("presence", exchanges),
        *_one_of(("asked", "identification"), exchanges, choice, "what", repeat),
        *_one_of(("where", "place"), exchanges, choice, "where", repeat),
        *_some_of("any_cause", "any_remedy", exchanges, choice, repeat),
    ]


def _of(section: str, exchanges: Sequence[Exchange]) -> list[Exchange]:
    return [e for e in exchanges if e.section == section]


def _one_of(
    sections: Sequence[str], exchanges: Sequence[Exchange], choice: Choice, *what: object
) -> list[Exchange]:
    found = [e for e in exchanges if e.section in sections]
    return [choice.one(found, "dialogue", *what)] if found else []


def _some_of(
    first: str, second: str, exchanges: Sequence[Exchange], choice: Choice, repeat: int
) -> list[Exchange]:
    """Those of one section, of the other, or of both."""
    wanted = choice.one(((first,), (second,), (first, second)), "dialogue", first, repeat)
    found = [e for e in exchanges if e.section in (first, second)]
    return [e for e in found if e.section in wanted] or found
