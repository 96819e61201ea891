"""How a model that reads text is asked: phrases, the two scores, and what each of them does."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.core.detection import Detection
from app.core.label_class import LabelClass
from widgets.panels.find_reasons import FindReasons
from widgets.panels.phrase_table import PhraseTable

TRY_SCORE = 0.1
_BOX_SCORE, _WORD_SCORE = 0.35, 0.25


class AskingForm(QWidget):
    """`tried` asks for a look at this image alone, with all from TRY_SCORE on; from then on the box
    score tells by `previewed` what would stay, and below the buttons stands why. `kept` gives the
    phrases to the classes.
    """

    changed = Signal()
    tried = Signal()
    previewed = Signal(float)  # 0..1
    kept = Signal(object)  # {name of a label class: its phrases}

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.phrases = PhraseTable()
        self.box_score, self.word_score = _score(_BOX_SCORE), _score(_WORD_SCORE)
        self.try_button = QPushButton(self.tr("Try on this image"))
        self.keep_button = QPushButton(self.tr("Keep these words"))
        self.reasons = FindReasons()
        self._is_tried = False
        self._finds: Sequence[Detection] = ()
        self._classes: Mapping[str, LabelClass] = {}
        self._known: Mapping[str, Sequence[str]] = {}
        self._lay_out()
        self.phrases.changed.connect(self._check)
        self.try_button.clicked.connect(self._try)
        self.box_score.valueChanged.connect(self._preview)
        for score in (self.box_score, self.word_score):
            score.valueChanged.connect(self._show_reasons)
        self.keep_button.clicked.connect(lambda: self.kept.emit(self.phrases.phrases))

    def set_phrases(
        self, phrases: Mapping[str, Sequence[str]], classes: Sequence[LabelClass]
    ) -> None:
        self._is_tried = False
        self._known = {c.name: c.prompts for c in classes}
        self._classes = {c.name: c for c in classes}
        self.phrases.set_phrases(phrases, classes)
        self.show_finds(())
        self._check()

    def show_finds(self, finds: Sequence[Detection]) -> None:
        """What the model found on the image on screen, with its reasons; none hides the list."""
        if finds or self._finds:
            self._finds = finds
            self._show_reasons()

    def end_trial(self) -> None:
        """Another image is open: the box score tells nothing of it."""
        self._is_tried = False

    def _show_reasons(self) -> None:
        self.reasons.show_finds(
            self._finds,
            self._classes,
            box_score=self.box_score.value(),
            word_score=self.word_score.value(),
        )
        self.reasons.setVisible(bool(self._finds))

    def _try(self) -> None:
        self._is_tried = True
        self.tried.emit()
        self._preview()

    def _preview(self) -> None:
        if self._is_tried:
            self.previewed.emit(self.box_score.value())

    def _check(self) -> None:
        asked = self.phrases.phrases
        self.try_button.setEnabled(bool(asked))
        self.keep_button.setEnabled(any(self._known.get(n) != words for n, words in asked.items()))
        self.changed.emit()

    def _lay_out(self) -> None:
        self.try_button.setToolTip(
            self.tr("Draws all that may be it here; the box score then shows what would stay")
        )
        self.keep_button.setToolTip(
            self.tr("They become the prompts of the classes, for everybody in this project")
        )
        explained = QLabel(
            self.tr(
                "A box stays when its best word reaches the box score: lower finds more, and more"
                " that is wrong. The word score only decides which words count as the reason."
            )
        )
        explained.setWordWrap(True)
        explained.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        scores = QFormLayout()
        scores.addRow(self.tr("Box score"), self.box_score)
        scores.addRow(self.tr("Word score"), self.word_score)
        buttons = QHBoxLayout()
        buttons.addWidget(self.try_button)
        buttons.addWidget(self.keep_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.phrases)
        column.addLayout(scores)
        column.addWidget(explained)
        column.addLayout(buttons)
        column.addWidget(self.reasons)
        self.reasons.hide()


def _score(value: float) -> QDoubleSpinBox:
    spin = QDoubleSpinBox()
    spin.setRange(0.01, 1.0)
    spin.setSingleStep(0.05)
    spin.setValue(value)
    return spin
