"""New contents for a scroll area."""

from PySide6.QtWidgets import QScrollArea, QWidget


def replace_widget(area: QScrollArea, new: QWidget) -> None:
    """Safe inside a signal of the old contents, which setWidget() would delete at once."""
    old = area.takeWidget()
    if old is not None:
        old.hide()
        old.deleteLater()
    area.setWidget(new)
