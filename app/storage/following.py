"""What the log and its readers mean by classes that have gone since."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Self

from app.core.annotation import Annotation
from app.core.edit import AnnotationEdit, Edit
from app.storage.database import ProjectDatabase
from app.storage.failures import OutdatedError


class Follower:
    """What classes that have gone are now. `gone`: id → into which class it was merged, or None."""

    def __init__(self, gone: Mapping[int, int | None]) -> None:
        self._gone = gone

    @classmethod
    def read(cls, db: ProjectDatabase) -> Self:
        return cls(
            dict(db.rows("SELECT id, merged_into FROM label_class WHERE removed_name IS NOT NULL"))
        )

    def now(self, class_id: int) -> int:
        """The class that stands for it: itself, or the one that it was merged into.

        A class that was removed without another to take its boxes stands for itself.
        """
        while (into := self._gone.get(class_id)) is not None:
            class_id = into
        return class_id

    def has_gone(self, class_id: int | None) -> bool:
        return class_id in self._gone

    def alike(self, class_id: int) -> list[int]:
        """It and all that stand for the same by now."""
        meant = self.now(class_id)
        return sorted({meant, *(each for each in self._gone if self.now(each) == meant)})

    def annotation(self, a: Annotation) -> Annotation:
        class_id = self.now(a.class_id)
        return a if class_id == a.class_id else replace(a, class_id=class_id)

    def edit(self, edit: Edit) -> Edit | None:
        """None where it changed nothing but the class, to what is the same class now."""
        if not self._gone or not isinstance(edit, AnnotationEdit):
            return edit
        before, after = (a and self.annotation(a) for a in (edit.before, edit.after))
        return None if before == after else AnnotationEdit(edit.image_id, before, after)

    def edits(self, edits: Iterable[Edit]) -> list[Edit]:
        """Raises OutdatedError where one draws a class that was removed."""
        followed = [now for edit in edits if (now := self.edit(edit)) is not None]
        for edit in followed:
            drawn = edit.after if isinstance(edit, AnnotationEdit) else None
            if drawn is not None and self.has_gone(drawn.class_id):
                raise OutdatedError(
                    "A box is of a class that is no longer in the project.",
                    hint="Look at the classes again, then repeat your change.",
                )
        return followed
