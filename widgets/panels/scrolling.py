"""Areas that rows scroll in, and new contents for them."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget


def replace_widget(area: QScrollArea, new: QWidget) -> None:
    """Safe inside a signal of the old contents, which setWidget() would delete at once."""
    old = area.takeWidget()
    if old is not None:
        old.hide()
        old.deleteLater()
    area.setWidget(new)


def rows_area() -> QScrollArea:
    """What rows scroll in that are as wide as the panel. Never takes the keyboard."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area
