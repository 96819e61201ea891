"""The window of models and recipes: what is on the shelf, and the chains that a project keeps."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QFileDialog, QTabWidget, QVBoxLayout, QWidget

from app.core.errors import UserError
from app.core.geometry import Box
from app.core.progress import Cancelled, OnProgress, Progress
from app.core.recipe import Recipe
from app.core.stopping import Stop
from app.services import environment
from app.services.add_model import AddRequest, add_model
from app.services.model_list import list_models, listed_model
from app.services.model_trial import try_model
from app.services.recipes import get_recipe, list_recipes, put_recipe, remove_recipe
from app.services.shelf import Removed, Shelf
from app.services.shelf_card import Trial
from app.services.shelf_model import ShelfModel
from app.shell.bench.writer import Writer
from app.shell.frame.error_words import in_one_text, in_screen_words
from app.shell.jobs import Jobs
from app.storage.project import Project
from backends.base import BACKENDS
from widgets.panels.recipe_editor import ListedRecipe, RecipeEditor
from widgets.panels.shelf_view import ShelfRow, ShelfView

_SIZE_PX = (820, 600)

Ended = ShelfModel | Trial | Removed | UserError | Cancelled
"""What became of a job of the shelf."""


class ModelDialog(QDialog):
    """Stays beside the bench. `region_of` gives the selected box in shares of its photo."""

    changed = Signal()  # there are other models or recipes to choose from
    _progressed = Signal(str, object)  # what is under way, Progress

    def __init__(
        self,
        project: Project,
        writer: Writer,
        *,
        person: str,
        region_of: Callable[[], Box | None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._project, self._writer, self._person = project, writer, person
        self._region_of = region_of
        self._shelf = Shelf(environment.models_folder())
        self._jobs, self._stop, self._is_closed = Jobs(self, threads=1), Stop(), False
        self.recipes, self.shelf = RecipeEditor(in_screen_words), ShelfView()
        self.setWindowTitle(self.tr("Models and recipes"))
        self.setWindowFlag(Qt.WindowType.Tool)
        self.tabs = QTabWidget()
        self.tabs.addTab(self.shelf, self.tr("Models"))
        self.tabs.addTab(self.recipes, self.tr("Recipes"))
        QVBoxLayout(self).addWidget(self.tabs)
        self.resize(*_SIZE_PX)
        self._connect()
        self._list_models()
        self._list_recipes()

    def close_jobs(self) -> None:
        """Ends what is under way, and begins nothing more; to be called before the program ends."""
        self._is_closed = True
        self._stop.request()
        self._jobs.close()

    def add(self, request: AddRequest) -> None:
        """Puts a model on the shelf."""
        stop = self._stop = Stop()

        def work() -> Ended:
            return _caught(
                lambda: add_model(
                    self._shelf, request, by=self._person, on_step=self._step, stop=stop
                )
            )

        self.shelf.show_working(self.tr("Adding …"))
        self._jobs.run(work, self._take_added, broke=self.shelf.show_idle)

    def test(self, name: str) -> None:
        """Loads it and measures how fast it is here."""
        stop = self._stop = Stop()

        def work() -> Ended:
            return _caught(partial(self._try, name, stop))

        self.shelf.show_working(self.tr("Loading {name} …").format(name=name))
        self._jobs.run(work, partial(self._take_tested, name), broke=self.shelf.show_idle)

    def _try(self, name: str, stop: Stop) -> Trial:
        model = listed_model(self._shelf, name)
        tested = try_model(model, cache=environment.cache_folder(), stop=stop)
        self._shelf.remember_trial(name, tested)
        return tested

    def remove(self, name: str) -> None:
        """Takes a model off the shelf."""

        def work() -> Ended:
            return self._shelf.remove(name)

        self.shelf.show_working(self.tr("Removing {name} …").format(name=name))
        self._jobs.run(work, self._take_removed, broke=self.shelf.show_idle)

    def _list_models(self, current: str = "") -> None:
        def take(listed: list[ShelfModel] | UserError) -> None:
            if isinstance(listed, UserError):
                self.shelf.show_idle(_words(listed))
                return
            self.shelf.set_models([_row(each) for each in listed], current)
            usable = [each for each in listed if not each.problem]
            detectors, segmenters = (
                [(m.name, m.name) for m in usable if BACKENDS[m.family].role == role]
                for role in ("detector", "segmenter")
            )
            self.recipes.form.set_choices(detectors, segmenters)

        # Not on the GUI thread: of a model that somebody has moved all is read again.
        self._jobs.run(partial(list_models, self._shelf), take)

    def _list_recipes(self, current: str = "") -> None:
        self.recipes.set_recipes(
            [
                ListedRecipe(get_recipe(self._project, each.name), each.changed_by is not None)
                for each in list_recipes(self._project)
            ],
            current,
        )

    def _save_recipe(self, recipe: Recipe) -> None:
        self._change(partial(put_recipe, recipe=recipe, actor=self._person), recipe.name)

    def _remove_recipe(self, name: str) -> None:
        self._change(partial(remove_recipe, name=name), "")

    def _change(self, change: Callable[[Project], None], current: str) -> None:
        def done(result: UserError | None) -> None:
            if self._is_closed:
                return
            if isinstance(result, UserError):
                self.recipes.why_not.setText(_words(result))
                self.recipes.why_not.show()
                return
            self._list_recipes(current)
            self.changed.emit()

        self._writer.run(change, done)

    def _take_region(self) -> None:
        region = self._region_of()
        if region is not None:
            self.recipes.form.set_region(region)

    def _take_added(self, ended: Ended) -> None:
        if isinstance(ended, ShelfModel):
            self._list_models(ended.name)
            self.shelf.show_idle(self.tr("{name} is on the shelf.").format(name=ended.name))
            self.changed.emit()
        else:
            self._take_failure(ended)

    def _take_removed(self, ended: Ended) -> None:
        if isinstance(ended, Removed):
            self._list_models()
            words = self.tr("{name} is gone from the shelf.")
            self.shelf.show_idle(words.format(name=ended.name))
            self.changed.emit()
        else:
            self._take_failure(ended)

    def _take_tested(self, name: str, ended: Ended) -> None:
        if isinstance(ended, Trial):
            self._list_models(name)
            said = self.tr("{name}: loaded in {s:.1f} s on {device}, {speed}")
            words = said.format(name=name, s=ended.load_s, device=ended.device, speed=_speed(ended))
            self.shelf.show_idle("\n".join((words, *map(in_screen_words, ended.notes))))
        else:
            self._take_failure(ended)

    def _take_failure(self, ended: Ended) -> None:
        self.shelf.show_idle(
            _words(ended) if isinstance(ended, UserError) else self.tr("Cancelled.")
        )

    def _step(self, title: str) -> OnProgress:
        return lambda progress: self._progressed.emit(title, progress)

    def _show_progress(self, title: str, progress: Progress) -> None:
        share = progress.done / progress.total if progress.total else None
        self.shelf.show_working(f"{title}: {progress.done} / {progress.total}", share)

    def _choose_file(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self,
            self.tr("Weights of a model"),
            "",
            self.tr("Weights (*.pt *.pth *.onnx *.safetensors);;All files (*)"),
        )
        self._add_chosen(chosen)

    def _choose_folder(self) -> None:
        self._add_chosen(QFileDialog.getExistingDirectory(self, self.tr("Folder of a model")))

    def _add_chosen(self, chosen: str) -> None:
        """Whoever picks weights in the dialog vouches for them, as with --trust."""
        if chosen:
            self.add(AddRequest(str(Path(chosen)), trust=True))

    def _connect(self) -> None:
        shelf, recipes = self.shelf, self.recipes
        shelf.file_wanted.connect(self._choose_file)
        shelf.folder_wanted.connect(self._choose_folder)
        shelf.download_wanted.connect(lambda place: self.add(AddRequest(place, from_hub=True)))
        shelf.test_wanted.connect(self.test)
        shelf.remove_wanted.connect(self.remove)
        shelf.cancel_wanted.connect(lambda: self._stop.request())
        recipes.saved.connect(self._save_recipe)
        recipes.removed.connect(self._remove_recipe)
        recipes.form.region_wanted.connect(self._take_region)
        self._progressed.connect(self._show_progress)


def _caught(work: Callable[[], ShelfModel | Trial]) -> Ended:
    """A request that was cancelled has ended, too."""
    try:
        return work()
    except Cancelled as e:
        return e


def _row(model: ShelfModel) -> ShelfRow:
    title = f"{BACKENDS[model.family].title} {model.variant}".strip()
    return ShelfRow(
        model.name,
        title,
        model.size_bytes,
        speed=_speed(model.trial) if model.trial else "",
        source=model.source,
        licence=model.licence,
        sha256=model.weights_hash,
        needs=model.needs,
        problem=in_screen_words(model.problem),
        is_shipped=model.is_shipped,
    )


def _speed(tested: Trial) -> str:
    photo = f"{tested.photo_ms:.0f} ms / {tested.photo_px} px"
    return f"{photo}, {tested.click_ms:.0f} ms" if tested.click_ms else photo


def _words(error: UserError) -> str:
    return in_one_text(error, between="\n")
