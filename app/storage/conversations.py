"""The multimodal records of a project: one conversation for an image, in turns."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.conversation import Turn
from app.storage.database import ProjectDatabase


@dataclass(frozen=True, slots=True)
class StoredConversation:
    """`is_stale`: labels changed since it was written. `author`: who edited it, if anyone did."""

    image_id: int
    turns: tuple[Turn, ...]
    is_stale: bool
    author: str | None


class ConversationTable:
    def __init__(self, db: ProjectDatabase) -> None:
        self._db = db

    def of_image(self, image_id: int) -> StoredConversation | None:
        row = self._db.execute(
            "SELECT id, is_stale, author FROM conversation WHERE image_id = ?", [image_id]
        ).fetchone()
        if row is None:
            return None
        conversation_id, is_stale, author = row
        turns = self._db.rows(
            "SELECT role, content FROM turn WHERE conversation_id = ? ORDER BY position",
            [conversation_id],
        )
        return StoredConversation(
            image_id, tuple(Turn(*turn) for turn in turns), bool(is_stale), author
        )

    def put(self, image_id: int, turns: Sequence[Turn], *, author: str | None = None) -> None:
        """Replaces the image's conversation; it agrees with the labels as they are now.

        Call it inside `Project.transaction`.
        """
        self._db.execute("DELETE FROM conversation WHERE image_id = ?", [image_id])
        cursor = self._db.execute(
            "INSERT INTO conversation (image_id, author) VALUES (?, ?)", [image_id, author]
        )
        self._db.executemany(
            "INSERT INTO turn VALUES (?, ?, ?, ?)",
            [(cursor.lastrowid, n, turn.role, turn.content) for n, turn in enumerate(turns)],
        )

    def stale(self) -> list[int]:
        """Ids of the images whose conversation no longer agrees with their labels."""
        rows = self._db.rows("SELECT image_id FROM conversation WHERE is_stale ORDER BY image_id")
        return [image_id for (image_id,) in rows]
