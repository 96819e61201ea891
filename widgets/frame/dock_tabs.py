"""Tabs of docks that share a place: in words where there is room for all, else as icons."""

from collections.abc import Mapping

from PySide6.QtCore import QChildEvent, QEvent, QObject, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QIcon, QPainter
from PySide6.QtWidgets import (
    QMainWindow,
    QProxyStyle,
    QStyle,
    QStyleOption,
    QStyleOptionTab,
    QTabBar,
    QWidget,
)

_ICON_PX = 18
_LEAST_PX, _MOST_PX = 28, 52
"""How wide the tab of an icon may be."""


class DockTabs(QObject):
    """Dresses the tab bars that Qt makes for the docks of `window`, whenever it makes one.

    Each tab's tip is the title of its dock, which stands over the dock too.
    """

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._style = _TabStyle()
        self._style.setParent(self)  # a widget doesn't own the style it is given
        window.installEventFilter(self)

    def set_icons(self, icons: Mapping[str, QIcon]) -> None:
        """One for the title of each dock."""
        self._style.icons = icons

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ChildPolished and isinstance(event, QChildEvent):
            bar = event.child()
            if isinstance(bar, QTabBar):
                bar.setStyle(self._style)
        return False


class _TabStyle(QProxyStyle):
    """Decides anew whenever Qt lays tabs out, so there is nothing to keep up to date."""

    def __init__(self) -> None:
        super().__init__("Fusion")
        self.icons: Mapping[str, QIcon] = {}

    def sizeFromContents(  # type: ignore[override]  # its bases disagree on the last name
        self, kind: QStyle.ContentsType, option: QStyleOption, size: QSize, widget: QWidget
    ) -> QSize:
        found = super().sizeFromContents(kind, option, size, widget)
        if (
            kind == QStyle.ContentsType.CT_TabBarTab
            and isinstance(widget, QTabBar)
            and self._is_narrow(widget)
        ):
            found.setWidth(min(max(widget.width() // widget.count(), _LEAST_PX), _MOST_PX))
        return found

    def drawControl(
        self,
        element: QStyle.ControlElement,
        option: QStyleOption,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        if (
            element == QStyle.ControlElement.CE_TabBarTabLabel
            and isinstance(option, QStyleOptionTab)
            and isinstance(widget, QTabBar)
            and self._is_narrow(widget)
        ):
            place = QRect(QPoint(), QSize(_ICON_PX, _ICON_PX))
            place.moveCenter(option.rect.center())
            self.icons[_title(widget, option.tabIndex)].paint(painter, place)
        else:
            super().drawControl(element, option, painter, widget)

    def _is_narrow(self, bar: QTabBar) -> bool:
        titles = [_title(bar, number) for number in range(bar.count())]
        around = self.pixelMetric(QStyle.PixelMetric.PM_TabBarTabHSpace, None, bar)
        words = (bar.fontMetrics().size(Qt.TextFlag.TextShowMnemonic, t).width() for t in titles)
        return sum(words) + around * len(titles) > bar.width()


def _title(bar: QTabBar, number: int) -> str:
    """Of the dock. Qt cuts a tab's text while it measures how narrow it can be, but not its tip,
    which comes right after a new tab.
    """
    return bar.tabToolTip(number) or bar.tabText(number)
