"""The classes of a project: the key of each, how often it was drawn, and an eye to hide it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.core.label_class import LabelClass
from widgets.panels.eye import Eye
from widgets.panels.legend import Legend
from widgets.panels.scrolling import replace_widget
from widgets.words import class_title

_BAR_PX = 4
_SWATCH_PX = 12
_KEY_PX = 18
_GAP_PX = 6


@dataclass(frozen=True, slots=True)
class ClassBalance:
    """How often a class was drawn: all its boxes, and those that are proposals.

    `submitted` and `approved` are of the boxes by people, on images in these states.
    """

    label_class: LabelClass
    boxes: int
    proposals: int
    submitted: int = 0
    approved: int = 0

    @property
    def checked(self) -> int:
        """Boxes that a person drew or checked."""
        return self.boxes - self.proposals

    @property
    def parts(self) -> tuple[int, int, int, int]:
        """Boxes by how far the work on them is, the surest first; together all boxes."""
        begun = self.checked - self.submitted - self.approved
        return self.approved, self.submitted, begun, self.proposals


class ClassPanel(QWidget):
    """A click on a class picks it, a click on its eye hides or shows it."""

    class_picked = Signal(int)
    hidden_changed = Signal(object)  # frozenset of the ids of all classes that are hidden
    origins_changed = Signal(bool, bool)  # people's boxes are shown, proposals are shown
    class_added = Signal(str)  # the name of a class that a person wants

    def __init__(self, balance: Sequence[ClassBalance] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: dict[int, _ClassRow] = {}
        self._eyes: dict[int, Eye] = {}
        self._classes: list[LabelClass] = []
        self._keys: Mapping[int, str] = {}
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.new_name = QLineEdit()
        self.new_name.setPlaceholderText(self.tr("Add a class …"))
        self.new_name.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.new_name.returnPressed.connect(self._add)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._scroll, 1)
        layout.addWidget(self.new_name)
        layout.addWidget(self._legend())
        self.set_balance(balance)

    def set_balance(self, balance: Sequence[ClassBalance]) -> None:
        """New counts; what is hidden or current stays so."""
        classes = [each.label_class for each in balance]
        if classes != self._classes:
            self._rebuild(classes)
        most = max((each.boxes for each in balance), default=0)
        for each in balance:
            self._rows[each.label_class.id].set_counts(each, most)

    def set_keys(self, keys: Mapping[int, str]) -> None:
        """The key to show beside each class, by its id; classes without one may be left out."""
        self._keys = keys
        for class_id, row in self._rows.items():
            row.set_key(keys.get(class_id, ""))

    def set_image_counts(self, counts: Mapping[int, int]) -> None:
        """Boxes of each class on the image that is open; classes without any may be left out."""
        for class_id, row in self._rows.items():
            row.set_on_image(counts.get(class_id, 0))

    def set_current(self, class_id: int | None) -> None:
        """The class that the next box gets; does not report it as picked."""
        for each, row in self._rows.items():
            row.setChecked(each == class_id)
        if class_id in self._rows:
            self._scroll.ensureWidgetVisible(self._rows[class_id], 0, 0)

    def set_shown(self, class_id: int, shown: bool) -> None:
        """As if a person had clicked the eye."""
        self._eyes[class_id].setChecked(shown)

    def row(self, class_id: int) -> QAbstractButton:
        """What a person clicks to pick the class."""
        return self._rows[class_id]

    def eye(self, class_id: int) -> QAbstractButton:
        return self._eyes[class_id]

    def set_origins_shown(self, *, people: bool, proposals: bool) -> None:
        """As if a person had clicked the eyes beside the legend."""
        self._people.setChecked(people)
        self._proposals.setChecked(proposals)

    def _rebuild(self, classes: list[LabelClass]) -> None:
        hidden = self._hidden()
        current = next((i for i, row in self._rows.items() if row.isChecked()), None)
        self._classes, self._rows, self._eyes = classes, {}, {}
        rows = QWidget()
        grid = QGridLayout(rows)
        grid.setContentsMargins(2, 4, 2, 4)
        grid.setSpacing(2)
        grid.setColumnStretch(1, 1)
        for number, each in enumerate(classes):
            self._add_row(grid, number, each)
            self._eyes[each.id].set_silently(each.id not in hidden)
        grid.setRowStretch(len(classes), 1)
        replace_widget(self._scroll, rows)
        self.set_current(current)
        self.set_keys(self._keys)

    def _add_row(self, grid: QGridLayout, number: int, each: LabelClass) -> None:
        eye = Eye(self.tr("Show or hide {name}").format(name=class_title(each)))
        eye.toggled.connect(lambda: self.hidden_changed.emit(self._hidden()))
        row = _ClassRow(each)
        row.clicked.connect(lambda: self._pick(each.id))
        self._eyes[each.id], self._rows[each.id] = eye, row
        grid.addWidget(eye, number, 0)
        grid.addWidget(row, number, 1)

    def _add(self) -> None:
        if name := self.new_name.text().strip():
            self.class_added.emit(name)
        self.new_name.clear()
        self.new_name.clearFocus()  # letters go to the window's keys again

    def _pick(self, class_id: int) -> None:
        self.set_current(class_id)
        self.class_picked.emit(class_id)

    def _hidden(self) -> frozenset[int]:
        return frozenset(i for i, eye in self._eyes.items() if not eye.isChecked())

    def _legend(self) -> Legend:
        legend = Legend()
        self._people = Eye(self.tr("Show or hide what people drew or checked"))
        self._proposals = Eye(self.tr("Show or hide proposals"))
        grid = legend.layout()
        assert isinstance(grid, QGridLayout)
        for label in legend.findChildren(QLabel):
            label.setWordWrap(True)  # or its words would keep the panel wide
        for number, eye in enumerate((self._people, self._proposals)):
            eye.toggled.connect(self._report_origins)
            grid.addWidget(eye, number, 2)
        return legend

    def _report_origins(self) -> None:
        self.origins_changed.emit(self._people.isChecked(), self._proposals.isChecked())


class _ClassRow(QAbstractButton):
    """Key, colour, names, boxes on this image and in the project; under them a bar.

    With a target the bar stands on a track that ends at it; without one its length is the share of
    what the most frequent class has. It is paler the less is sure: approved, submitted, begun, and
    palest proposals. Against a target only what people drew or checked is counted.
    """

    def __init__(self, label_class: LabelClass) -> None:
        super().__init__()
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


_PART_ALPHAS = (255, 200, 150, 100)
"""Of the parts of a ClassBalance."""

_MIDDLE = Qt.AlignmentFlag.AlignVCenter
