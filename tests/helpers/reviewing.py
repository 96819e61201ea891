"""Takes images to the states that tests want, by the steps that people take."""

from dataclasses import replace

from app.core.edit import ImageEdit
from app.core.image import ImageLabel
from app.core.people import Person
from app.storage.project import Project

ANNOTATOR, REVIEWER = "ann", "wang"


def bring(
    project: Project, image_id: int, wanted: ImageLabel, *, by: str = ANNOTATOR
) -> ImageLabel:
    """The image's label as it is then: `by` works on it and hands it in, REVIEWER reviews.

    One that is approved with nothing on it is normal.
    """
    with project.transaction():
        project.people.meet(by)
        if project.people.get(REVIEWER) is None:
            project.people.put(Person(REVIEWER, "reviewer", "#000000", "2026-01-01"))
    if wanted.state in ("submitted", "approved", "returned"):
        wanted = replace(wanted, annotator=by)
    if wanted.state in ("returned", "excluded") and not wanted.reason:
        wanted = replace(wanted, reason="a reason")
    if wanted.state == "approved" and not project.annotations.of_image(image_id):
        wanted = replace(wanted, is_normal=True)
    if wanted.state in ("approved", "returned"):
        wanted = replace(wanted, reviewer=REVIEWER)
        handed_in = replace(wanted, state="submitted", reviewer=None, reason="")
        _step(project, image_id, handed_in, by)
        _step(project, image_id, wanted, REVIEWER)
    else:
        _step(project, image_id, wanted, by)
    return wanted


def bring_to(
    project: Project, image_id: int, state: str, *, by: str = ANNOTATOR, **said: object
) -> ImageLabel:
    """As `bring`, with all else that is said of the image as it is."""
    before = project.images.get(image_id).label
    return bring(project, image_id, replace(before, state=state, **said), by=by)  # type: ignore[arg-type]


def _step(project: Project, image_id: int, after: ImageLabel, actor: str) -> None:
    before = project.images.get(image_id).label
    if after != before:
        project.apply([ImageEdit(image_id, before, after)], actor=actor)
