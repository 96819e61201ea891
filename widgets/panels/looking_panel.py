"""Looking aids to be switched on and tuned while the photo follows; they change nothing else."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import log

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QLabel,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from app.core.looks import MAX_GAMMA, PLAIN, Clahe, FlatField, Looks, Window

_STEPS = 400
_INDENT_PX = 20

FAINT = Looks(flat_field=FlatField(gain=1000.0))
DARK = Looks(gamma=2.0)


@dataclass(frozen=True, slots=True)
class Scale:
    """Values on a slider from `low` to `high`; where `low` is above 0, each step by a share."""

    low: float
    high: float
    decimals: int = 0

    def position_of(self, value: float) -> int:
        if self.low > 0:
            share = log(value / self.low) / log(self.high / self.low)
        else:
            share = (value - self.low) / (self.high - self.low)
        return round(_STEPS * share)

    def value_at(self, position: int) -> float:
        share = position / _STEPS
        if self.low > 0:
            value = float(self.low * (self.high / self.low) ** share)
        else:
            value = self.low + (self.high - self.low) * share
        return round(value, self.decimals)


class LookingPanel(QWidget):
    """Moving a slider switches its aid on. The keyboard stays where it was."""

    changed = Signal(object)  # Looks

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._looks = PLAIN
        self._switches: list[tuple[QCheckBox, Callable[[Looks], bool]]] = []
        self._dials: list[_Dial] = []
        self._grid = QGridLayout()
        self._grid.setColumnStretch(1, 1)
        self._grid.setHorizontalSpacing(8)
        layout = QVBoxLayout(self)
        layout.addLayout(self._presets())
        layout.addLayout(self._grid)
        layout.addStretch(1)
        self._add_light()
        self._add_contrast()
        self._add_window()
        self._add_tones()
        self._show(PLAIN)

    @property
    def looks(self) -> Looks:
        return self._looks

    def set_looks(self, looks: Looks) -> None:
        """As if a person had chosen them; told where that changes anything."""
        if looks != self._looks:
            self._show(looks)
            self.changed.emit(looks)

    def reset(self) -> None:
        """All aids off; their strengths go back too."""
        self.set_looks(PLAIN)

    def _show(self, looks: Looks) -> None:
        self._looks = looks
        for box, is_on in self._switches:
            with QSignalBlocker(box):
                box.setChecked(is_on(looks))
        for dial in self._dials:
            dial.show(looks)

    def _presets(self) -> QGridLayout:
        grid = QGridLayout()
        presets = (
            (self.tr("Even light"), Looks(flat_field=FlatField())),
            (self.tr("Faint marks"), FAINT),
            (self.tr("Dark areas"), DARK),
            (self.tr("Plain"), PLAIN),
        )
        for place, (title, looks) in enumerate(presets):
            button = QPushButton(title)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _=False, looks=looks: self.set_looks(looks))
            grid.addWidget(button, place // 2, place % 2)
        return grid

    def _add_light(self) -> None:
        self._add_switch(
            self.tr("Flat field"),
            self.tr("Takes uneven light out: grey is as bright as around it."),
            lambda s: s.flat_field is not None,
            lambda s, on: replace(s, flat_field=FlatField() if on else None),
        )
        self._add_dial(
            self.tr("Strength"),
            Scale(50, 4000),
            lambda s: (s.flat_field or FlatField()).gain,
            lambda s, v: replace(s, flat_field=replace(s.flat_field or FlatField(), gain=v)),
        )

    def _add_contrast(self) -> None:
        self._add_switch(
            self.tr("Local contrast"),
            self.tr("CLAHE: uses all grey levels within each tile."),
            lambda s: s.clahe is not None,
            lambda s, on: replace(s, clahe=Clahe() if on else None),
        )
        self._add_dial(
            self.tr("Limit"),
            Scale(1, 20, decimals=1),
            lambda s: (s.clahe or Clahe()).clip_limit,
            lambda s, v: replace(s, clahe=replace(s.clahe or Clahe(), clip_limit=v)),
        )
        self._add_dial(
            self.tr("Tiles"),
            Scale(1, 32),
            lambda s: (s.clahe or Clahe()).tiles,
            lambda s, v: replace(s, clahe=replace(s.clahe or Clahe(), tiles=int(v))),
        )

    def _add_window(self) -> None:
        self._add_switch(
            self.tr("Window"),
            self.tr("Spreads some grey levels over all of black to white."),
            lambda s: s.window is not None,
            lambda s, on: replace(s, window=Window() if on else None),
        )
        self._add_dial(
            self.tr("Level"),
            Scale(0, 255),
            lambda s: (s.window or Window()).centre,
            lambda s, v: replace(s, window=replace(s.window or Window(), centre=v)),
        )
        self._add_dial(
            self.tr("Width"),
            Scale(4, 510),
            lambda s: (s.window or Window()).width,
            lambda s, v: replace(s, window=replace(s.window or Window(), width=v)),
        )

    def _add_tones(self) -> None:
        self._add_dial(
            self.tr("Gamma"),
            Scale(1 / MAX_GAMMA, MAX_GAMMA, decimals=2),
            lambda s: s.gamma,
            lambda s, v: replace(s, gamma=v),
            indent_px=0,
        )
        self._add_switch(
            self.tr("Invert"),
            self.tr("Black becomes white."),
            lambda s: s.inverted,
            lambda s, on: replace(s, inverted=on),
        )

    def _add_switch(
        self,
        title: str,
        tip: str,
        is_on: Callable[[Looks], bool],
        switched: Callable[[Looks, bool], Looks],
    ) -> None:
        box = QCheckBox(title)
        box.setToolTip(tip)
        box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        box.toggled.connect(lambda on: self.set_looks(switched(self._looks, on)))
        self._grid.addWidget(box, self._grid.rowCount(), 0, 1, 3)
        self._switches.append((box, is_on))

    def _add_dial(
        self,
        title: str,
        scale: Scale,
        value_of: Callable[[Looks], float],
        turned: Callable[[Looks, float], Looks],
        *,
        indent_px: int = _INDENT_PX,
    ) -> None:
        dial = _Dial(title, scale, value_of)
        dial.label.setIndent(indent_px)
        dial.slider.valueChanged.connect(
            lambda position: self.set_looks(turned(self._looks, scale.value_at(position)))
        )
        row = self._grid.rowCount()
        for column, widget in enumerate((dial.label, dial.slider, dial.figure)):
            self._grid.addWidget(widget, row, column)
        self._dials.append(dial)


class _Dial:
    """One strength: its name, a slider, and the figure."""

    def __init__(self, title: str, scale: Scale, value_of: Callable[[Looks], float]) -> None:
        self._scale, self._value_of = scale, value_of
        self.label, self.figure = QLabel(title), QLabel()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, _STEPS)
        self.slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.slider.setAccessibleName(title)
        self.figure.setMinimumWidth(self.figure.fontMetrics().horizontalAdvance("0000") + 4)
        self.figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def show(self, looks: Looks) -> None:
        value = self._value_of(looks)
        position = self._scale.position_of(value)
        # A slider that is being dragged stays under the pointer.
        if self._scale.value_at(self.slider.value()) != value:
            with QSignalBlocker(self.slider):
                self.slider.setValue(position)
        self.figure.setText(f"{value:.{self._scale.decimals}f}")
