"""What can be changed of a class: the menu of the right button in the class panel."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QMenu, QWidget

from app.core.label_class import PALETTE, LabelClass
from widgets.words import class_title

_SWATCH_PX = 14


class ClassMenu(QMenu):
    """Of one class among all. Who may not change classes sees why, and can choose nothing."""

    rename_wanted = Signal(bool)  # whether its Chinese name
    key_wanted = Signal(bool)  # one of its own, or none
    colour_wanted = Signal(str)
    move_wanted = Signal(int)  # by how many places, 1 for one down
    merge_wanted = Signal(int)  # id of the class that its boxes are to be of
    remove_wanted = Signal()

    def __init__(
        self,
        label_class: LabelClass,
        classes: Sequence[LabelClass],
        *,
        may_change: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setToolTipsVisible(True)
        if not may_change:
            self.addAction(self.tr("Only who leads the project changes classes")).setEnabled(False)
            self.addSeparator()
        self._class, self._classes = label_class, list(classes)
        self._add_names()
        self._add_keys()
        self.colours = self._add_colours()
        self._add_moves()
        self.addSeparator()
        self.merges = self._add_merges()
        self._remove = self.addAction(self.tr("Remove"), self.remove_wanted.emit)
        self._remove.setToolTip(self.tr("A class that has never been used"))
        for action in self.actions():
            action.setEnabled(may_change and action.isEnabled())

    def _add_names(self) -> None:
        self.addAction(self.tr("Rename"), lambda: self.rename_wanted.emit(False))
        self.addAction(self.tr("Chinese name"), lambda: self.rename_wanted.emit(True))

    def _add_keys(self) -> None:
        self.addAction(self.tr("Key …"), lambda: self.key_wanted.emit(True))
        none = self.addAction(self.tr("No key of its own"), lambda: self.key_wanted.emit(False))
        none.setToolTip(self.tr("The digit of its place picks it then"))
        none.setEnabled(bool(self._class.hotkey))

    def _add_colours(self) -> QMenu:
        menu = self.addMenu(self.tr("Colour"))
        for colour in PALETTE:
            chosen = menu.addAction(_swatch(colour), colour)
            chosen.triggered.connect(lambda _, colour=colour: self.colour_wanted.emit(colour))
            chosen.setCheckable(True)
            chosen.setChecked(colour == self._class.colour)
        return menu

    def _add_moves(self) -> None:
        place = [each.id for each in self._classes].index(self._class.id)
        up = self.addAction(self.tr("Move up"), lambda: self.move_wanted.emit(-1))
        down = self.addAction(self.tr("Move down"), lambda: self.move_wanted.emit(1))
        up.setEnabled(place > 0)
        down.setEnabled(place < len(self._classes) - 1)

    def _add_merges(self) -> QMenu:
        """Into another class, whose boxes its boxes then are."""
        menu = self.addMenu(self.tr("Merge into"))
        for each in self._classes:
            if each.id != self._class.id:
                # An ampersand would mark a key.
                title = class_title(each).replace("&", "&&")
                chosen = menu.addAction(_swatch(each.colour), title)
                chosen.triggered.connect(lambda _, into=each.id: self.merge_wanted.emit(into))
        menu.setEnabled(len(self._classes) > 1)
        return menu


def _swatch(colour: str) -> QIcon:
    pixels = QPixmap(_SWATCH_PX, _SWATCH_PX)
    pixels.fill(QColor(colour))
    return QIcon(pixels)
