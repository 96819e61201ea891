"""What the project knows of the images that wait for a reviewer."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.core import corrections, review
from app.core.activity import Visit
from app.core.annotation import Annotation
from app.core.disagreement import Disagreement, Find
from app.core.edit import AnnotationEdit
from app.core.geometry import Box
from app.core.label_class import LabelClass
from app.core.queue import QueueFilter
from app.core.review_order import ReviewFacts, fault_share
from app.core.shape import Shape
from app.core.sheet import Sheet
from app.storage.images import NewImage
from app.storage.project import Project
from app.storage.review_order import review_facts
from app.storage.runs import RunKey

STREAK, SLAG = 1, 2
NEXT = QueueFilter(sort="review_next")
HERE = Box(5, 5, 20, 20)
IMAGES = range(1, 7)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Six images with a proposal each; Li reviews."""
    with Project.create(tmp_path / "p") as project:
        project.add_classes([LabelClass("streak"), LabelClass("slag")], actor="lead")
        with project.transaction():
            project.images.add(NewImage(f"{n}.png", f"h{n}", 1, 1, 100, 100) for n in IMAGES)
            project.people.put(replace(project.people.meet("li"), role="reviewer"))
            project.runs.open(RunKey("model", "m", "w", {}), actor="lead")
        found = [Annotation(f"m{n}", STREAK, HERE, score=0.8, run_id=1) for n in IMAGES]
        edits = [AnnotationEdit(n, None, a) for n, a in zip(IMAGES, found, strict=True)]
        project.apply(edits, actor="lead", kind="prelabel")
        yield project


def sheet(project: Project, image_id: int) -> Sheet:
    image = project.images.get(image_id)
    boxes = tuple(project.annotations.of_image(image_id))
    return Sheet(image_id, 100, 100, image.label, boxes)


def hand_in(
    project: Project, *image_ids: int, by: str = "ann", unseen: tuple[str, ...] = ()
) -> None:
    for image_id in image_ids:
        now = sheet(project, image_id)
        project.apply(corrections.submitted(now, unseen=unseen, person=by), actor=by)


def facts(project: Project) -> dict[int, ReviewFacts]:
    return {each.image_id: each for each in review_facts(project._db)}


def test_only_what_waits_is_weighed(project: Project):
    hand_in(project, 1, 2)
    project.apply(review.approved(sheet(project, 2), person="li"), actor="li")
    assert set(facts(project)) == {1}
    assert facts(project)[1].accepted == [0.8]


def test_what_the_annotator_did_to_proposals(project: Project):
    box = [(SLAG, Shape(Box(40, 40, 60, 60)))]
    project.apply(corrections.drawn(sheet(project, 1), box, person="ann")[0], actor="ann")
    project.apply(corrections.removed(sheet(project, 1), ["m1"]), actor="ann")
    project.apply(
        corrections.classified(sheet(project, 2), ["m2"], SLAG, person="ann"), actor="ann"
    )
    hand_in(project, 1, 2)
    found = facts(project)
    assert (found[1].removed, found[1].reclassified, found[1].accepted) == ([0.8], 0, ())
    assert (found[2].removed, found[2].reclassified) == ((), 1)


def test_what_nobody_saw_was_not_removed_nor_what_was_taken_back(project: Project):
    box = [(SLAG, Shape(Box(40, 40, 60, 60)))]
    for image_id in (1, 2):
        project.apply(
            corrections.drawn(sheet(project, image_id), box, person="ann")[0], actor="ann"
        )
    hand_in(project, 1, unseen=("m1",))
    project.apply(corrections.removed(sheet(project, 2), ["m2"]), actor="ann")
    project.undo("ann")
    hand_in(project, 2)
    assert [f.removed for f in facts(project).values()] == [(), ()]


def test_open_disagreements_count_until_they_are_answered(project: Project):
    hand_in(project, 1)
    own = project.annotations.of_image(1)[0]
    said = [
        Disagreement("extra", None, Find(STREAK, Shape(Box(50, 50, 70, 70)), 0.9)),
        Disagreement("class", own, Find(SLAG, Shape(HERE), 0.7)),
        Disagreement("shifted", own, Find(STREAK, Shape(HERE.moved(5, 0)), 0.6)),
        Disagreement("missed", own, None),
    ]
    with project.transaction():
        project.disagreements.replace(
            1, 1, said, standing=[own], classes=[STREAK, SLAG], own_runs=[1]
        )
    (found,) = facts(project).values()
    assert (found.unseen, found.other_class, found.unfound) == ([0.9], [0.7], 1.0)
    assert found.shifted == [(0.6, pytest.approx(0.5))]


def test_rare_classes_tags_pace_and_people(project: Project):
    slag = [(SLAG, Shape(Box(40, 40, 60, 60)))]
    project.apply(corrections.drawn(sheet(project, 1), slag, person="ann")[0], actor="ann")
    project.apply(corrections.tagged(sheet(project, 2), "unclear", True), actor="ann")
    hand_in(project, 1, 2, 3, 4)
    with project.transaction():
        for image_id, ms in ((2, 1000), (3, 4000), (4, 4000)):
            project.visits.add(Visit(image_id, "ann", "2026-01-01T00:00:00.000+00:00", ms, 0))
    found = facts(project)
    assert found[1].rarity > found[3].rarity == 0
    assert [found[n].is_unclear for n in (1, 2, 3)] == [False, True, False]
    assert (found[1].pace, found[2].pace, found[3].pace) == (None, 0.25, 1.0)
    assert found[1].fault_share == fault_share(0, 0)


def test_people_are_known_by_what_was_reviewed(project: Project):
    hand_in(project, 1, 2, 3)
    project.apply(review.approved(sheet(project, 1), person="li"), actor="li")
    project.apply(review.returned(sheet(project, 2), "missed", person="li"), actor="li")
    (found,) = facts(project).values()
    assert found.fault_share == fault_share(1, 2)


def test_what_the_reviewer_removed_was_a_fault(project: Project):
    hand_in(project, 1, 2, 3)
    handed_in = replace(sheet(project, 1), is_reviewed=True)
    project.apply(corrections.removed(handed_in, ["m1"]), actor="li")
    emptied = replace(sheet(project, 1), is_reviewed=True)
    project.apply(corrections.marked_normal(emptied, True), actor="li")
    for image_id in (1, 2):
        project.apply(review.approved(sheet(project, image_id), person="li"), actor="li")
    (found,) = facts(project).values()
    assert found.fault_share == fault_share(1, 2)


def test_the_queue_has_the_doubtful_first_then_all_others_as_they_came(project: Project):
    project.apply(corrections.tagged(sheet(project, 4), "unclear", True), actor="ann")
    hand_in(project, 2, 4)
    assert list(project.queue.ids(NEXT)) == [4, 2, 1, 3, 5, 6]
    assert list(project.queue.ids(replace(NEXT, descending=True))) == [6, 5, 3, 1, 2, 4]
    waiting = replace(NEXT, states=frozenset({"submitted"}), tags=frozenset({"unclear"}))
    assert list(project.queue.ids(waiting)) == [4]
