"""People at random at work on one project: nothing illegal comes of it, and nothing is lost."""

import sqlite3
import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from app.core.annotation import Annotation, new_uid
from app.core.corrections import accepted, drawn, marked_normal, removed, submitted
from app.core.edit import AnnotationEdit, Edit, ImageEdit
from app.core.errors import UserError
from app.core.geometry import Box
from app.core.image import LOCKED, STATES, ImageLabel
from app.core.label_class import LabelClass
from app.core.people import ROLES, Person
from app.core.review import (
    SELF_REVIEW_SETTING,
    TRANSITIONS,
    approved,
    excluded,
    reopened,
    returned,
)
from app.core.shape import Shape
from app.core.sheet import Sheet, edited
from app.storage.images import NewImage
from app.storage.project import Project
from app.storage.runs import RunKey

IMAGES = st.sampled_from([1, 2, 3])
PEOPLE = st.sampled_from(["lead", "li", "wang", "zhao"])
BOXES = st.builds(
    lambda x, y, w, h: Box(x, y, x + w, y + h),
    *(st.integers(0, 90), st.integers(0, 40), st.integers(1, 90), st.integers(1, 50)),
)


class Team(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.project = Project.create(Path(self._folder.name) / "p")
        self.project.add_classes([LabelClass("streak"), LabelClass("slag")], actor="lead")
        with self.project.transaction():
            self.project.images.add(
                NewImage(f"photos/{n}.png", f"hash{n}", 10, n, 200, 100) for n in (1, 2, 3)
            )
            self.run = self.project.runs.open(RunKey("model", "m", "w", {}), actor="lead")
        self.comments: dict[int, str] = {}
        self.steps: list[tuple[str, ImageLabel, ImageLabel]] = []

    def teardown(self) -> None:
        self.project.close()
        self._folder.cleanup()

    @rule(image=IMAGES, who=PEOPLE, box=BOXES)
    def draw(self, image: int, who: str, box: Box) -> None:
        self._do(who, lambda s: drawn(s, [(1, Shape(box, None))], person=who)[0], image)

    @rule(image=IMAGES, who=PEOPLE)
    def accept_all(self, image: int, who: str) -> None:
        self._do(who, lambda s: accepted(s, [a.uid for a in s.annotations], person=who), image)

    @rule(image=IMAGES, who=PEOPLE)
    def remove_all(self, image: int, who: str) -> None:
        self._do(who, lambda s: removed(s, [a.uid for a in s.annotations]), image)

    @rule(image=IMAGES, who=PEOPLE, normal=st.booleans())
    def say_normal(self, image: int, who: str, normal: bool) -> None:
        self._do(who, lambda s: marked_normal(s, normal), image)

    @rule(image=IMAGES, who=PEOPLE)
    def submit(self, image: int, who: str) -> None:
        self._do(who, lambda s: submitted(s, unseen=(), person=who), image)

    @rule(image=IMAGES, who=PEOPLE)
    def approve(self, image: int, who: str) -> None:
        self._do(who, lambda s: approved(s, person=who), image)

    @rule(image=IMAGES, who=PEOPLE, box=BOXES)
    def fix_and_approve(self, image: int, who: str, box: Box) -> None:
        def both(sheet: Sheet) -> list[Edit]:
            fix = drawn(sheet, [(2, Shape(box, None))], person=who)[0]
            return [*fix, *approved(edited(sheet, fix), person=who)]

        self._do(who, both, image)

    @rule(image=IMAGES, who=PEOPLE, why=st.sampled_from(["", " ", "wrong class"]))
    def send_back(self, image: int, who: str, why: str) -> None:
        self._do(who, lambda s: returned(s, why, person=who), image)

    @rule(image=IMAGES, who=PEOPLE, why=st.sampled_from(["", "blurred"]))
    def exclude(self, image: int, who: str, why: str) -> None:
        self._do(who, lambda s: excluded(s, why), image)

    @rule(image=IMAGES, who=PEOPLE, why=st.sampled_from(["", "a slip"]))
    def reopen(self, image: int, who: str, why: str) -> None:
        self._do(who, lambda s: reopened(s, why), image)

    @rule(image=IMAGES, who=PEOPLE, state=st.sampled_from(STATES))
    def write_any_state(self, image: int, who: str, state: Any) -> None:
        if self.project.images.get(image).label.state != state:
            self._do(
                who, lambda s: [ImageEdit(image, s.label, replace(s.label, state=state))], image
            )

    @rule(who=PEOPLE, back=st.booleans())
    def undo_or_redo(self, who: str, back: bool) -> None:
        before = self._labels()
        try:
            done = self.project.undo(who) if back else self.project.redo(who)
        except UserError:
            assert self._labels() == before
            return
        for image_id, label in self._labels().items():
            if label.state != before[image_id].state:
                pair = (before[image_id].state, label.state)
                assert done is not None
                assert (pair[::-1] if done.kind == "undo" else pair) in TRANSITIONS

    @rule(image=IMAGES, box=BOXES)
    def a_model_draws(self, image: int, box: Box) -> None:
        label = self.project.images.get(image).label
        found = Annotation(new_uid(), 1, box, score=0.5, run_id=self.run)
        edits: list[Edit] = [AnnotationEdit(image, None, found)]
        if label.state == "new":
            edits.append(ImageEdit(image, label, replace(label, state="prelabelled")))
        self._apply(edits, "lead", "prelabel")

    @rule(image=IMAGES, state=st.sampled_from(["prelabelled", "in_progress", "approved"]))
    def an_import(self, image: int, state: Any) -> None:
        label = self.project.images.get(image).label
        if label.state != state and not self.project.log.touched_by_people(image):
            self._apply([ImageEdit(image, label, replace(label, state=state))], "lead", "import")

    @rule(who=PEOPLE, role=st.sampled_from(ROLES))
    def change_role(self, who: str, role: Any) -> None:
        with suppress(UserError), self.project.transaction():  # nobody would lead any more
            self.project.people.put(replace(self.project.people.meet(who), role=role))

    @rule(allowed=st.booleans())
    def change_self_review(self, allowed: bool) -> None:
        self.project.settings.put(SELF_REVIEW_SETTING, allowed)

    @rule(image=IMAGES, who=PEOPLE)
    def comment(self, image: int, who: str) -> None:
        text = f"{who} on {image}"
        with self.project.transaction():
            made = self.project.comments.add(image, text, author=who)
        self.comments[made.id] = text

    @rule(image=IMAGES, state=st.sampled_from(STATES))
    def write_past_the_program(self, image: int, state: str) -> None:
        """The file alone refuses what the last gesture's person may not do."""
        before = self.project.images.get(image).label.state
        if self._refused("UPDATE image SET state = ? WHERE id = ?", state, image):
            return
        assert before == state or any(p in TRANSITIONS for p in ((before, state), (state, before)))

    @invariant()
    def the_log_tells_the_same(self) -> None:
        standing = {a.uid: (i, a) for i in (1, 2, 3) for a in self.project.annotations.of_image(i)}
        assert self.project.log.replay() == standing
        labels = self.project.log.replay_labels()
        assert {i: labels.get(i, ImageLabel()) for i in (1, 2, 3)} == self._labels()

    @invariant()
    def nobody_is_lacking(self) -> None:
        for label in self._labels().values():
            assert label.state not in ("returned", "excluded") or label.reason
            by_import = label.state != "returned" and label.annotator is None
            assert label.state not in ("submitted", "returned") or label.annotator or by_import
        assert any(person.leads for person in self.project.people.all())

    @invariant()
    def no_comment_is_lost(self) -> None:
        kept = {c.id: c.text for i in (1, 2, 3) for c in self.project.comments.of_image(i)}
        assert kept == self.comments

    def _refused(self, sql: str, *parameters: object) -> bool:
        connection = sqlite3.connect(self.project.folder / "project.db")
        try:
            connection.execute(sql, parameters)
        except sqlite3.IntegrityError:
            return True
        finally:
            connection.rollback()
            connection.close()
        return False

    def _labels(self) -> dict[int, ImageLabel]:
        return {i: self.project.images.get(i).label for i in (1, 2, 3)}

    def _do(self, who: str, move: Any, image_id: int) -> None:
        image = self.project.images.get(image_id)
        boxes = tuple(self.project.annotations.of_image(image_id))
        person = self.project.people.get(who)
        reviews = person is not None and person.reviews and image.label.annotator != who
        sheet = Sheet(image_id, 200, 100, image.label, boxes, is_reviewed=reviews)
        try:
            edits = move(sheet)
        except UserError:
            return
        self._apply(edits, who, "edit")

    def _apply(self, edits: list[Edit], who: str, kind: Any) -> None:
        before = self._labels()
        person = self.project.people.get(who) or Person(who, "annotator", "", "")
        try:
            self.project.apply(edits, actor=who, kind=kind)
        except (UserError, ValueError):
            assert self._labels() == before
            return
        for image_id, label in self._labels().items():
            was = before[image_id]
            if was.state != label.state:
                actor = person.role if kind == "edit" else kind
                assert actor in TRANSITIONS[was.state, label.state].actors
                own = label.state == "approved" and label.annotator == who and kind == "edit"
                assert not own or self.project.settings.get(SELF_REVIEW_SETTING)
            if was.state == label.state and label.state in LOCKED and kind != "import":
                assert not any(
                    e.image_id == image_id and isinstance(e, AnnotationEdit) for e in edits
                )


Team.TestCase.settings = settings(
    max_examples=25, stateful_step_count=40, deadline=None, phases=[Phase.explicit, Phase.generate]
)
TestTeam = Team.TestCase
