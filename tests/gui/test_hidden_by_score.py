"""What the score hides is told wherever it matters, and nothing of it goes without a word."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from app.core.annotation import Annotation
from app.core.blind import SHARE_SETTING
from app.core.edit import AnnotationEdit
from app.core.geometry import Box
from app.storage.project import Project
from tests.gui.bench_driver import BenchDriver
from tests.gui.conftest import SLAG

Key = Qt.Key
SCORES = {"p1": 0.1, "p2": 0.3, "p3": 0.5}
"""Of proposals beside the streak by ann and the slag of 0.83."""


@pytest.fixture
def found(project: Project) -> Project:
    finds = [
        Annotation(uid, SLAG, Box(10 * n, 10, 10 * n + 8, 20), score=score, run_id=1)
        for n, (uid, score) in enumerate(SCORES.items(), start=1)
    ]
    edits = [AnnotationEdit(1, None, find) for find in finds]
    project.apply(edits, actor="lead", kind="prelabel")
    return project


@pytest.fixture
def bench(found: Project, open_bench: Callable[[Path], BenchDriver]) -> BenchDriver:
    driver = open_bench(found.folder)
    driver.wait_for_image(1)
    driver.qtbot.waitUntil(lambda: driver.bench.showing.is_settled)
    return driver


def slide(bench: BenchDriver, score: float) -> None:
    bench.bench.panels.proposals.slider.setValue(round(100 * score))


def dimmed(bench: BenchDriver) -> set[str]:
    """By what their tool tips say; the rows are greyer than the others."""
    boxes = bench.bench.panels.boxes
    model = boxes.table.model()
    found = set()
    for row in range(model.rowCount()):
        index = model.index(row, 0)
        is_told = "hidden" in index.data(Qt.ItemDataRole.ToolTipRole)
        assert is_told == (index.data(Qt.ItemDataRole.ForegroundRole) is not None)
        assert is_told == (index.data(Qt.ItemDataRole.DecorationRole).alpha() < 255)
        if is_told:
            found.add(boxes._model.annotation(row).uid)
    return found


def test_the_strip_and_the_list_tell_what_is_hidden(bench: BenchDriver):
    chip = bench.window.strip.below_score
    assert not chip.isVisible() and dimmed(bench) == set()
    slide(bench, 0.4)
    assert chip.isVisible() and chip.text() == "2 hidden below 0.40"
    assert dimmed(bench) == {"p1", "p2"}
    slide(bench, 0.95)
    assert chip.text() == "4 hidden below 0.95"
    assert dimmed(bench) == {"p1", "p2", "p3", "g1"}
    slide(bench, 0.05)
    assert not chip.isVisible() and dimmed(bench) == set()


def test_a_click_on_the_strip_shows_them_again(bench: BenchDriver):
    slide(bench, 0.95)
    assert [a.uid for a in bench.canvas.visible_annotations()] == ["s1"]
    bench.qtbot.mouseClick(bench.window.strip.below_score, Qt.MouseButton.LeftButton)
    assert len(bench.canvas.visible_annotations()) == 5
    assert bench.bench.panels.proposals.least_score == 0
    assert not bench.window.strip.below_score.isVisible()


def test_each_image_has_its_own_number(bench: BenchDriver):
    slide(bench, 0.4)
    bench.press(Key.Key_D)
    bench.wait_for_image(2)
    assert not bench.window.strip.below_score.isVisible()
    bench.press(Key.Key_A)
    bench.wait_for_image(1)
    assert bench.window.strip.below_score.text() == "2 hidden below 0.40"
    bench.qtbot.waitUntil(lambda: dimmed(bench) == {"p1", "p2"})


@pytest.mark.parametrize("key", [Key.Key_Space, Key.Key_N])
def test_what_goes_unseen_is_told(project: Project, bench: BenchDriver, key: Qt.Key):
    if key == Key.Key_N:  # nobody may have drawn on what is normal
        bench.click((50.0, 80.0))
        bench.press(Key.Key_X)
    slide(bench, 0.4)
    bench.press(key)
    bench.wait_until_saved()
    assert bench.said() == ["Proposals below 0.40 removed: 2. Undo brings them back."]
    left = {a.uid for a in project.annotations.of_image(1)}
    assert left == ({"s1", "p3", "g1"} if key == Key.Key_Space else set())


def test_where_all_is_seen_nothing_is_told(bench: BenchDriver):
    bench.press(Key.Key_Space)
    bench.wait_for_image(2)
    assert bench.said() == []


def test_a_blind_image_tells_nothing_of_it(
    found: Project, open_bench: Callable[[Path], BenchDriver]
):
    found.settings.put(SHARE_SETTING, 1.0)
    bench = open_bench(found.folder)
    bench.wait_for_image(1)
    slide(bench, 0.95)
    assert not bench.window.strip.below_score.isVisible()
    bench.press(Key.Key_Space)
    bench.wait_for_image(2)
    assert bench.said() == []
