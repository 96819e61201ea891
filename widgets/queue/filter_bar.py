"""Which images stand in the queue, and in which order: the controls above the list."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.core.image import STATES, State
from app.core.label_class import LabelClass
from app.core.queue import DISAGREEING, NOBODY, ORIGINS, SORTS, QueueFilter
from widgets.queue.choices import OneOf, SeveralOf
from widgets.queue.state_chip import StateChip
from widgets.queue.words import disagreement_title, origin_title, sort_title
from widgets.words import class_title, counted_images, in_screen_language

_TYPED_MS = 200
_FOLDED = (
    *("class_ids", "tags", "normal", "origin", "run_id", "assigned_to", "disagreement"),
    "build",
)


class FilterBar(QWidget):
    """Shows one QueueFilter; what a person changes in it is reported as a whole new one.

    Of the states, none pressed means all. Only the text field and the two scores ever take the
    focus, and only by a click or `setFocus`: letters belong to the bench.
    """

    changed = Signal(object)
    """The QueueFilter that a person wants now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._filter = QueueFilter()
        self._found, self._total = 0, 0
        self._pending: dict[str, Any] = {}
        self._typed = QTimer(self, singleShot=True, interval=_TYPED_MS)
        self._typed.timeout.connect(self._commit)
        self.text = _SearchField()
        self.states = {state: StateChip(state) for state in STATES}
        self.more = QToolButton()
        self.found = QLabel()
        self.clear = QToolButton()
        self.classes, self.tags = SeveralOf(), SeveralOf()
        self.normal, self.origin, self.run, self.assigned, self.sort = (OneOf() for _ in range(5))
        self.disagreement, self.build = OneOf(), OneOf()
        self.least, self.most = _score_box(), _score_box()
        self.direction = QToolButton()
        self._details = QWidget()
        self._furnish()
        self._lay_out()
        self._connect()
        self.set_choices([], [], [], [])
        self.set_filter(self._filter)

    @property
    def filter(self) -> QueueFilter:
        return self._filter

    def set_filter(self, wanted: QueueFilter) -> None:
        """Not reported; what a person was just typing is dropped."""
        self._typed.stop()
        self._pending.clear()
        self._filter = wanted
        self.text.setText(wanted.text)
        self.classes.show_values(frozenset(wanted.class_ids))
        self.tags.show_values(frozenset(wanted.tags))
        self.normal.show_value(wanted.normal)
        self.origin.show_value(wanted.origin)
        self.run.show_value(wanted.run_id)
        self.assigned.show_value(wanted.assigned_to)
        self.disagreement.show_value(wanted.disagreement)
        self._show_build(wanted.build)
        self.sort.show_value(wanted.sort)
        self._show_scores()
        self._show_rest()

    def set_choices(
        self,
        classes: Sequence[LabelClass],
        tags: Sequence[tuple[str, str]],
        people: Sequence[str],
        runs: Sequence[tuple[int, str]],
    ) -> None:
        """What there is to choose from: `tags` as (name, Chinese name), `runs` as (id, title)."""
        self.classes.set_entries([(c.id, class_title(c), c.colour) for c in classes])
        self.tags.set_entries([(name, in_screen_language(name, zh), "") for name, zh in tags])
        who = [(None, self.tr("any")), (NOBODY, self.tr("nobody"))]
        self.assigned.set_entries([*who, *((name, name) for name in people)])
        self.run.set_entries([(None, self.tr("any")), *runs])

    def start_typing(self) -> None:
        """The cursor goes into the search field."""
        self.text.setFocus()
        self.text.selectAll()

    def set_counts(self, counts: Mapping[State, int]) -> None:
        """How many images of the project are in each state."""
        for state, chip in self.states.items():
            chip.set_count(counts.get(state, 0))

    def set_found(self, found: int, total: int) -> None:
        """How many images the filter lets through, of all."""
        self._found, self._total = found, total
        self._show_rest()

    def _furnish(self) -> None:
        self.text.setPlaceholderText(self.tr("Find in file names"))
        self.text.setClearButtonEnabled(True)
        self.text.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.clear.setText(self.tr("clear"))
        self.clear.setToolTip(self.tr("Show all images again"))
        self.more.setCheckable(True)
        self.more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        for button in (self.clear, self.more, self.direction):
            button.setAutoRaise(True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        kept = self.clear.sizePolicy()
        kept.setRetainSizeWhenHidden(True)  # the list below must not jump
        self.clear.setSizePolicy(kept)
        yes_or_no = [(None, self.tr("any")), (True, self.tr("yes")), (False, self.tr("no"))]
        self.normal.set_entries(yes_or_no)
        self.origin.set_entries([(origin, origin_title(origin)) for origin in ORIGINS])
        kinds = [(kind, disagreement_title(kind)) for kind in DISAGREEING]
        self.disagreement.set_entries([(None, self.tr("any")), *kinds])
        self.sort.set_entries([(sort, sort_title(sort)) for sort in SORTS])
        self.most.setValue(1.0)

    def _lay_out(self) -> None:
        self._form = form = QFormLayout(self._details)
        form.setContentsMargins(0, 2, 0, 2)
        form.setVerticalSpacing(4)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("Class"), self.classes)
        form.addRow(self.tr("Boxes"), self.origin)
        form.addRow(self.tr("Score"), _beside(self.least, QLabel("–"), self.most))
        form.addRow(self.tr("Run"), self.run)
        form.addRow(self.tr("Model"), self.disagreement)
        form.addRow(self.tr("Tag"), self.tags)
        form.addRow(self.tr("Normal"), self.normal)
        form.addRow(self.tr("Assigned"), self.assigned)
        form.addRow(self.tr("Build"), self.build)
        form.addRow(self.tr("Sort"), _beside(self.sort, self.direction))
        self._details.hide()
        chips = _beside(*self.states.values(), gap_px=1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 4)
        layout.setSpacing(4)
        layout.addWidget(_beside(self.text, self.more))
        layout.addWidget(chips)
        layout.addWidget(self._details)
        summary = QHBoxLayout()
        summary.addWidget(self.found)
        summary.addWidget(self.clear)
        summary.addStretch(1)
        layout.addLayout(summary)

    def _connect(self) -> None:
        self.text.textEdited.connect(lambda text: self._change_soon(text=text.strip()))
        self.text.returnPressed.connect(self._commit)
        for chip in self.states.values():
            chip.clicked.connect(self._take_states)
        self.classes.chosen.connect(lambda ids: self._change(class_ids=ids))
        self.tags.chosen.connect(lambda names: self._change(tags=names))
        self.normal.chosen.connect(lambda value: self._change(normal=value))
        self.origin.chosen.connect(lambda value: self._change(origin=value))
        self.run.chosen.connect(lambda value: self._change(run_id=value))
        self.disagreement.chosen.connect(lambda value: self._change(disagreement=value))
        self.assigned.chosen.connect(lambda value: self._change(assigned_to=value))
        self.build.chosen.connect(self._take_build)
        self.sort.chosen.connect(lambda value: self._change(sort=value))
        self.direction.clicked.connect(lambda: self._change(descending=not self._filter.descending))
        # The whole range is no range: images without a score count then.
        self.least.valueChanged.connect(lambda score: self._change_soon(least_score=score or None))
        self.least.valueChanged.connect(self.most.setMinimum)
        self.most.valueChanged.connect(
            lambda score: self._change_soon(most_score=None if score == 1.0 else score)
        )
        self.more.toggled.connect(self._details.setVisible)
        self.more.toggled.connect(self._show_rest)
        self.clear.clicked.connect(self._clear)

    def _change(self, **fields: Any) -> None:  # noqa: ANN401 - values of QueueFilter's fields
        self._filter = replace(self._filter, **fields)
        self._show_rest()
        self.changed.emit(self._filter)

    def _change_soon(self, **fields: Any) -> None:  # noqa: ANN401 - as _change
        """When people pause: each letter and each step of a spin box would be a search."""
        self._pending |= fields
        self._typed.start()

    def _commit(self) -> None:
        self._typed.stop()
        if self._pending:
            fields, self._pending = self._pending, {}
            self._change(**fields)

    def _take_states(self) -> None:
        pressed = frozenset(state for state, chip in self.states.items() if chip.isChecked())
        self._change(states=pressed or frozenset(STATES))

    def _clear(self) -> None:
        self.set_filter(self._filter.everything)
        self.changed.emit(self._filter)

    def _show_build(self, build: str | None) -> None:
        """There may be thousands, so it is chosen where they are told of, and only left here."""
        self.build.set_entries([(None, self.tr("any")), *([(build, build)] if build else [])])
        self.build.show_value(build)
        self._form.setRowVisible(self.build, build is not None)

    def _take_build(self, build: str | None) -> None:
        self._show_build(build)
        self._change(build=build)

    def _show_scores(self) -> None:
        least, most = self._filter.least_score, self._filter.most_score
        for box in (self.least, self.most):
            box.blockSignals(True)
        self.least.setValue(0.0 if least is None else least)
        self.most.setMinimum(self.least.value())
        self.most.setValue(1.0 if most is None else most)
        for box in (self.least, self.most):
            box.blockSignals(False)

    def _show_rest(self) -> None:
        """What follows from the filter in the bar's own words and marks."""
        all_states = self._filter.states == frozenset(STATES)
        for state, chip in self.states.items():
            chip.setChecked(not all_states and state in self._filter.states)
        arrow = Qt.ArrowType.DownArrow if self._filter.descending else Qt.ArrowType.UpArrow
        self.direction.setArrowType(arrow)
        self.direction.setToolTip(
            self.tr("Falling") if self._filter.descending else self.tr("Rising")
        )
        is_open = self.more.isChecked()
        self.more.setArrowType(Qt.ArrowType.UpArrow if is_open else Qt.ArrowType.DownArrow)
        set_inside = self._set_inside()
        self.more.setText(
            self.tr("More · {n}").format(n=set_inside) if set_inside else self.tr("More")
        )
        self.clear.setVisible(self._filter.narrows)
        self.found.setText(self._found_in_words())

    def _set_inside(self) -> int:
        """How many of the controls that fold away leave out images."""
        default = QueueFilter()
        differing = (getattr(self._filter, name) != getattr(default, name) for name in _FOLDED)
        scored = self._filter.least_score is not None or self._filter.most_score is not None
        return sum(map(bool, [*differing, scored]))

    def _found_in_words(self) -> str:
        total = counted_images(self._total)
        if not self._filter.narrows:
            return total
        return self.tr("{found} of {total}").format(found=f"{self._found:,}", total=total)


class _SearchField(QLineEdit):
    """Return and Escape give the keys back to the bench; Escape empties it too."""

    def event(self, event: QEvent) -> bool:
        # Else Escape would go to what the window does with it, while people are typing here.
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.key() == Qt.Key.Key_Escape
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if self.text():
                self.clear()
                self.textEdited.emit("")
            self.clearFocus()
            return
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.clearFocus()


def _score_box() -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setRange(0.0, 1.0)
    box.setSingleStep(0.05)
    box.setKeyboardTracking(False)
    box.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return box


def _beside(*widgets: QWidget, gap_px: int = 4) -> QWidget:
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(gap_px)
    for widget in widgets:
        layout.addWidget(widget)
    return row
