"""Clicks and boxes that a segmenter answers: shown on the canvas, kept as boxes with outlines."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QFileDialog

from app.core.annotation import Annotation
from app.core.errors import UserError
from app.core.segmentation import Outline, Prompt
from app.core.shape import Shape
from app.services import environment
from app.services.live_segmenter import (
    CONTRAST,
    LivePhoto,
    LiveSegmenter,
    open_segmenter,
    segmenters_of,
)
from app.services.shelf import Shelf
from app.shell.bench.browsing import Browsing
from app.shell.bench.document import Document
from app.shell.bench.moves import Moves
from app.shell.bench.segment_jobs import Answer, Question, SegmentJobs
from app.shell.frame.messages import Messages
from app.shell.jobs import Jobs
from app.storage.project import Project
from widgets.canvas.canvas import Canvas
from widgets.panels.segmenter_choice import SegmenterChoice

_SETTING = "segmenter"
_STAYS_MS = 150
"""Who flips through images has none of them looked at."""

Keep = Callable[[str, object], None]


class Segmenting(QObject):
    """An answer comes on screen only for the prompt, the image and the boxes that it was asked for.

    Photos are looked at ahead while the tool is in hand. `keep` saves a setting of this person.
    """

    told = Signal(str)  # what is waited for, in words; "" for nothing

    def __init__(
        self,
        project: Project,
        document: Document,
        canvas: Canvas,
        moves: Moves,
        browsing: Browsing,
        choice: SegmenterChoice,
        messages: Messages,
        *,
        keep: Keep,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._project, self._document, self._canvas = project, document, canvas
        self._moves, self._browsing, self._choice = moves, browsing, choice
        self._messages, self._keep = messages, keep
        self._jobs: SegmentJobs | None = None
        self._opening: str | None = None  # the name of the one that is being opened
        self._unasked: list[Question] = []  # until it is
        self._ending: list[SegmentJobs] = []
        self._clicked: Question | None = None
        self._fits: dict[Question, tuple[Annotation, ...]] = {}
        kept = project.settings.get(_SETTING, person=document.person)
        self._name = kept if isinstance(kept, str) else CONTRAST
        self._others = [] if self._name == CONTRAST else [self._name]
        # Not on the GUI thread: of weights that somebody has moved all is read again.
        self._reading = Jobs(self, threads=1)
        self._stays = QTimer(self, singleShot=True, interval=_STAYS_MS)
        self._stays.timeout.connect(self._plan)
        canvas.prompted.connect(self._take_prompt)
        canvas.tool_changed.connect(lambda _: self._stays.start())
        choice.picked.connect(self.use)
        choice.file_wanted.connect(self._choose_file)
        self._offer()
        self._stays.start()

    @property
    def name(self) -> str:
        """Of the segmenter in use: CONTRAST, or the path of its weights."""
        return self._name

    def image_changed(self) -> None:
        """What was asked of the image before is of no use any more."""
        self._drop(*self._fits)
        self._stays.start()

    def use(self, name: str) -> None:
        """Another segmenter, from now on and the next time."""
        if name == self._name and self._jobs is not None:
            self._opening = None  # none but the one that is in use
        elif name != self._opening:
            self._open(name)

    def list_segmenters(self) -> None:
        """Also those on the shelf, to choose from."""

        def take(found: list[str] | UserError) -> None:
            if isinstance(found, UserError):
                self._messages.error(found)
            else:
                self._add(found)

        self._reading.run(partial(segmenters_of, Shelf(environment.models_folder())), take)

    def fit(self) -> None:
        """Each box that is meant, as close as the segmenter sees what it holds; one gesture."""
        sheet, photo = self._document.sheet, self._photo_on_screen()
        if sheet is None or photo is None or not self._canvas.has_picture:
            return
        meant = sheet.of(self._moves.meant)
        if not meant:
            self._messages.info(self.tr("Select a box first, or point at one."))
            return
        question = Question(photo, tuple(Prompt(a.box) for a in meant), most=1)
        self._fits[question] = meant
        self._ask(question)

    def cancel(self) -> None:
        """Stops the segmenter in whatever it does; the next click starts it again."""
        if self._clicked is not None:
            self._canvas.drop_gesture()
        self._fits.clear()
        self._unasked.clear()
        if self._jobs is not None:
            self._jobs.cancel()

    def close(self) -> None:
        """Ends threads and processes."""
        self._stays.stop()
        self._reading.close()
        self._stop_jobs()
        for jobs in self._ending:
            jobs.wait()

    def _take_prompt(self, prompt: Prompt | None) -> None:
        if self._clicked is not None:
            self._drop(self._clicked)
        photo = self._photo_on_screen()
        if prompt is not None and photo is not None:
            self._clicked = Question(photo, (prompt,))
            self._ask(self._clicked)

    def _ask(self, question: Question) -> None:
        if self._jobs is not None:
            self._jobs.ask(question)
            return
        self._unasked.append(question)
        if self._opening is None:
            self._open(self._name)

    def _take_answer(self, question: Question, answer: Answer) -> None:
        if question is self._clicked:
            self._clicked = None
            self._canvas.show_outlines(question.prompts[0], answer[0])
        else:
            self._fit(self._fits.pop(question), answer)

    def _take_failure(self, question: Question, error: UserError) -> None:
        self._fits.pop(question, None)
        if question is self._clicked:
            self._clicked = None
            self._canvas.show_outlines(question.prompts[0], None)
        self._messages.error(error)

    def _fit(self, meant: Sequence[Annotation], found: Sequence[Sequence[Outline]]) -> None:
        sheet = self._document.sheet
        standing = set(sheet.annotations) if sheet else set()
        shapes = {
            a.uid: Shape(outline.box, outline.polygon)
            for a, best in zip(meant, found, strict=True)
            for outline in best
            if a in standing  # somebody may have moved it meanwhile
        }
        if shapes:
            self._moves.reshape(shapes)
        elif any(a in standing for a in meant):
            self._messages.info(self.tr("Nothing stands out in the box, so it stays as it is."))

    def _drop(self, *questions: Question) -> None:
        for question in questions:
            self._fits.pop(question, None)
            if question is self._clicked:
                self._clicked = None
            self._unasked = [q for q in self._unasked if q is not question]
            if self._jobs is not None:
                self._jobs.drop(question)

    def _photo_on_screen(self) -> LivePhoto | None:
        image = self._document.image
        return None if image is None else self._photo(image.id)

    def _photo(self, image_id: int) -> LivePhoto:
        image = self._project.images.get(image_id)
        return LivePhoto(image.content_hash, self._project.locate(image.path))

    def _plan(self) -> None:
        if self._canvas.tool != "segment" or self._document.image is None:
            if self._jobs is not None:
                self._jobs.plan(())
            return
        if self._jobs is not None:
            ahead = (self._document.image.id, *self._browsing.ahead())
            self._jobs.plan([self._photo(i) for i in ahead])
        elif self._opening is None:
            self._open(self._name)

    def _open(self, name: str) -> None:
        self._opening = name
        self._reading.run(partial(_opened, name), partial(self._take_opened, name))

    def _take_opened(self, name: str, opened: LiveSegmenter | UserError) -> None:
        if name != self._opening:
            return  # another one was chosen meanwhile; this one has begun nothing
        self._opening = None
        if isinstance(opened, UserError):
            self._take_unopened(name, opened)
            return
        if name != self._name:
            self._take_another(name)
        self._jobs = jobs = SegmentJobs(opened, self)
        jobs.answered.connect(self._take_answer)
        jobs.failed.connect(self._take_failure)
        jobs.waiting.connect(self._tell)
        questions, self._unasked = self._unasked, []
        for question in questions:
            jobs.ask(question)
        self._plan()

    def _take_another(self, name: str) -> None:
        """What the one before was asked is of no use any more."""
        self._canvas.flush_gesture()
        self._canvas.drop_gesture()
        self._drop(*self._fits)
        before = self._stop_jobs()
        if before is not None:  # not on the GUI thread: the end of a process takes its time
            self._reading.run(before.wait, lambda _: self._forget(before))
        self._name = name
        self._add([name])
        self._keep(_SETTING, name)

    def _take_unopened(self, name: str, error: UserError) -> None:
        """The one before stays. The one that was kept is told once somebody asks it."""
        if name != self._name:
            self._messages.error(error)
            self._offer()
            if self._unasked:
                self._open(self._name)
            return
        questions, self._unasked = self._unasked, []
        for question in questions:
            self._take_failure(question, error)

    def _stop_jobs(self) -> SegmentJobs | None:
        jobs, self._jobs = self._jobs, None
        if jobs is not None:
            jobs.stop()
            self._ending.append(jobs)
            self.told.emit("")
        return jobs

    def _forget(self, ended: SegmentJobs) -> None:
        self._ending.remove(ended)
        ended.deleteLater()

    def _tell(self, title: str | None) -> None:
        words = self.tr("{name} looks at the photo …")
        self.told.emit("" if title is None else words.format(name=title))

    def _add(self, names: Sequence[str]) -> None:
        self._others += [n for n in names if n not in (CONTRAST, *self._others)]
        self._offer()

    def _offer(self) -> None:
        """What can be chosen from."""
        offered = [(CONTRAST, self.tr("Contrast (no weights)"))]
        offered += [(name, Path(name).name) for name in self._others]
        self._choice.set_segmenters(offered, self._opening or self._name)

    def _choose_file(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self._choice,
            self.tr("Weights of a segmenter"),
            "",
            self.tr("Weights (*.pth *.pt *.safetensors);;All files (*)"),
        )
        if chosen:
            self.use(chosen)


def _opened(name: str) -> LiveSegmenter:
    return open_segmenter(name, environment.cache_folder(), Shelf(environment.models_folder()))
