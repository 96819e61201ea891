"""Photos that are labelled a second time, and the images that are known to be right."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace

from app.core.edit import AnnotationEdit, Edit, ImageEdit
from app.core.image import ImageLabel, State
from app.core.second import Purpose, SecondLabelling, refuse_review
from app.core.sheet import Sheet, edited
from app.storage.database import ProjectDatabase
from app.storage.edit_log import now
from app.storage.failures import OutdatedError
from app.storage.rows import (
    Row,
    annotation_from_json,
    annotation_to_json,
    label_from_json,
    label_to_json,
)

_COLUMNS = "image_id, person, purpose, given_at, label, annotations, handed_in_at"


class SecondTable:
    """What writes is to be called inside `Project.transaction`."""

    def __init__(self, db: ProjectDatabase) -> None:
        self._db = db

    def give(self, image_id: int, person: str, purpose: Purpose) -> None:
        """Nothing happens where that person has it already."""
        if self.get(image_id, person) is None:
            # It is as most that nobody has begun, and assigned where images are: neither tells it
            # apart. Of many pre-labelled photos a model has found nothing.
            ((new, prelabelled),) = self._db.rows(
                "SELECT count(*) FILTER (WHERE state = 'new'), count(*) FILTER"
                " (WHERE state = 'prelabelled') FROM image WHERE state IN ('new', 'prelabelled')"
            )
            assigned = self._db.rows("SELECT 1 FROM image WHERE assigned_to = ? LIMIT 1", [person])
            label = ImageLabel(
                "prelabelled" if prelabelled > new else "new",
                assigned_to=person if assigned else None,
            )
            self.put(SecondLabelling(image_id, person, purpose, now(), label))

    def put(self, labelling: SecondLabelling) -> None:
        """In the place of what that person said of the image."""
        boxes = [[a.uid, annotation_to_json(a)] for a in labelling.annotations]
        self._db.execute(
            "INSERT OR REPLACE INTO second_labelling VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                *(labelling.image_id, labelling.person, labelling.purpose, labelling.given_at),
                *(labelling.label.state, label_to_json(labelling.label)),
                *(json.dumps(boxes, ensure_ascii=False), labelling.handed_in_at),
            ],
        )

    def take_back(self, image_id: int, person: str) -> None:
        """Whatever was said in it is gone."""
        self._db.execute(
            "DELETE FROM second_labelling WHERE image_id = ? AND person = ?", [image_id, person]
        )

    def get(self, image_id: int, person: str) -> SecondLabelling | None:
        rows = self._db.rows(
            f"SELECT {_COLUMNS} FROM second_labelling WHERE image_id = ? AND person = ?",
            [image_id, person],
        )
        return _labelling(rows[0]) if rows else None

    def all(self) -> list[SecondLabelling]:
        rows = self._db.rows(f"SELECT {_COLUMNS} FROM second_labelling ORDER BY image_id, person")
        return [_labelling(row) for row in rows]

    def given_to(self, person: str) -> frozenset[int]:
        """The images that the person labels a second time, or has."""
        rows = self._db.rows("SELECT image_id FROM second_labelling WHERE person = ?", [person])
        return frozenset(image_id for (image_id,) in rows)

    def states(self, person: str) -> dict[int, State]:
        """Image id → how far the person's second labelling of it is."""
        rows = self._db.rows(
            "SELECT image_id, state FROM second_labelling WHERE person = ?", [person]
        )
        return dict(rows)

    def write(self, edits: Sequence[Edit], person: str) -> None:
        """All `edits` are of images that the person labels a second time.

        Raises OutdatedError when something is no longer as an edit's `before` says; UserError for
        a reviewer's step, since nobody reviews them.
        """
        refuse_review(edit for edit in edits if isinstance(edit, ImageEdit))
        for image_id in {edit.image_id for edit in edits}:
            was = self.get(image_id, person)
            if was is None:
                raise OutdatedError(
                    f"Image {image_id} isn't {person}'s to label a second time any more.",
                    hint="Open it again. Nothing of it was saved.",
                )
            sheet = Sheet(image_id, 0, 0, was.label, was.annotations)
            for edit in edits:
                if edit.image_id == image_id:
                    _refuse_outdated(sheet, edit)
                    sheet = edited(sheet, [edit])
            handed_in = now() if sheet.label.state == "submitted" else None
            self.put(
                replace(
                    was,
                    label=sheet.label,
                    annotations=sheet.annotations,
                    handed_in_at=handed_in,
                )
            )

    def name_gold(self, image_ids: Iterable[int], by: str) -> None:
        self._db.executemany(
            "INSERT INTO gold VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            [(image_id, by, now()) for image_id in image_ids],
        )

    def unname_gold(self, image_ids: Iterable[int]) -> None:
        self._db.executemany("DELETE FROM gold WHERE image_id = ?", [(i,) for i in image_ids])

    def gold(self) -> list[int]:
        return [image_id for (image_id,) in self._db.rows("SELECT image_id FROM gold ORDER BY 1")]


def _refuse_outdated(sheet: Sheet, edit: Edit) -> None:
    if isinstance(edit, AnnotationEdit):
        stands = next((a for a in sheet.annotations if a.uid == edit.uid), None)
        is_as_before = stands == edit.before
    else:
        is_as_before = sheet.label == edit.before
    if not is_as_before:
        raise OutdatedError(
            f"Image {edit.image_id} was changed in the meantime.",
            hint="Look at it again, then repeat your change. Nothing of it was saved.",
        )


def _labelling(row: Row) -> SecondLabelling:
    image_id, person, purpose, given_at, label, annotations, handed_in_at = row
    boxes = tuple(annotation_from_json(uid, text) for uid, text in json.loads(annotations))
    said = label_from_json(label), boxes, handed_in_at
    return SecondLabelling(image_id, person, purpose, given_at, *said)
