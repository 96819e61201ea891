"""One image as countable facts, which add up to the figures of a project."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple, get_args

from app.core.agreement import Agreement, agreement, matches
from app.core.annotation import Annotation
from app.core.image import State
from app.core.image_history import HandIn, ImageHistory, ModelPass, Retold
from app.core.label_errors import ModelFind, Suspect, suspects

Fate = Literal["accepted", "moved", "relabelled", "deleted", "withheld", "missed"]
FATES: tuple[Fate, ...] = get_args(Fate)
"""What became of a proposal: stands as it was drawn; elsewhere; in another class; a person removed
it; it went unseen, below the score that was set; or a person drew what the model had not found."""

Outcome = Literal["kept", "moved", "relabelled", "removed", "added"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
"""What became of a box between hand-in and approval; "added" is one that was overlooked."""

Mode = Literal["shown", "blind"]
MODES: tuple[Mode, ...] = get_args(Mode)
"""Whether who handed the image in saw its proposals."""

Measure = Literal["proposal", "handed_in", "boxes", "ms", "took", "model", "review", "outcome",
                  "verdict", "verdict_by"]  # fmt: skip


class Fact(NamedTuple):
    """What is counted. Ids are 0 and words empty where a measure has none."""

    measure: Measure
    person: str
    run_id: int = 0
    class_id: int = 0
    detail: str = ""


_TIME_STEP = 1.02
"""Times are kept in steps of 2 %: as exact as a median need be, and few enough to be counted."""


_FINISHED: frozenset[State] = frozenset({"submitted", "approved", "returned"})


def facts_of(history: ImageHistory, told: Retold) -> dict[Fact, float]:
    """How often each is the case on one image, `told` being `retold` of it; those of all images
    add up."""
    counts = Counter[Fact]()
    for verdict, annotator, reviewer in told.verdicts:
        counts[Fact("verdict", annotator, detail=verdict)] += 1
        counts[Fact("verdict_by", reviewer, detail=verdict)] += 1
    found: dict[Fact, float] = dict(counts)
    if told.hand_in is not None:
        found |= _work(told.hand_in)
        found |= _with_models(history, told.hand_in)
        if not told.hand_in.is_blind:
            found |= Counter(_proposals(history, told, told.hand_in.person))
        if told.verdicts and history.label.state == "approved":
            found |= _reviewed(history, told.hand_in)
    return found


def suspects_of(history: ImageHistory, told: Retold) -> list[Suspect]:
    """What is probably wrong with the boxes of people on the image, by all that models drew.

    Nothing while somebody is at work on it: they may not have come to it yet, or not be meant to
    see what models say.
    """
    if history.label.state not in _FINISHED and not history.label.is_normal:
        return []
    boxes = [a for a in history.standing if not a.is_proposal]
    proposed = told.proposed.values()
    finds = [ModelFind(a.uid, a.class_id, a.box, a.score) for a in proposed if a.score is not None]
    return suspects(boxes, [*finds, *history.noted])


def agreement_facts(
    measure: Measure, person: str, said: Agreement, *, run_id: int = 0, mode: Mode = "shown"
) -> dict[Fact, float]:
    """As `agreement_from` reads it back."""

    def fact(detail: str, class_id: int = 0) -> Fact:
        return Fact(measure, person, run_id, class_id, f"{mode}:{detail}")

    counted = {fact("first"): said.first, fact("second"): said.second, fact("iou"): said.iou_sum}
    pairs = {fact(f"pair:{b}", a): n for (a, b), n in said.classes.items()}
    return {each: n for each, n in (counted | pairs).items() if n}


def agreement_from(facts: Iterable[tuple[Fact, float]], *, mode: Mode = "shown") -> Agreement:
    """The sum of what `agreement_facts` has made of each image; other modes are passed over."""
    told = dict.fromkeys(("first", "second", "iou"), 0.0)
    classes = Counter[tuple[int, int]]()
    for fact, n in facts:
        of_mode, _, detail = fact.detail.partition(":")
        name, _, other = detail.partition(":")
        if of_mode == mode and name == "pair":
            classes[fact.class_id, int(other)] += round(n)
        elif of_mode == mode:
            told[name] += n
    return Agreement(round(told["first"]), round(told["second"]), told["iou"], classes)


def _work(hand_in: HandIn) -> dict[Fact, float]:
    mode, person, ms = _mode(hand_in), hand_in.person, hand_in.active_ms
    found: dict[Fact, float] = {Fact("handed_in", person, detail=mode): 1}
    if ms:
        kept_ms = round(_TIME_STEP ** round(math.log(ms, _TIME_STEP)))
        found[Fact("took", person, detail=f"{mode}:{kept_ms}")] = 1
        found[Fact("ms", person, detail=mode)] = ms
        found[Fact("boxes", person, detail=mode)] = len(hand_in.boxes)
    return found


def _with_models(history: ImageHistory, hand_in: HandIn) -> dict[Fact, float]:
    """What was handed in against all that each model had proposed until then."""
    found: dict[Fact, float] = {}
    for each in history.passes:
        proposed = [a for a in hand_in.proposed if a.run_id == each.run_id]
        said = agreement(proposed, hand_in.boxes)
        found |= agreement_facts(
            "model", hand_in.person, said, run_id=each.run_id, mode=_mode(hand_in)
        )
    return found


def _proposals(history: ImageHistory, told: Retold, person: str) -> Iterator[Fact]:
    standing = {a.uid: a for a in history.standing}
    drawn = [a for a in history.standing if a.author is not None and a.uid not in told.proposed]
    for each in history.passes:
        own = [a for a in told.proposed.values() if a.run_id == each.run_id]
        gone = [a for a in own if a.uid not in standing]
        redrawn = {gone[i].uid: drawn[j] for i, j in matches(gone, drawn)}
        for proposal in own:
            now = standing.get(proposal.uid) or redrawn.get(proposal.uid)
            if now is None:
                fate: Fate = "withheld" if proposal.uid in told.withheld else "deleted"
            elif now.is_proposal:
                continue  # nobody has decided
            else:
                fate = _changed(proposal, now) or "accepted"
            yield Fact("proposal", person, each.run_id, proposal.class_id, fate)
        found = {drawn[j].uid for _, j in matches(own, drawn)}
        for box in _missed(history, told, each, [a for a in drawn if a.uid not in found]):
            yield Fact("proposal", person, each.run_id, box.class_id, "missed")


def _missed(
    history: ImageHistory, told: Retold, seen: ModelPass, drawn: Iterable[Annotation]
) -> Iterator[Annotation]:
    """Boxes that people drew from nothing, once the model had been there or it said so later.

    What another run brought is not among them: this one may have found it too, and then its find
    didn't come in beside the other.
    """
    for box in drawn:
        if box.run_id is not None or (
            seen.classes is not None and box.class_id not in seen.classes
        ):
            continue
        drawn_after = told.drawn_at.get(box.uid, 0) > seen.seen_at
        if drawn_after or (seen.run_id, box.uid) in history.missed:
            yield box


def _reviewed(history: ImageHistory, hand_in: HandIn) -> dict[Fact, float]:
    boxes = [a for a in history.standing if not a.is_proposal]
    facts = agreement_facts("review", hand_in.person, agreement(hand_in.boxes, boxes))
    outcomes = Counter(
        Fact("outcome", hand_in.person, class_id=class_id, detail=outcome)
        for class_id, outcome in _outcomes(hand_in.boxes, boxes)
    )
    return facts | outcomes


def _outcomes(
    before: Sequence[Annotation], after: Sequence[Annotation]
) -> Iterator[tuple[int, Outcome]]:
    """Class id, as it was handed in where it was, and what became of each box."""
    now = {a.uid: a for a in after}
    was = {a.uid for a in before}
    gone = [a for a in before if a.uid not in now]
    new = [a for a in after if a.uid not in was]
    pairs = matches(gone, new)
    redrawn = {gone[i].uid: new[j] for i, j in pairs}
    for box in before:
        stands = now.get(box.uid) or redrawn.get(box.uid)
        if stands is None:
            yield box.class_id, "removed"
        else:
            yield box.class_id, _changed(box, stands) or "kept"
    for j in set(range(len(new))) - {j for _, j in pairs}:
        yield new[j].class_id, "added"


def _changed(before: Annotation, after: Annotation) -> Literal["moved", "relabelled"] | None:
    if before.class_id != after.class_id:
        return "relabelled"
    return None if before.box == after.box else "moved"


def _mode(hand_in: HandIn) -> Mode:
    return "blind" if hand_in.is_blind else "shown"
