"""Whether an image is called clean where it is: in all, in part, or but for what was named."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.conversations.checks.claims import State
from app.conversations.checks.findings import Finding
from app.conversations.checks.pairs import Pair
from app.conversations.checks.regions import lies_in, reaches
from app.conversations.checks.scope import lies_at, lies_in_any
from app.conversations.facts import Thing


def wrong_states(pair: Pair) -> Iterator[Finding]:
    for state in pair.answer.states:
        if not _speaks_of_image(pair, state):
            continue
        if state.reach == "image" and pair.question.regions:
            state = replace(state, reach="part", regions=pair.question.regions)
        things = _things(pair, state)
        if state.is_clean == bool(things):
            yield _finding(pair, state, things)


def _speaks_of_image(pair: Pair, state: State) -> bool:
    """An answer about a class, a cause or a remedy must say that it speaks of the image."""
    if state.is_named or not pair.asked:
        return True
    return not pair.is_reasoning and (state.reach == "rest" or not pair.question.class_ids)


def _things(pair: Pair, state: State) -> Sequence[Thing]:
    """What lies where something is called clean, or not clean."""
    things = pair.labels.facts.things
    if state.reach == "rest" and state.is_clean:
        return [t for t in things if not _is_told(pair, state, t)]
    if state.reach != "part":
        return things
    facts, lies = pair.labels.facts, lies_in if state.is_clean else reaches
    size = facts.width_px, facts.height_px
    return [t for t in things if any(lies(t.box, *size, region) for region in state.regions)]


def _is_told(pair: Pair, state: State, thing: Thing) -> bool:
    """Whether the answer, or what was said before it, names the thing as one that is there."""
    c, labels, answer = thing.label_class.id, pair.labels, pair.answer
    if c in pair.asked | pair.told_before or lies_in_any(pair, thing, state.regions):
        return True
    places = [p for p in answer.places if not p.is_denied and p.class_id in (c, None)]
    if any(lies_at(pair, thing, p.value) for p in places):
        return True
    named = [m for m in answer.mentions if m.class_id == c and m.says == "there"]
    return any(not m.is_located or m.count == labels.count[c] for m in named)


def _finding(pair: Pair, state: State, things: Sequence[Thing]) -> Finding:
    labels = pair.labels
    expected = labels.number(len(things))
    of = {"image": "", "rest": " of the rest", "part": " of a part of the image"}[state.reach]
    where = {"image": "", "rest": " besides", "part": " there"}[state.reach]
    what = f"says {state.words!r}{of}, the labels hold {expected}{where}"
    return Finding(pair.turn + 1, state.words, "normal", what, state.words, expected)
