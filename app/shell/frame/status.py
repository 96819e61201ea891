"""What the line at the foot says of the project on the bench."""

from PySide6.QtCore import QObject

from app.core.errors import UserError
from app.core.image import Image
from app.core.prelabelling import PrelabelProgress
from app.core.sheet import Sheet
from app.shell.bench.workbench import Workbench
from widgets.frame.status_line import StatusLine


class StatusTelling(QObject):
    """ "Saved" is said only of what is on disk, and of everything that is on screen."""

    def __init__(self, line: StatusLine) -> None:
        super().__init__(line)
        self._line = line
        self._bench: Workbench | None = None

    def follow(self, bench: Workbench) -> None:
        """From now on this one."""
        self._bench = bench
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
        document.saving.connect(lambda count: self._line.show_saving() if count else None)
        document.saved.connect(lambda at: None if document.unsaved else self._line.show_saved(at))
        document.failed.connect(self._take_failure)

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

    def _take_failure(self, error: UserError) -> None:
        self._line.show_not_saved(error.what)

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
