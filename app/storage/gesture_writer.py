"""Writes one gesture: what it changes, the log of that, and nothing that isn't permitted."""

from collections.abc import Iterator, Sequence

from app.core.edit import AnnotationEdit, Edit, ImageEdit
from app.core.image import LOCKED, ImageLabel, State
from app.storage.annotations import AnnotationTable
from app.storage.conversations import ConversationTable
from app.storage.database import ProjectDatabase
from app.storage.edit_log import EditLog, GestureKind
from app.storage.following import Follower
from app.storage.images import ImageTable
from app.storage.late_finds import caught_up
from app.storage.people import PersonTable
from app.storage.permits import Permit
from app.storage.second import SecondTable


class GestureWriter:
    """To be used inside the transaction of `Project` that the gesture is.

    What it raises is what `Permit` refuses, and OutdatedError where something is no longer as an
    edit's `before` says, or a class has gone.
    """

    def __init__(
        self,
        db: ProjectDatabase,
        actor: str,
        kind: GestureKind,
        reverts: int | None = None,
        *,
        at: str | None = None,
    ) -> None:
        """Begins it, as `EditLog.begin`. Whoever acts is put on the list of people."""
        self._log, self._images, self._annotations = (
            EditLog(db),
            ImageTable(db),
            AnnotationTable(db),
        )
        self._conversations, self._second = ConversationTable(db), SecondTable(db)
        self._follower = Follower.read(db)
        PersonTable(db).meet(actor)
        self.id = self._log.begin(actor, kind, reverts, at=at)
        self._permit = Permit(db, kind, actor, reverts)

    def write(self, edits: Sequence[Edit]) -> list[Edit]:
        """On images as everybody sees them. Returns what was written: boxes of classes that have
        gone are of those that these were merged into."""
        permit = self._permit
        followed = self._follower.edits(edits)
        changes = list(self._on_what_stands(followed))
        self._log.record(self.id, changes)
        permit.refuse_work(changes)
        permit.refuse_import({edit.image_id for edit in changes})
        # An image opens before its boxes change, and closes after.
        of_images = [edit for edit in changes if isinstance(edit, ImageEdit)]
        for edit in of_images:
            if not _closes(edit):
                self._write_image(edit)
        boxes = [edit for edit in changes if isinstance(edit, AnnotationEdit)]
        permit.refuse_boxes({edit.image_id for edit in boxes})
        self._annotations.write(boxes)
        for edit in of_images:
            if _closes(edit):
                permit.refuse_unready(edit)
                self._write_image(edit)
        return changes

    def write_second(self, edits: Sequence[Edit], *, person: str | None = None) -> list[Edit]:
        """On images that `person`, or else the actor, labels a second time; as `write`."""
        if not edits:
            return []
        whose = self._permit.actor if person is None else person
        states = self._second.states(whose)
        changes = [caught_up(edit, states.get) for edit in self._follower.edits(edits)]
        for edit in changes:
            if isinstance(edit, ImageEdit):
                self._permit.refuse_second_step(edit)
        self._log.record_second(self.id, changes)
        self._second.write(changes, whose)
        return changes

    def relabel_second(self, edits: Sequence[AnnotationEdit]) -> None:
        """Boxes of second labellings, whoever's, of another class: no work on the images."""
        followed = [e for e in self._follower.edits(edits) if isinstance(e, AnnotationEdit)]
        self._log.record_second(self.id, followed)
        self._second.relabel(followed)

    def _on_what_stands(self, edits: Sequence[Edit]) -> Iterator[Edit]:
        """What others changed of an image's label meanwhile stays, and the log tells of it as it
        is: so whoever is handed an image that a model has just been over gets it."""
        labels: dict[int, ImageLabel] = {}
        for edit in edits:
            if isinstance(edit, ImageEdit):
                edit = caught_up(edit, self._images.state_of)
                edit = self._images.on_what_stands(edit, labels.get(edit.image_id))
                labels[edit.image_id] = edit.after
            yield edit

    def _write_image(self, edit: ImageEdit) -> None:
        self._permit.refuse_step(edit)
        self._images.write(edit)
        self._review_conversations(edit)

    def _review_conversations(self, edit: ImageEdit) -> None:
        """A person who approves an image approves its conversations; opened, all of it is open."""
        was, is_now = (label.state == "approved" for label in (edit.before, edit.after))
        by = self._permit.decided_by
        if was and not is_now:
            self._conversations.unapprove(edit.image_id)
        elif is_now and not was and by is not None:
            self._conversations.approve(edit.image_id, person=by)


def _closes(edit: ImageEdit) -> bool:
    """Whether fewer may change its boxes from then on."""
    return _closed(edit.after.state) > _closed(edit.before.state)


def _closed(state: State) -> int:
    return 2 if state in LOCKED else int(state == "submitted")
