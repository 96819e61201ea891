"""Proposals accepted or rejected on many images, as one gesture that one undo takes back."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from app.core.annotation import Annotation
from app.core.corrections import accepted, removed
from app.core.edit import Edit
from app.core.image import SETTLED
from app.core.prelabelling import reaches
from app.core.sheet import Sheet
from app.services.blindness import Blindness
from app.services.own_view import OwnView
from app.storage.project import Project


@dataclass(frozen=True, slots=True)
class BulkReport:
    """`boxes` proposals on `images` images were decided; `settled` images were left alone.

    So were images that the person is to label blind: nobody decides on what they haven't seen. Of
    what they label a second time it is their own that is decided.
    """

    boxes: int
    images: int
    settled: int


def accept_proposals(
    project: Project,
    image_ids: Collection[int],
    *,
    class_id: int | None = None,
    least_score: float = 0.0,
    actor: str,
) -> BulkReport:
    """The proposals (of one class) from `least_score` on become `actor`'s; see `reaches`.

    Images that people have settled or called normal are left alone; new and pre-labelled ones are
    in progress afterwards. Raises UserError when the project can't be written; nothing is then.
    """
    return _decide(
        project,
        image_ids,
        wanted=lambda a: class_id in (None, a.class_id) and reaches(a, least_score),
        edits=lambda sheet, uids: accepted(sheet, uids, person=actor),
        actor=actor,
    )


def reject_proposals(
    project: Project,
    image_ids: Collection[int],
    *,
    class_id: int | None = None,
    below_score: float = 1.01,
    actor: str,
) -> BulkReport:
    """The proposals (of one class) below that score go, and no model proposes them again.

    Those without a score go only when `below_score` is above 1. Which images are left alone, and
    what is raised, is as for `accept_proposals`.
    """
    return _decide(
        project,
        image_ids,
        wanted=lambda a: (
            class_id in (None, a.class_id) and (below_score > 1 or not reaches(a, below_score))
        ),
        edits=removed,
        actor=actor,
    )


def _decide(
    project: Project,
    image_ids: Collection[int],
    *,
    wanted: Callable[[Annotation], bool],
    edits: Callable[[Sheet, Sequence[str]], list[Edit]],
    actor: str,
) -> BulkReport:
    boxes = images = settled = 0
    gesture: list[Edit] = []
    blindness = Blindness(project, actor)
    # Nobody else may write between reading and writing, or one changed box would refuse them all.
    with project.transaction():
        view = OwnView(project, actor)
        for image_id in sorted(frozenset(image_ids)):
            image = view.image(image_id)
            label = image.label
            unseen = blindness.covers(image_id, image.content_hash, label.state)
            if unseen or label.is_normal or label.state in SETTLED:
                settled += 1
                continue
            sheet = view.sheet(image)
            uids = [a.uid for a in sheet.proposals if wanted(a)]
            if uids:
                gesture += edits(sheet, uids)
                boxes, images = boxes + len(uids), images + 1
        project.apply(gesture, actor=actor)
    return BulkReport(boxes, images, settled)
