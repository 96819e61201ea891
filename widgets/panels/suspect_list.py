"""Boxes that are probably wrong, likeliest first, each to be looked at and answered."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.core.label_class import LabelClass
from app.core.quality import ListedSuspect
from widgets.panels.pickable import PickableRow
from widgets.panels.pieces import faint, tool_button
from widgets.panels.scrolling import replace_widget, rows_area
from widgets.words import class_title

_MOST_AT_ONCE = 20
_SWATCH_PX = 11


class SuspectList(QWidget):
    """Each signal carries the ListedSuspect that it is about. Never takes the keyboard.

    Once one is answered, the next is picked.
    """

    picked = Signal(object)  # a person wants to look at it
    answered = Signal(object)  # a person has looked, and nothing is wrong with it

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._listed: list[ListedSuspect] = []
        self._classes: Mapping[int, LabelClass] = {}
        self._rows: list[_Row] = []
        self._picked: ListedSuspect | None = None
        self._most = _MOST_AT_ONCE
        self._scroll = rows_area()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._scroll)

    @property
    def listed(self) -> Sequence[ListedSuspect]:
        """What is shown, and what is below it."""
        return self._listed

    def show_suspects(
        self, listed: Sequence[ListedSuspect], classes: Mapping[int, LabelClass]
    ) -> None:
        """`classes` by id: all that occur. What is picked stays so while it is listed."""
        if list(listed) == self._listed and classes == self._classes:
            return
        self._listed, self._classes = list(listed), classes
        if self._picked not in self._listed:
            self._picked = None
        self._build()

    def pick(self, wanted: ListedSuspect) -> None:
        """As a click on it does."""
        self._picked = wanted
        for row in self._rows:
            row.set_picked(row.listed == wanted)
            if row.listed == wanted:
                self._scroll.ensureWidgetVisible(row)
        self.picked.emit(wanted)

    def answer(self, listed: ListedSuspect) -> None:
        """As a click on its button does."""
        place = self._listed.index(listed)
        self._listed.remove(listed)
        self._build()
        self.answered.emit(listed)
        for following in (self._listed[place:] or self._listed)[:1]:
            self.pick(following)

    def _build(self) -> None:
        column = QWidget()
        layout = QVBoxLayout(column)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        self._rows = [self._row(each) for each in self._listed[: self._most]]
        for row in self._rows:
            layout.addWidget(row)
        if not self._listed:
            words = self.tr("None is known. They come from what models find on labelled images.")
            none = faint(QLabel(words))
            none.setWordWrap(True)
            layout.addWidget(none)
        left = len(self._listed) - self._most
        if left > 0:
            more = tool_button(self.tr("Show {n} more").format(n=left), "")
            more.clicked.connect(self._show_all)
            layout.addWidget(more)
        layout.addStretch(1)
        height_px = self._scroll.verticalScrollBar().value()
        replace_widget(self._scroll, column)
        self._scroll.verticalScrollBar().setValue(height_px)

    def _show_all(self) -> None:
        self._most = len(self._listed)
        self._build()

    def _row(self, listed: ListedSuspect) -> "_Row":
        suspect = listed.suspect
        row = _Row(listed, self._classes[suspect.class_id].colour, self._words(listed))
        row.set_picked(listed == self._picked)
        row.clicked.connect(lambda: self.pick(listed))
        fine = tool_button(
            self.tr("Nothing wrong"), self.tr("The labels are right as they are: not listed again")
        )
        fine.clicked.connect(lambda: self.answer(listed))
        row.add_button(fine)
        return row

    def _words(self, listed: ListedSuspect) -> str:
        suspect = listed.suspect
        words = {
            "overlooked": self.tr("Overlooked? A model is {percent} % sure of {said} here."),
            "badly_located": self.tr("Badly located? A model draws this {own} otherwise."),
            "swapped": self.tr("Swapped? It is labelled {own}; a model says {said}."),
            "duplicate": self.tr("Drawn twice? {own} and {said} lie in one place."),
        }[suspect.kind]
        return words.format(
            own=class_title(self._classes[suspect.class_id]),
            said=class_title(self._classes[suspect.said_class_id]),
            percent=round(100 * (suspect.sureness or 0)),
        )


class _Row(PickableRow):
    """A swatch, words, the photo's name, and buttons. A click anywhere else picks it."""

    def __init__(self, listed: ListedSuspect, colour: str, words: str) -> None:
        super().__init__()
        self.listed = listed
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        text, name = _narrow(QLabel(words)), listed.image.rpartition("/")[2]
        text.setWordWrap(True)
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(_Swatch(colour), 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(text, 1)
        score = faint(QLabel(f"{listed.suspect.score:.2f}"))
        score.setToolTip(self.tr("0 is surely wrong, 1 is right"))
        head.addWidget(score, 0, Qt.AlignmentFlag.AlignTop)
        foot.addWidget(faint(_narrow(QLabel(name))), 1)
        self._foot = foot
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 4)
        layout.setSpacing(2)
        layout.addLayout(head)
        layout.addLayout(foot)
        self.setToolTip(listed.image)

    def add_button(self, button: QWidget) -> None:
        self._foot.addWidget(button)


class _Swatch(QWidget):
    def __init__(self, colour: str) -> None:
        super().__init__()
        self._colour = colour
        self.setFixedSize(_SWATCH_PX, _SWATCH_PX + 3)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._colour))
            painter.drawRoundedRect(0, 3, _SWATCH_PX, _SWATCH_PX, 2, 2)


def _narrow(label: QLabel) -> QLabel:
    """Its height follows its width; what somebody wrote is never taken for markup."""
    label.setTextFormat(Qt.TextFormat.PlainText)
    policy = label.sizePolicy()
    policy.setHorizontalPolicy(QSizePolicy.Policy.Ignored)
    label.setSizePolicy(policy)
    return label
