"""One class in the panel: its key, colour and names, how often it was drawn, and a bar of that."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
)
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget

from app.core.label_class import LabelClass
from widgets.frame.key_editor import KeyButton

_BAR_PX = 4
_SWATCH_PX = 12
_KEY_PX = 18
_GAP_PX = 6


@dataclass(frozen=True, slots=True)
class ClassBalance:
    """How often a class was drawn: all its boxes, and those that are proposals. Where these are
    not to be told, `proposals` is None and none of them is among the `boxes`.

    `submitted` and `approved` are of the boxes by people, on images in these states.
    """

    label_class: LabelClass
    boxes: int
    proposals: int | None
    submitted: int = 0
    approved: int = 0

    @property
    def checked(self) -> int:
        """Boxes that a person drew or checked."""
        return self.boxes - (self.proposals or 0)

    @property
    def parts(self) -> tuple[int, int, int, int]:
        """Boxes by how far the work on them is, the surest first; together all boxes."""
        begun = self.checked - self.submitted - self.approved
        return self.approved, self.submitted, begun, self.proposals or 0


class ClassRow(QAbstractButton):
    """Dragged up or down it is put elsewhere among the classes; a double click renames it in place.

    Key, colour, names, boxes on this image and in the project; under them a bar.

    With a target the bar stands on a track that ends at it; without one its length is the share of
    what the most frequent class has. It is paler the less is sure: approved, submitted, begun, and
    palest proposals. Against a target only what people drew or checked is counted.
    """

    dragged = Signal(int)  # to this height, in the coordinates of its parent
    dropped = Signal(int)
    rename_wanted = Signal()

    def __init__(self, label_class: LabelClass) -> None:
        super().__init__()
        self._pressed_at: int | None = None
        self._is_dragged = False
        self._class, self._key = label_class, ""
        self._title = f"{label_class.name}  {label_class.name_zh}".rstrip()
        self._balance = ClassBalance(label_class, 0, 0)
        self._on_image = 0
        self._whole = 1  # boxes that would fill the bar
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(self._title)

    def set_counts(self, balance: ClassBalance, most: int) -> None:
        target = self._class.target_count
        self._balance, self._whole = balance, target or most or 1
        lines = [self._title, self._class.definition]
        if balance.proposals is None:
            lines.append(self.tr("boxes by people: {n}").format(n=balance.boxes))
        else:
            lines.append(self.tr("boxes in the project: {n}").format(n=balance.boxes))
            lines.append(self.tr("of them proposals: {n}").format(n=balance.proposals))
        lines.append(self.tr("submitted: {n}").format(n=balance.submitted))
        lines.append(self.tr("approved: {n}").format(n=balance.approved))
        if target:
            lines.append(self.tr("wanted: {n}").format(n=target))
        self.setToolTip("\n".join(line for line in lines if line))
        self.update()

    def set_key(self, key: str) -> None:
        self._key = key
        self.update()

    def set_on_image(self, boxes: int) -> None:
        if boxes != self._on_image:
            self._on_image = boxes
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(150, self.fontMetrics().height() + _BAR_PX + 3 * _GAP_PX)

    def nextCheckState(self) -> None:
        """Being current is said from outside, never toggled off by a second click."""

    def rename(self, text: str) -> "NameEditor":
        """A line in the place of the names, with `text` to be changed."""
        editor = NameEditor(text, self)
        left = _GAP_PX + _KEY_PX + _SWATCH_PX + 2 * _GAP_PX
        editor.setGeometry(QRect(left, 1, self.width() - left - 1, self.height() - 2))
        editor.show()
        editor.setFocus()
        return editor

    def ask_key(self) -> KeyButton:
        """A button over the row that waits for a key, and goes."""
        button = KeyButton(self)
        button.move(1, (self.height() - button.sizeHint().height()) // 2)
        for leave in (button.clearFocus, button.hide, button.deleteLater):
            button.stopped.connect(leave)
        button.show()
        button.listen()
        return button

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        is_left = event.button() == Qt.MouseButton.LeftButton
        self._pressed_at = event.position().toPoint().y() if is_left else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        y = event.position().toPoint().y()
        if self._pressed_at is None:
            super().mouseMoveEvent(event)
            return
        if abs(y - self._pressed_at) >= QApplication.startDragDistance():
            self._is_dragged = True
        if self._is_dragged:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.dragged.emit(self.mapToParent(event.position().toPoint()).y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        was_dragged, self._is_dragged, self._pressed_at = self._is_dragged, False, None
        if not was_dragged:
            super().mouseReleaseEvent(event)
            return
        self.unsetCursor()
        self.setDown(False)
        self.dropped.emit(self.mapToParent(event.position().toPoint()).y())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self.rename_wanted.emit()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        inside = QRectF(self.rect()).adjusted(_GAP_PX, _GAP_PX, -_GAP_PX, -_GAP_PX)
        line = QRectF(inside.left(), inside.top(), inside.width(), self.fontMetrics().height())
        bar = QRectF(inside.left(), inside.bottom() - _BAR_PX, inside.width(), _BAR_PX)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_ground(painter)
            named = line.adjusted(_KEY_PX + _SWATCH_PX + 2 * _GAP_PX, 0, 0, 0)
            self._paint_key(painter, line)
            self._paint_swatch(painter, line)
            room = self._paint_counts(painter, named)
            painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
            title = self.fontMetrics().elidedText(
                self._title, Qt.TextElideMode.ElideRight, int(named.width() - room)
            )
            painter.drawText(named, int(Qt.AlignmentFlag.AlignLeft | _MIDDLE), title)
            self._paint_bar(painter, bar)

    def _paint_ground(self, painter: QPainter) -> None:
        if not (self.isChecked() or self.underMouse()):
            return
        ground = self.palette().color(QPalette.ColorRole.Highlight)
        ground.setAlpha(70 if self.isChecked() else 25)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(self.rect(), 4, 4)

    def _paint_key(self, painter: QPainter, line: QRectF) -> None:
        if not self._key:
            return
        cap = QRectF(line.left(), line.center().y() - _KEY_PX / 2, _KEY_PX, _KEY_PX)
        painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
        painter.setBrush(self.palette().color(QPalette.ColorRole.Button))
        painter.drawRoundedRect(cap.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        painter.setPen(self.palette().color(QPalette.ColorRole.ButtonText))
        painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, self._key)

    def _paint_swatch(self, painter: QPainter, line: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._class.colour))
        left, top = line.left() + _KEY_PX + _GAP_PX, line.center().y() - _SWATCH_PX / 2
        painter.drawRoundedRect(QRectF(left, top, _SWATCH_PX, _SWATCH_PX), 3, 3)

    def _paint_counts(self, painter: QPainter, line: QRectF) -> float:
        """Right in the line; returns the width that it took."""
        target = self._class.target_count
        total = f"{self._balance.checked:,} / {target:,}" if target else f"{self._balance.boxes:,}"
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        painter.drawText(line, int(Qt.AlignmentFlag.AlignRight | _MIDDLE), total)
        taken = self.fontMetrics().horizontalAdvance(total) + 2.0 * _GAP_PX
        if not self._on_image:
            return taken
        here = f"{self._on_image:,}"
        width = max(self.fontMetrics().horizontalAdvance(here) + 10.0, line.height())
        pill = QRectF(line.right() - taken - width, line.top(), width, line.height())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().color(QPalette.ColorRole.Highlight))
        painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
        painter.setPen(self.palette().color(QPalette.ColorRole.HighlightedText))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, here)
        return taken + width + _GAP_PX

    def _paint_bar(self, painter: QPainter, bar: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        if self._class.target_count:
            painter.setBrush(self.palette().color(QPalette.ColorRole.Mid))
            painter.drawRoundedRect(bar, _BAR_PX / 2, _BAR_PX / 2)
        left = bar.left()
        for boxes, alpha in zip(self._balance.parts, _PART_ALPHAS, strict=True):
            # Never so short that the colour can't be told.
            width_px = max(boxes / self._whole * bar.width(), _BAR_PX if boxes else 0)
            right = min(left + width_px, bar.right())
            colour = QColor(self._class.colour)
            colour.setAlpha(alpha)
            painter.fillRect(QRectF(left, bar.top(), right - left, _BAR_PX), colour)
            left = right


class NameEditor(QLineEdit):
    """Enter takes the name; Esc, or another focus, leaves it as it was."""

    taken = Signal(str)

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(text, parent)
        self.selectAll()
        self.returnPressed.connect(self._take)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        # Not by `editingFinished`: Qt is silent where nothing was typed.
        super().focusOutEvent(event)
        if event.reason() not in _STILL_AT_IT:
            self._leave()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
        else:
            super().keyPressEvent(event)

    def _take(self) -> None:
        if name := self.text().strip():
            self.taken.emit(name)
        self._leave()

    def _leave(self) -> None:
        self.clearFocus()  # letters go to the window's keys again
        self.hide()
        self.deleteLater()


_STILL_AT_IT = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
"""Its own menu is open, or another window is looked at for a while."""

_PART_ALPHAS = (255, 200, 150, 100)
"""Of the parts of a ClassBalance."""

_MIDDLE = Qt.AlignmentFlag.AlignVCenter
