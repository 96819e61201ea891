"""The demo from the start page: made beside the window once, later the same project again."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.core.errors import UserError
from app.services import environment
from app.shell.frame.error_words import in_one_text
from app.shell.told_jobs import ToldJob, ToldJobs
from widgets.frame.message_bar import MessageAction

if TYPE_CHECKING:
    from app.services.demo import DemoStep
    from app.shell.frame.main_window import MainWindow


@dataclass(frozen=True, slots=True)
class _Demo:
    """Where it is, and why there are no proposals in it, if there are none."""

    project: Path
    unlabelled: UserError | None = None


class DemoMaking(QObject):
    """One at a time: while it is being made its button can't be pressed."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._jobs = ToldJobs(window.status, self)
        window.start_page.demo_wanted.connect(self.open)

    def open(self) -> None:
        """Once it is there."""
        self._window.start_page.show_making_demo(True)
        self._jobs.run(
            *(self.tr("making the demo"), self._made, self._settle),
            stopped=self._tell_stopped,
            broke=self._show_idle,
        )

    def close(self) -> None:
        """What is being made is given up."""
        self._jobs.close()

    def _made(self, job: ToldJob) -> _Demo:
        """Called in the job's thread."""
        from app.services.demo import demo, demo_folder, demo_project

        folder = demo_folder(Path.home())
        if there := demo_project(folder):
            return _Demo(there)
        titles: dict[DemoStep, str] = {
            "photos": self.tr("making photos"),
            "import": self.tr("adding photos"),
            "prelabel": self.tr("a model draws on them"),
            "export": self.tr("exporting"),
        }
        report = demo(
            folder,
            actor=self._window.start.person(),
            cache=environment.cache_folder(),
            on_step=lambda step: job.step(titles[step]),
            stop=job.stop,
        )
        prelabelled = report.prelabelled
        return _Demo(report.project, prelabelled if isinstance(prelabelled, UserError) else None)

    def _settle(self, made: _Demo | UserError) -> None:
        self._show_idle()
        window = self._window
        if isinstance(made, UserError):
            window.messages.error(made)
        elif window.bench is None and not window.start.is_asking:
            window.open_folder(made.project)
        else:  # what somebody has begun meanwhile isn't taken away from them
            action = MessageAction(self.tr("Open"), lambda: window.open_folder(made.project))
            window.messages.info(self.tr("The demo is ready."), action=action)
        if isinstance(made, _Demo) and made.unlabelled is not None:
            window.messages.warn(
                self.tr("The demo has no proposals: no model can run here."),
                hint=in_one_text(made.unlabelled),
            )

    def _tell_stopped(self) -> None:
        self._show_idle()
        self._window.messages.info(self.tr("Making the demo was stopped."))

    def _show_idle(self) -> None:
        self._window.start_page.show_making_demo(False)
