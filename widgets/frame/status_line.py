"""The line at the foot: which image, what is saved, what a model does, what the pointer is on."""

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from app.core.image import State
from widgets.frame.elided import Elided
from widgets.frame.message_bar import LEVEL_COLOURS
from widgets.photo.picture import Level
from widgets.words import state_title

_SPACE_PX = 14


class StatusLine(QWidget):
    """Every part has a width of its own, so that nothing jumps while another part changes."""

    cancel_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # The end of a file's name tells layers apart; of other words the beginning counts.
        self.image = Elided(Qt.TextElideMode.ElideMiddle)
        self.saved, self.model = Elided(), Elided()
        self.position, self.zoom, self.time = QLabel(), QLabel(), QLabel()
        self.cancel = QToolButton()
        self._lay_out()
        self.cancel.clicked.connect(self.cancel_wanted)
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
        self.model.set_words(words or self.tr("no model at work"))
        self.model.set_progress(0.0)
        self.cancel.hide()

    def show_model(self, name: str, *, done: int, total: int, images_per_s: float) -> None:
        """`total` is 0 while it loads."""
        words = self.tr("{name}: starting …")
        if total:
            words = self.tr("{name}: {done} / {total}, {speed}/s")
        speed = f"{images_per_s:.1f}"
        self.model.set_words(words.format(name=name, done=done, total=total, speed=speed))
        self.model.set_progress(done / total if total else 0.0)
        self.cancel.setEnabled(True)
        self.cancel.show()

    def show_step(self, title: str, *, done: int, total: int) -> None:
        """A job that is none of a model, and can't be stopped."""
        self.model.set_words(f"{title}: {done} / {total}")
        self.model.set_progress(done / total if total else 0.0)
        self.cancel.hide()  # it would stop the model

    def show_cancelling(self) -> None:
        self.model.set_words(self.tr("stopping …"))
        self.cancel.setEnabled(False)

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
        row.addWidget(self.model, 2)
        for widget in (self.cancel, self.position, self.zoom, self.time):
            row.addWidget(widget)
        saved = self.tr("saved {time}").format(time="00:00:00")
        self.saved.setMinimumWidth(self.fontMetrics().horizontalAdvance(saved) + 4)
        keeps_place = self.cancel.sizePolicy()
        keeps_place.setRetainSizeWhenHidden(True)
        self.cancel.setSizePolicy(keeps_place)
        self.cancel.setText(self.tr("Stop"))
        self.cancel.setAutoRaise(True)
        self.cancel.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.time.setToolTip(self.tr("Time on this image, without the time you were away"))
        widest = {
            self.position: "x 00000  y 00000  255 255 255",
            self.zoom: "0000 %",
            self.time: "00:00",
        }
        for label, words in widest.items():
            label.setFixedWidth(label.fontMetrics().horizontalAdvance(words) + 8)
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
