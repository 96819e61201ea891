"""What was done, by whom and when, newest first; a click goes there."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPalette, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.core.annotation import Annotation
from widgets.panels.when import local_time

Index = QModelIndex | QPersistentModelIndex
_ENTRY_ROLE = Qt.ItemDataRole.UserRole
_PADDING_PX = 6
_MOST_DETAILS = 4
"""More of them are summed up in a line; the tool tip has all."""


@dataclass(frozen=True, slots=True)
class HistoryPlace:
    """An image on which something was done; `box` as it stood where it was one box, else None."""

    image_id: int
    box: Annotation | None = None


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One gesture in words. `at` is in UTC, ISO 8601.

    `details` are lines "before → after"; `where` names the image, or says how many there are.
    """

    gesture_id: int
    at: str
    who: str
    title: str
    details: tuple[str, ...] = ()
    where: str = ""
    places: tuple[HistoryPlace, ...] = ()
    is_undone: bool = False


class HistoryPanel(QWidget):
    """Asks for its entries only while it is in sight."""

    wanted = Signal(bool)  # entries are wanted: of the whole project (True) or of this image
    more_wanted = Signal(int)  # what was done to the whole project before that gesture
    chosen = Signal(object)  # HistoryEntry

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_stale = True
        self._scope = QComboBox()
        self._scope.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scope.addItem(self.tr("This image"))
        self._scope.addItem(self.tr("Whole project"))
        self._scope.currentIndexChanged.connect(self.set_stale)
        self._model = _EntryModel(self)
        self._model.more_wanted.connect(self.more_wanted)
        self.list = QListView()
        self.list.setModel(self._model)
        self.list.setItemDelegate(_EntryDelegate(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setFrameShape(QListView.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.clicked.connect(self._go)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self._scope)
        layout.addWidget(self.list, 1)

    @property
    def is_of_project(self) -> bool:
        return self._scope.currentIndex() == 1

    def set_of_project(self, whole_project: bool) -> None:
        """As if a person had chosen it."""
        self._scope.setCurrentIndex(int(whole_project))

    def set_stale(self) -> None:
        """Something was done, or another image is open: asks for entries, now or when shown."""
        self._is_stale = True
        if self.isVisible():
            self._ask()

    def show_entries(self, entries: Sequence[HistoryEntry], *, has_more: bool = False) -> None:
        """Newest first. Where there is more, it is asked for once people scroll that far. Where
        they are those that are shown already, people stay at their place among them.
        """
        if self._model.show(entries, with_places=self.is_of_project, has_more=has_more):
            self.list.scrollToTop()

    def add_entries(self, entries: Sequence[HistoryEntry], *, has_more: bool) -> None:
        """Older ones, as they were asked for."""
        self._model.add(entries, has_more=has_more)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self._ask()

    def _ask(self) -> None:
        self._is_stale = False
        self.wanted.emit(self.is_of_project)

    def _go(self, index: QModelIndex) -> None:
        self.chosen.emit(index.data(_ENTRY_ROLE))


class _EntryModel(QAbstractListModel):
    more_wanted = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._entries: list[HistoryEntry] = []
        self._has_more = False
        self.with_places = False

    def show(self, entries: Sequence[HistoryEntry], *, with_places: bool, has_more: bool) -> bool:
        """False where these are there already; there may be older ones after them then."""
        shown = self._entries[: len(entries)] if has_more else self._entries
        if shown == list(entries) and with_places == self.with_places:
            return False
        self.beginResetModel()
        self._entries, self.with_places = list(entries), with_places
        self._has_more = has_more
        self.endResetModel()
        return True

    def add(self, entries: Sequence[HistoryEntry], *, has_more: bool) -> None:
        self._has_more = has_more
        if entries:
            first = len(self._entries)
            self.beginInsertRows(QModelIndex(), first, first + len(entries) - 1)
            self._entries += entries
            self.endInsertRows()

    def canFetchMore(self, parent: Index) -> bool:
        return self._has_more and bool(self._entries)

    def fetchMore(self, parent: Index) -> None:
        self._has_more = False
        self.more_wanted.emit(self._entries[-1].gesture_id)

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self._entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join((entry.title, self.meta(entry), *entry.details, *self._way(entry)))
        return entry if role == _ENTRY_ROLE else None

    def meta(self, entry: HistoryEntry) -> str:
        parts = [local_time(entry.at), entry.who]
        if self.with_places and entry.where:
            parts.append(entry.where)
        if entry.is_undone:
            parts.append(self.tr("undone"))
        return " · ".join(parts)

    def _way(self, entry: HistoryEntry) -> list[str]:
        if len(entry.places) < 2:
            return []
        return [self.tr("A click goes to one of these images after the other.")]

    def lines(self, entry: HistoryEntry) -> list[str]:
        """Under the title."""
        shown = list(entry.details)
        if len(shown) > _MOST_DETAILS:
            rest = len(shown) - _MOST_DETAILS + 1
            shown[_MOST_DETAILS - 1 :] = [self.tr("… and {n} more").format(n=rest)]
        return [self.meta(entry), *shown]


class _EntryDelegate(QStyledItemDelegate):
    """The title, struck through when undone; under it when and who, then the details, smaller."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        lines = _model_of(index).lines(index.data(_ENTRY_ROLE))
        small = QFontMetrics(_small(option.font)).lineSpacing()
        height = option.fontMetrics.lineSpacing() + len(lines) * small + 2 * _PADDING_PX
        return QSize(160, height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry: HistoryEntry = index.data(_ENTRY_ROLE)
        palette, inside = option.palette, option.rect.adjusted(_PADDING_PX, _PADDING_PX, -2, 0)
        painter.save()
        if option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(option.rect, palette.color(QPalette.ColorRole.AlternateBase))
        faint = palette.color(QPalette.ColorRole.PlaceholderText)
        title_font = QFont(option.font)
        title_font.setStrikeOut(entry.is_undone)
        painter.setFont(title_font)
        painter.setPen(faint if entry.is_undone else palette.color(QPalette.ColorRole.Text))
        _line(painter, option.fontMetrics, inside.left(), inside.top(), inside.width(), entry.title)
        small = _small(option.font)
        metrics = QFontMetrics(small)
        painter.setFont(small)
        painter.setPen(faint)
        top = inside.top() + option.fontMetrics.lineSpacing()
        for line in _model_of(index).lines(entry):
            _line(painter, metrics, inside.left(), top, inside.width(), line)
            top += metrics.lineSpacing()
        painter.setPen(palette.color(QPalette.ColorRole.AlternateBase))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        painter.restore()


def _model_of(index: Index) -> _EntryModel:
    model = index.model()
    assert isinstance(model, _EntryModel)
    return model


def _small(font: QFont) -> QFont:
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * 0.88)
    return small


def _line(
    painter: QPainter, metrics: QFontMetrics, left: int, top: int, width: int, text: str
) -> None:
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
    painter.drawText(left, top + metrics.ascent(), shown)
