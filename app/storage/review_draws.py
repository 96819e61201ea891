"""Which of the images that were handed in were drawn for review."""

import json
from collections.abc import Mapping

from app.core.review_sampling import PLAN_SETTING, HandedIn, ReviewPlan, Why
from app.storage.database import ProjectDatabase
from app.storage.settings import SettingTable

DRAWN = "(SELECT image_id FROM review_draw)"


def review_plan(db: ProjectDatabase) -> ReviewPlan:
    """Reviews everything where the team has set none."""
    return ReviewPlan.from_json(SettingTable(db).get(PLAN_SETTING))


class ReviewDrawTable:
    """What writes is to be called inside `Project.transaction`."""

    def __init__(self, db: ProjectDatabase) -> None:
        self._db = db

    def plan(self) -> ReviewPlan:
        """Reviews everything where the team has set none."""
        return review_plan(self._db)

    def all(self) -> dict[int, Why]:
        return dict(self._db.rows("SELECT image_id, why FROM review_draw"))

    def count(self) -> tuple[int, int]:
        """How many images are drawn and handed in, and how many are handed in."""
        handed_in = "state IN ('submitted', 'approved', 'returned')"
        ((drawn, total),) = self._db.rows(
            f"SELECT count(*) FILTER (WHERE id IN {DRAWN}), count(*) FROM image WHERE {handed_in}"
        )
        return drawn, total

    def add(self, drawn: Mapping[int, Why]) -> None:
        self._db.executemany("INSERT INTO review_draw VALUES (?, ?)", list(drawn.items()))

    def handed_in(self) -> list[HandedIn]:
        """All images that somebody handed in, whatever became of them since."""
        rows = self._db.rows(
            """SELECT id, content_hash, annotator, (
                    SELECT json_group_array(class_id) FROM image_class_count
                    WHERE image_id = image.id AND boxes), reviewer IS NOT NULL
                FROM image WHERE state IN ('submitted', 'approved', 'returned') ORDER BY id"""
        )
        return [
            HandedIn(
                *(image_id, content_hash, who, frozenset(json.loads(class_ids))),
                is_reviewed=bool(is_reviewed),
            )
            for image_id, content_hash, who, class_ids, is_reviewed in rows
        ]

    def reviewed(self) -> dict[str | None, int]:
        """How many images of each annotator somebody approved or returned last."""
        rows = self._db.rows(
            "SELECT annotator, count(*) FROM image WHERE reviewer IS NOT NULL GROUP BY annotator"
        )
        return dict(rows)
