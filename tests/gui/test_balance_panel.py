"""The balance panel, and what it asks of the queue."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from app.core.annotation import Annotation
from app.core.balance import (
    PLACE_CELLS,
    SIZE_STEPS,
    Balance,
    BuildFigures,
    ClassFigures,
    Crowd,
    Tally,
)
from app.core.edit import AnnotationEdit
from app.core.geometry import Box
from app.core.image import OPEN
from app.core.label_class import LabelClass
from app.core.queue import QueueFilter
from app.shell.bench.balancing import Balancing
from app.storage.project import Project
from tests.gui.bench_driver import BenchDriver
from tests.gui.conftest import SLAG, STREAK
from widgets.panels.balance_panel import BalancePanel

LEFT = Qt.MouseButton.LeftButton


def figures(class_id: int, name: str, checked: int, likely: int, target: int = 0) -> ClassFigures:
    label = LabelClass(name, id=class_id, colour="#e6194b", target_count=target)
    waiting = Tally(likely, 0, likely, likely, float(likely), likely)
    return ClassFigures(label, {"approved": Tally(checked, checked, checked), "new": waiting})


def cells(side: int, *, at: tuple[int, int], boxes: int) -> np.ndarray:
    made = np.zeros((side, side), np.int64)
    made[at] = boxes
    return made


CLASSES = (figures(1, "streak", 40, 0), figures(2, "wrinkle & <b>", 14, 9, 200))
BALANCE = Balance(
    CLASSES,
    {"approved": Crowd(50, 10), "new": Crowd(9, 0)},
    (BuildFigures("a", Crowd(30, 10), {1: Tally(9, 9, 9)}), BuildFigures("b", Crowd(29, 0), {})),
    {(1, 2): 7},
    {1: cells(PLACE_CELLS, at=(3, 4), boxes=40), 2: cells(PLACE_CELLS, at=(3, 4), boxes=14)},
    {1: cells(SIZE_STEPS, at=(0, 8), boxes=40)},
)


@pytest.fixture
def panel(qtbot: QtBot) -> BalancePanel:
    panel = BalancePanel()
    qtbot.addWidget(panel)
    panel.resize(380, 1500)
    panel.show_balance(BALANCE)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def heard(signal: object) -> list[object]:
    said: list[object] = []
    signal.connect(lambda *values: said.append(values[0] if values else None))  # type: ignore[attr-defined]
    return said


def words_of(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]


def test_what_is_missing_is_told_with_where_it_may_be(panel: BalancePanel, qtbot: QtBot) -> None:
    assert words_of(panel.missing) == [
        "wrinkle & <b>: 14 of 200; 9 unlabelled images probably hold one"
    ]
    wanted = heard(panel.class_wanted)
    (button,) = panel.missing.findChildren(QToolButton)
    qtbot.mouseClick(button, LEFT)
    assert wanted == [2]


def test_the_summary_has_imbalance_and_normal_share(panel: BalancePanel) -> None:
    assert "2.9 times" in panel.summary.text()
    assert "10 of 50" in panel.summary.text() and "20 %" in panel.summary.text()

    panel.show_balance(replace(BALANCE, classes=(figures(1, "streak", 0, 0),), states={}))
    assert "without a box by people: 1" in panel.summary.text()
    assert "–" in panel.summary.text()


def test_clicks_on_bars_and_the_button_ask_for_images(panel: BalancePanel, qtbot: QtBot) -> None:
    classes, builds = heard(panel.class_wanted), heard(panel.build_wanted)
    orders = heard(panel.order_wanted)
    qtbot.mouseClick(panel.classes, LEFT, pos=panel.classes.row_centre(1).toPoint())
    qtbot.mouseClick(panel.builds, LEFT, pos=panel.builds.row_centre("b").toPoint())
    qtbot.mouseClick(panel.next, LEFT)

    assert (classes, builds, len(orders)) == ([1], ["b"], 1)


def test_maps_are_of_all_classes_or_the_one_chosen(panel: BalancePanel, qtbot: QtBot) -> None:
    told = heard(panel.places.picked)

    def place_words() -> str:
        place = QPoint(*panel.places.cell_centre(3, 4))
        qtbot.mouseClick(panel.places, LEFT, pos=place)
        return panel.places._told(3, 4)

    assert place_words() == "54 boxes"
    panel.which.chosen.emit(2)
    assert place_words() == "14 boxes"
    panel.show_balance(BALANCE)  # and it stays
    assert place_words() == "14 boxes" and panel.which.currentText() == "wrinkle & <b>"
    panel.which.chosen.emit(1)
    assert told == [3, 3, 3]
    # Half the photo wide and very low: right below.
    assert panel.sizes._told(SIZE_STEPS - 1, 8).startswith("40 boxes, 1/2 of the photo wide")


def test_classes_together_are_told_in_words(panel: BalancePanel) -> None:
    assert panel.together._told(1, 0) == "30 % of the images with wrinkle & <b> have streak too"
    assert panel.together._told(0, 0) == ""


def test_few_classes_and_no_image_are_no_error(panel: BalancePanel, qtbot: QtBot) -> None:
    panel.show_balance(Balance((), {}))
    panel.show_balance(Balance((figures(1, "streak", 1, 0),), {}))

    qtbot.waitUntil(lambda: words_of(panel.missing) == ["Nothing: every target is met."])
    assert not panel.together.isVisible()


@pytest.fixture
def room(project: Project, open_bench: Callable[[Path], BenchDriver]) -> Iterator[Balancing]:
    """Image 2 has a likely streak, image 3 two unlikely ones; `project` has image 1."""
    proposals = [
        (2, Annotation("p2", STREAK, Box(0, 0, 9, 9), score=0.9, run_id=1)),
        (3, Annotation("p3", STREAK, Box(0, 0, 9, 9), score=0.2, run_id=1)),
        (3, Annotation("p4", STREAK, Box(0, 0, 9, 5), score=0.1, run_id=1)),
    ]
    project.apply([AnnotationEdit(i, None, a) for i, a in proposals], actor="ann", kind="prelabel")
    bench, panel = open_bench(project.folder).bench, BalancePanel()
    room = Balancing(bench.project, panel, bench.browsing, bench.panels.filter_bar, person="ann")
    panel.wanted.connect(room.look)
    yield room
    room.close()
    panel.close()


def test_figures_are_read_when_somebody_looks(room: Balancing, qtbot: QtBot) -> None:
    panel = room._panel
    room.refresh()
    assert panel.summary.text() == ""

    with qtbot.waitExposed(panel):
        panel.show()
    streak = next(bar for bar in panel.classes._bars if bar.key == STREAK)
    assert streak.note.startswith("1 · 1")
    assert "slag: 0; 1 unlabelled image probably holds one" in words_of(panel.missing)

    room._project.apply(
        [AnnotationEdit(2, None, Annotation("s2", STREAK, Box(0, 0, 5, 5), author="ann"))],
        actor="ann",
    )
    room.refresh()
    qtbot.waitUntil(lambda: panel.classes._bars[0].note.startswith("2 · 2"))


def test_what_is_wanted_is_seen_in_the_filter_bar(room: Balancing) -> None:
    jumps = heard(room.jump)
    kept = heard(room._browsing.filter_changed)
    room._panel.class_wanted.emit(STREAK)

    wanted = QueueFilter(
        states=OPEN, class_ids=frozenset({STREAK}), origin="proposals", sort="label_next"
    )
    assert room._bar.filter == room._browsing.filter == wanted
    assert kept == [wanted]
    assert list(room._browsing.order.ids) == [2, 3]
    assert jumps == [2]


def test_the_order_by_rarity_keeps_the_filter(room: Balancing) -> None:
    room._bar.set_filter(QueueFilter(class_ids=frozenset({SLAG, STREAK}), descending=True))
    room._bar.changed.emit(room._bar.filter)
    room._panel.order_wanted.emit()

    # Of slag there is no box by people, so image 1 promises most.
    assert room._browsing.filter.class_ids == {SLAG, STREAK}
    assert list(room._browsing.order.ids) == [1, 2, 3]


def test_a_build_shows_all_of_its_images(room: Balancing) -> None:
    (build,) = room._project.balance.of_builds()
    room._bar.set_filter(QueueFilter(class_ids=frozenset({SLAG})))
    room._panel.build_wanted.emit(build.name)

    assert room._browsing.filter.build == build.name
    assert len(room._browsing.order.ids) == 3
    assert not room._bar.build.isHidden()
    room._bar.build.chosen.emit(None)
    assert room._browsing.filter.build is None
    assert room._bar.build.isHidden()
