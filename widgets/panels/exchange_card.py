"""One question with its answer, both to be edited in place, and what is wrong with them."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QFont, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.core.conversation import BOXES, Exchange, Kind
from widgets.panels.box_words import readable, stored
from widgets.panels.pieces import faint, tool_button
from widgets.panels.reword_button import RewordButton

_CHECK_AFTER_MS = 150
_MARGIN_PX = 10


def kind_title(kind: Kind) -> str:
    return {
        "presence": QCoreApplication.translate("Kind", "Presence"),
        "identification": QCoreApplication.translate("Kind", "Identification"),
        "where": QCoreApplication.translate("Kind", "Where"),
        "cause": QCoreApplication.translate("Kind", "Cause"),
        "remedy": QCoreApplication.translate("Kind", "Consequence and remedy"),
    }[kind]


class ExchangeCard(QFrame):
    """Shows boxes as words and tells texts with tokens, as the project keeps them."""

    typed = Signal(str, str)
    edited = Signal(str, str)
    asked_again = Signal()
    reworded = Signal(str)  # how
    removed = Signal()
    pointed_at = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._titles: Mapping[str, str] = {}
        self._kept = self._shown = ("", "")
        self.question, self.answer = _Text(), _Text()
        bold = QFont(self.question.font())
        bold.setBold(True)
        self.question.setFont(bold)
        self._kind, self._author = QLabel(), faint(_lines())
        self.findings, self.refusal = _lines(), _lines()
        self.again = tool_button(self.tr("Again"), self.tr("Write this turn anew, in other words"))
        self.remove = tool_button(self.tr("Remove"), self.tr("Take this turn out"))
        self.reword = RewordButton(self.tr("Reword"))
        self.reword.asked.connect(self.reworded)
        self.reword.hide()
        self.again.clicked.connect(self.asked_again)
        self.remove.clicked.connect(self.removed)
        # Whoever types fast is not checked letter by letter.
        self._soon = QTimer(self, singleShot=True, interval=_CHECK_AFTER_MS)
        self._soon.timeout.connect(lambda: self.typed.emit(*self._texts()))
        for text in (self.question, self.answer):
            text.textChanged.connect(self._soon.start)
            text.entered.connect(self._point)
            text.left.connect(self.leave)
        self._arrange()

    def show_exchange(self, exchange: Exchange, titles: Mapping[str, str]) -> None:
        """A field in which somebody is typing something else is left alone."""
        is_typing = self._is_changed() and (self.question.hasFocus() or self.answer.hasFocus())
        self._titles = titles
        self._kind.setText(kind_title(exchange.kind))
        by = self._by(exchange)
        self._author.setText(by)
        self._author.setVisible(bool(by))
        self.again.setVisible(bool(exchange.section))
        self.remove.setVisible(not exchange.section)
        if not is_typing:
            self._kept = (exchange.question, exchange.answer)
            self.question.show_text(readable(exchange.question, titles))
            self.answer.show_text(readable(exchange.answer, titles))
            self._shown = self._words()
            self._soon.stop()

    def show_findings(self, findings: Sequence[str]) -> None:
        self.findings.setText("\n".join(f"⚠ {finding}" for finding in findings))
        self.findings.setVisible(bool(findings))

    def show_rewording(self, words: str | None, *, may: bool, asking: bool, refusal: str) -> None:
        """`words` say what the button does, None takes it away; `refusal` why the last try came to
        nothing, "" where it didn't."""
        self.reword.setVisible(words is not None)
        self.reword.setEnabled(may)
        self.reword.setText(self.tr("Asking …") if asking else self.tr("Reword"))
        self.reword.setToolTip(words or "")
        self.refusal.setText(self.tr("Not reworded: {reason}").format(reason=refusal))
        self.refusal.setVisible(bool(refusal))

    def leave(self) -> None:
        """Tells what was typed, if it is other than before."""
        if self._is_changed():
            self._soon.stop()
            self._kept, self._shown = self._texts(), self._words()
            self.edited.emit(*self._kept)

    def _by(self, exchange: Exchange) -> str:
        if exchange.reworded_by and exchange.author:
            words = self.tr("worded by {model}, edited by {person}")
        elif exchange.reworded_by:
            words = self.tr("worded by {model}")
        else:
            words = self.tr("edited by {person}") if exchange.author else ""
        return words.format(model=exchange.reworded_by, person=exchange.author)

    def _words(self) -> tuple[str, str]:
        return self.question.toPlainText(), self.answer.toPlainText()

    def _texts(self) -> tuple[str, str]:
        return (
            stored(self.question.toPlainText().strip(), self._titles),
            stored(self.answer.toPlainText().strip(), self._titles),
        )

    def _is_changed(self) -> bool:
        # What nobody typed in is never another text, whatever a class may be called.
        return self._words() != self._shown and self._texts() != self._kept

    def _point(self) -> None:
        uids = [
            uid for text in self._texts() for found in BOXES.findall(text) for uid in found.split()
        ]
        self.pointed_at.emit(tuple(dict.fromkeys(uid for uid in uids if uid in self._titles)))

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(faint(self._kind))
        head.addStretch(1)
        head.addWidget(self.reword)
        head.addWidget(self.again)
        head.addWidget(self.remove)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 6)
        layout.setSpacing(2)
        layout.addLayout(head)
        for widget in (self._author, self.question, self.answer, self.findings, self.refusal):
            layout.addWidget(widget)


def _lines() -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    label.hide()
    return label


class _Text(QPlainTextEdit):
    """As high as its lines. Escape and Ctrl+Enter leave it."""

    entered = Signal()
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)

    def show_text(self, text: str) -> None:
        if text != self.toPlainText():
            self.blockSignals(True)
            self.setPlainText(text)
            self.blockSignals(False)
            self._fit()

    def sizeHint(self) -> QSize:
        return QSize(180, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.entered.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()

    def event(self, event: QEvent) -> bool:
        # Or Escape would first reach what the window does with it.
        is_asked_first = event.type() == QEvent.Type.ShortcutOverride
        if is_asked_first and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        has_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() == Qt.Key.Key_Escape or (is_enter and has_control):
            self.clearFocus()
        else:
            super().keyPressEvent(event)

    def _fit(self) -> None:
        lines = max(self.document().documentLayout().documentSize().height(), 1)
        self.setFixedHeight(round(lines * self.fontMetrics().lineSpacing()) + _MARGIN_PX)
