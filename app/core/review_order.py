"""Which of the images that were handed in most likely hold a fault: what a reviewer sees first.

How often a person's images are faulty is what is thought of an image before anything is known of
it. Every reason to doubt it then makes the odds higher by as much as it is more usual where there
is a fault than where there is none (Bayes' rule, the reasons taken for independent as in a naive
Bayes classifier; Maron 1961). So a doubt counts for more with somebody new, and no number of weak
reasons drowns a strong one. Only what is known of people is learned; the weights are set below.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

_FAULTS_OF_NEW, _IMAGES_OF_NEW = 2.0, 8.0
"""What is thought of somebody new: as if of eight images two had come back."""

_HASTE_BELOW = 0.5
"""Of the usual time: who takes longer is not in haste."""

_CAREFUL_IOU, _OTHER_IOU = 0.75, 0.35
"""Two careful people overlap by that much or more; boxes that overlap by less differ altogether."""

_LIKE_A_GUESS = 3
"""Power of a score: most of what a detector invents has a low one, so a find of 0.9 is not twice
as good a reason as one of 0.45 but many times as good."""

_LIKE_A_FIND = 2
"""The same where something is there for certain, and only its name or its sides are in question."""


@dataclass(frozen=True, slots=True)
class ReviewFacts:
    """What is known of one image without looking at it.

    `unseen`, `other_class`: scores (0..1) of what a model finds where nobody drew, or as another
    class; `shifted`: (score, overlap) of what it places elsewhere, both 0..1; `unfound`: the share
    of the boxes that it doesn't find. `removed`: scores of its proposals that the annotator took
    away; `reclassified`: how many they gave another class. `accepted`: scores of those that stand.
    `rarity`: of the rarest class on it, 0 for one as common as all are on average or more, up to 1.
    `pace`: the annotator's time a box here over their usual one, None where it isn't known.
    `fault_share`: see `fault_share`; raises ValueError where it isn't over 0 and under 1.
    """

    image_id: int
    unseen: Sequence[float] = ()
    other_class: Sequence[float] = ()
    shifted: Sequence[tuple[float, float]] = ()
    unfound: float = 0.0
    removed: Sequence[float] = ()
    reclassified: int = 0
    accepted: Sequence[float] = ()
    rarity: float = 0.0
    pace: float | None = None
    is_unclear: bool = False
    fault_share: float = _FAULTS_OF_NEW / _IMAGES_OF_NEW

    def __post_init__(self) -> None:
        if not 0 < self.fault_share < 1:
            raise ValueError(f"nobody is known so surely: {self.fault_share}")


@dataclass(frozen=True, slots=True)
class Weights:
    """How many times as usual each reason is with a fault as without, at its strongest; 1 or more.

    A sure find where nobody drew, one that lies far from the box of its class, and another class
    are nearly always somebody's fault. That a model doesn't find a box says little, for models miss
    much: so it is the share of the boxes that counts, and not their number, which grows with all
    there is on an image. What the annotator took away or renamed they looked at: they are mostly
    right. A proposal of low score that stands may have been nodded through. Haste tells much of an
    image; a rare class, which is confused more often, a little.
    """

    unseen: float = 300.0
    other_class: float = 50.0
    shifted: float = 200.0
    unfound: float = 4.0
    removed: float = 1.5
    reclassified: float = 1.5
    accepted: float = 1.3
    rarity: float = 2.0
    pace: float = 10.0
    is_unclear: float = 4.0

    def __post_init__(self) -> None:
        if not all(getattr(self, field.name) >= 1 for field in fields(self)):
            raise ValueError(f"weights under 1: {self}")


WEIGHTS = Weights()


def chance_of_fault(facts: ReviewFacts, weights: Weights = WEIGHTS) -> float:
    """From 0 to 1; only its order among other images means anything."""
    doubt = _log_odds(facts, weights)
    return math.exp(doubt) / (1 + math.exp(doubt)) if doubt < 0 else 1 / (1 + math.exp(-doubt))


def most_doubtful_first(facts: Iterable[ReviewFacts], weights: Weights = WEIGHTS) -> list[int]:
    """Image ids; of two that are as likely faulty the smaller first."""
    return [
        image_id
        for _, image_id in sorted((-_log_odds(each, weights), each.image_id) for each in facts)
    ]


def _log_odds(facts: ReviewFacts, weights: Weights) -> float:
    """Of these the order is told apart where chances are all but 1."""
    strengths = {
        "unseen": sum(score**_LIKE_A_GUESS for score in facts.unseen),
        "other_class": sum(score**_LIKE_A_FIND for score in facts.other_class),
        "shifted": sum(score**_LIKE_A_FIND * _apart(overlap) for score, overlap in facts.shifted),
        "unfound": facts.unfound,
        # Of these the first says it all: people who clear away much are at work, not at fault.
        "removed": max(facts.removed, default=0.0),
        "reclassified": min(1, facts.reclassified),
        "accepted": 1 - min(facts.accepted, default=1.0),
        "rarity": facts.rarity,
        "pace": _haste(facts.pace),
        "is_unclear": facts.is_unclear,
    }
    prior = math.log(facts.fault_share / (1 - facts.fault_share))
    return prior + sum(s * math.log(getattr(weights, name)) for name, s in strengths.items())


def _apart(overlap: float) -> float:
    """0 for boxes that careful people would draw of one thing, 1 for such as differ altogether."""
    return min(1.0, max(0.0, (_CAREFUL_IOU - overlap) / (_CAREFUL_IOU - _OTHER_IOU)))


def _haste(pace: float | None) -> float:
    return 0.0 if pace is None else max(0.0, 1 - pace / _HASTE_BELOW)


def fault_share(faulty: int, reviewed: int) -> float:
    """How many of a person's images are thought to be faulty, from those that were reviewed.

    The mean of a Beta distribution that begins with what is thought of somebody new, so that new
    people come early and one slip of a careful person weighs little.
    """
    return (faulty + _FAULTS_OF_NEW) / (reviewed + _IMAGES_OF_NEW)


def rarity(share: float, class_count: int) -> float:
    """Of a class that has this share (0..1) of all boxes, where there are so many classes."""
    return max(0.0, 1.0 - share * class_count)
