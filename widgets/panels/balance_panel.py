"""How evenly the classes are labelled: against targets, by build, by place and size; what is
missing, and where more of it may be found."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.core.balance import (
    PLACE_CELLS,
    SIZE_STEPS,
    Balance,
    BuildFigures,
    ClassFigures,
    Map,
)
from app.core.image import State
from widgets.charts.bar_chart import Bar, BarChart, BarPart
from widgets.charts.heat_map import HeatMap
from widgets.panels.pieces import faint, tool_button
from widgets.queue.choices import OneOf
from widgets.queue.state_mark import STATE_COLOURS
from widgets.words import class_title, counted_boxes, counted_images, state_title

_MOST_BUILDS = 30
_PARTS: tuple[State, ...] = ("approved", "submitted", "returned", "in_progress")
"""States whose boxes by people stand in a bar, the surest first; what is left comes as begun."""
_ALL_CLASSES = 0


class BalancePanel(QWidget):
    """Shows what it is given, and asks for it when it comes in sight. Never takes the keyboard."""

    wanted = Signal()  # the panel came in sight
    class_wanted = Signal(int)  # images with proposals of that class, the most promising first
    order_wanted = Signal()  # all that is to be labelled, the rarest classes first
    build_wanted = Signal(str)  # the images of that build

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._balance, self._class_id = Balance((), {}), _ALL_CLASSES
        self.summary = _plain(QLabel())
        self.next = tool_button(
            self.tr("Label the rarest next"),
            self.tr("Put images first whose proposals promise most of what there is least of"),
        )
        self.next.clicked.connect(self.order_wanted)
        self.classes = BarChart()
        self.classes.picked.connect(lambda class_id: self.class_wanted.emit(class_id))
        self.missing = _Missing()
        self.missing.class_wanted.connect(self.class_wanted)
        self.which = OneOf()
        self.which.chosen.connect(self._choose)
        self.places, self.sizes, self.together = HeatMap(), HeatMap(), HeatMap()
        self._together, self._maps = QWidget(), QWidget()
        words = self.tr("You label some photos blind, so this tells of boxes by people only.")
        self._of_people = _plain(faint(QLabel(words)))
        self.builds = BarChart()
        self.builds.picked.connect(lambda build: self.build_wanted.emit(build))
        self._more_builds = faint(QLabel())
        self._lay_out()

    def show_balance(self, balance: Balance) -> None:
        """New figures; the class that the maps are of stays the same."""
        self._balance = balance
        self.summary.setText(self._summary())
        self.classes.show_bars([self._class_bar(each) for each in balance.classes])
        self.missing.show_missing(balance.classes, promises=not balance.is_of_people)
        self._maps.setHidden(balance.is_of_people)
        self._of_people.setVisible(balance.is_of_people)
        titles = [(each.label_class.id, class_title(each.label_class)) for each in balance.classes]
        self.which.set_entries([(_ALL_CLASSES, self.tr("all classes")), *titles])
        self.which.show_value(self._class_id)
        self._show_maps()
        self._show_together()
        self.builds.show_bars([self._build_bar(each) for each in balance.builds[:_MOST_BUILDS]])
        rest = len(balance.builds) - _MOST_BUILDS
        self._more_builds.setText(self.tr("and {n} more").format(n=rest))
        self._more_builds.setVisible(rest > 0)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.wanted.emit()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.setSpacing(4)
        layout.addWidget(self.summary)
        layout.addWidget(self._of_people)
        layout.addWidget(self.next, 0, Qt.AlignmentFlag.AlignLeft)
        _stack(
            self._together,
            _headline(self.tr("Together on an image: share of the row's images")),
            self.together,
        )
        _stack(
            self._maps,
            _headline(self.tr("Where on the photo")),
            *(self.which, self.places),
            _headline(self.tr("Sizes: width to the right, height upward")),
            *(self.sizes, self._together),
        )
        for widgets in (
            (_headline(self.tr("Boxes by class")), self.classes, _legend(self._part_titles())),
            (_headline(self.tr("What is missing")), self.missing),
            (self._maps,),
            (_headline(self.tr("By build")), self.builds, self._more_builds),
        ):
            layout.addSpacing(6)
            for widget in widgets:
                layout.addWidget(widget)
        layout.addStretch(1)

    def _summary(self) -> str:
        ratio, crowd = self._balance.imbalance_ratio, self._balance.worked_on
        if ratio is None:
            lacking = sum(not each.total.checked for each in self._balance.classes)
            evenness = self.tr("Classes without a box by people: {n}").format(n=lacking)
        else:
            words = self.tr("The most frequent class has {ratio} times the boxes of the rarest.")
            evenness = words.format(ratio=f"{ratio:.1f}")
        share = self._balance.normal_share
        images = counted_images(crowd.images)
        percent = "–" if share is None else f"{100 * share:.0f}"
        words = self.tr("Normal: {n} of {images} worked on ({percent} %)")
        return f"{evenness}\n{words.format(n=crowd.normal, images=images, percent=percent)}"

    def _part_titles(self) -> list[tuple[str, str]]:
        states = [(STATE_COLOURS[state], state_title(state)) for state in _PARTS]
        return [*states, (STATE_COLOURS["prelabelled"], self.tr("proposals"))]

    def _class_bar(self, figures: ClassFigures) -> Bar:
        total = figures.total
        counts = [figures.checked_in(state) for state in _PARTS]
        counts[-1] += total.checked - sum(counts)
        parts = [
            BarPart(count, colour, title)
            for count, (colour, title) in zip(
                (*counts, total.proposals), self._part_titles(), strict=True
            )
        ]
        have = f"{total.checked:,}" + (f" / {figures.target:,}" if figures.target else "")
        images = counted_images(total.checked_images)
        label = figures.label_class
        title, note = class_title(label), f"{have} · {images}"
        return Bar(label.id, title, tuple(parts), figures.target, note, label.colour)

    def _build_bar(self, build: BuildFigures) -> Bar:
        parts = [
            BarPart(build.by_class[c.id].checked, c.colour, class_title(c))
            for c in (each.label_class for each in self._balance.classes)
            if c.id in build.by_class
        ]
        words = self.tr("{images}, {normal} normal")
        images = counted_images(build.crowd.images)
        note = words.format(images=images, normal=build.crowd.normal)
        return Bar(build.name, build.name, tuple(parts), note=note)

    def _choose(self, class_id: int) -> None:
        self._class_id = class_id
        self._show_maps()

    def _show_maps(self) -> None:
        places = self._cells(self._balance.places, PLACE_CELLS)
        self.places.show_cells(
            places.astype(float),
            told=lambda row, column: counted_boxes(int(places[row, column])),
            height_by_width=_PLACES_FORM,
        )
        sizes = self._cells(self._balance.sizes, SIZE_STEPS)[::-1]  # the highest boxes on top
        self.sizes.show_cells(
            sizes.astype(float),
            told=lambda row, column: self._size_told(int(sizes[row, column]), row, column),
            row_titles=_STEP_TITLES[::-1],
            column_titles=[t if n % 2 else "" for n, t in enumerate(_STEP_TITLES)],  # for the room
            height_by_width=_SIZES_FORM,
        )

    def _cells(self, by_class: Mapping[int, Map], side: int) -> Map:
        empty = np.zeros((side, side), np.int64)
        if self._class_id == _ALL_CLASSES:
            return sum(by_class.values(), empty)
        return by_class.get(self._class_id, empty)

    def _size_told(self, count: int, row: int, column: int) -> str:
        words = self.tr("{boxes}, {width} of the photo wide and {height} high")
        steps = _STEP_TITLES[column], _STEP_TITLES[::-1][row]
        return words.format(boxes=counted_boxes(count), width=steps[0], height=steps[1])

    def _show_together(self) -> None:
        labels = [each.label_class for each in self._balance.classes]
        self._together.setVisible(len(labels) > 1)
        if len(labels) < 2:
            return
        shares = self._balance.together()
        titles = [class_title(label) for label in labels]
        numbers = [str(number) for number, _ in enumerate(titles, start=1)]

        def told(row: int, column: int) -> str:
            if math.isnan(shares[row, column]):
                return ""
            words = self.tr("{percent} % of the images with {one} have {other} too")
            percent = f"{100 * shares[row, column]:.0f}"
            return words.format(percent=percent, one=titles[row], other=titles[column])

        self.together.show_cells(
            shares,
            told=told,
            row_titles=[f"{n} {title}" for n, title in zip(numbers, titles, strict=True)],
            column_titles=numbers,
            most=1.0,
            height_by_width=min(0.12 + 0.09 * len(labels), 1.0),
        )


class _Missing(QWidget):
    """A line for each class that lacks boxes, with a button where some are promised."""

    class_wanted = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(0)

    def show_missing(self, classes: Sequence[ClassFigures], *, promises: bool) -> None:
        """`promises`: also what proposals promise of them."""
        while (old := self._lines.takeAt(0)) is not None:
            if (widget := old.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        lacking = [each for each in classes if each.is_lacking]
        for each in lacking:
            self._lines.addWidget(self._line(each, promises=promises))
        if not lacking:
            self._lines.addWidget(faint(QLabel(self.tr("Nothing: every target is met."))))

    def _line(self, figures: ClassFigures, *, promises: bool) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        said = self._have(figures)
        if promises:
            said += f"; {self._promised(figures)}"
        words = _plain(QLabel(said))
        row.addWidget(words, 1)
        if figures.waiting.likely_images:
            button = tool_button(
                self.tr("Show"),
                self.tr("Show images with proposals of it, the most promising first"),
            )
            button.setAccessibleName(self.tr("Show {name}").format(name=words.text()))
            class_id = figures.label_class.id
            button.clicked.connect(lambda: self.class_wanted.emit(class_id))
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return line

    def _have(self, figures: ClassFigures) -> str:
        name, total = class_title(figures.label_class), figures.total
        have = self.tr("{name}: {n} of {target}") if figures.target else self.tr("{name}: {n}")
        return have.format(name=name, n=f"{total.checked:,}", target=f"{figures.target:,}")

    def _promised(self, figures: ClassFigures) -> str:
        likely = figures.waiting.likely_images
        if likely == 1:
            return self.tr("1 unlabelled image probably holds one")
        if likely:
            return self.tr("{n} unlabelled images probably hold one").format(n=f"{likely:,}")
        return self.tr("no unlabelled image is known to hold one")


_PLACES_FORM, _SIZES_FORM = 0.75, 0.7
_STEP_TITLES = ("<1/256", *(f"1/{2**n}" for n in range(8, 0, -1)))
"""From which share of the photo's side on, by step of a map of sizes."""


def _stack(column: QWidget, *widgets: QWidget) -> None:
    layout = QVBoxLayout(column)
    layout.setContentsMargins(0, 6, 0, 0)
    for widget in widgets:
        layout.addWidget(widget)


def _headline(title: str) -> QLabel:
    label = _plain(QLabel(title))
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    return label


def _legend(parts: Sequence[tuple[str, str]]) -> QLabel:
    """(colour, title) of each; titles are ours, so they may stand in markup."""
    label = QLabel(
        " &nbsp; ".join(f'<span style="color:{c}">■</span>&nbsp;{title}' for c, title in parts)
    )
    label.setWordWrap(True)
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return label


def _plain(label: QLabel) -> QLabel:
    """What somebody named a class is never taken for markup."""
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label
