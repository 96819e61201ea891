"""A recipe as a form: its detectors, how their finds become one, the segmenter, what may stay."""

from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.core.geometry import Box
from app.core.recipe import WHOLE, DetectorStep, Filters, Fusion, FusionKind, Recipe

Choices = Sequence[tuple[str, str]]
"""Each (name, title)."""

_OWN_SCORE = 0.0
_LARGE = 100_000


class RecipeForm(QWidget):
    """What it doesn't show of a recipe is kept."""

    changed = Signal()
    region_wanted = Signal()  # the box that is selected on the canvas is to be the region

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = QLineEdit()
        self.detectors: list[DetectorRow] = []
        self._models: Choices = ()
        self.add_button = QPushButton(self.tr("One more detector"))
        self.fusion, self.fusion_iou = QComboBox(), _share(0.55)
        self.segmenter = QComboBox()
        self.least_side, self.most_area = QDoubleSpinBox(), _share(1.0)
        self.region = [_share(value) for value in WHOLE.corners]
        self.region_button = QPushButton(self.tr("From the selected box"))
        self._lay_out()
        self._connect()

    def set_choices(self, models: Choices, segmenters: Choices) -> None:
        """What there is to detect and to outline with; what is chosen stays."""
        self._models = models
        none = (None, self.tr("none: boxes only"))
        _offer(self.segmenter, (none, *segmenters), self.segmenter.currentData())
        for row in self.detectors:
            row.set_choices(models)

    def set_recipe(self, recipe: Recipe) -> None:
        self.name.setText(recipe.name)
        for row in list(self.detectors):
            self._take_out(row)
        for step in recipe.detectors:
            self._add(step)
        self.fusion.setCurrentIndex(self.fusion.findData(recipe.fusion.kind))
        self.fusion_iou.setValue(recipe.fusion.iou)
        _choose(self.segmenter, recipe.segmenter)
        self.least_side.setValue(recipe.filters.least_side_px)
        self.most_area.setValue(recipe.filters.most_area_share)
        self.set_region(recipe.filters.region)

    def set_region(self, region: Box) -> None:
        """In shares (0..1) of the photo's width and height."""
        for spin, value in zip(self.region, region.corners, strict=True):
            spin.setValue(value)

    def recipe(self) -> Recipe:
        """As the form stands. Raises ValueError, in words, when that is no recipe."""
        return Recipe(
            self.name.text().strip(),
            tuple(row.step() for row in self.detectors),
            Fusion(self.fusion.currentData(), self.fusion_iou.value()),
            self.segmenter.currentData(),
            Filters(
                self.least_side.value(),
                self.most_area.value(),
                Box(*(spin.value() for spin in self.region)),
            ),
        )

    def _add(self, step: DetectorStep) -> None:
        row = DetectorRow(self._models, step)
        row.changed.connect(self.changed)
        row.removed.connect(lambda: self._take_out(row))
        self.detectors.append(row)
        self._column.addWidget(row)
        self._show_whether_fused()

    def _take_out(self, row: "DetectorRow") -> None:
        self.detectors.remove(row)
        self._column.removeWidget(row)
        row.hide()  # it goes only when Qt has time
        row.deleteLater()
        self._show_whether_fused()

    def _add_another(self) -> None:
        if self._models:
            self._add(DetectorStep(self._models[0][0]))

    def _show_whether_fused(self) -> None:
        several = len(self.detectors) > 1
        self.fusion.setEnabled(several)
        self.fusion_iou.setEnabled(several and self.fusion.currentData() != "none")
        for row in self.detectors:
            row.remove_button.setEnabled(several)
        self.changed.emit()

    def _lay_out(self) -> None:
        for kind in get_args(FusionKind):
            self.fusion.addItem(_fusion_words(kind), kind)
        self.fusion_iou.setToolTip(self.tr("Boxes that overlap this much are one thing"))
        self.least_side.setRange(0, _LARGE)
        self.least_side.setSuffix(" px")
        self.most_area.setMinimum(0.01)
        self._column = QVBoxLayout()
        overlap = QHBoxLayout()
        overlap.addWidget(self.fusion, 1)
        overlap.addWidget(QLabel(self.tr("from an overlap of")))
        overlap.addWidget(self.fusion_iou)
        corners = QGridLayout()
        sides = (self.tr("left"), self.tr("top"), self.tr("right"), self.tr("bottom"))
        for place, (side, spin) in enumerate(zip(sides, self.region, strict=True)):
            corners.addWidget(QLabel(side), 0, place)
            corners.addWidget(spin, 1, place)
        form = QFormLayout(self)
        form.addRow(self.tr("Name"), self.name)
        form.addRow(self.tr("Detectors"), self._column)
        form.addRow("", self.add_button)
        form.addRow(self.tr("Found by several"), overlap)
        form.addRow(self.tr("Outline with"), self.segmenter)
        form.addRow(self.tr("Shorter side at least"), self.least_side)
        form.addRow(self.tr("Share of the photo at most"), self.most_area)
        form.addRow(self.tr("Part of the photo that counts"), corners)
        form.addRow("", self.region_button)

    def _connect(self) -> None:
        self.name.textChanged.connect(self.changed)
        self.add_button.clicked.connect(self._add_another)
        self.fusion.currentIndexChanged.connect(self._show_whether_fused)
        self.segmenter.currentIndexChanged.connect(self.changed)
        for spin in (self.fusion_iou, self.least_side, self.most_area, *self.region):
            spin.valueChanged.connect(self.changed)
        self.region_button.clicked.connect(self.region_wanted)


class DetectorRow(QWidget):
    """One detector: which model, from what score on, in tiles of what side."""

    changed = Signal()
    removed = Signal()

    def __init__(self, models: Choices, step: DetectorStep) -> None:
        super().__init__()
        self._step = step
        self.model, self.score, self.tile = QComboBox(), _share(_OWN_SCORE), QSpinBox()
        self.remove_button = QToolButton()
        _offer(self.model, models, step.model)
        self.score.setSpecialValueText(self.tr("its own scores"))
        self.score.setValue(step.confidence or _OWN_SCORE)
        self.score.setToolTip(self.tr("Least score; the model's own where none is given"))
        self.tile.setRange(0, _LARGE)
        self.tile.setSingleStep(64)
        self.tile.setSuffix(" px")
        self.tile.setSpecialValueText(self.tr("whole photo"))
        self.tile.setValue(step.tile_px or 0)
        self.tile.setToolTip(self.tr("Cuts larger photos into tiles of this side"))
        self.remove_button.setText("✕")
        self.remove_button.setToolTip(self.tr("Take this detector out"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.model, 1)
        for widget in (self.score, self.tile, self.remove_button):
            row.addWidget(widget)
        self.model.currentIndexChanged.connect(self.changed)
        self.score.valueChanged.connect(self.changed)
        self.tile.valueChanged.connect(self.changed)
        self.remove_button.clicked.connect(self.removed)

    def set_choices(self, models: Choices) -> None:
        """What is chosen stays."""
        _offer(self.model, models, self.model.currentData())

    def step(self) -> DetectorStep:
        model = self.model.currentData()
        # Classes, phrases and scores of classes are those of another model once it is changed.
        kept = self._step if model == self._step.model else DetectorStep(model)
        score = self.score.value() or None
        tile_px = self.tile.value() or None
        return replace(kept, confidence=score, tile_px=tile_px)


def _offer(
    combo: QComboBox, choices: Sequence[tuple[str | None, str]], current: str | None
) -> None:
    blocked = combo.blockSignals(True)
    combo.clear()
    for name, title in choices:
        combo.addItem(title, name)
    _choose(combo, current)
    combo.blockSignals(blocked)


def _choose(combo: QComboBox, name: str | None) -> None:
    """Also what is not among the choices here, such as a file on a colleague's machine."""
    if name is not None and combo.findData(name) < 0:
        combo.addItem(name, name)
    combo.setCurrentIndex(combo.findData(name))


def _share(value: float) -> QDoubleSpinBox:
    spin = QDoubleSpinBox()
    spin.setDecimals(3)
    spin.setRange(0.0, 1.0)
    spin.setSingleStep(0.05)
    spin.setValue(value)
    return spin


def _fusion_words(kind: FusionKind) -> str:
    translate = QCoreApplication.translate
    words = {
        "wbf": translate("Recipes", "one box, weighted by score"),
        "nms": translate("Recipes", "the best box"),
        "none": translate("Recipes", "all boxes"),
    }
    return words[kind]
