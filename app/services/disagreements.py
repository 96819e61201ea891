"""Where models disagree with people: noted after each pass, listed, and answered."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from app.core.annotation import Annotation
from app.core.disagreement import (
    KINDS,
    KeptDisagreement,
    Kind,
    disagreements,
    says_the_same,
)
from app.core.errors import UserError
from app.storage.project import Project


@dataclass(frozen=True, slots=True)
class ListedDisagreement:
    """`image` is the photo's path as the project keeps it, `run` the name of the model."""

    image: str
    run: str
    kept: KeptDisagreement


def record(
    project: Project,
    run_id: int,
    image_id: int,
    found: Sequence[Annotation],
    *,
    classes: Collection[int],
) -> int:
    """Notes where a run that has been over an image disagrees with the people who worked on it.

    To be called in the transaction that saves its proposals, after them. `found` is all that the
    model found, also what did not come in as a proposal; `classes` are the ids of the label classes
    that the run asks the model for: no other can be missed. Returns how many nobody has answered.
    """
    standing = project.annotations.of_image(image_id)
    label = project.images.get(image_id).label
    return project.disagreements.replace(
        run_id,
        image_id,
        disagreements(label, standing, found, classes=classes),
        standing=standing,
        classes=classes,
        own_runs=project.runs.same_model(run_id),
    )


def list_disagreements(
    project: Project, *, kinds: Collection[Kind] = KINDS, run: str | None = None
) -> list[ListedDisagreement]:
    """Those that nobody has answered, image by image, of the runs of that name or of all.

    Raises UserError when there is no such run.
    """
    names = dict(project.runs.names())
    runs = None if run is None else [run_id for run_id, name in names.items() if name == run]
    if runs == []:
        known = ", ".join(sorted(set(names.values()))) or "there are none yet"
        raise UserError(f"No run of this project is called {run!r}.", hint=f"Its runs: {known}.")
    kept = project.disagreements.all_open(kinds=kinds, runs=runs)
    paths = {image_id: path for path, image_id in project.images.ids_by_path().items()}
    return [ListedDisagreement(paths[k.image_id], names[k.run_id], k) for k in kept]


def dismiss(project: Project, ids: Collection[int], *, actor: str) -> None:
    """`actor` has looked and keeps what people drew, whichever runs say otherwise in that way."""
    with project.transaction():
        project.disagreements.dismiss(_with_twins(project, ids), actor)


def reopen(project: Project, ids: Collection[int]) -> None:
    """They are to be answered again."""
    with project.transaction():
        project.disagreements.reopen(_with_twins(project, ids))


def _with_twins(project: Project, ids: Collection[int]) -> set[int]:
    """And those of the same images by which other runs say the same."""
    twins = set(ids)
    for one in project.disagreements.get(ids):
        beside = project.disagreements.of_image(one.image_id)
        twins.update(other.id for other in beside if says_the_same(one.said, other.said))
    return twins
