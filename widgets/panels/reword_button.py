"""The button that asks a language model for other words, in one of two ways."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QToolButton, QWidget


class RewordButton(QToolButton):
    """A click asks for question and answer in other words, its menu also for a new answer."""

    asked = Signal(str)  # "rephrase" or "draft"

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(title)
        self.setAutoRaise(True)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self.ways = QMenu(self)
        for how, words in (
            ("rephrase", self.tr("Question and answer in other words")),
            ("draft", self.tr("A new answer from the labels")),
        ):
            self.ways.addAction(words).triggered.connect(partial(self.asked.emit, how))
        self.setMenu(self.ways)
        self.clicked.connect(partial(self.asked.emit, "rephrase"))
