"""Hands images out to people."""

from collections.abc import Sequence
from dataclasses import replace

from app.core.assigning import handed_out
from app.core.edit import ImageEdit
from app.core.errors import UserError
from app.core.image import State
from app.core.people import Person
from app.services.splits import builds_of
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
    many they got. Builds are as for splits. One gesture, which undo takes back.

    Raises UserError for somebody whom the project doesn't know.
    """
    with project.transaction():
        people = [_known(project, name) for name in to]
        images = list(project.images.all(states))
        mine = [i for i in images if again or i.label.assigned_to is None]
        kept = [i for i in images if not again and i.label.assigned_to is not None]
        load = {p.name: sum(i.label.assigned_to == p.name for i in kept) for p in people}
        builds: dict[str, list[int]] = {}
        for image_id, build in builds_of(project, mine).items():
            builds.setdefault(build, []).append(image_id)
        given = handed_out(builds, load, whole=whole_builds)
        edits = [
            ImageEdit(i.id, i.label, replace(i.label, assigned_to=given[i.id]))
            for i in mine
            if i.label.assigned_to != given[i.id]
        ]
        project.apply(edits, actor=by, of_all=True)
    names = list(given.values())
    return {person.name: names.count(person.name) for person in people}


def _known(project: Project, name: str) -> Person:
    found = project.people.get(name)
    if found is None:
        known = ", ".join(person.name for person in project.people.all())
        raise UserError(
            f"The project knows nobody called {name}.",
            hint=f"Add them with `flawmark people PROJECT --add {name}`. It knows: {known}.",
        )
    return found
