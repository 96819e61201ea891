"""Where models disagree with people, image by image, until a box changes or somebody answers."""

import json
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from app.core.annotation import Annotation
from app.core.disagreement import (
    KINDS,
    Disagreement,
    Find,
    KeptDisagreement,
    Kind,
    says_the_same,
)
from app.core.geometry import Box, intersection_over_union
from app.core.proposals import SAME_PLACE_IOU
from app.core.shape import Shape
from app.storage.database import ProjectDatabase
from app.storage.edit_log import now
from app.storage.following import Follower
from app.storage.rows import ANNOTATION_FIELDS, Row, annotation_from_row

OPEN = "dismissed_by IS NULL AND NOT is_stale"
"""Of a row of `disagreement`: nobody has answered, and all stands as it did."""

_WAS = "was_class_id, was_left_px, was_top_px, was_right_px, was_bottom_px"
_FOUND = (
    "found_class_id, found_left_px, found_top_px, found_right_px, found_bottom_px, found_polygon,"
    " score"
)
_WRITTEN = (
    f"run_id, image_id, kind, uid, {_WAS}, {_FOUND}, people_there, dismissed_by, dismissed_at"
)
_INSERT = (
    f"INSERT INTO disagreement ({_WRITTEN}) VALUES ({', '.join('?' * len(_WRITTEN.split(', ')))})"
)
_KEPT = ("id", "image_id", "run_id", "kind", "dismissed_by", "dismissed_at", *_FOUND.split(", "))
# What is stale has lost its box, but for an extra, which can be told without.
_SELECT = (
    f"SELECT {', '.join(f'd.{name}' for name in _KEPT)},"
    f" {', '.join(f'a.{name}' for name in ANNOTATION_FIELDS)}"
    " FROM disagreement AS d LEFT JOIN annotation AS a ON a.uid = d.uid AND NOT d.is_stale"
    " WHERE (NOT d.is_stale OR d.kind = 'extra')"
)
_OF_CLASSES = (
    "kind = 'class' AND was_class_id IN (SELECT value FROM json_each(?))"
    " AND found_class_id IN (SELECT value FROM json_each(?))"
)
_JUDGED = (
    "state != 'excluded' AND (state NOT IN ('new', 'prelabelled') OR is_normal OR EXISTS"
    " (SELECT 1 FROM annotation WHERE image_id = image.id AND author IS NOT NULL))"
)


class DisagreementTable:
    def __init__(self, db: ProjectDatabase) -> None:
        self._db = db

    def replace(
        self,
        run_id: int,
        image_id: int,
        said: Iterable[Disagreement],
        *,
        standing: Sequence[Annotation],
        classes: Collection[int],
        own_runs: Collection[int],
    ) -> int:
        """What a run says of an image with `standing` on it, now that it has been over it.

        It takes the place of what `own_runs`, those of the same model, said of `classes`. Whatever
        somebody has dismissed stays dismissed; returns how many are open. Within a transaction.
        """
        answered, follower = self._answered(image_id), Follower.read(self._db)
        of_same = {each for class_id in classes for each in follower.alike(class_id)}
        self._db.execute(
            "DELETE FROM disagreement WHERE image_id = ?"
            " AND run_id IN (SELECT value FROM json_each(?))"
            " AND coalesce(found_class_id, was_class_id) IN (SELECT value FROM json_each(?))",
            [image_id, json.dumps([*own_runs]), json.dumps(sorted(of_same))],
        )
        people = [a.box for a in standing if not a.is_proposal]
        still_open = 0
        for each in said:
            if _is_of_one_class(each, follower):
                continue
            known = (old for old in answered if says_the_same(old.said, each))
            answer = next(((old.dismissed_by, old.dismissed_at) for old in known), (None, None))
            still_open += answer == (None, None)
            self._db.execute(
                _INSERT, [run_id, image_id, *_to_row(each), _marking(people, each), *answer]
            )
        self._db.execute(
            "INSERT INTO comparison VALUES"
            " (?, ?, (SELECT coalesce(max(id), 0) FROM edit WHERE image_id = ?))"
            " ON CONFLICT DO UPDATE SET edit_id = excluded.edit_id",
            [run_id, image_id, image_id],
        )
        return still_open

    def of_image(self, image_id: int) -> list[KeptDisagreement]:
        """Run by run, dismissed ones too; none that is stale."""
        rows = self._db.rows(
            f"{_SELECT} AND d.image_id = ? AND NOT d.is_stale ORDER BY d.run_id, d.id", [image_id]
        )
        return self._read(rows)

    def get(self, ids: Collection[int]) -> list[KeptDisagreement]:
        """Those of them that are still kept; an extra even when it is stale."""
        rows = self._db.rows(
            f"{_SELECT} AND d.id IN (SELECT value FROM json_each(?)) ORDER BY d.id",
            [json.dumps([*ids])],
        )
        return self._read(rows)

    def all_open(
        self, *, kinds: Collection[Kind] = KINDS, runs: Collection[int] | None = None
    ) -> list[KeptDisagreement]:
        """Of the whole project, image by image; of all runs where `runs` is None."""
        wanted = "d.kind IN (SELECT value FROM json_each(?))"
        values = [json.dumps([*kinds])]
        if runs is not None:
            wanted += " AND d.run_id IN (SELECT value FROM json_each(?))"
            values.append(json.dumps([*runs]))
        rows = self._db.rows(
            f"{_SELECT} AND {OPEN} AND {wanted} ORDER BY d.image_id, d.run_id, d.id", values
        )
        return self._read(rows)

    def dismiss(self, ids: Collection[int], person: str) -> None:
        """What somebody else has dismissed meanwhile stays theirs."""
        self._db.execute(
            "UPDATE disagreement SET dismissed_by = ?, dismissed_at = ?"
            " WHERE id IN (SELECT value FROM json_each(?)) AND dismissed_by IS NULL",
            [person, now(), json.dumps([*ids])],
        )

    def reopen(self, ids: Collection[int]) -> None:
        self._db.execute(
            "UPDATE disagreement SET dismissed_by = NULL, dismissed_at = NULL"
            " WHERE id IN (SELECT value FROM json_each(?))",
            [json.dumps([*ids])],
        )

    def to_compare(self, run_id: int) -> frozenset[int]:
        """Images that people have judged, or judged otherwise, since the run was last over them."""
        rows = self._db.rows(
            f"SELECT id FROM image WHERE {_JUDGED}"
            " AND coalesce((SELECT edit_id FROM comparison"
            "   WHERE run_id = ? AND image_id = image.id), -1)"
            " < coalesce((SELECT max(id) FROM edit WHERE image_id = image.id), 0)",
            [run_id],
        )
        return frozenset(image_id for (image_id,) in rows)

    def forget(self, run_id: int, image_ids: Iterable[int] | None = None) -> None:
        """So that the run is compared with these images again; None for all."""
        if image_ids is None:
            self._db.execute("DELETE FROM comparison WHERE run_id = ?", [run_id])
        else:
            self._db.executemany(
                "DELETE FROM comparison WHERE run_id = ? AND image_id = ?",
                [(run_id, image_id) for image_id in image_ids],
            )

    def merge_classes(self, alike: Sequence[int]) -> None:
        """These ids mean one class now: nobody disagrees about which of them it is."""
        self._db.execute(f"UPDATE disagreement SET is_stale = 1 WHERE {_OF_CLASSES}", _pair(alike))

    def part_classes(self, alike: Sequence[int]) -> None:
        """These ids meant one class, and do no longer."""
        self._db.execute(
            "UPDATE disagreement SET is_stale = NOT EXISTS (SELECT 1 FROM annotation AS a"
            " WHERE a.uid = disagreement.uid AND a.class_id = was_class_id AND a.author NOTNULL"
            " AND a.left_px = was_left_px AND a.top_px = was_top_px"
            f" AND a.right_px = was_right_px AND a.bottom_px = was_bottom_px) WHERE {_OF_CLASSES}",
            _pair(alike),
        )

    def _read(self, rows: Iterable[Row]) -> list[KeptDisagreement]:
        follower = Follower.read(self._db)
        return [_from_row(row, follower) for row in rows]

    def _answered(self, image_id: int) -> list[KeptDisagreement]:
        rows = self._db.rows(
            f"{_SELECT} AND d.image_id = ? AND d.dismissed_by IS NOT NULL", [image_id]
        )
        return self._read(rows)


def _is_of_one_class(said: Disagreement, follower: Follower) -> bool:
    """Whether it is about two classes that were merged while the model looked."""
    if said.kind != "class" or said.standing is None or said.found is None:
        return False
    return follower.now(said.standing.class_id) == follower.now(said.found.class_id)


def _marking(people: Iterable[Box], said: Disagreement) -> int:
    """How many of the boxes mark the place of the find; only asked of what no box stands for."""
    if said.standing is not None or said.found is None:
        return 0
    found = said.found.box
    return sum(intersection_over_union(box, found) >= SAME_PLACE_IOU for box in people)


def _to_row(said: Disagreement) -> Row:
    standing, found = said.standing, said.found
    was = (
        (None,) * 6
        if standing is None
        else (standing.uid, standing.class_id, *standing.box.corners)
    )
    drew: tuple[Any, ...] = (None,) * 7
    if found is not None:
        polygon = found.shape.polygon
        outline = None if polygon is None else json.dumps(polygon)
        drew = (found.class_id, *found.box.corners, outline, found.score)
    return (said.kind, *was, *drew)


def _pair(class_ids: Sequence[int]) -> list[str]:
    return [json.dumps([*class_ids])] * 2


def _from_row(row: Row, follower: Follower) -> KeptDisagreement:
    kept, annotation = row[: len(_KEPT)], row[len(_KEPT) :]
    kept_id, image_id, run_id, kind, by, at, class_id, *corners, polygon, score = kept
    found = None
    if class_id is not None:
        outline = None if polygon is None else tuple((x, y) for x, y in json.loads(polygon))
        found = Find(follower.now(class_id), Shape(Box(*corners), outline), score)
    standing = None if annotation[0] is None else annotation_from_row(annotation)
    return KeptDisagreement(kept_id, image_id, run_id, Disagreement(kind, standing, found), by, at)
