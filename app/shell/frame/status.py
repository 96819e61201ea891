"""What the line at the foot says of the project on the bench."""

from datetime import datetime

from PySide6.QtCore import QObject

from app.core.errors import UserError
from app.core.image import Image
from app.core.prelabelling import PrelabelProgress
from app.core.sheet import Sheet
from app.shell.bench.workbench import Workbench
from app.shell.frame.error_words import in_screen_words
from widgets.frame.status_line import StatusLine


class StatusTelling(QObject):
    """ "Saved" is said only of what is on disk, and of everything that is on screen."""

    def __init__(self, line: StatusLine) -> None:
        super().__init__(line)
        self._line = line
        self._bench: Workbench | None = None
        self._settled: datetime | UserError | None = None
        self._is_nudging = False

    def follow(self, bench: Workbench) -> None:
        """From now on this one."""
        self._bench, self._settled, self._is_nudging = bench, None, False
        self._show_saved()
        document = bench.document
        bench.opened.connect(self._take_image)
        bench.showing.shown.connect(self._take_sheet)
        bench.browsing.searched.connect(self._take_search)
        bench.models.progress.connect(self._take_progress)
        bench.models.stopping.connect(self._line.show_cancelling)
        bench.models.idle.connect(self._line.show_model_idle)
        bench.canvas.pointed.connect(self._take_pointer)
        bench.canvas.zoomed.connect(self._line.show_zoom)
        bench.telling.timekeeper.ticked.connect(self._line.show_time)
        bench.canvas.nudging.connect(self._take_nudging)
        document.saving.connect(self._show_saved)
        document.saved.connect(self._take_saved)
        document.failed.connect(self._take_saved)

    def _take_image(self, image: Image | None) -> None:
        if image is None:
            self._line.show_no_image()
            self._line.show_time(None)

    def _take_search(self) -> None:
        """The image has another place in the list, or the list another length."""
        if self._bench is not None and self._bench.document.sheet is not None:
            self._take_sheet(self._bench.document.sheet)

    def _take_sheet(self, sheet: Sheet) -> None:
        if self._bench is None or (image := self._bench.document.image) is None:
            return
        order = self._bench.browsing.order
        self._line.show_image(
            image.path.rpartition("/")[2],
            sheet.label.state,
            row=order.place,
            total=len(order.ids),
            width_px=image.width_px,
            height_px=image.height_px,
        )

    def _take_nudging(self, is_nudging: bool) -> None:
        self._is_nudging = is_nudging
        self._show_saved()

    def _take_saved(self, settled: datetime | UserError) -> None:
        self._settled = settled
        self._show_saved()

    def _show_saved(self) -> None:
        """How it ended is said once nothing more is on its way."""
        if self._bench is None:
            return
        if self._is_nudging or self._bench.document.unsaved:
            self._line.show_saving()
        elif isinstance(self._settled, UserError):
            self._line.show_not_saved(in_screen_words(self._settled.what))
        elif self._settled is None and self._bench.is_read_only:
            self._line.show_read_only()
        else:
            self._line.show_saved(self._settled)

    def _take_progress(self, name: str, told: PrelabelProgress | None) -> None:
        """None while the model is being loaded."""
        if told is None:
            self._line.show_model(name, done=0, total=0, images_per_s=0.0)
            return
        self._line.show_model(
            name,
            done=told.progress.done,
            total=told.progress.total,
            images_per_s=told.images_per_s or 0.0,
        )

    def _take_pointer(self, at: tuple[int, int] | None) -> None:
        picture = self._bench.canvas.picture if self._bench else None
        if at is None or picture is None:
            self._line.show_pointer(None)
            return
        self._line.show_pointer(at, picture.level_at(*at))
