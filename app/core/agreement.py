"""How far two labellings of the same images agree: two people, a person and a model, or gold."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from app.core.geometry import Box
from app.core.proposals import SAME_PLACE_IOU


class Marked(Protocol):
    """A box of a class, whoever says so."""

    @property
    def class_id(self) -> int: ...
    @property
    def box(self) -> Box: ...


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of any number of images: those of two pairs of labellings add up with `+`.

    `first` and `second` are how many boxes each has, `iou_sum` the overlap (0..1) of all boxes that
    belong together, and `classes` how many of these are of which class (in first, in second).
    """

    first: int = 0
    second: int = 0
    iou_sum: float = 0.0
    classes: Mapping[tuple[int, int], int] = field(default_factory=dict)

    def __add__(self, other: "Agreement") -> "Agreement":
        return Agreement(
            self.first + other.first,
            self.second + other.second,
            self.iou_sum + other.iou_sum,
            Counter(self.classes) + Counter(other.classes),
        )

    @property
    def matched(self) -> int:
        """Pairs of boxes that belong together, of whatever classes."""
        return sum(self.classes.values())

    @property
    def of_one_class(self) -> int:
        """Those of them that both give the same class."""
        return sum(n for (a, b), n in self.classes.items() if a == b)

    @property
    def f1(self) -> float | None:
        """2 * matched / (first + second), 0..1: whether both have boxes in the same places.

        As Dice (1945), and the F1 of either against the other. None where neither has a box.
        """
        return _share(2 * self.matched, self.first + self.second)

    @property
    def f1_with_class(self) -> float | None:
        """The same of boxes that agree in class too."""
        return _share(2 * self.of_one_class, self.first + self.second)

    @property
    def mean_iou(self) -> float | None:
        """Of boxes that belong together, 0..1; None where none do."""
        return self.iou_sum / self.matched if self.matched else None

    @property
    def kappa(self) -> float | None:
        """Cohen's kappa of the classes of boxes that belong together, -1..1.

        (p - e) / (1 - e), p the share in which both say the same class and e the share in which
        they would by chance, each saying every class as often as it does. From Cohen, A Coefficient
        of Agreement for Nominal Scales (1960). None where chance alone would agree always: no
        pairs, or a single class.
        """
        pairs = self.matched
        if not pairs:
            return None
        said_first, said_second = Counter[int](), Counter[int]()
        for (a, b), n in self.classes.items():
            said_first[a] += n
            said_second[b] += n
        by_chance = sum(n * said_second[c] for c, n in said_first.items())
        if by_chance == pairs * pairs:
            return None
        expected = by_chance / pairs**2
        return (self.of_one_class / pairs - expected) / (1 - expected)


def agreement(
    first: Sequence[Marked], second: Sequence[Marked], *, iou: float = SAME_PLACE_IOU
) -> Agreement:
    """Of two labellings of one image; boxes that overlap by `iou` may belong together."""
    table = overlaps([a.box for a in first], [b.box for b in second])
    pairs = matches(first, second, iou=iou, table=table)
    return Agreement(
        len(first),
        len(second),
        float(sum(table[i, j] for i, j in pairs)),
        Counter((first[i].class_id, second[j].class_id) for i, j in pairs),
    )


def matches(
    first: Sequence[Marked],
    second: Sequence[Marked],
    *,
    iou: float = SAME_PLACE_IOU,
    table: npt.NDArray[np.float64] | None = None,
) -> list[tuple[int, int]]:
    """Index pairs (into first, into second), each box used at most once, best overlap first.

    Boxes of one class come together before those of different ones, so that two defects in one
    place are not taken for one with two names. It is the same whichever labelling comes first.
    `table` is `overlaps` of both, where the caller has it.
    """
    if table is None:
        table = overlaps([a.box for a in first], [b.box for b in second])
    rows, columns = np.nonzero(table >= iou)
    pairs = list(zip(rows.tolist(), columns.tolist(), strict=True))
    pairs.sort(key=lambda p: _rank(first[p[0]], second[p[1]], float(table[p])))
    taken_first, taken_second = set[int](), set[int]()
    matched = []
    for i, j in pairs:
        if i not in taken_first and j not in taken_second:
            taken_first.add(i)
            taken_second.add(j)
            matched.append((i, j))
    return matched


def overlaps(first: Sequence[Box], second: Sequence[Box]) -> npt.NDArray[np.float64]:
    """Intersection over union of each with each: (len(first), len(second)), 0..1."""
    if not (first and second):
        return np.zeros((len(first), len(second)))
    a = np.array([box.corners for box in first], float).reshape(-1, 1, 4)
    b = np.array([box.corners for box in second], float).reshape(1, -1, 4)
    sides = np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2])
    shared = np.prod(np.maximum(sides, 0), axis=-1)
    both = np.prod(a[..., 2:] - a[..., :2], axis=-1) + np.prod(b[..., 2:] - b[..., :2], axis=-1)
    table: npt.NDArray[np.float64] = shared / (both - shared)
    return table


def _rank(a: Marked, b: Marked, overlap: float) -> tuple[object, ...]:
    told = sorted([(a.box.corners, a.class_id), (b.box.corners, b.class_id)])
    return (a.class_id != b.class_id, -overlap, told)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
