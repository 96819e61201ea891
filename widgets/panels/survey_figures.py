"""The figures of a survey as two small tables: is it there, and where is it."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.core.survey import Figures, SurveyResult
from widgets.panels.pieces import faint

_NONE = "–"
_FIRST_ROW = 3
"""Below title, headings and line."""

_Values = Callable[[Figures], Sequence[str]]


class SurveyFigures(QWidget):
    """`show_result` with None shows nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cells: dict[tuple[str, str, str], QLabel] = {}
        """By table ("presence", "boxes"), class ("" for all) and column."""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._tables: list[QWidget] = []

    def show_result(self, result: SurveyResult | None, titles: Mapping[int, str]) -> None:
        """`titles` of the classes, by id."""
        for table in self._tables:
            self._column.removeWidget(table)
            table.hide()
            table.deleteLater()
        self._tables, self.cells = [], {}
        if result is None:
            return
        rows = [(titles[c], each) for c, each in result.by_class.items() if c in titles]
        if result.overall.presence.asked:
            asked = [(title, each) for title, each in rows if each.presence.asked]
            self._add("presence", self._presence_headings(), asked, result.overall, _presence)
        if result.overall.boxes.asked:
            drawn = [(title, e) for title, e in rows if e.boxes.labelled or e.boxes.drawn]
            self._add("boxes", self._box_headings(), drawn, result.overall, _boxes)

    def _add(
        self,
        name: str,
        headings: Sequence[tuple[str, str, str]],
        rows: Sequence[tuple[str, Figures]],
        overall: Figures,
        values: _Values,
    ) -> None:
        table = QWidget()
        grid = QGridLayout(table)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 1)
        self._add_headings(grid, *self._titles()[name], headings)
        for place, (of, figures) in enumerate([*rows, ("", overall)], _FIRST_ROW):
            titled = _name(of or self.tr("all"))
            told = [QLabel(value) for value in values(figures)]
            for column, cell in enumerate([titled, *told]):
                side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag(0)
                grid.addWidget(cell if of else _bold(cell), place, column, side)
            for (key, _, tool_tip), cell in zip(headings, told, strict=True):
                cell.setToolTip(tool_tip)
                self.cells[name, of, key] = cell
        self._column.addWidget(table)
        table.show()  # at once: the layout would only do it in a moment
        self._tables.append(table)

    def _add_headings(
        self, grid: QGridLayout, title: str, tool_tip: str, headings: Sequence[tuple[str, str, str]]
    ) -> None:
        heading, line = QLabel(title), QFrame()
        heading.setToolTip(tool_tip)
        grid.addWidget(_bold(heading), 0, 0, 1, len(headings) + 1)
        for column, (_, words, told) in enumerate(headings, 1):
            label = faint(QLabel(words))
            label.setToolTip(told)
            grid.addWidget(label, 1, column, Qt.AlignmentFlag.AlignRight)
        line.setFrameShape(QFrame.Shape.HLine)
        line.setForegroundRole(QPalette.ColorRole.Mid)
        grid.addWidget(line, 2, 0, 1, len(headings) + 1)

    def _titles(self) -> dict[str, tuple[str, str]]:
        return {
            "presence": (
                self.tr("Is it there?"),
                self.tr(
                    "Yes or no, asked of as many images with a class as without it. What can't be"
                    " read counts as wrong."
                ),
            ),
            "boxes": (
                self.tr("Where is it?"),
                self.tr("Boxes that overlap a label of their class by half or more, each once."),
            ),
        }

    def _presence_headings(self) -> list[tuple[str, str, str]]:
        """Key, words and tool tip of each column."""
        return [
            ("asked", self.tr("asked"), self.tr("How many questions it answered")),
            ("accuracy", self.tr("right"), self.tr("Accuracy: how many answers are right")),
            (
                "precision",
                self.tr("prec."),
                self.tr("Precision: how often it is there when it says yes"),
            ),
            (
                "recall",
                self.tr("recall"),
                self.tr("Recall: how often it says yes when it is there"),
            ),
            ("f1", "F1", self.tr("The harmonic mean of precision and recall")),
            (
                "yes",
                self.tr("yes"),
                self.tr(
                    "How often it says yes at all. Half is right; far above, it says yes to"
                    " everything."
                ),
            ),
        ]

    def _box_headings(self) -> list[tuple[str, str, str]]:
        return [
            ("labelled", self.tr("labels"), self.tr("Boxes that people drew")),
            ("drawn", self.tr("drawn"), self.tr("Boxes that it drew")),
            (
                "precision",
                self.tr("prec."),
                self.tr("Precision: how many of its boxes belong to a label"),
            ),
            ("recall", self.tr("recall"), self.tr("Recall: how many labels it found")),
            ("f1", "F1", self.tr("The harmonic mean of precision and recall")),
            ("iou", "IoU", self.tr("How well matched boxes overlap, in the mean")),
        ]


def _presence(figures: Figures) -> Sequence[str]:
    score = figures.presence
    ratios = score.accuracy, score.precision, score.recall, score.f1, score.yes_ratio
    return [f"{score.asked:,}", *map(_percent, ratios)]


def _boxes(figures: Figures) -> Sequence[str]:
    score = figures.boxes
    ratios = score.precision, score.recall, score.f1
    overlap = _NONE if score.mean_iou is None else f"{score.mean_iou:.2f}"
    return [f"{score.labelled:,}", f"{score.drawn:,}", *map(_percent, ratios), overlap]


def _percent(ratio: float | None) -> str:
    return _NONE if ratio is None else f"{100 * ratio:.0f} %"


def _bold(label: QLabel) -> QLabel:
    font = QFont(label.font())
    font.setBold(True)
    label.setFont(font)
    return label


def _name(words: str) -> QLabel:
    """A long name is cut, so that the figures stay in sight."""
    label = QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setToolTip(words)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return label


def plain_words() -> QLabel:
    """Of several lines as wide as there is room; what a server says is never taken for markup."""
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    narrow = label.sizePolicy()  # whose height follows its width
    narrow.setHorizontalPolicy(QSizePolicy.Policy.Ignored)
    label.setSizePolicy(narrow)
    return label
