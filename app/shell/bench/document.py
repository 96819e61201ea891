"""The image on screen: what stands on it, and the way by which every change to it is saved."""

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QObject, Signal

from app.core.annotation import Annotation
from app.core.edit import Edit, ImageEdit
from app.core.errors import UserError
from app.core.image import Image, ImageLabel, State
from app.core.sheet import Sheet, edited
from app.services.own_view import OwnView
from app.shell.bench.writer import Writer
from app.storage.edit_log import Gesture
from app.storage.project import Project

Edits = Sequence[Edit]

_CROWDED_FROM = 500
"""Boxes on an image; fewer are read in no time."""


class Document(QObject):
    """Shows a change at once and saves it in the writer's thread; says which of the two is true.

    What is not saved yet is laid over everything that is read, so that nobody sees an image without
    what they just did. `project` is for reading, on the GUI thread; `reviews` tells of an image,
    by its label and id, whether it is the person's to review.
    """

    changed = Signal()  # the sheet on screen is another one
    saving = Signal(int)  # how many gestures are not saved yet; 0 when all are
    recorded = Signal(int)  # id of a gesture that is saved
    saved = Signal(object)  # datetime of the last save
    failed = Signal(object)  # UserError; what it was about is not saved, and no longer shown
    reverted = Signal(object)  # Gesture of an undo or redo, on whichever image

    def __init__(
        self,
        project: Project,
        writer: Writer,
        *,
        person: str,
        reviews: Callable[[ImageLabel, int], bool] = lambda *_: False,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._project, self._writer, self.person = project, writer, person
        self._reviews = reviews
        self._pending: list[Edits] = []
        self._view = OwnView(project, person)
        self._ahead: tuple[int, int, ImageLabel, Sequence[Annotation]] | None = None
        self._image: Image | None = None
        self._sheet: Sheet | None = None
        self._is_laid_over = False  # it was read while something was not saved yet

    @property
    def image(self) -> Image | None:
        """As it was when it was opened; what is said of it now is in the sheet's label."""
        return self._image

    @property
    def sheet(self) -> Sheet | None:
        return self._sheet

    @property
    def unsaved(self) -> int:
        """How many gestures are on screen and not saved yet."""
        return len(self._pending)

    @property
    def unsaved_states(self) -> dict[int, State]:
        """Image id → the state in which it is on its way to the file."""
        edits = (edit for gesture in self._pending for edit in gesture)
        return {e.image_id: e.after.state for e in edits if isinstance(e, ImageEdit)}

    def open(self, image_id: int) -> Sheet:
        """Another image, read from the project."""
        self._image = self._view.image(image_id)
        self._sheet = self._read_current(self._image)
        self.changed.emit()
        return self._sheet

    def reload(self) -> None:
        """Reads the image again, because somebody else has changed it."""
        if self._image is not None:
            before = self._sheet
            self._sheet = self._read_current(self._image)
            if self._sheet != before:
                self.changed.emit()

    def read(self, image_id: int) -> Sheet:
        """Any image, with what is not saved yet."""
        image = self._project.images.get(image_id)
        label, annotations = self._ahead_of(image_id) or self._view.labels_of(image_id)
        sheet = Sheet(
            *(image.id, image.width_px, image.height_px, label, tuple(annotations)),
            is_reviewed=self._reviews(label, image.id),
        )
        for edits in self._pending:
            sheet = edited(sheet, edits)
        return sheet

    def read_ahead(self, image_id: int) -> bool:
        """An image that may come next, where its boxes would keep people waiting; else False."""
        is_crowded = self._project.annotations.count_of_image(image_id) >= _CROWDED_FROM
        if not is_crowded or self._view.is_second(image_id):
            return False
        as_of = self._project.log.newest_edit_of(image_id)
        self._ahead = (image_id, as_of, *self._view.labels_of(image_id))
        return True

    def apply(
        self,
        edits: Edits,
        *,
        beside: Callable[[Project], object] = lambda _: None,
        then: Callable[[int], object] = lambda _: None,
    ) -> None:
        """Shows the edits of one gesture, on any images, and has them saved.

        `beside` writes what is said along with them: saved together, or not at all. `then` is told
        the id of the gesture when it is saved.
        """
        if not edits:
            return
        self._pending.append(edits)
        if self._sheet is not None:
            before, self._sheet = self._sheet, edited(self._sheet, edits)
            if self._sheet != before:
                self.changed.emit()
        self.saving.emit(len(self._pending))
        self._writer.run(
            lambda project: self._save(project, edits, beside),
            lambda result: self._settle(edits, result, then),
            broke=lambda: self._break(edits),
        )

    def undo(self) -> None:
        """Takes back the person's last gesture, wherever it was."""
        self._writer.run(lambda project: project.undo(self.person), self._take_reverted)

    def undo_one(self, gesture_id: int) -> None:
        """Takes back that gesture, as long as nobody has worked on its images since."""
        self._writer.run(
            lambda project: project.undo_one(gesture_id, self.person), self._take_reverted
        )

    def redo(self) -> None:
        self._writer.run(lambda project: project.redo(self.person), self._take_reverted)

    def _save(
        self, project: Project, edits: Edits, beside: Callable[[Project], object]
    ) -> int | None:
        with project.transaction():
            beside(project)
            return project.apply(edits, actor=self.person, unseen_refused=True)

    def _ahead_of(self, image_id: int) -> tuple[ImageLabel, Sequence[Annotation]] | None:
        if self._ahead is not None and self._ahead[0] == image_id:
            _, as_of, label, annotations = self._ahead
            if as_of == self._project.log.newest_edit_of(image_id):
                return label, annotations
        return None

    def _read_current(self, image: Image) -> Sheet:
        self._is_laid_over = any(e.image_id == image.id for edits in self._pending for e in edits)
        return self.read(image.id)

    def _drop(self, edits: Edits) -> None:
        # By identity: two gestures may hold equal edits.
        self._pending = [p for p in self._pending if p is not edits]
        self.saving.emit(len(self._pending))

    def _break(self, edits: Edits) -> None:
        """A mistake of ours kept them from being saved; it is told by whoever catches it."""
        self._drop(edits)
        self.reload()

    def _settle(
        self, edits: Edits, result: int | UserError | None, then: Callable[[int], object]
    ) -> None:
        self._drop(edits)
        if isinstance(result, UserError):
            self.reload()
            self.failed.emit(result)
        else:
            if result is not None:
                self.recorded.emit(result)
                then(result)
            if self._is_laid_over and not self._pending:
                self.reload()  # somebody may have changed it again since it was saved
            self.saved.emit(datetime.now())

    def _take_reverted(self, result: Gesture | UserError | None) -> None:
        if isinstance(result, UserError):
            self.failed.emit(result)
        elif result is not None:
            self.saved.emit(datetime.now())
            self.reload()
            self.reverted.emit(result)
