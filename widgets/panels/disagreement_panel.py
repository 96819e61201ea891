"""Where models see the image otherwise than people, to be answered one after the other."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHideEvent,
    QPainter,
    QPaintEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.core.disagreement import Disagreement, KeptDisagreement
from app.core.geometry import intersection_over_union
from app.core.label_class import LabelClass
from widgets.panels.pickable import PickableRow
from widgets.panels.pieces import faint, tool_button
from widgets.panels.scrolling import replace_widget, rows_area
from widgets.panels.when import local_time
from widgets.words import class_title

_MOST_AT_ONCE = 40
_SWATCH_PX = 11


class DisagreementPanel(QWidget):
    """Each signal carries the KeptDisagreement that it is about. Never takes the keyboard.

    Once one is answered, the next that is open is picked.
    """

    picked = Signal(object)  # a person wants to look at it
    taken = Signal(object)  # the model is right
    kept = Signal(object)  # the people are
    reopened = Signal(object)  # it is to be answered again
    left = Signal()  # nobody sees the panel any more, so none is picked

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._listed: Sequence[KeptDisagreement] = ()
        self._classes: Mapping[int, LabelClass] = {}
        self._run_names: Mapping[int, str] = {}
        self._rows: dict[int, _Row] = {}
        self._picked: int | None = None
        self._answered_place: int | None = None
        self._is_built = False
        self._scroll = rows_area()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._scroll)

    def show_disagreements(
        self,
        listed: Sequence[KeptDisagreement],
        classes: Mapping[int, LabelClass],
        run_names: Mapping[int, str],
    ) -> None:
        """Of the image that is open. `classes` by id, `run_names` by run id: all that occur."""
        # Open ones first, in the order they came; whoever answers one sees where it went.
        self._listed = sorted(listed, key=lambda each: not each.is_open)
        self._classes, self._run_names = classes, run_names
        self._is_built = False
        if self._picked not in {each.id for each in listed}:
            self._picked = None
        if self.isVisible():
            self._build(_MOST_AT_ONCE)
        self._go_on()

    def pick(self, wanted: KeptDisagreement) -> None:
        """As a click on it does."""
        self._picked = wanted.id
        for kept_id, row in self._rows.items():
            row.set_picked(kept_id == wanted.id)
        if wanted.id in self._rows:
            self._scroll.ensureWidgetVisible(self._rows[wanted.id])
        self.picked.emit(wanted)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._is_built:
            self._build(_MOST_AT_ONCE)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._picked, self._is_built = None, False
        self.left.emit()

    def _build(self, most: int) -> None:
        self._is_built = True
        column = QWidget()
        layout = QVBoxLayout(column)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.setSpacing(6)
        layout.addWidget(faint(QLabel(self._summary())))
        self._rows = {each.id: self._row(each) for each in self._listed[:most]}
        for row in self._rows.values():
            layout.addWidget(row)
        if len(self._listed) > most:
            words = self.tr("Show {n} more").format(n=len(self._listed) - most)
            more = _button(words, "", lambda: self._build(len(self._listed)))
            layout.addWidget(more)
        layout.addStretch(1)
        replace_widget(self._scroll, column)

    def _summary(self) -> str:
        waiting = sum(each.is_open for each in self._listed)
        if waiting:
            return self.tr("Waiting for an answer: {n}").format(n=waiting)
        if self._listed:
            return self.tr("All of them are answered.")
        return self.tr("No model sees this image otherwise.")

    def _row(self, kept: KeptDisagreement) -> "_Row":
        said = kept.said
        seen = said.found or said.standing
        assert seen is not None
        score = "" if said.found is None or said.found.score is None else f"{said.found.score:.2f}"
        row = _Row(self._classes[seen.class_id].colour, self._words(kept), score)
        row.set_picked(kept.id == self._picked)
        row.clicked.connect(lambda: self.pick(kept))
        if kept.is_open:
            take, tool_tip = self._taking(said)
            row.add_button(_button(take, tool_tip, lambda: self._answer(kept, self.taken.emit)))
            keep, tool_tip = self._keeping(said)
            row.add_button(_button(keep, tool_tip, lambda: self._answer(kept, self.kept.emit)))
        else:
            when = local_time(kept.dismissed_at or "")
            words = self.tr("kept by {person}, {when}").format(person=kept.dismissed_by, when=when)
            row.set_answered(words)
            tool_tip = self.tr("Put it among those that wait for an answer")
            row.add_button(
                _button(self.tr("Ask again"), tool_tip, lambda: self.reopened.emit(kept))
            )
        return row

    def _words(self, kept: KeptDisagreement) -> str:
        said, found = kept.said, kept.said.found
        words = {
            "extra": self.tr("{model} also sees {found} here."),
            "missed": self.tr("{model} does not find this {own}."),
            "shifted": self.tr("{model} draws this {own} elsewhere: overlap {percent} %."),
            "class": self.tr("{model} takes this {own} for {found}."),
        }
        overlap = 0.0
        if said.own is not None and found is not None:
            overlap = intersection_over_union(said.own.box, found.box)
        return words[said.kind].format(
            # A long name of a file may go on in the next line.
            model=self._run_names[kept.run_id].replace("_", "_\N{ZERO WIDTH SPACE}"),
            own="" if said.own is None else class_title(self._classes[said.own.class_id]),
            found="" if found is None else class_title(self._classes[found.class_id]),
            percent=round(100 * overlap),
        )

    def _taking(self, said: Disagreement) -> tuple[str, str]:
        """Title and tool tip of the button that gives the model right."""
        if said.proposal is not None:
            return self.tr("Accept it"), self.tr("The proposal that stands there is right")
        return {
            "extra": (self.tr("Draw it"), self.tr("Draw the model's box as yours")),
            "missed": (self.tr("Remove mine"), self.tr("Nothing is there: remove the box")),
            "shifted": (self.tr("Take its box"), self.tr("Give the box the model's outline")),
            "class": (self.tr("Take its class"), self.tr("Give the box the model's class")),
        }[said.kind]

    def _keeping(self, said: Disagreement) -> tuple[str, str]:
        """Title and tool tip of the button that gives the people right."""
        if said.proposal is not None:
            return self.tr("Reject it"), self.tr("Nothing is there: remove the proposal")
        if said.kind == "extra":
            return self.tr("Not there"), self.tr("Leave the image as it is")
        return self.tr("Keep mine"), self.tr("Leave the box as it is")

    def _answer(self, kept: KeptDisagreement, tell: Callable[[object], object]) -> None:
        # Until it is shown anew, so that a second click doesn't answer it twice.
        self._rows[kept.id].setEnabled(False)
        self._answered_place = [each.id for each in self._listed].index(kept.id)
        tell(kept)

    def _go_on(self) -> None:
        place, self._answered_place = self._answered_place, None
        if place is not None:
            still_open = [each for each in self._listed if each.is_open]
            for following in (still_open[place:] or still_open)[:1]:
                self.pick(following)


class _Row(PickableRow):
    """One of them: a swatch, words, a score, and buttons below. A click anywhere else picks it."""

    def __init__(self, colour: str, words: str, score: str) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._text = _plain(QLabel(words))
        self._text.setWordWrap(True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignTop)
        narrow = self._text.sizePolicy()  # whose height follows its width
        narrow.setHorizontalPolicy(QSizePolicy.Policy.Ignored)
        self._text.setSizePolicy(narrow)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(_Swatch(colour), 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._text, 1)
        head.addWidget(faint(QLabel(score)), 0, Qt.AlignmentFlag.AlignTop)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(2)
        self._buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 4)
        layout.setSpacing(2)
        layout.addLayout(head)
        layout.addLayout(self._buttons)

    def add_button(self, button: QToolButton) -> None:
        self._buttons.addWidget(button)

    def set_answered(self, words: str) -> None:
        """By whom and when."""
        faint(self._text)
        self._buttons.insertWidget(0, faint(QLabel(words)))


class _Swatch(QWidget):
    def __init__(self, colour: str) -> None:
        super().__init__()
        self._colour = QColor(colour)
        self.setFixedSize(_SWATCH_PX, self.fontMetrics().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            top = (self.height() - _SWATCH_PX) // 2
            painter.fillRect(0, top, _SWATCH_PX, _SWATCH_PX, self._colour)


def _button(title: str, tool_tip: str, clicked: Callable[[], object]) -> QToolButton:
    button = tool_button(title, tool_tip)
    button.clicked.connect(lambda: clicked())
    return button


def _plain(label: QLabel) -> QLabel:
    """What somebody named a class or a model is never taken for markup."""
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
