"""A photo labelled a second time looks new in the window, and what is drawn is kept apart."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from app.core.annotation import Annotation
from app.core.edit import AnnotationEdit, ImageEdit
from app.core.geometry import Box
from app.services.assign import assign
from app.services.people import change_person
from app.services.second import compared, name_gold
from app.storage.project import Project
from tests.gui.bench_driver import BenchDriver
from tests.helpers.reviewing import bring_to

Key = Qt.Key
FIRST = Annotation("bo1", 2, Box(100, 20, 140, 60), author="bo")


@pytest.fixture
def bench(project: Project, open_bench: Callable[[Path], BenchDriver]) -> BenchDriver:
    """Image 2 is bo's, approved and gold; ann, who is at the window, has it a second time."""
    for name in ("ann", "bo"):
        change_person(project, name, by="lead")
    project.apply([AnnotationEdit(2, None, FIRST)], actor="bo")
    bring_to(project, 2, "approved", by="bo")
    project.comments.add(2, "surely slag", author="wang", uid="bo1")
    name_gold(project, [project.images.get(2)], by="lead")
    with project.transaction():
        project.second.give(2, "ann", "gold")
    opened = open_bench(project.folder)
    opened.bench.open(2)
    opened.wait_for_image(2)
    return opened


def test_it_looks_new(bench: BenchDriver) -> None:
    assert bench.boxes() == []
    assert bench.sheet.label.state == "new"
    assert not bench.window.strip.blind.isVisible()
    assert [row.state for row in bench.bench.withheld.rows([2])] == ["new"]
    assert bench.colour_at((120, 20)) == bench.colour_at((20, 20))
    assert bench.said() == []


def test_what_is_drawn_and_handed_in_leaves_the_first_alone(
    project: Project, bench: BenchDriver
) -> None:
    bench.drag((100, 20), (140, 60))
    bench.press(Key.Key_2)
    bench.wait_until_saved()
    bench.press(Key.Key_Space)
    bench.wait_until_saved()
    assert project.annotations.of_image(2) == [FIRST]
    assert project.images.get(2).label.state == "approved"
    (told,) = compared(project)
    assert (told.person, told.purpose, told.images) == ("ann", "gold", 1)
    assert told.agreement.mean_iou == pytest.approx(1, abs=0.05)
    assert told.agreement.of_one_class == 1


def test_undo_works_and_comes_back_to_it(project: Project, bench: BenchDriver) -> None:
    bench.drag((100, 20), (140, 60))
    bench.wait_until_saved()
    bench.bench.open(1)
    bench.wait_for_image(1)
    bench.press(Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    bench.wait_for_image(2)
    assert bench.boxes() == []
    second = project.second.get(2, "ann")
    assert second is not None
    assert (second.annotations, second.label.state) == ((), "new")


def test_the_list_tells_that_it_is_handed_in(bench: BenchDriver) -> None:
    bench.drag((100, 20), (140, 60))
    bench.wait_until_saved()
    bench.bench._watch.look()
    told: list[frozenset[int]] = []
    bench.bench._watch.images_changed.connect(lambda changed, _: told.append(changed))
    bench.press(Key.Key_Space)
    bench.qtbot.waitUntil(lambda: any(2 in changed for changed in told))
    assert [row.state for row in bench.bench.withheld.rows([2])] == ["submitted"]
    assert bench.bench._view.counts()["in_progress"] == 0


def test_nothing_uncovers_it(project: Project, bench: BenchDriver) -> None:
    assert not bench.bench.sight.is_covered
    bench.press(Key.Key_U)
    assert bench.bench.sight.is_blind
    assert bench.boxes() == []


def test_what_came_back_to_the_first_is_not_told(project: Project, bench: BenchDriver) -> None:
    assign(project, ["ann"], states=("approved",), again=True, by="lead")
    approved = project.images.get(2).label
    project.apply(
        [ImageEdit(2, approved, replace(approved, state="in_progress", reason="?"))], actor="lead"
    )
    bring_to(project, 2, "submitted", by="bo")
    handed_in = project.images.get(2).label
    back = replace(handed_in, state="returned", reviewer="lead", reason="wrong class")
    project.apply([ImageEdit(2, handed_in, back)], actor="lead")
    assert project.queue.came_back("ann") == [2]
    bench.qtbot.waitUntil(lambda: bench.bench._watch._gesture == project.log.newest())
    assert bench.said() == []
    assert bench.bench.reviewing.next_returned([1, 2]) is None
