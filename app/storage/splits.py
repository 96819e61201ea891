"""Splits of many images, which are locked and why some no longer are, and the looks of photos."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from app.core.edit import ImageEdit
from app.core.image import Split
from app.storage.database import ProjectDatabase
from app.storage.edit_log import EditLog, now
from app.storage.failures import OutdatedError

_OPEN = "unlocked_at IS NULL"
_SIGN = 1 << 63


@dataclass(frozen=True, slots=True)
class Unlocking:
    """Somebody took the locks off `images` images at once. `at` is in UTC, ISO 8601."""

    at: str
    person: str
    reason: str
    images: int


class SplitTable:
    def __init__(self, db: ProjectDatabase) -> None:
        self._db = db
        self._log = EditLog(db)

    def write(self, edits: Sequence[ImageEdit], *, actor: str) -> None:
        """Saves edits that change splits and nothing else, as one gesture; within a transaction.

        `Project.apply` looks at each image in turn, which takes a minute for 100,000. Raises
        OutdatedError when a split is no longer as an edit's `before` says.
        """
        if not edits:
            return
        self._log.record(self._log.begin(actor, "split"), edits)
        written = self._db.executemany(
            "UPDATE image SET split = ? WHERE id = ? AND split IS ?",
            [(edit.after.split, edit.image_id, edit.before.split) for edit in edits],
        )
        if written != len(edits):
            raise OutdatedError(
                "Somebody else gave splits to the same images in the meantime.",
                hint="Do it again. Nothing of it was saved.",
            )

    def of_images(self, image_ids: Collection[int]) -> dict[int, Split | None]:
        """Image id → the split that it has now."""
        return dict(
            self._db.rows(
                "SELECT id, split FROM image WHERE id IN (SELECT value FROM json_each(?))",
                [json.dumps([*image_ids])],
            )
        )

    def may_follow(self) -> bool:
        """Whether there are images without a split, and others that they may follow, or be left
        out between."""
        ((found,),) = self._db.rows(
            "SELECT EXISTS (SELECT 1 FROM image WHERE split IS NULL)"
            " AND (EXISTS (SELECT 1 FROM image WHERE split IS NOT NULL)"
            " OR EXISTS (SELECT 1 FROM split_gap))"
        )
        return bool(found)

    def left_out(self) -> frozenset[int]:
        """Images without a split where their build was cut."""
        rows = self._db.rows(
            "SELECT image_id FROM split_gap JOIN image ON image.id = image_id WHERE split IS NULL"
        )
        return frozenset(image_id for (image_id,) in rows)

    def leave_out(self, image_ids: Collection[int], *, among: Collection[int]) -> None:
        """These, and no others of `among`."""
        self._db.execute(
            "DELETE FROM split_gap WHERE image_id IN (SELECT value FROM json_each(?))",
            [json.dumps([*among])],
        )
        self._db.executemany("INSERT INTO split_gap VALUES (?)", [(each,) for each in image_ids])

    def locked(self) -> frozenset[int]:
        """Images whose split stays what it is."""
        rows = self._db.rows(f"SELECT image_id FROM split_lock WHERE {_OPEN}")
        return frozenset(image_id for (image_id,) in rows)

    def locks(self) -> dict[int, Split]:
        """Image id → the only split that it may have. One that went out without any has none yet,
        and may only train."""
        return dict(self._db.rows(f"SELECT image_id, split FROM split_lock WHERE {_OPEN}"))

    def lock(self, image_ids: Collection[int], person: str, exported: str) -> None:
        """Those without a split are trained on; `exported` says what for, and where to."""
        self._db.execute(
            "INSERT INTO split_lock (image_id, split, locked_by, locked_at, exported)"
            " SELECT id, coalesce(split, 'train'), ?, ?, ? FROM image"
            f" WHERE id IN (SELECT value FROM json_each(?)) ON CONFLICT (image_id) WHERE {_OPEN}"
            " DO NOTHING",
            [person, now(), exported, json.dumps([*image_ids])],
        )

    def unlock(self, image_ids: Collection[int], person: str, reason: str) -> int:
        """How many of them were locked."""
        return self._db.execute(
            "UPDATE split_lock SET unlocked_by = ?, unlocked_at = ?, reason = ?"
            f" WHERE {_OPEN} AND image_id IN (SELECT value FROM json_each(?))",
            [person, now(), reason, json.dumps([*image_ids])],
        ).rowcount

    def unlockings(self) -> list[Unlocking]:
        """Every time that locks were taken off, the latest first."""
        rows = self._db.rows(
            "SELECT unlocked_at, unlocked_by, reason, count(*) FROM split_lock"
            " WHERE unlocked_at IS NOT NULL GROUP BY unlocked_at, unlocked_by, reason"
            " ORDER BY unlocked_at DESC"
        )
        return [Unlocking(*row) for row in rows]

    def looks(self) -> dict[int, int]:
        """Image id → the 64 bits of its look, of all photos that were looked at."""
        rows = self._db.rows("SELECT image_id, look FROM photo_look")
        return {image_id: look + _SIGN for image_id, look in rows}

    def keep_looks(self, looks: Mapping[int, int]) -> None:
        self._db.executemany(
            "INSERT INTO photo_look VALUES (?, ?)"
            " ON CONFLICT (image_id) DO UPDATE SET look = excluded.look",
            [(image_id, look - _SIGN) for image_id, look in looks.items()],
        )
