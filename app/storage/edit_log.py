"""The history of a project: every edit, in order, with who made it and what stood there before."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from app.core.annotation import Annotation
from app.core.edit import AnnotationEdit, Edit
from app.storage.database import ProjectDatabase
from app.storage.rows import annotation_from_json, annotation_to_json, label_to_json

GestureKind = Literal["edit", "import", "prelabel", "split", "classes"]
"""Only "edit" is a person's decision about an image; the others are jobs that somebody started."""

_INSERT = (
    "INSERT INTO edit (gesture_id, image_id, subject, uid, before, after) VALUES (?, ?, ?, ?, ?, ?)"
)


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class EditLog:
    def __init__(self, db: ProjectDatabase) -> None:
        self._db = db

    def begin(self, actor: str, kind: GestureKind) -> int:
        """One gesture of a person, or one step of a job: what is undone together."""
        cursor = self._db.execute(
            "INSERT INTO gesture (at, actor, kind) VALUES (?, ?, ?)", [now(), actor, kind]
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def record(self, gesture: int, edits: Sequence[Edit]) -> None:
        self._db.executemany(_INSERT, [(gesture, *_edit_to_row(edit)) for edit in edits])

    def record_class(self, gesture: int, class_id: int, name: str) -> None:
        self._db.execute(_INSERT, (gesture, None, "class", str(class_id), None, name))

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
            " WHERE image_id = ? AND kind = 'edit' LIMIT 1",
            [image_id],
        )
        return bool(rows)

    def rejected(self, image_id: int) -> list[Annotation]:
        """Proposals on this image that a person removed: what no model need propose again."""
        rows = self._db.rows(
            "SELECT uid, before FROM edit JOIN gesture ON gesture.id = gesture_id"
            " WHERE image_id = ? AND subject = 'annotation' AND after IS NULL AND kind = 'edit'"
            " AND uid NOT IN (SELECT uid FROM annotation)",
            [image_id],
        )
        removed = (annotation_from_json(uid, before) for uid, before in rows)
        return [annotation for annotation in removed if annotation.run_id is not None]


def _edit_to_row(edit: Edit) -> tuple[Any, ...]:
    if isinstance(edit, AnnotationEdit):
        before, after = annotation_to_json(edit.before), annotation_to_json(edit.after)
        return (edit.image_id, "annotation", edit.uid, before, after)
    return (edit.image_id, "image", None, label_to_json(edit.before), label_to_json(edit.after))
