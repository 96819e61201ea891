"""New boxes of a run on one image, as edits beside what people and other models have said of it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from app.core.annotation import Annotation
from app.core.edit import AnnotationEdit, Edit, ImageEdit
from app.core.image import SETTLED, ImageLabel
from app.core.proposals import proposal_edits
from app.storage.project import Project


def is_open_to_models(label: ImageLabel) -> bool:
    """Nobody has settled the image, or called it normal."""
    return label.state not in SETTLED and not label.is_normal


def edits_for(
    project: Project,
    image_id: int,
    found: Sequence[Annotation],
    *,
    own_runs: Collection[int],
    replaces: Callable[[Annotation], bool] = lambda proposal: True,
    has_looked: bool = True,
) -> list[Edit]:
    """How `found` comes in; see `proposal_edits`. None where the image is not open to models.

    `replaces` says which proposals of `own_runs` go for new ones. An image that a model has looked
    at is pre-labelled, whatever it found; else one with something new.
    To be called in the transaction that saves them: people may be at work on the image.
    """
    label = project.images.get(image_id).label
    if not is_open_to_models(label):
        return []
    standing = [
        a
        for a in project.annotations.of_image(image_id)
        if not (a.is_proposal and a.run_id in own_runs) or replaces(a)
    ]
    rejected = list(project.log.rejected(image_id))
    edits: list[Edit] = [*proposal_edits(image_id, standing, rejected, found, own_runs=own_runs)]
    if label.state == "new" and (has_looked or count_new(edits)):
        edits.append(ImageEdit(image_id, label, replace(label, state="prelabelled")))
    return edits


def count_new(edits: Sequence[Edit]) -> int:
    """How many boxes are new by them."""
    return sum(isinstance(edit, AnnotationEdit) and edit.before is None for edit in edits)
