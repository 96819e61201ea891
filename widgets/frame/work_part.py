"""What one job at work says at the foot: its words, how far it is, and Stop."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget

from app.core.progress import Progress
from widgets.frame.elided import Elided

_SPACE_PX = 14


class WorkPart(QWidget):
    """As wide as the line lets it be. Stop keeps its place where it isn't offered."""

    stop_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.said, self.stop = Elided(), QToolButton()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_SPACE_PX)
        row.addWidget(self.said, 1)
        row.addWidget(self.stop)
        keeps_place = self.stop.sizePolicy()
        keeps_place.setRetainSizeWhenHidden(True)
        self.stop.setSizePolicy(keeps_place)
        self.stop.setText(self.tr("Stop"))
        self.stop.setAutoRaise(True)
        self.stop.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.stop.clicked.connect(self.stop_wanted)

    def show_idle(self, words: str) -> None:
        self._show(words, 0.0)
        self.stop.hide()

    def show_at_work(self, words: str, share: float = 0.0) -> None:
        """`share` of it is done, from 0 to 1; it can be stopped."""
        self._show(words, share)
        self.stop.setEnabled(True)
        self.stop.show()

    def show_step(self, title: str, progress: Progress) -> None:
        """What is being done, and how far. Once it is being stopped that alone is said."""
        if self.stop.isEnabled():
            share = progress.done / progress.total if progress.total else 0.0
            self.show_at_work(f"{title}: {progress.done} / {progress.total}", share)

    def show_stopping(self) -> None:
        self.said.set_words(self.tr("stopping …"))
        self.stop.setEnabled(False)

    def _show(self, words: str, share: float) -> None:
        self.said.set_words(words)
        self.said.set_progress(share)
