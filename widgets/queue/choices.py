"""Boxes that fold open to choose one thing, or several, out of some."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QMouseEvent, QPainter, QPen, QPixmap, QWheelEvent
from PySide6.QtWidgets import QComboBox, QMenu, QSizePolicy, QWidget

_SWATCH_PX = 16
_LIGHT = 0.6


class _Folded(QComboBox):
    """Takes no key: letters belong to the bench."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # scrolling past it must not change it


class OneOf(_Folded):
    """One of several values, each with a title."""

    chosen = Signal(object)
    """The value that a person chose."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: list[object] = []
        self.activated.connect(lambda place: self.chosen.emit(self._values[place]))

    def set_entries(self, entries: Iterable[tuple[object, str]]) -> None:
        """(value, title) of each; what is shown stays shown."""
        shown = self._values[self.currentIndex() :][:1]
        self.clear()
        self._values = []
        for value, title in entries:
            self._add(value, title)
        for value in shown:  # none the first time
            self.show_value(value)

    def show_value(self, value: object) -> None:
        """Not reported. A value that is no entry becomes one."""
        if value not in self._values:
            self._add(value, str(value))
        self.setCurrentIndex(self._values.index(value))

    def _add(self, value: object, title: str) -> None:
        self._values.append(value)
        self.addItem(title)


class SeveralOf(_Folded):
    """Any number of values, ticked in a menu that stays open; none of them means: any."""

    chosen = Signal(object)
    """The frozenset of the values that are ticked now, after a person changed it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ticked: frozenset[object] = frozenset()
        self._entries: list[tuple[object, str]] = []
        self._menu = _StayingMenu(self)
        self._menu.triggered.connect(lambda action: self._toggle(action.data()))
        self.addItem("")
        self._show_ticked()

    def set_entries(self, entries: Sequence[tuple[object, str, str]]) -> None:
        """(value, title, colour or "") of each. A ticked value that is gone stays ticked."""
        self._entries = [(value, title) for value, title, _ in entries]
        self._menu.clear()
        for value, title, colour in entries:
            # Qt would take a single "&" for the mark of a shortcut.
            action = self._menu.addAction(title.replace("&", "&&"))
            action.setCheckable(True)
            action.setData(value)
            if colour:
                action.setIcon(_swatch(colour))
        self._show_ticked()

    def show_values(self, values: frozenset[object]) -> None:
        """Not reported."""
        self._ticked = values
        self._show_ticked()

    def showPopup(self) -> None:
        self._menu.setMinimumWidth(self.width())
        self._menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def _toggle(self, value: object) -> None:
        self._ticked ^= {value}
        self._show_ticked()
        self.chosen.emit(self._ticked)

    def _show_ticked(self) -> None:
        for action in self._menu.actions():
            action.setChecked(action.data() in self._ticked)
        titles = [title for value, title in self._entries if value in self._ticked]
        self.setItemText(0, ", ".join(titles) if titles else self.tr("any"))
        self.setToolTip("\n".join(titles))


class _StayingMenu(QMenu):
    """Stays open while a person ticks one entry after the other."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        action = self.activeAction()
        if action is None:
            super().mouseReleaseEvent(event)
        else:
            action.trigger()


def _swatch(colour: str) -> QIcon:
    """Empty, and full with a tick: with an icon, a menu shows no tick of its own."""
    icon = QIcon()
    for state, is_ticked in ((QIcon.State.Off, False), (QIcon.State.On, True)):
        square = QPixmap(_SWATCH_PX, _SWATCH_PX)
        square.fill(Qt.GlobalColor.transparent)
        with QPainter(square) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(colour), 2))
            painter.setBrush(QColor(colour) if is_ticked else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(1, 1, _SWATCH_PX - 2, _SWATCH_PX - 2), 2, 2)
            if is_ticked:
                light = QColor(colour).lightnessF() > _LIGHT
                painter.setPen(QPen(Qt.GlobalColor.black if light else Qt.GlobalColor.white, 2))
                painter.drawPolyline([QPointF(4, 8.5), QPointF(7, 11.5), QPointF(12, 5)])
        icon.addPixmap(square, QIcon.Mode.Normal, state)
        icon.addPixmap(square, QIcon.Mode.Active, state)
    return icon
