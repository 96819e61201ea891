"""From the start page to a project on the bench: new, opened, or the demo."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog

from app.core.errors import UserError
from app.core.progress import Cancelled, OnProgress, Progress
from app.services import environment
from app.shell.jobs import Jobs
from app.storage.project import Project
from app.storage.project_file import FILE_NAME
from widgets.frame.new_project_page import LabelSetChoice, NewProject, NewProjectPage
from widgets.frame.start_page import ProjectCard
from widgets.words import class_title

if TYPE_CHECKING:
    from app.services.import_labels import LabelReport
    from app.services.import_photos import PhotoReport
    from app.shell.frame.main_window import MainWindow

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Imported:
    """What a folder brought; `labels` is None when it had none."""

    folder: Path
    photos: "PhotoReport"
    labels: "LabelReport | None"


class Start(QObject):
    """Slow steps run beside the window; the status line says how far they are."""

    _progressed = Signal(str, object)  # what is done, Progress

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window, self._messages = window, window.messages
        self._jobs = Jobs(self, threads=1)
        self._making = Jobs(self, threads=1)  # a new project need not wait for photos of another
        self._closed = False
        self._new_page: NewProjectPage | None = None
        self._progressed.connect(self._show_progress)
        page = window.start_page
        page.new_wanted.connect(self.ask_new)
        page.open_wanted.connect(self.ask_open)
        page.demo_wanted.connect(self.open_demo)
        page.open_recent.connect(lambda path: window.open_folder(Path(path)))
        page.dropped.connect(lambda path: self.take_dropped(Path(path)))
        page.forget_recent.connect(self._forget)
        page.person_chosen.connect(self._take_person)

    def show_start_page(self) -> None:
        """With the projects of late; those that are gone too, since a drive may only be away."""
        self._leave_new_page()
        page = self._window.start_page
        self._window.pages.setCurrentWidget(page)
        page.show_person(self.person_or_none(), is_fixed=bool(environment.named_person()))
        self._show_recent()

    def person(self) -> str:
        """Whose name goes into histories. Raises UserError where there is none."""
        return environment.person(self._window.preferences.person)

    def person_or_none(self) -> str:
        """The same, or "" where there is none yet."""
        try:
            return self.person()
        except UserError:
            return ""

    def _show_recent(self) -> None:
        recent = self._window.preferences.recent
        self._window.start_page.show_recent(
            [ProjectCard(r.path, r.opened_at, (Path(r.path) / FILE_NAME).is_file()) for r in recent]
        )

    def ask_open(self) -> None:
        folder = QFileDialog.getExistingDirectory(self._window, self.tr("Folder of a project"))
        if folder:
            self._window.open_folder(Path(folder))

    def ask_new(self) -> None:
        """Shows the page that a new project is told on, in the place of what is open."""
        from app.services.create import load_label_set, shipped_label_sets

        sets = [
            LabelSetChoice(key, key, tuple(class_title(c) for c in load_label_set(key).classes))
            for key in shipped_label_sets()
        ]
        no_classes = LabelSetChoice("", self.tr("None: labels or people bring the classes"))
        page = NewProjectPage([*sets, no_classes], str(Path.home()))
        page.created.connect(self._create)
        page.cancelled.connect(self._window.close_project)
        page.folder_wanted.connect(lambda: self._pick(page.set_folder))
        page.photos_wanted.connect(lambda: self._pick(page.set_photos))
        self._window.close_project()
        self._new_page = page
        self._window.pages.addWidget(page)
        self._window.pages.setCurrentWidget(page)

    def ask_photos(self) -> None:
        """Photos for the project that is open, with the labels that lie beside them."""
        folder = QFileDialog.getExistingDirectory(self._window, self.tr("Folder of photos"))
        if folder:
            self.add_photos(Path(folder))

    def add_photos(self, folder: Path) -> None:
        bench = self._window.bench
        if bench is None:
            return
        project_folder = bench.project.folder
        self._run(lambda: self._import(project_folder, folder), self._tell_imported)

    def take_dropped(self, path: Path) -> None:
        """A project is opened, photos come into the project that is open."""
        folder = path if path.is_dir() else path.parent
        if (folder / FILE_NAME).is_file():
            self._window.open_folder(folder)
        elif self._window.bench is not None:
            self.add_photos(folder)
        else:
            self.ask_new()
            if self._new_page is not None:
                self._new_page.set_photos(str(folder))

    def open_demo(self) -> None:
        """Sample photos with proposals, made once; later the same project again."""
        folder = Path.home() / "flawmark-demo"
        if (folder / "project" / FILE_NAME).is_file():
            self._window.open_folder(folder / "project")
            return
        self._run(lambda: self._make_demo(folder), self._window.open_folder)

    def close(self) -> None:
        """What is under way is stopped; what it has saved stays."""
        self._closed = True
        self._jobs.close()
        self._making.close()

    def _create(self, wanted: NewProject) -> None:
        from app.services.create import create_project, load_label_set

        person = self.person()

        def create() -> Path:
            label_set = load_label_set(wanted.label_set) if wanted.label_set else None
            folder = Path(wanted.folder)
            create_project(folder, label_set, actor=person).close()
            return folder

        def open_it(folder: Path) -> None:
            self._window.open_folder(folder)
            if wanted.photos:
                self.add_photos(Path(wanted.photos))

        def settle(result: Path | UserError) -> None:
            if isinstance(result, UserError):
                self._refuse_new(result)
            else:
                open_it(result)

        self._making.run(create, settle)

    def _refuse_new(self, error: UserError) -> None:
        if self._new_page is not None:
            self._new_page.refuse(f"{error.what} {error.hint}")

    def _leave_new_page(self) -> None:
        if self._new_page is not None:
            self._window.pages.removeWidget(self._new_page)
            self._new_page.deleteLater()
            self._new_page = None

    def _import(self, project_folder: Path, folder: Path) -> Imported:
        from app.services.import_labels import LabelImport, import_labels
        from app.services.import_photos import import_photos

        with Project.open(project_folder) as project:
            photos = import_photos(
                project, folder, on_progress=self._progress(self.tr("adding photos"))
            )
            labels = import_labels(
                project,
                LabelImport(folder, add_classes=True),
                actor=self.person(),
                on_progress=self._progress(self.tr("reading labels")),
            )
        return Imported(folder, photos, labels)

    def _tell_imported(self, done: Imported) -> None:
        words = self.tr("{added} photos added, {known} known already.")
        said = words.format(added=done.photos.added, known=done.photos.known)
        if done.labels is not None:
            boxes = self.tr("{boxes} boxes on {images} images came along as proposals.")
            said += " " + boxes.format(boxes=done.labels.boxes, images=done.labels.images)
        self._messages.saved(said)
        refused = done.photos.refused
        problems = [] if done.labels is None else [str(p) for p in done.labels.problems]
        if refused or problems:
            first = [e.what for e in refused] + problems
            words = self.tr("{count} files of {folder} were not taken as they are.")
            self._messages.warn(
                words.format(count=len(first), folder=done.folder), hint="\n".join(first[:5])
            )

    def _make_demo(self, folder: Path) -> Path:
        from app.services.demo import demo

        report = demo(
            folder,
            actor=self.person(),
            cache=environment.cache_folder(),
            on_step=self._progress,
        )
        return report.project

    def _progress(self, title: str) -> OnProgress:
        """Called in the job's thread; the line at the foot shows it."""

        def tell(progress: Progress) -> None:
            if self._closed:
                raise Cancelled
            self._progressed.emit(title, progress)

        return tell

    def _show_progress(self, title: str, progress: Progress) -> None:
        self._window.status.show_step(title, done=progress.done, total=progress.total)

    def _run(self, work: Callable[[], T], done: Callable[[T], object]) -> None:
        def settle(result: T | UserError) -> None:
            self._window.status.show_model_idle()
            if isinstance(result, UserError):
                self._messages.error(result)
            else:
                done(result)

        self._jobs.run(work, settle)

    def _take_person(self, name: str) -> None:
        self._window.preferences = replace(self._window.preferences, person=name)
        self._window.save_preferences()

    def _pick(self, take: Callable[[str], object]) -> None:
        folder = QFileDialog.getExistingDirectory(self._window, self.tr("Choose a folder"))
        if folder:
            take(folder)

    def _forget(self, path: str) -> None:
        self._window.preferences = self._window.preferences.without_recent(path)
        self._window.save_preferences()
        self._show_recent()
