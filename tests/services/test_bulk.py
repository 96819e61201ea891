"""Proposals of many images decided at once: what is touched, what is left, and one way back."""

from pathlib import Path

import pytest

from app.core.annotation import Annotation
from app.core.edit import AnnotationEdit
from app.core.geometry import Box
from app.core.image import ImageLabel, State
from app.core.label_class import LabelClass
from app.services.bulk import BulkReport, accept_proposals, reject_proposals
from app.services.import_photos import import_photos
from app.storage.project import Project
from app.storage.runs import RunKey
from tests.helpers.reviewing import bring

STREAK, SLAG = 1, 2
ALL = range(1, 7)


@pytest.fixture
def filled(project: Project, photos: Path) -> Project:
    """Six images, each with a streak of 0.9, a slag of 0.4, and one that has no score."""
    project.add_classes([LabelClass("streak"), LabelClass("slag")], actor="lead")
    import_photos(project, photos)
    with project.transaction():
        run = project.runs.open(RunKey("model", "m", "w", {}), actor="lead")
    edits = [
        AnnotationEdit(i, None, Annotation(f"{i}{n}", c, Box(n, 0, n + 5, 9), None, score, run))
        for i in ALL
        for n, (c, score) in enumerate([(STREAK, 0.9), (SLAG, 0.4), (SLAG, None)])
    ]
    project.apply(edits, actor="lead", kind="prelabel")
    return project


def set_state(project: Project, image_id: int, state: State, *, is_normal: bool = False) -> None:
    bring(project, image_id, ImageLabel(state, is_normal=is_normal))


def standing(project: Project, image_id: int) -> list[tuple[str, bool]]:
    return [(a.uid, a.is_proposal) for a in project.annotations.of_image(image_id)]


def test_accepting_above_a_score(filled: Project) -> None:
    report = accept_proposals(filled, [1, 2], least_score=0.5, actor="ann")
    assert report == BulkReport(boxes=4, images=2, settled=0)
    assert standing(filled, 1) == [("10", False), ("11", True), ("12", False)]
    assert {a.author for a in filled.annotations.of_image(2)} == {"ann", None}
    assert filled.images.get(1).label.state == "in_progress"
    assert filled.images.get(3).label.state == "new"


def test_rejecting_below_a_score_is_the_other_half(filled: Project) -> None:
    report = reject_proposals(filled, [1], below_score=0.5, actor="ann")
    assert report == BulkReport(boxes=1, images=1, settled=0)
    assert standing(filled, 1) == [("10", True), ("12", True)]
    assert [a.uid for a in filled.log.rejected(1)] == ["11"]


def test_rejecting_everything_takes_what_has_no_score_too(filled: Project) -> None:
    assert reject_proposals(filled, [1], actor="ann").boxes == 3
    assert standing(filled, 1) == []


def test_one_class_only(filled: Project) -> None:
    accept_proposals(filled, [1], class_id=SLAG, actor="ann")
    assert standing(filled, 1) == [("10", True), ("11", False), ("12", False)]
    reject_proposals(filled, [1, 2], class_id=STREAK, actor="ann")
    assert standing(filled, 1) == [("11", False), ("12", False)]
    assert standing(filled, 2) == [("21", True), ("22", True)]


def test_settled_and_normal_images_are_left_and_counted(filled: Project) -> None:
    accept_proposals(filled, [1], actor="ann")
    for image_id, state in ((1, "approved"), (2, "submitted"), (3, "excluded")):
        set_state(filled, image_id, state)
    set_state(filled, 4, "in_progress", is_normal=True)
    before = {i: standing(filled, i) for i in ALL}
    assert accept_proposals(filled, ALL, actor="ann") == BulkReport(6, 2, settled=4)
    assert {i for i in ALL if standing(filled, i) == before[i]} == {1, 2, 3, 4}
    assert filled.images.get(4).label.is_normal


def test_one_undo_takes_the_whole_of_it_back(filled: Project) -> None:
    before = {i: (standing(filled, i), filled.images.get(i).label) for i in ALL}
    accept_proposals(filled, ALL, actor="ann")
    assert {i: (standing(filled, i), filled.images.get(i).label) for i in ALL} != before
    filled.undo("ann")
    assert {i: (standing(filled, i), filled.images.get(i).label) for i in ALL} == before


def test_nothing_to_decide_makes_no_gesture(filled: Project) -> None:
    assert accept_proposals(filled, [], actor="ann") == BulkReport(0, 0, 0)
    assert accept_proposals(filled, [1], class_id=99, actor="ann") == BulkReport(0, 0, 0)
    assert not filled.log.touched_by_people(1)
    assert filled.images.get(1).label == ImageLabel()
