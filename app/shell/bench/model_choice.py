"""The models and recipes that a person can choose from, and the window in which they are kept."""

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog

from app.core.errors import UserError
from app.core.geometry import Box
from app.services import environment
from app.services.drawers import RECIPE
from app.services.models import STARTER, Model, draws_boxes, find_model
from app.services.recipes import list_recipes
from app.services.shelf import Shelf, ShelfModel
from app.shell.bench.writer import Writer
from app.shell.frame.messages import Messages
from app.shell.jobs import Jobs
from app.storage.project import Project
from widgets.canvas.canvas import Canvas
from widgets.panels.prelabel_panel import PrelabelPanel

if TYPE_CHECKING:
    from app.shell.bench.model_dialog import ModelDialog


class ModelChoice(QObject):
    """Fills the panel's list: what ships, the recipes, the shelf, and files that were picked."""

    changed = Signal(str)  # the name that is chosen now stands for another model than before

    def __init__(
        self,
        project: Project,
        writer: Writer,
        panel: PrelabelPanel,
        canvas: Canvas,
        messages: Messages,
        *,
        person: str,
        size_px: Callable[[], tuple[int, int] | None],
        parent: QObject | None = None,
    ) -> None:
        """`size_px`: width and height of the photo on the bench."""
        super().__init__(parent)
        self._project, self._writer, self._panel = project, writer, panel
        self._canvas, self._messages, self._person = canvas, messages, person
        self._size_px = size_px
        self._files: list[Path] = []
        self._shelf = Shelf(environment.models_folder())
        self._kept: Sequence[ShelfModel] = ()
        self._is_closed = False
        self._reading = Jobs(self, threads=1)
        panel.model_file_wanted.connect(self._choose_file)
        panel.shelf_wanted.connect(self.show_shelf)
        self._list(STARTER)

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
        made.changed.connect(self._take_change)
        return made

    def show_shelf(self) -> None:
        self.dialog.show()
        self.dialog.raise_()

    def find(self, name: str) -> Model:
        """As `find_model`, from any thread.

        Whoever picks a file in the dialog vouches for it, as with --trust.
        """
        trusted = environment.trusted_folders()
        picked = Path(name) in self._files
        return find_model(name, shelf=self._shelf, trusted_folders=trusted, trust=picked)

    def list_again(self) -> None:
        """The recipes or the shelf may have changed."""
        # Not on the GUI thread: of a model that somebody has moved all is read again.
        self._reading.run(self._shelf.all, self._take_kept)

    def add_file(self, file: Path) -> None:
        """One more model to choose from; it is chosen."""
        if file not in self._files:
            self._files.append(file)
        self._list(str(file))
        self.changed.emit(str(file))

    def close(self) -> None:
        """Ends threads and the dialog; nothing is told or begun after it."""
        self._is_closed = True
        if "dialog" in self.__dict__:
            self.dialog.close_jobs()
            self.dialog.close()
        self._reading.close()

    def _take_kept(self, kept: list[ShelfModel] | UserError) -> None:
        if isinstance(kept, UserError):
            self._messages.error(kept)
        else:
            self._kept = kept
        before = self._panel.model
        self._list(before)
        if self._panel.model != before:
            self.changed.emit(self._panel.model)

    def _take_change(self) -> None:
        if self._is_closed:
            return
        self.list_again()
        self.changed.emit(self._panel.model)

    def _list(self, current: str) -> None:
        models = [(STARTER, self.tr("Starter: powder bed"))]
        for name in (r.name for r in list_recipes(self._project)):
            models.append((RECIPE + name, self.tr("Recipe: {name}").format(name=name)))
        models += [(m.name, m.name) for m in self._kept if draws_boxes(m)]
        models += [(str(file), file.name) for file in self._files]
        self._panel.set_models(models, current)

    def _region(self) -> Box | None:
        """The selected box in shares of its photo; None, and said, where there is none."""
        canvas, size_px = self._canvas, self._size_px()
        chosen = [a.box for a in canvas.visible_annotations() if a.uid in canvas.selection]
        if len(chosen) != 1 or size_px is None:
            self._messages.info(self.tr("Select the one box that is to be the region."))
            return None
        return chosen[0].scaled(1 / size_px[0], 1 / size_px[1]).clipped(1, 1)

    def _choose_file(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self._panel,
            self.tr("Weights of a model"),
            "",
            self.tr("Weights (*.pt *.onnx);;All files (*)"),
        )
        if chosen:
            self.add_file(Path(chosen))
