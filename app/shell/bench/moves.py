"""What keys and gestures do to the labels of the image on screen."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from PySide6.QtCore import QObject, Signal

from app.core import corrections, review
from app.core.annotation import Annotation
from app.core.edit import Edit
from app.core.errors import UserError
from app.core.geometry import Box
from app.core.prelabelling import reaches
from app.core.shape import Shape, moved_aside, place_of, shape_of
from app.core.sheet import Sheet
from app.shell.bench.document import Document
from app.shell.bench.seeing import Seeing
from app.shell.bench.sight import Sight
from app.shell.bench.team import Team
from app.shell.bench.viewing import Viewing
from app.storage.project import Project
from widgets.canvas.canvas import Canvas

_DUPLICATE_BY_PX = 12.0


class Moves(QObject):
    """Each method is one gesture, saved as one edit, by the rules of `app.core.corrections` and
    `app.core.review`.

    What the rules refuse is told through `refused` and changes nothing. `titled`: an action of the
    table as its menu has it, with its key.
    """

    refused = Signal(object)  # UserError
    told = Signal(str)  # what a move did that nobody can see
    class_changed = Signal(object)  # id of the class that the next box gets, or None

    def __init__(
        self,
        document: Document,
        canvas: Canvas,
        sight: Sight,
        viewing: Viewing,
        team: Team,
        *,
        titled: Callable[[str], str],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._canvas = document, canvas
        self._sight, self._team = sight, team
        self._seeing = Seeing(canvas, sight, viewing, titled=titled, parent=self)
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
        if self._do(lambda sheet: corrections.reshaped(sheet, shapes, person=self._person)):
            self._bring_out(shapes.keys())

    def pick_class(self, class_id: int) -> None:
        """For the boxes that are meant, or the outline that waits for it; and for the next one."""
        self._class_id = class_id
        self.class_changed.emit(class_id)
        if self._canvas.take_class():
            return
        uids, person = self.meant, self._person
        if self._do_to(uids, lambda s: corrections.classified(s, uids, class_id, person=person)):
            self._bring_out(uids)

    def delete(self) -> None:
        uids = self.meant
        self._do_to(uids, lambda sheet: corrections.removed(sheet, uids))

    def accept(self, uids: Collection[str]) -> None:
        self._do(lambda sheet: corrections.accepted(sheet, uids, person=self._person))

    def accept_selected(self) -> None:
        uids, person = self.meant, self._person
        self._do_to(uids, lambda sheet: corrections.accepted(sheet, uids, person=person))

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
        taken = {place_of(shape_of(a)) for a in self._known(sheet)}
        chosen = sheet.of(self._canvas.selection)
        self._draw_anew(
            [
                (a.class_id, moved_aside(shape_of(a), _DUPLICATE_BY_PX, bounds, taken=taken))
                for a in chosen
            ]
        )

    def copy(self) -> None:
        sheet = self._document.sheet
        if sheet is not None and self._canvas.selection:
            self._copied = sheet.of(self._canvas.selection)

    def paste(self) -> None:
        """Where they lay on the image they were copied from."""
        self.draw_like(self._copied)

    def draw_like(self, boxes: Iterable[Annotation]) -> None:
        """Boxes of the same classes and shapes, as the person's own; they are selected. Says so
        where some are there already: one over the other looks like one.
        """
        self._draw_anew([(a.class_id, shape_of(a)) for a in boxes])

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
        return self._do_unseen(
            lambda s: corrections.submitted(s, unseen=unseen, person=self._person)
        )

    def mark_normal(self, is_normal: bool) -> bool:
        """False when that was refused."""
        return self._do_unseen(lambda sheet: corrections.marked_normal(sheet, is_normal))

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

    def correct(self, edits_of: Callable[[Sheet], list[Edit]]) -> bool:
        """By rules of somebody else's, of what is to be seen; False when that was refused."""
        return self._do(edits_of)

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
            self._bring_out(new)
            self._canvas.select(new)

    def _draw_anew(self, shapes: Sequence[tuple[int, Shape]]) -> None:
        """Those that lie where no box of their class is."""
        sheet = self._document.sheet
        if sheet is None or not shapes:
            return
        new = corrections.not_there(sheet, self._known(sheet), shapes)
        if not new:
            words = self.tr("Boxes of the same classes lie just there already: {count}")
            hint = self.tr("Nothing was added, or they would lie on each other unseen.")
            self.refused.emit(UserError(words.format(count=len(shapes)), hint=hint))
            return
        self._draw(new)
        if left_out := len(shapes) - len(new):
            words = self.tr("Left out, for boxes of the same classes lie just there: {count}")
            self.told.emit(words.format(count=left_out))

    def _known(self, sheet: Sheet) -> list[Annotation]:
        """What the person may know of, and what stays when the image is handed in."""
        return self._sight.judged(self._sight.boxes_for(sheet))

    def _do_to(self, uids: Collection[str], correct: Callable[[Sheet], list[Edit]]) -> bool:
        """As `_do`, to boxes that have to be in sight."""
        sheet = self._document.sheet
        if not uids or sheet is None or not self._sees_photo() or not self._sees(sheet.of(uids)):
            return False
        return self._do(correct)

    def _do_unseen(self, correct: Callable[[Sheet], list[Edit]]) -> bool:
        """As `_do`; says so when proposals go that the score keeps back."""
        before = self._document.sheet
        if not self._do(correct):
            return False
        after = self._document.sheet
        assert before is not None
        assert after is not None
        below = frozenset(self._sight.below_score(before.proposals))
        if gone := below.difference(a.uid for a in after.annotations):
            words = self.tr("Proposals below {score} removed: {count}. Undo brings them back.")
            self.told.emit(words.format(score=f"{self._sight.least_score:.2f}", count=len(gone)))
        return True

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
        return self._tells(self._seeing.why_hidden(annotations))

    def _sees_photo(self) -> bool:
        """Says so when not."""
        return self._tells(self._seeing.why_no_photo())

    def _tells(self, refusal: UserError | None) -> bool:
        """True where nothing is refused."""
        if refusal is not None:
            self.refused.emit(refusal)
        return refusal is None

    def _bring_out(self, uids: Collection[str]) -> None:
        """What the person has drawn or changed must not be saved out of their sight."""
        sheet = self._document.sheet
        if sheet is not None and (words := self._seeing.bring_out(sheet.of(uids))):
            self.told.emit(words)
