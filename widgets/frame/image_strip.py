"""The strip above the photo: what is said of the image as a whole, and can be said with a click."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from app.core.image import ImageLabel
from widgets.frame.elided import Elided
from widgets.queue.state_mark import STATE_COLOURS
from widgets.words import state_title, why_words


class ImageStrip(QWidget):
    """Its state and why, normal or not, the tags, whom it is for, and which proposals are kept
    back; with the buttons of a reviewer while it is theirs to review."""

    normal_toggled = Signal(bool)
    tag_toggled = Signal(str)
    reveal_wanted = Signal()
    all_scores_wanted = Signal()
    comments_wanted = Signal()
    approve_wanted = Signal()
    return_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state, self.assigned, self.why = QLabel(), QLabel(), Elided()
        self.normal = self._button(self.tr("Normal"), self.tr("This image shows no defect"))
        self.normal.clicked.connect(self.normal_toggled)
        self.blind = self._button(
            self.tr("Blind: proposals are hidden"),
            self.tr("Draw what you see. Proposals that you don't see go when you submit."),
        )
        self.blind.clicked.connect(self.reveal_wanted)
        self.below_score = self._button(
            "",
            self.tr("Proposals below the score that is set. They go when you submit."),
        )
        self.below_score.clicked.connect(self.all_scores_wanted)
        self.comments = self._button("", self.tr("Show what was said about this image"))
        self.comments.clicked.connect(self.comments_wanted)
        self.return_ = self._button(self.tr("Return …"), "")
        self.return_.clicked.connect(self.return_wanted)
        self.approve = self._button(self.tr("Approve, next"), "")
        self.approve.clicked.connect(self.approve_wanted)
        asking = (self.comments, self.below_score, self.blind, self.return_, self.approve)
        for button in asking:
            button.setCheckable(False)
        self.tags: dict[str, QToolButton] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(8, 3, 8, 3)
        self._row.setSpacing(4)
        self._row.addWidget(self.normal)
        self._row.addSpacing(6)
        for words in (self.assigned, self.state):
            self._row.addWidget(words)
        self._row.addWidget(self.why, 1)
        for button in asking:
            self._row.addWidget(button)
        # Many tags must not make the window wide.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.show_nothing()

    def set_tags(self, tags: Sequence[tuple[str, str]]) -> None:
        """Each (name, title), in the order of their keys."""
        for button in self.tags.values():
            button.deleteLater()
        self.tags = {name: self._button(title, "") for name, title in tags}
        for place, (name, button) in enumerate(self.tags.items()):
            key = self.tr("Alt+{digit}").format(digit=place + 1) if place < 9 else ""
            button.setToolTip(key)
            button.clicked.connect(lambda _, name=name: self.tag_toggled.emit(name))
            self._row.insertWidget(1 + place, button)

    def show_label(self, label: ImageLabel) -> None:
        self.setEnabled(True)
        self.state.setText(state_title(label.state))
        self.normal.setChecked(label.is_normal)
        for name, button in self.tags.items():
            button.setChecked(name in label.tags)
        words = self.tr("for {person}").format(person=label.assigned_to)
        self.assigned.setText(words if label.assigned_to else "")
        colour = STATE_COLOURS["returned"] if label.state == "returned" else ""
        self.why.set_words(why_words(label), colour)

    def show_waiting(self, count: int) -> None:
        """How many comments on the image are open."""
        self.comments.setText(self.tr("Open comments: {count}").format(count=count))
        self.comments.setVisible(count > 0)

    def show_reviewing(self, is_on: bool, keys: tuple[str, str] = ("", "")) -> None:
        """Whether it is the person's to review; `keys` approve and return it."""
        for button, title, key in (
            (self.approve, self.tr("Approve, next"), keys[0]),
            (self.return_, self.tr("Return …"), keys[1]),
        ):
            button.setText(f"{title}  ({key})" if key else title)
            button.setVisible(is_on)

    def show_blind(self, is_blind: bool) -> None:
        self.blind.setVisible(is_blind)

    def show_below_score(self, count: int, score: float) -> None:
        """How many proposals on the image are hidden because they are below that score."""
        words = self.tr("{count} hidden below {score}")
        self.below_score.setText(words.format(count=f"{count:,}", score=f"{score:.2f}"))
        self.below_score.setVisible(count > 0)

    def show_nothing(self) -> None:
        """No image is open."""
        self.show_label(ImageLabel())
        self.state.setText("")
        self.show_blind(False)
        self.show_below_score(0, 0.0)
        self.show_waiting(0)
        self.show_reviewing(False)
        self.setEnabled(False)

    def _button(self, title: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(title)
        button.setToolTip(tip)
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return button
