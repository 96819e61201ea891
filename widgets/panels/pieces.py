"""Small parts that panels of text are made of. None of them takes the keyboard."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QCheckBox, QLabel, QToolButton, QWidget


def tool_button(title: str, tool_tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(title)
    button.setToolTip(tool_tip)
    button.setAutoRaise(True)
    button.setCursor(Qt.CursorShape.ArrowCursor)  # also over a row with another one
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return button


def faint(label: QLabel) -> QLabel:
    """What somebody wrote is never taken for markup."""
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return label


class EnlargeBox(QCheckBox):
    """Whether a VLM is shown small photos enlarged. Hidden until it matters."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(self.tr("Small photos enlarged"))
        self.setToolTip(
            self.tr(
                "This model counts in pixels of what it sees: enlarged, its boxes are finer, and"
                " each small photo costs it more tokens. Ask it as it was trained."
            )
        )
        self.setChecked(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setVisible(False)
