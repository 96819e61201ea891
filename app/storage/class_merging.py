"""A class goes, and its boxes are of another one from then on; or it comes back with them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from app.core.annotation import Annotation
from app.core.edit import AnnotationEdit, Edit, inverse
from app.storage.annotations import AnnotationTable
from app.storage.classes import ClassTable
from app.storage.database import ProjectDatabase
from app.storage.disagreements import DisagreementTable
from app.storage.edit_log import EditLog
from app.storage.failures import OutdatedError
from app.storage.following import Follower
from app.storage.gesture_writer import GestureWriter
from app.storage.quality import QualityTable
from app.storage.second import SecondTable


class ClassMerging:
    """To be used inside the transaction of `Project` that the gesture is; each method returns the
    gesture's id. All raise OutdatedError where boxes, or the classes, are no longer as they were.
    """

    def __init__(self, db: ProjectDatabase, actor: str) -> None:
        self._db, self._actor = db, actor
        self._classes, self._log, self._second = ClassTable(db), EditLog(db), SecondTable(db)
        self._disagreements, self._quality = DisagreementTable(db), QualityTable(db)

    def retire(self, class_id: int, into: int | None) -> int:
        """`into` None: of a class without boxes."""
        gesture = GestureWriter(self._db, self._actor, "retire")
        edits = [] if into is None else _relabelled(self._boxes_of(class_id), into)
        second = [] if into is None else _relabelled(self._second_boxes_of(class_id), into)
        self._take_away(gesture, edits, second, class_id, into)
        return gesture.id

    def redo(self, gesture_id: int, class_id: int) -> int:
        gesture = GestureWriter(self._db, self._actor, "redo", reverts=gesture_id)
        edits, second = self._log.get(gesture_id).edits, self._log.second_edits(gesture_id)
        into = self._classes.target_of(class_id)
        self._take_away(gesture, edits, _of_boxes(second), class_id, into)
        return gesture.id

    def undo(self, gesture_id: int, class_id: int) -> int:
        were_one = Follower.read(self._db).alike(class_id)
        self._classes.bring_back(class_id)
        gesture = GestureWriter(self._db, self._actor, "undo", reverts=gesture_id)
        gesture.write([inverse(edit) for edit in reversed(self._log.get(gesture_id).edits)])
        gesture.relabel_second(
            _of_boxes(inverse(edit) for edit in self._log.second_edits(gesture_id))
        )
        name = self._classes.ever()[class_id].name
        self._log.record_class(gesture.id, class_id, name)
        self._disagreements.part_classes(were_one)
        follower = Follower.read(self._db)
        for each in {follower.now(each) for each in were_one}:
            self._disagreements.merge_classes(follower.alike(each))
        self._quality.forget()
        return gesture.id

    def _take_away(
        self,
        gesture: GestureWriter,
        edits: Sequence[Edit],
        second: Sequence[AnnotationEdit],
        class_id: int,
        into: int | None,
    ) -> None:
        gesture.write(edits)
        gesture.relabel_second(second)
        if any(self._second_boxes_of(class_id)):
            raise OutdatedError(
                "Photos that somebody labels a second time have boxes of the class.",
                hint="Merge it into another class, which these boxes then are of.",
            )
        gone = self._classes.retire(class_id, into)
        self._log.record_class(gesture.id, class_id, None, before=gone.name)
        self._disagreements.merge_classes(Follower.read(self._db).alike(class_id))
        self._quality.forget()

    def _boxes_of(self, class_id: int) -> Iterable[tuple[int, Annotation]]:
        rows = self._db.rows(
            "SELECT DISTINCT image_id FROM annotation WHERE class_id = ?", [class_id]
        )
        on_images = AnnotationTable(self._db).of_images(image_id for (image_id,) in rows)
        return (
            (image_id, a)
            for image_id, boxes in on_images.items()
            for a in boxes
            if a.class_id == class_id
        )

    def _second_boxes_of(self, class_id: int) -> Iterable[tuple[int, Annotation]]:
        return (
            (labelling.image_id, a)
            for labelling in self._second.all()
            for a in labelling.annotations
            if a.class_id == class_id
        )


def _relabelled(boxes: Iterable[tuple[int, Annotation]], into: int) -> list[AnnotationEdit]:
    return [AnnotationEdit(i, a, replace(a, class_id=into)) for i, a in boxes]


def _of_boxes(edits: Iterable[Edit]) -> list[AnnotationEdit]:
    return [edit for edit in edits if isinstance(edit, AnnotationEdit)]
