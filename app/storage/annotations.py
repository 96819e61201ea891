"""The boxes of a project, and the one way to change them."""

import json
from collections.abc import Iterable, Iterator, Sequence

from app.core.annotation import Annotation
from app.core.by_image import ByImage
from app.core.edit import AnnotationEdit
from app.core.image import State
from app.storage.database import ProjectDatabase
from app.storage.failures import OutdatedError
from app.storage.rows import (
    ANNOTATION_COLUMNS,
    ANNOTATION_FIELDS,
    annotation_from_row,
    annotation_to_row,
)

_INSERT = (
    f"INSERT INTO annotation ({ANNOTATION_COLUMNS}) "
    f"VALUES ({', '.join('?' * len(ANNOTATION_FIELDS))})"
)
# Every column is compared, so a stale copy can't overwrite what somebody else did.
_AS_BEFORE = " AND ".join(f"{field} IS ?" for field in ANNOTATION_FIELDS)
_DELETE = f"DELETE FROM annotation WHERE {_AS_BEFORE}"
_UPDATE = (
    f"UPDATE annotation SET {', '.join(f'{field} = ?' for field in ANNOTATION_FIELDS)} "
    f"WHERE {_AS_BEFORE}"
)


class AnnotationTable:
    def __init__(self, db: ProjectDatabase) -> None:
        self._db = db

    def of_image(self, image_id: int) -> list[Annotation]:
        """In the order they were drawn."""
        rows = self._db.rows(
            f"SELECT {ANNOTATION_COLUMNS} FROM annotation WHERE image_id = ? ORDER BY id",
            [image_id],
        )
        return [annotation_from_row(row) for row in rows]

    def of_images(self, image_ids: Iterable[int]) -> dict[int, list[Annotation]]:
        """By image id, each as `of_image` has them; images without a box are left out."""
        rows = self._db.rows(
            f"SELECT {ANNOTATION_COLUMNS} FROM annotation"
            " WHERE image_id IN (SELECT value FROM json_each(?)) ORDER BY image_id, id",
            [json.dumps(list(image_ids))],
        )
        found: dict[int, list[Annotation]] = {}
        for row in rows:
            found.setdefault(row[1], []).append(annotation_from_row(row))
        return found

    def count_of_image(self, image_id: int) -> int:
        """From counts that triggers keep, so a list of images can ask it for every row."""
        found: int = self._db.execute(
            "SELECT coalesce(sum(boxes), 0) FROM image_class_count WHERE image_id = ?", [image_id]
        ).fetchone()[0]
        return found

    def drawn_on(self, image_ids: Iterable[int]) -> tuple[int, int]:
        """How many boxes those images have in all, and how many of them have any."""
        ((boxes, images),) = self._db.rows(
            "SELECT coalesce(sum(boxes), 0), count(DISTINCT image_id) FROM image_class_count"
            " WHERE boxes AND image_id IN (SELECT value FROM json_each(?))",
            [json.dumps(list(image_ids))],
        )
        return boxes, images

    def proposals_in(self, states: Sequence[State]) -> int:
        """How many boxes that no person has touched lie on images in those states."""
        ((found,),) = self._db.rows(
            "SELECT coalesce(sum(proposals), 0) FROM image_class_count"
            f" JOIN image ON image.id = image_id WHERE state IN ({', '.join('?' * len(states))})",
            states,
        )
        return int(found)

    def classes_by_image(self) -> ByImage[tuple[int, ...]]:
        """Image id → ids of the classes on it; images without a box are not in it.

        From counts that triggers keep, for the whole project at once.
        """
        rows = self._db.stream(
            "SELECT image_id, group_concat(class_id) FROM image_class_count WHERE boxes"
            " GROUP BY image_id ORDER BY image_id"
        )
        return ByImage(
            (image_id, tuple(sorted(map(int, ids.split(","))))) for image_id, ids in rows
        )

    def all(self) -> Iterator[tuple[int, Annotation]]:
        """(image id, annotation) of the whole project, image by image."""
        rows = self._db.stream(f"SELECT {ANNOTATION_COLUMNS} FROM annotation ORDER BY image_id, id")
        return ((row[1], annotation_from_row(row)) for row in rows)

    def yolo_lines(self, image_id: int) -> tuple[str, ...]:
        """The lines of the image's YOLO file, as the view `yolo_labels` words them."""
        rows = self._db.rows(
            "SELECT line FROM yolo_labels WHERE image_id = ? ORDER BY annotation_id", [image_id]
        )
        return tuple(line for (line,) in rows)

    def write(self, edits: Sequence[AnnotationEdit]) -> None:
        """Raises OutdatedError when an annotation is not as its edit's `before` says."""
        new = [(e.image_id, e.after) for e in edits if e.before is None and e.after is not None]
        self._insert(new)
        for edit in edits:
            if edit.before is not None:
                self._change(edit.image_id, edit.before, edit.after)

    def _insert(self, new: Iterable[tuple[int, Annotation]]) -> None:
        self._db.executemany(_INSERT, [annotation_to_row(i, a) for i, a in new])

    def _change(self, image_id: int, before: Annotation, after: Annotation | None) -> None:
        was = annotation_to_row(image_id, before)
        if after is None:
            cursor = self._db.execute(_DELETE, was)
        else:
            cursor = self._db.execute(_UPDATE, (*annotation_to_row(image_id, after), *was))
        if cursor.rowcount != 1:
            raise OutdatedError(
                f"A box on image {image_id} was changed by somebody else in the meantime.",
                hint="Look at the image again, then repeat your change. Nothing of it was saved.",
            )
