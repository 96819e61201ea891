"""How far an image may go at one step, and who may take it there.

Three doors ask this table: the moves that a window offers, `Project.apply`, which all writing goes
through, and triggers in the project file, for whatever else may write there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal, get_args

from app.core.edit import Edit, ImageEdit
from app.core.errors import UserError
from app.core.image import LOCKED, ImageLabel, State
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
    """`actors` may take the step; people have to say why where `needs_reason`."""

    actors: frozenset[Actor]
    needs_reason: bool = False


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
    yield "submitted", "in_progress", Transition(_PEOPLE)
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
        if before != after
    ]
    for before, after, job in [*steps, ("new", "prelabelled", "prelabel")]:
        known = table.get((before, after), Transition(frozenset()))
        table[before, after] = replace(known, actors=known.actors | {job})
    return table


TRANSITIONS: Mapping[tuple[State, State], Transition] = _with_jobs()
"""Every step there is, by (state before, state after). An import takes what no person touched to
where it comes from; undo takes a step back."""


def refuse_illegal(
    edit: ImageEdit, who: Person | Job, *, takes_back: bool = False, self_review: bool = False
) -> None:
    """Whether the image may go where `edit` takes it; nothing for one that stays in its state.

    `takes_back`: an undo, for which the step the other way round counts. `self_review` is the
    team's setting. Raises UserError that says who may do it, or what is lacking; ValueError for
    one who hands an image in under another name, or changes what a step said without one.
    """
    before, after = edit.before, edit.after
    if before.state == after.state:
        if _review_of(before) != _review_of(after):
            raise ValueError(f"image {edit.image_id} is reviewed without a step")
        if before.is_normal != after.is_normal:
            refuse_locked(before)
        return
    pair = (after.state, before.state) if takes_back else (before.state, after.state)
    step = TRANSITIONS.get(pair)
    if step is None or (takes_back and not step.actors & _PEOPLE):
        raise UserError(
            f"An image that is {before.state} can't become {after.state}.",
            hint="Reopen it first." if before.state in LOCKED else "Take it there step by step.",
        )
    if takes_back:
        return
    actor = who.role if isinstance(who, Person) else who
    if actor not in step.actors:
        raise UserError(
            f"{_named(who)} may not make an image {after.state} that is {before.state}.",
            hint=f"Ask one of these to: {', '.join(r for r in ROLES if r in step.actors)}.",
        )
    if step.needs_reason and isinstance(who, Person) and not after.reason:
        raise UserError(f"Why is it to be {_WORDS[pair]}?", hint="Give the reason in a few words.")
    if isinstance(who, Person):
        _refuse_names(after, who, self_review=self_review)


def refuse_locked(label: ImageLabel) -> None:
    """Raises UserError for an image on which nothing changes."""
    if label.state in LOCKED:
        raise UserError(
            f"This image is {label.state}, so nothing on it changes.",
            hint="Reopen it first, if it is to change.",
        )


def may_take(label: ImageLabel, to: State, who: Person, *, self_review: bool = False) -> bool:
    """Whether the step is one that this person may take, for showing what is possible."""
    step = TRANSITIONS.get((label.state, to))
    own = to == "approved" and label.annotator == who.name and not self_review
    return step is not None and who.role in step.actors and not own


def approved(sheet: Sheet, *, person: str) -> list[Edit]:
    """Signed. Raises UserError while proposals stand on it: nobody has said that they are right."""
    if sheet.proposals:
        raise UserError(
            f"{len(sheet.proposals)} proposals on this image are neither accepted nor removed.",
            hint="Decide on them, then approve it.",
        )
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


def _refuse_names(after: ImageLabel, who: Person, *, self_review: bool) -> None:
    if after.state == "submitted" and after.annotator != who.name:
        raise ValueError(f"{who.name} hands an image in as {after.annotator}")
    if after.state == "approved" and after.annotator == who.name and not self_review:
        raise UserError(
            "You handed this image in yourself, so somebody else is to approve it.",
            hint="Whoever works alone lets the project allow it: `flawmark people PROJECT"
            " --self-review`.",
        )


def _named(who: Person | Job) -> str:
    if isinstance(who, Person):
        return f"{who.name}, {'an' if who.role == 'annotator' else 'a'} {who.role},"
    return f"A job of kind {who!r}"


_WORDS: Mapping[tuple[State, State], str] = {
    pair: {"excluded": "excluded", "returned": "returned"}.get(pair[1], "reopened")
    for pair, step in TRANSITIONS.items()
    if step.needs_reason
}
