"""Lets a person run a model over images, and watch what it does."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QProgressBar,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.core.errors import UserError
from app.core.label_class import LabelClass
from app.core.prelabelling import (
    DrawerKind,
    ModelClass,
    PrelabelProgress,
    PrelabelReport,
    PrelabelRequest,
    Scope,
)
from widgets.panels.asking_form import TRY_SCORE, AskingForm
from widgets.panels.class_choices import ClassChoices
from widgets.panels.prelabel_words import progress_words, refused_words, report_words
from widgets.panels.scrolling import rows_area

_GENERAL_SCORE = 0.25
_SCOPES: tuple[Scope, ...] = ("image", "filtered", "all")
_REFUSED_HEIGHT_PX = 90
_TROUBLE_STYLE = "QLabel { border: 0; border-left: 3px solid #e53935; padding-left: 6px; }"


class PrelabelPanel(QWidget):
    """One request at a time: while one is under way there is a button to cancel it, and no other.

    Who runs the model tells it: `show_started`, `show_progress` as it goes on, and one of
    `show_report`, `show_error`, `show_cancelled` and `show_idle` at the end.
    """

    run_wanted = Signal(object)  # PrelabelRequest
    cancel_wanted = Signal()
    model_picked = Signal(str)  # its name, so that somebody tells its classes
    model_file_wanted = Signal()  # another model than those of the list
    shelf_wanted = Signal()  # the models on the shelf, and the recipes

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.models, self.file_button, self.shelf_button = QComboBox(), QToolButton(), QToolButton()
        self.classes, self.all_classes = ClassChoices(), QLabel(self.tr("all its classes"))
        self.general, self.again = QDoubleSpinBox(), QCheckBox(self.tr("Also what it has seen"))
        self.compare = QCheckBox(self.tr("Only compare, propose nothing"))
        self.asking = AskingForm()
        self._kind: DrawerKind = "trained"
        self.scope = QComboBox()
        self.run_button = QPushButton(self.tr("Run"))
        self.cancel_button = QPushButton(self.tr("Cancel"))
        self.bar = QProgressBar()
        self.why_not, self.said, self.trouble = QLabel(), QLabel(), QLabel()
        self.refused = QListWidget()
        self._form, self._form_area = QWidget(), rows_area()
        self._offered: object = None
        self._lay_out()
        self._connect()
        self.set_counts(filtered=0, total=0)
        self.set_classes(None, ())
        self.show_idle()

    @property
    def model(self) -> str:
        """The name of the one that is chosen, "" where there is none."""
        return self.models.currentData() or ""

    def set_models(self, models: Sequence[tuple[str, str]], current: str) -> None:
        """Each (name, title). Does not report `current` as picked."""
        blocked = self.models.blockSignals(True)
        self.models.clear()
        for name, title in models:
            self.models.addItem(title, name)
        self.models.setCurrentIndex(max(self.models.findData(current), 0))
        self.models.blockSignals(blocked)
        self._check()

    def set_classes(
        self, rows: Sequence[ModelClass] | None, label_classes: Sequence[LabelClass]
    ) -> None:
        """The classes of the current model; None while they are unknown: then all are wanted.

        Told the same again, the panel keeps what a person has changed since.
        """
        if (rows, label_classes) == self._offered:
            return
        self._offered = (rows, label_classes)
        self.classes.choices.set_classes(rows or (), label_classes)
        self._show_kind("trained")

    def set_phrases(
        self, phrases: Mapping[str, Sequence[str]], label_classes: Sequence[LabelClass]
    ) -> None:
        """The current model reads text: what it is asked for, by label class."""
        if (phrases, label_classes) != self._offered:
            self._offered = (phrases, label_classes)
            self.asking.set_phrases(phrases, label_classes)
        self._show_kind("asked")

    def set_recipe(self) -> None:
        """What is chosen is a recipe: it says all there is to say."""
        self._offered = None
        self._show_kind("recipe")

    def set_counts(self, *, filtered: int, total: int) -> None:
        """How many images the filter lets through, and how many there are."""
        titles: Mapping[Scope, str] = {
            "image": self.tr("This image"),
            "filtered": self.tr("The filtered images ({n})").format(n=f"{filtered:,}"),
            "all": self.tr("All images ({n})").format(n=f"{total:,}"),
        }
        for scope, title in titles.items():
            self.scope.setItemText(self.scope.findData(scope), title)

    def set_scope(self, scope: Scope) -> None:
        """Which images are wanted."""
        self.scope.setCurrentIndex(self.scope.findData(scope))

    def show_started(self) -> None:
        self._clear()
        self._set_running(True)
        self.bar.setRange(0, 0)
        self._say(self.tr("Loading the model …"))

    def show_progress(self, told: PrelabelProgress) -> None:
        self.bar.setRange(0, max(told.progress.total, 1))
        self.bar.setValue(told.progress.done)
        self._say(progress_words(told))

    def show_report(self, report: PrelabelReport) -> None:
        self.show_idle(report_words(report))
        self.refused.setVisible(bool(report.refused))
        for error in report.refused:
            self.refused.addItem(error.what)
            self.refused.item(self.refused.count() - 1).setToolTip(error.hint)
        if report.refused:
            self._show_trouble(refused_words(report))

    def show_error(self, error: UserError) -> None:
        self.show_idle()
        self._show_trouble(f"{error.what}\n{error.hint}")

    def show_cancelled(self) -> None:
        self.show_idle(self.tr("Cancelled. What it had found until then is kept."))

    def show_cancelling(self) -> None:
        """Until the model has stopped."""
        self.cancel_button.setEnabled(False)
        self._say(self.tr("Cancelling …"))

    def show_idle(self, text: str = "") -> None:
        """Nothing is under way; `text` is said of what was."""
        self._clear()
        self._set_running(False)
        self._say(text)

    def request(self) -> PrelabelRequest:
        """As the panel stands."""
        return replace(
            self._asked_of_model(),
            again=self.again.isChecked(),
            compare=self.compare.isChecked(),
        )

    def _asked_of_model(self) -> PrelabelRequest:
        model, general = self.model, self.general.value()
        scope: Scope = self.scope.currentData()
        if self._kind == "recipe":
            return PrelabelRequest(model, scope)
        if self._kind == "asked":
            return PrelabelRequest(
                model,
                scope,
                classes=frozenset(self.asking.phrases.phrases),
                confidence=self.asking.box_score.value(),
                phrases=self.asking.phrases.phrases,
                text_threshold=self.asking.word_score.value(),
            )
        choices = self.classes.choices
        if not choices.rowCount():
            return PrelabelRequest(model, scope, confidence=general)
        own = {c.name: c.confidence for c in choices.wanted if c.confidence is not None}
        return PrelabelRequest(
            model,
            scope,
            classes=frozenset(c.name for c in choices.wanted),
            confidence=general,
            confidence_by_class=own,
            mapping={c.name: c.label_class for c in choices.wanted if c.label_class},
        )

    def _lay_out(self) -> None:
        self.file_button.setText("…")
        self.file_button.setToolTip(self.tr("Choose a file of weights"))
        self.shelf_button.setText("≡")
        self.shelf_button.setToolTip(self.tr("Models and recipes …"))
        self.general.setRange(0.01, 1.0)
        self.general.setSingleStep(0.05)
        self.general.setValue(_GENERAL_SCORE)
        self.general.setToolTip(self.tr("For classes that have no score of their own"))
        self.again.setToolTip(self.tr("Images that this model has seen with these settings"))
        self.compare.setToolTip(
            self.tr("Goes over what people have judged, submitted images too; see Disputed")
        )
        for scope in _SCOPES:
            self.scope.addItem("", scope)
        for combo in (self.models, self.scope):
            # A long name of a file, or a large number, must not make the dock wide.
            combo.setMinimumContentsLength(4)
            combo.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
        for label in (self.why_not, self.said, self.trouble):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.trouble.setStyleSheet(_TROUBLE_STYLE)
        self.refused.setMaximumHeight(_REFUSED_HEIGHT_PX)
        self.bar.setTextVisible(False)
        self._lay_out_form()
        running = QHBoxLayout()
        running.addWidget(self.scope, 1)
        running.addWidget(self.run_button)
        layout = QVBoxLayout(self)
        layout.addWidget(self._form_area, 1)
        layout.addWidget(self.why_not)
        layout.addLayout(running)
        for widget in (self.cancel_button, self.bar, self.said, self.trouble, self.refused):
            layout.addWidget(widget)
        layout.addStretch()

    def _lay_out_form(self) -> None:
        """It scrolls; where it leads to, the images and Run, stays in sight below it."""
        picking = QHBoxLayout()
        picking.addWidget(self.models, 1)
        picking.addWidget(self.file_button)
        picking.addWidget(self.shelf_button)
        self._rows = form = QFormLayout(self._form)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)  # in a narrow dock
        form.setContentsMargins(0, 0, 0, 0)
        form.addRow(self.tr("Model"), picking)
        form.addRow(self.tr("General score"), self.general)
        form.addRow(self.tr("Classes"), self.all_classes)
        form.addRow(self.classes)
        form.addRow(self.asking)
        form.addRow(self.again)
        form.addRow(self.compare)
        self._form_area.setWidget(self._form)

    def _show_kind(self, kind: DrawerKind) -> None:
        self._kind = kind
        known = self.classes.choices.rowCount() > 0
        self._rows.setRowVisible(self.general, kind == "trained")
        self._rows.setRowVisible(self.all_classes, kind == "trained" and not known)
        self._rows.setRowVisible(self.classes, kind == "trained" and known)
        self._rows.setRowVisible(self.asking, kind == "asked")
        self._check()

    def _connect(self) -> None:
        self.run_button.clicked.connect(lambda: self.run_wanted.emit(self.request()))
        self.cancel_button.clicked.connect(self._cancel)
        self.file_button.clicked.connect(self.model_file_wanted)
        self.shelf_button.clicked.connect(self.shelf_wanted)
        self.models.currentIndexChanged.connect(self._pick)
        self.classes.choices.dataChanged.connect(self._check)
        self.asking.changed.connect(self._check)
        self.asking.tried.connect(self._try)

    def _pick(self) -> None:
        self.set_classes(None, ())
        self._clear()
        self.model_picked.emit(self.models.currentData())

    def _try(self) -> None:
        asked = self._asked_of_model()
        tried = replace(asked, scope="image", confidence=TRY_SCORE, again=True)
        self.run_wanted.emit(tried)

    def _cancel(self) -> None:
        self.show_cancelling()
        self.cancel_wanted.emit()

    def _check(self) -> None:
        """A request that can't go well can't be made; why is said above the button."""
        choices = self.classes.choices
        why = ""
        if not self.models.count():
            why = self.tr("There is no model.")
        elif self._kind == "recipe":
            why = ""
        elif self._kind == "asked":
            why = "" if self.asking.phrases.phrases else self.tr("There are no words to look for.")
        elif choices.rowCount() and not choices.wanted:
            why = self.tr("No class is ticked.")
        elif choices.without_label_class:
            why = self.tr("Say what {name} becomes, or untick it.").format(
                name=choices.without_label_class[0]
            )
        self.run_button.setEnabled(not why)
        self.why_not.setText(why)
        self.why_not.setVisible(bool(why))

    def _set_running(self, running: bool) -> None:
        # What is under way would else be below the form, and out of sight in a low dock.
        for widget in (self._form_area, self.scope, self.run_button):
            widget.setVisible(not running)
        self.cancel_button.setVisible(running)
        self.cancel_button.setEnabled(running)
        self.bar.setVisible(running)

    def _say(self, text: str) -> None:
        self.said.setText(text)
        self.said.setVisible(bool(text))

    def _show_trouble(self, text: str) -> None:
        self.trouble.setText(text)
        self.trouble.show()

    def _clear(self) -> None:
        self._say("")
        self.trouble.hide()
        self.refused.clear()
        self.refused.hide()
