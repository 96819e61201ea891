"""Annotators who correct a model's proposals with faults that are known, and who reviews them.

All that they do goes through the doors that people use: moves of `core/corrections` and
`core/review` saved by `Project.apply`, runs, comparisons and visits as the product notes them.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from app.core.activity import Visit
from app.core.agreement import matches
from app.core.annotation import Annotation, new_uid
from app.core.corrections import (
    classified,
    drawn,
    marked_normal,
    removed,
    reshaped,
    submitted,
    tagged,
)
from app.core.edit import Edit
from app.core.quality_facts import Fate, Outcome
from app.core.review import approved, returned
from app.core.shape import Shape
from app.core.sheet import Sheet
from app.services.disagreements import record
from app.services.proposing import edits_for
from app.services.sheets import sheet_of
from app.storage.project import Project
from app.storage.runs import RunKey
from tests.helpers.sketched_model import Drawn, Scene, SketchedModel, Thing
from tests.helpers.slips import PEOPLE, Aim, Kind, go_wrong, is_nodded, right_aims, time_ms

__all__ = ["LEAD", "PEOPLE", "REVIEWER", "Fault", "Kind", "Ledger", "Team"]

LEAD, REVIEWER = "lead", "reviewer"

SHOWN_FROM = 0.4
"""Where the annotators have set the score: proposals below it they don't see."""

_TWO_FAULTS = 0.25
_UNCLEAR, _UNCLEAR_FAULTY = 0.02, 0.08

_OUTCOMES: Mapping[Kind, Outcome] = {
    "overlooked": "added",
    "wrong_class": "relabelled",
    "sloppy": "moved",
    "false_box": "removed",
}


@dataclass(frozen=True)
class Fault:
    """`nodded`: a slip of the model that the annotator let stand."""

    image_id: int
    kind: Kind
    person: str
    nodded: bool
    uid: str
    thing: Thing | None


@dataclass
class Ledger:
    """What was seeded, to be compared with what the project tells. By person where it says so."""

    faults: dict[int, list[Fault]] = field(default_factory=dict)
    fates: Counter[tuple[int, Fate]] = field(default_factory=Counter)
    outcomes: dict[str, Counter[Outcome]] = field(default_factory=lambda: defaultdict(Counter))
    images: Counter[str] = field(default_factory=Counter)
    boxes: Counter[str] = field(default_factory=Counter)
    active_ms: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def fault_count(self) -> int:
        return sum(map(len, self.faults.values()))

    def return_rate(self, person: str) -> float:
        back = self.verdicts[person, "returned"]
        return back / (back + self.verdicts[person, "approved"])


class Team:
    """Works on a project whose images `scenes` tells of, by image id; class ids run from 1."""

    def __init__(
        self, project: Project, scenes: Mapping[int, Scene], *, classes: int, seed: int
    ) -> None:
        self.project, self.scenes, self.ledger = project, scenes, Ledger()
        self._classes, self._seed = classes, seed
        self._all_classes = range(1, classes + 1)
        self._began_at = datetime.now(UTC) - timedelta(days=30)
        with project.transaction():
            project.people.meet(LEAD)
            for name in PEOPLE:
                project.people.meet(name)
            project.people.put(replace(project.people.meet(REVIEWER), role="reviewer"))
        ids = sorted(scenes)
        random.Random(f"{seed} who").shuffle(ids)
        self.work = {name: ids[n :: len(PEOPLE)] for n, name in enumerate(PEOPLE)}

    def prelabel(self, model: SketchedModel) -> None:
        """As `services/prelabel` saves what a worker answers."""
        project, run = self.project, self._run(model)
        with project.transaction():
            for image_id in self.scenes:
                found = self._found(model, image_id, run)
                edits = edits_for(project, image_id, found, own_runs={run})
                project.apply(edits, actor=LEAD, kind="prelabel")
                record(project, run, image_id, found, classes=self._all_classes)
            project.runs.mark_seen(run, self.scenes)

    def compare(self, model: SketchedModel) -> None:
        """As `flawmark prelabel --compare` does, of all that was handed in."""
        project, run = self.project, self._run(model)
        with project.transaction():
            for image_id in self.scenes:
                found = self._found(model, image_id, run)
                record(project, run, image_id, found, classes=self._all_classes)

    def label(self) -> None:
        """Everybody their images, all handed in."""
        with self.project.transaction():
            for name, ids in self.work.items():
                for place, image_id in enumerate(ids):
                    at = self._began_at + timedelta(minutes=place)
                    self._label(image_id, name, at)

    def review(self, image_id: int) -> int:
        """The reviewer sees every fault, and sees to it; returns how many they were."""
        faults = self.ledger.faults.get(image_id, [])
        sheet = self._sheet(image_id)
        person = sheet.label.annotator or ""
        rng = random.Random(f"{self._seed} review {image_id}")
        with self.project.transaction():
            if faults and rng.random() < PEOPLE[person].returned:
                self._apply(returned(sheet, "look again", person=REVIEWER), REVIEWER)
                self._put_right(image_id, faults, person)
                self._apply(submitted(self._sheet(image_id), unseen=(), person=person), person)
                self.ledger.verdicts[person, "returned"] += 1
            else:
                self._put_right(image_id, faults, REVIEWER)
            self._apply(approved(self._sheet(image_id), person=REVIEWER), REVIEWER)
            self.ledger.verdicts[person, "approved"] += 1
        return len(faults)

    def _run(self, model: SketchedModel) -> int:
        settings = {"classes": {f"class {n}": n for n in self._all_classes}}
        with self.project.transaction():
            return self.project.runs.open(
                RunKey("model", model.name, model.name, settings), actor=LEAD
            )

    def _found(self, model: SketchedModel, image_id: int, run: int) -> list[Annotation]:
        rng = random.Random(f"{self._seed} {model.name} {image_id}")
        found: list[Drawn] = model.finds(self.scenes[image_id], self._classes, rng)
        return [Annotation(new_uid(), f.class_id, f.box, score=f.score, run_id=run) for f in found]

    def _sheet(self, image_id: int, *, is_reviewed: bool = False) -> Sheet:
        image = self.project.images.get(image_id)
        return sheet_of(self.project, image, is_reviewed=is_reviewed)

    def _apply(self, edits: Sequence[Edit], actor: str) -> None:
        self.project.apply(edits, actor=actor)

    def _label(self, image_id: int, person: str, at: datetime) -> None:
        habits, scene = PEOPLE[person], self.scenes[image_id]
        rng = random.Random(f"{self._seed} {person} {image_id}")
        is_hurried = rng.random() < habits.hurried
        is_faulty = rng.random() < (habits.faulty_hurried if is_hurried else habits.faulty)
        sheet = self._sheet(image_id)
        proposals = list(sheet.proposals)
        shown = [a for a in proposals if (a.score or 0) >= SHOWN_FROM]
        aims = right_aims(scene, shown, rng)
        if is_faulty:
            for _ in range(1 + (rng.random() < _TWO_FAULTS)):
                go_wrong(aims, habits, scene, self._classes, rng)
        self._execute(image_id, aims, person)
        if rng.random() < (_UNCLEAR_FAULTY if is_faulty else _UNCLEAR):
            self._apply(tagged(self._sheet(image_id), "unclear", True), person)
        active_ms = round(time_ms(aims, rng, is_hurried=is_hurried) * habits.pace)
        self._visit(image_id, person, at, active_ms)
        hidden = {a.uid for a in proposals} - {a.uid for a in shown}
        self._hand_in(image_id, aims, proposals, hidden, person)

    def _execute(self, image_id: int, aims: list[Aim], person: str) -> None:
        for aim in aims:
            sheet, proposal = self._sheet(image_id), aim.proposal
            if proposal is None:
                if aim.box is not None and aim.class_id is not None:
                    shapes = [(aim.class_id, Shape(aim.box))]
                    edits, (aim.uid,) = drawn(sheet, shapes, person=person)
                    self._apply(edits, person)
                continue
            aim.uid = proposal.uid
            if aim.box is None or aim.class_id is None:
                self._apply(removed(sheet, [proposal.uid]), person)
                continue
            if aim.class_id != proposal.class_id:
                self._apply(classified(sheet, [proposal.uid], aim.class_id, person=person), person)
            if aim.box != proposal.box:
                shapes = {proposal.uid: Shape(aim.box)}
                self._apply(reshaped(self._sheet(image_id), shapes, person=person), person)

    def _visit(self, image_id: int, person: str, at: datetime, active_ms: int) -> None:
        started_at = at.isoformat(timespec="milliseconds")
        self.project.visits.add(Visit(image_id, person, started_at, active_ms, 0))
        self.ledger.active_ms[person] += active_ms

    def _hand_in(
        self,
        image_id: int,
        aims: Sequence[Aim],
        proposals: Sequence[Annotation],
        hidden: Collection[str],
        person: str,
    ) -> None:
        if all(aim.box is None for aim in aims):
            self._apply(marked_normal(self._sheet(image_id), True), person)
            hidden = ()
        sheet = self._sheet(image_id)
        self._apply(submitted(sheet, unseen=hidden, person=person), person)
        boxes = self.project.annotations.of_image(image_id)
        faults = [
            Fault(
                *(image_id, aim.fault, person, is_nodded(aim)),
                uid=aim.uid,
                thing=aim.thing,
            )
            for aim in aims
            if aim.fault is not None
        ]
        if faults:
            self.ledger.faults[image_id] = faults
        ledger = self.ledger
        ledger.images[person] += 1
        ledger.boxes[person] += len(boxes)
        ledger.fates += Counter(_fates(proposals, boxes, hidden))
        outcomes = Counter(_OUTCOMES[f.kind] for f in faults)
        outcomes["kept"] = len(boxes) - sum(f.kind != "overlooked" for f in faults)
        ledger.outcomes[person] += outcomes

    def _put_right(self, image_id: int, faults: Sequence[Fault], person: str) -> None:
        for fault in faults:
            sheet = self._sheet(image_id, is_reviewed=person == REVIEWER)
            self._apply(_mended(sheet, fault, person), person)
        sheet = self._sheet(image_id, is_reviewed=person == REVIEWER)
        if faults and not sheet.annotations and not sheet.label.is_normal:
            self._apply(marked_normal(sheet, True), person)


def _mended(sheet: Sheet, fault: Fault, person: str) -> list[Edit]:
    if fault.thing is None:
        return removed(sheet, [fault.uid])
    if fault.kind == "overlooked":
        shapes = [(fault.thing.class_id, Shape(fault.thing.box))]
        return drawn(sheet, shapes, person=person)[0]
    if fault.kind == "wrong_class":
        return classified(sheet, [fault.uid], fault.thing.class_id, person=person)
    return reshaped(sheet, {fault.uid: Shape(fault.thing.box)}, person=person)


def _fates(
    proposals: Sequence[Annotation], boxes: Sequence[Annotation], hidden: Collection[str]
) -> list[tuple[int, Fate]]:
    """Of the model's proposals, given what is handed in; what is drawn in the place of one that
    went was changed."""
    standing = {a.uid: a for a in boxes}
    new = [a for a in boxes if a.run_id is None]
    gone = [a for a in proposals if a.uid not in standing]
    redrawn = {gone[i].uid: new[j] for i, j in matches(gone, new)}
    found: list[tuple[int, Fate]] = []
    for a in proposals:
        now = standing.get(a.uid) or redrawn.get(a.uid)
        fate: Fate = "withheld" if a.uid in hidden else "deleted"
        if now is not None:
            fate = "accepted" if now.box == a.box else "moved"
            fate = fate if now.class_id == a.class_id else "relabelled"
        found.append((a.class_id, fate))
    again = {j for _, j in matches(proposals, new)}
    return found + [(a.class_id, "missed") for n, a in enumerate(new) if n not in again]
