"""How far an image may go at one step, and who may take it there.

Three doors ask this table: the moves that a window offers, `Project.apply`, which all writing goes
through, and triggers in the project file, for whatever else may write there.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from app.core.annotation import Annotation
from app.core.edit import Edit, ImageEdit
from app.core.errors import UserError
from app.core.image import LOCKED, STATE_WORDS, ImageLabel, State
from app.core.people import ROLES, Person, Role
from app.core.sheet import Sheet

Job = Literal["import", "prelabel"]
"""What changes states without a person's decision on each image."""

Actor = Role | Job
ACTORS: tuple[Actor, ...] = (*ROLES, *get_args(Job))

SELF_REVIEW_SETTING = "self_review"
"""The name of the team's setting: whether people may approve what they handed in themselves."""

REASONS_SETTING = "return_reasons"
"""The name of the team's setting: a list of reasons that are one key away."""


@dataclass(frozen=True, slots=True)
class Transition:
    """`actors` may take the step; people have to say why where `needs_reason`. `of_own`: annotators
    take it only with what they handed in themselves."""

    actors: frozenset[Actor]
    needs_reason: bool = False
    of_own: bool = False


_PEOPLE: frozenset[Actor] = frozenset(ROLES)
_REVIEWERS: frozenset[Actor] = frozenset({"reviewer", "lead"})
_IMPORTED: tuple[State, ...] = ("prelabelled", "in_progress", "submitted", "approved")


def _by_people() -> Iterator[tuple[State, State, Transition]]:
    unfinished: tuple[State, ...] = ("new", "prelabelled", "in_progress", "returned")
    for state in unfinished:
        if state != "in_progress":
            yield state, "in_progress", Transition(_PEOPLE)
        yield state, "submitted", Transition(_PEOPLE)
        yield state, "excluded", Transition(_PEOPLE, needs_reason=True)
    yield "submitted", "in_progress", Transition(_PEOPLE, of_own=True)
    yield "submitted", "excluded", Transition(_REVIEWERS, needs_reason=True)
    yield "submitted", "returned", Transition(_REVIEWERS, needs_reason=True)
    yield "submitted", "approved", Transition(_REVIEWERS)
    yield "approved", "in_progress", Transition(_REVIEWERS, needs_reason=True)
    yield "excluded", "in_progress", Transition(_PEOPLE, needs_reason=True)


def _with_jobs() -> Mapping[tuple[State, State], Transition]:
    table = {(before, after): step for before, after, step in _by_people()}
    steps: list[tuple[State, State, Actor]] = [
        (before, after, "import")
        for before in ("new", *_IMPORTED)
        for after in _IMPORTED
        if before not in (after, "approved")
    ]
    for before, after, job in [*steps, ("new", "prelabelled", "prelabel")]:
        known = table.get((before, after), Transition(frozenset()))
        table[before, after] = replace(known, actors=known.actors | {job})
    return table


TRANSITIONS: Mapping[tuple[State, State], Transition] = _with_jobs()
"""Every step there is, by (state before, state after). An import takes what no person touched to
where it comes from, and signs it only for one who reviews; undo takes a step back."""


def refuse_illegal(
    edit: ImageEdit,
    who: Person,
    *,
    job: Job | None = None,
    takes_back: bool = False,
    self_review: bool = False,
    handed_in_by: Collection[str] = (),
) -> None:
    """Whether the image may go where `edit` takes it; nothing for one that stays in its state.

    `job`: what `who` started, where they didn't decide on this image. `takes_back`: an undo, for
    which the step the other way round counts. `self_review` is the team's setting, `handed_in_by`
    everybody who ever handed the image in. Raises UserError that says who may do it, or what is
    lacking; ValueError for one who hands an image in under another name, or changes what a step
    said without one.
    """
    before, after = edit.before, edit.after
    if before.state == after.state:
        _refuse_without_step(edit)
        return
    pair = (after.state, before.state) if takes_back else (before.state, after.state)
    step = TRANSITIONS.get(pair)
    if step is None or (takes_back and not step.actors & _PEOPLE):
        raise UserError(
            f"An image that is {STATE_WORDS[before.state]} can't become"
            f" {STATE_WORDS[after.state]}.",
            hint="Reopen it first." if before.state in LOCKED else "Take it there step by step.",
        )
    if takes_back:
        return
    _refuse_actor(step, edit, who, job)
    if job is None and step.needs_reason and not after.reason.strip():
        raise UserError(f"Why is it to be {_WORDS[pair]}?", hint="Give the reason in a few words.")
    _refuse_names(edit, who, job)
    own = who.name == before.annotator or who.name in handed_in_by
    if job is None and after.state == "approved" and own and not self_review:
        raise UserError(
            "You handed this image in yourself, so somebody else is to approve it.",
            hint="Whoever works alone lets the project allow it: `flawmark people PROJECT"
            " --self-review`.",
        )


def refuse_signed_import(who: Person) -> None:
    """Raises UserError for somebody who can't sign labels that come in as approved."""
    if not who.reviews:
        raise UserError(
            f"{_named(who)} may not import labels as approved.",
            hint="Import them as submitted, so that a reviewer sees them; or ask one to import.",
        )


def refuse_locked(label: ImageLabel) -> None:
    """Raises UserError for an image on which nothing changes."""
    if label.state in LOCKED:
        raise UserError(
            f"This image is {STATE_WORDS[label.state]}, so nothing on it changes.",
            hint="Reopen it first, if it is to change.",
        )


def refuse_unready(label: ImageLabel, annotations: Sequence[Annotation]) -> None:
    """Raises UserError for what can't be approved: proposals stand on it, on which nobody has
    decided; or nothing does, and nobody has said that it is normal."""
    proposals = sum(a.is_proposal for a in annotations)
    if proposals:
        raise UserError(
            f"Proposals on this image that are neither accepted nor removed: {proposals}.",
            hint="Decide on them, then approve it.",
        )
    if not annotations and not label.is_normal:
        raise UserError(
            "Nothing is drawn on this image, and nobody has said that it is normal.",
            hint="Draw what is missing, mark the image as normal, or return it.",
        )


def is_ready(label: ImageLabel, annotations: Sequence[Annotation]) -> bool:
    """Whether it can be approved."""
    return not any(a.is_proposal for a in annotations) and bool(annotations or label.is_normal)


def may_take(
    label: ImageLabel,
    to: State,
    who: Person,
    *,
    self_review: bool = False,
    handed_in_by: Collection[str] = (),
) -> bool:
    """Whether the step is one that this person may take, for showing what is possible."""
    step = TRANSITIONS.get((label.state, to))
    if step is None or who.role not in step.actors:
        return False
    is_own = label.annotator == who.name
    if step.of_own and not who.reviews:
        return is_own
    return to != "approved" or self_review or not (is_own or who.name in handed_in_by)


def approved(sheet: Sheet, *, person: str) -> list[Edit]:
    """Signed. Raises UserError while it isn't ready for that; see `refuse_unready`."""
    if sheet.label.state != "approved":
        refuse_unready(sheet.label, sheet.annotations)
    return _to(sheet, replace(sheet.label, state="approved", reviewer=person, reason=""))


def returned(sheet: Sheet, reason: str, *, person: str) -> list[Edit]:
    """Back to who handed it in, with the reason."""
    kept = " ".join(reason.split())
    return _to(sheet, replace(sheet.label, state="returned", reviewer=person, reason=kept))


def excluded(sheet: Sheet, reason: str) -> list[Edit]:
    """Out of the set: not exported, and no model draws on it."""
    return _to(sheet, replace(sheet.label, state="excluded", reason=" ".join(reason.split())))


def reopened(sheet: Sheet, reason: str = "") -> list[Edit]:
    """Back to work. From "approved" and "excluded" it takes a reason."""
    return _to(sheet, replace(sheet.label, state="in_progress", reason=" ".join(reason.split())))


def _to(sheet: Sheet, label: ImageLabel) -> list[Edit]:
    if label.state == sheet.label.state:
        return []
    return [ImageEdit(sheet.image_id, sheet.label, label)]


def _review_of(label: ImageLabel) -> tuple[str | None, str | None, str]:
    return label.annotator, label.reviewer, label.reason


def _refuse_without_step(edit: ImageEdit) -> None:
    before, after = edit.before, edit.after
    if _review_of(before) != _review_of(after):
        raise ValueError(f"image {edit.image_id} is reviewed without a step")
    if (before.is_normal, before.tags) != (after.is_normal, after.tags):
        refuse_locked(before)


def _refuse_actor(step: Transition, edit: ImageEdit, who: Person, job: Job | None) -> None:
    before, after = edit.before, edit.after
    if (job or who.role) not in step.actors:
        able = [role for role in ROLES if role in step.actors]
        raise UserError(
            f"{_named(who, job)} may not make an image {STATE_WORDS[after.state]}"
            f" that is {STATE_WORDS[before.state]}.",
            hint=f"Ask one of these to: {', '.join(able)}." if able else "Leave it as it is.",
        )
    if step.of_own and not who.reviews and before.annotator != who.name:
        raise UserError(
            f"This image was handed in by {before.annotator or 'an import'}, so it isn't yours to"
            " take back.",
            hint="Ask who handed it in, or a reviewer.",
        )
    if job == "import" and after.state == "approved":
        refuse_signed_import(who)


def _refuse_names(edit: ImageEdit, who: Person, job: Job | None) -> None:
    """Each step is signed by who takes it, and no other changes whose the image is."""
    before, after = edit.before, edit.after
    hands_in = job is None and after.state == "submitted"
    annotator = who.name if hands_in else before.annotator
    if after.annotator != annotator:
        raise ValueError(f"{who.name} hands an image in as {after.annotator}")
    reviewer = who.name if after.state in _SIGNED else before.reviewer
    if after.reviewer != reviewer:
        raise UserError(
            f"What {who.name} decides isn't signed by {after.reviewer or 'nobody'}.",
            hint="Do it anew, under your own name.",
        )


def _named(who: Person, job: Job | None = None) -> str:
    if job is not None:
        return f"A job of kind {job!r}"
    return f"{who.name}, {'an' if who.role == 'annotator' else 'a'} {who.role},"


_SIGNED: frozenset[State] = frozenset({"approved", "returned"})
_WORDS: Mapping[tuple[State, State], str] = {
    pair: {"excluded": "excluded", "returned": "returned"}.get(pair[1], "reopened")
    for pair, step in TRANSITIONS.items()
    if step.needs_reason
}
