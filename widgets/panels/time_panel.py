"""A person's own time: on this image, today, and on each of the last images."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen, QShowEvent
from PySide6.QtWidgets import QFormLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.core.activity import IDLE_AFTER_S, OwnTime
from widgets.panels.when import duration

MOST_BARS = 20
_CHART_PX = 72


class TimePanel(QWidget):
    """Shows what is saved, and on top of it the visit that runs."""

    wanted = Signal()  # the panel came in sight: what is saved is wanted

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.this_image, self.today, self.images, self.median = (QLabel() for _ in range(4))
        self.chart = _Bars()
        form = QFormLayout()
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.addRow(self.tr("This image"), self.this_image)
        form.addRow(self.tr("Active today"), self.today)
        form.addRow(self.tr("Images today"), self.images)
        form.addRow(self.tr("Median per image"), self.median)
        for value in (self.this_image, self.today, self.images, self.median):
            value.setAlignment(Qt.AlignmentFlag.AlignRight)
        last = QLabel(self.tr("The last {n} images, newest right").format(n=MOST_BARS))
        self._yours = QLabel()
        self._yours.setWordWrap(True)
        for label in (last, self._yours):
            label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addSpacing(8)
        layout.addWidget(last)
        layout.addWidget(self.chart)
        layout.addSpacing(8)
        layout.addWidget(self._yours)
        layout.addStretch(1)
        self._own, self._running_ms = OwnTime(), 0
        self.show_time(self._own)
        self.show_idle_after(IDLE_AFTER_S)

    def show_idle_after(self, idle_after_s: float) -> None:
        """From how long on nobody is thought to be working."""
        words = self.tr(
            "This is yours: you see it before anybody else does. Time without key or mouse"
            " for more than {seconds} s, or in another window, is not counted."
        )
        self._yours.setText(words.format(seconds=f"{idle_after_s:g}"))

    def show_time(self, own: OwnTime) -> None:
        """What is saved, without the visit that runs."""
        self._own = own
        self.show_this_image(self._running_ms)
        self.today.setText(duration(own.today_ms))
        self.images.setText(f"{own.today_images:,}")
        self.median.setText(duration(own.median_ms) if own.today_images else "–")
        self.chart.show_values(own.recent_ms[-MOST_BARS:], own.median_ms)

    def show_this_image(self, active_ms: int) -> None:
        """Of the visit that runs; it counts for this image, and for today once it is saved."""
        self._running_ms = active_ms
        self.this_image.setText(duration(self._own.image_ms + active_ms))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.wanted.emit()


class _Bars(QWidget):
    """One bar an image, with a line at the median."""

    def __init__(self) -> None:
        super().__init__()
        self._values_ms: tuple[int, ...] = ()
        self._median_ms = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_values(self, values_ms: tuple[int, ...], median_ms: int) -> None:
        self._values_ms, self._median_ms = values_ms, median_ms
        times = ", ".join(map(duration, values_ms))
        self.setToolTip(times)
        self.setAccessibleName(times)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, _CHART_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        longest_ms = max(*self._values_ms, self._median_ms, 1) if self._values_ms else 1
        step_px = self.width() / MOST_BARS
        floor_px = self.height() - 1.0
        with QPainter(self) as painter:
            painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
            painter.drawLine(0, int(floor_px), self.width(), int(floor_px))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.palette().color(QPalette.ColorRole.Highlight))
            first_px = self.width() - len(self._values_ms) * step_px
            for number, ms in enumerate(self._values_ms):
                height_px = max(ms / longest_ms * (floor_px - 2), 1.0)
                left_px = first_px + number * step_px
                bar = QRectF(left_px + 1, floor_px - height_px, step_px - 2, height_px)
                painter.drawRect(bar)
            if self._values_ms and self._median_ms:
                level_px = int(floor_px - self._median_ms / longest_ms * (floor_px - 2))
                text = self.palette().color(QPalette.ColorRole.WindowText)
                painter.setPen(QPen(text, 1.0, Qt.PenStyle.DashLine))
                painter.drawLine(0, level_px, self.width(), level_px)
