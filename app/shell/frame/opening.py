"""How a project comes on the bench, in the window, and how it leaves it."""

from collections.abc import Generator
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QObject

from app.services.own_view import OwnView
from app.shell.bench.panels import Panels
from app.shell.bench.workbench import Workbench
from app.shell.turns import Turns
from app.storage.project import Project
from widgets.frame.dock_sizes import DockSizes
from widgets.words import in_screen_language

if TYPE_CHECKING:
    from app.shell.frame.main_window import MainWindow

_LAYOUT_VERSION = 3
"""One more with each new dock: an arrangement that doesn't know it would leave it anywhere."""

_CLASSES_PX = 390
"""High enough for the classes of the label sets that come along, and the legend."""


class Opening(QObject):
    """One project at a time, or none: then the start page is shown."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._bench: Workbench | None = None
        self._turns = Turns(self)
        self._dock_sizes = DockSizes(window, window.preferences.sides_px)

    @property
    def bench(self) -> Workbench | None:
        """The project that is open; one that is being opened is whole for whoever asks for it, and
        who asks meets what breaks on the way.
        """
        self._turns.finish()
        return self._bench

    @property
    def is_under_way(self) -> bool:
        """A project is on its way to the screen, which stays as it was."""
        return not self._window.updatesEnabled()

    def open(self, project: Project) -> None:
        """On the bench, in the place of the one before. From now on this owns it: where a turn
        breaks, nothing of it stays.

        In several turns of the event loop, or it would hold up a window that people see. Until it
        is whole the screen stays as it was; a key that is pressed meanwhile finds it whole.
        """
        self._turns.begin(self._open(project))
        if not self._window.isVisible():
            self._turns.finish()

    def close(self) -> None:
        """Saves all that is to be saved, and goes to the start page."""
        self._turns.drop()
        if self._bench is not None:
            self._keep_layout()
            self._close_bench(self._bench)
        self._show_no_project()

    def _open(self, project: Project) -> Generator[None]:
        self._window.setUpdatesEnabled(False)
        try:
            with ExitStack() as half_open:
                half_open.callback(self._give_up, project)
                self.close()
                self._remember(project)
                self._set_project_open(True)  # for a key, which will find it whole
                person = self._window.start.person()
                view = OwnView(project, person)
                panels = Panels(view.rows)
                yield
                bench = self._make_bench(project, view, panels, person)
                yield
                yield from self._place(bench)
                yield
                yield from bench.panels.fill()
                bench.list_images()
                yield
                bench.start()
                half_open.pop_all()
        finally:
            self._window.painting.hold()
            self._window.setUpdatesEnabled(True)
            self._window.painting.let_go()
        self._window.save_preferences()

    def _give_up(self, project: Project) -> None:
        """Of a project that isn't opened to the end nothing stays on the bench, nor of one that
        can't be left for it; how docks were left before is kept.
        """
        with ExitStack() as leaving:
            leaving.callback(self._show_no_project)
            leaving.callback(project.close)
            if self._bench is not None:
                self._close_bench(self._bench)

    def _remember(self, project: Project) -> None:
        """Among those that were opened last."""
        now = datetime.now().astimezone()
        window = self._window
        window.preferences = window.preferences.with_opened(str(project.folder), now)

    def _make_bench(
        self, project: Project, view: OwnView, panels: Panels, person: str
    ) -> Workbench:
        """With all that keys do."""
        window = self._window
        bench = self._bench = Workbench(
            *(project, view, panels),
            *(window, window.messages),
            person=person,
            idle_after_s=window.preferences.idle_after_s,
            titled=lambda name: window.action_set.action(name).toolTip(),
        )
        window.follow(bench)
        window.take_classes()
        return bench

    def _place(self, bench: Workbench) -> Generator[None]:
        """Canvas and docks, as they were left."""
        window = self._window
        # First: beside docks there need not be the room that the start page takes.
        window.show_canvas(bench.canvas)
        with bench.panels.placing():
            bench.panels.dock_into(window)
            yield
            self._restore_docks(bench)
        docks = bench.panels.docks
        window.appearance.take_docks(docks)
        docks["prelabel"].visibilityChanged.connect(
            lambda shown: bench.models.look() if shown else None
        )
        for dock in docks.values():
            window.panels_menu.addAction(dock.toggleViewAction())
        window.panels_menu.setEnabled(True)
        tags = bench.project.tags()
        window.strip.set_tags([(name, in_screen_language(name, zh)) for name, zh in tags])

    def _close_bench(self, bench: Workbench) -> None:
        try:
            bench.close()  # what it still has to tell is shown
        finally:
            self._bench = None
            self._window.panels_menu.clear()
            self._dock_sizes.leave()
            bench.panels.undock_from(self._window)
            bench.canvas.deleteLater()
            bench.deleteLater()

    def _show_no_project(self) -> None:
        window = self._window
        self._set_project_open(False)
        window.panels_menu.setEnabled(False)
        window.strip.show_nothing()
        window.status.show_no_project()
        window.setWindowTitle("Flawmark")
        window.start.show_start_page()

    def _set_project_open(self, is_open: bool) -> None:
        self._window.action_set.set_project_open(is_open)
        self._window.appearance.set_project_open(is_open)

    def _keep_layout(self) -> None:
        state = bytes(self._window.saveState(_LAYOUT_VERSION).toBase64().data()).decode()
        self._window.preferences = replace(
            self._window.preferences, dock_state=state, sides_px=self._dock_sizes.chosen.copy()
        )
        self._window.save_preferences()

    def _restore_docks(self, bench: Workbench) -> None:
        state = QByteArray.fromBase64(self._window.preferences.dock_state.encode())
        if not state.isEmpty() and self._window.restoreState(state, _LAYOUT_VERSION):
            self._dock_sizes.fit()
        else:
            docks = bench.panels.docks
            self._dock_sizes.fit(pile=(docks["classes"], docks["boxes"]), upper_px=_CLASSES_PX)
