"""The history of a project: every edit, in order, with who made it and what stood there before."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal

from app.core.annotation import Annotation
from app.core.edit import AnnotationEdit, Edit, ImageEdit
from app.core.image import ImageLabel, changed_fields
from app.core.merging import Step
from app.storage.database import ProjectDatabase
from app.storage.following import Follower
from app.storage.rows import (
    annotation_from_json,
    annotation_to_json,
    label_from_json,
    label_to_json,
)

GestureKind = Literal[
    "edit", "undo", "redo", "assign", "retire", "import", "prelabel", "split", "classes"
]
"""Only "edit" is a person's work on an image, which "undo" takes back and "redo" does again; as
they do "retire", by which a class goes and its boxes become another's. By "assign" a person says
who is to label; the others are jobs that somebody started."""

Standing = Literal["done", "undone", "fixed"]
"""Of a person's gesture. Fixed: it can't be taken back, because what it made has changed since."""


@dataclass(frozen=True, slots=True)
class Gesture:
    """What was done in one go. `at` is in UTC, ISO 8601; `reverts` as for `EditLog.begin`.

    `left_out` is how many more edits there are, where only some were asked for.
    """

    id: int
    at: str
    actor: str
    kind: GestureKind
    standing: Standing
    reverts: int | None
    edits: tuple[Edit, ...]
    left_out: int = 0


_GESTURE = "gesture.id, at, actor, kind, standing, reverts"
_EDIT = "image_id, subject, uid, before, after"
_INSERT = (
    "INSERT INTO edit (gesture_id, image_id, subject, uid, before, after) VALUES (?, ?, ?, ?, ?, ?)"
)


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class EditLog:
    def __init__(self, db: ProjectDatabase) -> None:
        self._db = db

    def begin(
        self, actor: str, kind: GestureKind, reverts: int | None = None, *, at: str | None = None
    ) -> int:
        """One gesture of a person, or one step of a job: what is undone together.

        `reverts` is the gesture that an undo takes back or a redo makes again. `at` is when it was
        done, where that isn't now.
        """
        cursor = self._db.execute(
            "INSERT INTO gesture (at, actor, kind, reverts) VALUES (?, ?, ?, ?)",
            [at or now(), actor, kind, reverts],
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def record(self, gesture: int, edits: Sequence[Edit]) -> None:
        self._db.executemany(_INSERT, [(gesture, *_edit_to_row(edit)) for edit in edits])

    def record_second(self, gesture: int, edits: Sequence[Edit]) -> None:
        """What was said in second labellings: nothing that asks about an image meets it."""
        self._db.executemany(
            _INSERT.replace("edit", "second_edit", 1),
            [(gesture, *_edit_to_row(edit)) for edit in edits],
        )

    def second_edits(self, gesture: int) -> tuple[Edit, ...]:
        rows = self._db.rows(
            f"SELECT {_EDIT} FROM second_edit WHERE gesture_id = ? ORDER BY id", [gesture]
        )
        return tuple(map(_edit_from_row, rows))

    def record_class(
        self, gesture: int, class_id: int, name: str | None, *, before: str | None = None
    ) -> None:
        """What it is called from then on; None where it goes."""
        self._db.execute(_INSERT, (gesture, None, "class", str(class_id), before, name))

    def retired_by(self, gesture_id: int) -> int | None:
        """The class that went with a gesture of kind "retire"; None for other gestures."""
        rows = self._db.rows(
            "SELECT uid FROM edit JOIN gesture ON gesture.id = gesture_id WHERE gesture_id = ?"
            " AND kind = 'retire' AND subject = 'class'",
            [gesture_id],
        )
        return int(rows[0][0]) if rows else None

    def class_origins(self) -> dict[int, tuple[str, str]]:
        """Class id → when it was added and by which name: copies of a project have the same."""
        rows = self._db.rows(
            "SELECT uid, at, after FROM edit JOIN gesture ON gesture.id = gesture_id"
            " WHERE subject = 'class' AND before IS NULL AND kind = 'classes' ORDER BY edit.id DESC"
        )
        return {int(class_id): (at, name) for class_id, at, name in rows}

    def replay(self) -> dict[str, tuple[int, Annotation]]:
        """uid → (image id, annotation) as the log alone tells it, from first edit to last."""
        rows = self._db.stream(
            "SELECT image_id, uid, after FROM edit WHERE subject = 'annotation' ORDER BY id"
        )
        standing: dict[str, tuple[int, Annotation]] = {}
        for image_id, uid, after in rows:
            if after is None:
                standing.pop(uid, None)
            else:
                standing[uid] = (image_id, annotation_from_json(uid, after))
        return standing

    def handed_in(self, image_id: int, *, first: bool = False) -> int | None:
        """The gesture by which the image was handed in last, or `first`; None when nobody did it
        by hand.
        """
        return self._id(
            f"SELECT {'min' if first else 'max'}(gesture_id) FROM edit"
            " JOIN gesture ON gesture.id = gesture_id"
            " WHERE image_id = ? AND subject = 'image' AND kind IN ('edit', 'redo')"
            " AND standing != 'undone' AND json_extract(after, '$[0]') = 'submitted'"
            " AND json_extract(before, '$[0]') != 'submitted'",
            [image_id],
        )

    def standing_at(
        self, image_id: int, gesture_id: int, *, by_runs: bool = False
    ) -> list[Annotation]:
        """The image's annotations as they were once that gesture was done, in the order they came,
        with the classes that these are now.

        `by_runs`: as models and imports left them, whatever people did to them since.
        """
        kinds = "AND kind IN ('prelabel', 'import')" if by_runs else ""
        rows = self._db.rows(
            "SELECT uid, after FROM edit JOIN gesture ON gesture.id = gesture_id"
            f" WHERE image_id = ? AND gesture_id <= ? AND subject = 'annotation' {kinds}"
            " ORDER BY edit.id",
            [image_id, gesture_id],
        )
        standing: dict[str, Annotation] = {}
        for uid, after in rows:
            if after is None:
                standing.pop(uid, None)
            else:
                standing[uid] = annotation_from_json(uid, after)
        return list(map(Follower.read(self._db).annotation, standing.values()))

    def replay_labels(self) -> dict[int, ImageLabel]:
        """Image id → what is said of it as a whole, as the log alone tells it; images of which
        nothing was said are left out."""
        rows = self._db.stream(
            "SELECT image_id, before, after FROM edit WHERE subject = 'image' ORDER BY id"
        )
        standing: dict[int, ImageLabel] = {}
        for image_id, *both in rows:
            before, after = map(label_from_json, both)
            now = standing.get(image_id, ImageLabel())
            standing[image_id] = replace(now, **changed_fields(before, after))
        return standing

    def steps(self) -> dict[int, list[Step]]:
        """Image id → what was done to it, first to last; not that a class went or came back."""
        rows = self._db.stream(
            "SELECT image_id, gesture_id, at, actor, kind, json_group_array(uid)"
            " FROM edit JOIN gesture ON gesture.id = gesture_id WHERE image_id IS NOT NULL"
            " AND kind != 'retire' AND coalesce(reverts, 0) NOT IN"
            " (SELECT id FROM gesture WHERE kind = 'retire')"
            " GROUP BY image_id, gesture_id ORDER BY image_id, gesture_id"
        )
        found: dict[int, list[Step]] = {}
        for image_id, gesture_id, at, actor, kind, uids in rows:
            changed = frozenset(uid for uid in json.loads(uids) if uid is not None)
            found.setdefault(image_id, []).append(Step(gesture_id, at, actor, kind, changed))
        return found

    def edits_of(self, gesture_id: int, image_id: int) -> list[Edit]:
        """What the gesture did to that image."""
        rows = self._db.rows(
            f"SELECT {_EDIT} FROM edit WHERE gesture_id = ? AND image_id = ? ORDER BY id",
            [gesture_id, image_id],
        )
        return [_edit_from_row(row) for row in rows]

    def touched_by_people(self, image_id: int) -> bool:
        """Whether a person has worked on the image since it came in."""
        rows = self._db.rows(
            "SELECT 1 FROM edit JOIN gesture ON gesture.id = gesture_id"
            " WHERE image_id = ? AND kind = 'edit' AND standing != 'undone' LIMIT 1",
            [image_id],
        )
        return bool(rows)

    def images_of(self, actor: str) -> frozenset[int]:
        """All on which the person decided something."""
        rows = self._db.rows(
            "SELECT DISTINCT image_id FROM edit JOIN gesture ON gesture.id = gesture_id"
            " WHERE actor = ? AND kind = 'edit' AND image_id IS NOT NULL",
            [actor],
        )
        return frozenset(image_id for (image_id,) in rows)

    def without_edits(self, gesture_id: int) -> Gesture:
        """Who did it and when, at no cost however much it changed. Raises KeyError as `get`."""
        row = self._db.execute(
            f"SELECT {_GESTURE} FROM gesture WHERE id = ?", [gesture_id]
        ).fetchone()
        if row is None:
            raise KeyError(gesture_id)
        return _gesture(row, ())

    def get(self, gesture_id: int, *, most_edits: int = -1) -> Gesture:
        """With all edits in their order, or the first few by image and order; -1 for all. Raises
        KeyError when there is none of that id."""
        gesture = self.without_edits(gesture_id)
        # As the index has them, so that of a hundred thousand the first few cost nothing.
        order = "id" if most_edits < 0 else "image_id, id"
        edits = self._db.rows(
            f"SELECT {_EDIT} FROM edit WHERE gesture_id = ? AND image_id IS NOT NULL"
            f" ORDER BY {order} LIMIT ?",
            [gesture_id, most_edits],
        )
        gesture = replace(gesture, edits=tuple(map(_edit_from_row, edits)))
        if len(edits) != most_edits:
            return gesture
        count = self._id(
            "SELECT count(*) FROM edit WHERE gesture_id = ? AND image_id IS NOT NULL", [gesture_id]
        )
        return replace(gesture, left_out=(count or 0) - len(edits))

    def of_image(self, image_id: int, *, most: int = 200) -> list[Gesture]:
        """What was done to an image, newest first, with the edits of that image only."""
        rows = self._db.rows(
            f"SELECT {_GESTURE} FROM gesture WHERE id IN"
            " (SELECT gesture_id FROM edit WHERE image_id = ?) ORDER BY id DESC LIMIT ?",
            [image_id, most],
        )
        edits: dict[int, list[Edit]] = {row[0]: [] for row in rows}
        for gesture_id, *edit in self._db.rows(
            f"SELECT gesture_id, {_EDIT} FROM edit WHERE image_id = ? ORDER BY id", [image_id]
        ):
            if gesture_id in edits:
                edits[gesture_id].append(_edit_from_row(edit))
        return [_gesture(row, edits[row[0]]) for row in rows]

    def second_of_image(self, image_id: int, actor: str) -> list[Gesture]:
        """What the person did to an image that they label a second time, newest first."""
        rows = self._db.rows(
            f"SELECT {_GESTURE} FROM gesture WHERE actor = ? AND id IN"
            " (SELECT gesture_id FROM second_edit WHERE image_id = ?) ORDER BY id DESC",
            [actor, image_id],
        )
        return [
            _gesture(row, (e for e in self.second_edits(row[0]) if e.image_id == image_id))
            for row in rows
        ]

    def latest(
        self,
        *,
        most: int = 200,
        before: int | None = None,
        most_edits: int = -1,
        but: Collection[int] = (),
        apart_of: str | None = None,
    ) -> list[Gesture]:
        """What people did lately to the whole project, newest first; or before that gesture.

        One gesture may have changed every image: `most_edits` as for `get`. `but`: nothing is told
        of these images, except what `apart_of` did to them in a second labelling.
        """
        rows = self._db.rows(
            "SELECT id FROM gesture WHERE kind IN ('edit', 'undo', 'redo', 'assign', 'retire')"
            " AND (EXISTS (SELECT 1 FROM edit WHERE gesture_id = gesture.id"
            "   AND image_id NOT IN (SELECT value FROM json_each(?)))"
            " OR actor = ? AND EXISTS (SELECT 1 FROM second_edit WHERE gesture_id = gesture.id))"
            " AND (? IS NULL OR id < ?) ORDER BY id DESC LIMIT ?",
            [json.dumps(list(but)), apart_of, before, before, most],
        )
        found = [self.get(gesture_id, most_edits=most_edits) for (gesture_id,) in rows]
        return [self._told(each, frozenset(but), apart_of) for each in found]

    def _told(self, gesture: Gesture, but: frozenset[int], apart_of: str | None) -> Gesture:
        is_own = gesture.actor == apart_of and not self._is_of_classes(gesture)
        apart = self.second_edits(gesture.id) if is_own else ()
        kept = tuple(edit for edit in gesture.edits if edit.image_id not in but)
        return replace(gesture, edits=kept + apart)

    def _is_of_classes(self, gesture: Gesture) -> bool:
        """Whether a class went or came back by it, with boxes in others' second labellings."""
        return None is not self.retired_by(gesture.reverts or gesture.id)

    def first(self) -> tuple[str, str, str] | None:
        """(at, actor, kind) of the gesture that a project began with: copies have the same."""
        rows = self._db.rows("SELECT at, actor, kind FROM gesture ORDER BY id LIMIT 1")
        return rows[0] if rows else None

    def newest(self) -> int:
        """The id of the newest gesture; 0 when there is none."""
        return self._id("SELECT max(id) FROM gesture", []) or 0

    def newest_edit_of(self, image_id: int) -> int:
        """The id of the last edit of that image; 0 when there is none. As long as it stays, so do
        the image's labels.
        """
        return self._id("SELECT max(id) FROM edit WHERE image_id = ?", [image_id]) or 0

    def changed_since(self, gesture_id: int) -> dict[int, frozenset[int]]:
        """Later gestures than that one, and the images that each changed, if only for one person
        who labels them a second time."""
        rows = self._db.rows(
            "SELECT gesture_id, image_id FROM edit WHERE gesture_id > ? AND image_id IS NOT NULL"
            " UNION SELECT gesture_id, image_id FROM second_edit WHERE gesture_id > ?",
            [gesture_id, gesture_id],
        )
        changed: dict[int, set[int]] = {}
        for later, image_id in rows:
            changed.setdefault(later, set()).add(image_id)
        return {later: frozenset(images) for later, images in changed.items()}

    def _id(self, sql: str, parameters: Sequence[Any]) -> int | None:
        found: int | None = self._db.execute(sql, parameters).fetchone()[0]
        return found

    def rejected(self, image_id: int) -> list[Annotation]:
        """Proposals on this image that a person removed: what no model need propose again."""
        rows = self._db.rows(
            "SELECT uid, before FROM edit JOIN gesture ON gesture.id = gesture_id"
            " WHERE image_id = ? AND subject = 'annotation' AND after IS NULL"
            " AND kind = 'edit' AND standing != 'undone'"
            " AND uid NOT IN (SELECT uid FROM annotation)",
            [image_id],
        )
        follower = Follower.read(self._db)
        removed = (follower.annotation(annotation_from_json(uid, text)) for uid, text in rows)
        return [annotation for annotation in removed if annotation.run_id is not None]


def _gesture(row: Sequence[Any], edits: Iterable[Edit]) -> Gesture:
    gesture_id, at, actor, kind, standing, reverts = row
    return Gesture(gesture_id, at, actor, kind, standing, reverts, tuple(edits))


def _edit_to_row(edit: Edit) -> tuple[Any, ...]:
    if isinstance(edit, AnnotationEdit):
        before, after = annotation_to_json(edit.before), annotation_to_json(edit.after)
        return (edit.image_id, "annotation", edit.uid, before, after)
    return (edit.image_id, "image", None, label_to_json(edit.before), label_to_json(edit.after))


def _edit_from_row(row: Sequence[Any]) -> Edit:
    image_id, subject, uid, before, after = row
    if subject == "image":
        return ImageEdit(image_id, label_from_json(before), label_from_json(after))
    return AnnotationEdit(
        image_id,
        None if before is None else annotation_from_json(uid, before),
        None if after is None else annotation_from_json(uid, after),
    )
