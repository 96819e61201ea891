"""What became of one image, told from its log: what models drew, people handed in, others said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from app.core.activity import Visit
from app.core.annotation import Annotation
from app.core.edit import AnnotationEdit, Edit, ImageEdit
from app.core.image import ImageLabel
from app.core.label_errors import ModelFind

Verdict = Literal["approved", "returned"]


@dataclass(frozen=True, slots=True)
class Step:
    """One edit of the log. `id` grows with each; `at` is in UTC, ISO 8601.

    `by_person`: not by a job. `decides`: by a gesture that was not taken back, nor takes one back.
    """

    id: int
    gesture_id: int
    at: str
    actor: str
    by_person: bool
    decides: bool
    edit: Edit


@dataclass(frozen=True, slots=True)
class ModelPass:
    """A run of a model that has been over the image when `seen_at` was the last edit there.

    `classes` are the ids of those that it was asked for, None where that isn't known.
    """

    run_id: int
    seen_at: int
    classes: frozenset[int] | None


@dataclass(frozen=True, slots=True)
class ImageHistory:
    """All that a project holds of one image. `steps` in the order of the log.

    `missed` are (run id, uid) of boxes that a run looked for and didn't find; `noted` are finds
    that never became proposals and that nobody has answered.
    """

    image_id: int
    label: ImageLabel
    standing: tuple[Annotation, ...]
    steps: tuple[Step, ...] = ()
    passes: tuple[ModelPass, ...] = ()
    visits: tuple[Visit, ...] = ()
    missed: frozenset[tuple[int, str]] = frozenset()
    noted: tuple[ModelFind, ...] = ()


@dataclass(frozen=True, slots=True)
class HandIn:
    """The image as `person` handed it in, before anybody judged it. No proposals among `boxes`.

    `proposed` are the proposals of models up to then, as drawn; `active_ms` is the person's time on
    it, and `is_blind` whether they never saw the proposals.
    """

    person: str
    boxes: tuple[Annotation, ...]
    proposed: tuple[Annotation, ...]
    active_ms: int
    is_blind: bool


@dataclass(slots=True)
class Retold:
    """`proposed` are the proposals of models by uid, as they were drawn, without those that a job
    took back. `withheld` are uids of proposals that went as the image was handed in, unseen.
    `drawn_at` is the edit with which a box came. `verdicts` are (who had handed it in, who judged).
    """

    proposed: dict[str, Annotation] = field(default_factory=dict)
    withheld: set[str] = field(default_factory=set)
    drawn_at: dict[str, int] = field(default_factory=dict)
    hand_in: HandIn | None = None
    verdicts: list[tuple[Verdict, str, str]] = field(default_factory=list)


def retold(history: ImageHistory) -> Retold:
    """The log of one image from its first step to its last."""
    runs = frozenset(each.run_id for each in history.passes)
    told, boxes = Retold(), dict[str, Annotation]()
    hands_in = frozenset(s.gesture_id for s in history.steps if _hands_in(s.edit) and s.by_person)
    person = ""
    for step in history.steps:
        if isinstance(step.edit, AnnotationEdit):
            _follow(told, boxes, step, step.edit, runs)
            if step.edit.after is None and step.gesture_id in hands_in:
                told.withheld.add(step.edit.uid)
        elif step.decides and _hands_in(step.edit):
            person = step.edit.after.annotator or step.actor
            if not told.verdicts:
                told.hand_in = _handed_in(told, boxes.values(), person, step, history.visits)
        elif step.decides and step.edit.before.state == "submitted":
            _judge(told, step, step.edit, person)
    return told


def _follow(
    told: Retold,
    boxes: dict[str, Annotation],
    step: Step,
    edit: AnnotationEdit,
    runs: frozenset[int],
) -> None:
    if edit.after is None:
        boxes.pop(edit.uid, None)
        if not step.by_person:
            told.proposed.pop(edit.uid, None)
        return
    boxes[edit.uid] = edit.after
    if edit.before is None:
        told.drawn_at.setdefault(edit.uid, step.id)
        told.withheld.discard(edit.uid)
        if edit.after.is_proposal and edit.after.run_id in runs:
            told.proposed.setdefault(edit.uid, edit.after)


def _hands_in(edit: Edit) -> bool:
    return isinstance(edit, ImageEdit) and edit.before.state != edit.after.state == "submitted"


def _judge(told: Retold, step: Step, edit: ImageEdit, person: str) -> None:
    annotator = edit.before.annotator or person
    if edit.after.state in ("approved", "returned") and annotator:
        verdict: Verdict = "approved" if edit.after.state == "approved" else "returned"
        told.verdicts.append((verdict, annotator, step.actor))


def _handed_in(
    told: Retold,
    boxes: Iterable[Annotation],
    person: str,
    step: Step,
    visits: Sequence[Visit],
) -> HandIn:
    own = [v for v in visits if v.person == person and v.started_at <= step.at]
    return HandIn(
        person,
        tuple(a for a in boxes if not a.is_proposal),
        tuple(told.proposed.values()),
        sum(visit.active_ms for visit in own),
        bool(own) and all(visit.is_blind for visit in own),
    )
