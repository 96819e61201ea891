"""The image on screen: what stands on it, and the way by which every change to it is saved."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from PySide6.QtCore import QObject, Signal

from app.core.edit import Edit, ImageEdit
from app.core.errors import UserError
from app.core.image import Image, ImageLabel, State
from app.core.sheet import Sheet, edited
from app.services.own_view import OwnView
from app.shell.bench.crowded import CrowdedImages
from app.shell.bench.writer import Writer
from app.storage.edit_log import Gesture
from app.storage.project import Project

Edits = Sequence[Edit]


@dataclass(slots=True, eq=False)
class _Unsaved:
    """A gesture that is on screen and on its way to the file; `is_lost` where that failed."""

    edits: Edits
    is_lost: bool = False


class Document(QObject):
    """Shows a change at once and saves it in the writer's thread; says which of the two is true.

    What is not saved yet is laid over everything that is read, so that nobody sees an image without
    what they just did. `project` is for reading, on the GUI thread; `reviews` tells of an image,
    by its label and id, whether it is the person's to review.
    """

    changed = Signal()  # the sheet on screen is another one
    applied = Signal()  # a gesture is on screen, and on its way to the file
    saving = Signal(int)  # how many gestures are not saved yet; 0 when all are
    recorded = Signal(int)  # id of a gesture that is saved
    saved = Signal(object)  # datetime of the last save
    failed = Signal(object)  # UserError; what it was about is not saved, and no longer shown
    refused = Signal(object)  # UserError: there is nothing to take back, or to make again
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
        self._pending: list[_Unsaved] = []
        self._view = OwnView(project, person)
        self._crowded = CrowdedImages(project, self._view)
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

    def states(self, image_ids: Iterable[int]) -> dict[int, State]:
        """Image id → the state in which the person left it; without ids that no image has."""
        edits = (edit for gesture in self._pending for edit in gesture.edits)
        unsaved = {e.image_id: e.after.state for e in edits if isinstance(e, ImageEdit)}
        states = self._view.states(image_ids)
        return {image_id: unsaved.get(image_id, state) for image_id, state in states.items()}

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
        label, annotations = self._crowded.labels_of(image_id)
        sheet = Sheet(
            *(image.id, image.width_px, image.height_px, label, tuple(annotations)),
            is_reviewed=self._reviews(label, image.id),
        )
        for gesture in self._pending:
            sheet = edited(sheet, gesture.edits)
        return sheet

    def read_ahead(self, image_id: int) -> bool:
        """An image that may come next, where its boxes would keep people waiting; else False."""
        return self._crowded.read(image_id)

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
        gesture = _Unsaved(edits)
        self._pending.append(gesture)
        if self._sheet is not None:
            before, self._sheet = self._sheet, edited(self._sheet, edits)
            if self._sheet != before:
                self.changed.emit()
        self.applied.emit()
        self.saving.emit(len(self._pending))
        self._writer.run(
            lambda project: self._save(project, gesture, beside),
            lambda result: self._settle(gesture, result, then),
            broke=lambda: self._break(gesture),
        )

    def undo(self) -> None:
        """Takes back the person's last gesture, wherever it was. Where that one is on screen and
        can't be saved, nothing more is taken back.
        """
        nothing = self.tr("There is no step of yours to take back.")
        self._revert(lambda project: project.undo(self.person), nothing)

    def undo_one(self, gesture_id: int) -> None:
        """Takes back that gesture, as long as nobody has worked on its images since."""
        self._writer.run(
            lambda project: project.undo_one(gesture_id, self.person), self._take_reverted
        )

    def redo(self) -> None:
        nothing = self.tr("There is no step of yours to make again.")
        self._revert(lambda project: project.redo(self.person), nothing)

    def _revert(self, work: Callable[[Project], Gesture | None], nothing: str) -> None:
        """Meant for the gesture that was last on screen, so only once that one is in the file.
        `nothing` is said where there is none.
        """
        last = self._pending[-1] if self._pending else None

        def revert(project: Project) -> Gesture | str | None:
            return None if last is not None and last.is_lost else work(project) or nothing

        self._writer.run(revert, self._take_reverted)

    def _save(
        self, project: Project, gesture: _Unsaved, beside: Callable[[Project], object]
    ) -> int | None:
        gesture.is_lost = True
        with project.transaction():
            beside(project)
            recorded = project.apply(gesture.edits, actor=self.person, unseen_refused=True)
        gesture.is_lost = False
        return recorded

    def _read_current(self, image: Image) -> Sheet:
        unsaved = (edit for gesture in self._pending for edit in gesture.edits)
        self._is_laid_over = any(edit.image_id == image.id for edit in unsaved)
        return self.read(image.id)

    def _drop(self, gesture: _Unsaved) -> None:
        self._pending.remove(gesture)
        self.saving.emit(len(self._pending))

    def _break(self, gesture: _Unsaved) -> None:
        """A mistake of ours kept it from being saved; it is told by whoever catches it."""
        self._drop(gesture)
        self.reload()

    def _settle(
        self, gesture: _Unsaved, result: int | UserError | None, then: Callable[[int], object]
    ) -> None:
        self._drop(gesture)
        if isinstance(result, UserError):
            self.reload()
            self.failed.emit(self._named(result, gesture.edits))
        else:
            if result is not None:
                self.recorded.emit(result)
                then(result)
            if self._is_laid_over and not self._pending:
                self.reload()  # somebody may have changed it again since it was saved
            self.saved.emit(datetime.now())

    def _named(self, error: UserError, edits: Edits) -> UserError:
        """With the image that it is about, where the person has gone on to another one."""
        ids = sorted({edit.image_id for edit in edits})
        if self._image is not None and self._image.id in ids:
            return error
        name = PurePosixPath(self._view.image(ids[0]).path).name
        others = f" (+{len(ids) - 1})" if len(ids) > 1 else ""
        return UserError(f"{name}{others}: {error.what}", hint=error.hint)

    def _take_reverted(self, result: Gesture | UserError | str | None) -> None:
        if isinstance(result, UserError):
            self.failed.emit(result)
        elif isinstance(result, str):
            self.refused.emit(UserError(result, hint=""))
        elif result is not None:
            self.saved.emit(datetime.now())
            self.reload()
            self.reverted.emit(result)
