"""Models at work from the window: asked for, watched, cancelled."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.core.detection import Detection
from app.core.errors import UserError
from app.core.label_class import LabelClass
from app.core.prelabelling import ModelFacts, PrelabelProgress, PrelabelReport, PrelabelRequest
from app.services import environment
from app.services.class_names import matched_classes
from app.services.drawers import RECIPE
from app.shell.bench.browsing import Browsing
from app.shell.bench.model_choice import ModelChoice
from app.shell.bench.model_jobs import ModelJobs
from app.shell.bench.panels import Panels
from app.shell.bench.writer import Writer
from app.shell.frame.error_words import worded, worded_report
from app.shell.frame.messages import Messages
from app.storage.project import Project
from widgets.panels.prelabel_words import refused_words, report_words


class Modelling(QObject):
    """One request at a time, and none during a search (`is_searching`): what is asked meanwhile is
    refused in words. The window goes on whatever becomes of the model. Of an image that `is_blind`
    nothing is told.
    """

    progress = Signal(str, object)  # name of the model, PrelabelProgress or None while it loads
    idle = Signal(str)  # what became of the last request, in words
    stopping = Signal()  # somebody has cancelled it; `idle` follows
    proposed = Signal(object)  # ids of images with new proposals, as a frozenset

    def __init__(
        self,
        project: Project,
        writer: Writer,
        panels: Panels,
        browsing: Browsing,
        messages: Messages,
        *,
        person: str,
        is_searching: Callable[[], bool],
        is_blind: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._is_searching, self._is_blind = is_searching, is_blind
        self._project, self._writer, self._panel = project, writer, panels.prelabel
        self._browsing, self._messages, self._person = browsing, messages, person
        self._panels = panels
        self._image_id: int | None = None
        self._tried: tuple[float, float] | None = None  # the least score before a try, and by it
        self._is_describing = self._is_told = self._is_closed = False
        self._waiting: Callable[[], None] | None = None
        self._to_describe: str | None = None
        self.choice = ModelChoice(
            *(project, writer, self._panel, panels.canvas, messages),
            person=person,
            size_px=self._size_px,
            parent=self,
        )
        self._jobs = ModelJobs(
            project.folder,
            cache=environment.cache_folder(),
            actor=person,
            find=self.choice.find,
            parent=self,
        )
        self._connect_jobs()
        self._panel.run_wanted.connect(self.run)
        self._panel.cancel_wanted.connect(self.cancel)
        self._panel.model_picked.connect(self._describe)
        self.choice.changed.connect(self._take_choice)
        self._panel.asking.kept.connect(self._keep_phrases)
        self._panel.asking.previewed.connect(self._preview)
        self._describe(self._panel.model)

    @property
    def is_busy(self) -> bool:
        """From a request until how it ended was told; to look into a file of weights is one too."""
        return self._jobs.busy

    def leave(self) -> None:
        """Another image comes: the least score that a try of words has set on this one goes back,
        unless somebody has set another since.
        """
        if self._tried is not None:
            before, tried = self._tried
            if self._panels.proposals.least_score == tried:
                self._panels.proposals.set_least_score(before)
            self._tried = None
        self._panel.asking.end_trial()

    def set_image(self, image_id: int | None) -> None:
        """What "this image" is."""
        self._image_id = image_id
        self._panel.asking.show_finds(())

    def run(self, request: PrelabelRequest) -> None:
        self._when_described(partial(self._start, request, self._ids(request)))

    def run_here(self) -> None:
        """As the panel stands, but only on the image on screen, again if need be."""
        here = () if self._image_id is None else (self._image_id,)
        self._when_described(lambda: self._start(self._asked_here(), here))

    def _asked_here(self) -> PrelabelRequest:
        return replace(self._panel.request(), scope="image", again=True)

    def _when_described(self, begin: Callable[[], None]) -> None:
        """Which classes there are to ask for is known only then."""
        if self._is_describing:
            self._waiting = begin
        else:
            begin()

    def _start(self, request: PrelabelRequest, ids: Sequence[int] | None) -> None:
        if self._jobs.busy or self._is_searching():
            self._messages.info(self.tr("A model or a search is at work already."))
            return
        if ids is not None and not ids:
            self._messages.info(self.tr("There is no image to go over."))
            return
        self._panel.asking.show_finds(())
        self._jobs.start(request, ids)

    def drop(self) -> None:
        """What waits for an answer is not begun."""
        self._waiting = None

    def cancel(self) -> None:
        """Does nothing when no model is at work."""
        if self._jobs.busy:
            self._waiting = None
            self._panel.show_cancelling()
            self.stopping.emit()
            self._jobs.cancel()

    def close(self) -> None:
        """Ends request, threads, process and dialog; nothing is told or begun after it."""
        self._is_closed = True
        self.choice.close()
        self._jobs.close()

    def _ids(self, request: PrelabelRequest) -> Sequence[int] | None:
        if request.scope == "image":
            return [] if self._image_id is None else [self._image_id]
        return self._browsing.order.ids if request.scope == "filtered" else None

    def _size_px(self) -> tuple[int, int] | None:
        if self._image_id is None:
            return None
        image = self._project.images.get(self._image_id)
        return image.width_px, image.height_px

    def _connect_jobs(self) -> None:
        jobs = self._jobs
        jobs.started.connect(self._tell_start)
        jobs.progress.connect(self._tell_progress)
        jobs.arrived.connect(lambda image_id: self.proposed.emit(frozenset({image_id})))
        jobs.restarting.connect(self._tell_death)
        jobs.found.connect(self._show_finds)
        jobs.classes_known.connect(self._show_classes)
        jobs.finished.connect(self._tell_report)
        jobs.failed.connect(self._tell_failure)
        jobs.cancelled.connect(self._tell_cancelled)
        jobs.described.connect(self._tell_described)

    def _tell_start(self) -> None:
        self._is_told = True
        self._panel.show_started()
        self.progress.emit(self._name(), None)

    def _tell_progress(self, told: PrelabelProgress) -> None:
        self._panel.show_progress(told)
        self.progress.emit(self._name(), told)

    def _tell_report(self, report: PrelabelReport) -> None:
        report = worded_report(report)
        self._panel.show_report(report)
        self.idle.emit(f"{refused_words(report)} {report_words(report)}".strip())
        if report.refused:
            self._tell_refused(report.refused)
        self._go_on()

    def _tell_refused(self, refused: Sequence[UserError]) -> None:
        first, others = refused[0], len(refused) - 1
        words = self.tr("Photos left out besides: {count}. The panel of models lists them.")
        self._messages.warn(first.what, hint=words.format(count=others) if others else first.hint)

    def _tell_death(self, error: UserError) -> None:
        hint = self.tr("The model is started again, and goes on where it was.")
        self._messages.warn(error.what, hint=hint)

    def _tell_cancelled(self) -> None:
        self._is_describing = False
        self._panel.show_cancelled()
        self.idle.emit(self.tr("model stopped"))
        self._go_on()

    def _tell_described(self) -> None:
        self._is_describing = False
        if self._is_told:  # else nobody saw it begin, and what was said before still stands
            self._panel.show_idle()
            self.idle.emit("")
        self._go_on()

    def _tell_failure(self, error: UserError) -> None:
        if self._to_describe is None:
            self._waiting = None  # it was to run the model that failed
        self._is_describing = False
        self._panel.show_error(worded(error))
        self.idle.emit(self.tr("model failed"))
        self._messages.error(error)
        self._go_on()

    def _go_on(self) -> None:
        """With what was asked for meanwhile; first it is told which classes there are."""
        self._is_told = False
        model, self._to_describe = self._to_describe, None
        if model is not None:
            self._describe(model)
            return
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            waiting()

    def _name(self) -> str:
        return Path(self._panel.model.removeprefix(RECIPE)).stem

    def _preview(self, score: float) -> None:
        """Hides what would not stay, on this image."""
        before = self._tried[0] if self._tried else self._panels.proposals.least_score
        self._panels.proposals.set_least_score(score)
        self._tried = before, self._panels.proposals.least_score

    def _keep_phrases(self, phrases: Mapping[str, tuple[str, ...]]) -> None:
        """What the model is asked for becomes the prompts of the classes."""
        person = self._person
        changed = [
            replace(c, prompts=phrases[c.name])
            for c in self._project.classes.all()
            if phrases.get(c.name, c.prompts) != c.prompts
        ]

        def keep(project: Project) -> None:
            with project.transaction():
                for label_class in changed:
                    project.change_class(label_class, actor=person)

        self._writer.run(keep, self._tell_kept)

    def _tell_kept(self, result: UserError | None) -> None:
        if isinstance(result, UserError):
            self._messages.error(result)
            return
        if self._is_closed:
            return
        self._messages.info(self.tr("These words are now the prompts of the classes."))
        self._describe(self._panel.model)

    def _take_choice(self, model: str) -> None:
        if not self._jobs.busy:
            self._panel.show_idle()  # what is said there was said of another
        self._describe(model)

    def _describe(self, model: str) -> None:
        if self._jobs.busy:
            self._to_describe = model
        else:
            self._is_describing = True
            self._jobs.describe(model, may_load=not self._is_searching())

    def _show_finds(self, image_id: int, found: Sequence[Detection]) -> None:
        if image_id == self._image_id and not self._is_blind():
            self._panel.asking.show_finds(found)

    def _show_classes(self, facts: ModelFacts) -> None:
        if facts.name != self._panel.model:
            return
        classes: Sequence[LabelClass] = self._project.classes.all()
        if facts.kind == "recipe":
            self._panel.set_recipe()
        elif facts.kind == "asked":
            self._panel.set_phrases(facts.phrases, classes)
        else:
            self._panel.set_classes(matched_classes(facts, classes), classes)
