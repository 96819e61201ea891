"""The figures of quality while somebody looks at them, and the way from a suspect to its box."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QLocale, QObject, Signal
from PySide6.QtWidgets import QFileDialog

from app.core.errors import UserError
from app.core.geometry import Box
from app.core.label_class import LabelClass
from app.core.label_errors import ERROR_KINDS, ErrorKind
from app.core.language import Language
from app.core.quality import ListedSuspect, QualityFigures, SecondFigures
from app.core.shape import Shape
from app.services.own_view import OwnView
from app.services.quality import answer, count_some, figures, second_figures, suspects
from app.shell.bench.document import Document
from app.shell.bench.sight import Sight
from app.shell.bench.viewing import Viewing
from app.shell.bench.writer import Writer
from app.shell.frame.messages import Messages
from app.shell.turn_timer import TurnTimer
from app.storage.project import Project
from widgets.canvas.canvas import Canvas
from widgets.canvas.ghost import Ghost
from widgets.frame.message_bar import MessageAction
from widgets.panels.quality_panel import QualityPanel

_MOST_LISTED = 200
_SETTLED_MS = 500


@dataclass(frozen=True, slots=True)
class _Read:
    figures: QualityFigures
    listed: list[ListedSuspect]
    classes: dict[int, LabelClass]
    run_names: dict[int, str]


class Quality(QObject):
    """Reads and counts on a thread of its own, and only while the panel is in sight.

    What was counted before is shown at once; images that have changed since are counted batch by
    batch, and the figures follow.
    """

    jump = Signal(int)  # the image that is to be opened
    failed = Signal(object)  # UserError

    def __init__(
        self,
        project: Project,
        document: Document,
        sight: Sight,
        viewing: Viewing,
        canvas: Canvas,
        panel: QualityPanel,
        messages: Messages,
        *,
        person: str,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._sight, self._viewing = document, sight, viewing
        self._canvas, self._ghost, self._panel = canvas, Ghost(canvas), panel
        self._messages, self._person = messages, person
        self._lane = Writer(project.folder, self)
        self._kinds: Sequence[ErrorKind] = ERROR_KINDS
        self._classes: dict[int, LabelClass] = {}
        self._looked_at: ListedSuspect | None = None
        self._is_shown = False
        self._is_counting = self._is_closed = False
        # Who labels fast isn't made to wait for the figures.
        self._soon = TurnTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._soon.due.connect(self._follow)
        panel.kinds_wanted.connect(self._choose_kinds)
        panel.picked.connect(self._look)
        panel.answered.connect(self._answer)
        panel.report_wanted.connect(self._ask_where)
        panel.left.connect(self._leave)
        document.changed.connect(self._take_change)
        viewing.appeared.connect(lambda _: self._show_place())

    def look(self) -> None:
        """Somebody looks: read at once."""
        self._follow()
        # All second labellings are compared anew, so not after each change.
        self._lane.run(partial(_read_second, person=self._person), self._take_second)

    def refresh(self) -> None:
        """Something has changed: read anew, in a moment."""
        if self._panel.isVisible():
            self._soon.start()

    def close(self) -> None:
        """Nothing is read or counted after it; what was answered is saved."""
        self._is_closed = True
        self._soon.stop()
        self._soon.blockSignals(True)
        self._lane.close()

    def write_report(self, file: Path) -> None:
        """All figures, counted to the last, as one page in the language of the screen."""
        is_chinese = QLocale().language() == QLocale.Language.Chinese
        language: Language = "zh" if is_chinese else "en"
        self._lane.run(partial(_report, file=file, language=language), self._take_report)

    def _follow(self) -> None:
        self._soon.stop()
        self._read()
        self._count()

    def _read(self) -> None:
        read = partial(_read_all, kinds=self._kinds, person=self._person)
        self._lane.run(read, self._take_read)

    def _take_read(self, result: _Read | UserError) -> None:
        if isinstance(result, UserError):
            self.failed.emit(result)
        elif not self._is_closed:
            self._classes = result.classes
            self._panel.show_figures(result.figures, result.classes, result.run_names)
            self._panel.show_suspects(result.listed, result.classes)
            self._panel.show_counting(result.figures.uncounted)

    def _take_second(self, result: list[SecondFigures] | UserError) -> None:
        if isinstance(result, UserError):
            self.failed.emit(result)
        elif not self._is_closed:
            self._panel.show_second(result)

    def _count(self) -> None:
        if not self._is_counting and not self._is_closed and self._panel.isVisible():
            self._is_counting = True
            self._lane.run(_count_one_batch, self._take_counted, broke=self._stop_counting)

    def _stop_counting(self) -> None:
        self._is_counting = False

    def _take_counted(self, result: tuple[int, int] | UserError) -> None:
        self._stop_counting()
        if isinstance(result, UserError):
            self.failed.emit(result)  # and not again at once: it would fail again, and so on
            return
        counted, left = result
        self._panel.show_counting(left)
        if left:
            self._count()
        elif counted and not self._is_closed:
            self._read()

    def _choose_kinds(self, kinds: Sequence[ErrorKind]) -> None:
        self._kinds = kinds
        self._read()

    def _look(self, listed: ListedSuspect) -> None:
        self._looked_at, self._is_shown = listed, False
        self.jump.emit(listed.image_id)
        self._show_place()

    def _show_place(self) -> None:
        """Once the photo of its image is there; what a model says of a blind image is not shown."""
        listed, image = self._looked_at, self._document.image
        if listed is None or image is None or image.id != listed.image_id:
            return
        if self._is_shown or not self._viewing.is_there or self._sight.is_kept_back:
            return
        self._is_shown = True
        suspect, sheet = listed.suspect, self._document.sheet
        boxes = suspect.box.corners, suspect.said_box.corners
        self._canvas.look_at(Box.around(p for c in boxes for p in (c[:2], c[2:])))
        is_there = sheet is not None and bool(sheet.of([suspect.key]))
        self._canvas.select([suspect.key] if is_there else [])
        colour = self._classes[suspect.said_class_id].colour
        self._ghost.show_shape(Shape(suspect.said_box), colour)

    def _take_change(self) -> None:
        image, listed = self._document.image, self._looked_at
        if listed is not None and (image is None or image.id != listed.image_id):
            self._leave()
        self.refresh()

    def _leave(self) -> None:
        """Nobody looks at a suspect any more."""
        self._looked_at = None
        self._ghost.clear()

    def _answer(self, listed: ListedSuspect) -> None:
        self._leave()
        self._keep(listed, is_right=True)
        back = MessageAction(self.tr("Take back"), partial(self._keep, listed, is_right=False))
        self._messages.info(self.tr("It is off the list of probable errors."), action=back)

    def _keep(self, listed: ListedSuspect, *, is_right: bool) -> None:
        if self._is_closed:
            return
        said = partial(answer, image_id=listed.image_id, suspect=listed.suspect)
        self._lane.run(partial(said, person=self._person, is_right=is_right), self._take_answered)

    def _take_answered(self, result: object) -> None:
        if isinstance(result, UserError):
            self.failed.emit(result)
        if not self._is_closed:
            self._read()

    def _ask_where(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(
            self._panel, self.tr("Write the report"), "report.html", self.tr("Pages (*.html)")
        )
        if chosen:
            self.write_report(Path(chosen))

    def _take_report(self, result: Path | UserError) -> None:
        if isinstance(result, UserError):
            self.failed.emit(result)
        else:
            self._messages.saved(self.tr("The report is written: {file}").format(file=result))


def _read_all(project: Project, *, kinds: Sequence[ErrorKind], person: str) -> _Read:
    """Nothing of photos that the person labels a second time, seeing nothing of the first, nor of
    those that they label blind.
    """
    listed = suspects(project, most=_MOST_LISTED, kinds=kinds)
    blind = OwnView(project, person).blind_among({each.image_id for each in listed})
    kept_back = blind | project.second.given_to(person)
    return _Read(
        figures(project),
        [each for each in listed if each.image_id not in kept_back],
        {c.id: c for c in project.classes.all()},
        dict(project.runs.names()),
    )


def _read_second(project: Project, *, person: str) -> list[SecondFigures]:
    """None for who labels: from one image to the next they would tell which was a second one."""
    known = project.people.get(person)
    return second_figures(project) if known is not None and known.reviews else []


def _count_one_batch(project: Project) -> tuple[int, int]:
    """How many images were counted, and how many are left."""
    return count_some(project), project.quality.due()


def _report(project: Project, *, file: Path, language: Language) -> Path:
    # Loaded when it is wanted: a template engine is nothing to start a window with.
    from app.services.quality import count_changed
    from app.services.quality_report import write_report

    count_changed(project)
    write_report(project, file, language=language)
    return file
