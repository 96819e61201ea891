"""What a model that reads text is asked for: the phrases of each label class, one line each."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from app.core.label_class import LabelClass
from widgets.words import class_title

_CLASS, _PHRASES = range(2)
_SEPARATOR = ";"
_MOST_ROWS_IN_SIGHT = 8
_NAME = Qt.ItemDataRole.UserRole


class PhraseTable(QTableWidget):
    """A class is wanted when it is ticked and has a phrase. Phrases are parted by semicolons."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 2, parent)
        self.setHorizontalHeaderLabels([self.tr("Class"), self.tr("Words (English)")])
        header = self.horizontalHeader()
        header.setSectionResizeMode(_CLASS, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(_PHRASES, QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().hide()
        self.setTabKeyNavigation(False)
        self.setSizeAdjustPolicy(self.SizeAdjustPolicy.AdjustToContents)
        self.itemChanged.connect(self.changed)

    def set_phrases(
        self, phrases: Mapping[str, Sequence[str]], classes: Sequence[LabelClass]
    ) -> None:
        """`phrases` by the name of a label class; every class of `classes` gets a row."""
        blocked = self.blockSignals(True)
        self.setRowCount(len(classes))
        for row, label_class in enumerate(classes):
            title = QTableWidgetItem(class_title(label_class))
            title.setData(_NAME, label_class.name)
            title.setFlags(Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEnabled)
            asked = label_class.name in phrases
            title.setCheckState(Qt.CheckState.Checked if asked else Qt.CheckState.Unchecked)
            words = f"{_SEPARATOR} ".join(phrases.get(label_class.name, ()))
            self.setItem(row, _CLASS, title)
            self.setItem(row, _PHRASES, QTableWidgetItem(words))
        self.blockSignals(blocked)
        rows = min(len(classes), _MOST_ROWS_IN_SIGHT)
        height = self.horizontalHeader().sizeHint().height() + 2 * self.frameWidth()
        self.setFixedHeight(height + sum(self.rowHeight(row) for row in range(rows)))

    @property
    def phrases(self) -> dict[str, tuple[str, ...]]:
        """By the name of each class that is wanted."""
        return {
            name: words
            for row in range(self.rowCount())
            if (name := self._wanted(row)) and (words := self._words(row))
        }

    def _wanted(self, row: int) -> str:
        title = self._cell(row, _CLASS)
        name: str = title.data(_NAME)
        return name if title.checkState() == Qt.CheckState.Checked else ""

    def _words(self, row: int) -> tuple[str, ...]:
        text = self._cell(row, _PHRASES).text()
        parts = text.replace("；", _SEPARATOR).split(_SEPARATOR)
        return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))

    def _cell(self, row: int, column: int) -> QTableWidgetItem:
        cell = self.item(row, column)
        assert cell is not None
        return cell
