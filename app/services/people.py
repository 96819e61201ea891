"""The people of a project: their roles and colours, and what each is given to label."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.core.assigning import handed_out
from app.core.edit import ImageEdit
from app.core.errors import UserError
from app.core.image import OPEN, State
from app.core.people import Person, Role, checked_colour
from app.core.review import SELF_REVIEW_SETTING
from app.services.splits import builds_of
from app.storage.project import Project


@dataclass(frozen=True, slots=True)
class Colleague:
    """`open` images are theirs to label; `handed_in` and `reviewed` they did."""

    person: Person
    open: int
    handed_in: int
    reviewed: int


def colleagues(project: Project) -> list[Colleague]:
    images = list(project.images.all())
    return [
        Colleague(
            person,
            sum(i.label.assigned_to == person.name and i.label.state in OPEN for i in images),
            sum(i.label.annotator == person.name for i in images),
            sum(i.label.reviewer == person.name for i in images),
        )
        for person in project.people.all()
    ]


def change_person(
    project: Project, name: str, *, role: Role | None = None, colour: str | None = None, by: str
) -> Person:
    """Who isn't known yet comes in. Raises UserError when `by` doesn't lead, or nobody would."""
    with project.transaction():
        refuse_all_but_leads(project, by)
        now = project.people.meet(name)
        kept = checked_colour(colour) if colour else now.colour
        changed = replace(now, role=role or now.role, colour=kept)
        project.people.put(changed)
    return changed


def allow_self_review(project: Project, allowed: bool, *, by: str) -> None:
    """Whether people may approve what they handed in. Raises UserError when `by` doesn't lead."""
    with project.transaction():
        refuse_all_but_leads(project, by)
        project.settings.put(SELF_REVIEW_SETTING, allowed)


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


def refuse_all_but_leads(project: Project, name: str) -> None:
    """Raises UserError for somebody else: what holds for the whole team a lead decides."""
    if not project.people.meet(name).leads:
        leads = ", ".join(person.name for person in project.people.all() if person.leads)
        raise UserError(f"{name} doesn't lead this project.", hint=f"Ask one who does: {leads}.")
