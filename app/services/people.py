"""The people of a project: their roles and colours."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.core.assigning import whose
from app.core.errors import UserError
from app.core.image import OPEN
from app.core.people import Person, Role, checked_colour
from app.core.review import REASONS_SETTING, SELF_REVIEW_SETTING
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
            sum(whose(i.label) == person.name and i.label.state in OPEN for i in images),
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


def set_return_reasons(project: Project, reasons: Sequence[str], *, by: str) -> None:
    """The team's own reasons to return an image, none of them for ours. Raises UserError when `by`
    doesn't lead."""
    with project.transaction():
        refuse_all_but_leads(project, by)
        project.settings.put(REASONS_SETTING, list(reasons))


def refuse_all_but_leads(project: Project, name: str) -> None:
    """Raises UserError for somebody else: what holds for the whole team a lead decides."""
    if not project.people.meet(name).leads:
        leads = ", ".join(person.name for person in project.people.all() if person.leads)
        raise UserError(f"{name} doesn't lead this project.", hint=f"Ask one who does: {leads}.")
