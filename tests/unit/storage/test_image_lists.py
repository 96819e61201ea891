"""Images that are read a page at a time, by their ids, while somebody writes."""

from dataclasses import replace

import pytest

from app.core.annotation import Annotation, new_uid
from app.core.edit import AnnotationEdit, ImageEdit
from app.core.geometry import Box
from app.core.image import ImageLabel
from app.storage.images import NewImage
from app.storage.project import Project
from app.storage.runs import RunKey

RUN = RunKey("model", "m", "h", {})


@pytest.fixture(autouse=True)
def pages_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.storage.images._PAGE", 2)


@pytest.fixture
def seven(project: Project) -> Project:
    """Images 1 to 7, the even ones in progress."""
    with project.transaction():
        project.images.add(
            NewImage(f"photos/{n}.png", f"hash{n}", 10, n, 200, 100) for n in range(4, 8)
        )
    edits = [ImageEdit(n, ImageLabel(), ImageLabel("in_progress")) for n in (2, 4, 6)]
    project.apply(edits, actor="li")
    return project


def test_a_walk_is_through_all_in_their_order(seven: Project) -> None:
    assert list(seven.images.walk()) == list(seven.images.all())
    begun = list(seven.images.walk(["in_progress"]))
    assert [image.id for image in begun] == [2, 4, 6]
    assert begun == list(seven.images.all(["in_progress"]))
    assert list(seven.images.walk([])) == []


def test_a_list_reads_what_stands_when_it_is_walked(seven: Project) -> None:
    listed = seven.images.listed([1, 3, 4, 7])
    assert len(listed) == 4
    assert [image.id for image in listed] == [1, 3, 4, 7]
    for image in listed:
        before = seven.images.get(7).label
        seven.apply([ImageEdit(7, before, replace(before, tags=(f"t{image.id}",)))], actor="li")
    assert listed[-1].label.tags == ("t7",)
    assert [image.id for image in listed[1:3]] == [3, 4]
    assert listed[1] == seven.images.get(3)


def test_what_is_not_there_is_passed_over(seven: Project) -> None:
    assert [image.id for image in seven.images.of_ids([5, 99, 2])] == [2, 5]
    assert seven.images.of_ids([]) == []


def test_boxes_are_counted_over_images(seven: Project) -> None:
    with seven.transaction():
        run = seven.runs.open(RUN, actor="li")
    drawn = Annotation(new_uid(), 1, Box(0, 0, 9, 9), author="li")
    found = [Annotation(new_uid(), 2, Box(n, 0, 9, 9), score=0.5, run_id=run) for n in (1, 2)]
    seven.apply([AnnotationEdit(2, None, drawn)], actor="li")
    seven.apply([AnnotationEdit(i, None, a) for i, a in zip((2, 3), found, strict=True)], actor="m")
    assert seven.annotations.drawn_on([1, 2, 3]) == (3, 2)
    assert seven.annotations.drawn_on([2]) == (2, 1)
    assert seven.annotations.drawn_on([]) == (0, 0)
    assert seven.annotations.proposals_in(["in_progress"]) == 1
    assert seven.annotations.proposals_in(["new", "in_progress"]) == 2
