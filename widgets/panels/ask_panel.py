"""Questions about the photo that is open, put to a language model, and what it answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from widgets.panels.answer_card import AnswerCard, ShownAnswer
from widgets.panels.pieces import EnlargeBox, faint, tool_button
from widgets.panels.scrolling import replace_widget, rows_area

_MOST_CHARACTERS = 2000


@dataclass(frozen=True, slots=True)
class ReadyQuestions:
    """About one class, or about the whole photo where `title` is ""."""

    title: str
    texts: tuple[str, ...]


class AskPanel(QWidget):
    """Answers are named by their place, oldest first; the newest is shown on top."""

    wanted = Signal()  # somebody looks at the panel
    left = Signal()
    looked_again = Signal()  # for servers
    server_chosen = Signal(str)
    asked = Signal(str, bool, bool)  # question; with the findings; small photos enlarged
    stopped = Signal()
    picked = Signal(int)
    pointed_at = Signal(int, int)  # answer, box or -1
    box_picked = Signal(int, int)
    taken = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[ShownAnswer, ...] | None = None
        self._why_not, self._is_asking, self._is_configured = "", False, False
        self.cards: dict[int, AnswerCard] = {}
        self.question = QLineEdit()
        self.question.setPlaceholderText(self.tr("Is there a streak? Where?"))
        self.question.setMaxLength(_MOST_CHARACTERS)
        self.question.setClearButtonEnabled(True)
        self.question.returnPressed.connect(self._ask)
        self.question.textChanged.connect(lambda _: self._tell())
        self.ready = self._readier()
        self.findings = QCheckBox(self.tr("With what models found"))
        self.findings.setToolTip(self.tr("Tell it which boxes models have drawn on this photo"))
        self.findings.setChecked(True)
        self.findings.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.enlarge = EnlargeBox()
        self.servers = QComboBox()
        self.servers.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # A long name is no reason for a wide panel.
        self.servers.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.servers.textActivated.connect(self.server_chosen)
        self.ask = QPushButton(self.tr("Ask"))
        self.ask.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.ask.clicked.connect(self._ask_or_stop)
        self.status, self.lacking = _words(), _words()
        self.command = _words()
        self._form, self._help, self._answers = QWidget(), QWidget(), rows_area()
        self._arrange()
        self.show_servers((), "", self.tr("Looking for servers …"), "")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.wanted.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.left.emit()

    def show_servers(
        self, names: Sequence[str], chosen: str, lacking: str = "", command: str = ""
    ) -> None:
        """Those that can be asked. Without any, `lacking` says why and `command` what to type."""
        self._is_configured = bool(names)
        self._form.setVisible(bool(names))
        self._help.setVisible(not names)
        self.servers.clear()
        self.servers.addItems(names)
        self.servers.setCurrentText(chosen)
        self.servers.setVisible(len(names) > 1)
        self.lacking.setText(lacking)
        self.command.setText(command)
        self.command.setVisible(bool(command))
        self.copy.setVisible(bool(command))
        self._tell()

    def show_enlarging(self, matters: bool) -> None:
        """Whether it matters for the server that was chosen."""
        self.enlarge.setVisible(matters)

    def show_ready(self, groups: Sequence[ReadyQuestions]) -> None:
        self.menu.clear()
        for group in groups:
            place = self.menu.addMenu(_unmarked(group.title)) if group.title else self.menu
            for text in group.texts:
                place.addAction(_unmarked(text)).triggered.connect(partial(self._take_ready, text))
        self.ready.setEnabled(bool(groups))

    def show_answers(self, answers: Sequence[ShownAnswer], picked: int | None) -> None:
        """Of the image that is open."""
        before, self._shown = self._shown, tuple(answers)
        if before is None or list(map(_said, before)) != list(map(_said, answers)):
            self._build()
        elif before != self._shown:
            self._renew(before)
        for place, card in self.cards.items():
            card.set_picked(place == picked)

    def show_asking(self, words: str) -> None:
        """What is under way, "" for nothing."""
        self._is_asking = bool(words)
        self.status.setText(words)
        self._tell()

    def show_told(self, words: str) -> None:
        """Why there is no answer, or where a question goes; "" for nothing to say."""
        if not self._is_asking:
            self.status.setText(words)
            self._tell()

    def set_impossible(self, why: str) -> None:
        """Why nothing can be asked about what is on screen, "" where it can."""
        self._why_not = why
        self._tell()

    def _tell(self) -> None:
        self.ask.setText(self.tr("Stop") if self._is_asking else self.tr("Ask"))
        self.ask.setEnabled(self._is_asking or self._can_ask())
        self.why_not.setText(self._why_not)
        self.why_not.setVisible(bool(self._why_not) and self._is_configured)
        self.status.setVisible(bool(self.status.text()) and self._is_configured)

    def _can_ask(self) -> bool:
        return not self._is_asking and not self._why_not and bool(self.question.text().strip())

    def _ask_or_stop(self) -> None:
        if self._is_asking:
            self.stopped.emit()
        else:
            self._ask()

    def _ask(self) -> None:
        if self._can_ask():
            self._emit(self.question.text().strip())
            # The letters go to the window's keys again.
            self.question.clearFocus()

    def _ask_again(self, place: int) -> None:
        if not self._is_asking and not self._why_not and self._shown:
            self._emit(self._shown[place].question)

    def _emit(self, question: str) -> None:
        self.asked.emit(question, self.findings.isChecked(), self.enlarge.isChecked())

    def _take_ready(self, text: str) -> None:
        self.question.setText(text)
        self.question.setFocus()

    def _build(self) -> None:
        column = QWidget()
        self._column = QVBoxLayout(column)
        self._column.setContentsMargins(4, 4, 4, 4)
        self._column.setSpacing(6)
        self.cards = {}
        for place, shown in reversed(list(enumerate(self._shown or ()))):
            self._column.addWidget(self._card(place, shown))
        self._column.addStretch(1)
        replace_widget(self._answers, column)

    def _renew(self, before: Sequence[ShownAnswer]) -> None:
        """Other cards for the answers that look otherwise now; nothing scrolls away for that."""
        for place, shown in enumerate(self._shown or ()):
            if shown != before[place]:
                old = self.cards[place]
                new = self._card(place, shown)
                self._column.insertWidget(self._column.indexOf(old), new)
                new.show()  # or the column would be without both for a moment, and scroll
                self._column.removeWidget(old)
                old.hide()
                old.deleteLater()  # not at once: this may be inside a signal of it

    def _card(self, place: int, shown: ShownAnswer) -> AnswerCard:
        card = self.cards[place] = AnswerCard(shown)
        card.clicked.connect(partial(self.picked.emit, place))
        card.pointed_at.connect(partial(self.pointed_at.emit, place))
        card.box_clicked.connect(partial(self.box_picked.emit, place))
        card.taken.connect(partial(self.taken.emit, place))
        card.asked_again.connect(partial(self._ask_again, place))
        return card

    def _readier(self) -> QToolButton:
        words = self.tr("Questions that the question set of this project asks")
        button = tool_button("", words)
        button.setArrowType(Qt.ArrowType.DownArrow)
        button.setEnabled(False)
        # Given to the button, it would be shown by a second arrow.
        self.menu = QMenu(button)
        button.clicked.connect(
            lambda: self.menu.popup(button.mapToGlobal(button.rect().bottomLeft()))
        )
        return button

    def _arrange(self) -> None:
        self.why_not = _words()
        line, below = QHBoxLayout(), QHBoxLayout()
        line.addWidget(self.question, 1)
        line.addWidget(self.ready)
        below.addWidget(self.servers, 1)
        below.addWidget(self.ask)
        form = QVBoxLayout(self._form)
        form.setContentsMargins(6, 6, 6, 2)
        form.setSpacing(4)
        form.addLayout(line)
        form.addWidget(self.findings)
        form.addWidget(self.enlarge)
        form.addLayout(below)
        form.addWidget(faint(self.why_not))
        form.addWidget(faint(self.status))
        self._arrange_help()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._form)
        layout.addWidget(self._help)
        layout.addWidget(self._answers, 1)

    def _arrange_help(self) -> None:
        """In the place of the form while there is no server."""
        self.command.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.command.setFrameShape(QFrame.Shape.StyledPanel)
        self.command.setMargin(6)
        self.copy = tool_button(self.tr("Copy"), self.tr("Copy the command"))
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.command.text()))
        again = tool_button(self.tr("Look again"), self.tr("Read the list of servers again"))
        again.clicked.connect(self.looked_again)
        buttons = QHBoxLayout()
        buttons.addWidget(self.copy)
        buttons.addWidget(again)
        buttons.addStretch(1)
        layout = QVBoxLayout(self._help)
        layout.setContentsMargins(8, 8, 8, 4)
        for each in (self.lacking, self.command):
            layout.addWidget(each)
        layout.addLayout(buttons)


def _words() -> QLabel:
    """What a server says is never taken for markup."""
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    narrow = label.sizePolicy()  # whose height follows its width
    narrow.setHorizontalPolicy(QSizePolicy.Policy.Ignored)
    label.setSizePolicy(narrow)
    return label


def _said(shown: ShownAnswer) -> tuple[str, str]:
    return shown.question, shown.words


def _unmarked(text: str) -> str:
    """An & in a menu would make the next letter a key."""
    return text.replace("&", "&&")
