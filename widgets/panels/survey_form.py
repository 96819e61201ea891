"""What a VLM is to be asked about many labelled images, and how far that is."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.core.survey import SurveyKind
from widgets.panels.pieces import EnlargeBox, faint, tool_button
from widgets.panels.survey_figures import plain_words

_MOST_IMAGES = 100_000
_SOME_IMAGES = 200


@dataclass(frozen=True, slots=True)
class SurveyWish:
    """`server` is one of those that were shown, `images` how many it is asked about at most.
    `enlarge`: small ones are shown enlarged.
    """

    server: str
    images: int
    kinds: tuple[SurveyKind, ...]
    findings: bool
    enlarge: bool = True


class SurveyForm(QWidget):
    """Nothing of it takes the keyboard but the number of images, and that gives it back."""

    looked_again = Signal()  # for servers
    server_chosen = Signal(str)
    started = Signal(object)  # SurveyWish
    stopped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_running = False
        self.servers = QComboBox()
        self.servers.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.servers.textActivated.connect(self.server_chosen)
        self.images = QSpinBox()
        self.images.setRange(1, _MOST_IMAGES)
        self.images.setValue(_SOME_IMAGES)
        self.images.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.images.setToolTip(
            self.tr("Chosen evenly over classes and normal ones, of those that are finished")
        )
        words = self.tr("Yes or no, half of the times it is there")
        self.presence = _check(self.tr("Is it there?"), words)
        self.where = _check(self.tr("Where is it?"), self.tr("Boxes of all that is there"))
        words = self.tr("Tell it which boxes models have drawn on each photo")
        self.findings = _check(self.tr("With what models found"), words)
        self.findings.setChecked(False)
        self.enlarge = EnlargeBox()
        for kind in (self.presence, self.where):
            kind.toggled.connect(lambda _: self._tell())
        self.run = QPushButton()
        self.run.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.run.clicked.connect(self._run_or_stop)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.status, self.lacking = plain_words(), plain_words()
        self._wishes, self._help = QWidget(), QWidget()
        self._arrange()
        self.show_servers((), "", self.tr("Looking for servers …"))
        self.show_running("")

    def show_servers(self, names: Sequence[str], chosen: str, lacking: str = "") -> None:
        """Those that can be asked. Without any, `lacking` says why."""
        self._wishes.setVisible(bool(names))
        self._help.setVisible(not names)
        self.servers.clear()
        self.servers.addItems(names)
        self.servers.setCurrentText(chosen)
        self.servers.setVisible(len(names) > 1)
        self.lacking.setText(lacking)
        self._tell()

    def show_enlarging(self, matters: bool) -> None:
        """Whether it matters for the server that was chosen."""
        self.enlarge.setVisible(matters)

    def show_running(self, words: str, done: int = 0, total: int = 0) -> None:
        """What is under way and how far, "" for nothing; a `total` of 0 isn't known yet."""
        self._is_running = bool(words)
        self.progress.setVisible(self._is_running)
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        self.status.setText(words)
        self._tell()

    def show_told(self, words: str) -> None:
        """What became of the last one, or where photos are sent to."""
        if not self._is_running:
            self.status.setText(words)
            self._tell()

    def _wish(self) -> SurveyWish:
        wanted: tuple[tuple[SurveyKind, QCheckBox], ...] = (
            ("presence", self.presence),
            ("where", self.where),
        )
        return SurveyWish(
            self.servers.currentText(),
            self.images.value(),
            tuple(kind for kind, box in wanted if box.isChecked()),
            self.findings.isChecked(),
            self.enlarge.isChecked(),
        )

    def _run_or_stop(self) -> None:
        if self._is_running:
            self.stopped.emit()
        else:
            self.images.clearFocus()
            self.started.emit(self._wish())

    def _tell(self) -> None:
        self.run.setText(self.tr("Stop") if self._is_running else self.tr("Ask"))
        self.run.setEnabled(self._is_running or bool(self._wish().kinds))
        self.status.setVisible(bool(self.status.text()))
        choices = self.images, self.presence, self.where, self.findings, self.enlarge, self.servers
        for each in choices:
            each.setEnabled(not self._is_running)

    def _arrange(self) -> None:
        kinds, number = QHBoxLayout(), QHBoxLayout()
        kinds.addWidget(self.presence)
        kinds.addWidget(self.where)
        kinds.addStretch(1)
        number.addWidget(QLabel(self.tr("Images")))
        number.addWidget(self.images)
        number.addWidget(self.servers, 1)
        number.addStretch(1)
        number.addWidget(self.run)
        wishes = QVBoxLayout(self._wishes)
        wishes.setContentsMargins(0, 0, 0, 0)
        wishes.setSpacing(4)
        wishes.addLayout(kinds)
        wishes.addWidget(self.findings)
        wishes.addWidget(self.enlarge)
        wishes.addLayout(number)
        again = tool_button(self.tr("Look again"), self.tr("Read the list of servers again"))
        again.clicked.connect(self.looked_again)
        lacking = QVBoxLayout(self._help)
        lacking.setContentsMargins(0, 0, 0, 0)
        lacking.addWidget(self.lacking)
        lacking.addWidget(again, 0, Qt.AlignmentFlag.AlignLeft)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for each in (self._wishes, self._help, self.progress, faint(self.status)):
            layout.addWidget(each)


def _check(title: str, tool_tip: str) -> QCheckBox:
    box = QCheckBox(title)
    box.setToolTip(tool_tip)
    box.setChecked(True)
    box.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return box
