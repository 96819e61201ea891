"""What a new project needs to be told."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from widgets.frame.message_bar import LEVEL_COLOURS
from widgets.frame.start_page import scaled

_WIDTH_PX, _MARGIN_PX = 660, 24
_FORBIDDEN = frozenset('/\\:*?"<>|')


@dataclass(frozen=True, slots=True)
class LabelSetChoice:
    """`key` is the shell's own; `title` is what people read; `classes` are the names in it."""

    key: str
    title: str
    classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewProject:
    """`folder` is the project's own, that is to be made. `photos` are folders or single photos;
    none when they come later.
    """

    folder: str
    label_set: str
    photos: tuple[str, ...] = ()


class NewProjectDialog(QDialog):
    """Tells what is missing while it is typed. Folders are picked by the shell, and set here. What
    is behind it stays as it is until whoever makes the project accepts it.
    """

    created = Signal(object)  # NewProject
    folder_wanted = Signal()
    photos_wanted = Signal()

    def __init__(
        self, label_sets: Sequence[LabelSetChoice], folder: str, parent: QWidget | None = None
    ) -> None:
        """`folder` is where the project's folder is to lie, as long as nothing else is said."""
        super().__init__(parent)
        self._label_sets = tuple(label_sets)
        self.name, self.folder, self.photos = QLineEdit(), QLineEdit(folder), QLineEdit()
        self._taken_name = ""  # from the photos, as they are typed
        self.label_set = QComboBox()
        self.label_set.addItems([choice.title for choice in label_sets])
        self.classes, self.missing = QLabel(), QLabel()
        self.pick_folder = QPushButton(self.tr("Choose …"))
        self.pick_photos = QPushButton(self.tr("Choose …"))
        self.create_ = QPushButton(self.tr("Create"))
        self.cancel = QPushButton(self.tr("Back"))
        self._lay_out()
        self._connect()
        self._check()

    def set_folder(self, folder: str) -> None:
        self.folder.setText(folder)

    def set_photos(self, photos: Sequence[str], name: str) -> None:
        """Folders or single photos. Where the project has no name yet, it takes that one."""
        self.photos.setText(_listed(photos))
        if self.name.text().strip() in ("", self._taken_name):
            self.name.setText(name)

    def show_making(self) -> None:
        """From now on nothing can be changed, nor can it be asked for twice."""
        self.setEnabled(False)

    def refuse(self, why: str) -> None:
        """Says what came of it when it could not be made. What was typed stays."""
        self.setEnabled(True)
        self.name.setFocus()
        self.missing.setText(why)
        self.missing.setStyleSheet(f"color: {LEVEL_COLOURS['error']}")

    def _lay_out(self) -> None:
        for label in (self.classes, self.missing):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.name.setPlaceholderText(self.tr("Powder bed, line 3"))
        self.photos.setPlaceholderText(self.tr("They can be added later, too"))
        self.setWindowTitle(self.tr("New project"))
        title = QLabel(self.windowTitle())
        title.setFont(scaled(title.font(), 1.7))
        self.create_.setDefault(True)
        buttons = QHBoxLayout()
        buttons.addWidget(self.missing, 1)
        for button in (self.cancel, self.create_):
            button.setMinimumHeight(32)
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[_MARGIN_PX] * 4)
        column.addWidget(title)
        column.addSpacing(20)
        column.addLayout(self._form())
        column.addSpacing(16)
        column.addStretch(1)
        column.addLayout(buttons)
        self.resize(_WIDTH_PX, self.sizeHint().height())

    def _form(self) -> QFormLayout:
        form = QFormLayout()
        form.setVerticalSpacing(12)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("Photos"), _beside(self.photos, self.pick_photos))
        form.addRow(self.tr("Name"), self.name)
        form.addRow(self.tr("In the folder"), _beside(self.folder, self.pick_folder))
        form.addRow(self.tr("Classes"), self.label_set)
        form.addRow("", self.classes)
        return form

    def _connect(self) -> None:
        for field in (self.name, self.folder, self.photos):
            field.textChanged.connect(self._check)
        self.photos.textEdited.connect(self._take_name)
        self.label_set.currentIndexChanged.connect(self._check)
        self.pick_folder.clicked.connect(self.folder_wanted)
        self.pick_photos.clicked.connect(self.photos_wanted)
        self.create_.clicked.connect(self._create)
        self.cancel.clicked.connect(self.reject)

    def _take_name(self, typed: str) -> None:
        """Of the folder that is being typed, where nobody has given another one."""
        paths = [PurePath(path) for path in _paths_of(typed.strip())]
        name = paths[0].name if len(paths) == 1 and not paths[0].suffix else ""
        if self.name.text() in ("", self._taken_name):
            self._taken_name = name
            self.name.setText(name)

    def _check(self) -> None:
        missing = self._missing()
        self.missing.setStyleSheet("")
        self.missing.setText(missing)
        self.create_.setEnabled(not missing)
        choice = self._chosen_set()
        self.classes.setText(" · ".join(choice.classes) if choice else "")

    def _missing(self) -> str:
        name = self.name.text().strip()
        if not name:
            return self.tr("It needs a name.")
        if _FORBIDDEN & set(name) or name.strip(".") != name:
            return self.tr("A folder can't have this name.")
        if not self.folder.text().strip():
            return self.tr("Say in which folder it is to lie.")
        return ""

    def _create(self) -> None:
        choice = self._chosen_set()
        if self._missing() or choice is None:
            return
        folder = PurePath(self.folder.text().strip()) / self.name.text().strip()
        photos = _paths_of(self.photos.text().strip())
        self.created.emit(NewProject(str(folder), choice.key, photos))

    def _chosen_set(self) -> LabelSetChoice | None:
        index = self.label_set.currentIndex()
        return self._label_sets[index] if index >= 0 else None


def _listed(paths: Sequence[str]) -> str:
    """One path as it is; several in quotes, as file dialogs have them."""
    return paths[0] if len(paths) == 1 else " ".join(f'"{path}"' for path in paths)


def _paths_of(text: str) -> tuple[str, ...]:
    """What `_listed` made, or somebody typed."""
    parts = text.split('"') if text.startswith('"') else [text]
    return tuple(part for part in parts if part.strip())


def _beside(field: QWidget, button: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addWidget(field, 1)
    row.addWidget(button)
    return row
