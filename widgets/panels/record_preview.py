"""A window beside the bench: the records of an image as a trainer would get them."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QVBoxLayout, QWidget

_SIZE_PX = 620, 560


class RecordPreview(QWidget):
    target_chosen = Signal(str)

    def __init__(self, targets: Sequence[str], chosen: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle(self.tr("Records as a trainer gets them"))
        self.targets = QComboBox()
        self.targets.addItems(list(targets))
        self.targets.setCurrentText(chosen)
        self.targets.currentTextChanged.connect(self.target_chosen)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        layout = QVBoxLayout(self)
        layout.addWidget(self.targets)
        layout.addWidget(self.text)
        self.resize(*_SIZE_PX)

    def show_text(self, text: str) -> None:
        if text != self.text.toPlainText():
            self.text.setPlainText(text)
