"""One line of words that gives way to what stands beside it."""

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

_PROGRESS_PX = 2


class Elided(QWidget):
    """Cut where there is no room; then the words are whole in its tool tip."""

    def __init__(self, cut: Qt.TextElideMode = Qt.TextElideMode.ElideRight) -> None:
        super().__init__()
        self._mode = cut
        self.words, self._colour = "", ""
        self.progress = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def set_words(self, words: str, colour: str = "") -> None:
        """In the palette's colour, or as "#rrggbb"."""
        self.words, self._colour = words, colour
        self._tell()
        self.update()

    def set_progress(self, share: float) -> None:
        """A bar under the words, from 0 for none to 1 for done."""
        self.progress = share
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(40, self.fontMetrics().height() + 2 * _PROGRESS_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._tell()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        text = self.palette().color(QPalette.ColorRole.WindowText)
        with QPainter(self) as painter:
            painter.setPen(QColor(self._colour) if self._colour else text)
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignVCenter), self._cut())
            if self.progress:
                foot = self.height() - _PROGRESS_PX
                whole = QRect(0, foot, self.width(), _PROGRESS_PX)
                painter.fillRect(whole, self.palette().color(QPalette.ColorRole.Mid))
                whole.setWidth(max(round(self.width() * self.progress), _PROGRESS_PX))
                painter.fillRect(whole, self.palette().color(QPalette.ColorRole.Highlight))

    def _cut(self) -> str:
        one_line = self.words.replace("\n", " ")
        return self.fontMetrics().elidedText(one_line, self._mode, self.width())

    def _tell(self) -> None:
        self.setToolTip(self.words if self._cut() != self.words else "")
