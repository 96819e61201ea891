"""From spoilt proposals to the true boxes, by keys and mouse alone: a hundred real photos, and
drawn ones where those are not at hand.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from statistics import mean

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from pytestqt.qtbot import QtBot

from app.shell.frame.main_window import MainWindow
from app.storage.project import Project
from tests.e2e.annotator import MOVES_FOR_MISSED, Annotator, Done, furthest_px, matched
from tests.e2e.conftest import real
from tests.gui.bench_driver import BenchDriver
from tests.helpers.drawn_photos import draw_photos
from tests.helpers.faulty_project import FAULTS, Task, make_faulty_project

IMAGES = 100
DRAWN_IMAGES = 40
REACHED_PX = 1.0
"""As close as every edge has to come to its true place, in image pixels."""


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    monkeypatch.setenv("FLAWMARK_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("FLAWMARK_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("FLAWMARK_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("FLAWMARK_USER", "ann")
    window = MainWindow()
    qtbot.addWidget(window)
    window.resize(1400, 900)
    yield window
    window.close()


@pytest.mark.slow
def test_a_hundred_images_come_right_in_the_moves_of_the_design(
    qtbot: QtBot, tmp_path: Path, window: MainWindow
) -> None:
    tasks = make_faulty_project(tmp_path, real("neu-det"), images=IMAGES, seed=1)
    check_work(qtbot, tmp_path / "project", window, tasks)


@pytest.mark.slow
def test_drawn_photos_come_right_in_the_moves_of_the_design(
    qtbot: QtBot, tmp_path: Path, window: MainWindow
) -> None:
    source = draw_photos(tmp_path / "plates", images=DRAWN_IMAGES, seed=3)
    tasks = make_faulty_project(tmp_path, source, images=DRAWN_IMAGES, seed=1)
    check_work(qtbot, tmp_path / "project", window, tasks)


def check_work(qtbot: QtBot, folder: Path, window: MainWindow, tasks: list[Task]) -> None:
    window.open_project(Project.open(folder))
    with qtbot.waitActive(window):
        window.show()
    driver = BenchDriver(qtbot, window)
    annotator = Annotator(driver)
    annotator.work_through(tasks)
    driver.wait_until_saved()
    window.close()

    assert sorted(d.task.image_id for d in annotator.done) == [t.image_id for t in tasks]
    with Project.open(folder) as project:
        for task in tasks:
            check_is_true(project, task)
        assert project.integrity_problems() == []
        replayed = {uid: a for uid, (_, a) in project.log.replay().items()}
        assert replayed == {a.uid: a for _, a in project.annotations.all()}
    check_moves(annotator.done)


def check_is_true(project: Project, task: Task) -> None:
    """Submitted, with exactly the true boxes, each a person's."""
    found = project.annotations.of_image(task.image_id)
    assert project.images.get(task.image_id).label.state == "submitted"
    assert len(found) == len(task.truth)
    assert {a.author for a in found} == {"ann"}
    pairs = matched(found, task.truth)
    assert len(pairs) == len(task.truth)
    assert all(a.class_id == defect.class_id for a, defect in pairs)
    assert max(furthest_px(a.box, defect.box) for a, defect in pairs) <= REACHED_PX


def check_moves(done: list[Done]) -> None:
    """No kind of fault takes more than the design says, and what is drawn or moved takes less."""
    of_kind = {kind: [d for d in done if d.task.kind == kind] for kind in FAULTS}
    means = {kind: mean(d.moves for d in each) for kind, each in of_kind.items()}
    assert means["right"] == 0
    assert means["wrong class"] <= 1
    assert means["false box"] <= 1
    assert means["off at one edge"] <= 1
    assert means["missed"] < MOVES_FOR_MISSED
    for kind, each in of_kind.items():
        assert means[kind] <= mean(d.allowed for d in each), kind
    assert all(d.moves <= d.allowed for d in done)
    assert sum(d.moves for d in done) < sum(d.allowed for d in done)
