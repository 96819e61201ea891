"""From the start page to a project on the bench: new, or opened."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from app.core.errors import UserError
from app.services import environment
from app.shell.frame.error_words import in_one_text, in_screen_words
from app.shell.jobs import Jobs
from app.shell.told_jobs import ToldJob, ToldJobs
from app.storage.project import Project
from app.storage.project_file import FILE_NAME
from widgets.frame.new_project_dialog import LabelSetChoice, NewProject, NewProjectDialog
from widgets.frame.start_page import ProjectCard
from widgets.words import class_title, counted_boxes, counted_images

if TYPE_CHECKING:
    from app.services.import_labels import LabelReport
    from app.services.import_photos import PhotoReport
    from app.shell.frame.main_window import MainWindow


@dataclass(frozen=True, slots=True)
class Imported:
    """What folders and single photos brought; `labels` of the folders that had some, `unread` why
    those of others could not be taken in.
    """

    photos: "PhotoReport"
    labels: "list[LabelReport]" = field(default_factory=list)
    unread: list[UserError] = field(default_factory=list)


class Start(QObject):
    """Slow steps run beside the window; the status line says how far they are."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window, self._messages = window, window.messages
        self._jobs = ToldJobs(window.status, self)
        self._making = Jobs(self, threads=1)  # a new project need not wait for photos of another
        self._new: NewProjectDialog | None = None
        page = window.start_page
        page.new_wanted.connect(self.ask_new)
        page.open_wanted.connect(self.ask_open)
        page.open_recent.connect(lambda path: window.open_folder(Path(path)))
        page.forget_recent.connect(self._forget)
        page.person_chosen.connect(self._take_person)

    def show_start_page(self) -> None:
        """With the projects of late; those that are gone too, since a drive may only be away."""
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
        """What is open stays so until there is a new project to open."""
        from app.services.create import load_label_set, shipped_label_sets

        sets = [
            LabelSetChoice(key, key, tuple(class_title(c) for c in load_label_set(key).classes))
            for key in shipped_label_sets()
        ]
        no_classes = LabelSetChoice("", self.tr("None: labels or people bring the classes"))
        dialog = NewProjectDialog([*sets, no_classes], str(Path.home()), self._window)
        dialog.created.connect(self._create)
        dialog.finished.connect(self._forget_new)
        dialog.folder_wanted.connect(lambda: self._pick(dialog.set_folder))
        dialog.photos_wanted.connect(
            lambda: self._pick(lambda path: dialog.set_photos([path], Path(path).name))
        )
        self._new = dialog
        dialog.open()

    @property
    def is_asking(self) -> bool:
        """Somebody is telling what a new project is to be."""
        return self._new is not None

    def ask_photos(self) -> None:
        """Photos for the project that is open, with the labels that lie beside them."""
        folder = QFileDialog.getExistingDirectory(self._window, self.tr("Folder of photos"))
        if folder:
            self.add_photos([Path(folder)])

    def add_photos(self, sources: Sequence[Path]) -> None:
        """Folders, with their labels, and single photos; into the project that is open."""
        bench = self._window.bench
        if bench is None:
            return
        project_folder = bench.project.folder
        self._jobs.run(
            self.tr("adding photos"),
            lambda job: self._import(job, project_folder, sources),
            self._tell_imported,
            stopped=self._tell_stopped,
        )

    def take_dropped(self, paths: Sequence[Path]) -> None:
        """A project is opened. Photos and folders of them come into the one that is open; where
        there is none, they begin one.
        """
        projects = [path for path in paths if (path / FILE_NAME).is_file()]
        if projects and len(paths) == 1:
            self._window.open_folder(projects[0])
        elif projects:
            self._messages.info(
                self.tr("{folder} is a project.").format(folder=projects[0].name),
                hint=self.tr("Drop it alone to open it. Nothing was taken in."),
            )
        elif self._window.bench is not None:
            self.add_photos(paths)
        else:
            self.ask_new()
            assert self._new is not None
            folder = paths[0] if paths[0].is_dir() else paths[0].parent
            self._new.set_photos([str(path) for path in paths], folder.name)

    def close(self) -> None:
        """What is under way is stopped; what it has saved stays."""
        self._jobs.close()
        self._making.close()

    def _create(self, wanted: NewProject) -> None:
        from app.services.create import create_project, load_label_set

        if self._new is None or not self._window.may_leave(lambda: self._create(wanted)):
            return
        self._new.show_making()

        def create() -> Path:
            label_set = load_label_set(wanted.label_set) if wanted.label_set else None
            folder = Path(wanted.folder)
            create_project(folder, label_set, actor=self.person()).close()
            return folder

        def settle(result: Path | UserError) -> None:
            if isinstance(result, UserError):
                self._refuse_new(in_one_text(result))
            else:
                self._open_new(result, list(map(Path, wanted.photos)))

        self._making.run(create, settle, broke=lambda: self._refuse_new(""))

    def _refuse_new(self, why: str) -> None:
        if self._new is not None:
            self._new.refuse(why)

    def _open_new(self, folder: Path, photos: Sequence[Path]) -> None:
        if not self._window.may_leave(lambda: self._open_new(folder, photos)):
            return
        if self._new is not None:
            self._new.accept()
        self._window.open_folder(folder)
        if photos:
            self.add_photos(photos)

    def _forget_new(self) -> None:
        if self._new is not None:
            self._new.deleteLater()
            self._new = None

    def _import(self, job: ToldJob, project_folder: Path, sources: Sequence[Path]) -> Imported:
        from app.services.import_labels import LabelImport, import_labels
        from app.services.import_photos import import_photos

        with Project.open(project_folder) as project:
            told = job.step(self.tr("adding photos"))
            done = Imported(import_photos(project, *sources, on_progress=told))
            for folder in filter(Path.is_dir, sources):
                wanted = LabelImport(folder, add_classes=True)
                told = job.step(self.tr("reading labels"))
                try:
                    report = import_labels(project, wanted, actor=self.person(), on_progress=told)
                except UserError as e:
                    done.unread.append(e)
                else:
                    done.labels.extend([report] if report else [])
        return done

    def _tell_imported(self, done: Imported | UserError) -> None:
        if isinstance(done, UserError):
            self._messages.error(done)
            return
        words = self.tr("Photos added: {added}, known already: {known}.")
        said = words.format(added=done.photos.added, known=done.photos.known)
        if done.labels:
            words = self.tr("{boxes} on {images} came along as proposals.")
            boxes, images = (sum(r.boxes for r in done.labels), sum(r.images for r in done.labels))
            said += " " + words.format(boxes=counted_boxes(boxes), images=counted_images(images))
        self._messages.saved(said)
        problems = [e.what for e in done.photos.refused]
        problems += [str(problem) for report in done.labels for problem in report.problems]
        if problems:
            words = self.tr("Files that were not taken as they are: {count}")
            first = map(in_screen_words, problems[:5])
            self._messages.warn(words.format(count=len(problems)), hint="\n".join(first))
        for error in done.unread:
            self._messages.error(error)

    def _tell_stopped(self) -> None:
        self._messages.info(
            self.tr("Adding photos was stopped: those that were added stay."),
            hint=self.tr("Add the same folder again to go on."),
        )

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
