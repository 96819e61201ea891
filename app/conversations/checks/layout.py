"""Compares where and how large an answer says that things are with what the labels say."""

from collections.abc import Iterator, Sequence

from app.conversations.checks.claims import Told
from app.conversations.checks.findings import Finding
from app.conversations.checks.pairs import Pair
from app.conversations.checks.regions import Spot
from app.conversations.checks.scope import extremes, in_parts, largest, lies_at
from app.conversations.facts import Thing
from app.core.places import Extent


def wrong_places(pair: Pair) -> Iterator[Finding]:
    for told in pair.answer.places:
        if pair.is_reasoning and told.is_loose:
            continue
        if told.class_id is not None and not pair.labels.count[told.class_id]:
            continue  # said of the class already
        things = _candidates(pair, told.class_id)
        yield from _all(pair, told, things) if told.of_all else _place(pair, told, things)


def _candidates(pair: Pair, class_id: int | None) -> Sequence[Thing]:
    extreme = extremes(pair)
    if extreme is not None and class_id in (None, *(t.label_class.id for t in extreme)):
        return extreme
    classes = pair.asked | pair.answer.class_ids if class_id is None else {class_id}
    things = pair.labels.things(classes)
    return in_parts(pair, things) or things


def _place(pair: Pair, told: Told[Spot], things: Sequence[Thing]) -> Iterator[Finding]:
    lexicon = pair.labels.lexicon
    if told.of_largest and things and not told.count:
        things = largest(things)
    there = sum(lies_at(pair, t, told.value) for t in things)
    wanted = 0 if told.is_denied else told.count
    if wanted and told.class_id is not None:
        wanted = sum(o.count or 0 for o in pair.answer.places if _is_of_same(o, told))
    if there == wanted or (wanted is None and there):
        return
    names = list(dict.fromkeys(lexicon.places[t.place][0] for t in things))
    expected = lexicon.and_(names) if names else pair.labels.number(0)
    if wanted is None or not there:
        what = f"says {told.words!r}, the labels say {expected}"
    else:
        what = f"says {pair.labels.number(wanted)} {told.words!r}, the labels hold {there}"
        expected = pair.labels.number(there)
    yield Finding(pair.turn + 1, told.words, "place", what, told.words, expected)


def _all(pair: Pair, told: Told[Spot], things: Sequence[Thing]) -> Iterator[Finding]:
    """All of them lie there, or at another place of which the sentence says so."""
    places = pair.answer.places
    spots = [o.value for o in places if o.of_all and o.sentence == told.sentence]
    if told.class_id is None and not pair.asked:
        named = [o.class_id for o in pair.answer.mentions if o.sentence == told.sentence]
        things = pair.labels.things({c for c in named if c is not None}) if any(named) else things
    if told.count and told.count != len(things) and not told.is_denied:
        yield from _place(pair, told, things)
        return
    elsewhere = [t for t in things if not any(lies_at(pair, t, spot) for spot in spots)]
    if bool(elsewhere) != told.is_denied:
        expected = pair.labels.lexicon.and_(
            list(dict.fromkeys(pair.labels.lexicon.places[t.place][0] for t in things))
        )
        what = f"says that all are {told.words!r}, the labels say {expected}"
        yield Finding(pair.turn + 1, told.words, "place", what, told.words, expected)


def _is_of_same(one: Told[Spot], other: Told[Spot]) -> bool:
    """Whether both are counts of one list, of the same class and place."""
    return (one.value, one.class_id, one.sentence) == (other.value, other.class_id, other.sentence)


def wrong_sizes(pair: Pair) -> Iterator[Finding]:
    lexicon = pair.labels.lexicon
    for told in pair.answer.sizes:
        things = _candidates(pair, told.class_id)
        if told.is_loose or told.is_denied or not things:
            continue
        if told.of_largest:
            things = largest(things)
        extents: list[Extent] = list(dict.fromkeys(t.extent for t in things))
        if told.value not in extents:
            expected = lexicon.and_([lexicon.extents[extent][0] for extent in extents])
            what = f"says {told.words!r}, by area it is {expected}"
            yield Finding(pair.turn + 1, told.words, "size", what, told.words, expected)
