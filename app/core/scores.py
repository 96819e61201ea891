"""How well yes and no, and boxes, fit what is so: counts that add up, and their ratios."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.geometry import Box, match_one_to_one

MATCHED_IOU = 0.5
"""Boxes of one class that overlap this much are about one defect, as in PASCAL VOC (Everingham et
al., 2010)."""


@dataclass(frozen=True, slots=True)
class ClassBox:
    """A box in pixels of the upright image; `class_id` None for a word that is no class."""

    class_id: int | None
    box: Box


@dataclass(frozen=True, slots=True)
class YesNoScore:
    """Answers to "is it there?", by what they should have been.

    An answer that says neither yes nor no is unreadable: it is wrong, but it is no yes.
    Ratios are 0..1, and None where they would be divided by nothing. They are those of POPE (Li et
    al., Evaluating Object Hallucination in Large Vision-Language Models, EMNLP 2023, section 5),
    where "yes" is the positive answer.
    """

    hits: int = 0
    misses: int = 0
    false_alarms: int = 0
    rejections: int = 0
    unreadable_there: int = 0
    unreadable_absent: int = 0

    def __add__(self, other: "YesNoScore") -> "YesNoScore":
        return YesNoScore(
            self.hits + other.hits,
            self.misses + other.misses,
            self.false_alarms + other.false_alarms,
            self.rejections + other.rejections,
            self.unreadable_there + other.unreadable_there,
            self.unreadable_absent + other.unreadable_absent,
        )

    @property
    def there(self) -> int:
        """How often it was asked of images that show it."""
        return self.hits + self.misses + self.unreadable_there

    @property
    def absent(self) -> int:
        return self.false_alarms + self.rejections + self.unreadable_absent

    @property
    def asked(self) -> int:
        return self.there + self.absent

    @property
    def unreadable(self) -> int:
        return self.unreadable_there + self.unreadable_absent

    @property
    def accuracy(self) -> float | None:
        return _ratio(self.hits + self.rejections, self.asked)

    @property
    def precision(self) -> float | None:
        """How many of the times it said yes it was right."""
        return _ratio(self.hits, self.hits + self.false_alarms)

    @property
    def recall(self) -> float | None:
        """How often it said yes where the labels do."""
        return _ratio(self.hits, self.there)

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall."""
        return _ratio(2 * self.hits, self.hits + self.false_alarms + self.there)

    @property
    def yes_ratio(self) -> float | None:
        """How often it said yes at all: far above the share of images that show it, it says yes to
        everything."""
        return _ratio(self.hits + self.false_alarms, self.asked)


def yes_no_score(is_there: bool, said: bool | None) -> YesNoScore:
    """Of one answer."""
    if said is None:
        return YesNoScore(unreadable_there=int(is_there), unreadable_absent=int(not is_there))
    if is_there:
        return YesNoScore(hits=int(said), misses=int(not said))
    return YesNoScore(false_alarms=int(said), rejections=int(not said))


@dataclass(frozen=True, slots=True)
class BoxScore:
    """Boxes of answers beside those of the labels.

    `drawn` and `labelled` count boxes, `matched` how many of both belong together one to one (at
    `MATCHED_IOU`, greedily by best overlap, as in the PASCAL VOC and COCO evaluations);
    `overlap_sum` is the sum of their IoU. `unreadable` counts answers whose boxes could not be
    read: what the labels have there is missed.
    """

    matched: int = 0
    drawn: int = 0
    labelled: int = 0
    overlap_sum: float = 0.0
    asked: int = 0
    unreadable: int = 0

    def __add__(self, other: "BoxScore") -> "BoxScore":
        return BoxScore(
            self.matched + other.matched,
            self.drawn + other.drawn,
            self.labelled + other.labelled,
            self.overlap_sum + other.overlap_sum,
            self.asked + other.asked,
            self.unreadable + other.unreadable,
        )

    @property
    def precision(self) -> float | None:
        """The share of drawn boxes that belong to one of the labels."""
        return _ratio(self.matched, self.drawn)

    @property
    def recall(self) -> float | None:
        """The share of labelled boxes that were drawn."""
        return _ratio(self.matched, self.labelled)

    @property
    def f1(self) -> float | None:
        return _ratio(2 * self.matched, self.drawn + self.labelled)

    @property
    def mean_iou(self) -> float | None:
        """Of the matched boxes alone: how well they fit, not how many there are."""
        return _ratio(self.overlap_sum, self.matched)


@dataclass(frozen=True, slots=True)
class Compared:
    """One answer's boxes beside the labels: `pairs` belong together (label, drawn)."""

    pairs: tuple[tuple[ClassBox, ClassBox], ...]
    missed: tuple[ClassBox, ...]
    extra: tuple[ClassBox, ...]


def compare_boxes(labelled: Sequence[ClassBox], drawn: Sequence[ClassBox]) -> Compared:
    """Class by class, each box in one pair at most; of no class, a drawn box is always extra."""
    pairs: list[tuple[int, int]] = []
    for class_id in sorted({each.class_id for each in labelled if each.class_id is not None}):
        ours = [i for i, each in enumerate(labelled) if each.class_id == class_id]
        theirs = [i for i, each in enumerate(drawn) if each.class_id == class_id]
        boxes = [labelled[i].box for i in ours], [drawn[i].box for i in theirs]
        pairs += [(ours[i], theirs[j]) for i, j in match_one_to_one(*boxes, iou=MATCHED_IOU)]
    ours_met, theirs_met = {i for i, _ in pairs}, {j for _, j in pairs}
    return Compared(
        tuple((labelled[i], drawn[j]) for i, j in pairs),
        tuple(each for i, each in enumerate(labelled) if i not in ours_met),
        tuple(each for i, each in enumerate(drawn) if i not in theirs_met),
    )


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None
