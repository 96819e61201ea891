"""What review has to hold, told from the log alone: a second opinion beside `app.core.review`."""

from app.core.edit import ImageEdit
from app.core.image import LOCKED, ImageLabel
from app.core.people import Person
from app.core.review import TRANSITIONS
from app.storage.project import Project


def handed_in_by(project: Project, image_id: int) -> set[str]:
    """Who ever handed the image in, and didn't take that back as a whole."""
    return {
        gesture.actor
        for gesture in project.log.of_image(image_id, most=10_000)
        if gesture.kind == "edit" and gesture.standing != "undone"
        for edit in gesture.edits
        if isinstance(edit, ImageEdit) and edit.before.state != edit.after.state == "submitted"
    }


def worked_on(project: Project, image_id: int) -> bool:
    """A person has done more to it than say whose it is."""
    return any(
        not isinstance(edit, ImageEdit) or _but_whose(edit.before) != _but_whose(edit.after)
        for gesture in project.log.of_image(image_id, most=10_000)
        if gesture.kind == "edit" and gesture.standing != "undone"
        for edit in gesture.edits
    )


def _but_whose(label: ImageLabel) -> tuple[object, ...]:
    return label.state, label.is_normal, label.split, label.tags


def assert_step(
    project: Project,
    image_id: int,
    was: ImageLabel,
    *,
    by: Person,
    kind: str,
    self_review: bool,
    hands: set[str],
    was_worked_on: bool,
) -> None:
    """Once the image has gone from `was` to where it is. `hands` and `was_worked_on` are from
    before."""
    label = project.images.get(image_id).label
    if kind == "import":
        assert was == label or not (was_worked_on or was.state in LOCKED)
    if was.state == label.state:
        assert _but_whose(was) == _but_whose(label) or was.state not in LOCKED or kind == "split"
        return
    actor = by.role if kind in ("edit", "redo") else kind
    step = TRANSITIONS[was.state, label.state]
    assert actor in step.actors
    if kind == "import":
        assert label.state != "approved" or (by.reviews and label.reviewer == by.name)
        return
    if kind == "prelabel":
        return
    assert label.reason.strip() or not step.needs_reason
    if label.state == "approved":
        assert by.reviews and label.reviewer == by.name
        assert self_review or by.name not in hands | {was.annotator}
    if was.state == "submitted" and label.state == "in_progress":
        assert by.reviews or was.annotator == by.name


def assert_sound(project: Project, image_ids: tuple[int, ...]) -> None:
    """However the images came to where they are."""
    boxes = {i: project.annotations.of_image(i) for i in image_ids}
    labels = {i: project.images.get(i).label for i in image_ids}
    assert project.log.replay() == {a.uid: (i, a) for i in image_ids for a in boxes[i]}
    told = project.log.replay_labels()
    assert {i: told.get(i, ImageLabel()) for i in image_ids} == labels
    for image_id, label in labels.items():
        assert label.state not in ("returned", "excluded") or label.reason.strip()
        assert label.state != "returned" or (label.annotator and label.reviewer)
        if label.state == "approved":
            assert label.reviewer
            assert not any(a.is_proposal for a in boxes[image_id])
            assert boxes[image_id] or label.is_normal
    assert any(person.leads for person in project.people.all())
