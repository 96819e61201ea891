"""The boxes of one image as a list: class, who drew it, score, size."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import PurePath
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QComboBox, QHeaderView, QTableView, QVBoxLayout, QWidget

from app.core.annotation import Annotation
from app.core.label_class import LabelClass
from widgets.words import class_title

Index = QModelIndex | QPersistentModelIndex
_CLASS, _ORIGIN, _SCORE, _SIZE = range(4)
_DIMMED_ALPHA = 80


class BoxList(QWidget):
    """Selects as the canvas does and is selected by it; never takes the keyboard."""

    selected = Signal(object)  # list of the uids that a person selected here, in list order

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = _BoxModel(self)
        self._told_from_outside = False
        self._order = QComboBox()
        self._order.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for title, key in self._orders():
            self._order.addItem(title, key)
        self._order.currentIndexChanged.connect(self._sort)
        self.table = _table(self._model)
        self.table.selectionModel().selectionChanged.connect(self._report)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self._order)
        layout.addWidget(self.table, 1)

    def set_annotations(
        self,
        annotations: Iterable[Annotation],
        classes: Mapping[int, LabelClass],
        run_names: Mapping[int, str] | None = None,
    ) -> None:
        """The boxes of the image in the order they were drawn; those still there stay selected.

        `classes` by id, with every class that an annotation has; `run_names` by run id.
        """
        kept = self.selection()
        self._told_from_outside = True
        self._model.show(list(annotations), classes, run_names or {})
        self._told_from_outside = False
        self.set_selection(kept)

    def set_dimmed(self, uids: Collection[str]) -> None:
        """Those that are kept off the photo for their score; no others."""
        self._model.dim(frozenset(uids))

    def set_selection(self, uids: Iterable[str]) -> None:
        """Does not report it as selected; uids that are not in the list are passed over."""
        rows = sorted(self._model.rows_of(uids))
        chosen = QItemSelection()
        for first, last in _runs(rows):
            chosen.select(self._model.index(first, 0), self._model.index(last, _SIZE))
        self._told_from_outside = True
        replace = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.table.selectionModel().select(chosen, replace)
        self._told_from_outside = False
        if rows:
            self.table.scrollTo(self._model.index(rows[0], 0))

    def selection(self) -> list[str]:
        chosen = self.table.selectionModel().selection()
        ranges = [chosen.at(n) for n in range(chosen.count())]
        rows = {row for part in ranges for row in range(part.top(), part.bottom() + 1)}
        return [self._model.annotation(row).uid for row in sorted(rows)]

    def order_by(self, key: str) -> None:
        """One of "drawn", "class", "score" (doubtful first), "position" (as read) and "size"."""
        self._order.setCurrentIndex(self._order.findData(key))

    def _orders(self) -> list[tuple[str, str]]:
        return [
            (self.tr("In the order they were drawn"), "drawn"),
            (self.tr("By class"), "class"),
            (self.tr("By score, doubtful first"), "score"),
            (self.tr("By position"), "position"),
            (self.tr("By size, largest first"), "size"),
        ]

    def _sort(self) -> None:
        kept = self.selection()
        self._told_from_outside = True
        self._model.order_by(self._order.currentData())
        self._told_from_outside = False
        self.set_selection(kept)

    def _report(self) -> None:
        if not self._told_from_outside:
            self.selected.emit(self.selection())


class _BoxModel(QAbstractTableModel):
    """Words are made only for the cells that come into sight."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._drawn: list[Annotation] = []
        self._sorted: list[Annotation] = []
        self._classes: Mapping[int, LabelClass] = {}
        self._run_names: Mapping[int, str] = {}
        self._key = "drawn"
        self._dimmed = frozenset[str]()
        self._words: dict[int, Callable[[Annotation], str]] = {
            _CLASS: lambda a: class_title(self._classes[a.class_id]),
            _ORIGIN: self._origin,
            _SCORE: lambda a: "" if a.score is None else f"{a.score:.2f}",
            _SIZE: lambda a: f"{a.box.width:.0f} × {a.box.height:.0f}",
        }

    def show(
        self,
        annotations: list[Annotation],
        classes: Mapping[int, LabelClass],
        run_names: Mapping[int, str],
    ) -> None:
        self._drawn, self._classes, self._run_names = annotations, classes, run_names
        self.order_by(self._key)

    def order_by(self, key: str) -> None:
        self.beginResetModel()
        self._key = key
        place = {class_id: n for n, class_id in enumerate(self._classes)}
        keys: dict[str, Callable[[Annotation], Any]] = {
            "class": lambda a: place[a.class_id],
            "score": lambda a: 2.0 if a.score is None else a.score,
            "position": lambda a: (a.box.top, a.box.left),
            "size": lambda a: -a.box.area,
        }
        self._sorted = sorted(self._drawn, key=keys[key]) if key in keys else self._drawn
        self.endResetModel()

    def dim(self, uids: frozenset[str]) -> None:
        if uids == self._dimmed:
            return
        self._dimmed = uids
        if self._sorted:
            last = self.index(len(self._sorted) - 1, _SIZE)
            self.dataChanged.emit(self.index(0, 0), last)

    def annotation(self, row: int) -> Annotation:
        return self._sorted[row]

    def rows_of(self, uids: Iterable[str]) -> list[int]:
        wanted = set(uids)
        return [row for row, a in enumerate(self._sorted) if a.uid in wanted] if wanted else []

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._sorted)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else _SIZE + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        annotation, column = self._sorted[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._words[column](annotation)
        if role == Qt.ItemDataRole.DecorationRole and column == _CLASS:
            return self._swatch(annotation)
        if role == Qt.ItemDataRole.ForegroundRole and annotation.uid in self._dimmed:
            return QGuiApplication.palette().color(QPalette.ColorRole.PlaceholderText)
        if role == Qt.ItemDataRole.TextAlignmentRole and column in (_SCORE, _SIZE):
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tool_tip(annotation)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation == Qt.Orientation.Vertical or role != Qt.ItemDataRole.DisplayRole:
            return None
        titles = (self.tr("Class"), self.tr("From"), self.tr("Score"), self.tr("Size, px"))
        return titles[section]

    def _origin(self, annotation: Annotation) -> str:
        """Who drew it; a person's name with a tick where they took over a run's box."""
        if annotation.run_id is None:
            return annotation.author or ""
        if annotation.author is not None:
            return f"{annotation.author} ✓"
        run = self._run_names.get(annotation.run_id, self.tr("model"))
        return PurePath(run).name or run  # an import goes by its folder

    def _swatch(self, annotation: Annotation) -> QColor:
        colour = QColor(self._classes[annotation.class_id].colour)
        if annotation.uid in self._dimmed:
            colour.setAlpha(_DIMMED_ALPHA)
        return colour

    def _tool_tip(self, annotation: Annotation) -> str:
        told = self._origin_told(annotation)
        if annotation.uid in self._dimmed:
            told += "\n" + self.tr("hidden: below the score that is set")
        return told

    def _origin_told(self, annotation: Annotation) -> str:
        left, top, right, bottom = annotation.box.corners
        place = f"x {left:.1f} – {right:.1f}   y {top:.1f} – {bottom:.1f}"
        if annotation.run_id is None:
            return place
        run = self._run_names.get(annotation.run_id, self.tr("model"))
        if annotation.author is None:
            words = self.tr("proposed by {run}, nobody has touched it yet")
        else:
            words = self.tr("proposed by {run}, checked by {person}")
        told = f"{place}\n{words.format(run=run, person=annotation.author)}"
        if not annotation.sources:
            return told
        sources = ", ".join(f"{source.name} {source.score:.2f}" for source in annotation.sources)
        return told + "\n" + self.tr("found by {sources}").format(sources=sources)


def _table(model: _BoxModel) -> QTableView:
    table = QTableView()
    table.setModel(model)
    table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    table.setFrameShape(QTableView.Shape.NoFrame)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QTableView.SelectionMode.ExtendedSelection)
    table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    table.verticalHeader().hide()
    table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + 8)
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setSectionsClickable(False)
    header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    header.setSectionResizeMode(_CLASS, QHeaderView.ResizeMode.Stretch)
    # Fixed widths: fitting them to their content would make the words of all rows.
    widths = {_ORIGIN: "annotat", _SCORE: "Score", _SIZE: "0000 × 0000"}
    for column, widest in widths.items():
        header.resizeSection(column, table.fontMetrics().horizontalAdvance(widest) + 8)
    return table


def _runs(rows: Sequence[int]) -> list[tuple[int, int]]:
    """Sorted row numbers as (first, last) of each unbroken run."""
    found: list[tuple[int, int]] = []
    for row in rows:
        if found and found[-1][1] == row - 1:
            found[-1] = (found[-1][0], row)
        else:
            found.append((row, row))
    return found
