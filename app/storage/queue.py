"""Finding and ordering the images of a project: one query a question, however many they are."""

import json
import os
from array import array
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from app.core.balance import needs
from app.core.disagreement import KINDS
from app.core.image import OPEN as TO_LABEL
from app.core.image import STATES, State
from app.core.queue import NOBODY, QueueFilter, QueueRow, Sort, folded, natural_keys
from app.storage.balance import BalanceTable
from app.storage.classes import ClassTable
from app.storage.database import ProjectDatabase
from app.storage.disagreements import OPEN
from app.storage.hands import HANDED_IN_BY
from app.storage.review_draws import DRAWN, review_plan
from app.storage.review_order import in_review_order

_ORDER: dict[Sort, str] = {
    "added": "id {way}",
    "name": "id",  # SQLite can't sort numbers inside text; done on what it found
    "state": "CASE state "
    + " ".join(f"WHEN '{state}' THEN {place}" for place, state in enumerate(STATES))
    + " END {way}, id",
    "boxes": "coalesce((SELECT CASE WHEN {told} THEN sum(boxes) ELSE sum(boxes - proposals) END"
    " FROM image_class_count WHERE image_id = image.id), 0) {way}, id",
    "lowest_score": "CASE WHEN {told} THEN (SELECT min(score) FROM annotation"
    " WHERE image_id = image.id AND author IS NULL) END {way} NULLS LAST, id",
    "highest_score": "CASE WHEN {told} THEN (SELECT max(score) FROM annotation"
    " WHERE image_id = image.id AND author IS NULL) END {way} NULLS LAST, id",
    "changed": "(SELECT max(id) FROM edit WHERE image_id = image.id{by_people}) {way}, id",
    "review_next": "id",  # weighed in Python, by what is known of each
    "label_next": f"state NOT IN {tuple(sorted(TO_LABEL))} {{way}}, {{gain}} {{other_way}}, id",
}
"""`told`: whether proposals on the image may be known; `by_people`: what is hidden is no edit."""

_BLIND = "WITH blind (image_id) AS MATERIALIZED (SELECT value FROM json_each(?))"
_TOLD = "image.id NOT IN blind"

_BY_PEOPLE = (
    f" AND ({_TOLD} OR subject = 'image' OR json_extract(coalesce(after, before), '$[5]') NOTNULL)"
)
"""In the log's JSON of an annotation its author, null for a proposal, stands at 5. Only where it
matters: else the index alone tells the newest edit."""

_BUILD = """coalesce(build, nullif(rtrim(rtrim(path, replace(path, '/', '')), '/'), ''), '.')"""
"""As `app.core.image.Image.build`."""

_ROWS = """
    SELECT image.id, image.path, content_hash, width_px, height_px, state, is_normal,
        (SELECT json_group_array(name) FROM image_tag JOIN tag ON tag.id = tag_id
         WHERE image_id = image.id),
        (SELECT coalesce(sum(boxes), 0) FROM image_class_count WHERE image_id = image.id),
        (SELECT count(*) FROM annotation WHERE image_id = image.id AND author IS NULL),
        assigned_to,
        EXISTS (SELECT 1 FROM comment WHERE image_id = image.id AND is_open),
        annotator, reviewer, reason
    FROM json_each(?) AS wanted CROSS JOIN image ON image.id = wanted.value
    ORDER BY wanted.key"""


class QueueTable:
    def __init__(self, db: ProjectDatabase) -> None:
        self._db = db

    def ids(self, wanted: QueueFilter, *, blind: Collection[int] = ()) -> "array[int]":
        """The images that `wanted` lets through, in its order.

        Where two are equal in what they are sorted by, the one that came in first is first. Images
        of `blind` stand as if models had said nothing of them.
        """
        told, by_people = (_TOLD, _BY_PEOPLE) if blind else ("true", "")
        where, parameters = _conditions(wanted, told)
        way, other_way = ("DESC", "ASC") if wanted.descending else ("ASC", "DESC")
        gain = self._gain(told) if wanted.sort == "label_next" else ""
        order = _ORDER[wanted.sort].format(
            way=way, other_way=other_way, gain=gain, told=told, by_people=by_people
        )
        select = f"FROM image WHERE {where} ORDER BY {order}"
        values = [json.dumps(list(blind)), *parameters]
        if wanted.text or wanted.sort == "name":
            found = self._db.stream(f"{_BLIND} SELECT id, path {select}", values)
            if wanted.text:
                # SQLite folds the case of English letters only.
                text = folded(wanted.text)
                found = (row for row in found if text in folded(row[1]))
            if wanted.sort == "name":
                return _by_name(list(found), descending=wanted.descending)
            ids = [row[0] for row in found]
        else:  # as one row: one for each image takes twice as long
            listed = f"{_BLIND} SELECT json_group_array(id) FROM (SELECT id {select})"
            ids = json.loads(self._db.rows(listed, values)[0][0])
        if wanted.sort == "review_next":
            in_order = in_review_order(self._db, ids)
            return in_order[::-1] if wanted.descending else in_order
        return array("q", ids)

    def _gain(self, told: str) -> str:
        """SQL: what the proposals on an image are worth. They are no boxes by people yet."""
        classes = BalanceTable(self._db).of_classes(ClassTable(self._db).all())
        worth = " ".join(
            f"WHEN {id_} THEN {need!r}" for id_, need in needs(classes).items() if need
        )
        if not worth:
            return "0"
        return (
            f"CASE WHEN {told} THEN"
            f" coalesce((SELECT sum(expected_milli * CASE class_id {worth} ELSE 0 END)"
            " FROM image_class_count WHERE image_id = image.id AND proposals), 0) ELSE 0 END"
        )

    def rows(self, ids: Sequence[int]) -> list[QueueRow]:
        """What a list shows of these images, in their order; ids that are none are left out."""
        return [_row(row) for row in self._db.rows(_ROWS, [json.dumps(list(ids))])]

    def states(self, ids: Iterable[int]) -> dict[int, State]:
        """The state of each of these images, in their order."""
        rows = self._db.rows(
            "SELECT image.id, state FROM json_each(?) AS wanted"
            " CROSS JOIN image ON image.id = wanted.value ORDER BY wanted.key",
            [json.dumps(list(ids))],
        )
        return dict(rows)

    def to_review(self, ids: Iterable[int], *, not_by: str | None) -> list[int]:
        """Those of these images that are handed in, and never were by that person; in their order.

        Where a sample is reviewed, those that were drawn.
        """
        drawn = "" if review_plan(self._db).takes_all else f" AND image.id IN {DRAWN}"
        rows = self._db.rows(
            "SELECT image.id FROM json_each(?) AS wanted"
            " CROSS JOIN image ON image.id = wanted.value"
            f" WHERE state = 'submitted' AND annotator IS NOT ?{drawn}"
            f" AND image.id NOT IN {HANDED_IN_BY} ORDER BY wanted.key",
            [json.dumps(list(ids)), not_by, not_by],
        )
        return [image_id for (image_id,) in rows]

    def came_back(self, to: str) -> list[int]:
        """Images that were returned to a person, by `whose` they are; in the order of ids."""
        rows = self._db.rows(
            "SELECT id FROM image WHERE state = 'returned'"
            " AND coalesce(annotator, assigned_to) = ? ORDER BY id",
            [to],
        )
        return [image_id for (image_id,) in rows]

    def people(self) -> list[str]:
        """Who images are assigned to, sorted by name."""
        rows = self._db.rows(
            "SELECT DISTINCT assigned_to FROM image WHERE assigned_to > ? ORDER BY 1", [NOBODY]
        )
        return [name for (name,) in rows]

    def shared_folder(self) -> str:
        """What the paths of all images begin with, up to and with the last slash; may be empty."""
        ((first, last),) = self._db.rows(
            "SELECT (SELECT min(path) FROM image), (SELECT max(path) FROM image)"
        )
        # Compared as strings, because commonpath() refuses absolute paths beside relative ones.
        shared = os.path.commonprefix([first or "", last or ""])  # noqa: RUF071
        return shared[: shared.rfind("/") + 1]


def _conditions(wanted: QueueFilter, told: str) -> tuple[str, list[Any]]:
    """SQL that is true of a wanted row of `image`, and its parameters; `told` as for `_ORDER`."""
    conditions, parameters = ["true"], list[Any]()

    def add(condition: str, *values: object) -> None:
        conditions.append(condition)
        parameters.extend(values)

    if wanted.states != frozenset(STATES):
        add(f"state IN ({_marks(wanted.states)})", *wanted.states)
    if wanted.normal is not None:
        add("is_normal = ?", wanted.normal)
    if wanted.assigned_to is not None:
        add("coalesce(assigned_to, '') = ?", wanted.assigned_to)
    if wanted.build is not None:
        add(f"{_BUILD} = ?", wanted.build)
    if wanted.tags:
        add(
            "id IN (SELECT image_id FROM image_tag JOIN tag ON tag.id = tag_id"
            f" WHERE name IN ({_marks(wanted.tags)}))",
            *wanted.tags,
        )
    if wanted.disagreement is not None:
        kinds = KINDS if wanted.disagreement == "any" else (wanted.disagreement,)
        add(
            f"id IN (SELECT image_id FROM disagreement WHERE {OPEN} AND kind IN ({_marks(kinds)}))"
            f" AND {told}",
            *kinds,
        )
    known = f"image_id = image.id AND (author IS NOT NULL OR {told})"
    if wanted.origin == "none":
        add(f"NOT EXISTS (SELECT 1 FROM annotation WHERE {known})")
    box, values = _box_conditions(wanted)
    if box:
        add(f"EXISTS (SELECT 1 FROM annotation WHERE {' AND '.join([known, *box])})", *values)
    return " AND ".join(conditions), parameters


def _box_conditions(wanted: QueueFilter) -> tuple[list[str], list[Any]]:
    """What must be true of one row of `annotation`."""
    conditions, parameters = [], list[Any]()
    scored = wanted.least_score is not None or wanted.most_score is not None
    if wanted.origin == "proposals" or scored:
        conditions.append("author IS NULL")
    if wanted.origin == "people":
        conditions.append("author IS NOT NULL")
    if wanted.least_score is not None:
        conditions.append("score >= ?")
        parameters.append(wanted.least_score)
    if wanted.most_score is not None:
        conditions.append("score <= ?")
        parameters.append(wanted.most_score)
    if wanted.class_ids:
        conditions.append(f"class_id IN ({_marks(wanted.class_ids)})")
        parameters.extend(wanted.class_ids)
    if wanted.run_id is not None:
        conditions.append("run_id = ?")
        parameters.append(wanted.run_id)
    return conditions, parameters


def _marks(values: Iterable[object]) -> str:
    return ", ".join("?" for _ in values)


def _by_name(found: Sequence[tuple[Any, ...]], *, descending: bool) -> "array[int]":
    """`found` has (id, path), ids rising."""
    keys = natural_keys([path for _, path in found])
    order = sorted(range(len(found)), key=keys.__getitem__, reverse=descending)
    return array("q", (found[place][0] for place in order))


def _row(row: tuple[Any, ...]) -> QueueRow:
    image_id, path, content_hash, width, height, state, is_normal, tags, *rest = row
    boxes, proposals, assigned_to, has_open_comments, annotator, reviewer, reason = rest
    return QueueRow(
        id=image_id,
        path=path,
        content_hash=content_hash,
        width_px=width,
        height_px=height,
        state=state,
        is_normal=bool(is_normal),
        tags=tuple(sorted(json.loads(tags))),
        boxes=boxes,
        proposals=proposals,
        assigned_to=assigned_to,
        has_open_comments=bool(has_open_comments),
        annotator=annotator,
        reviewer=reviewer,
        reason=reason,
    )
