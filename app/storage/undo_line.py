"""What of a person's gestures stands, and which of them is taken back or done again next."""

from app.storage.database import ProjectDatabase
from app.storage.edit_log import Standing


class UndoLine:
    def __init__(self, db: ProjectDatabase) -> None:
        self._db = db

    def to_undo(self, actor: str) -> int | None:
        """The person's last gesture that stands and can be taken back."""
        rows = self._db.rows(
            "SELECT max(id) FROM gesture WHERE actor = ? AND kind IN ('edit', 'retire')"
            " AND standing = 'done'",
            [actor],
        )
        found: int | None = rows[0][0]
        return found

    def is_last_on_its_images(self, gesture_id: int, actor: str) -> bool:
        """Whether the person's gesture stands, and nobody has worked on its images since."""
        rows = self._db.rows(
            "SELECT 1 FROM gesture AS wanted WHERE id = ? AND actor = ? AND kind = 'edit'"
            " AND standing = 'done' AND NOT EXISTS (SELECT 1 FROM edit AS mine"
            " JOIN edit AS later ON later.image_id = mine.image_id AND later.id > mine.id"
            " JOIN gesture ON gesture.id = later.gesture_id WHERE mine.gesture_id = wanted.id"
            " AND gesture.id != wanted.id AND gesture.kind IN ('edit', 'undo', 'redo', 'import'))",
            [gesture_id, actor],
        )
        return bool(rows)

    def to_redo(self, actor: str) -> int | None:
        """What the person took back last, unless they did something else since."""
        last = "(SELECT coalesce(max(id), 0) FROM gesture WHERE actor = ?"
        last += " AND kind IN ('edit', 'retire')"
        rows = self._db.rows(
            "SELECT reverts FROM gesture AS undo"
            " WHERE actor = ? AND kind = 'undo' AND standing = 'done'"
            f" AND id > {last} AND standing = 'done') AND id > {last} AND standing = 'fixed')"
            " AND (SELECT standing FROM gesture WHERE id = undo.reverts) = 'undone'"
            " ORDER BY id DESC LIMIT 1",
            [actor, actor, actor],
        )
        return rows[0][0] if rows else None

    def to_take_back(self, actor: str) -> list[int]:
        """The person's last hand-out of images that they haven't taken back. Done in a copy and
        merged it is a gesture for each image, all of one time."""
        rows = self._db.rows(
            "SELECT id FROM gesture WHERE actor = ?1 AND kind = 'assign' AND standing = 'done'"
            " AND at = (SELECT at FROM gesture WHERE actor = ?1 AND kind = 'assign'"
            " AND standing = 'done' ORDER BY id DESC LIMIT 1) ORDER BY id",
            [actor],
        )
        return [gesture_id for (gesture_id,) in rows]

    def set_standing(self, gesture_id: int, standing: Standing) -> None:
        self._db.execute("UPDATE gesture SET standing = ? WHERE id = ?", [standing, gesture_id])
