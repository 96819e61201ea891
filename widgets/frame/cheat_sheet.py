"""All keys at a glance, over the whole window, for as long as it is looked at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QMargins, QObject, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import QFrame, QScrollArea, QScrollBar, QWidget

from widgets.frame.key_names import MODIFIER_KEYS, shown

_MARGIN_PX = 28
_PAD_PX = 18
_GAP_PX = 28
_KEY_PADDING_PX = 6
_SWATCH_PX = 10
_SCRIM = QColor(0, 0, 0, 120)
_SCROLLING = {
    Qt.Key.Key_Up: -1.0,
    Qt.Key.Key_Down: 1.0,
    Qt.Key.Key_PageUp: -8.0,
    Qt.Key.Key_PageDown: 8.0,
}
"""In steps of the scroll bar."""


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One thing to do and its keys, in portable words. `colour` is a class's, or empty.

    `by_mouse` is what the mouse does for it, in words of the screen.
    """

    title: str
    keys: tuple[str, ...] = ()
    colour: str = ""
    by_mouse: tuple[str, ...] = ()

    @property
    def caps(self) -> list[str]:
        """What stands on each cap."""
        return [*map(shown, self.keys), *self.by_mouse]


@dataclass(frozen=True, slots=True)
class KeySection:
    title: str
    lines: tuple[KeyLine, ...]


class CheatSheet(QWidget):
    """Lies over its parent and has the keyboard while it is shown; a click or a key closes it.

    First it darkens what is under it, which is painted once more for that; the keys come in the
    next turn of the event loop.
    """

    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._focus_before: QWidget | None = None
        self._scroll = QScrollArea(self)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._table = _KeyTable()
        self._scroll.setWidget(self._table)
        self._lay_out = QTimer(self, singleShot=True, interval=0)
        self._lay_out.timeout.connect(self._scroll.show)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._over = parent
        parent.installEventFilter(self)
        self.hide()

    @property
    def columns(self) -> list[list[KeySection]]:
        """As they stand side by side."""
        return self._table.columns

    @property
    def is_laid_out(self) -> bool:
        """The keys can be seen."""
        return self._scroll.isVisible()

    @property
    def scroll_bar(self) -> QScrollBar:
        return self._scroll.verticalScrollBar()

    def show_sections(self, sections: Sequence[KeySection]) -> None:
        """Opens it over the whole parent."""
        self._table.set_sections(sections)
        if not self.isVisible():
            self._focus_before = self._over.window().focusWidget()
            self._scroll.hide()
            self._lay_out.start()
        self.setGeometry(self._over.rect())
        self._place()
        self.show()
        self.raise_()
        self.setFocus()

    def close_sheet(self) -> None:
        """Gives the focus back to what had it."""
        if not self.isVisible():
            return
        self.hide()
        if self._focus_before is not None:
            self._focus_before.setFocus()
        self._focus_before = None
        self.closed.emit()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # no key may act on what can't be seen
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        bar = self.scroll_bar
        if key in _SCROLLING:
            bar.setValue(bar.value() + int(_SCROLLING[key] * bar.singleStep()))
        elif key not in MODIFIER_KEYS and not event.isAutoRepeat():
            self.close_sheet()

    def focusNextPrevChild(self, next_: bool) -> bool:
        return False  # Tab is a key like any other here

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.close_sheet()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self._over.rect())
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(self.rect(), _SCRIM)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.palette().color(QPalette.ColorRole.Window))
            card = self._scroll.geometry() + QMargins(_PAD_PX, _PAD_PX, _PAD_PX, _PAD_PX)
            painter.drawRoundedRect(card, 10, 10)

    def _place(self) -> None:
        room = self.size() - QSize(4 * _MARGIN_PX, 3 * _MARGIN_PX)
        bar_px = self.scroll_bar.sizeHint().width()
        size = self._table.fit(room.width() - bar_px)
        height = min(size.height(), room.height())
        width = size.width() + (bar_px if size.height() > height else 0)
        area = QRect(0, 0, width, height)
        area.moveCenter(self.rect().center())
        self._scroll.setGeometry(area)


class _KeyTable(QWidget):
    """Sections in as many columns as there is room for, none of them torn apart."""

    def __init__(self) -> None:
        super().__init__()
        self._sections: tuple[KeySection, ...] = ()
        self._caps: Mapping[KeyLine, Sequence[str]] = {}
        self.columns: list[list[KeySection]] = []
        self._column_px = 1
        self.setMouseTracking(False)

    def set_sections(self, sections: Sequence[KeySection]) -> None:
        self._sections = tuple(sections)
        lines = (line for section in self._sections for line in section.lines)
        self._caps = {line: line.caps for line in lines}

    def fit(self, width_px: int) -> QSize:
        """Takes the size that it needs in this width, and returns it."""
        widest = max(map(self._line_px, self._caps), default=1)
        room_px = max(width_px, 1)
        self._column_px = min(widest, room_px)
        most = max((room_px + _GAP_PX) // (self._column_px + _GAP_PX), 1)
        self.columns = in_columns(self._sections, most)
        rows = max((sum(map(_rows, column)) - 1 for column in self.columns), default=1)
        width = len(self.columns) * (self._column_px + _GAP_PX) - _GAP_PX
        self.resize(max(width, 1), rows * self._row_px())
        return self.size()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for number, column in enumerate(self.columns):
                self._paint_column(painter, number * (self._column_px + _GAP_PX), column)

    def _paint_column(self, painter: QPainter, left: int, column: list[KeySection]) -> None:
        row_px, top = self._row_px(), 0
        for section in column:
            painter.setFont(self._strong())
            painter.setPen(self.palette().color(QPalette.ColorRole.Text))
            title = QRect(left, top, self._column_px, row_px)
            painter.drawText(title, Qt.AlignmentFlag.AlignVCenter, section.title)
            painter.setFont(self.font())
            for line in section.lines:
                top += row_px
                self._paint_line(painter, QRect(left, top, self._column_px, row_px), line)
            top += 2 * row_px

    def _paint_line(self, painter: QPainter, row: QRect, line: KeyLine) -> None:
        metrics, right = self.fontMetrics(), row.right() + 1
        for key in reversed(self._caps[line]):
            width = _key_px(metrics, key)
            cap = QRectF(right - width + 0.5, row.top() + 2.5, width - 1, row.height() - 5)
            painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
            painter.setBrush(self.palette().color(QPalette.ColorRole.Base))
            painter.drawRoundedRect(cap, 4, 4)
            painter.setPen(self.palette().color(QPalette.ColorRole.Text))
            painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, key)
            right -= width + 4
        left = row.left()
        if line.colour:
            swatch = QRectF(left, row.center().y() - _SWATCH_PX / 2 + 1, _SWATCH_PX, _SWATCH_PX)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(line.colour))
            painter.drawRoundedRect(swatch, 2, 2)
            left += _SWATCH_PX + 6
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        room = QRect(left, row.top(), max(right - left - 8, 0), row.height())
        title = metrics.elidedText(line.title, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, title)

    def _line_px(self, line: KeyLine) -> int:
        metrics = self.fontMetrics()
        keys_px = sum(_key_px(metrics, key) + 4 for key in self._caps[line])
        swatch_px = _SWATCH_PX + 6 if line.colour else 0
        return swatch_px + metrics.horizontalAdvance(line.title) + 16 + keys_px

    def _row_px(self) -> int:
        return self.fontMetrics().height() + 8

    def _strong(self) -> QFont:
        font = QFont(self.font())
        font.setBold(True)
        return font


def in_columns(sections: Sequence[KeySection], most: int) -> list[list[KeySection]]:
    """The sections in their order in at most so many columns, the tallest as low as it gets."""
    low = max(map(_rows, sections), default=0)
    high = sum(map(_rows, sections))
    while low < high:
        middle = (low + high) // 2
        if len(_filled(sections, middle)) <= most:
            high = middle
        else:
            low = middle + 1
    return _filled(sections, high)


def _filled(sections: Sequence[KeySection], height: int) -> list[list[KeySection]]:
    """Columns no taller than `height` rows; none of the sections is taller than that."""
    columns: list[list[KeySection]] = []
    rows = 0
    for section in sections:
        if not columns or rows + _rows(section) > height:
            columns.append([])
            rows = 0
        columns[-1].append(section)
        rows += _rows(section)
    return columns


def _rows(section: KeySection) -> int:
    """With its title and a free row under it."""
    return len(section.lines) + 2


def _key_px(metrics: QFontMetrics, key: str) -> int:
    return max(metrics.horizontalAdvance(key) + 2 * _KEY_PADDING_PX, metrics.height() + 2)
