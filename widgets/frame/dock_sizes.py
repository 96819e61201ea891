"""Docks beside the canvas: as large as a person drew them, else by the size of the window."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QDockWidget, QMainWindow

_AREAS = {
    "left": Qt.DockWidgetArea.LeftDockWidgetArea,
    "right": Qt.DockWidgetArea.RightDockWidgetArea,
}
_SHARES = {"left": (0.2, 220, 280), "right": (0.28, 280, 380)}
"""Of the window's width, and from how many to how many pixels."""


class DockSizes(QObject):
    """Qt leaves docks as narrow as they were in a small window, also once there is room again.

    `chosen` is what a person drew, in pixels by side ("left", "right"); other sides take a share.
    """

    def __init__(self, window: QMainWindow, chosen: Mapping[str, int]) -> None:
        super().__init__(window)
        self._window, self.chosen = window, dict(chosen)
        self._pressed: Mapping[str, int] = {}
        self._pile: Sequence[QDockWidget] = ()
        self._upper_px = 0
        self._laid_out = QTimer(self, singleShot=True, interval=0)
        self._laid_out.timeout.connect(self._settle)
        self._released = QTimer(self, singleShot=True, interval=0)
        self._released.timeout.connect(self._take_drawn)
        window.installEventFilter(self)

    def fit(self, *, pile: Sequence[QDockWidget] = (), upper_px: int = 0) -> None:
        """To the window as it is. In one that is shown Qt first lays new docks out as it likes.

        `pile` are two docks, one above the other, where nobody has drawn how high they are: about
        so many pixels for the upper one, or half of the window where that is less.
        """
        self._pile, self._upper_px = pile, upper_px
        self._fit()
        self._laid_out.start()

    def leave(self) -> None:
        """The docks are going away."""
        self._laid_out.stop()
        self._pile = ()

    def _settle(self) -> None:
        self._fit()
        self._pile = ()

    def _fit(self) -> None:
        if self._pile:
            upper_px = min(self._upper_px, self._window.height() // 2)
            room_px = (self._window.centralWidget() or self._window).height()
            # Qt takes them as shares of what tabs and titles leave.
            heights_px = [upper_px, max(room_px - upper_px, 1)]
            self._window.resizeDocks(self._pile, heights_px, Qt.Orientation.Vertical)
        for side, area in _AREAS.items():
            docks = self._docks_at(area)
            width_px = self.chosen.get(side) or _share_px(side, self._window.width())
            if docks:
                self._window.resizeDocks(docks[:1], [width_px], Qt.Orientation.Horizontal)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What lies between docks is the window's own, so presses there come to it alone."""
        match event.type():
            case QEvent.Type.Resize:
                self._laid_out.start()
            case QEvent.Type.MouseButtonPress:
                self._pressed = self._widths_px()
            case QEvent.Type.MouseButtonRelease:
                self._released.start()  # only then the docks are as wide as was drawn
        return False

    def _take_drawn(self) -> None:
        drawn = self._widths_px()
        self.chosen |= {side: px for side, px in drawn.items() if self._pressed.get(side, px) != px}

    def _widths_px(self) -> dict[str, int]:
        docks = {side: self._docks_at(area) for side, area in _AREAS.items()}
        return {side: there[0].width() for side, there in docks.items() if there}

    def _docks_at(self, area: Qt.DockWidgetArea) -> list[QDockWidget]:
        """Those in front; before the window is shown, those that will be somewhere in it."""
        is_child = Qt.FindChildOption.FindDirectChildrenOnly
        docks = self._window.findChildren(QDockWidget, options=is_child)
        there = [
            dock
            for dock in docks
            if self._window.dockWidgetArea(dock) == area
            and not dock.isFloating()
            and not dock.isHidden()
        ]
        in_front = [dock for dock in there if not dock.visibleRegion().isEmpty()]
        return in_front or there


def _share_px(side: str, window_px: int) -> int:
    share, least_px, most_px = _SHARES[side]
    return min(max(round(share * window_px), least_px), most_px)
