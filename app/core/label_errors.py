"""Which boxes of an image are probably wrong, as a model's finds and the boxes themselves tell.

The scores are those of Tkachenko, Thyagarajan and Mueller, ObjectLab: Automated Diagnosis of
Mislabeled Images in Object Detection Data (2023), which the library cleanlab computes in
`cleanlab.object_detection.rank`: 0 is surely wrong, 1 is right.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from app.core.agreement import matches, overlaps
from app.core.annotation import Annotation
from app.core.disagreement import NEAR_IOU, STEADY_IOU
from app.core.geometry import Box
from app.core.proposals import SAME_PLACE_IOU

ErrorKind = Literal["overlooked", "badly_located", "swapped", "duplicate"]
ERROR_KINDS: tuple[ErrorKind, ...] = get_args(ErrorKind)
"""A find that no box marks; a box that lies otherwise than a find of its class; a box in whose
place a find of another class lies; two boxes of one place."""

OVERLAP_WEIGHT = 0.9
"""Alpha of the paper: what the overlap counts beside how near the centres are."""

NEARNESS_PER_PX = 0.1
"""So much nearness is lost with each pixel between the centres, as an exponent."""

TALKING_SCORE = 0.5
"""Below it a find says nothing of where a box lies, as in the paper."""

SURE_SCORE = 0.7
"""From it on a find says that something was overlooked or swapped. The paper takes 0.95, which
detectors trained on few photos hardly ever say."""

MOST_DOUBTFUL = 0.6
"""A badly located box scores less: two careful people would differ as much from there on."""


@dataclass(frozen=True, slots=True)
class ModelFind:
    """What a model drew, and how sure it was (0..1). `key` names it for as long as it is kept."""

    key: str
    class_id: int
    box: Box
    score: float


@dataclass(frozen=True, slots=True)
class Suspect:
    """A box that is probably wrong, or a find that probably should be one.

    `key` is the uid of the box it is about, the key of the find for "overlooked". `score` is 0
    (surely wrong) to 1; `said_class_id` and `said_box` are what the find, or the other box of a
    duplicate, says instead, and `sureness` is the find's own score (0..1).
    """

    kind: ErrorKind
    key: str
    score: float
    class_id: int
    box: Box
    said_class_id: int
    said_box: Box
    sureness: float | None = None


def suspects(boxes: Sequence[Annotation], finds: Sequence[ModelFind]) -> list[Suspect]:
    """What is probably wrong with the boxes that people have put on one image.

    Each find and each box is in one of them at most, but for duplicates: swapped is told before
    badly located, and that before overlooked. A find that is about another box, of its class and
    in its place, says nothing of this one, which the paper lets it.
    """
    usable = [find for find in finds if find.score >= TALKING_SCORE]
    if not boxes and not usable:
        return []
    alike = similarities([a.box for a in boxes], [f.box for f in usable])
    same = np.array([[a.class_id == f.class_id for f in usable] for a in boxes], bool)
    same = same.reshape(alike.shape)
    table = overlaps([a.box for a in boxes], [f.box for f in usable])
    sure = np.array([find.score >= SURE_SCORE for find in usable], bool)
    witness = _witnesses(boxes, usable, table)
    told = list(_swapped(boxes, usable, alike * witness, same, sure))
    near = same & witness & (table >= NEAR_IOU)
    told += _badly_located(boxes, usable, alike, near, _keys(told))
    told += _overlooked(usable, np.where(same, alike, 0.0), table, sure)
    return told + list(_duplicates(boxes))


def similarities(first: Sequence[Box], second: Sequence[Box]) -> npt.NDArray[np.float64]:
    """The paper's likeness of each box with each: (len(first), len(second)), 0..1.

    0.9 * intersection over union + 0.1 * exp(-d / 10), d the pixels between the centres.
    """
    a = np.array([box.centre for box in first], float).reshape(-1, 1, 2)
    b = np.array([box.centre for box in second], float).reshape(1, -1, 2)
    nearness = np.exp(-NEARNESS_PER_PX * np.linalg.norm(a - b, axis=-1))
    table = OVERLAP_WEIGHT * overlaps(first, second) + (1 - OVERLAP_WEIGHT) * nearness
    return np.asarray(table, np.float64)


def _witnesses(
    boxes: Sequence[Annotation], finds: Sequence[ModelFind], table: npt.NDArray[np.float64]
) -> npt.NDArray[np.bool_]:
    """Which finds say something of which boxes: (len(boxes), len(finds))."""
    says = np.ones(table.shape, bool)
    for row, column in matches(boxes, finds, table=table):
        if boxes[row].class_id == finds[column].class_id:
            says[:, column] = False
            says[row, column] = True
    return says


def _swapped(
    boxes: Sequence[Annotation],
    finds: Sequence[ModelFind],
    alike: npt.NDArray[np.float64],
    same: npt.NDArray[np.bool_],
    sure: npt.NDArray[np.bool_],
) -> Iterable[Suspect]:
    """Score: 1 - likeness of the most alike sure find of another class.

    Not where a find of the box's own class is as much alike: the model then says both.
    """
    others = np.where(~same & sure, alike, 0.0)
    own = np.where(same, alike, 0.0)
    for row, box in enumerate(boxes):
        if not finds:
            return
        best = int(np.argmax(others[row]))
        score = 1 - float(others[row, best])
        if score < SAME_PLACE_IOU and others[row, best] > own[row].max():
            yield _of(box, "swapped", score, finds[best])


def _badly_located(
    boxes: Sequence[Annotation],
    finds: Sequence[ModelFind],
    alike: npt.NDArray[np.float64],
    near: npt.NDArray[np.bool_],
    told: frozenset[str],
) -> Iterable[Suspect]:
    """Score: likeness of the most alike find of its class.

    Only where that one overlaps it a little, which the paper doesn't ask: else the find was
    overlooked and the box missed by the model, and nothing lies badly.
    """
    own = np.where(near, alike, 0.0)
    for row, box in enumerate(boxes):
        if not finds or box.uid in told:
            continue
        best = int(np.argmax(own[row]))
        score = float(own[row, best])
        if 0 < score < MOST_DOUBTFUL:
            yield _of(box, "badly_located", score, finds[best])


def _overlooked(
    finds: Sequence[ModelFind],
    own: npt.NDArray[np.float64],
    table: npt.NDArray[np.float64],
    sure: npt.NDArray[np.bool_],
) -> Iterable[Suspect]:
    """Score: likeness of the most alike box of its class, times 1 - the find's own score.

    The paper weighs with that only where no box of the class is on the image. Here it always
    counts, so that of two finds far from everything the surer one comes first.
    """
    for column, find in enumerate(finds):
        overlap = float(table[:, column].max(initial=0.0))
        if sure[column] and overlap < NEAR_IOU:
            score = max(float(own[:, column].max(initial=0.0)), NEAR_IOU) * (1 - find.score)
            yield Suspect(
                *("overlooked", find.key, score, find.class_id, find.box),
                said_class_id=find.class_id,
                said_box=find.box,
                sureness=find.score,
            )


def _duplicates(boxes: Sequence[Annotation]) -> Iterable[Suspect]:
    """Boxes that two careful people would have drawn of one thing, of whatever classes.

    Score: 1 - intersection over union. Told of the one that was drawn later.
    """
    table = overlaps([a.box for a in boxes], [a.box for a in boxes])
    for i, j in np.argwhere(np.triu(table, 1) >= STEADY_IOU).tolist():
        earlier, later = boxes[i], boxes[j]
        yield Suspect(
            *("duplicate", later.uid, 1 - float(table[i, j]), later.class_id, later.box),
            said_class_id=earlier.class_id,
            said_box=earlier.box,
        )


def _of(box: Annotation, kind: ErrorKind, score: float, find: ModelFind) -> Suspect:
    said = find.class_id, find.box, find.score
    return Suspect(kind, box.uid, score, box.class_id, box.box, *said)


def _keys(told: Iterable[Suspect]) -> frozenset[str]:
    return frozenset(suspect.key for suspect in told)
