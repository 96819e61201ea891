"""What a model finds while a person is already at work on the image, before the window shows it."""

import time

import pytest
from PySide6.QtCore import Qt

from app.core.annotation import Annotation
from app.core.edit import AnnotationEdit, Edit, ImageEdit
from app.core.geometry import Box
from app.core.image import ImageLabel
from app.storage.project import Project
from tests.gui.bench_driver import BenchDriver
from tests.gui.conftest import STREAK

Key = Qt.Key
LATE = Annotation("late", STREAK, Box(5, 5, 30, 30), score=0.5, run_id=1)


def propose(project: Project, image_id: int, *more: Edit) -> None:
    project.apply([AnnotationEdit(image_id, None, LATE), *more], actor="ann", kind="prelabel")


@pytest.fixture
def unwatched(bench: BenchDriver) -> BenchDriver:
    """On the second image, which is new; what others write is noticed only by looking."""
    bench.press(Key.Key_D)
    bench.wait_for_image(2)
    bench.bench._watch.close()
    return bench


def test_a_box_that_is_drawn_while_a_model_goes_over_a_new_image_is_saved(
    project: Project, unwatched: BenchDriver
):
    propose(project, 2, ImageEdit(2, ImageLabel("new"), ImageLabel("prelabelled")))
    unwatched.drag((100, 20), (120, 45))
    unwatched.wait_until_saved()
    unwatched.bench._watch.look()
    assert unwatched.said() == []
    assert len(unwatched.boxes()) == 2
    assert tuple(project.annotations.of_image(2)) == unwatched.sheet.annotations
    assert project.images.get(2).label.state == "in_progress"
    unwatched.press(Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    unwatched.qtbot.waitUntil(lambda: project.images.get(2).label.state == "prelabelled")


@pytest.mark.parametrize(("key", "image_id"), [(Key.Key_N, 2), (Key.Key_Space, 1)])
def test_an_image_is_not_settled_over_a_find_that_nobody_has_seen(
    project: Project, unwatched: BenchDriver, key: Key, image_id: int
):
    unwatched.bench.open(image_id)
    unwatched.wait_for_image(image_id)
    before = project.images.get(image_id).label
    propose(project, image_id)
    unwatched.press(key)
    unwatched.wait_until_saved()
    assert any("A model has found something" in words for words in unwatched.said())
    assert project.images.get(image_id).label == before
    unwatched.bench.open(image_id)
    assert "late" in [a.uid for a in unwatched.boxes()]
    unwatched.press(key)
    unwatched.wait_until_saved()
    assert project.images.get(image_id).label.state in ("submitted", "in_progress")
    assert all(a.author for a in project.annotations.of_image(image_id))


def test_what_is_removed_before_its_saving_is_told_does_not_stay_on_screen(
    project: Project, unwatched: BenchDriver
):
    unwatched.drag((100, 20), (120, 45))
    uid = unwatched.boxes()[0].uid
    deadline_s = time.monotonic() + 60
    while not project.annotations.of_image(2) and time.monotonic() < deadline_s:
        time.sleep(0.01)  # saved, but this thread has not been told yet
    (drawn,) = project.annotations.of_image(2)
    project.apply([AnnotationEdit(2, drawn, None)], actor="bo")
    unwatched.bench._watch.look()
    assert unwatched.bench.document.unsaved == 1
    unwatched.wait_until_saved()
    assert uid not in [a.uid for a in unwatched.boxes()]
    assert unwatched.canvas.visible_annotations() == []
