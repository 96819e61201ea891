"""The comments of a project, open and resolved."""

import json
from collections.abc import Iterable

from app.core.comment import Comment, checked_text
from app.storage.database import ProjectDatabase
from app.storage.edit_log import now

_COLUMNS = "id, image_id, uid, author, at, text, resolved_by, resolved_at"


class CommentTable:
    def __init__(self, db: ProjectDatabase) -> None:
        self._db = db

    def add(self, image_id: int, text: str, *, author: str, uid: str | None = None) -> Comment:
        """Raises UserError when the text is empty or too long; see `checked_text`."""
        kept, at = checked_text(text), now()
        cursor = self._db.execute(
            "INSERT INTO comment (image_id, uid, author, at, text) VALUES (?, ?, ?, ?, ?)",
            [image_id, uid, author, at, kept],
        )
        assert cursor.lastrowid is not None
        return Comment(cursor.lastrowid, image_id, uid, author, at, kept)

    def take_over(self, comment: Comment, image_id: int) -> None:
        """One that was made in a copy of this project, as it stands there."""
        self._db.execute(
            "INSERT INTO comment (image_id, uid, author, at, text, resolved_by, resolved_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                *(image_id, comment.uid, comment.author, comment.at, comment.text),
                *(comment.resolved_by, comment.resolved_at),
            ],
        )

    def of_image(self, image_id: int) -> list[Comment]:
        """Oldest first, resolved ones too."""
        rows = self._db.rows(
            f"SELECT {_COLUMNS} FROM comment WHERE image_id = ? ORDER BY id", [image_id]
        )
        return [Comment(*row) for row in rows]

    def all_open(self) -> list[Comment]:
        """Of the whole project, oldest first."""
        rows = self._db.rows(
            f"SELECT {_COLUMNS} FROM comment WHERE resolved_by IS NULL ORDER BY id"
        )
        return [Comment(*row) for row in rows]

    def open_count(self, image_ids: Iterable[int]) -> dict[int, int]:
        """image id → open comments, for those images that have any."""
        rows = self._db.rows(
            "SELECT image_id, count(*) FROM comment WHERE resolved_by IS NULL"
            " AND image_id IN (SELECT value FROM json_each(?)) GROUP BY image_id",
            [json.dumps(list(image_ids))],
        )
        return dict(rows)

    def resolve(self, comment_id: int, person: str) -> None:
        """One that somebody else has resolved meanwhile stays theirs."""
        self._db.execute(
            "UPDATE comment SET resolved_by = ?, resolved_at = ?"
            " WHERE id = ? AND resolved_by IS NULL",
            [person, now(), comment_id],
        )

    def reopen(self, comment_id: int) -> None:
        self._db.execute(
            "UPDATE comment SET resolved_by = NULL, resolved_at = NULL WHERE id = ?", [comment_id]
        )
