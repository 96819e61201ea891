"""Where a model sees an image otherwise than the people who worked on it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, get_args

from app.core.annotation import Annotation
from app.core.corrections import accepted, classified, drawn, removed, reshaped
from app.core.edit import Edit
from app.core.geometry import Box, intersection_over_union, match_one_to_one
from app.core.image import ImageLabel
from app.core.proposals import SAME_PLACE_IOU
from app.core.shape import Shape, shape_of
from app.core.sheet import Sheet

Kind = Literal["extra", "missed", "shifted", "class"]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""The model found something where people have nothing; didn't find what people have; found it
elsewhere; found something of another class in its place."""

STEADY_IOU = 0.75
STEADY_SIDES_PX = 2.0
"""Boxes that overlap this much, or whose sides all lie this near, are drawn alike: of a streak a
few pixels wide, a hand that slips by one takes away a fifth."""

NEAR_IOU = 0.2
"""Boxes of one class that overlap this much are about one defect, where nothing fits better."""


@dataclass(frozen=True, slots=True)
class Find:
    """What a model drew: its class, where, and its score (0..1) where it gave one."""

    class_id: int
    shape: Shape
    score: float | None = None

    @property
    def box(self) -> Box:
        return self.shape.box


@dataclass(frozen=True, slots=True)
class Disagreement:
    """`standing` is the box on the image that it is about: a person's, or for "extra" the proposal
    as which the find came in; None for an "extra" that no proposal stands for. `found` is None for
    "missed".

    Raises ValueError when the two don't fit the kind.
    """

    kind: Kind
    standing: Annotation | None
    found: Find | None

    def __post_init__(self) -> None:
        by_person = self.standing is not None and not self.standing.is_proposal
        if by_person == (self.kind == "extra") or (self.found is None) != (self.kind == "missed"):
            raise ValueError(f"no disagreement of kind {self.kind!r}: {self}")

    @property
    def own(self) -> Annotation | None:
        """The person's box; None where people have nothing."""
        return None if self.kind == "extra" else self.standing

    @property
    def proposal(self) -> Annotation | None:
        """As which an extra came in; None where it didn't."""
        return self.standing if self.kind == "extra" else None

    @property
    def place(self) -> Box:
        """Around the boxes of both."""
        boxes = [each.box for each in (self.standing, self.found) if each is not None]
        return Box.around(point for b in boxes for point in (b.corners[:2], b.corners[2:]))


@dataclass(frozen=True, slots=True)
class KeptDisagreement:
    """As a project keeps it, from one run of a model. Dismissed: a person looked and keeps theirs.

    `dismissed_at` is in UTC, ISO 8601.
    """

    id: int
    image_id: int
    run_id: int
    said: Disagreement
    dismissed_by: str | None = None
    dismissed_at: str | None = None

    @property
    def is_open(self) -> bool:
        return self.dismissed_by is None


def is_judged(label: ImageLabel, standing: Iterable[Annotation]) -> bool:
    """Whether people have said something of the image that a model can disagree with."""
    if label.state == "excluded":
        return False
    is_untouched = label.state in ("new", "prelabelled") and not label.is_normal
    return not is_untouched or any(not a.is_proposal for a in standing)


def disagreements(
    label: ImageLabel,
    standing: Sequence[Annotation],
    found: Sequence[Annotation],
    *,
    classes: Collection[int] | None = None,
) -> list[Disagreement]:
    """What stands on an image against all that a model found on it; none where nobody judged.

    `standing` as it is once the finds came in, so that an "extra" is told with its proposal.
    `classes` as for `compare`.
    """
    if not is_judged(label, standing):
        return []
    said = compare([a for a in standing if not a.is_proposal], found, classes=classes)
    extras = {n: d.found for n, d in enumerate(said) if d.kind == "extra" and d.found is not None}
    proposals = {n: a for n, a in enumerate(standing) if a.is_proposal}
    for n, place in _pairs(extras, proposals, iou=SAME_PLACE_IOU, of_one_class=True):
        said[n] = Disagreement("extra", proposals[place], extras[n])
    return said


def compare(
    confirmed: Sequence[Annotation],
    found: Sequence[Annotation],
    *,
    classes: Collection[int] | None = None,
) -> list[Disagreement]:
    """Boxes by people against a model's, each of which is in one disagreement at most.

    Those of one class that mark the same place belong together first, then those of any class,
    last those of one class that overlap a little. `classes` are the ids of those that the model
    knows, None for all: it can't miss what it doesn't know. In the order of `confirmed`, extras
    after them in the order of `found`.
    """
    alone, finds = dict(enumerate(confirmed)), dict(enumerate(found))
    met: dict[int, Disagreement] = {}
    for iou, of_one_class in ((SAME_PLACE_IOU, True), (SAME_PLACE_IOU, False), (NEAR_IOU, True)):
        for place, number in _pairs(alone, finds, iou=iou, of_one_class=of_one_class):
            own, find = alone.pop(place), finds.pop(number)
            if own.class_id != find.class_id:
                met[place] = Disagreement("class", own, _find(find))
            elif not drawn_alike(own.box, find.box):
                met[place] = Disagreement("shifted", own, _find(find))
    for place, own in alone.items():
        if classes is None or own.class_id in classes:
            met[place] = Disagreement("missed", own, None)
    extras = [Disagreement("extra", None, _find(find)) for find in finds.values()]
    return [met[place] for place in sorted(met)] + extras


def drawn_alike(a: Box, b: Box) -> bool:
    """Whether two boxes differ by no more than two careful people would."""
    sides = zip(a.corners, b.corners, strict=True)
    return intersection_over_union(a, b) >= STEADY_IOU or all(
        abs(first - second) <= STEADY_SIDES_PX for first, second in sides
    )


def says_the_same(a: Disagreement, b: Disagreement) -> bool:
    """Whether whoever has answered the one has answered the other, from whichever run."""
    if a.kind != b.kind or a.own != b.own:
        return False
    if a.found is None or b.found is None:
        return True
    overlap = intersection_over_union(a.found.box, b.found.box)
    return a.found.class_id == b.found.class_id and overlap >= SAME_PLACE_IOU


def with_the_models(sheet: Sheet, said: Disagreement, *, person: str) -> list[Edit]:
    """The image as the model has it, as a person's own correction; raises as `corrections` does."""
    standing, found = said.standing, said.found
    if standing is None:
        assert found is not None
        return drawn(sheet, [(found.class_id, found.shape)], person=person)[0]
    if found is None:
        return removed(sheet, [standing.uid])
    if said.kind == "extra":
        return accepted(sheet, [standing.uid], person=person)
    if said.kind == "class":
        return classified(sheet, [standing.uid], found.class_id, person=person)
    return reshaped(sheet, {standing.uid: found.shape}, person=person)


def with_peoples(sheet: Sheet, said: Disagreement) -> list[Edit]:
    """The image as people have it: the proposal of an extra goes; raises as `corrections` does."""
    return [] if said.proposal is None else removed(sheet, [said.proposal.uid])


def _find(annotation: Annotation) -> Find:
    return Find(annotation.class_id, shape_of(annotation), annotation.score)


class _Placed(Protocol):
    @property
    def class_id(self) -> int: ...
    @property
    def box(self) -> Box: ...


def _pairs(
    own: Mapping[int, _Placed],
    finds: Mapping[int, _Placed],
    *,
    iou: float,
    of_one_class: bool,
) -> list[tuple[int, int]]:
    """Keys (of own, of finds), best overlap first within a class, each used at most once."""
    pairs = []
    kinds = sorted({a.class_id for a in own.values()}) if of_one_class else [None]
    for class_id in kinds:
        ours = [key for key, a in own.items() if class_id in (None, a.class_id)]
        theirs = [key for key, a in finds.items() if class_id in (None, a.class_id)]
        boxes = [own[key].box for key in ours], [finds[key].box for key in theirs]
        pairs += [(ours[i], theirs[j]) for i, j in match_one_to_one(*boxes, iou=iou)]
    return pairs
