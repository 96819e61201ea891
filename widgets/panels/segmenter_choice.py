"""Lets a person choose what draws outlines around the things they click on."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QToolButton, QWidget


class SegmenterChoice(QWidget):
    """One line: the segmenters that are known, and a button for a file of another one."""

    picked = Signal(str)  # its name
    file_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.segmenters, self.file_button = QComboBox(), QToolButton()
        self.file_button.setText("…")
        self.file_button.setToolTip(self.tr("Choose a file of weights"))
        self.segmenters.setToolTip(self.tr("Draws the outline of what you click on"))
        # A long name of a file must not make the dock wide.
        self.segmenters.setMinimumContentsLength(4)
        self.segmenters.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        row = QHBoxLayout(self)
        row.addWidget(QLabel(self.tr("Segmenter")))
        row.addWidget(self.segmenters, 1)
        row.addWidget(self.file_button)
        self.segmenters.activated.connect(lambda _: self.picked.emit(self.segmenters.currentData()))
        self.file_button.clicked.connect(self.file_wanted)

    def set_segmenters(self, offered: Sequence[tuple[str, str]], current: str) -> None:
        """Each (name, title)."""
        self.segmenters.clear()
        for name, title in offered:
            self.segmenters.addItem(title, name)
        self.segmenters.setCurrentIndex(max(self.segmenters.findData(current), 0))
