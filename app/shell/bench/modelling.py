"""Models at work from the window: asked for, watched, cancelled; and what they propose, judged."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog

from app.core.errors import UserError
from app.core.geometry import Box
from app.core.label_class import LabelClass
from app.core.prelabelling import ModelFacts, PrelabelProgress, PrelabelReport, PrelabelRequest
from app.services import environment
from app.services.bulk import BulkReport, accept_proposals, reject_proposals
from app.services.class_names import matched_classes
from app.services.drawers import RECIPE
from app.services.models import STARTER, Model, draws_boxes, find_model
from app.services.recipes import list_recipes
from app.services.shelf import Shelf
from app.shell.bench.browsing import Browsing
from app.shell.bench.model_jobs import ModelJobs
from app.shell.bench.panels import Panels
from app.shell.bench.writer import Writer
from app.shell.frame.messages import Messages
from app.storage.project import Project
from widgets.panels.prelabel_words import report_words

if TYPE_CHECKING:
    from app.shell.bench.model_dialog import ModelDialog


class Modelling(QObject):
    """One request at a time. The window goes on whatever becomes of the model."""

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
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._project, self._writer, self._panel = project, writer, panels.prelabel
        self._browsing, self._messages, self._person = browsing, messages, person
        self._canvas = panels.canvas
        self._image_id: int | None = None
        self._files: list[Path] = []
        self._shelf = Shelf(environment.models_folder())
        self._is_describing = False
        self._waiting: Callable[[], None] | None = None
        self._jobs = ModelJobs(
            project.folder,
            cache=environment.cache_folder(),
            actor=person,
            find=self._find,
            parent=self,
        )
        self._connect_jobs()
        self._panel.run_wanted.connect(self.run)
        self._panel.cancel_wanted.connect(self.cancel)
        self._panel.model_picked.connect(self._describe)
        self._panel.model_file_wanted.connect(self._choose_file)
        self._panel.shelf_wanted.connect(self.show_shelf)
        self._panel.asking.kept.connect(self._keep_phrases)
        self._panel.asking.previewed.connect(panels.proposals.set_least_score)
        self._list_models(STARTER)
        self._describe(STARTER)

    def set_image(self, image_id: int | None) -> None:
        """What "this image" is."""
        self._image_id = image_id

    def run(self, request: PrelabelRequest) -> None:
        if self._is_describing:
            self._waiting = lambda: self.run(request)
            return
        if self._jobs.busy:
            self._messages.info(self.tr("A model is at work already."))
            return
        if not (ids := self._ids(request)) and ids is not None:
            self._messages.info(self.tr("There is no image to go over."))
            return
        self._jobs.start(request, ids)

    def run_here(self) -> None:
        """As the panel stands, but only on the image on screen, again if need be."""
        if self._is_describing:
            self._waiting = self.run_here  # which classes are asked for is known only then
            return
        self.run(replace(self._panel.request(), scope="image", again=True))

    def cancel(self) -> None:
        """Does nothing when no model is at work."""
        if self._jobs.busy:
            self._waiting = None
            self._panel.show_cancelling()
            self.stopping.emit()
            self._jobs.cancel()

    def close(self) -> None:
        if "dialog" in self.__dict__:
            self.dialog.close_jobs()
            self.dialog.close()
        self._jobs.close()

    @cached_property
    def dialog(self) -> "ModelDialog":
        """Made when it is first asked for."""
        from app.shell.bench.model_dialog import ModelDialog

        made = ModelDialog(
            *(self._project, self._writer),
            person=self._person,
            region_of=self._region,
            parent=self._panel,
        )
        made.changed.connect(self.list_again)
        return made

    def show_shelf(self) -> None:
        self.dialog.show()
        self.dialog.raise_()

    def _ids(self, request: PrelabelRequest) -> Sequence[int] | None:
        if request.scope == "image":
            return [] if self._image_id is None else [self._image_id]
        return self._browsing.order.ids if request.scope == "filtered" else None

    def _connect_jobs(self) -> None:
        jobs = self._jobs
        jobs.started.connect(self._tell_start)
        jobs.progress.connect(self._tell_progress)
        jobs.arrived.connect(lambda image_id: self.proposed.emit(frozenset({image_id})))
        jobs.classes_known.connect(self._show_classes)
        jobs.finished.connect(self._tell_report)
        jobs.failed.connect(self._tell_failure)
        jobs.cancelled.connect(self._tell_cancelled)
        jobs.described.connect(self._tell_described)

    def _tell_start(self) -> None:
        self._panel.show_started()
        self.progress.emit(self._name(), None)

    def _tell_progress(self, told: PrelabelProgress) -> None:
        self._panel.show_progress(told)
        self.progress.emit(self._name(), told)

    def _tell_report(self, report: PrelabelReport) -> None:
        self._panel.show_report(report)
        self.idle.emit(report_words(report))

    def _tell_cancelled(self) -> None:
        self._is_describing = False
        self._panel.show_cancelled()
        self.idle.emit(self.tr("model stopped"))

    def _tell_described(self) -> None:
        self._is_describing = False
        self._panel.show_idle()
        self.idle.emit("")
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            waiting()

    def _tell_failure(self, error: UserError) -> None:
        self._is_describing, self._waiting = False, None
        self._panel.show_error(error)
        self.idle.emit(self.tr("model failed"))
        self._messages.error(error)

    def _find(self, name: str) -> Model:
        """Whoever picks a file in the dialog vouches for it, as with --trust."""
        trusted = environment.trusted_folders()
        picked = Path(name) in self._files
        return find_model(name, shelf=self._shelf, trusted_folders=trusted, trust=picked)

    def _name(self) -> str:
        return Path(self._panel.request().model.removeprefix(RECIPE)).stem

    def _list_models(self, current: str) -> None:
        models = [(STARTER, self.tr("Starter (powder beds)"))]
        for name in (r.name for r in list_recipes(self._project)):
            models.append((RECIPE + name, self.tr("Recipe: {name}").format(name=name)))
        models += [(m.name, m.name) for m in self._shelf.all() if draws_boxes(m)]
        models += [(str(file), file.name) for file in self._files]
        self._panel.set_models(models, current)

    def _region(self) -> Box | None:
        """The selected box in shares of its photo; None, and said, where there is none."""
        canvas = self._canvas
        chosen = [a.box for a in canvas.visible_annotations() if a.uid in canvas.selection]
        if len(chosen) != 1 or self._image_id is None:
            self._messages.info(self.tr("Select the one box that is to be the region."))
            return None
        image = self._project.images.get(self._image_id)
        return chosen[0].scaled(1 / image.width_px, 1 / image.height_px).clipped(1, 1)

    def list_again(self) -> None:
        """Recipes or the shelf have changed."""
        self._list_models(self._panel.request().model)

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
        self._messages.info(self.tr("These words are now the prompts of the classes."))
        self._describe(self._panel.request().model)

    def _choose_file(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self._panel,
            self.tr("Weights of a model"),
            "",
            self.tr("Weights (*.pt *.onnx);;All files (*)"),
        )
        if chosen:
            self.add_model_file(Path(chosen))

    def add_model_file(self, file: Path) -> None:
        """One more model to choose from; it is chosen."""
        if file not in self._files:
            self._files.append(file)
        self._list_models(str(file))
        self._describe(str(file))

    def _describe(self, model: str) -> None:
        if not self._jobs.busy:
            self._is_describing = True
            self._jobs.describe(model)
        elif self._is_describing:
            self._waiting = lambda: self._describe(model)

    def _show_classes(self, facts: ModelFacts) -> None:
        if facts.name != self._panel.request().model:
            return
        classes: Sequence[LabelClass] = self._project.classes.all()
        if facts.kind == "recipe":
            self._panel.set_recipe()
        elif facts.kind == "asked":
            self._panel.set_phrases(facts.phrases, classes)
        else:
            self._panel.set_classes(matched_classes(facts, classes), classes)

    def judge_many(self, kind: str, class_id: int | None, score: float) -> None:
        """Proposals of all filtered images, as one gesture that one undo takes back."""
        ids, person = tuple(self._browsing.order.ids), self._person

        def judge(project: Project) -> BulkReport:
            if kind == "accept":
                return accept_proposals(
                    project, ids, class_id=class_id, least_score=score, actor=person
                )
            return reject_proposals(
                project, ids, class_id=class_id, below_score=score, actor=person
            )

        done: Callable[[BulkReport | UserError], None] = self._tell_bulk
        self._writer.run(judge, done)

    def _tell_bulk(self, result: BulkReport | UserError) -> None:
        if isinstance(result, UserError):
            self._messages.error(result)
            return
        words = self.tr(
            "{boxes} proposals on {images} images; undo takes all of it back."
            " Left alone: {settled} images that are settled, or to be labelled blind."
        )
        said = words.format(boxes=result.boxes, images=result.images, settled=result.settled)
        self._messages.saved(said)
