"""What a model's finds may change on an image that others have worked on."""

from collections.abc import Collection, Iterable, Sequence

from app.core.annotation import Annotation
from app.core.edit import AnnotationEdit
from app.core.geometry import match_one_to_one

SAME_PLACE_IOU = 0.5
"""Boxes that overlap at least this much mark the same defect."""


def proposal_edits(
    image_id: int,
    standing: Sequence[Annotation],
    rejected: Sequence[Annotation],
    found: Sequence[Annotation],
    *,
    own_runs: Collection[int],
) -> list[AnnotationEdit]:
    """How `found`, the new proposals of a model, come in beside what stands on the image.

    The model's own proposals (of `own_runs`) that nobody touched are replaced. A find goes where
    it marks the same place as a box that a person touched, or, with the same class, as another
    model's proposal or a proposal that a person rejected. Each box can stop one find only, so
    that a thin streak beside another survives.
    """
    own = [a for a in standing if a.is_proposal and a.run_id in own_runs]
    others = [a for a in standing if a not in own]
    touched = [a for a in others if not a.is_proposal]
    fresh = _unmatched(found, touched)
    for class_id in {a.class_id for a in fresh}:
        rivals = [a for a in (*others, *rejected) if a.class_id == class_id and a not in touched]
        mine = [a for a in fresh if a.class_id == class_id]
        kept = _unmatched(mine, rivals)
        fresh = [a for a in fresh if a.class_id != class_id or a in kept]
    return replacing_edits(image_id, own, fresh)


def replacing_edits(
    image_id: int, old: Sequence[Annotation], new: Sequence[Annotation]
) -> list[AnnotationEdit]:
    """Edits that put `new` in the place of `old`; what says the same in both is left as it is.

    So doing a job twice changes nothing, and no conversation goes stale over it.
    """
    standing: dict[object, list[Annotation]] = {}
    for a in old:
        standing.setdefault(_said(a), []).append(a)
    added = []
    for a in new:
        same = standing.get(_said(a))
        if same:
            same.pop()
        else:
            added.append(AnnotationEdit(image_id, None, a))
    gone = [a for alike in standing.values() for a in alike]
    return [AnnotationEdit(image_id, a, None) for a in gone] + added


def _said(a: Annotation) -> object:
    """What an annotation says, to a hundredth of a pixel: engines differ in the last digits."""
    corners = tuple(round(corner, 2) for corner in a.box.corners)
    outline = a.polygon and tuple((round(x, 2), round(y, 2)) for x, y in a.polygon)
    score = None if a.score is None else round(a.score, 3)
    sources = tuple((source.name, round(source.score, 3)) for source in a.sources)
    return a.class_id, corners, outline, score, sources, a.is_proposal


def _unmatched(found: Sequence[Annotation], against: Iterable[Annotation]) -> list[Annotation]:
    pairs = match_one_to_one([a.box for a in found], [a.box for a in against], iou=SAME_PLACE_IOU)
    matched = {index for index, _ in pairs}
    return [a for index, a in enumerate(found) if index not in matched]
