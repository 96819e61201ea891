"""A window on a project whose models are scripts: asked, watched and killed as a person would."""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QScrollArea

from app.core.label_class import LabelClass
from app.core.prelabelling import Scope
from app.services.import_photos import import_photos
from app.services.model_bench import ModelBench
from app.storage.project import Project
from tests.gui.bench_driver import BenchDriver
from tests.gui.conftest import write_photo
from tests.helpers.scripted_models import NAMES, PLAIN_GREY, SLOW_GREY
from widgets.panels.prelabel_panel import PrelabelPanel

Key, Control = Qt.Key, Qt.KeyboardModifier.ControlModifier
SCRATCH = 1
COLOURS = ("#e6194b", "#4363d8")
PLAIN, SLOW = (1, 2, 3), 4
_START_MS = 60_000  # a model's process is started


@dataclass(kw_only=True)
class ModelDriver(BenchDriver):
    """A window whose starter is a script, in a process of its own as any model."""

    workers: ModelBench
    cache: Path

    @property
    def panel(self) -> PrelabelPanel:
        return self.bench.panels.prelabel

    def show_panel(self) -> None:
        """The person brings the models up; the classes of the first are told."""
        self.press(Key.Key_M, Control)
        self.until(
            lambda: self.panel.classes.isVisible() and not self.bench.models.modelling._jobs.busy
        )

    def push(self, button: QAbstractButton) -> None:
        """Once it is in sight: a panel that has just changed is laid out a moment later."""
        around = button.parentWidget()
        while around is not None and not isinstance(around, QScrollArea):
            around = around.parentWidget()

        def is_in_sight() -> bool:
            if around is not None:
                around.ensureWidgetVisible(button)
            return not button.visibleRegion().isEmpty()

        self.until(is_in_sight)
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def run_on(self, scope: Scope) -> None:
        self.panel.set_scope(scope)
        self.push(self.panel.run_button)

    def until(self, is_so: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(is_so, timeout=_START_MS)

    def until_asleep(self) -> None:
        """The model computes on the slow photo."""
        self.until((self.cache / "sleeping").exists)

    def until_idle(self) -> None:
        self.until(lambda: not self.bench.models.modelling._jobs.busy)

    def kill_worker(self) -> None:
        worker = self.workers._worker
        assert worker is not None and worker._process is not None
        os.kill(worker._process.pid or 0, signal.SIGKILL)

    @property
    def at_foot(self) -> str:
        return self.window.status.model.words


def make_project(folder: Path) -> None:
    """Three photos that the script is quick on, and one that it never ends on."""
    photos = folder / "photos"
    photos.mkdir()
    for number, grey in enumerate((PLAIN_GREY, PLAIN_GREY, PLAIN_GREY, SLOW_GREY)):
        # No two alike, or they would be one photo under two names.
        write_photo(photos / f"bed_{number}.png", grey, width=100 + number, height=100)
    with Project.create(folder / "bed") as project:
        project.add_classes(
            [LabelClass(name, colour=c) for name, c in zip(NAMES, COLOURS, strict=True)],
            actor="lead",
        )
        import_photos(project, photos)
