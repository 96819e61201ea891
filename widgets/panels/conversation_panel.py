"""The conversation about an image: read it, edit it, ask for other words, add to it, approve it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QPalette, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.core.conversation import KINDS, Exchange
from app.core.language import LANGUAGES, Language
from widgets.panels.exchange_card import ExchangeCard, kind_title
from widgets.panels.pieces import faint, tool_button
from widgets.panels.reword_button import RewordButton
from widgets.panels.scrolling import rows_area
from widgets.panels.when import local_time

_LANGUAGE_NAMES: Mapping[Language, str] = {"en": "English", "zh": "中文"}


@dataclass(frozen=True, slots=True)
class ShownConversation:
    """`titles` of the boxes by uid ("streak 1"); `findings` by the place of the exchange.

    `stale_because` is empty while the labels are as they were when it was written, `misplaced`
    while they fit the image's stage.
    """

    language: Language
    exchanges: tuple[Exchange, ...]
    titles: Mapping[str, str]
    findings: Mapping[int, Sequence[str]]
    stale_because: tuple[str, ...] = ()
    approved_by: str | None = None
    approved_at: str | None = None
    misplaced: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownRewording:
    """`words` say what asking a language model sends where, None where there is none to ask.

    Turns at `places` may be asked about, those at `asking` are being asked about now; `refused`
    says why the last try came to nothing. `news` is of the last or present job.
    """

    words: str | None = None
    places: frozenset[int] = frozenset()
    asking: frozenset[int] = frozenset()
    refused: Mapping[int, str] = field(default_factory=dict)
    is_busy: bool = False
    news: str = ""


class ConversationPanel(QWidget):
    """Exchanges are named by their place in the conversation, texts are as the project keeps them.

    What is typed is told twice: at once, to be checked, and when the field is left, to be saved.
    """

    wanted = Signal()  # somebody looks at the panel
    language_chosen = Signal(str)
    typed = Signal(int, str, str)  # place, question, answer
    edited = Signal(int, str, str)
    asked_again = Signal(int)
    reworded = Signal(int, str)  # place, how
    all_reworded = Signal(str)
    rewording_stopped = Signal()
    removed = Signal(int)
    added = Signal(str)  # kind
    written_again = Signal()
    approved = Signal(bool)
    pointed_at = Signal(object)  # tuple of the uids that an exchange speaks of
    previewed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: ShownConversation | None = None
        self._rewording = ShownRewording()
        self._more = QTimer(self, singleShot=True, interval=0)
        self._more.timeout.connect(lambda: self._fill(len(self.cards)))
        self.cards: list[ExchangeCard] = []
        self.languages: dict[Language, QToolButton] = {}
        self._language_group = QButtonGroup(self)
        self.status = QLabel()
        self.status.setWordWrap(True)
        self.status.setTextFormat(Qt.TextFormat.PlainText)
        self.approve = tool_button("", "")
        self.approve.setCheckable(True)
        self.approve.clicked.connect(self.approved)
        self.again = tool_button(
            self.tr("Write again"),
            self.tr("Write all turns anew that no person has edited"),
        )
        self.again.clicked.connect(self.written_again)
        self.reword = RewordButton(self.tr("Reword all"))
        self.reword.asked.connect(self.all_reworded)
        self.stop = tool_button(self.tr("Stop"), self.tr("Ask for no more; what came stays"))
        self.stop.clicked.connect(self.rewording_stopped)
        self.news = faint(QLabel())
        self.news.setWordWrap(True)
        self.add = self._adder()
        self.preview = tool_button(
            self.tr("Preview"), self.tr("The records as a trainer would get them")
        )
        self.preview.clicked.connect(self.previewed)
        self._column = QVBoxLayout()
        self._column.setContentsMargins(4, 4, 4, 4)
        self._column.setSpacing(6)
        self._column.addStretch(1)
        self._arrange()
        self.show_rewording(ShownRewording())
        self.show_nothing()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.wanted.emit()

    def show_nothing(self) -> None:
        """No image is open, or there is nothing to say of it yet."""
        self._shown = None
        self._hide_cards(0)
        self.status.setText(self.tr("Nothing is on this image yet that could be talked about."))
        for button in (self.approve, self.again, self.add, self.preview):
            button.setEnabled(False)

    def show_conversation(self, shown: ShownConversation) -> None:
        """What is being typed stays as it is."""
        self._shown = shown
        self.languages[shown.language].setChecked(True)
        self._hide_cards(len(shown.exchanges))
        self._fill(0)
        for button in (self.approve, self.again, self.add, self.preview):
            button.setEnabled(True)
        self._tell(shown)

    def show_findings(self, place: int, findings: Sequence[str]) -> None:
        """Of one exchange as it is being typed."""
        if place < len(self.cards):
            self.cards[place].show_findings(findings)

    def show_rewording(self, shown: ShownRewording) -> None:
        """Of the turns that are shown."""
        self._rewording = shown
        self.reword.setVisible(shown.words is not None)
        self.reword.setEnabled(bool(shown.places) and not shown.is_busy)
        self.reword.setToolTip(shown.words or "")
        self.stop.setVisible(shown.is_busy)
        self.news.setText(shown.news)
        self.news.setVisible(bool(shown.news))
        for place in range(len(self.cards)):
            self._show_rewording_at(place)

    def save_what_is_typed(self) -> None:
        """Tells of every field that was changed, as if it were left now."""
        for card in self.cards:
            card.leave()

    def _tell(self, shown: ShownConversation) -> None:
        is_approved = shown.approved_by is not None and not shown.stale_because
        self.approve.setEnabled(not shown.misplaced)
        self.approve.setChecked(is_approved)
        self.approve.setText(self.tr("Approved") if is_approved else self.tr("Approve"))
        self.approve.setToolTip(self.tr("Say that all of it may be trained on as it stands"))
        if shown.misplaced:
            words = self.tr(
                "{reasons}: nothing is written or exported until the label or the tag is corrected."
            )
            self.status.setText(words.format(reasons="; ".join(shown.misplaced)))
        elif shown.stale_because:
            words = self.tr("The labels have changed since it was written: {changes}.")
            self.status.setText(words.format(changes="; ".join(shown.stale_because)))
        elif is_approved:
            words = self.tr("Approved by {person}, {when}.")
            when = local_time(shown.approved_at or "")
            self.status.setText(words.format(person=shown.approved_by, when=when))
        else:
            edited = sum(exchange.author is not None for exchange in shown.exchanges)
            words = self.tr("It agrees with the labels. Turns: {n}, edited: {edited}.")
            if any(shown.findings.values()):
                words = self.tr("Some of it doesn't agree with the labels. Turns: {n}.")
            self.status.setText(words.format(n=len(shown.exchanges), edited=edited))
        is_stale = bool(shown.misplaced or shown.stale_because)
        is_wrong = is_stale or any(shown.findings.values())
        role = QPalette.ColorRole.WindowText if is_wrong else QPalette.ColorRole.PlaceholderText
        self.status.setForegroundRole(role)

    def _fill(self, begin: int) -> None:
        """The cards from there on; one that isn't made yet takes 5 to 10 ms, and has a turn."""
        shown, has_made = self._shown, False
        for place in range(begin, len(shown.exchanges) if shown else 0):
            if place == len(self.cards):
                if has_made:
                    self._more.start()
                    return
                self._add_card(place)
                has_made = True
            assert shown is not None
            card = self.cards[place]
            card.show_exchange(shown.exchanges[place], shown.titles)
            card.show_findings(shown.findings.get(place, ()))
            self._show_rewording_at(place)
            card.show()

    def _show_rewording_at(self, place: int) -> None:
        shown = self._rewording
        self.cards[place].show_rewording(
            shown.words if place in shown.places else None,
            may=not shown.is_busy,
            asking=place in shown.asking,
            refusal=shown.refused.get(place, ""),
        )

    def _hide_cards(self, begin: int) -> None:
        for card in self.cards[begin:]:
            card.hide()

    def _add_card(self, place: int) -> None:
        card = ExchangeCard()
        card.typed.connect(lambda *texts: self.typed.emit(place, *texts))
        card.edited.connect(lambda *texts: self.edited.emit(place, *texts))
        card.asked_again.connect(lambda: self.asked_again.emit(place))
        card.reworded.connect(lambda how: self.reworded.emit(place, how))
        card.removed.connect(lambda: self.removed.emit(place))
        card.pointed_at.connect(self.pointed_at)
        self._column.insertWidget(place, card)
        self.cards.append(card)

    def _adder(self) -> QToolButton:
        button = tool_button(self.tr("Add"), self.tr("Add a question and its answer of your own"))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        for kind in KINDS:
            menu.addAction(kind_title(kind)).triggered.connect(partial(self.added.emit, kind))
        button.setMenu(menu)
        return button

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(4, 4, 4, 0)
        for language in LANGUAGES:
            button = tool_button(_LANGUAGE_NAMES[language], "")
            button.setCheckable(True)
            button.clicked.connect(partial(self.language_chosen.emit, language))
            self._language_group.addButton(button)
            self.languages[language] = button
            head.addWidget(button)
        head.addStretch(1)
        head.addWidget(self.approve)
        verbs = QHBoxLayout()
        verbs.setContentsMargins(4, 0, 4, 0)
        for each in (self.add, self.again, self.preview, self.reword):
            verbs.addWidget(each)
        verbs.addStretch(1)
        asked = QHBoxLayout()
        asked.setContentsMargins(8, 0, 4, 0)
        asked.addWidget(self.news, 1)
        asked.addWidget(self.stop, 0, Qt.AlignmentFlag.AlignTop)
        told = QVBoxLayout()
        told.setContentsMargins(8, 0, 8, 0)
        told.addWidget(faint(self.status))
        column = QWidget()
        column.setLayout(self._column)
        scroll = rows_area()
        scroll.setWidget(column)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for row in (head, verbs, asked, told):
            layout.addLayout(row)
        layout.addWidget(scroll, 1)
