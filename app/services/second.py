"""Hands photos out a second time, and tells how what was said of them compares."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.core.agreement import Agreement, agreement
from app.core.annotation import Annotation
from app.core.errors import UserError
from app.core.image import STATE_WORDS, Image
from app.core.people import Person
from app.core.second import Purpose, SecondLabelling, given_out, given_to_each
from app.services.people import refuse_all_but_leads
from app.services.second_looks import Looks
from app.storage.project import Project


@dataclass(frozen=True, slots=True)
class Given:
    """How many were given out, and how many were to be.

    `exposed`: to so many who have nothing else to label, so that they can tell what it is;
    `unproposed`: so many that no model has looked at, while it has at what they stand among.
    """

    given: int
    wanted: int
    exposed: int = 0
    unproposed: int = 0


@dataclass(frozen=True, slots=True)
class Compared:
    """How `person` labelled `images` that were labelled before: by `against`, or gold (then "").

    In `agreement` the first is gold, or what `against` handed in before anybody reviewed it; the
    second is what the person said.
    """

    person: str
    purpose: Purpose
    against: str
    images: int
    agreement: Agreement


def name_gold(project: Project, images: Sequence[Image], *, by: str) -> None:
    """These are known to be right. Raises UserError for one that nobody approved, and when `by`
    doesn't lead."""
    for image in images:
        if image.label.state != "approved":
            raise UserError(
                f"{image.path} is {STATE_WORDS[image.label.state]}, so it can't be gold.",
                hint="Have it reviewed and approved first.",
            )
    with project.transaction():
        refuse_all_but_leads(project, by)
        project.second.name_gold([image.id for image in images], by)


def unname_gold(project: Project, images: Sequence[Image], *, by: str) -> None:
    with project.transaction():
        refuse_all_but_leads(project, by)
        project.second.unname_gold([image.id for image in images])


def give_gold(project: Project, to: Sequence[str], count: int, *, seed: int = 0, by: str) -> Given:
    """`count` gold images for each, which look to them like any other.

    Raises UserError when no image is gold, somebody isn't known, or `by` doesn't lead.
    """
    with project.transaction():
        refuse_all_but_leads(project, by)
        gold = [i for i in project.second.gold() if _is_approved(project, i)]
        if not gold:
            raise UserError(
                "No image of this project is gold.",
                hint="Name some: `flawmark second gold PROJECT PHOTO …`.",
            )
        images = {i: project.images.get(i).label.annotator for i in gold}
        pairs = given_to_each(images, _seen(project, to), count, seed=seed)
        return give(project, pairs, "gold", wanted=count * len(to))


def give_twice(
    project: Project, to: Sequence[str], share: float, *, seed: int = 0, by: str
) -> Given:
    """So that `share` (0..1) of the images that were handed in are labelled by a second person.

    What was given out before counts. Raises UserError for a share that is none, or when
    `by` doesn't lead.
    """
    if not 0 < share <= 1:
        raise UserError(
            f"The share of images to label twice can't be {share}.", hint="Give one up to 1."
        )
    with project.transaction():
        refuse_all_but_leads(project, by)
        gold = frozenset(project.second.gold())
        images = {
            image.id: image.label.annotator
            for image in project.images.all(["submitted", "approved"])
            if image.label.annotator is not None and image.id not in gold
        }
        twice = {s.image_id for s in project.second.all() if s.purpose == "twice"}
        wanted = max(0, round(share * len(images)) - len(twice & images.keys()))
        left = {i: who for i, who in images.items() if i not in twice}
        pairs = list(given_out(left, _seen(project, to), wanted, seed=seed).items())
        return give(project, pairs, "twice", wanted=wanted)


def give(
    project: Project, pairs: Sequence[tuple[int, str]], purpose: Purpose, *, wanted: int
) -> Given:
    """Each of `pairs` is (image id, who labels it once more); within a transaction."""
    looks = Looks(project)
    given = Given(len(pairs), wanted)
    for image_id, person in pairs:
        look, is_hidden, lacks_finds = looks.of(project.images.get(image_id), person)
        project.second.give(image_id, person, purpose, look)
        given = replace(
            given,
            exposed=given.exposed + (not is_hidden),
            unproposed=given.unproposed + lacks_finds,
        )
    return given


def _seen(project: Project, people: Sequence[str]) -> dict[str, frozenset[int]]:
    """What each of them had before them, or worked on: that is no second, blind look."""
    for name in people:
        known: Person | None = project.people.get(name)
        if known is None:
            raise UserError(
                f"The project knows nobody called {name}.",
                hint=f"Add them with `flawmark people PROJECT --add {name}`.",
            )
    return {
        name: project.visits.images_of(name)
        | project.log.images_of(name)
        | project.second.given_to(name)
        for name in people
    }


def compared(project: Project) -> list[Compared]:
    """By person and what against, each over all images: those that were handed in, and that are
    still what they were compared with (excluded ones are nobody's any more, nor is reopened gold
    known to be right)."""
    found: dict[tuple[str, Purpose, str], list[Agreement]] = {}
    for each in project.second.all():
        if each.is_done and _is_known(project, each):
            against, standing = _before(project, each)
            drawn = [a for a in each.annotations if not a.is_proposal]
            said = agreement([a for a in standing if not a.is_proposal], drawn)
            found.setdefault((each.person, each.purpose, against), []).append(said)
    return [
        Compared(*who, len(said), sum(said, start=Agreement()))
        for who, said in sorted(found.items())
    ]


def _is_approved(project: Project, image_id: int) -> bool:
    return project.images.get(image_id).label.state == "approved"


def _is_known(project: Project, second: SecondLabelling) -> bool:
    if second.purpose == "gold":
        return _is_approved(project, second.image_id)
    return project.images.get(second.image_id).label.state != "excluded"


def _before(project: Project, second: SecondLabelling) -> tuple[str, Sequence[Annotation]]:
    """By whom the image was labelled before, and how: what they handed in first, since what was
    changed at a reviewer's wish is no opinion of their own. Gold is nobody's.
    """
    image_id = second.image_id
    if second.purpose == "gold":
        return "", project.annotations.of_image(image_id)
    handed_in = project.log.handed_in(image_id, first=True)
    if handed_in is None:
        annotator = project.images.get(image_id).label.annotator or ""
        return annotator, project.annotations.of_image(image_id)
    who = project.log.without_edits(handed_in).actor
    return who, project.log.standing_at(image_id, handed_in)
