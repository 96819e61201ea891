"""What one gesture may write, by the rules of review, asked of the file as it stands."""

import json
from collections.abc import Collection, Iterable
from functools import cached_property

from app.core.assigning import only_hands_out
from app.core.edit import Edit, ImageEdit
from app.core.errors import UserError
from app.core.image import LOCKED, SETTLED, STATE_WORDS, State
from app.core.review import SELF_REVIEW_SETTING, is_ready, refuse_illegal, refuse_unready
from app.storage.annotations import AnnotationTable
from app.storage.database import ProjectDatabase
from app.storage.edit_log import EditLog, GestureKind
from app.storage.failures import OutdatedError
from app.storage.hands import handed_in_by
from app.storage.people import PersonTable
from app.storage.settings import SettingTable

_DECIDED: frozenset[GestureKind] = frozenset({"edit", "undo", "redo"})


class Permit:
    """To be used inside the transaction that writes, after the log has the gesture's edits."""

    def __init__(
        self, db: ProjectDatabase, kind: GestureKind, actor: str, reverts: int | None = None
    ) -> None:
        """`reverts` as for `EditLog.begin`."""
        self._db, self._kind, self._reverts = db, kind, reverts
        self._log, self._annotations = EditLog(db), AnnotationTable(db)
        self._who = PersonTable(db).meet(actor)
        self._self_review = SettingTable(db).get(SELF_REVIEW_SETTING) is True
        self.actor = actor

    @property
    def decided_by(self) -> str | None:
        """The person, where it isn't a job."""
        return self.actor if self._kind in _DECIDED else None

    def refuse_work(self, edits: Iterable[Edit]) -> None:
        """Raises ValueError where something else comes under the name of an assignment."""
        if self._kind == "assign" and not only_hands_out(edits):
            raise ValueError("what hands out images changes nothing else on them")

    def refuse_import(self, image_ids: Iterable[int]) -> None:
        """Raises OutdatedError where a job brings labels to an image that is closed to it."""
        closed = closed_to_imports(self._db, image_ids) if self._kind == "import" else frozenset()
        if closed:
            raise OutdatedError(
                f"Images that are closed to imports: {len(closed)}. People worked on them, they are"
                " signed or gold, or they were exported.",
                hint="Leave them out of the import. Nothing of it was saved.",
            )

    def refuse_step(self, edit: ImageEdit) -> None:
        """Raises UserError for a step that isn't theirs; see `app.core.review`.

        OutdatedError where it would take back, or do again, what has changed since.
        """
        kind, is_step = self._kind, edit.before.state != edit.after.state
        if is_step and kind == "undo":
            self._refuse_other_undo(edit)
        if is_step and kind in ("split", "classes", "assign", "retire"):
            raise ValueError(f"a gesture of kind {kind} takes image {edit.image_id} a step on")
        signs = is_step and edit.after.state == "approved"
        try:
            self._refuse(edit, handed_in_by(self._db, edit.image_id) if signs else ())
        except UserError as e:
            if is_step:
                raise
            raise OutdatedError(e.what, hint=f"{e.hint} Nothing of it was saved.") from e

    def refuse_second_step(self, edit: ImageEdit) -> None:
        """The same of an image that somebody labels a second time, which nobody reviews."""
        self._refuse(edit)

    def _refuse(self, edit: ImageEdit, handed_in_by: Collection[str] = ()) -> None:
        kind = self._kind
        refuse_illegal(
            edit,
            self._who,
            job=kind if kind == "import" or kind == "prelabel" else None,
            takes_back=kind == "undo",
            self_review=self._self_review,
            handed_in_by=handed_in_by,
        )

    def refuse_unready(self, edit: ImageEdit) -> None:
        """Raises UserError where it signs what nobody can have looked at, once boxes are written.

        OutdatedError where a step back, or one done again, would sign other boxes than it did.
        """
        if edit.after.state != "approved" or edit.before.state == "approved":
            return
        boxes = self._annotations.of_image(edit.image_id)
        if self._reverts is None:
            refuse_unready(edit.after, boxes)
            return
        signed = self._reverts - (self._kind == "undo")
        was = self._log.standing_at(edit.image_id, signed)
        has_changed = {a.uid: a for a in was} != {a.uid: a for a in boxes}
        # What older versions took for an approval, a step back doesn't bring again.
        if has_changed or not is_ready(edit.after, boxes):
            raise OutdatedError(
                f"What is on image {edit.image_id} isn't what can be approved, or was.",
                hint="Review it again. Nothing of it was saved.",
            )

    def refuse_boxes(self, image_ids: Iterable[int]) -> None:
        """Raises OutdatedError for an image on which these boxes don't change, as it stands now."""
        if self._is_of_classes:
            return  # which classes there are holds for what is signed, too
        closed: frozenset[State] = LOCKED
        if self._kind == "prelabel":
            closed = SETTLED
        elif self._kind in _DECIDED and not self._who.reviews:
            closed |= {"submitted"}
        rows = self._db.rows(
            "SELECT path, state FROM image WHERE id IN (SELECT value FROM json_each(?))"
            " AND state IN (SELECT value FROM json_each(?)) LIMIT 1",
            [json.dumps(sorted(image_ids)), json.dumps(sorted(closed))],
        )
        for path, state in rows:
            hint = "Reopen it first, if it is to change." if state in LOCKED else "It is reviewed."
            raise OutdatedError(
                f"{path} is {STATE_WORDS[state]}, so nothing on it changes.",
                hint=f"{hint} Nothing of it was saved.",
            )

    @property
    def _is_of_classes(self) -> bool:
        """Whether a class goes with its boxes into another, or comes back."""
        reverts = self._reverts
        of = self._kind if reverts is None else self._log.without_edits(reverts).kind
        return of == "retire"

    @cached_property
    def _is_own_undo(self) -> bool:
        reverts = self._reverts
        return reverts is not None and self._log.without_edits(reverts).actor == self._who.name

    def _refuse_other_undo(self, edit: ImageEdit) -> None:
        """What is taken back is what that gesture did, and by who did it."""
        if self._reverts is None or not self._is_own_undo:
            raise ValueError(f"{self._who.name} takes back what is not theirs: {edit}")
        done = self._log.edits_of(self._reverts, edit.image_id)
        states = (edit.after.state, edit.before.state)
        if not any(
            isinstance(e, ImageEdit) and (e.before.state, e.after.state) == states for e in done
        ):
            raise ValueError(f"a step back to where it didn't come from: {edit}")


def closed_to_imports(db: ProjectDatabase, image_ids: Iterable[int]) -> frozenset[int]:
    """Those that keep their labels: people worked on them, they are signed or gold, or models
    learned from them, since they were exported."""
    asked, log = sorted(image_ids), EditLog(db)
    closed = {image_id for (image_id,) in db.rows(_SIGNED_OR_EXPORTED, [json.dumps(asked)])}
    return frozenset(i for i in asked if i in closed or log.touched_by_people(i))


_SIGNED_OR_EXPORTED = """
    SELECT id FROM image WHERE id IN (SELECT value FROM json_each(?)) AND (
        state IN ('approved', 'returned', 'excluded')
        OR id IN (SELECT image_id FROM gold)
        OR id IN (SELECT image_id FROM split_lock WHERE unlocked_at IS NULL))"""
