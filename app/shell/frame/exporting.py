"""Export from the window: asked for in a dialog, written beside the window, told in the end."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QFileDialog

from app.core.errors import UserError
from app.shell.frame.error_words import in_screen_words
from app.shell.told_jobs import ToldJob, ToldJobs
from app.storage.project import Project
from widgets.words import counted_boxes, counted_images

if TYPE_CHECKING:
    from app.services.export import ExportOptions, ExportReport
    from app.services.record_options import RecordExport
    from app.shell.bench.workbench import Workbench
    from app.shell.frame.main_window import MainWindow
    from widgets.frame.export_dialog import ExportChoices, ExportDialog, ExportWish, RecordWish

_SOON_MS = 50


class Exporting(QObject):
    """One at a time, with a connection of its own; labels may be changed meanwhile."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window, self._messages = window, window.messages
        self._jobs = ToldJobs(window.status, self)

    def ask(self) -> None:
        """Of the project that is open."""
        from widgets.frame.export_dialog import ExportDialog

        bench = self._window.bench
        if bench is None:
            return
        exports = bench.project.folder / "exports"
        dialog = ExportDialog(self._choices(), self._window)
        dialog.set_folder(str(exports / dialog.wish.to))
        dialog.format_changed.connect(lambda to: self._follow(dialog, str(exports), to))
        dialog.folder_wanted.connect(lambda: self._pick(dialog))
        dialog.export_wanted.connect(lambda wish: self.export(bench, wish))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def export(self, bench: "Workbench", wish: "ExportWish") -> None:
        """Of the project that was asked about, which may be closed by now. What is on its way to
        the file is saved before.
        """
        if self._window.bench is bench:
            bench.canvas.flush_gesture()
        self._write(bench, wish)

    def _write(self, bench: "Workbench", wish: "ExportWish") -> None:
        if self._window.bench is bench and bench.document.unsaved:
            QTimer.singleShot(_SOON_MS, self, lambda: self._write(bench, wish))
            return
        project_folder, person = bench.project.folder, bench.person
        # As a shell reads it; a name without a folder is one of the project's exports.
        out = project_folder / "exports" / os.path.expanduser(wish.folder)  # noqa: PTH111 - `Path` raises for a user that there isn't

        def write(job: ToldJob) -> "ExportReport":
            from app.services.export import export

            with Project.open(project_folder) as project:
                return export(
                    *(project, wish.to, out),
                    actor=person,
                    options=export_options(wish),
                    on_progress=job.step(self.tr("exporting")),
                    on_leak_check=job.step(self.tr("looking for photos in two parts")),
                )

        self._jobs.run(
            *(self.tr("exporting"), write, self._tell),
            stopped=lambda: self._tell_stopped(out, has_divided=wish.shares is not None),
        )

    def close(self) -> None:
        """What is being written is given up; an earlier export stands."""
        self._jobs.close()

    def _choices(self) -> "ExportChoices":
        from app.conversations.targets.targets import TARGETS
        from app.services.record_options import DEFAULT_TARGET
        from app.services.selection import LABELLED
        from widgets.frame.export_dialog import RECORDS, ExportChoices

        return ExportChoices(
            formats=[
                ("yolo", "YOLO"),
                ("coco", "COCO"),
                ("voc", "Pascal VOC"),
                ("labelme", "labelme"),
                ("xanylabeling", "X-AnyLabeling"),
                (RECORDS, self.tr("Multimodal records (JSONL)")),
            ],
            states=[
                (self.tr("all that are labelled, by people or models"), LABELLED),
                (self.tr("handed in, and approved"), ("submitted", "approved")),
                (self.tr("approved"), ("approved",)),
            ],
            targets=sorted(TARGETS, key=lambda name: name != DEFAULT_TARGET),
        )

    def _follow(self, dialog: "ExportDialog", exports: str, to: str) -> None:
        """A folder that nobody has chosen is that of the format."""
        if str(Path(dialog.folder.text()).parent) == exports:
            dialog.set_folder(str(Path(exports) / to))

    def _pick(self, dialog: "ExportDialog") -> None:
        folder = QFileDialog.getExistingDirectory(dialog, self.tr("Folder for the export"))
        if folder:
            dialog.set_folder(folder)

    def _tell(self, result: "ExportReport | UserError") -> None:
        if isinstance(result, UserError):
            self._messages.error(result)
            return
        counts = [counted_images(result.images), counted_boxes(result.boxes)]
        if result.records:
            counts.append(self.tr("records: {n}").format(n=f"{result.records:,}"))
        words = self.tr("Exported to {folder}: {counts}")
        said = words.format(folder=result.out, counts=", ".join(counts))
        if result.notes:
            self._messages.warn(said, hint="\n".join(map(in_screen_words, result.notes)))
        else:
            self._messages.saved(said)

    def _tell_stopped(self, out: Path, *, has_divided: bool) -> None:
        kept = self.tr("How images were divided into train, val and test stays in the project.")
        self._messages.info(
            self.tr("The export was stopped: {folder} is as it was before.").format(folder=out),
            hint=kept if has_divided else "",
        )


def export_options(wish: "ExportWish") -> "ExportOptions":
    """What the dialog asked for, as the services take it."""
    from app.core.splitting import Shares  # brings numpy's random numbers, that no start needs
    from app.services.export import ExportOptions

    return ExportOptions(
        states=wish.states,
        copy_photos=wish.copy_photos,
        shares=None if wish.shares is None else Shares(*wish.shares),
        records=_records(wish.records),
    )


def _records(wish: "RecordWish | None") -> "RecordExport":
    from app.conversations.targets.frames import FINE_OVERLAP
    from app.services.record_options import RecordExport

    if wish is None:
        return RecordExport()
    return RecordExport(
        target=wish.target,
        languages=wish.languages,
        per_image=wish.per_image,
        kinds=wish.kinds,
        noise=wish.noise,
        normal_share=wish.normal_share,
        bake=wish.bake,
        least_iou=FINE_OVERLAP if wish.exact else 0,
    )
