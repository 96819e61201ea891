"""Changing keys: a list of all actions, a click, the new key; a conflict is said beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from widgets.frame.key_names import MODIFIER_KEYS, key_of, shown
from widgets.frame.message_bar import LEVEL_COLOURS

_KEYS_PX = 190


@dataclass(frozen=True, slots=True)
class EditableKeys:
    """An action's keys as they stand, in portable words."""

    name: str
    title: str
    keys: tuple[str, ...]
    is_changed: bool


@dataclass(frozen=True, slots=True)
class EditableSection:
    title: str
    rows: tuple[EditableKeys, ...]


class KeyEditor(QWidget):
    """Asks for changes; what comes of them it is told by `show_sections` or `refuse`."""

    key_chosen = Signal(str, str, bool)  # action, portable key, beside the keys that it has
    reset_wanted = Signal(str)  # action
    reset_all_wanted = Signal()

    def __init__(self, sections: Sequence[EditableSection], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: dict[str, _Row] = {}
        grid_page = QWidget()
        self._grid = QGridLayout(grid_page)
        self._grid.setColumnStretch(0, 1)
        self._grid.setVerticalSpacing(2)
        for section in sections:
            self._add_section(section)
        self._grid.setRowStretch(self._grid.rowCount(), 1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(grid_page)
        how = QLabel(self.tr("Click a key, then press the new one. Esc leaves it as it was."))
        how.setWordWrap(True)
        self.reset_all = QPushButton(self.tr("All as they were at first"))
        self.reset_all.clicked.connect(self.reset_all_wanted)
        foot = QHBoxLayout()
        foot.addWidget(how, 1)
        foot.addWidget(self.reset_all)
        layout = QVBoxLayout(self)
        layout.addWidget(scroll, 1)
        layout.addLayout(foot)
        self.show_sections(sections)

    def show_sections(self, sections: Sequence[EditableSection]) -> None:
        """The keys as they are now, of the same actions as before."""
        rows = [row for section in sections for row in section.rows]
        for row in rows:
            self._rows[row.name].show_keys(row)
        self.reset_all.setEnabled(any(row.is_changed for row in rows))

    def refuse(self, name: str, why: str) -> None:
        """Says beside the action why it didn't get the key."""
        self._rows[name].conflict.setText(why)
        self._rows[name].conflict.show()

    def row(self, name: str) -> "_Row":
        """What stands in the action's line."""
        return self._rows[name]

    def _add_section(self, section: EditableSection) -> None:
        title = QLabel(section.title)
        strong = title.font()
        strong.setBold(True)
        title.setFont(strong)
        title.setContentsMargins(0, 12, 0, 2)
        self._grid.addWidget(title, self._grid.rowCount(), 0, 1, 4)
        for each in section.rows:
            row = _Row(self.tr("One more key for this"), self.tr("As it was at first"))
            self._rows[each.name] = row
            line = self._grid.rowCount()
            name = QLabel(each.title)
            name.setWordWrap(True)
            self._grid.addWidget(name, line, 0)
            for column, widget in enumerate((row.key, row.more, row.reset), start=1):
                self._grid.addWidget(widget, line, column)
            self._grid.addWidget(row.conflict, line + 1, 0, 1, 4)
            self._connect(each.name, row)

    def _connect(self, name: str, row: "_Row") -> None:
        row.key.chosen.connect(lambda key: self.key_chosen.emit(name, key, row.is_adding))
        row.key.clicked.connect(lambda: self._begin(row, is_adding=False))
        row.more.clicked.connect(lambda: self._begin(row, is_adding=True))
        row.reset.clicked.connect(lambda: self.reset_wanted.emit(name))

    def _begin(self, row: "_Row", *, is_adding: bool) -> None:
        for each in self._rows.values():
            each.conflict.hide()
        row.is_adding = is_adding
        row.key.listen()


class _Row:
    """The widgets of one action."""

    def __init__(self, more_tip: str, reset_tip: str) -> None:
        self.is_adding = False
        self.key = KeyButton()
        self.more = _small("+", more_tip)
        self.reset = _small("↺", reset_tip)
        self.conflict = QLabel()
        self.conflict.setWordWrap(True)
        self.conflict.setStyleSheet(f"color: {LEVEL_COLOURS['error']}")
        self.conflict.hide()

    def show_keys(self, keys: EditableKeys) -> None:
        self.key.set_keys(keys.keys)
        self.reset.setEnabled(keys.is_changed)
        self.conflict.hide()


class KeyButton(QPushButton):
    """Shows an action's keys; once it listens, the next key is the chosen one."""

    chosen = Signal(str)  # portable
    stopped = Signal()  # it listens no longer

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys: tuple[str, ...] = ()
        self._is_listening = False
        self.setFixedWidth(_KEYS_PX)

    @property
    def is_listening(self) -> bool:
        return self._is_listening

    def set_keys(self, keys: Sequence[str]) -> None:
        self._keys = tuple(keys)
        self._stop()

    def listen(self) -> None:
        self._is_listening = True
        self.setText(self.tr("Press a key …"))
        self.setDown(True)
        self.setFocus()

    def event(self, event: QEvent) -> bool:
        if self._is_listening and isinstance(event, QKeyEvent):
            event.accept()  # even Tab, and keys that are shortcuts now
            if event.type() == QEvent.Type.KeyPress and not event.isAutoRepeat():
                self._take(event)
            return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._stop()
        super().focusOutEvent(event)

    def _take(self, event: QKeyEvent) -> None:
        if event.key() in MODIFIER_KEYS:
            return
        self._stop()
        if event.key() != Qt.Key.Key_Escape:
            self.chosen.emit(key_of(event))

    def _stop(self) -> None:
        was_listening, self._is_listening = self._is_listening, False
        self.setDown(False)
        # Qt would take a single "&" for the mark of a shortcut.
        self.setText("   ".join(map(shown, self._keys)).replace("&", "&&") or "–")
        if was_listening:
            self.stopped.emit()


def _small(sign: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(sign)
    button.setToolTip(tip)
    button.setAutoRaise(True)
    return button
