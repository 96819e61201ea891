"""Lets a person decide on many proposals at once: per class, and above or below a score."""

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFrame,
    QGridLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.core.annotation import Annotation
from app.core.label_class import LabelClass
from widgets.words import class_title

_STEPS = 100
_DOT_PX = 10


class ProposalPanel(QWidget):
    """The score hides proposals below it on screen; "shown" and "hidden" mean by that score.

    A proposal without a score, from an import, is always shown. Classes are named by their ids.
    """

    least_score_changed = Signal(float)
    accept_class = Signal(int)  # those of a class that are shown on this image
    reject_class = Signal(int)
    accept_above = Signal(float)  # on this image: what is shown
    reject_below = Signal(float)  # on this image: what is hidden
    bulk_wanted = Signal(str, object, float)  # BulkKind, class id or None for all, score

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slider, self.spin = QSlider(Qt.Orientation.Horizontal), QDoubleSpinBox()
        self.rows: list[ClassRow] = []
        self.accept_button, self.reject_button = QPushButton(), QPushButton()
        self.bulk_class, self.bulk = QComboBox(), QGroupBox()
        self.bulk_accept, self.bulk_reject = QPushButton(), QPushButton()
        self._proposals: Sequence[Annotation] = ()
        self._classes: Sequence[LabelClass] = ()
        self._scores: Mapping[int, list[float]] = {}
        self._stale = False
        self._grid = QGridLayout()
        self._lay_out()
        self._connect()
        self.set_filtered_count(0)
        self._recount()

    @property
    def least_score(self) -> float:
        return self.slider.value() / _STEPS

    def set_least_score(self, score: float) -> None:
        """As if a person had moved the slider."""
        self.slider.setValue(round(score * _STEPS))

    def show_proposals(
        self, annotations: Sequence[Annotation], classes: Sequence[LabelClass]
    ) -> None:
        """Of the image on screen; what is no proposal is left out. `classes` in their order."""
        self._proposals = annotations
        if classes != self._classes:
            self._classes = classes
            self._list_classes()
        # Nobody waits for the next image because of a panel that nobody sees.
        self._stale = True
        if self.isVisible():
            self._recount()

    def set_filtered_count(self, images: int) -> None:
        self.bulk.setTitle(self.tr("On the filtered images ({n})").format(n=f"{images:,}"))
        self.bulk.setEnabled(images > 0)

    def showEvent(self, event: QShowEvent) -> None:
        if self._stale:
            self._recount()
        super().showEvent(event)

    def _recount(self) -> None:
        scores: dict[int, list[float]] = {}
        for a in self._proposals:
            if a.is_proposal:
                score = math.inf if a.score is None else a.score
                scores.setdefault(a.class_id, []).append(score)
        self._scores = {class_id: sorted(each) for class_id, each in scores.items()}
        self._stale = False
        self._show_counts()

    def _show_counts(self) -> None:
        shown = total = 0
        for row, label_class in zip(self.rows, self._classes, strict=True):
            scores = self._scores.get(label_class.id, [])
            visible = len(scores) - bisect_left(scores, self.least_score)
            row.show_counts(visible, len(scores))
            shown, total = shown + visible, total + len(scores)
        self._say(self.accept_button, self.tr("Accept shown ({n})"), shown)
        self._say(self.reject_button, self.tr("Reject hidden ({n})"), total - shown)
        self._nothing.setVisible(not total)
        score = f"{self.least_score:.2f}"
        self.bulk_accept.setText(self.tr("Accept from {score}").format(score=score))
        self.bulk_reject.setText(self.tr("Reject below {score}").format(score=score))
        self.bulk_reject.setEnabled(self.least_score > 0)

    def _say(self, button: QPushButton, words: str, number: int) -> None:
        button.setText(words.format(n=f"{number:,}"))
        button.setEnabled(number > 0)

    def _list_classes(self) -> None:
        for row in self.rows:
            row.remove()
        self.rows = [ClassRow(self._grid, n, c, self) for n, c in enumerate(self._classes)]
        chosen = self.bulk_class.currentData()
        self.bulk_class.clear()
        self.bulk_class.addItem(self.tr("all classes"), None)
        for label_class in self._classes:
            self.bulk_class.addItem(class_title(label_class), label_class.id)
        self.bulk_class.setCurrentIndex(max(self.bulk_class.findData(chosen), 0))

    def _lay_out(self) -> None:
        self.slider.setRange(0, _STEPS)
        self.spin.setRange(0.0, 1.0)
        self.spin.setSingleStep(0.05)
        for score in (self.slider, self.spin):
            score.setToolTip(self.tr("What is hidden goes when you submit"))
        filtering = QHBoxLayout()
        filtering.addWidget(self.slider, 1)
        filtering.addWidget(self.spin)
        self._nothing = QLabel(self.tr("No proposals on this image."))
        self._grid.setColumnStretch(1, 1)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(2)
        inside = QWidget()
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self._nothing)
        rows.addLayout(self._grid)
        rows.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(inside)
        bulk = QGridLayout(self.bulk)
        bulk.addWidget(self.bulk_class, 0, 0, 1, 2)
        bulk.addWidget(self.bulk_accept, 1, 0)
        bulk.addWidget(self.bulk_reject, 1, 1)
        whole = QHBoxLayout()
        whole.addWidget(self.accept_button)
        whole.addWidget(self.reject_button)
        layout = QVBoxLayout(self)
        layout.addWidget(QLabel(self.tr("Hide proposals below the score")))
        layout.addLayout(filtering)
        layout.addWidget(scroll, 1)
        layout.addLayout(whole)
        layout.addWidget(self.bulk)

    def _connect(self) -> None:
        self.slider.valueChanged.connect(self._take_score)
        self.spin.valueChanged.connect(self.set_least_score)
        self.accept_button.clicked.connect(lambda: self.accept_above.emit(self.least_score))
        self.reject_button.clicked.connect(lambda: self.reject_below.emit(self.least_score))
        self.bulk_accept.clicked.connect(lambda: self._want_bulk("accept"))
        self.bulk_reject.clicked.connect(lambda: self._want_bulk("reject"))

    def _take_score(self) -> None:
        self.spin.setValue(self.least_score)
        self._show_counts()
        self.least_score_changed.emit(self.least_score)

    def _want_bulk(self, kind: str) -> None:
        self.bulk_wanted.emit(kind, self.bulk_class.currentData(), self.least_score)


class ClassRow:
    """The proposals of one class on this image: how many are shown, and what becomes of them."""

    def __init__(
        self, grid: QGridLayout, number: int, label_class: LabelClass, panel: ProposalPanel
    ) -> None:
        title = class_title(label_class)
        self.name, self.counts = QLabel(title), QLabel()
        # A long name is cut off rather than pushing the buttons out of sight.
        self.name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.name.setToolTip(title)
        self.counts.setToolTip(QCoreApplication.translate("ProposalPanel", "shown / all"))
        self.accept, self.reject = QToolButton(), QToolButton()
        accept = QCoreApplication.translate("ProposalPanel", "Accept the {name} that are shown")
        reject = QCoreApplication.translate("ProposalPanel", "Reject the {name} that are shown")
        for button, sign, words in ((self.accept, "✓", accept), (self.reject, "✕", reject)):
            button.setText(sign)
            button.setToolTip(words.format(name=title))
            button.setAutoRaise(True)
        class_id = label_class.id
        self.accept.clicked.connect(lambda: panel.accept_class.emit(class_id))
        self.reject.clicked.connect(lambda: panel.reject_class.emit(class_id))
        dot = _Dot(QColor(label_class.colour))
        self._widgets = (dot, self.name, self.counts, self.accept, self.reject)
        for column, widget in enumerate(self._widgets):
            grid.addWidget(widget, number, column)

    def show_counts(self, visible: int, total: int) -> None:
        self.counts.setText(f"{visible:,} / {total:,}")
        for widget in self._widgets:
            widget.setVisible(total > 0)
        for button in (self.accept, self.reject):
            button.setEnabled(visible > 0)

    def remove(self) -> None:
        for widget in self._widgets:
            widget.hide()
            widget.deleteLater()


class _Dot(QWidget):
    def __init__(self, colour: QColor) -> None:
        super().__init__()
        self._colour = colour

    def sizeHint(self) -> QSize:
        return QSize(_DOT_PX + 4, _DOT_PX + 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._colour)
            middle = (self.height() - _DOT_PX) / 2
            painter.drawEllipse(QRectF(2, middle, _DOT_PX, _DOT_PX))
