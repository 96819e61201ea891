"""What the log tells a reviewer: who handed in what, and how it stood before."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core import corrections, review
from app.core.annotation import Annotation
from app.core.edit import AnnotationEdit
from app.core.geometry import Box
from app.core.label_class import LabelClass
from app.core.shape import Shape
from app.core.sheet import Sheet
from app.storage.images import NewImage
from app.storage.project import Project
from app.storage.runs import RunKey

HERE, THERE = Box(5, 5, 20, 20), Box(40, 40, 60, 60)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Three images, the first two with a proposal; Li reviews."""
    with Project.create(tmp_path / "p") as project:
        project.add_classes([LabelClass("streak"), LabelClass("slag")], actor="lead")
        with project.transaction():
            project.images.add(NewImage(f"{n}.png", f"h{n}", 1, 1, 100, 100) for n in (1, 2, 3))
            project.people.put(replace(project.people.meet("li"), role="reviewer"))
            project.runs.open(RunKey("model", "m", "w", {}), actor="lead")
        found = [Annotation(f"m{n}", 1, HERE, score=0.8, run_id=1) for n in (1, 2)]
        edits = [AnnotationEdit(n, None, a) for n, a in enumerate(found, start=1)]
        project.apply(edits, actor="lead", kind="prelabel")
        yield project


def sheet(project: Project, image_id: int, *, is_reviewed: bool = False) -> Sheet:
    image = project.images.get(image_id)
    boxes = tuple(project.annotations.of_image(image_id))
    return Sheet(image_id, 100, 100, image.label, boxes, is_reviewed)


def hand_in(project: Project, image_id: int, person: str = "ann") -> None:
    now = sheet(project, image_id)
    project.apply(corrections.submitted(now, unseen=(), person=person), actor=person)


def test_three_versions_of_an_image(project: Project):
    project.apply(
        corrections.reshaped(sheet(project, 1), {"m1": Shape(THERE)}, person="ann"), actor="ann"
    )
    hand_in(project, 1)
    reviewed = sheet(project, 1, is_reviewed=True)
    project.apply(corrections.removed(reviewed, ["m1"]), actor="li")
    handed_in = project.log.handed_in(1)
    assert handed_in is not None
    (drawn,) = project.log.standing_at(1, handed_in, by_runs=True)
    (then,) = project.log.standing_at(1, handed_in)
    assert (drawn.box, drawn.author) == (HERE, None)
    assert (then.box, then.author) == (THERE, "ann")
    assert project.annotations.of_image(1) == []


def test_handed_in_is_the_last_time_that_stands(project: Project):
    assert project.log.handed_in(1) is None
    hand_in(project, 1)
    first = project.log.handed_in(1)
    project.apply(review.returned(sheet(project, 1), "why", person="li"), actor="li")
    hand_in(project, 1)
    second = project.log.handed_in(1)
    assert first is not None and second is not None and first < second
    project.undo("ann")
    assert project.log.handed_in(1) == first
    project.redo("ann")
    assert (project.log.handed_in(1) or 0) > second
    project.apply(review.approved(sheet(project, 1), person="li"), actor="li")
    project.undo("li")  # comes back to "submitted", and nobody handed it in
    assert project.images.get(1).label.state == "submitted"
    assert (project.log.handed_in(1) or 0) < project.log.newest()


@settings(max_examples=30, deadline=None)
@given(steps=st.lists(st.sampled_from(["draw", "remove", "undo", "propose"]), max_size=8))
def test_what_stood_after_each_gesture_is_told(tmp_path_factory, steps: list[str]):
    with Project.create(tmp_path_factory.mktemp("log") / "p") as project:
        project.add_classes([LabelClass("streak")], actor="ann")
        with project.transaction():
            project.images.add([NewImage("1.png", "h", 1, 1, 100, 100)])
            project.runs.open(RunKey("model", "m", "w", {}), actor="ann")
        stood = {}
        for number, step in enumerate(steps):
            now = sheet(project, 1)
            if step == "draw":
                edits, _ = corrections.drawn(now, [(1, Shape(HERE))], person="ann")
                project.apply(edits, actor="ann")
            elif step == "remove":
                project.apply(
                    corrections.removed(now, [a.uid for a in now.annotations[:1]]), actor="ann"
                )
            elif step == "undo":
                project.undo("ann")
            else:
                found = Annotation(f"m{number}", 1, THERE, score=0.5, run_id=1)
                edit = AnnotationEdit(1, None, found)
                project.apply([edit], actor="ann", kind="prelabel")
            stood[project.log.newest()] = {a.uid: a for a in project.annotations.of_image(1)}
        for gesture, boxes in stood.items():
            assert {a.uid: a for a in project.log.standing_at(1, gesture)} == boxes


def test_what_waits_for_whom(project: Project):
    hand_in(project, 1)
    hand_in(project, 2, person="bo")
    assert project.queue.to_review([3, 2, 1], not_by="ann") == [2]
    assert project.queue.to_review([3, 2, 1], not_by=None) == [2, 1]
    project.apply(review.returned(sheet(project, 1), "why", person="li"), actor="li")
    assert project.queue.came_back("ann") == [1]
    assert project.queue.came_back("bo") == []
    given_on = corrections.assigned(sheet(project, 1), "bo")
    project.apply(given_on, actor="li")
    # Whoever it was handed out to, it comes back to who handed it in.
    assert (project.queue.came_back("ann"), project.queue.came_back("bo")) == ([1], [])
    (row,) = project.queue.rows([1])
    assert (row.annotator, row.reviewer, row.reason) == ("ann", "li", "why")
