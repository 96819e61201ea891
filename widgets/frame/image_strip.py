"""The strip above the photo: what is said of the image as a whole, and can be said with a click."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from app.core.image import ImageLabel
from widgets.words import state_title


class ImageStrip(QWidget):
    """Normal or not, the tags, whom it is assigned to, and whether proposals are kept back."""

    normal_toggled = Signal(bool)
    tag_toggled = Signal(str)
    reveal_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state, self.assigned = QLabel(), QLabel()
        self.normal = self._button(self.tr("Normal"), self.tr("This image shows no defect"))
        self.normal.clicked.connect(self.normal_toggled)
        self.blind = self._button(
            self.tr("Blind: proposals are hidden"),
            self.tr("Draw what you see. Proposals that you don't see go when you submit."),
        )
        self.blind.clicked.connect(self.reveal_wanted)
        self.blind.setCheckable(False)
        self.tags: dict[str, QToolButton] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(8, 3, 8, 3)
        self._row.setSpacing(4)
        for widget in (self.state, self.normal, self.assigned):
            self._row.addWidget(widget)
        self._row.addStretch(1)
        self._row.addWidget(self.blind)
        # Many tags must not make the window wide.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.show_nothing()

    def set_tags(self, tags: Sequence[tuple[str, str]]) -> None:
        """Each (name, title), in the order of their keys."""
        for button in self.tags.values():
            button.deleteLater()
        self.tags = {name: self._button(title, "") for name, title in tags}
        for place, (name, button) in enumerate(self.tags.items()):
            key = self.tr("Alt+{digit}").format(digit=place + 1) if place < 9 else ""
            button.setToolTip(key)
            button.clicked.connect(lambda _, name=name: self.tag_toggled.emit(name))
            self._row.insertWidget(2 + place, button)

    def show_label(self, label: ImageLabel) -> None:
        self.setEnabled(True)
        self.state.setText(state_title(label.state))
        self.normal.setChecked(label.is_normal)
        for name, button in self.tags.items():
            button.setChecked(name in label.tags)
        words = self.tr("for {person}").format(person=label.assigned_to)
        self.assigned.setText(words if label.assigned_to else "")

    def show_blind(self, is_blind: bool) -> None:
        self.blind.setVisible(is_blind)

    def show_nothing(self) -> None:
        """No image is open."""
        self.show_label(ImageLabel())
        self.state.setText("")
        self.show_blind(False)
        self.setEnabled(False)

    def _button(self, title: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(title)
        button.setToolTip(tip)
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return button
