"""A window of its own: all boxes of one class as small pictures, where a wrong one stands out."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QPalette, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.core.label_class import LabelClass
from widgets.review.crop_grid import CropGrid
from widgets.words import class_title, counted_images


@dataclass(frozen=True, slots=True)
class ClassOnWall:
    """How many boxes of a class wait, and how many of them were looked at."""

    label_class: LabelClass
    boxes: int
    looked_at: int


class CropWall(QWidget):
    """What it signs are whole images: those of which every box, of any class, was looked at."""

    class_picked = Signal(int)
    approve_wanted = Signal()
    undo_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle(self.tr("Wall of crops"))
        self.resize(1000, 760)
        self.setMinimumSize(420, 360)
        self.classes = QComboBox()
        self.classes.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.classes.activated.connect(lambda at: self.class_picked.emit(self.classes.itemData(at)))
        self.said, self.hint, self.done = QLabel(), QLabel(), QLabel()
        self.grid = CropGrid()
        self.approve, self.undo = QPushButton(), QPushButton(self.tr("Undo"))
        self.approve.clicked.connect(self.approve_wanted)
        self.undo.clicked.connect(self.undo_wanted)
        QShortcut(QKeySequence.StandardKey.Undo, self, self.undo_wanted.emit)
        QShortcut(QKeySequence("Esc"), self, self.close)
        self._lay_out()
        self.show_done("")

    def show_classes(self, classes: Sequence[ClassOnWall], class_id: int | None) -> None:
        """Those that have boxes here; `class_id` is the one on the wall."""
        ids = [each.label_class.id for each in classes]
        if ids != [self.classes.itemData(at) for at in range(self.classes.count())]:
            self.classes.clear()  # only then: it may be open just now
            for class_id_here in ids:
                self.classes.addItem("", class_id_here)
        words = self.tr("{name}: {looked_at} of {boxes}")
        for at, each in enumerate(classes):
            name = class_title(each.label_class)
            said = words.format(name=name, looked_at=each.looked_at, boxes=each.boxes)
            self.classes.setItemText(at, said)
        if class_id in ids:
            self.classes.setCurrentIndex(ids.index(class_id))
        self.classes.setEnabled(bool(classes))

    def show_offer(self, images: int, of: int, *, left_out: int = 0) -> None:
        """How many of the images on the wall may be signed; `left_out` are too many for it."""
        self.approve.setText(self.tr("Approve {images}").format(images=counted_images(images)))
        self.approve.setEnabled(images > 0)
        if not of:
            said = self.tr("Nothing in this list waits for your review.")
        else:
            said = self.tr("Every box was looked at on {count} of {images}.")
            said = said.format(count=images, images=counted_images(of))
        if left_out:
            more = self.tr("Of the list there come, when these are done: {count}")
            said = f"{said} {more.format(count=left_out)}"
        self.said.setText(said)

    def show_done(self, words: str) -> None:
        """What was signed last and can be taken back; "" for nothing."""
        self.done.setText(words)
        self.undo.setVisible(bool(words))

    def _lay_out(self) -> None:
        self.hint.setText(
            self.tr(
                "Click what is wrong: it is marked, and its image opens. Space turns the page."
                " A wall shows no defect that was missed."
            )
        )
        self.hint.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        for label in (self.said, self.hint, self.done):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        top, foot = QHBoxLayout(), QHBoxLayout()
        top.addWidget(self.classes)
        top.addWidget(self.hint, 1)
        foot.addWidget(self.said, 2)
        foot.addWidget(self.done, 1)
        foot.addWidget(self.undo)
        foot.addWidget(self.approve)
        column = QVBoxLayout(self)
        column.addLayout(top)
        column.addWidget(self.grid, 1)
        column.addLayout(foot)
        self.grid.setFocus()
