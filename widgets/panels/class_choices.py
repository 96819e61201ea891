"""Which classes of a model are wanted, from what score on, and what they become in the project."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
)
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.core.label_class import LabelClass
from app.core.prelabelling import ModelClass
from widgets.words import class_title

Index = QModelIndex | QPersistentModelIndex

_NAME, _SCORE, _BECOMES = range(3)
_MOST_ROWS_IN_SIGHT = 8
_ROW_PADDING_PX = 9
_OPENS = "  ▾"


@dataclass(frozen=True, slots=True)
class _Row:
    model_class: ModelClass
    wanted: bool


class ClassChoicesModel(QAbstractTableModel):
    """A model has 5 classes or 1,200: rows are values, and editors are made one at a time."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._view = parent
        self._rows: list[_Row] = []
        self.label_classes: Sequence[LabelClass] = ()

    def set_classes(self, rows: Sequence[ModelClass], label_classes: Sequence[LabelClass]) -> None:
        """Wanted at first is what has a label class; a project without any takes all."""
        self.beginResetModel()
        self.label_classes = label_classes
        self._rows = [_Row(r, bool(r.label_class) or not label_classes) for r in rows]
        self.endResetModel()

    @property
    def wanted(self) -> list[ModelClass]:
        return [row.model_class for row in self._rows if row.wanted]

    @property
    def without_label_class(self) -> list[str]:
        """Names of wanted classes of which nobody has said what they become."""
        return [c.name for c in self.wanted if self.label_classes and c.label_class is None]

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return 3

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (self.tr("Model's class"), self.tr("From score"), self.tr("Becomes"))[section]
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.column() == _NAME:
            return flags | Qt.ItemFlag.ItemIsUserCheckable
        if index.column() == _BECOMES and not self.label_classes:
            return flags  # the project takes the model's classes as they are
        return flags | Qt.ItemFlag.ItemIsEditable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row, column = self._rows[index.row()], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.ToolTipRole:
                return self._words(row.model_class, column)
            case Qt.ItemDataRole.EditRole if column == _SCORE:
                return row.model_class.confidence or 0.0
            case Qt.ItemDataRole.EditRole if column == _BECOMES:
                return row.model_class.label_class
            case Qt.ItemDataRole.CheckStateRole if column == _NAME:
                return Qt.CheckState.Checked if row.wanted else Qt.CheckState.Unchecked
            case Qt.ItemDataRole.ForegroundRole if not row.wanted or column == _SCORE:
                return self._colour(row)
        return None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        row, column = self._rows[index.row()], index.column()
        if column == _NAME and role == Qt.ItemDataRole.CheckStateRole:
            changed = replace(row, wanted=Qt.CheckState(value) == Qt.CheckState.Checked)
        elif column == _SCORE and isinstance(value, float):
            changed = replace(row, model_class=replace(row.model_class, confidence=value or None))
        elif column == _BECOMES and (value is None or isinstance(value, str)):
            # Saying what a class becomes is wanting it, and the other way round.
            changed = _Row(replace(row.model_class, label_class=value), value is not None)
        else:
            return False
        self._rows[index.row()] = changed
        first, last = (self.index(index.row(), column) for column in (_NAME, _BECOMES))
        self.dataChanged.emit(first, last)
        return True

    def _words(self, model_class: ModelClass, column: int) -> str:
        if column == _NAME:
            return model_class.name
        if column == _SCORE:
            own = model_class.confidence
            return self.tr("general") if own is None else f"{own:.2f}"
        if not self.label_classes:
            return model_class.name
        found = (c for c in self.label_classes if c.name == model_class.label_class)
        return next((class_title(c) for c in found), "–") + _OPENS

    def _colour(self, row: _Row) -> object:
        dim = not row.wanted or row.model_class.confidence is None
        if not dim or not self._view.isEnabled():
            return None  # a disabled view is dim altogether
        return self._view.palette().color(QPalette.ColorRole.PlaceholderText)


class ClassChoices(QTableView):
    """A click on a score or on what a class becomes changes it there."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choices = ClassChoicesModel(self)
        self.setModel(self.choices)
        self._delegates = (_ScoreDelegate(self), _BecomesDelegate(self))
        self.setItemDelegateForColumn(_SCORE, self._delegates[0])
        self.setItemDelegateForColumn(_BECOMES, self._delegates[1])
        self.setShowGrid(False)
        self.setSelectionMode(QTableView.SelectionMode.NoSelection)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + _ROW_PADDING_PX)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(_SCORE, QHeaderView.ResizeMode.ResizeToContents)
        self.clicked.connect(self._edit)
        self.choices.modelReset.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        rows = min(max(self.choices.rowCount(), 1), _MOST_ROWS_IN_SIGHT)
        height = self.horizontalHeader().sizeHint().height() + 2 * self.frameWidth()
        return QSize(240, height + rows * self.verticalHeader().defaultSectionSize())

    def minimumSizeHint(self) -> QSize:
        return QSize(120, min(self.sizeHint().height(), 150))

    def _edit(self, index: QModelIndex) -> None:
        if index.flags() & Qt.ItemFlag.ItemIsEditable:
            self.edit(index)


class _ScoreDelegate(QStyledItemDelegate):
    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        spin = QDoubleSpinBox(parent)
        spin.setRange(0.0, 1.0)
        spin.setSingleStep(0.05)
        spin.setSpecialValueText(self.tr("general"))
        spin.setFrame(False)
        return spin

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        assert isinstance(editor, QDoubleSpinBox)
        editor.setValue(index.data(Qt.ItemDataRole.EditRole))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        assert isinstance(editor, QDoubleSpinBox)
        editor.interpretText()
        model.setData(index, editor.value())


class _BecomesDelegate(QStyledItemDelegate):
    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        combo = QComboBox(parent)
        combo.addItem(self.tr("– leave out"), None)
        model = index.model()
        assert isinstance(model, ClassChoicesModel)
        for label_class in model.label_classes:
            combo.addItem(class_title(label_class), label_class.name)
        combo.activated.connect(lambda _: self._finish(combo))
        return combo

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        assert isinstance(editor, QComboBox)
        editor.setCurrentIndex(max(editor.findData(index.data(Qt.ItemDataRole.EditRole)), 0))
        editor.showPopup()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        assert isinstance(editor, QComboBox)
        model.setData(index, editor.currentData())

    def _finish(self, combo: QComboBox) -> None:
        self.commitData.emit(combo)
        self.closeEditor.emit(combo)
