"""Hands images out to people."""

from collections.abc import Sequence
from dataclasses import replace

from app.core.assigning import handed_out
from app.core.edit import Edit, ImageEdit
from app.core.errors import UserError
from app.core.image import State
from app.core.people import Person
from app.services.people import refuse_all_but_leads
from app.services.second_looks import dress_again
from app.storage.project import Project


def assign(
    project: Project,
    to: Sequence[str],
    *,
    whole_builds: bool = True,
    again: bool = False,
    states: Sequence[State] = ("new", "prelabelled", "in_progress", "returned"),
    by: str,
) -> dict[str, int]:
    """Hands out the images in `states` that are nobody's, or with `again` all of them; person → how
    many they got. Builds are as for splits. It is no work on them: undo leaves it, and `take_back`
    takes it back. Left as it is where it would go to whoever labels it a second time.

    Raises UserError for somebody whom the project doesn't know, and when `by` doesn't lead.
    """
    with project.transaction():
        refuse_all_but_leads(project, by)
        people = [_known(project, name) for name in to]
        images = list(project.images.all(states))
        mine = [i for i in images if again or i.label.assigned_to is None]
        kept = [i for i in images if not again and i.label.assigned_to is not None]
        load = {p.name: sum(i.label.assigned_to == p.name for i in kept) for p in people}
        builds: dict[str, list[int]] = {}
        for image in mine:
            builds.setdefault(image.build, []).append(image.id)
        given = handed_out(builds, load, whole=whole_builds)
        # Nobody gets what they label a second time: to them it is another photo.
        twice = {name: project.second.given_to(name) for name in load}
        mine = [i for i in mine if i.id not in twice[given[i.id]]]
        given = {i.id: given[i.id] for i in mine}
        edits = [
            ImageEdit(i.id, i.label, replace(i.label, assigned_to=given[i.id]))
            for i in mine
            if i.label.assigned_to != given[i.id]
        ]
        project.apply(edits, actor=by, of_all=True)
        dress_again(project)
    names = list(given.values())
    return {person.name: names.count(person.name) for person in people}


def take_back(project: Project, *, by: str) -> int:
    """Gives images that `by` handed out last to whom they were before, where they are still with
    whom they were given to; returns how many. Done again it goes further back.

    Raises UserError when `by` has handed out nothing.
    """
    with project.transaction():
        gestures = project.undo_line.to_take_back(by)
        if not gestures:
            raise UserError(
                f"{by} has handed out nothing that could be taken back.",
                hint="Look in the history at who did.",
            )
        done = [edit for each in gestures for edit in project.log.get(each).edits]
        edits = [back for edit in done for back in _taking_back(project, edit)]
        taken = project.apply(edits, actor=by, of_all=True)
        for each in gestures:
            project.undo_line.set_standing(each, "undone")
        if taken is not None:
            project.undo_line.set_standing(taken, "fixed")
        dress_again(project)
    return len(edits)


def _taking_back(project: Project, edit: Edit) -> list[Edit]:
    """Nothing where the image has gone on to somebody else since."""
    assert isinstance(edit, ImageEdit)
    label = project.images.get(edit.image_id).label
    if label.assigned_to != edit.after.assigned_to:
        return []
    back = replace(label, assigned_to=edit.before.assigned_to)
    return [ImageEdit(edit.image_id, label, back)]


def _known(project: Project, name: str) -> Person:
    found = project.people.get(name)
    if found is None:
        known = ", ".join(person.name for person in project.people.all())
        raise UserError(
            f"The project knows nobody called {name}.",
            hint=f"Add them with `flawmark people PROJECT --add {name}`. It knows: {known}.",
        )
    return found
