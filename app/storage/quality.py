"""Figures of quality as the project keeps them: facts of each image, their sums, and suspects."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from app.core.geometry import Box
from app.core.image_history import ImageHistory
from app.core.label_errors import ERROR_KINDS, ErrorKind, Suspect
from app.core.quality import ListedSuspect, Totals
from app.core.quality_facts import Fact
from app.storage.database import ProjectDatabase
from app.storage.edit_log import now
from app.storage.image_histories import WORKED_ON, read_histories

_AMONG = "IN (SELECT value FROM json_each(?))"
_SUSPECT = (
    "kind, key, score, class_id, left_px, top_px, right_px, bottom_px, said_class_id,"
    " said_left_px, said_top_px, said_right_px, said_bottom_px, sureness"
)
_IS_ANSWERED = (
    "EXISTS (SELECT 1 FROM suspect_answer AS a"
    " WHERE a.image_id = ?1 AND a.kind = ?2 AND a.key = ?3)"
)


class QualityTable:
    """Counting is `next_due`, `histories` of them, and `replace` where nothing changed since."""

    def __init__(self, db: ProjectDatabase) -> None:
        self._db = db

    def due(self) -> int:
        """How many images have changed since they were counted."""
        found: int = self._db.execute("SELECT count(*) FROM quality_due").fetchone()[0]
        return found

    def next_due(self, most: int) -> list[int]:
        """Some of them."""
        rows = self._db.rows("SELECT image_id FROM quality_due ORDER BY 1 LIMIT ?", [most])
        return [image_id for (image_id,) in rows]

    def histories(self, image_ids: Collection[int]) -> list[ImageHistory]:
        """Of those that people have worked on; of the others there is nothing to count."""
        return read_histories(self._db, image_ids)

    def replace(
        self,
        image_ids: Collection[int],
        counted: Mapping[int, tuple[Mapping[Fact, float], Sequence[Suspect]]],
    ) -> None:
        """These images are counted now; of those that `counted` lacks there is nothing to say."""
        wanted = json.dumps([*image_ids])
        change = Counter[int]()
        for (text,) in self._db.rows(
            f"SELECT counted FROM quality_image WHERE image_id {_AMONG}", [wanted]
        ):
            for total_id, n in json.loads(text).items():
                change[int(total_id)] -= n
        for table in ("quality_image", "suspect", "quality_due"):
            self._db.execute(f"DELETE FROM {table} WHERE image_id {_AMONG}", [wanted])
        known: dict[Fact, int] = {}
        rows = []
        for image_id, (facts, _) in counted.items():
            adds = {self._total_id(fact, known): n for fact, n in facts.items()}
            change.update(adds)
            if adds:
                rows.append((image_id, json.dumps(adds)))
        self._db.executemany("INSERT INTO quality_image VALUES (?, ?)", rows)
        self._db.executemany(
            "UPDATE quality_total SET n = n + ? WHERE id = ?",
            [(n, total_id) for total_id, n in change.items() if n],
        )
        self._insert((i, suspect) for i, (_, found) in counted.items() for suspect in found)

    def forget(self) -> None:
        """All that was counted: every image is due. For when classes are others."""
        for table in ("quality_image", "quality_total", "suspect"):
            self._db.execute(f"DELETE FROM {table}")
        self._db.execute(
            f"INSERT INTO quality_due SELECT id FROM image WHERE {WORKED_ON} ON CONFLICT DO NOTHING"
        )

    def totals(self) -> Totals:
        """The facts of all images that are counted, added up."""
        rows = self._db.rows(
            "SELECT measure, person, run_id, class_id, detail, n FROM quality_total WHERE n > 1e-9"
        )
        return [(Fact(*words), n) for *words, n in rows]

    def errors(self) -> dict[ErrorKind, int]:
        """How many suspects of each kind nobody has answered."""
        counts = dict(
            self._db.rows("SELECT kind, count(*) FROM suspect WHERE is_answered = 0 GROUP BY kind")
        )
        return {kind: counts.get(kind, 0) for kind in ERROR_KINDS}

    def suspects(
        self, *, most: int, kinds: Collection[ErrorKind] = ERROR_KINDS
    ) -> list[ListedSuspect]:
        """Those that nobody has answered, likeliest wrong first; of equal ones the surest find."""
        found = [row for kind in kinds for row in self._worst(kind, most)]
        found.sort(key=lambda row: (row[4], -(row[15] or 0.0), row[0]))
        return [ListedSuspect(row[0], row[1], _suspect(row[2:])) for row in found[:most]]

    def answer(self, image_id: int, suspect: Suspect, *, person: str, is_right: bool) -> None:
        """A person has looked and found the label right, or takes that back."""
        key = [image_id, suspect.kind, suspect.key]
        if is_right:
            self._db.execute(
                "INSERT INTO suspect_answer VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                [*key, person, now()],
            )
        else:
            self._db.execute(
                "DELETE FROM suspect_answer WHERE image_id = ? AND kind = ? AND key = ?", key
            )
        self._db.execute(
            "UPDATE suspect SET is_answered = ? WHERE image_id = ? AND kind = ? AND key = ?",
            [is_right, *key],
        )

    def _worst(self, kind: ErrorKind, most: int) -> list[tuple[Any, ...]]:
        columns = ", ".join(f"suspect.{name.strip()}" for name in _SUSPECT.split(","))
        return self._db.rows(
            f"SELECT image_id, path, {columns} FROM suspect JOIN image ON image.id = image_id"
            " WHERE is_answered = 0 AND kind = ? ORDER BY score, sureness DESC LIMIT ?",
            [kind, most],
        )

    def _total_id(self, fact: Fact, known: dict[Fact, int]) -> int:
        if fact not in known:
            where = "measure = ? AND person = ? AND run_id = ? AND class_id = ? AND detail = ?"
            self._db.execute(
                "INSERT INTO quality_total (measure, person, run_id, class_id, detail)"
                " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                fact,
            )
            ((known[fact],),) = self._db.rows(f"SELECT id FROM quality_total WHERE {where}", fact)
        return known[fact]

    def _insert(self, found: Iterable[tuple[int, Suspect]]) -> None:
        self._db.executemany(
            f"INSERT INTO suspect (image_id, {_SUSPECT}, is_answered)"
            f" VALUES (?1, {', '.join(f'?{n}' for n in range(2, 16))}, {_IS_ANSWERED})",
            [
                (
                    *(image_id, s.kind, s.key, s.score, s.class_id, *s.box.corners),
                    *(s.said_class_id, *s.said_box.corners, s.sureness),
                )
                for image_id, s in found
            ],
        )


def _suspect(row: Sequence[Any]) -> Suspect:
    kind, key, score, class_id, *corners = row[:8]
    said_class_id, *said_corners = row[8:13]
    return Suspect(
        *(kind, key, score, class_id, Box(*corners)),
        said_class_id=said_class_id,
        said_box=Box(*said_corners),
        sureness=row[13],
    )
