"""The label classes of a project, in the order that gives each its index in a file."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from app.core.errors import UserError
from app.core.label_class import PALETTE, LabelClass
from app.storage.database import ProjectDatabase
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
        rows = self._db.rows(f"SELECT {CLASS_COLUMNS} FROM label_class ORDER BY position, id")
        return [class_from_row(row) for row in rows]

    def add(self, classes: Iterable[LabelClass]) -> list[LabelClass]:
        """Appends classes to the order and returns them with their ids.

        Raises UserError when the project has a class of that name already.
        """
        known = self.all()
        names = {c.name for c in known}
        added = []
        for place, new in enumerate(classes, start=len(known)):
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

    def counts(self) -> list[ClassCount]:
        """In the order of the classes. Read from counts that triggers keep, so it costs nothing."""
        rows = self._db.rows("SELECT class_id, boxes, proposals, images FROM class_count")
        by_id = {class_id: counts for class_id, *counts in rows}
        return [ClassCount(c, *by_id[c.id]) for c in self.all()]
