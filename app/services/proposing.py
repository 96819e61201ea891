"""New boxes of a run on one image, as edits beside what people and other models have said of it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from app.core.annotation import Annotation
from app.core.edit import AnnotationEdit, Edit, ImageEdit
from app.core.image import SETTLED, ImageLabel
from app.core.proposals import proposal_edits
from app.services.own_view import OwnView
from app.storage.project import Project


@dataclass(frozen=True, slots=True)
class Proposed:
    """What whoever asked for finds is told of them: `boxes` are new. Those on images that they
    label blind, `blind` in number, don't count.
    """

    boxes: int
    blind: int


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
    standing, rejected = project.annotations.of_image(image_id), project.log.rejected(image_id)
    return _edits_beside(
        *(image_id, label, standing, rejected, found),
        own_runs=own_runs,
        replaces=replaces,
        has_looked=has_looked,
    )


def propose_as_seen(
    project: Project,
    finds: Mapping[int, Sequence[Annotation]],
    *,
    run_id: int,
    actor: str,
    has_looked: bool = True,
) -> Proposed:
    """Finds, by image, of what `actor` asked for.

    Where they label an image a second time it is that which gets them, and not the image.
    """
    blind = OwnView(project, actor).blind_among(finds)
    own_runs = project.runs.same_model(run_id)
    second = project.second.given_to(actor)
    shared, apart = list[Edit](), list[Edit]()
    for image_id, found in finds.items():
        if image_id in second:
            apart += second_edits_for(
                *(project, image_id, actor, found), own_runs=own_runs, has_looked=has_looked
            )
        else:
            shared += edits_for(
                *(project, image_id, found), own_runs=own_runs, has_looked=has_looked
            )
    project.propose(shared, {actor: apart}, actor=actor)
    project.runs.mark_seen(run_id, finds.keys() - second)
    return Proposed(count_new([*shared, *apart], but=blind), len(blind))


def second_edits_for(
    project: Project,
    image_id: int,
    person: str,
    found: Sequence[Annotation],
    *,
    own_runs: Collection[int],
    replaces: Callable[[Annotation], bool] = lambda proposal: True,
    has_looked: bool = True,
) -> list[Edit]:
    """How `found` comes in where `person` labels the image a second time: as on any other."""
    given = project.second.get(image_id, person)
    if given is None or not is_open_to_models(given.label):
        return []
    rejected = project.second.rejected(image_id, person)
    return _edits_beside(
        *(image_id, given.label, given.annotations, rejected, found),
        own_runs=own_runs,
        replaces=replaces,
        has_looked=has_looked,
    )


def _edits_beside(
    image_id: int,
    label: ImageLabel,
    boxes: Sequence[Annotation],
    rejected: Sequence[Annotation],
    found: Sequence[Annotation],
    *,
    own_runs: Collection[int],
    replaces: Callable[[Annotation], bool],
    has_looked: bool,
) -> list[Edit]:
    standing = [a for a in boxes if not (a.is_proposal and a.run_id in own_runs) or replaces(a)]
    edits: list[Edit] = [*proposal_edits(image_id, standing, rejected, found, own_runs=own_runs)]
    if label.state == "new" and (has_looked or count_new(edits)):
        edits.append(ImageEdit(image_id, label, replace(label, state="prelabelled")))
    return edits


def count_new(edits: Sequence[Edit], *, but: Collection[int] = ()) -> int:
    """How many boxes are new by them, but for those on these images."""
    return sum(
        isinstance(edit, AnnotationEdit) and edit.before is None and edit.image_id not in but
        for edit in edits
    )
