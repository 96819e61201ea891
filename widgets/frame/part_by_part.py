"""A window that is painted part by part, where all of it changes at once."""

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QMainWindow, QWidget


class PartByPart(QObject):
    """To paint all of a window takes some 30 ms. Here its docks, bars and what is in the middle are
    painted each in a turn of the event loop of its own, so that a key is waited for no longer than
    for one of them.
    """

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._next = QTimer(self, singleShot=True, interval=0)
        self._next.timeout.connect(self.let_go)

    def hold(self) -> None:
        """From now on nothing that is seen of the window is painted, until `let_go`."""
        self._next.stop()
        for part in self._parts():
            part.setUpdatesEnabled(part.visibleRegion().isEmpty())

    def let_go(self) -> None:
        """The middle is painted next, then one part after the other."""
        held = [p for p in self._parts() if p.testAttribute(_IS_HELD)]
        held.sort(key=lambda part: part is not self._window.centralWidget())
        for part in held[:1]:
            part.setUpdatesEnabled(True)
        if held[1:]:
            self._next.start()

    def _parts(self) -> list[QWidget]:
        return self._window.findChildren(QWidget, options=_DIRECTLY)


_DIRECTLY = Qt.FindChildOption.FindDirectChildrenOnly
_IS_HELD = Qt.WidgetAttribute.WA_ForceUpdatesDisabled
