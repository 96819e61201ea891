"""Charts: what a person points at is what is told and picked, in light and dark."""

import math

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.shell.frame.theme import palette
from widgets.charts.bar_chart import Bar, BarChart, BarPart
from widgets.charts.heat_map import HeatMap

LEFT = Qt.MouseButton.LeftButton
GREEN, BLUE = "#3cb44b", "#4363d8"


def shown(qtbot: QtBot, chart: QWidget, width_px: int, height_px: int) -> None:
    qtbot.addWidget(chart)
    chart.resize(width_px, height_px)
    with qtbot.waitExposed(chart):
        chart.show()


def heard(signal: object) -> list[object]:
    said: list[object] = []
    signal.connect(lambda *values: said.append(values))  # type: ignore[attr-defined]
    return said


@pytest.fixture
def bars(qtbot: QtBot) -> BarChart:
    chart = BarChart()
    chart.show_bars(
        [
            Bar(
                "a", "streak", (BarPart(50, GREEN, "approved"), BarPart(50, BLUE)), 200, "100 / 200"
            ),
            Bar("b", "slag", (BarPart(25, GREEN),), note="25"),
        ]
    )
    shown(qtbot, chart, 410, chart.sizeHint().height())
    return chart


def lengths(chart: BarChart, key: str) -> dict[str, int]:
    image = chart.grab().toImage()
    # A bar is the lower part of its row.
    y = chart.row_centre(key).y() + chart.sizeHint().height() / 2 / 2 - 9
    row = [image.pixelColor(x, round(y)).name() for x in range(image.width())]
    return {colour: row.count(colour) for colour in (GREEN, BLUE)}


def test_bars_are_as_long_as_their_values_on_one_scale(bars: BarChart) -> None:
    # 400 px within the margins stand for the target of 200.
    assert lengths(bars, "a") == pytest.approx({GREEN: 100, BLUE: 100}, abs=3)
    assert lengths(bars, "b") == pytest.approx({GREEN: 50, BLUE: 0}, abs=3)

    bars.show_bars([Bar("b", "slag", (BarPart(25, GREEN),)), Bar("a", "", ())], most=50)
    assert lengths(bars, "b")[GREEN] == pytest.approx(200, abs=3)


def test_a_click_picks_the_bar_and_beside_them_nothing(bars: BarChart, qtbot: QtBot) -> None:
    picked = heard(bars.picked)
    for key in ("b", "a"):
        qtbot.mouseClick(bars, LEFT, pos=bars.row_centre(key).toPoint())
    qtbot.mouseClick(bars, Qt.MouseButton.RightButton, pos=bars.row_centre("a").toPoint())
    bars.resize(410, 300)
    qtbot.mouseClick(bars, LEFT, pos=QPoint(50, 290))

    assert picked == [("b",), ("a",)]


def test_bars_are_told_to_those_who_cannot_see_them(bars: BarChart) -> None:
    assert bars.accessibleName() == "streak: 100 / 200; slag: 25"


CELLS = np.array([[0.0, 4.0], [1.0, math.nan], [2.0, 0.0]])


@pytest.fixture
def heat(qtbot: QtBot) -> HeatMap:
    chart = HeatMap()
    chart.show_cells(CELLS, told=lambda row, column: f"{row}/{column}", row_titles=["x", "y", "z"])
    shown(qtbot, chart, 300, 240)
    return chart


def cell_colour(chart: HeatMap, row: int, column: int) -> QColor:
    return chart.grab().toImage().pixelColor(*chart.cell_centre(row, column))


def test_cells_take_their_colour_from_nothing_to_the_most(heat: HeatMap) -> None:
    for dark in (False, True):
        heat.setPalette(palette(is_dark=dark))
        colours = [cell_colour(heat, *cell) for cell in ((0, 0), (0, 1), (1, 1), (2, 0))]
        roles = QPalette.ColorRole
        empty, full, window = (
            heat.palette().color(r) for r in (roles.Base, roles.Link, roles.Window)
        )

        assert colours[0].name() == empty.name()
        assert colours[1].name() == full.name()
        assert colours[2].name() == window.name()
        # 2 of 4 lies half way.
        middle = (empty.red() + full.red()) / 2
        assert colours[3].red() == pytest.approx(middle, abs=3)


def test_a_click_picks_the_cell_and_keys_stay_where_they_were(heat: HeatMap, qtbot: QtBot) -> None:
    picked = heard(heat.picked)
    for row, column in ((2, 1), (0, 0)):
        qtbot.mouseClick(heat, LEFT, pos=QPoint(*heat.cell_centre(row, column)))
    qtbot.mouseClick(heat, LEFT, pos=QPoint(1, 1))  # on the axis

    assert picked == [(2, 1), (0, 0)]
    assert heat.focusWidget() is None


def test_other_cells_come_in_place_of_the_first(heat: HeatMap, qtbot: QtBot) -> None:
    heat.show_cells(CELLS[:, :1].T, told=lambda row, column: "")

    assert heat.heightForWidth(300) == 100
    full = heat.palette().color(QPalette.ColorRole.Link)
    qtbot.waitUntil(lambda: cell_colour(heat, 0, 2) == full)


def test_nothing_to_show_is_no_error(qtbot: QtBot) -> None:
    heat, bars = HeatMap(), BarChart()
    heat.show_cells(np.zeros((2, 2)), told=lambda row, column: "")
    for each in (heat, bars):
        shown(qtbot, each, 200, 160)
    assert bars.sizeHint().height() == 0


def test_titles_stand_beside_their_cells(heat: HeatMap, qtbot: QtBot) -> None:
    heat.show_cells(
        CELLS,
        told=lambda row, column: "",
        row_titles=["a very long name of a class"] * 3,
        column_titles=["left", "right"],
    )
    ground = heat.palette().color(QPalette.ColorRole.Window).name()
    image = heat.grab().toImage()
    left, _ = heat.cell_centre(0, 0)
    below = range(image.height() - 8, image.height() - 2)
    beside = [image.pixelColor(x, heat.cell_centre(1, 0)[1]).name() for x in range(4, 90)]
    under = [image.pixelColor(x, y).name() for x in range(left - 9, left + 9) for y in below]
    assert any(colour != ground for colour in under)
    assert any(colour != ground for colour in beside)
    assert left > 105  # titles take no more than their share
