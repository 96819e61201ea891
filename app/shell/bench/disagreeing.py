"""What models see otherwise on the image that is open: shown beside it, looked at, answered."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from app.core.disagreement import KeptDisagreement, with_peoples, with_the_models
from app.core.edit import Edit
from app.core.errors import UserError
from app.core.label_class import LabelClass
from app.core.sheet import Sheet
from app.services.disagreements import dismiss, reopen
from app.shell.bench.document import Document
from app.shell.bench.moves import Moves
from app.shell.bench.sight import Sight
from app.shell.bench.viewing import Viewing
from app.shell.bench.writer import Writer
from app.shell.turn_timer import TurnTimer
from app.storage.project import Project
from widgets.canvas.canvas import Canvas
from widgets.canvas.ghost import Ghost
from widgets.panels.disagreement_panel import DisagreementPanel

_SETTLED_MS = 60


class Disagreeing(QObject):
    """Answers are corrections like any other, so undo takes them back; and "keep mine" is kept.

    Of a blind image nothing is told, nor of a proposal that is withheld. As the buttons judge what
    is to be seen, they are there only with the photo, and do as little as keys while something
    else covers the boxes.
    """

    failed = Signal(object)  # UserError

    def __init__(
        self,
        project: Project,
        writer: Writer,
        document: Document,
        moves: Moves,
        sight: Sight,
        viewing: Viewing,
        canvas: Canvas,
        panel: DisagreementPanel,
        *,
        person: str,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._project, self._writer, self._document = project, writer, document
        self._moves, self._sight, self._viewing = moves, sight, viewing
        self._person = person
        self._canvas, self._panel, self._ghost = canvas, panel, Ghost(canvas)
        self._shown: Sequence[KeptDisagreement] = ()
        self._classes: dict[int, LabelClass] = {}
        self._looked_at: int | None = None
        # Who flips through images isn't made to wait for what is told beside them.
        self._soon = TurnTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._soon.due.connect(self._read)
        document.changed.connect(self._take_change)
        document.saved.connect(self.refresh)
        document.failed.connect(self.refresh)
        viewing.appeared.connect(self.refresh)
        sight.blindness_changed.connect(self.refresh)
        panel.picked.connect(self._look)
        panel.left.connect(self._ghost.clear)
        panel.taken.connect(self._take)
        panel.kept.connect(self._keep)
        panel.reopened.connect(self._reopen)

    def refresh(self) -> None:
        """A model has been over the image, or somebody has changed it: read anew, in a moment."""
        self._soon.start()

    def close(self) -> None:
        """Nothing is read after it, though the last gestures are yet to be told as saved."""
        self._soon.stop()
        self._soon.blockSignals(True)

    def _take_change(self) -> None:
        if any(each.image_id != self._image_id for each in self._shown):
            self._show(())
        self.refresh()

    @property
    def _image_id(self) -> int | None:
        sheet = self._document.sheet
        return None if sheet is None else sheet.image_id

    def _read(self) -> None:
        if self._document.unsaved:
            return  # what it has to do with is on screen, and not yet in the project
        image_id = self._image_id
        if image_id is None or self._sight.is_kept_back or not self._viewing.is_there:
            self._show(())
            return
        listed = self._project.disagreements.of_image(image_id)
        self._show([each for each in listed if not self._is_withheld(each)])

    def _is_withheld(self, kept: KeptDisagreement) -> bool:
        proposal = kept.said.proposal
        return proposal is not None and bool(self._sight.withheld([proposal]))

    def _show(self, listed: Sequence[KeptDisagreement]) -> None:
        self._shown = listed
        if self._looked_at not in {each.id for each in listed}:
            self._ghost.clear()
        self._classes = {c.id: c for c in self._project.classes.all()} if listed else {}
        names = dict(self._project.runs.names()) if listed else {}
        self._panel.show_disagreements(listed, self._classes, names)

    def _look(self, kept: KeptDisagreement) -> None:
        said, self._looked_at = kept.said, kept.id
        self._canvas.look_at(said.place)
        self._canvas.select([] if said.standing is None else [said.standing.uid])
        if said.found is None:
            self._ghost.clear()
        else:
            colour = self._classes[said.found.class_id].colour
            self._ghost.show_shape(said.found.shape, colour)

    def _take(self, kept: KeptDisagreement) -> None:
        self._correct(kept, lambda sheet: with_the_models(sheet, kept.said, person=self._person))
        self.refresh()

    def _keep(self, kept: KeptDisagreement) -> None:
        if self._correct(kept, lambda sheet: with_peoples(sheet, kept.said)):
            self._write(lambda project: dismiss(project, [kept.id], actor=self._person))
        else:
            self.refresh()

    def _reopen(self, kept: KeptDisagreement) -> None:
        self._write(lambda project: reopen(project, [kept.id]))

    def _correct(self, kept: KeptDisagreement, edits_of: Callable[[Sheet], list[Edit]]) -> bool:
        """False where the image is no longer as it was when they disagreed, or that was refused."""
        sheet, standing = self._document.sheet, kept.said.standing
        is_current = sheet is not None and sheet.image_id == kept.image_id
        if sheet is None or not is_current or standing not in (None, *sheet.annotations):
            return False
        return self._moves.correct(edits_of)

    def _write(self, work: Callable[[Project], object]) -> None:
        def done(result: object) -> None:
            if isinstance(result, UserError):
                self.failed.emit(result)
            self.refresh()

        self._writer.run(work, done)
