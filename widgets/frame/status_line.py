"""The line at the foot: which image, what is saved, what a model does, what the pointer is on."""

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from app.core.image import State
from widgets.frame.elided import Elided
from widgets.frame.message_bar import LEVEL_COLOURS
from widgets.frame.work_part import WorkPart
from widgets.photo.picture import Level
from widgets.words import state_title

_SPACE_PX = 14


class StatusLine(QWidget):
    """Every part has a width of its own, so that nothing jumps while another part changes.

    Models have the part of what is at work while nothing else is. Other jobs share it with them,
    each with its own progress and Stop; a model that is idle then gives way to them.
    """

    cancel_wanted = Signal()  # of what models do

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # The end of a file's name tells layers apart; of other words the beginning counts.
        self.image = Elided(Qt.TextElideMode.ElideMiddle)
        self.saved, self._at_work = Elided(), QWidget()
        self._models, self._jobs = WorkPart(), list[WorkPart]()
        self.model, self.cancel = self._models.said, self._models.stop
        self.position, self.zoom, self.time = QLabel(), QLabel(), QLabel()
        self._lay_out()
        self._models.stop_wanted.connect(self.cancel_wanted)
        self.show_model_idle()

    def show_image(
        self, name: str, state: State, *, row: int, total: int, width_px: int, height_px: int
    ) -> None:
        """`row` counts from 0; below that the image is none of the `total`."""
        place = "–" if row < 0 else f"{row + 1}"
        parts = [f"{place} / {total}", name, f"{width_px} × {height_px}", state_title(state)]
        self.image.set_words("    ".join(parts))

    def show_no_image(self) -> None:
        self.image.set_words("")
        self.show_pointer(None)

    def show_no_project(self) -> None:
        """Nothing of one project is said of the next."""
        self.show_no_image()
        self.show_model_idle()
        self.show_time(None)
        self.saved.set_words("")
        self.zoom.setText("")

    def show_saving(self) -> None:
        self.saved.set_words(self.tr("saving …"))

    def show_saved(self, at: datetime | None) -> None:
        """Only when it is on disk. None: since it was opened, nothing had to be saved."""
        words = (
            self.tr("saved {time}").format(time=f"{at:%H:%M:%S}") if at else self.tr("all saved")
        )
        self.saved.set_words(words)

    def show_read_only(self) -> None:
        self.saved.set_words(self.tr("read only"), LEVEL_COLOURS["warning"])

    def show_not_saved(self, why: str) -> None:
        self.saved.set_words(self.tr("NOT saved: {why}").format(why=why), LEVEL_COLOURS["error"])

    def show_model_idle(self, words: str = "") -> None:
        """`words` say more than that it is idle: that it died, say."""
        self._models.show_idle(words or self.tr("no model at work"))
        self._share_room(is_model_idle=True)

    def show_model(self, name: str, *, done: int, total: int, images_per_s: float) -> None:
        """`total` is 0 while it loads."""
        words = self.tr("{name}: starting …")
        if total:
            words = self.tr("{name}: {done} / {total}, {speed}/s")
        speed = f"{images_per_s:.1f}"
        said = words.format(name=name, done=done, total=total, speed=speed)
        self._models.show_at_work(said, done / total if total else 0.0)
        self._share_room(is_model_idle=False)

    def show_cancelling(self) -> None:
        self._models.show_stopping()

    def add_work(self, title: str) -> WorkPart:
        """A part for a job that is none of a model, until `remove_work`."""
        part = WorkPart()
        part.show_at_work(f"{title} …")
        self._jobs.append(part)
        self._work_row.addWidget(part, 1)
        part.show()  # else only in the event loop's next turn
        self._share_room(is_model_idle=self.cancel.isHidden())
        return part

    def remove_work(self, part: WorkPart) -> None:
        self._jobs.remove(part)
        part.hide()  # until the event loop deletes it, it would be seen still
        part.deleteLater()
        self._share_room(is_model_idle=self.cancel.isHidden())

    def _share_room(self, *, is_model_idle: bool) -> None:
        self._models.setHidden(is_model_idle and bool(self._jobs))

    def show_pointer(self, at: tuple[int, int] | None, level: Level | None = None) -> None:
        """Whole image pixels, and the value of the one that is there: grey, or red, green, blue."""
        words = "" if at is None else f"x {at[0]}  y {at[1]}"
        if at is not None and level is not None:
            values = level if isinstance(level, tuple) else (level,)
            words += "  " + " ".join(map(str, values))
        self.position.setText(words)

    def show_zoom(self, scale: float) -> None:
        """Screen pixels an image pixel."""
        self.zoom.setText(f"{scale:.0%}")

    def show_time(self, elapsed_s: float | None) -> None:
        """On this image, idle time apart."""
        words = "" if elapsed_s is None else f"{int(elapsed_s) // 60}:{int(elapsed_s) % 60:02}"
        self.time.setText(words)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 1, 8, 1)
        row.setSpacing(_SPACE_PX)
        row.addWidget(self.image, 4)
        row.addWidget(self.saved, 1)
        row.addWidget(self._at_work, 2)
        for widget in (self.position, self.zoom, self.time):
            row.addWidget(widget)
        saved = self.tr("saved {time}").format(time="00:00:00")
        self.saved.setMinimumWidth(self.fontMetrics().horizontalAdvance(saved) + 4)
        self._at_work.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._work_row = QHBoxLayout(self._at_work)
        self._work_row.setContentsMargins(0, 0, 0, 0)
        self._work_row.setSpacing(_SPACE_PX)
        self._work_row.addWidget(self._models, 1)
        self.time.setToolTip(self.tr("Time on this image, without the time you were away"))
        widest = {
            self.position: "x 00000  y 00000  255 255 255",
            self.zoom: "0000 %",
            self.time: "00:00",
        }
        for label, words in widest.items():
            label.setFixedWidth(label.fontMetrics().horizontalAdvance(words) + 8)
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
