"""What a project holds of some images, read at once: labels, log, visits, what models said."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from itertools import groupby

from app.core.activity import Visit
from app.core.edit import AnnotationEdit, ImageEdit
from app.core.geometry import Box
from app.core.image_history import ImageHistory, ModelPass, Step
from app.core.label_errors import ModelFind
from app.storage.annotations import AnnotationTable
from app.storage.database import ProjectDatabase
from app.storage.following import Follower
from app.storage.rows import IMAGE_COLUMNS, annotation_from_json, image_from_row, label_from_json

WORKED_ON = (
    "(state NOT IN ('new', 'prelabelled') OR is_normal OR EXISTS"
    " (SELECT 1 FROM annotation WHERE image_id = image.id AND author IS NOT NULL))"
)
_AMONG = "IN (SELECT value FROM json_each(?))"


def read_histories(db: ProjectDatabase, image_ids: Collection[int]) -> list[ImageHistory]:
    """Of those that people have worked on; nothing is to be counted of the others."""
    rows = db.rows(
        f"SELECT {IMAGE_COLUMNS} FROM image WHERE id {_AMONG} AND {WORKED_ON}",
        [json.dumps([*image_ids])],
    )
    images = [image_from_row(row) for row in rows]
    wanted = json.dumps([image.id for image in images])
    standing = AnnotationTable(db).of_images(image.id for image in images)
    steps, passes, visits = _steps(db, wanted), _passes(db, wanted), _visits(db, wanted)
    missed, noted = _missed(db, wanted), _noted(db, wanted)
    return [
        ImageHistory(
            image.id,
            image.label,
            tuple(standing.get(image.id, ())),
            tuple(steps[image.id]),
            tuple(passes[image.id]),
            tuple(visits[image.id]),
            frozenset(missed[image.id]),
            tuple(noted[image.id]),
        )
        for image in images
    ]


def _visits(db: ProjectDatabase, wanted: str) -> Mapping[int, list[Visit]]:
    found = defaultdict[int, list[Visit]](list)
    for image_id, person, started_at, active_ms, idle_ms, is_blind in db.rows(
        "SELECT image_id, person, started_at, active_ms, idle_ms, is_blind FROM visit"
        f" WHERE image_id {_AMONG} ORDER BY id",
        [wanted],
    ):
        visit = Visit(image_id, person, started_at, active_ms, idle_ms, bool(is_blind))
        found[image_id].append(visit)
    return found


def _steps(db: ProjectDatabase, wanted: str) -> Mapping[int, list[Step]]:
    follower = Follower.read(db)
    rows = db.rows(
        "SELECT image_id, edit.id, gesture_id, at, actor, kind, standing, subject, uid, before,"
        " after FROM edit JOIN gesture ON gesture.id = gesture_id"
        f" WHERE image_id {_AMONG} AND subject != 'class' ORDER BY image_id, edit.id",
        [wanted],
    )
    found = defaultdict[int, list[Step]](list)
    for image_id, of_image in groupby(rows, key=lambda row: int(row[0])):
        for _, edit_id, gesture_id, at, actor, kind, standing, *said in of_image:
            by_person = kind in ("edit", "undo", "redo")
            decides = kind == "edit" and standing != "undone"
            edit = follower.edit(_edit(image_id, *said))
            if edit is not None:
                step = Step(edit_id, gesture_id, at, actor, by_person, decides, edit)
                found[image_id].append(step)
    return found


def _passes(db: ProjectDatabase, wanted: str) -> Mapping[int, list[ModelPass]]:
    """Of runs that proposed what they found; `comparison` tells when."""
    follower = Follower.read(db)
    known = {
        run_id: _classes(settings, follower)
        for run_id, settings in db.rows("SELECT id, settings FROM model_run WHERE kind = 'model'")
    }
    rows = db.rows(
        "SELECT image.value, run.id, coalesce(edit_id, 0) FROM json_each(?) AS image"
        " CROSS JOIN model_run AS run JOIN model_run_image AS seen"
        " ON seen.run_id = run.id AND seen.image_id = image.value"
        " LEFT JOIN comparison AS c ON c.run_id = run.id AND c.image_id = image.value"
        " WHERE run.kind = 'model' ORDER BY run.id",
        [wanted],
    )
    found = defaultdict[int, list[ModelPass]](list)
    for image_id, run_id, edit_id in rows:
        found[image_id].append(ModelPass(run_id, edit_id, known[run_id]))
    return found


def _missed(db: ProjectDatabase, wanted: str) -> Mapping[int, set[tuple[int, str]]]:
    found = defaultdict[int, set[tuple[int, str]]](set)
    for image_id, run_id, uid in db.rows(
        "SELECT image_id, run_id, uid FROM disagreement"
        f" WHERE image_id {_AMONG} AND kind = 'missed' AND NOT is_stale",
        [wanted],
    ):
        found[image_id].add((run_id, uid))
    return found


def _noted(db: ProjectDatabase, wanted: str) -> Mapping[int, list[ModelFind]]:
    follower = Follower.read(db)
    found = defaultdict[int, list[ModelFind]](list)
    for image_id, kept_id, class_id, left, top, right, bottom, score in db.rows(
        "SELECT image_id, id, found_class_id, found_left_px, found_top_px, found_right_px,"
        f" found_bottom_px, score FROM disagreement WHERE image_id {_AMONG} AND score NOTNULL"
        # An extra with a uid came in as a proposal, and is told as that.
        " AND NOT is_stale AND dismissed_by IS NULL AND (kind != 'extra' OR uid IS NULL)",
        [wanted],
    ):
        box = Box(left, top, right, bottom)
        find = ModelFind(f"disagreement {kept_id}", follower.now(class_id), box, score)
        found[image_id].append(find)
    return found


def _edit(
    image_id: int, subject: str, uid: str, before: str | None, after: str | None
) -> AnnotationEdit | ImageEdit:
    if subject == "image":
        return ImageEdit(image_id, label_from_json(before or ""), label_from_json(after or ""))
    return AnnotationEdit(
        image_id,
        None if before is None else annotation_from_json(uid, before),
        None if after is None else annotation_from_json(uid, after),
    )


def _classes(settings: str, follower: Follower) -> frozenset[int] | None:
    """Ids of the label classes that a run asks its model for, as `services/plan` notes them."""
    classes = json.loads(settings).get("classes")
    return frozenset(map(follower.now, classes.values())) if isinstance(classes, dict) else None
