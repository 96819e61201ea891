"""What keys and gestures do to the labels of the image on screen."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from PySide6.QtCore import QObject, Signal

from app.core import corrections, review
from app.core.annotation import Annotation
from app.core.edit import Edit
from app.core.errors import UserError
from app.core.geometry import Box
from app.core.prelabelling import reaches
from app.core.shape import Shape, moved, shape_of
from app.core.sheet import Sheet
from app.shell.bench.document import Document
from app.shell.bench.sight import Sight
from app.shell.bench.team import Team
from app.storage.project import Project
from widgets.canvas.canvas import Canvas

_DUPLICATE_BY_PX = 12.0


class Moves(QObject):
    """Each method is one gesture, saved as one edit, by the rules of `app.core.corrections` and
    `app.core.review`.

    What the rules refuse is told through `refused` and changes nothing.
    """

    refused = Signal(object)  # UserError
    class_changed = Signal(object)  # id of the class that the next box gets, or None

    def __init__(
        self,
        document: Document,
        canvas: Canvas,
        sight: Sight,
        team: Team,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._canvas, self._sight, self._team = document, canvas, sight, team
        self._class_id: int | None = None
        self._copied: tuple[Annotation, ...] = ()

    @property
    def class_id(self) -> int | None:
        """Of the class that the next box gets; None while the project has no class."""
        return self._class_id

    @property
    def meant(self) -> tuple[str, ...]:
        """What is selected; where nothing is, the box under the pointer: that saves the click."""
        under = self._canvas.uid_under_cursor()
        return self._canvas.selection or ((under,) if under else ())

    def draw(self, shape: Shape) -> None:
        if self._class_id is None:
            self.refused.emit(
                UserError(
                    self.tr("This project has no label class, so a box can't be of any."),
                    hint=self.tr("Add a class at the foot of the list of classes."),
                )
            )
            return
        self._draw([(self._class_id, shape)])

    def reshape(self, shapes: Mapping[str, Shape]) -> None:
        self._do(lambda sheet: corrections.reshaped(sheet, shapes, person=self._person))

    def pick_class(self, class_id: int) -> None:
        """For the boxes that are meant, or the outline that waits for it; and for the next one."""
        self._class_id = class_id
        self.class_changed.emit(class_id)
        if self._canvas.take_class():
            return
        uids = self.meant
        self._do(lambda sheet: corrections.classified(sheet, uids, class_id, person=self._person))

    def delete(self) -> None:
        uids = self.meant
        self._do(lambda sheet: corrections.removed(sheet, uids))

    def accept(self, uids: Collection[str]) -> None:
        self._do(lambda sheet: corrections.accepted(sheet, uids, person=self._person))

    def accept_selected(self) -> None:
        self.accept(self.meant)

    def accept_visible(self, class_id: int | None = None, least_score: float = 0.0) -> None:
        """The proposals in sight, all or those of a class, from a score on."""
        self.accept([a.uid for a in self._visible_proposals(class_id) if reaches(a, least_score)])

    def reject_visible(self, class_id: int | None = None) -> None:
        """The proposals in sight, all or those of a class."""
        gone = [a.uid for a in self._visible_proposals(class_id)]
        self._do(lambda sheet: corrections.removed(sheet, gone))

    def reject_withheld(self) -> None:
        """The proposals below the score that is set."""
        self._do(lambda sheet: corrections.removed(sheet, self._sight.withheld(sheet.proposals)))

    def duplicate(self) -> None:
        """The copies lie a little aside and are selected."""
        sheet = self._document.sheet
        if sheet is None:
            return
        bounds = Box(0, 0, sheet.width_px, sheet.height_px)
        by = _DUPLICATE_BY_PX
        chosen = sheet.of(self._canvas.selection)
        self._draw([(a.class_id, moved(shape_of(a), by, by, bounds)) for a in chosen])

    def copy(self) -> None:
        sheet = self._document.sheet
        if sheet is not None and self._canvas.selection:
            self._copied = sheet.of(self._canvas.selection)

    def paste(self) -> None:
        """Where they lay on the image they were copied from."""
        self.draw_like(self._copied)

    def draw_like(self, boxes: Iterable[Annotation]) -> None:
        """Boxes of the same classes and shapes, as the person's own; they are selected."""
        self._draw([(a.class_id, shape_of(a)) for a in boxes])

    def submit(self) -> bool:
        """Accepts what is proposed and hands the image in; False when that was refused."""
        sheet = self._document.sheet
        if sheet is None or not self._sees_photo():
            return False
        if sheet.label.state == "submitted":
            return True  # by whomever it was handed in
        unseen = frozenset(self._sight.withheld(sheet.proposals))
        if not self._sees(a for a in sheet.proposals if a.uid not in unseen):
            return False
        return self._do(lambda s: corrections.submitted(s, unseen=unseen, person=self._person))

    def mark_normal(self, is_normal: bool) -> bool:
        """False when that was refused."""
        return self._do(lambda sheet: corrections.marked_normal(sheet, is_normal))

    def toggle_tag(self, tag: str) -> None:
        self._do(
            lambda sheet: corrections.tagged(sheet, tag, tag not in sheet.label.tags),
            is_of_photo=False,
        )

    def exclude(self, reason: str) -> bool:
        """False when that was refused."""
        return self._do(lambda sheet: review.excluded(sheet, reason), is_of_photo=False)

    def reopen(self, reason: str = "") -> bool:
        """False when that was refused."""
        return self._do(lambda sheet: review.reopened(sheet, reason), is_of_photo=False)

    def approve(self) -> bool:
        """Signs what is seen; False when that was refused."""
        sheet = self._document.sheet
        if sheet is None or not self._sees_photo() or not self._sees(sheet.annotations):
            return False
        return self._do(lambda sheet: review.approved(sheet, person=self._person))

    def return_(self, reason: str, pinned: Collection[str] = ()) -> bool:
        """Back to who handed it in, the reason pinned to boxes too; False when that was refused."""
        sheet, person = self._document.sheet, self._person

        def pin(project: Project) -> None:
            assert sheet is not None
            for a in sheet.of(pinned):
                project.comments.add(sheet.image_id, reason, author=person, uid=a.uid)

        return self._do(
            lambda sheet: review.returned(sheet, reason, person=person),
            is_of_photo=False,
            beside=pin,
        )

    def allows(self, correct: Callable[[Sheet], list[Edit]]) -> bool:
        """Whether it would do anything; says so when it would be refused. Nothing is done."""
        sheet = self._document.sheet
        if sheet is None:
            return False
        try:
            edits = correct(sheet)
            self._team.permit(edits)
        except UserError as e:
            self.refused.emit(e)
            return False
        return bool(edits)

    def undo(self) -> None:
        """The person's last gesture, on whichever image."""
        self._document.undo()

    def redo(self) -> None:
        self._document.redo()

    @property
    def _person(self) -> str:
        return self._document.person

    def _visible_proposals(self, class_id: int | None) -> list[Annotation]:
        return [
            a
            for a in self._canvas.visible_annotations()
            if a.is_proposal and class_id in (None, a.class_id)
        ]

    def _draw(self, shapes: Sequence[tuple[int, Shape]]) -> None:
        new: list[str] = []

        def edits(sheet: Sheet) -> list[Edit]:
            made, uids = corrections.drawn(sheet, shapes, person=self._person)
            new.extend(uids)
            return made

        if self._do(edits) and new:
            self._canvas.select(new)

    def _do(
        self,
        correct: Callable[[Sheet], list[Edit]],
        *,
        is_of_photo: bool = True,
        beside: Callable[[Project], object] = lambda _: None,
    ) -> bool:
        """`is_of_photo`: it says something of what is to be seen, so the photo has to be there.
        `beside`: as for `Document.apply`."""
        sheet = self._document.sheet
        if sheet is None:
            return False
        if is_of_photo and not self._sees_photo():
            return False
        try:
            edits = correct(sheet)
            self._team.permit(edits)
        except UserError as e:
            self.refused.emit(e)
            return False
        self._document.apply(edits, beside=beside)
        return True

    def _sees(self, annotations: Iterable[Annotation]) -> bool:
        """Says so when one of them is hidden."""
        in_sight = {a.uid for a in self._canvas.visible_annotations()}
        hidden = sum(a.uid not in in_sight for a in annotations)
        if hidden:
            words = self.tr("{count} boxes are hidden, so nobody has looked at them.")
            hint = self.tr("Show all classes, proposals and boxes by people, then do it again.")
            self.refused.emit(UserError(words.format(count=hidden), hint=hint))
        return not hidden

    def _sees_photo(self) -> bool:
        """Says so when not."""
        if not self._canvas.has_picture:
            self.refused.emit(
                UserError(
                    self.tr("The photo of this image is not on screen, so nobody can judge it."),
                    hint=self.tr("Wait until it is there. If it can't be read, exclude the image."),
                )
            )
        return self._canvas.has_picture
