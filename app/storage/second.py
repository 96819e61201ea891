"""Photos that are labelled a second time, and the images that are known to be right."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace

from app.core.annotation import Annotation
from app.core.conversation import Exchange
from app.core.disguise import Disguise
from app.core.edit import AnnotationEdit, Edit, ImageEdit
from app.core.image import ImageLabel, State
from app.core.language import Language
from app.core.second import Look, Purpose, SecondLabelling, refuse_review
from app.core.sheet import Sheet, edited
from app.storage.conversations import StoredConversation
from app.storage.database import ProjectDatabase
from app.storage.edit_log import now
from app.storage.failures import OutdatedError
from app.storage.following import Follower
from app.storage.rows import (
    Row,
    annotation_from_json,
    annotation_to_json,
    label_from_json,
    label_to_json,
)

_COLUMNS = (
    "image_id, person, purpose, given_at, label, annotations, handed_in_at, shown_as, beside,"
    # Theirs, as their other photos are: where some are, or none is left for whoever comes.
    " EXISTS (SELECT 1 FROM image WHERE assigned_to = person)"
    " OR EXISTS (SELECT 1 FROM image WHERE assigned_to IS NOT NULL) AND NOT EXISTS"
    " (SELECT 1 FROM image WHERE assigned_to IS NULL AND state IN ('new', 'prelabelled'))"
)
_PUT = """
    INSERT INTO second_labelling (image_id, person, purpose, given_at, state, label, annotations,
        handed_in_at, shown_as, beside) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET purpose = excluded.purpose, given_at = excluded.given_at,
        state = excluded.state, label = excluded.label, annotations = excluded.annotations,
        handed_in_at = excluded.handed_in_at, shown_as = excluded.shown_as,
        beside = excluded.beside"""


class SecondTable:
    """What writes is to be called inside `Project.transaction`."""

    def __init__(self, db: ProjectDatabase) -> None:
        self._db = db

    def give(self, image_id: int, person: str, purpose: Purpose, look: Look | None = None) -> None:
        """Nothing happens where that person has it already."""
        if self.get(image_id, person) is None:
            look = look or Look()
            label = ImageLabel("new" if look.finds is None else "prelabelled")
            said = label, look.finds or ()
            self.put(
                SecondLabelling(*(image_id, person, purpose, now(), *said), disguise=look.disguise)
            )

    def put(self, labelling: SecondLabelling) -> None:
        """In the place of what that person said of the image."""
        boxes = [[a.uid, annotation_to_json(a)] for a in labelling.annotations]
        worn = labelling.disguise
        self._db.execute(
            _PUT,
            [
                *(labelling.image_id, labelling.person, labelling.purpose, labelling.given_at),
                *(labelling.label.state, label_to_json(labelling.label)),
                *(json.dumps(boxes, ensure_ascii=False), labelling.handed_in_at),
                *((worn.path, worn.beside) if worn else (None, None)),
            ],
        )

    def get(self, image_id: int, person: str) -> SecondLabelling | None:
        rows = self._db.rows(
            f"SELECT {_COLUMNS} FROM second_labelling WHERE image_id = ? AND person = ?",
            [image_id, person],
        )
        return _labelling(rows[0]) if rows else None

    def boxes_of(self, person: str, image_id: int) -> tuple[Annotation, ...]:
        """What is on the image for that person; nothing where it isn't theirs."""
        given = self.get(image_id, person)
        return () if given is None else given.annotations

    def conversations_of(self, person: str) -> "SecondConversations":
        return SecondConversations(self._db, person)

    def all(self) -> list[SecondLabelling]:
        rows = self._db.rows(f"SELECT {_COLUMNS} FROM second_labelling ORDER BY image_id, person")
        return [_labelling(row) for row in rows]

    def of_person(self, person: str) -> list[SecondLabelling]:
        rows = self._db.rows(
            f"SELECT {_COLUMNS} FROM second_labelling WHERE person = ? ORDER BY image_id", [person]
        )
        return [_labelling(row) for row in rows]

    def shown_as(self, path: str, person: str) -> int | None:
        """The image that the person knows by that path, which isn't its own."""
        rows = self._db.rows(
            "SELECT image_id FROM second_labelling WHERE shown_as = ? AND person = ?",
            [path, person],
        )
        return rows[0][0] if rows else None

    def unlooked_at(self, run_id: int) -> dict[int, list[str]]:
        """Image id → who labels it a second time, and no model of that run has looked for them."""
        rows = self._db.rows(
            "SELECT image_id, person FROM second_labelling AS given"
            " WHERE state IN ('new', 'prelabelled', 'in_progress') AND NOT EXISTS (SELECT 1 FROM"
            " second_seen AS seen WHERE seen.image_id = given.image_id"
            " AND seen.person = given.person AND run_id = ?) ORDER BY 1, 2",
            [run_id],
        )
        found: dict[int, list[str]] = {}
        for image_id, person in rows:
            found.setdefault(image_id, []).append(person)
        return found

    def mark_seen(self, run_id: int, image_id: int, person: str) -> None:
        self._db.execute(
            "INSERT INTO second_seen VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            [run_id, image_id, person],
        )

    def forget(self, run_id: int) -> None:
        """So that the run looks at all of them again."""
        self._db.execute("DELETE FROM second_seen WHERE run_id = ?", [run_id])

    def rejected(self, image_id: int, person: str) -> list[Annotation]:
        """Proposals that the person removed from it, as `EditLog.rejected`."""
        rows = self._db.rows(
            "SELECT uid, before FROM second_edit JOIN gesture ON gesture.id = gesture_id"
            " WHERE image_id = ? AND actor = ? AND subject = 'annotation' AND after IS NULL"
            " AND kind = 'edit' AND standing != 'undone'",
            [image_id, person],
        )
        follower = Follower.read(self._db)
        removed = (follower.annotation(annotation_from_json(uid, text)) for uid, text in rows)
        return [a for a in removed if a.run_id is not None]

    def given_to(self, person: str) -> frozenset[int]:
        """The images that the person labels a second time, or has."""
        rows = self._db.rows("SELECT image_id FROM second_labelling WHERE person = ?", [person])
        return frozenset(image_id for (image_id,) in rows)

    def states(self, person: str) -> dict[int, State]:
        """Image id → how far the person's second labelling of it is."""
        rows = self._db.rows(
            "SELECT image_id, state FROM second_labelling WHERE person = ?", [person]
        )
        return dict(rows)

    def write(self, edits: Sequence[Edit], person: str) -> None:
        """All `edits` are of images that the person labels a second time.

        Raises OutdatedError when something is no longer as an edit's `before` says; UserError for
        a reviewer's step, since nobody reviews them.
        """
        refuse_review(edit for edit in edits if isinstance(edit, ImageEdit))
        for image_id in sorted({edit.image_id for edit in edits}):
            was = self.get(image_id, person)
            if was is None:
                raise OutdatedError(
                    f"Image {image_id} isn't {person}'s to label a second time any more.",
                    hint="Open it again. Nothing of it was saved.",
                )
            sheet = Sheet(image_id, 0, 0, was.label, was.annotations)
            for edit in edits:
                if edit.image_id == image_id:
                    _refuse_outdated(sheet, edit)
                    sheet = edited(sheet, [edit])
            handed_in = now() if sheet.label.state == "submitted" else None
            self.put(
                replace(
                    was,
                    label=sheet.label,
                    annotations=sheet.annotations,
                    handed_in_at=handed_in,
                )
            )

    def relabel(self, edits: Iterable[AnnotationEdit]) -> None:
        """Gives boxes another class, on whoever's labelling they are; when these were handed in
        stays. Raises OutdatedError for a box that is not as its edit's `before` says."""
        of_image: dict[int, dict[str, AnnotationEdit]] = {}
        for edit in edits:
            of_image.setdefault(edit.image_id, {})[edit.uid] = edit
        for labelling in self.all() if of_image else ():
            waiting = of_image.get(labelling.image_id, {})
            mine = {a.uid: waiting.pop(a.uid) for a in labelling.annotations if a.uid in waiting}
            boxes = tuple(_relabelled(a, mine.get(a.uid)) for a in labelling.annotations)
            if mine:
                self.put(replace(labelling, annotations=boxes))
        if any(of_image.values()):
            raise _changed_meanwhile(next(i for i, left in of_image.items() if left))

    def name_gold(self, image_ids: Iterable[int], by: str) -> None:
        self._db.executemany(
            "INSERT INTO gold VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            [(image_id, by, now()) for image_id in image_ids],
        )

    def unname_gold(self, image_ids: Iterable[int]) -> None:
        self._db.executemany("DELETE FROM gold WHERE image_id = ?", [(i,) for i in image_ids])

    def gold(self) -> list[int]:
        return [image_id for (image_id,) in self._db.rows("SELECT image_id FROM gold ORDER BY 1")]


class SecondConversations:
    """Of photos that one person labels a second time, from their boxes; read and written as
    `ConversationTable` does, and never part of it."""

    def __init__(self, db: ProjectDatabase, person: str) -> None:
        self._db, self._person = db, person

    def of_image(self, image_id: int, language: Language) -> StoredConversation | None:
        rows = self._db.rows(
            "SELECT conversation FROM second_conversation"
            " WHERE image_id = ? AND person = ? AND language = ?",
            [image_id, self._person, language],
        )
        if not rows:
            return None
        said = json.loads(rows[0][0])
        exchanges = tuple(Exchange(**each) for each in said.pop("exchanges"))
        return StoredConversation(**said, exchanges=exchanges)

    def put(self, *conversations: StoredConversation) -> None:
        self._db.executemany(
            "INSERT OR REPLACE INTO second_conversation VALUES (?, ?, ?, ?)",
            [
                (c.image_id, self._person, c.language, json.dumps(asdict(c), ensure_ascii=False))
                for c in conversations
            ],
        )


def _refuse_outdated(sheet: Sheet, edit: Edit) -> None:
    if isinstance(edit, AnnotationEdit):
        stands = next((a for a in sheet.annotations if a.uid == edit.uid), None)
        is_as_before = stands == edit.before
    else:
        # Whose it is follows from whether images are assigned at all; see `_labelling`.
        own = sheet.label.assigned_to
        is_as_before = sheet.label == replace(edit.before, assigned_to=own)
    if not is_as_before:
        raise _changed_meanwhile(edit.image_id)


def _relabelled(stands: Annotation, edit: AnnotationEdit | None) -> Annotation:
    if edit is None or edit.after is None:
        return stands
    if stands != edit.before:
        raise _changed_meanwhile(edit.image_id)
    return edit.after


def _changed_meanwhile(image_id: int) -> OutdatedError:
    return OutdatedError(
        f"Image {image_id} was changed in the meantime.",
        hint="Look at it again, then repeat your change. Nothing of it was saved.",
    )


def _labelling(row: Row) -> SecondLabelling:
    """Whose the photo is follows from whose others are, not from who was given the first."""
    image_id, person, purpose, given_at, label, annotations, handed_in_at, *rest = row
    shown_as, beside, is_assigned = rest
    boxes = tuple(annotation_from_json(uid, text) for uid, text in json.loads(annotations))
    theirs = replace(label_from_json(label), assigned_to=person if is_assigned else None)
    worn = None if shown_as is None else Disguise(shown_as, beside)
    return SecondLabelling(
        *(image_id, person, purpose, given_at, theirs, boxes, handed_in_at), disguise=worn
    )
