"""A blind image tells nothing of its proposals anywhere in the window, until it is uncovered."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QLabel

from app.core.annotation import Annotation
from app.core.blind import SHARE_SETTING
from app.core.corrections import marked_normal, removed
from app.core.edit import AnnotationEdit
from app.core.geometry import Box
from app.core.queue import QueueFilter
from app.services.own_view import OwnView
from app.services.quality import count_changed
from app.shell.bench import quality
from app.storage.project import Project
from tests.gui.bench_driver import BenchDriver
from tests.gui.conftest import SLAG, SLAG_BOX

Key = Qt.Key
HIDDEN = "0.83"


@pytest.fixture
def blind(project: Project, open_bench: Callable[[Path], BenchDriver]) -> BenchDriver:
    """On the first image, whose slag nobody may know of; a model has found it twice."""
    again = Annotation("g2", SLAG, Box(200, 20, 220, 40), score=0.83, run_id=1)
    project.apply([AnnotationEdit(1, None, again)], actor="lead", kind="prelabel")
    project.settings.put(SHARE_SETTING, 1.0)
    bench = open_bench(project.folder)
    bench.wait_for_image(1)
    return bench


def history(bench: BenchDriver) -> str:
    model = bench.bench.panels.history.list.model()
    rows = (model.index(n, 0, QModelIndex()) for n in range(model.rowCount()))
    return "\n".join(row.data(Qt.ItemDataRole.ToolTipRole) for row in rows)


def test_the_history_of_the_image_and_of_the_project_tells_no_find(blind: BenchDriver):
    panels = blind.bench.panels
    panels.bring_up("history")
    blind.qtbot.waitUntil(lambda: "streak" in history(blind))
    assert HIDDEN not in history(blind) and "slag" not in history(blind)
    panels.history.set_of_project(True)
    blind.qtbot.waitUntil(lambda: "streak" in history(blind))
    assert HIDDEN not in history(blind) and "slag" not in history(blind)


def test_uncovered_its_history_tells_all(blind: BenchDriver):
    blind.bench.panels.bring_up("history")
    blind.qtbot.waitUntil(lambda: "streak" in history(blind))
    blind.press(Key.Key_U)
    blind.qtbot.waitUntil(lambda: history(blind).count(HIDDEN) == 2)


def test_uncovered_it_stays_however_fast_somebody_goes_on(project: Project, blind: BenchDriver):
    blind.press(Key.Key_U)
    blind.press(Key.Key_D)
    blind.wait_for_image(2)
    assert blind.window.strip.blind.isVisible()
    blind.press(Key.Key_A)
    blind.wait_for_image(1)
    assert not blind.window.strip.blind.isVisible()
    assert len(blind.canvas.visible_annotations()) == 3
    blind.qtbot.waitUntil(lambda: not all(visit.is_blind for visit in project.visits.of_image(1)))


def test_that_it_was_uncovered_is_kept_at_once(project: Project, blind: BenchDriver):
    blind.press(Key.Key_U)
    blind.qtbot.waitUntil(lambda: project.visits.was_seen_open(1, "ann"))


@pytest.mark.parametrize(
    ("wanted", "passing"),
    [
        (QueueFilter(class_ids=frozenset({SLAG})), []),
        (QueueFilter(origin="proposals"), []),
        (QueueFilter(least_score=0.5), []),
        (QueueFilter(origin="people"), [1]),
        (QueueFilter(sort="lowest_score"), [1, 2, 3]),
    ],
)
def test_the_list_is_not_narrowed_by_what_is_hidden(
    blind: BenchDriver, wanted: QueueFilter, passing: list[int]
):
    bar = blind.bench.panels.filter_bar
    bar.set_filter(wanted)
    bar.changed.emit(wanted)
    assert list(blind.bench.browsing.order.ids) == passing


def test_the_classes_count_what_people_drew(project: Project, blind: BenchDriver):
    panel = blind.bench.panels.classes
    tip = panel.row(SLAG).toolTip()
    assert "boxes by people: 0" in tip and "proposals" not in tip
    third = Annotation("g3", SLAG, Box(10, 10, 20, 20), score=0.5, run_id=1)
    project.apply([AnnotationEdit(1, None, third)], actor="lead", kind="prelabel")
    blind.bench._watch.look()
    blind.qtbot.waitUntil(lambda: len(blind.boxes()) == 4)
    assert panel.row(SLAG).toolTip() == tip


def test_the_balance_counts_what_people_drew(blind: BenchDriver):
    blind.bench.panels.bring_up("balance")
    panel = blind.bench.panels.balance
    blind.qtbot.waitUntil(lambda: len(panel._balance.classes) == 2)

    def told() -> list[str]:
        return [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]

    blind.qtbot.waitUntil(lambda: "slag: 0" in told())  # and nothing of what models promise
    words = told()
    assert any(line.startswith("You label some photos blind") for line in words)
    assert not any("Where on the photo" in line or "unlabelled" in line for line in words)
    assert sum(part.value for bar in panel.classes._bars for part in bar.parts) == 1  # ann's streak


def test_no_probable_error_is_listed_of_it(project: Project):
    """Somebody has said that it is normal, and not yet handed it in; a model has seen slag."""
    sheet = OwnView(project, "ann").sheet(project.images.get(1))
    project.apply(removed(sheet, ["s1"]), actor="ann")
    sheet = OwnView(project, "ann").sheet(project.images.get(1))
    project.apply(marked_normal(sheet, is_normal=True), actor="ann")
    with project.transaction():
        project.runs.mark_seen(1, [1])
    count_changed(project)
    kinds = quality.ERROR_KINDS
    assert [s.image_id for s in quality._read_all(project, kinds=kinds, person="ann").listed] == [1]
    project.settings.put(SHARE_SETTING, 1.0)
    assert quality._read_all(project, kinds=kinds, person="ann").listed == []


def test_a_share_that_makes_no_sense_is_told_and_hides_nothing(
    project: Project, open_bench: Callable[[Path], BenchDriver]
):
    project.settings.put(SHARE_SETTING, "half")
    bench = open_bench(project.folder)
    bench.wait_for_image(1)
    assert bench.said() == ["The share of blind images can't be 'half'."]
    assert bench.has_colour_around(SLAG_BOX, "#4363d8")
