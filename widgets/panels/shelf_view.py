"""The model shelf: what is there, what is known of it, and what can be done with it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

_MB = 1e6


@dataclass(frozen=True, slots=True)
class ShelfRow:
    """A model as a person sees it. `speed` and `problem` are in words, "" where there is none."""

    name: str
    kind: str
    size_bytes: int
    speed: str = ""
    source: str = ""
    licence: str = ""
    sha256: str = ""
    needs: tuple[str, ...] = ()
    problem: str = ""
    is_shipped: bool = False


class ShelfView(QWidget):
    """One job at a time: while one is under way there is a bar, and a button to cancel it."""

    file_wanted = Signal()
    folder_wanted = Signal()
    download_wanted = Signal(str)  # hf:OWNER/NAME, as the person typed it
    test_wanted = Signal(str)
    remove_wanted = Signal(str)
    cancel_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = QTableWidget(0, 4)
        self.details = QLabel()
        self.add_file = QPushButton(self.tr("Add a file …"))
        self.add_folder = QPushButton(self.tr("Add a folder …"))
        self.test_button = QPushButton(self.tr("Test"))
        self.remove_button = QPushButton(self.tr("Remove"))
        self.place = QLineEdit()
        self.download_button = QPushButton(self.tr("Download"))
        self.bar, self.cancel_button = QProgressBar(), QPushButton(self.tr("Cancel"))
        self.said = QLabel()
        self._rows: Sequence[ShelfRow] = ()
        self._busy = False
        self._lay_out()
        self._connect()
        self.show_idle()

    def set_models(self, rows: Sequence[ShelfRow], current: str = "") -> None:
        self._rows = rows
        blocked = self.table.blockSignals(True)
        self.table.setRowCount(len(rows))
        for number, row in enumerate(rows):
            size = self.tr("{mb:.1f} MB").format(mb=row.size_bytes / _MB) if row.size_bytes else ""
            state = row.problem or row.speed or self.tr("not tested here")
            for column, text in enumerate((row.name, row.kind, size, state)):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                item.setFlags(Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled)
                self.table.setItem(number, column, item)
        names = [row.name for row in rows]
        self.table.setCurrentCell(names.index(current) if current in names else 0, 0)
        self.table.blockSignals(blocked)
        self._show()

    def show_working(self, words: str, share: float | None = None) -> None:
        """`share` (0..1) of it is done; None while nobody can tell."""
        self._busy = True
        self.bar.setRange(0, 0 if share is None else 1000)
        self.bar.setValue(round(1000 * (share or 0)))
        self._say(words)
        self._show()

    def show_idle(self, words: str = "") -> None:
        self._busy = False
        self._say(words)
        self._show()

    def _say(self, words: str) -> None:
        self.said.setText(words)
        self.said.setVisible(bool(words))

    def _current(self) -> ShelfRow | None:
        row = self.table.currentRow()
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def _show(self) -> None:
        current = self._current()
        for button in (self.add_file, self.add_folder):
            button.setEnabled(not self._busy)
        self.test_button.setEnabled(bool(current) and not self._busy)
        can_go = current is not None and not current.is_shipped
        self.remove_button.setEnabled(can_go and not self._busy)
        self.download_button.setEnabled(bool(self.place.text().strip()) and not self._busy)
        self.bar.setVisible(self._busy)
        self.cancel_button.setVisible(self._busy)
        self.details.setText(self._told_of(current) if current else "")

    def _told_of(self, row: ShelfRow) -> str:
        lines = [
            (self.tr("from"), row.source),
            (self.tr("licence"), row.licence),
            (self.tr("needs"), "; ".join(row.needs)),
            ("sha256", row.sha256),
        ]
        told = "\n".join(f"{what}: {text}" for what, text in lines if text)
        return f"{row.problem}\n{told}" if row.problem else told

    def _lay_out(self) -> None:
        heads = (self.tr("Name"), self.tr("What it is"), self.tr("Size"), self.tr("Speed here"))
        self.table.setHorizontalHeaderLabels(list(heads))
        header = self.table.horizontalHeader()
        for column in (0, 2):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        for column in (1, 3):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        self.table.verticalHeader().hide()
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.details.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for label in (self.details, self.said):
            label.setWordWrap(True)
        self.place.setPlaceholderText("hf:OWNER/NAME")
        self.place.setToolTip(
            self.tr("Fetches a model from the hub. Nothing else here uses the network.")
        )
        self.add_file.setToolTip(
            self.tr("Weights in one file. Some kinds can run code: know who made them.")
        )
        self.add_folder.setToolTip(self.tr("A Hugging Face or OpenVINO folder"))
        self.test_button.setToolTip(self.tr("Loads it and measures how fast it is here"))
        buttons = QHBoxLayout()
        for button in (self.add_file, self.add_folder):
            buttons.addWidget(button)
        buttons.addStretch(1)
        for button in (self.test_button, self.remove_button):
            buttons.addWidget(button)
        fetching = QHBoxLayout()
        fetching.addWidget(self.place, 1)
        fetching.addWidget(self.download_button)
        form = QFormLayout()
        form.addRow(self.tr("From the hub"), fetching)
        working = QHBoxLayout()
        working.addWidget(self.bar, 1)
        working.addWidget(self.cancel_button)
        column_of = QVBoxLayout(self)
        column_of.addWidget(self.table, 1)
        column_of.addWidget(self.details)
        column_of.addLayout(buttons)
        column_of.addLayout(form)
        column_of.addLayout(working)
        column_of.addWidget(self.said)

    def _connect(self) -> None:
        self.table.currentCellChanged.connect(self._show)
        self.place.textChanged.connect(self._show)
        self.add_file.clicked.connect(self.file_wanted)
        self.add_folder.clicked.connect(self.folder_wanted)
        self.download_button.clicked.connect(
            lambda: self.download_wanted.emit(self.place.text().strip())
        )
        self.test_button.clicked.connect(lambda: self._of_current(self.test_wanted.emit))
        self.remove_button.clicked.connect(lambda: self._of_current(self.remove_wanted.emit))
        self.cancel_button.clicked.connect(self.cancel_wanted)

    def _of_current(self, emit: Callable[[str], object]) -> None:
        current = self._current()
        if current is not None:
            emit(current.name)
