"""The label classes of a project, in the order that gives each its index in a file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.core.errors import UserError
from app.core.label_class import PALETTE, LabelClass
from app.storage.database import ProjectDatabase
from app.storage.failures import OutdatedError
from app.storage.following import Follower
from app.storage.rows import CLASS_COLUMNS, class_from_row, class_to_row


@dataclass(frozen=True, slots=True)
class ClassCount:
    """How often a class was drawn: all boxes, those that are proposals, and images it is on."""

    label_class: LabelClass
    boxes: int
    proposals: int
    images: int


class ClassTable:
    def __init__(self, db: ProjectDatabase) -> None:
        self._db = db

    def all(self) -> list[LabelClass]:
        """In order: the place in this list is the class's index in a YOLO file."""
        rows = self._db.rows(
            f"SELECT {CLASS_COLUMNS} FROM label_class WHERE removed_name IS NULL"
            " ORDER BY position, id"
        )
        return [class_from_row(row) for row in rows]

    def ever(self) -> dict[int, LabelClass]:
        """By id, also those that have gone, as they were: what the log speaks of."""
        columns = CLASS_COLUMNS.replace("name,", "coalesce(removed_name, name),", 1)
        rows = self._db.rows(
            f"SELECT {columns} FROM label_class ORDER BY removed_name IS NOT NULL, position, id"
        )
        return {row[0]: class_from_row(row) for row in rows}

    def add(self, classes: Iterable[LabelClass]) -> list[LabelClass]:
        """Appends classes to the order and returns them with their ids.

        Raises UserError when the project has a class of that name already.
        """
        known = self.all()
        names = {c.name for c in known}
        added = []
        start: int = self._db.execute(
            "SELECT coalesce(max(position) + 1, 0) FROM label_class"
        ).fetchone()[0]
        for place, new in enumerate(classes, start=start):
            if new.name in names:
                raise UserError(
                    f"The project has a class {new.name!r} already.",
                    hint="Give the new class another name.",
                )
            names.add(new.name)
            coloured = new if new.colour else replace(new, colour=PALETTE[place % len(PALETTE)])
            added.append(replace(coloured, id=self._insert(place, coloured)))
        return added

    def _insert(self, position: int, new: LabelClass) -> int:
        row: tuple[Any, ...] = (position, *class_to_row(new))
        columns = "position" + CLASS_COLUMNS.removeprefix("id")
        marks = ", ".join("?" * len(row))
        cursor = self._db.execute(f"INSERT INTO label_class ({columns}) VALUES ({marks})", row)
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def change(self, changed: LabelClass) -> LabelClass:
        """Everything of the class with that id but its place in the order; returns what it was.

        Raises UserError when another class has the name, or the class is gone.
        """
        known = {c.id: c for c in self.all()}
        before = known.pop(changed.id, None)
        if before is None:
            raise UserError(
                f"The class {changed.name!r} is no longer in the project.",
                hint="Look at the classes again, then repeat your change.",
            )
        if any(c.name == changed.name for c in known.values()):
            raise UserError(
                f"The project has a class {changed.name!r} already.",
                hint="Give one of the two another name.",
            )
        columns = [f"{name} = ?" for name in CLASS_COLUMNS.removeprefix("id, ").split(", ")]
        self._db.execute(
            f"UPDATE label_class SET {', '.join(columns)} WHERE id = ?",
            (*class_to_row(changed), changed.id),
        )
        return before

    def order(self, class_ids: Sequence[int]) -> list[LabelClass]:
        """All classes in another order; returns those whose place is another one.

        Raises UserError when these are not the classes that stand.
        """
        before = self.all()
        if sorted(class_ids) != sorted(c.id for c in before):
            raise UserError(
                "The project has other classes than those that were put in order.",
                hint="Look at the classes again, then repeat your change.",
            )
        self._db.executemany(
            "UPDATE label_class SET position = ? WHERE id = ?", list(enumerate(class_ids))
        )
        return [c for c, was in zip(self.all(), before, strict=True) if c.id != was.id]

    def retire(self, class_id: int, into: int | None = None) -> LabelClass:
        """Takes a class away of which no box is left; whoever still speaks of it means `into`.

        Raises OutdatedError when it has gone, or has boxes, or `into` has been merged into it.
        """
        gone = next((c for c in self.all() if c.id == class_id), None)
        boxes = self._db.rows("SELECT 1 FROM annotation WHERE class_id = ? LIMIT 1", [class_id])
        is_circle = into is not None and self.follower().now(into) == class_id
        if gone is None or boxes or is_circle:
            raise OutdatedError(
                "The class has gone already, or has got boxes since.",
                hint="Look at the classes again, then repeat your change.",
            )
        # Its name is free for another class; no name that people give has a line break.
        self._db.execute(
            "UPDATE label_class SET removed_name = name, name = ? || char(10) || name,"
            " merged_into = ? WHERE id = ?",
            [class_id, into, class_id],
        )
        return gone

    def bring_back(self, class_id: int) -> None:
        """To its place in the order. Raises OutdatedError when another class has its name."""
        name = self.ever()[class_id].name
        if any(c.name == name for c in self.all()):
            raise OutdatedError(
                f"The project has another class {name!r} by now.",
                hint="Give that one another name first.",
            )
        self._db.execute(
            "UPDATE label_class SET name = removed_name, removed_name = NULL WHERE id = ?",
            [class_id],
        )

    def target_of(self, class_id: int) -> int | None:
        """Into which class it was merged when it went last."""
        found: int | None = self._db.execute(
            "SELECT merged_into FROM label_class WHERE id = ?", [class_id]
        ).fetchone()[0]
        return found

    def follower(self) -> Follower:
        """For those that speak of classes as the log has them."""
        return Follower.read(self._db)

    def uses(self, class_id: int) -> dict[str, int]:
        """What speaks of the class, in words, and how often. Reads the whole log where nothing else
        does."""
        found = {what: self._count(sql, class_id) for what, sql in _USES.items()}
        if not any(found.values()):
            found["images in whose history it is"] = self._count(_IN_THE_LOG, class_id)
        return found

    def _count(self, sql: str, class_id: int) -> int:
        count: int = self._db.execute(sql, [class_id]).fetchone()[0]
        return count

    def counts(self) -> list[ClassCount]:
        """In the order of the classes. Read from counts that triggers keep, so it costs nothing."""
        rows = self._db.rows("SELECT class_id, boxes, proposals, images FROM class_count")
        by_id = {class_id: counts for class_id, *counts in rows}
        return [ClassCount(c, *by_id[c.id]) for c in self.all()]


_USES = {
    "boxes": "SELECT boxes FROM class_count WHERE class_id = ?",
    "boxes of photos that are labelled a second time": (
        "SELECT count(*) FROM second_labelling, json_each(annotations) AS box"
        " WHERE json_extract(json_extract(box.value, '$[1]'), '$[0]') = ?"
    ),
    "where models disagree": (
        "SELECT count(*) FROM disagreement WHERE ? IN (was_class_id, found_class_id)"
    ),
    "turns that people wrote": (
        "SELECT count(*) FROM exchange WHERE author NOTNULL AND class_id = ?"
    ),
    "answers of surveys": (
        "SELECT count(*) FROM survey_answer WHERE class_id = ?1 OR EXISTS (SELECT 1 FROM"
        " json_each(boxes) AS box WHERE json_extract(box.value, '$[0]') = ?1)"
    ),
}
_IN_THE_LOG = """
    SELECT count(DISTINCT image_id) FROM (SELECT * FROM edit UNION ALL SELECT * FROM second_edit)
    WHERE CASE subject WHEN 'annotation'  -- rows of classes hold no JSON
        THEN ?1 IN (json_extract(before, '$[0]'), json_extract(after, '$[0]')) END"""
