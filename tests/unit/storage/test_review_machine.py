"""People at random at work on two copies of one project: nothing illegal comes of it, and nothing
is lost."""

import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from app.core.annotation import Annotation, new_uid
from app.core.corrections import (
    accepted,
    assigned,
    drawn,
    marked_normal,
    removed,
    submitted,
    tagged,
)
from app.core.edit import AnnotationEdit, Edit, ImageEdit
from app.core.errors import UserError
from app.core.geometry import Box
from app.core.image import LOCKED, STATES, ImageLabel
from app.core.label_class import LabelClass
from app.core.people import ROLES, Person
from app.core.review import SELF_REVIEW_SETTING, approved, excluded, reopened, returned
from app.core.shape import Shape
from app.core.sheet import Sheet, edited
from app.services.merge import merge
from app.storage.images import NewImage
from app.storage.project import Project
from app.storage.rows import label_to_json
from app.storage.runs import RunKey
from tests.helpers.review_oracle import assert_sound, assert_step, handed_in_by, worked_on

IDS = (1, 2, 3)
IMAGES = st.sampled_from([1, 1, 1, 2, 2, 2, 3])
"""The last is left alone for longer."""
UNTOUCHED = st.sampled_from([1, 2, 3, 3, 3, 3])
PEOPLE = st.sampled_from(["lead", "li", "wang"])
WHY = st.sampled_from(["", " ", "wrong class"])
BOXES = st.builds(
    lambda x, y, w, h: Box(x, y, x + w, y + h),
    *(st.integers(0, 90), st.integers(0, 40), st.integers(1, 90), st.integers(1, 50)),
)
SWEEPING = (
    "UPDATE annotation SET image_id = 1 + image_id % 3 WHERE image_id = :image",
    "UPDATE annotation SET image_id = :image WHERE image_id != :image",
    "DELETE FROM annotation WHERE image_id = :image",
    "UPDATE image SET reviewer = 'li' WHERE id = :image AND reviewer IS NOT 'li'",
    "UPDATE image SET annotator = NULL WHERE id = :image AND annotator IS NOT NULL",
    "UPDATE image SET reason = ' ' WHERE id = :image AND reason != ' '",
    "UPDATE image SET is_normal = NOT is_normal WHERE id = :image",
    "INSERT INTO image_tag SELECT :image, 1",
    "INSERT OR REPLACE INTO image (id, path, content_hash, size_bytes, mtime_ns, width_px,"
    " height_px) SELECT id, path, content_hash, 1, 1, 200, 100 FROM image WHERE id = :image",
    "DELETE FROM image WHERE id = :image",
    "UPDATE edit SET after = before WHERE image_id = :image AND subject = 'image'",
    "DELETE FROM edit WHERE image_id = :image",
)
"""What another program may try on an image that is locked, without a word in the log."""


class Team(RuleBasedStateMachine):
    """Each rule works on the copy that is on the desk."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        # Two steps of one millisecond would be one and the same to a merge.
        self._ticks = (f"2026-01-01T{n:012}" for n in count())
        self._clock = patch("app.storage.edit_log.now", lambda: next(self._ticks))
        self._clock.start()
        folder = Path(self._folder.name)
        here = Project.create(folder / "here")
        here.add_classes([LabelClass("streak"), LabelClass("slag")], actor="lead")
        with here.transaction():
            here.images.add(NewImage(f"photos/{n}.png", f"hash{n}", 10, n, 200, 100) for n in IDS)
            self.run = here.runs.open(RunKey("model", "m", "w", {}), actor="lead")
            here.people.put(Person("wang", "reviewer", "#111111", "2026-01-01"))
        here.add_tags([("shadow", "")])
        here._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copytree(here.folder, folder / "there")
        self.project, self.other = here, Project.open(folder / "there")
        self.comments: list[Counter[tuple[int, str]]] = [Counter(), Counter()]

    def teardown(self) -> None:
        self._clock.stop()
        self.project.close()
        self.other.close()
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

    @rule(image=IMAGES, who=PEOPLE, present=st.booleans())
    def tag(self, image: int, who: str, present: bool) -> None:
        self._do(who, lambda s: tagged(s, "shadow", present), image)

    @rule(image=IMAGES, who=PEOPLE, to=PEOPLE)
    def hand_out(self, image: int, who: str, to: str) -> None:
        self._do(who, lambda s: assigned(s, to), image)

    @rule(image=IMAGES, who=PEOPLE)
    def submit(self, image: int, who: str) -> None:
        self._do(who, lambda s: submitted(s, unseen=(), person=who), image)

    @rule(image=IMAGES, who=PEOPLE)
    def draw_and_submit(self, image: int, who: str) -> None:
        """Most of what waits for a reviewer came so."""
        self.draw(image, who, Box(1, 1, 9, 9))
        self.submit(image, who)

    @rule(image=IMAGES, who=PEOPLE)
    def approve(self, image: int, who: str) -> None:
        self._do(who, lambda s: approved(s, person=who), image)

    @rule(image=IMAGES, who=PEOPLE, other=PEOPLE)
    def have_another_empty_and_approve_it(self, image: int, who: str, other: str) -> None:
        self.draw_and_submit(image, who)
        self.fix_and_approve(image, other, None)

    @rule(image=IMAGES, who=PEOPLE, box=st.none() | BOXES)
    def fix_and_approve(self, image: int, who: str, box: Box | None) -> None:
        """With one box more, or none at all."""

        def both(sheet: Sheet) -> list[Edit]:
            if box is None:
                fix = removed(sheet, [a.uid for a in sheet.annotations])
            else:
                fix = drawn(sheet, [(2, Shape(box, None))], person=who)[0]
            return [*fix, *approved(edited(sheet, fix), person=who)]

        self._do(who, both, image)

    @rule(image=IMAGES, who=PEOPLE, why=WHY)
    def send_back(self, image: int, who: str, why: str) -> None:
        self._do(who, lambda s: returned(s, why, person=who), image)

    @rule(image=IMAGES, who=PEOPLE, other=PEOPLE)
    def have_another_hand_it_in(self, image: int, who: str, other: str) -> None:
        """And approve it then."""
        self.draw_and_submit(image, who)
        self._do(other, reopened, image)
        self.submit(image, other)
        self.approve(image, who)

    @rule(image=IMAGES, who=PEOPLE, why=WHY)
    def exclude(self, image: int, who: str, why: str) -> None:
        self._do(who, lambda s: excluded(s, why), image)

    @rule(image=IMAGES, who=PEOPLE, why=WHY)
    def reopen(self, image: int, who: str, why: str) -> None:
        self._do(who, lambda s: reopened(s, why), image)

    @rule(image=IMAGES, who=PEOPLE, state=st.sampled_from(STATES), named=st.booleans(), why=WHY)
    def write_any_state(self, image: int, who: str, state: Any, named: bool, why: str) -> None:
        label = self.project.images.get(image).label
        after = _any(label, state, who if named else None, why)
        if after != label:
            self._apply([ImageEdit(image, label, after)], who, "edit")

    @rule(who=PEOPLE, back=st.booleans())
    def undo_or_redo(self, who: str, back: bool) -> None:
        kind = "undo" if back else "redo"

        def work() -> object:
            return self.project.undo(who) if back else self.project.redo(who)

        self._watch(work, who, kind)

    @rule(image=IMAGES, box=BOXES)
    def a_model_draws(self, image: int, box: Box) -> None:
        label = self.project.images.get(image).label
        found = Annotation(new_uid(), 1, box, score=0.5, run_id=self.run)
        edits: list[Edit] = [AnnotationEdit(image, None, found)]
        if label.state == "new":
            edits.append(ImageEdit(image, label, replace(label, state="prelabelled")))
        self._apply(edits, "lead", "prelabel")

    @rule(image=IMAGES, who=PEOPLE, state=st.sampled_from(STATES), named=st.booleans(), box=BOXES)
    def an_import(self, image: int, who: str, state: Any, named: bool, box: Box) -> None:
        label = self.project.images.get(image).label
        after = replace(label, state=state, reviewer=who if named else label.reviewer)
        new = Annotation(new_uid(), 1, box, author=who, run_id=self.run)
        edits: list[Edit] = [
            AnnotationEdit(image, a, None) for a in self.project.annotations.of_image(image)
        ]
        edits.append(AnnotationEdit(image, None, new))
        if after != label:
            edits.append(ImageEdit(image, label, after))
        self._apply(edits, who, "import")

    @rule(image=UNTOUCHED, who=PEOPLE, box=BOXES)
    def an_import_as_approved(self, image: int, who: str, box: Box) -> None:
        self.an_import(image, who, "approved", True, box)

    @rule(who=PEOPLE, role=st.sampled_from(ROLES))
    def change_role(self, who: str, role: Any) -> None:
        with suppress(UserError), self.project.transaction():  # nobody would lead any more
            self.project.people.put(replace(self.project.people.meet(who), role=role))

    @rule(allowed=st.booleans())
    def change_self_review(self, allowed: bool) -> None:
        self.project.settings.put(SELF_REVIEW_SETTING, allowed)

    @rule(image=IMAGES, who=PEOPLE)
    def comment(self, image: int, who: str) -> None:
        text = f"{who} on {image}: {sum(said.total() for said in self.comments)}"
        with self.project.transaction():
            self.project.comments.add(image, text, author=who)
        self.comments[0][image, text] += 1

    @rule(image=IMAGES, who=PEOPLE, is_open=st.booleans())
    def deal_with_a_comment(self, image: int, who: str, is_open: bool) -> None:
        for comment in self.project.comments.of_image(image)[:1]:
            with suppress(UserError), self.project.transaction():
                if is_open:
                    self.project.comments.reopen(comment.id, who)
                else:
                    self.project.comments.resolve(comment.id, who)

    @rule()
    def turn_to_the_other_copy(self) -> None:
        self.project, self.other = self.other, self.project
        self.comments.reverse()

    @rule(who=PEOPLE)
    def take_in_the_other_copy(self, who: str) -> None:
        copies = (self.project, self.other)
        before, there = ({i: _but_whose(self._sheet(copy, i)) for i in IDS} for copy in copies)
        try:
            report = merge(self.project, self.other, actor=who)
        except UserError:  # who merges may have no right to
            assert before == {i: _but_whose(self._sheet(self.project, i)) for i in IDS}
            return
        left = {*report.conflicts, *(path for path, _ in report.refused)}
        for image_id in IDS:
            now = _but_whose(self._sheet(self.project, image_id))
            assert now in (before[image_id], there[image_id])
            assert now == before[image_id] or f"photos/{image_id}.png" not in left
            if now.label.state == "approved" != before[image_id].label.state:
                self._assert_signed_by_another(image_id)
        self.comments[0] |= self.comments[1]
        assert self.project.integrity_problems() == []

    @rule(image=IMAGES, state=st.sampled_from(STATES))
    def write_a_state_past_the_program(self, image: int, state: str) -> None:
        """Whatever the last gesture's person may do: this isn't what they did."""
        before = self.project.images.get(image).label.state
        sql = "UPDATE image SET state = :state, reason = 'x' WHERE id = :image"
        is_taken = self._writes([(sql, {"image": image, "state": state})], commit=state != before)
        assert not is_taken or state == before

    @rule(
        image=IMAGES,
        who=PEOPLE,
        state=st.sampled_from(STATES),
        named=st.booleans(),
        why=WHY,
        kind=st.sampled_from(["edit", "redo", "undo", "import", "prelabel", "split", "assign"]),
    )
    def write_a_step_past_the_program(
        self, image: int, who: str, state: Any, named: bool, why: str, kind: str
    ) -> None:
        """With a word in the log, as the program does it; kept where the file takes it."""
        label = self.project.images.get(image).label
        after = _any(label, state, who if named else None, why)
        if after.state == label.state:
            return
        gesture = "INSERT INTO gesture (at, actor, kind) VALUES (:at, :who, :kind)"
        edit = (
            "INSERT INTO edit (gesture_id, image_id, subject, before, after)"
            " SELECT max(id), :image, 'image', :before, :after FROM gesture"
        )
        image_sql = (
            "UPDATE image SET state = :state, annotator = :annotator, reviewer = :reviewer,"
            " reason = :reason WHERE id = :image"
        )
        values = {
            **{"at": next(self._ticks), "who": who, "kind": kind, "image": image, "state": state},
            **{"before": label_to_json(label), "after": label_to_json(after)},
            **{n: getattr(after, n) for n in ("annotator", "reviewer", "reason")},
        }

        def work() -> None:
            if not self._writes([(sql, values) for sql in (gesture, edit, image_sql)], commit=True):
                raise UserError("refused", hint="")

        self._watch(work, who, kind)
        if kind in ("undo", "split", "assign"):
            assert self.project.images.get(image).label == label

    @rule(image=IMAGES, sql=st.sampled_from(SWEEPING))
    def sweep_past_the_program(self, image: int, sql: str) -> None:
        if self.project.images.get(image).label.state in LOCKED:
            self._writes([(sql, {"image": image})], commit=True)

    @invariant()
    def all_is_as_the_log_tells_and_nothing_is_lacking(self) -> None:
        assert_sound(self.project, IDS)

    @invariant()
    def no_comment_is_lost(self) -> None:
        kept = Counter((i, c.text) for i in IDS for c in self.project.comments.of_image(i))
        assert kept == self.comments[0]

    def _writes(self, statements: list[tuple[str, dict[str, Any]]], *, commit: bool) -> bool:
        """Whether the file takes it; None of foreign keys is held by SQLite unless asked to."""
        with closing(sqlite3.connect(self.project.folder / "project.db")) as connection:
            try:
                for sql, values in statements:
                    connection.execute(sql, values)
            except sqlite3.IntegrityError:
                return False
            if commit:
                connection.commit()
        return True

    def _sheet(self, project: Project, image_id: int) -> Sheet:
        label = project.images.get(image_id).label
        return Sheet(image_id, 200, 100, label, tuple(project.annotations.of_image(image_id)))

    def _do(self, who: str, move: Any, image_id: int) -> None:
        sheet = self._sheet(self.project, image_id)
        person = self.project.people.get(who)
        reviews = person is not None and person.reviews and sheet.label.annotator != who
        try:
            edits = move(replace(sheet, is_reviewed=reviews))
        except UserError:
            return
        self._apply(edits, who, "edit")

    def _apply(self, edits: list[Edit], who: str, kind: Any) -> None:
        self._watch(lambda: self.project.apply(edits, actor=who, kind=kind), who, kind)

    def _watch(self, work: Callable[[], object], who: str, kind: str) -> None:
        """Whatever `work` does is a step that this person may take in this way, or nothing."""
        before = {i: self._sheet(self.project, i) for i in IDS}
        hands = {i: handed_in_by(self.project, i) for i in IDS}
        touched = {i: worked_on(self.project, i) for i in IDS}
        person = self.project.people.get(who) or Person(who, "annotator", "", "")
        self_review = self.project.settings.get(SELF_REVIEW_SETTING) is True
        try:
            work()
        except (UserError, ValueError):
            assert before == {i: self._sheet(self.project, i) for i in IDS}
            return
        for image_id, was in before.items():
            now = self._sheet(self.project, image_id)
            if was.label.state == now.label.state and was.label.state in LOCKED:
                assert was.annotations == now.annotations
            if kind == "import" and touched[image_id]:
                assert was.annotations == now.annotations
            if kind != "undo":
                assert_step(
                    *(self.project, image_id, was.label),
                    by=person,
                    kind=kind,
                    self_review=self_review,
                    hands=hands[image_id],
                    was_worked_on=touched[image_id],
                )

    def _assert_signed_by_another(self, image_id: int) -> None:
        if self.project.settings.get(SELF_REVIEW_SETTING) is not True:
            signed = self.project.images.get(image_id).label.reviewer
            by_import = not worked_on(self.project, image_id)
            assert by_import or signed not in handed_in_by(self.project, image_id)


def _but_whose(sheet: Sheet) -> Sheet:
    """To hand an image out is no work on it, so both copies may have done it."""
    return replace(sheet, label=replace(sheet.label, assigned_to=None))


def _any(label: ImageLabel, state: Any, name: str | None, why: str) -> ImageLabel:
    """The label in that state, signed with that name where it is one that is signed."""
    after = replace(label, state=state, reason=why or label.reason)
    if state == "submitted":
        return replace(after, annotator=name)
    return replace(after, reviewer=name) if state in ("approved", "returned") else after


Team.TestCase.settings = settings(
    max_examples=40, stateful_step_count=40, deadline=None, phases=[Phase.explicit, Phase.generate]
)
TestTeam = pytest.mark.slow(Team.TestCase)
