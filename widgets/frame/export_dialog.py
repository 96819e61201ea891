"""What an export from the window can be asked for: for which tool, which images, where to."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QFormLayout,
    QGridLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.core.conversation import KINDS, Kind
from app.core.image import State
from app.core.language import Language
from widgets.panels.exchange_card import kind_title

RECORDS = "jsonl"
"""The format that multimodal records are written in."""

_WIDTH_PX, _KINDS_A_ROW, _MOST_RECORDS = 620, 3, 100
_ANY = -1.0


@dataclass(frozen=True, slots=True)
class RecordWish:
    """As `RecordExport` of the services has them; `normal_share` (0 to 1) None for as many as there
    are. `exact` leaves out turns whose numbers say too coarsely where boxes are."""

    target: str
    languages: tuple[Language, ...] = ("en",)
    per_image: int = 3
    kinds: tuple[Kind, ...] = KINDS
    noise: float = 0.05
    normal_share: float | None = None
    bake: bool = False
    exact: bool = True


@dataclass(frozen=True, slots=True)
class ExportWish:
    """`to` is a format, `folder` where it is to lie. `shares` of train, val and test, or None for
    the split that images have."""

    to: str
    folder: str
    states: tuple[State, ...]
    copy_photos: bool = False
    shares: tuple[float, float, float] | None = None
    records: RecordWish | None = None


@dataclass(frozen=True, slots=True)
class ExportChoices:
    """What there is to choose from, the usual first. `formats` are (key, title), `states` (title,
    which they are)."""

    formats: Sequence[tuple[str, str]]
    states: Sequence[tuple[str, tuple[State, ...]]]
    targets: Sequence[str] = ()


class ExportDialog(QDialog):
    """Asks once; the work itself goes on beside the window."""

    export_wanted = Signal(object)  # ExportWish
    folder_wanted = Signal()
    format_changed = Signal(str)

    def __init__(self, choices: ExportChoices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.to, self.states, self.folder = QComboBox(), QComboBox(), QLineEdit()
        for key, title in choices.formats:
            self.to.addItem(title, key)
        for title, states in choices.states:
            self.states.addItem(title, states)
        self.pick_folder = QPushButton(self.tr("Choose …"))
        self.copy = QCheckBox(self.tr("Copy photos instead of linking them"))
        self.divide = QCheckBox(self.tr("Divide into train, val and test, by whole builds"))
        self.val, self.test = _percent(10), _percent(10)
        self.records = RecordForm(choices.targets)
        self.missing = QLabel()
        self.missing.setWordWrap(True)
        self.export, self.cancel = QPushButton(self.tr("Export")), QPushButton(self.tr("Back"))
        self._lay_out()
        self._connect()
        self._check()

    def set_folder(self, folder: str) -> None:
        self.folder.setText(folder)

    @property
    def wish(self) -> ExportWish:
        """As it is set now."""
        to: str = self.to.currentData()
        val, test = self.val.value() / 100, self.test.value() / 100
        return ExportWish(
            *(to, self.folder.text().strip(), self.states.currentData()),
            copy_photos=self.copy.isChecked() and to != RECORDS,
            shares=(1 - val - test, val, test) if self.divide.isChecked() else None,
            records=self.records.wish if to == RECORDS else None,
        )

    def _lay_out(self) -> None:
        self.setWindowTitle(self.tr("Export"))
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("For"), self.to)
        form.addRow(self.tr("Images"), self.states)
        form.addRow("", _row(self.divide, QLabel("val"), self.val, QLabel("test"), self.test))
        form.addRow("", self.copy)
        form.addRow(self.tr("In the folder"), _row(self.folder, self.pick_folder))
        buttons = QHBoxLayout()
        buttons.addWidget(self.missing, 1)
        for button in (self.cancel, self.export):
            buttons.addWidget(button)
        self.export.setDefault(True)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(self.records)
        column.addStretch(1)
        column.addLayout(buttons)
        self.setMinimumWidth(_WIDTH_PX)

    def _connect(self) -> None:
        self.to.currentIndexChanged.connect(self._take_format)
        self.folder.textChanged.connect(self._check)
        self.records.changed.connect(self._check)
        for part in (self.divide.toggled, self.val.valueChanged, self.test.valueChanged):
            part.connect(self._check)
        self.pick_folder.clicked.connect(self.folder_wanted)
        self.export.clicked.connect(self._want)
        self.cancel.clicked.connect(self.reject)

    def _take_format(self) -> None:
        self._check()
        self.adjustSize()
        self.format_changed.emit(self.to.currentData())

    def _check(self) -> None:
        is_records = self.to.currentData() == RECORDS
        self.records.setVisible(is_records)
        self.copy.setVisible(not is_records)
        for share in (self.val, self.test):
            share.setEnabled(self.divide.isChecked())
        missing = self._missing()
        self.missing.setText(missing)
        self.export.setEnabled(not missing)

    def _missing(self) -> str:
        if not self.folder.text().strip():
            return self.tr("Say in which folder it is to lie.")
        if self.divide.isChecked() and self.val.value() + self.test.value() >= 100:
            return self.tr("Nothing is left to train on.")
        if self.to.currentData() == RECORDS:
            return self.records.missing
        return ""

    def _want(self) -> None:
        self.export_wanted.emit(self.wish)
        self.accept()


class RecordForm(QGroupBox):
    """What multimodal records are to be like."""

    changed = Signal()

    def __init__(self, targets: Sequence[str]) -> None:
        super().__init__()
        self.setTitle(self.tr("Records"))
        self.target = QComboBox()
        self.target.addItems(list(targets))
        self.languages: dict[Language, QCheckBox] = {
            "en": QCheckBox("English"),
            "zh": QCheckBox("中文"),
        }
        self.languages["en"].setChecked(True)
        self.per_image = QSpinBox(minimum=1, maximum=_MOST_RECORDS, value=3)
        self.kinds: dict[Kind, QCheckBox] = {kind: QCheckBox(kind_title(kind)) for kind in KINDS}
        self.noise = _percent(5)
        self.normal_share = QDoubleSpinBox(minimum=_ANY, maximum=100, decimals=0, suffix=" %")
        self.normal_share.setSpecialValueText(self.tr("as many as there are"))
        self.normal_share.setValue(_ANY)
        self.bake = QCheckBox(self.tr("Write copies of photos in a size that no trainer changes"))
        self.exact = QCheckBox(self.tr("Leave out turns whose numbers are too coarse for a box"))
        self.exact.setChecked(True)
        self._lay_out()
        for box in (*self.languages.values(), *self.kinds.values()):
            box.toggled.connect(self.changed)

    @property
    def wish(self) -> RecordWish:
        share = self.normal_share.value()
        return RecordWish(
            self.target.currentText(),
            tuple(each for each, box in self.languages.items() if box.isChecked()),
            self.per_image.value(),
            tuple(kind for kind, box in self.kinds.items() if box.isChecked()),
            self.noise.value() / 100,
            None if share == _ANY else share / 100,
            self.bake.isChecked(),
            self.exact.isChecked(),
        )

    @property
    def missing(self) -> str:
        """Why no records can be written so; "" where they can."""
        if not any(box.isChecked() for box in self.languages.values()):
            return self.tr("Choose a language of the records.")
        if not any(box.isChecked() for box in self.kinds.values()):
            return self.tr("Choose what they are to ask.")
        return ""

    def _lay_out(self) -> None:
        kinds = QGridLayout()
        for place, box in enumerate(self.kinds.values()):
            box.setChecked(True)
            kinds.addWidget(box, place // _KINDS_A_ROW, place % _KINDS_A_ROW)
        form = QFormLayout(self)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("Trainer and VLM"), self.target)
        form.addRow(self.tr("Languages"), _row(*self.languages.values(), stretch=True))
        form.addRow(self.tr("Records an image"), self.per_image)
        form.addRow(self.tr("Questions"), kinds)
        form.addRow(self.tr("Records told something wrong"), self.noise)
        form.addRow(self.tr("Normal images among those to train on"), self.normal_share)
        form.addRow("", self.bake)
        form.addRow("", self.exact)


def _percent(value: int) -> QSpinBox:
    return QSpinBox(minimum=0, maximum=100, value=value, suffix=" %")


def _row(*widgets: QWidget, stretch: bool = False) -> QHBoxLayout:
    """The first one takes the room that is left, unless nothing is to grow."""
    row = QHBoxLayout()
    for place, widget in enumerate(widgets):
        row.addWidget(widget, int(not stretch and not place), Qt.AlignmentFlag(0))
    if stretch:
        row.addStretch(1)
    return row
