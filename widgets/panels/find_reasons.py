"""What a model that was asked in words found on this image, and by which of the words."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from app.core.detection import Detection
from app.core.label_class import LabelClass
from widgets.words import class_title

_CLASS, _SCORE, _WORDS = range(3)
_MOST_ROWS = 50
_HEIGHT_PX = 140


class FindReasons(QTableWidget):
    """Best first. It says what would stay at a box score, and why at a word score."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 3, parent)
        titles = (self.tr("Class"), self.tr("Score"), self.tr("Because of"))
        self.setHorizontalHeaderLabels(list(titles))
        header = self.horizontalHeader()
        for column in (_CLASS, _SCORE):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(_WORDS, QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().hide()
        self.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFixedHeight(_HEIGHT_PX)

    def show_finds(
        self,
        finds: Sequence[Detection],
        classes: Mapping[str, LabelClass],
        *,
        box_score: float,
        word_score: float,
    ) -> None:
        """`classes` by name; a find is of one of them."""
        staying = [f for f in finds if f.score >= box_score and f.class_name in classes]
        staying.sort(key=lambda find: -find.score)
        self.setRowCount(min(len(staying), _MOST_ROWS))
        for row, find in enumerate(staying[:_MOST_ROWS]):
            words = find.words(word_score)
            texts = (
                class_title(classes[find.class_name]),
                f"{find.score:.2f}",
                " ".join(words) or self.tr("no word reaches the score"),
            )
            scores = "\n".join(f"{reason.word}  {reason.score:.2f}" for reason in find.reasons)
            for column, text in enumerate(texts):
                cell = QTableWidgetItem(text)
                cell.setFlags(Qt.ItemFlag.ItemIsEnabled)
                cell.setToolTip(scores)
                self.setItem(row, column, cell)
            self._cell(row, _CLASS).setData(
                Qt.ItemDataRole.DecorationRole, QColor(classes[find.class_name].colour)
            )

    def _cell(self, row: int, column: int) -> QTableWidgetItem:
        cell = self.item(row, column)
        assert cell is not None
        return cell
