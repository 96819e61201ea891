"""How annotators go over a model's proposals: as they should, and the slips they make at it."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from app.core.annotation import Annotation
from app.core.disagreement import drawn_alike
from app.core.geometry import Box, match_one_to_one
from tests.helpers.sketched_model import Scene, Thing, another, free_place, shaken

Kind = Literal["overlooked", "wrong_class", "sloppy", "false_box"]
_STEADY_HAND, _SLOPPY_HAND = 0.02, 0.3
_MODELS_SLIP = 8.0
"""A slip of the model is nodded through so many times as often as a slip of one's own happens."""


@dataclass(frozen=True)
class Habits:
    """Of images: `faulty` the share with faults, `hurried` the share done in a hurry, and
    `faulty_hurried` the share of these with faults. `pace`: time they take, 1 is usual.
    `kinds` are how often each kind of fault is theirs, `returned` how often a faulty image is sent
    back rather than put right by the reviewer.
    """

    faulty: float
    hurried: float
    faulty_hurried: float
    pace: float
    kinds: Mapping[Kind, float]
    returned: float


PEOPLE = {
    "careful": Habits(
        *(0.04, 0.02, 0.15, 1.0),
        {"overlooked": 0.5, "wrong_class": 0.2, "sloppy": 0.2, "false_box": 0.1},
        returned=0.2,
    ),
    "hasty": Habits(
        *(0.05, 0.2, 0.45, 0.8),
        {"overlooked": 0.45, "wrong_class": 0.15, "sloppy": 0.25, "false_box": 0.15},
        returned=0.4,
    ),
    "new": Habits(
        *(0.24, 0.0, 0.0, 1.5),
        {"overlooked": 0.3, "wrong_class": 0.35, "sloppy": 0.2, "false_box": 0.15},
        returned=0.7,
    ),
}
_HURRY = 0.4
"""Of the usual time."""

_TIME_SPREAD = 0.35


@dataclass
class Aim:
    """What is to stand in one place: a box of a class, or nothing where these are None.

    `thing` is what is there, `proposal` what the annotator sees of it, `uid` what came to stand.
    """

    thing: Thing | None
    proposal: Annotation | None
    class_id: int | None
    box: Box | None
    fault: Kind | None = None
    uid: str = ""


def right_aims(scene: Scene, shown: Sequence[Annotation], rng: random.Random) -> list[Aim]:
    """As somebody labels who makes no fault: what the model has right stays as it drew it."""
    pairs = dict(match_one_to_one([t.box for t in scene.things], [a.box for a in shown], iou=0.3))
    aims = []
    for number, thing in enumerate(scene.things):
        proposal = shown[pairs[number]] if number in pairs else None
        box = shaken(thing.box, _STEADY_HAND, scene, rng)
        if proposal is not None and drawn_alike(proposal.box, thing.box):
            box = proposal.box
        aims.append(Aim(thing, proposal, thing.class_id, box))
    false = (a for n, a in enumerate(shown) if n not in pairs.values())
    return aims + [Aim(None, a, None, None) for a in false]


def go_wrong(
    aims: list[Aim], habits: Habits, scene: Scene, classes: int, rng: random.Random
) -> None:
    """One fault where none is yet. What is hard, or what the model got wrong, goes first."""
    kinds = list(habits.kinds)
    for kind in rng.choices(kinds, [habits.kinds[k] for k in kinds], k=20):
        if kind == "false_box":
            is_done = _false_box(aims, scene, classes, rng)
        else:
            is_done = _spoilt(aims, kind, scene, classes, rng)
        if is_done:
            return


def _spoilt(
    aims: Sequence[Aim], kind: Kind, scene: Scene, classes: int, rng: random.Random
) -> bool:
    """Whether there was something to do wrong in that way."""
    able = [a for a in aims if a.thing is not None and a.fault is None]
    if not able:
        return False
    (aim,) = rng.choices(able, [_temptation(a, kind) for a in able])
    thing, proposal = aim.thing, aim.proposal
    assert thing is not None
    if kind == "overlooked":
        aim.class_id = aim.box = None
    elif kind == "wrong_class":
        says_wrong = proposal is not None and proposal.class_id != thing.class_id
        aim.class_id = (
            proposal.class_id
            if proposal is not None and says_wrong
            else another(thing.class_id, classes, rng)
        )
    elif proposal is not None and not drawn_alike(proposal.box, thing.box):
        aim.box = proposal.box
    else:
        aim.box = _sloppy(thing, scene, rng)
    aim.fault = kind
    return True


def _temptation(aim: Aim, kind: Kind) -> float:
    thing, proposal = aim.thing, aim.proposal
    assert thing is not None
    weight = 0.3 + thing.difficulty
    if kind == "overlooked":
        slip = proposal is None
    elif kind == "wrong_class":
        slip = proposal is not None and proposal.class_id != thing.class_id
    else:
        slip = proposal is not None and not drawn_alike(proposal.box, thing.box)
    return weight * (_MODELS_SLIP if slip else 1.0)


def _sloppy(thing: Thing, scene: Scene, rng: random.Random) -> Box:
    while True:
        box = shaken(thing.box, _SLOPPY_HAND, scene, rng)
        if not drawn_alike(box, thing.box):
            return box


def _false_box(aims: list[Aim], scene: Scene, classes: int, rng: random.Random) -> bool:
    """Mostly one that the model drew."""
    models = [a for a in aims if a.thing is None and a.fault is None and a.proposal is not None]
    if models and rng.random() < _MODELS_SLIP / (1 + _MODELS_SLIP):
        aim = rng.choice(models)
        assert aim.proposal is not None
        aim.class_id, aim.box, aim.fault = aim.proposal.class_id, aim.proposal.box, "false_box"
        return True
    taken = [t.box for t in scene.things] + [a.proposal.box for a in aims if a.proposal]
    box = free_place(scene, taken, rng)
    if box is not None:
        aims.append(Aim(None, None, rng.randint(1, classes), box, "false_box"))
    return box is not None


def is_nodded(aim: Aim) -> bool:
    if aim.fault == "overlooked":
        return aim.proposal is None
    said = aim.proposal
    return said is not None and (said.class_id, said.box) == (aim.class_id, aim.box)


def time_ms(aims: Sequence[Aim], rng: random.Random, *, is_hurried: bool) -> float:
    """Two seconds to check a box, three to change one, seven to draw one, two to look around."""
    taken = 2000.0
    for aim in aims:
        if aim.proposal is None:
            taken += 7000 if aim.box is not None else 0
        elif (aim.proposal.class_id, aim.proposal.box) == (aim.class_id, aim.box):
            taken += 2000
        else:
            taken += 3000
    return taken * rng.lognormvariate(0, _TIME_SPREAD) * (_HURRY if is_hurried else 1)
