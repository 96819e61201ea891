"""The comments of a project: threads, open and dealt with."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby

from app.core.comment import Comment, Turn, checked_text
from app.storage.database import ProjectDatabase
from app.storage.edit_log import now

_COLUMNS = "id, image_id, uid, author, at, text, parent"
_TURNS_IN_ORDER = "ORDER BY comment_id, at, is_open, person"  # of two at once, the last word counts


class CommentTable:
    def __init__(self, db: ProjectDatabase) -> None:
        self._db = db

    def add(self, image_id: int, text: str, *, author: str, uid: str | None = None) -> Comment:
        """Begins a thread. Raises UserError when the text is empty or too long; see
        `checked_text`."""
        return self._insert(Comment(0, image_id, uid, author, now(), checked_text(text)))

    def reply(self, comment_id: int, text: str, *, author: str) -> Comment:
        """An answer in the thread of that comment; raises as `add`, KeyError where there is none.

        A thread that was dealt with stays so.
        """
        root = self._root(comment_id)
        kept = checked_text(text)
        return self._insert(Comment(0, root.image_id, None, author, now(), kept, root.id))

    def take_over(self, comment: Comment, image_id: int, *, parent: int | None = None) -> Comment:
        """One that was made in a copy of this project, as it stands there; `parent` is of here."""
        taken = self._insert(replace(comment, image_id=image_id, parent=parent, turns=()))
        self.take_turns(taken.id, comment.turns)
        return replace(taken, turns=comment.turns)

    def of_image(self, image_id: int) -> list[Comment]:
        """Oldest first, answers and what is dealt with too."""
        return self._read("image_id = ?", [image_id])

    def resolve(self, comment_id: int, person: str) -> None:
        """The whole thread is dealt with. What somebody else has said meanwhile stays theirs."""
        self._turn(comment_id, person, is_open=False)

    def reopen(self, comment_id: int, person: str) -> None:
        """The whole thread isn't dealt with after all; as `resolve`."""
        self._turn(comment_id, person, is_open=True)

    def take_turns(self, comment_id: int, turns: Iterable[Turn]) -> None:
        """Those that lack of the thread that the comment begins; the last of all counts."""
        self._db.executemany(
            "INSERT INTO comment_turn (comment_id, at, person, is_open) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            [(comment_id, turn.at, turn.person, turn.is_open) for turn in turns],
        )

    def _turn(self, comment_id: int, person: str, *, is_open: bool) -> None:
        root = self._root(comment_id)
        if root.is_open != is_open:
            at = _after(root.turns[-1].at) if root.turns else ""
            self.take_turns(root.id, [Turn(max(now(), at), person, is_open)])

    def _root(self, comment_id: int) -> Comment:
        found = self._read(
            "id = (SELECT coalesce(parent, id) FROM comment WHERE id = ?)", [comment_id]
        )
        if not found:
            raise KeyError(comment_id)
        return found[0]

    def _insert(self, comment: Comment) -> Comment:
        cursor = self._db.execute(
            "INSERT INTO comment (image_id, uid, author, at, text, parent)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [
                *(comment.image_id, comment.uid, comment.author, comment.at, comment.text),
                comment.parent,
            ],
        )
        assert cursor.lastrowid is not None
        return replace(comment, id=cursor.lastrowid)

    def _read(self, where: str, parameters: Sequence[object]) -> list[Comment]:
        turns = self._db.rows(
            "SELECT comment_id, at, person, is_open FROM comment_turn WHERE comment_id IN"
            f" (SELECT id FROM comment WHERE {where}) {_TURNS_IN_ORDER}",
            parameters,
        )
        of = {
            comment_id: tuple(Turn(at, person, bool(is_open)) for _, at, person, is_open in each)
            for comment_id, each in groupby(turns, key=lambda row: row[0])
        }
        rows = self._db.rows(
            f"SELECT {_COLUMNS} FROM comment WHERE {where} ORDER BY at, id", parameters
        )
        return [replace(Comment(*row), turns=of.get(row[0], ())) for row in rows]


def _after(at: str) -> str:
    """The next moment there is: even where a clock was set back the last word comes last."""
    later = datetime.fromisoformat(at) + timedelta(milliseconds=1)
    return later.isoformat(timespec="milliseconds")
