"""Photos labelled a second time: kept apart from the first, undone like anything else."""

from dataclasses import replace

import pytest

from app.core.annotation import Annotation
from app.core.corrections import drawn, submitted
from app.core.edit import AnnotationEdit, Edit
from app.core.errors import UserError
from app.core.geometry import Box
from app.core.image import ImageLabel
from app.core.shape import Shape
from app.core.sheet import Sheet, edited
from app.storage.project import Project
from tests.helpers.reviewing import bring_to

FIRST = Annotation("u1", 1, Box(0, 0, 10, 10), author="ann")


@pytest.fixture
def given(project: Project) -> Project:
    """Image 1 is ann's and approved; bo has it a second time."""
    project.apply([AnnotationEdit(1, None, FIRST)], actor="ann")
    bring_to(project, 1, "approved")
    with project.transaction():
        project.second.give(1, "bo", "gold")
    return project


def of_bo(project: Project) -> Sheet:
    second = project.second.get(1, "bo")
    assert second is not None
    return Sheet(1, 200, 100, second.label, second.annotations)


def label_again(project: Project, box: Box) -> None:
    sheet = of_bo(project)
    edits: list[Edit] = drawn(sheet, [(2, Shape(box, None))], person="bo")[0]
    project.apply(edits, actor="bo")
    project.apply(submitted(of_bo(project), unseen=(), person="bo"), actor="bo")


def test_it_begins_new_and_empty(given: Project) -> None:
    assert of_bo(given).label == ImageLabel()
    assert of_bo(given).annotations == ()


def test_what_is_said_is_kept_apart(given: Project) -> None:
    first = given.images.get(1)
    newest = given.log.newest_edit_of(1)
    label_again(given, Box(2, 0, 12, 10))
    assert of_bo(given).label.state == "submitted"
    assert [(a.class_id, a.author) for a in of_bo(given).annotations] == [(2, "bo")]
    assert given.images.get(1) == first
    assert given.annotations.of_image(1) == [FIRST]
    assert given.log.newest_edit_of(1) == newest
    assert [g.actor for g in given.log.of_image(1)] == ["wang", "ann", "ann"]
    assert "bo" not in {g.actor for g in given.log.latest()}
    assert given.log.replay() == {"u1": (1, FIRST)}


def test_undo_and_redo_find_it(given: Project) -> None:
    label_again(given, Box(2, 0, 12, 10))
    after = of_bo(given)
    assert given.undo("bo") is not None
    assert of_bo(given).label.state == "in_progress"
    gesture = given.undo("bo")
    assert gesture is not None
    assert {e.image_id for e in gesture.edits} == {1}
    assert of_bo(given) == replace(after, label=ImageLabel(), annotations=())
    given.redo("bo")
    given.redo("bo")
    assert of_bo(given) == after
    assert given.annotations.of_image(1) == [FIRST]


def test_the_first_stays_open_to_whoever_labelled_it(given: Project) -> None:
    with pytest.raises(UserError, match="approved"):
        given.apply([AnnotationEdit(1, FIRST, None)], actor="ann")
    label_again(given, Box(2, 0, 12, 10))
    given.apply([AnnotationEdit(2, None, replace(FIRST, uid="u2"))], actor="bo")
    assert [a.uid for a in given.annotations.of_image(2)] == ["u2"]


def test_a_stale_edit_is_refused_whole(given: Project) -> None:
    sheet = of_bo(given)
    edits = drawn(sheet, [(2, Shape(Box(1, 1, 9, 9), None))], person="bo")[0]
    given.apply(edits, actor="bo")
    stands = of_bo(given)
    again = drawn(sheet, [(2, Shape(Box(5, 5, 9, 9), None))], person="bo")[0]
    with pytest.raises(UserError, match="in the meantime"):
        given.apply(again, actor="bo")
    assert of_bo(given) == stands
    assert edited(sheet, edits) == stands


def test_what_is_gone_from_the_file_is_never_written_to_the_first(given: Project) -> None:
    label_again(given, Box(2, 0, 12, 10))
    with given.transaction():  # by another program
        given._db.execute("DELETE FROM second_labelling WHERE image_id = 1 AND person = 'bo'")
    with pytest.raises(UserError, match="can't be taken back"):
        given.undo("bo")
    assert given.annotations.of_image(1) == [FIRST]
    assert given.images.get(1).label.state == "approved"


def test_giving_twice_changes_nothing(given: Project) -> None:
    label_again(given, Box(2, 0, 12, 10))
    stands = of_bo(given)
    with given.transaction():
        given.second.give(1, "bo", "twice")
    assert of_bo(given) == stands
