"""Who spent how long on which image."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from statistics import median

from app.core.activity import Visit
from app.storage.database import ProjectDatabase

_COLUMNS = "image_id, person, started_at, active_ms, idle_ms, is_blind"


@dataclass(frozen=True, slots=True)
class VisitTotals:
    """`median_active_ms`: of the images, each with all its visits; 0 without images."""

    active_ms: int
    idle_ms: int
    images: int
    median_active_ms: int


class VisitTable:
    def __init__(self, db: ProjectDatabase) -> None:
        self._db = db

    def add(self, visit: Visit) -> None:
        self._db.execute(
            f"INSERT INTO visit ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)",
            [
                *(visit.image_id, visit.person, visit.started_at),
                *(visit.active_ms, visit.idle_ms, visit.is_blind),
            ],
        )

    def of_image(self, image_id: int) -> list[Visit]:
        """Of everybody, in the order they came."""
        rows = self._db.rows(
            f"SELECT {_COLUMNS} FROM visit WHERE image_id = ? ORDER BY id", [image_id]
        )
        return [
            Visit(image, person, at, active_ms, idle_ms, bool(is_blind))
            for image, person, at, active_ms, idle_ms, is_blind in rows
        ]

    def images_of(self, person: str) -> frozenset[int]:
        """All that the person ever had open."""
        rows = self._db.rows("SELECT DISTINCT image_id FROM visit WHERE person = ?", [person])
        return frozenset(image_id for (image_id,) in rows)

    def active_ms(self, image_id: int, person: str) -> int:
        """All the person's time on one image."""
        found: int = self._db.execute(
            "SELECT coalesce(sum(active_ms), 0) FROM visit WHERE image_id = ? AND person = ?",
            [image_id, person],
        ).fetchone()[0]
        return found

    def totals(self, person: str, *, since: str = "") -> VisitTotals:
        """Of visits begun at `since` (UTC, ISO 8601) or later; of all when it is empty."""
        rows = self._db.rows(
            "SELECT sum(active_ms), sum(idle_ms) FROM visit"
            " WHERE person = ? AND started_at >= ? GROUP BY image_id",
            [person, since],
        )
        active_ms = [active for active, _ in rows]
        return VisitTotals(
            sum(active_ms),
            sum(idle for _, idle in rows),
            len(rows),
            round(median(active_ms)) if active_ms else 0,
        )

    def recent_ms(self, person: str, *, most: int) -> tuple[int, ...]:
        """Active time of the person's last visits that took any time, oldest first."""
        rows = self._db.rows(
            "SELECT active_ms FROM visit WHERE person = ? AND active_ms + idle_ms > 0"
            " ORDER BY started_at DESC, id DESC LIMIT ?",
            [person, most],
        )
        return tuple(ms for (ms,) in reversed(rows))

    def was_seen_open(self, image_id: int, person: str) -> bool:
        """As `seen_open` of one image."""
        return bool(self.seen_open([image_id], person))

    def seen_open(self, image_ids: Collection[int], person: str) -> frozenset[int]:
        """Those where the person was, not blind, while or after proposals came to them.

        Such an image can't be served blind to them any more.
        """
        # $[5] of an annotation in the log is its author: null for a proposal.
        rows = self._db.rows(
            "SELECT DISTINCT image_id FROM visit WHERE person = ? AND NOT is_blind"
            " AND image_id IN (SELECT value FROM json_each(?))"
            " AND julianday(started_at) + (active_ms + idle_ms) / 86400000.0 >="
            " (SELECT min(julianday(at)) FROM edit JOIN gesture ON gesture.id = gesture_id"
            " WHERE edit.image_id = visit.image_id AND subject = 'annotation' AND before IS NULL"
            " AND json_extract(after, '$[5]') IS NULL)",
            [person, json.dumps(list(image_ids))],
        )
        return frozenset(image_id for (image_id,) in rows)
