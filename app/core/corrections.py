"""What a person can do to an image and its boxes, each as the edits of one gesture."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from app.core.annotation import Annotation, new_uid
from app.core.edit import AnnotationEdit, Edit, ImageEdit
from app.core.errors import UserError
from app.core.image import ImageLabel
from app.core.review import refuse_locked
from app.core.shape import Shape, clipped, place_of, shape_of
from app.core.sheet import Sheet


def drawn(
    sheet: Sheet, shapes: Iterable[tuple[int, Shape]], *, person: str
) -> tuple[list[Edit], list[str]]:
    """New boxes, each of a class id, clipped to the image; and their uids.

    What lies beside the image is left out.
    """
    inside = ((c, clipped(s, sheet.width_px, sheet.height_px)) for c, s in shapes)
    new = [
        Annotation(new_uid(), class_id, shape.box, shape.polygon, author=person)
        for class_id, shape in inside
        if shape is not None
    ]
    return _touching(sheet, [(None, a) for a in new]), [a.uid for a in new]


def not_there(
    sheet: Sheet, known: Iterable[Annotation], shapes: Iterable[tuple[int, Shape]]
) -> list[tuple[int, Shape]]:
    """Of shapes, each of a class id, those whose part on the image lies where none of the `known`
    boxes of the class does, nor another one of them.
    """
    taken = {(a.class_id, place_of(shape_of(a))) for a in known}
    new = []
    for class_id, shape in shapes:
        place = class_id, place_of(clipped(shape, sheet.width_px, sheet.height_px) or shape)
        if place not in taken:
            taken.add(place)
            new.append((class_id, shape))
    return new


def reshaped(sheet: Sheet, shapes: Mapping[str, Shape], *, person: str) -> list[Edit]:
    """Other outlines for boxes, by uid. Whoever moves a proposal makes it theirs."""
    changes = []
    for a in sheet.of(shapes):
        shape = shapes[a.uid]
        changes.append((a, replace(a, box=shape.box, polygon=shape.polygon, author=person)))
    return _touching(sheet, changes)


def classified(sheet: Sheet, uids: Collection[str], class_id: int, *, person: str) -> list[Edit]:
    """Another class for boxes; given the class it has, a proposal is accepted."""
    changes = [(a, replace(a, class_id=class_id, author=person)) for a in sheet.of(uids)]
    kept = [(a, b) for a, b in changes if a.is_proposal or a.class_id != class_id]
    return _touching(sheet, kept)


def accepted(sheet: Sheet, uids: Collection[str], *, person: str) -> list[Edit]:
    """The proposals among the boxes become `person`'s, as they are."""
    return _touching(sheet, [(a, a.touched_by(person)) for a in sheet.of(uids) if a.is_proposal])


def removed(sheet: Sheet, uids: Collection[str]) -> list[Edit]:
    return _touching(sheet, [(a, None) for a in sheet.of(uids)])


def submitted(sheet: Sheet, *, unseen: Collection[str], person: str) -> list[Edit]:
    """Accepts all proposals but the `unseen` ones, which go, and hands the image in.

    Unseen are those that a blind image or the score slider kept from the person: nobody has said
    that they are right. Nothing changes on an image that is handed in already, by whomever. Raises
    UserError when nothing is drawn and nobody said "normal", or the image is locked.
    """
    if sheet.label.state == "submitted":
        return []
    gone = frozenset(unseen)
    edits: list[Edit] = []
    for a in sheet.proposals:
        after = None if a.uid in gone else a.touched_by(person)
        edits.append(AnnotationEdit(sheet.image_id, a, after))
    left = [a for a in sheet.annotations if not (a.is_proposal and a.uid in gone)]
    if not left and not sheet.label.is_normal:
        raise UserError(
            "Nothing is drawn on this image, and nobody has said that it is normal.",
            hint="Draw what is missing, or mark the image as normal.",
        )
    refuse_locked(sheet.label)
    handed_in = replace(sheet.label, state="submitted", annotator=person, reason="")
    return edits + _labelled(sheet, handed_in)


def marked_normal(sheet: Sheet, is_normal: bool) -> list[Edit]:
    """Says that the image shows no defect (its proposals go), or takes that back.

    Raises UserError when people's boxes stand on it, or the image is locked.
    """
    if not is_normal:
        return _touching(sheet, [], replace(sheet.label, is_normal=False))
    by_people = len(sheet.annotations) - len(sheet.proposals)
    if by_people:
        raise UserError(
            f"This image can't be normal: people drew or accepted {by_people} of its boxes.",
            hint="Remove them first, if they are wrong.",
        )
    gone = [(a, None) for a in sheet.proposals]
    return _touching(sheet, gone, replace(sheet.label, is_normal=True))


def tagged(sheet: Sheet, tag: str, present: bool) -> list[Edit]:
    """Raises UserError when the image is locked."""
    others = [t for t in sheet.label.tags if t != tag]
    tags = (*others, tag) if present else tuple(others)
    edits = _labelled(sheet, replace(sheet.label, tags=tags))
    if edits:
        refuse_locked(sheet.label)
    return edits


def assigned(sheet: Sheet, to: str | None) -> list[Edit]:
    """Whoever is to label it; also of a locked image, since that changes nothing on it."""
    return _labelled(sheet, replace(sheet.label, assigned_to=to))


def _touching(
    sheet: Sheet,
    changes: Iterable[tuple[Annotation | None, Annotation | None]],
    label: ImageLabel | None = None,
) -> list[Edit]:
    """The changes that change something, and the image in progress from then on.

    A box that stands on an image makes it no normal one.
    """
    real = ((before, after) for before, after in changes if before != after)
    edits: list[Edit] = [AnnotationEdit(sheet.image_id, *change) for change in real]
    label = label or sheet.label
    if not edits and label == sheet.label:
        return []
    refuse_locked(sheet.label)
    if any(e.after is not None for e in edits):
        label = replace(label, is_normal=False)
    if not (sheet.is_reviewed and label.state == "submitted"):
        label = replace(label, state="in_progress")
    return edits + _labelled(sheet, label)


def _labelled(sheet: Sheet, label: ImageLabel) -> list[Edit]:
    return [] if label == sheet.label else [ImageEdit(sheet.image_id, sheet.label, label)]
