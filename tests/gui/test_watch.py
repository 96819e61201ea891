"""Whatever others write into the project is noticed once, with the images that it concerns."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.core.annotation import Annotation
from app.core.edit import AnnotationEdit, ImageEdit
from app.core.errors import UserError
from app.core.geometry import Box
from app.core.image import ImageLabel
from app.core.label_class import LabelClass
from app.services.import_photos import import_photos
from app.shell.bench.watch import ProjectWatch
from app.storage.project import Project
from tests.gui.conftest import STREAK, write_photo


class Watched:
    """A watch on one connection, and all it tells; what is written comes through another one."""

    def __init__(self, own: Project, other: Project) -> None:
        self.own, self.other = own, other
        self.watch = ProjectWatch(own)
        self.images: list[frozenset[int]] = []
        self.by_others: list[frozenset[int]] = []
        self.added = self.classes = 0
        self.watch.images_changed.connect(self._change)
        self.watch.images_added.connect(self._add)
        self.watch.classes_changed.connect(self._count_classes)

    def draw(self, image_id: int, uid: str) -> None:
        box = Annotation(uid, STREAK, Box(1, 1, 9, 9), author="bo")
        self.other.apply([AnnotationEdit(image_id, None, box)], actor="bo")

    def _change(self, images: frozenset[int], by_others: frozenset[int]) -> None:
        self.images.append(images)
        self.by_others.append(by_others)

    def _add(self) -> None:
        self.added += 1

    def _count_classes(self) -> None:
        self.classes += 1


@pytest.fixture
def watched(qtbot: QtBot, project: Project) -> Iterator[Watched]:
    with Project.open(project.folder) as own:
        watched = Watched(own, project)
        yield watched
        watched.watch.close()


def test_it_looks_by_itself(qtbot: QtBot, watched: Watched):
    watched.draw(2, "a")
    qtbot.waitUntil(lambda: watched.images == [frozenset({2})])


def test_several_gestures_are_told_together_and_each_once(watched: Watched):
    watched.draw(1, "a")
    watched.draw(3, "b")
    watched.watch.look()
    watched.watch.look()
    assert watched.images == [frozenset({1, 3})]
    watched.draw(3, "c")
    watched.watch.look()
    assert watched.images == [frozenset({1, 3}), frozenset({3})]


@pytest.mark.parametrize("undone", [False, True])
def test_labels_and_undo_are_changes_of_the_image_too(watched: Watched, undone: bool):
    label = watched.other.images.get(2).label
    excluded = ImageLabel("excluded", reason="blurred")
    watched.other.apply([ImageEdit(2, label, excluded)], actor="bo")
    if undone:
        watched.watch.look()
        watched.other.undo("bo")
    watched.watch.look()
    assert watched.images == [frozenset({2})] * (1 + undone)


def test_what_was_refused_is_no_change(watched: Watched):
    ghost = Annotation("ghost", STREAK, Box(1, 1, 9, 9), author="bo")
    with pytest.raises(UserError):
        watched.other.apply([AnnotationEdit(1, ghost, None)], actor="bo")
    watched.watch.look()
    assert watched.images == []


def test_settings_and_comments_are_no_change_of_labels(watched: Watched):
    watched.other.settings.put("a", 1)
    watched.watch.look()
    assert (watched.images, watched.added, watched.classes) == ([], 0, 0)


def test_new_photos_and_new_classes_are_told(watched: Watched):
    photos = watched.other.folder.parent / "photos"
    write_photo(photos / "layer_4.png", 200)
    import_photos(watched.other, photos)
    watched.watch.look()
    assert (watched.added, watched.classes) == (1, 0)
    watched.other.add_classes([LabelClass("wrinkle")], actor="lead")
    watched.watch.look()
    watched.watch.look()
    assert (watched.added, watched.classes) == (1, 1)


def test_classes_come_before_the_boxes_that_have_them(watched: Watched):
    order: list[str] = []
    watched.watch.images_changed.connect(lambda *_: order.append("images"))
    watched.watch.classes_changed.connect(lambda: order.append("classes"))
    (new,) = watched.other.add_classes([LabelClass("wrinkle")], actor="lead")
    box = Annotation("w", new.id, Box(1, 1, 9, 9), author="bo")
    watched.other.apply([AnnotationEdit(1, None, box)], actor="bo")
    watched.watch.look()
    assert order == ["classes", "images"]


def test_what_comes_while_it_tells_is_told_next(watched: Watched):
    def answer(*_: object) -> None:
        if len(watched.images) == 1:
            watched.draw(3, "late")

    watched.watch.images_changed.connect(answer)
    watched.draw(1, "a")
    watched.watch.look()
    watched.watch.look()
    assert watched.images == [frozenset({1}), frozenset({3})]


def test_what_is_ours_is_told_apart(watched: Watched):
    box = Annotation("ours", STREAK, Box(1, 1, 9, 9), author="ann")
    gesture = watched.other.apply([AnnotationEdit(1, None, box)], actor="ann")
    assert gesture is not None
    watched.watch.expect(gesture)
    watched.draw(2, "theirs")
    watched.watch.look()
    assert (watched.images, watched.by_others) == ([frozenset({1, 2})], [frozenset({2})])


def test_after_closing_nothing_is_told(qtbot: QtBot, watched: Watched):
    watched.watch.close()
    watched.draw(2, "a")
    qtbot.wait(400)
    assert watched.images == []


def test_nothing_is_told_where_nothing_happens(watched: Watched):
    for _ in range(10):
        watched.watch.look()
    assert (watched.images, watched.added, watched.classes) == ([], 0, 0)
