"""The history of a project: every edit, in order, with who made it and what stood there before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal

from app.core.annotation import Annotation
from app.core.edit import AnnotationEdit, Edit, ImageEdit
from app.storage.database import ProjectDatabase
from app.storage.rows import (
    annotation_from_json,
    annotation_to_json,
    label_from_json,
    label_to_json,
)

GestureKind = Literal["edit", "undo", "redo", "import", "prelabel", "split", "classes"]
"""Only "edit" is a person's decision about an image, which "undo" takes back and "redo" makes
again; the others are jobs that somebody started."""

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

    def begin(self, actor: str, kind: GestureKind, reverts: int | None = None) -> int:
        """One gesture of a person, or one step of a job: what is undone together.

        `reverts` is the gesture that an undo takes back or a redo makes again.
        """
        cursor = self._db.execute(
            "INSERT INTO gesture (at, actor, kind, reverts) VALUES (?, ?, ?, ?)",
            [now(), actor, kind, reverts],
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def record(self, gesture: int, edits: Sequence[Edit]) -> None:
        self._db.executemany(_INSERT, [(gesture, *_edit_to_row(edit)) for edit in edits])

    def record_class(
        self, gesture: int, class_id: int, name: str, *, before: str | None = None
    ) -> None:
        self._db.execute(_INSERT, (gesture, None, "class", str(class_id), before, name))

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

    def touched_by_people(self, image_id: int) -> bool:
        """Whether a person has changed anything on the image since it came in."""
        rows = self._db.rows(
            "SELECT 1 FROM edit JOIN gesture ON gesture.id = gesture_id"
            " WHERE image_id = ? AND kind = 'edit' AND standing != 'undone' LIMIT 1",
            [image_id],
        )
        return bool(rows)

    def get(self, gesture_id: int, *, most_edits: int = -1) -> Gesture:
        """With its first edits; -1 for all. Raises KeyError when there is none of that id."""
        row = self._db.execute(
            f"SELECT {_GESTURE} FROM gesture WHERE id = ?", [gesture_id]
        ).fetchone()
        if row is None:
            raise KeyError(gesture_id)
        edits = self._db.rows(
            f"SELECT {_EDIT} FROM edit WHERE gesture_id = ? AND subject != 'class'"
            " ORDER BY id LIMIT ?",
            [gesture_id, most_edits],
        )
        gesture = _gesture(row, map(_edit_from_row, edits))
        if len(edits) != most_edits:
            return gesture
        count = self._id(
            "SELECT count(*) FROM edit WHERE gesture_id = ? AND subject != 'class'", [gesture_id]
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

    def latest(
        self, *, most: int = 200, before: int | None = None, most_edits: int = -1
    ) -> list[Gesture]:
        """What people did lately to the whole project, newest first; or before that gesture.

        One gesture may have changed every image: `most_edits` as for `get`.
        """
        rows = self._db.rows(
            "SELECT id FROM gesture WHERE kind IN ('edit', 'undo', 'redo')"
            " AND (? IS NULL OR id < ?) ORDER BY id DESC LIMIT ?",
            [before, before, most],
        )
        return [self.get(gesture_id, most_edits=most_edits) for (gesture_id,) in rows]

    def newest(self) -> int:
        """The id of the newest gesture; 0 when there is none."""
        return self._id("SELECT max(id) FROM gesture", []) or 0

    def newest_edit_of(self, image_id: int) -> int:
        """The id of the last edit of that image; 0 when there is none. As long as it stays, so do
        the image's labels.
        """
        return self._id("SELECT max(id) FROM edit WHERE image_id = ?", [image_id]) or 0

    def changed_since(self, gesture_id: int) -> dict[int, frozenset[int]]:
        """Later gestures than that one, and the images that each changed."""
        rows = self._db.rows(
            "SELECT DISTINCT gesture_id, image_id FROM edit"
            " WHERE gesture_id > ? AND image_id IS NOT NULL",
            [gesture_id],
        )
        changed: dict[int, set[int]] = {}
        for later, image_id in rows:
            changed.setdefault(later, set()).add(image_id)
        return {later: frozenset(images) for later, images in changed.items()}

    def to_undo(self, actor: str) -> int | None:
        """The person's last gesture that stands and can be taken back."""
        return self._id(
            "SELECT max(id) FROM gesture WHERE actor = ? AND kind = 'edit' AND standing = 'done'",
            [actor],
        )

    def to_redo(self, actor: str) -> int | None:
        """What the person took back last, unless they did something else since."""
        last = "(SELECT coalesce(max(id), 0) FROM gesture WHERE actor = ? AND kind = 'edit'"
        rows = self._db.rows(
            "SELECT reverts FROM gesture AS undo"
            " WHERE actor = ? AND kind = 'undo' AND standing = 'done'"
            f" AND id > {last} AND standing = 'done') AND id > {last} AND standing = 'fixed')"
            " AND (SELECT standing FROM gesture WHERE id = undo.reverts) = 'undone'"
            " ORDER BY id DESC LIMIT 1",
            [actor, actor, actor],
        )
        return rows[0][0] if rows else None

    def set_standing(self, gesture_id: int, standing: Standing) -> None:
        self._db.execute("UPDATE gesture SET standing = ? WHERE id = ?", [standing, gesture_id])

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
        removed = (annotation_from_json(uid, before) for uid, before in rows)
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
