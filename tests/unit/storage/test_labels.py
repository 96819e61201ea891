"""Edits, the log beside them, the counts behind them and the view over them."""

import random
import sqlite3
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.annotation import Annotation, new_uid
from app.core.edit import AnnotationEdit, ImageEdit
from app.core.errors import UserError
from app.core.geometry import Box
from app.core.image import ImageLabel
from app.core.label_class import LabelClass
from app.formats import yolo
from app.formats.base import Size
from app.storage.project import Project
from app.storage.runs import RunKey

OUTLINE = ((1.0, 2.0), (30.0, 2.5), (30.0, 40.0))
STREAK = Annotation("u1", 1, Box(1, 2, 30, 40), polygon=OUTLINE, author="li")


def test_an_edit_and_its_inverse(project: Project) -> None:
    wider = Annotation("u1", 2, Box(1, 2, 60, 40), author="wang")
    project.apply([AnnotationEdit(1, None, STREAK)], actor="li")
    project.apply([AnnotationEdit(1, STREAK, wider)], actor="wang")
    assert project.annotations.of_image(1) == [wider]
    project.apply([AnnotationEdit(1, wider, None)], actor="wang")
    assert project.annotations.of_image(1) == []
    assert project.log.replay() == {}


def test_a_stale_copy_does_not_overwrite_a_colleagues_edit(project: Project) -> None:
    project.apply([AnnotationEdit(1, None, STREAK)], actor="li")
    wangs = STREAK.touched_by("wang")
    project.apply([AnnotationEdit(1, STREAK, wangs)], actor="wang")
    fresh = AnnotationEdit(2, None, Annotation("u9", 1, STREAK.box, author="li"))
    stale = AnnotationEdit(1, STREAK, Annotation("u1", 2, Box(0, 0, 5, 5), author="li"))
    with pytest.raises(UserError, match="changed by somebody else"):
        project.apply([fresh, stale], actor="li")
    assert project.annotations.of_image(1) == [wangs]
    assert project.annotations.of_image(2) == []
    assert project.log.replay() == {"u1": (1, wangs)}


def test_the_state_of_an_image_is_an_edit_too(project: Project) -> None:
    normal = ImageLabel("submitted", is_normal=True, annotator="li")
    project.apply([ImageEdit(2, ImageLabel(), normal)], actor="li")
    assert project.images.get(2).label == normal
    assert project.images.count()["submitted"] == 1
    assert project.images.normal_count() == 1
    with pytest.raises(UserError, match="changed by somebody else"):
        project.apply(
            [ImageEdit(2, ImageLabel(), ImageLabel("excluded", reason="blurred"))], actor="wang"
        )


def test_an_annotation_needs_its_image_and_its_class(project: Project) -> None:
    for image_id, class_id in ((404, 1), (1, 404)):
        lost = Annotation("u2", class_id, Box(0, 0, 1, 1), author="li")
        with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
            project.apply([AnnotationEdit(image_id, None, lost)], actor="li")
    assert project.log.replay() == {}


def test_a_class_name_is_taken_once(project: Project) -> None:
    with pytest.raises(UserError, match="'slag' already"):
        project.add_classes([LabelClass("wrinkle"), LabelClass("slag")], actor="lead")
    assert [c.name for c in project.classes.all()] == ["streak", "slag"]


def test_the_view_words_the_yolo_file(project: Project) -> None:
    boxes = [Box(0, 0, 200, 100), Box(50, 25, 150, 75), Box(-10, 90, 20, 120)]
    project.apply(
        [
            AnnotationEdit(3, None, Annotation(f"u{n}", 1 + n % 2, box, author="li"))
            for n, box in enumerate(boxes)
        ],
        actor="li",
    )
    assert project.annotations.yolo_lines(3) == (
        "0 0.50000000 0.50000000 1.00000000 1.00000000",
        "1 0.50000000 0.50000000 0.50000000 0.50000000",
        "0 0.05000000 0.95000000 0.10000000 0.10000000",  # clipped: 0..20 x 90..100
    )


def test_a_removed_proposal_is_remembered(project: Project) -> None:
    run = project.runs.open(RunKey("model", "starter", "abc", {}), actor="li")
    proposal = Annotation("p1", 1, Box(0, 0, 9, 9), score=0.5, run_id=run)
    for kind in ("prelabel", "edit"):
        project.apply([AnnotationEdit(1, None, proposal)], actor="li", kind="prelabel")
        project.apply([AnnotationEdit(1, proposal, None)], actor="li", kind=kind)
        expected = [proposal] if kind == "edit" else []
        assert project.log.rejected(1) == expected
        assert project.log.touched_by_people(1) == (kind == "edit")


def test_runs_with_the_same_key_are_one(project: Project) -> None:
    key = RunKey("model", "starter", "abc", {"confidence": 0.25})
    other = RunKey("model", "starter", "abc", {"confidence": 0.5})
    stranger = RunKey("model", "other", "def", {"confidence": 0.25})
    first, same, second, third = (
        project.runs.open(k, actor="li") for k in (key, key, other, stranger)
    )
    assert first == same
    assert project.runs.same_model(second) == {first, second}
    assert project.runs.same_model(third) == {third}
    assert project.runs.imports() == frozenset()
    project.runs.mark_seen(first, [1, 2, 2])
    assert (project.runs.seen(first), project.runs.seen(second)) == ({1, 2}, set())


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_counts_log_and_labels_agree_after_any_edits(project: Project, seed: int) -> None:
    rng = random.Random(seed)
    run = project.runs.open(RunKey("model", "m", "h", {}), actor="li")
    standing = {a.uid: (i, a) for i, a in project.annotations.all()}
    for step in range(12):
        if standing and rng.random() < 0.5:
            image_id, before = rng.choice(list(standing.values()))
            after = (
                None
                if rng.random() < 0.5
                else Annotation(
                    before.uid, rng.choice([1, 2]), before.box.moved(1, 0), author=f"li{step}"
                )
            )
        else:
            image_id, before = rng.choice([1, 2, 3]), None
            drawn_by = {"run_id": run, "score": 0.5} if rng.random() < 0.5 else {"author": "li"}
            after = Annotation(
                f"{seed}-{step}-{rng.random()}", rng.choice([1, 2]), Box(0, 0, 9, 9), **drawn_by
            )
        edit = AnnotationEdit(image_id, before, after)
        project.apply([edit], actor="li")
        if after is None:
            del standing[edit.uid]
        else:
            standing[edit.uid] = (image_id, after)

    assert {a.uid: (i, a) for i, a in project.annotations.all()} == standing
    assert project.log.replay() == standing
    for count in project.classes.counts():
        mine = [(i, a) for i, a in standing.values() if a.class_id == count.label_class.id]
        assert count.boxes == len(mine)
        assert count.proposals == sum(a.is_proposal for _, a in mine)
        assert count.images == len({i for i, _ in mine})


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.tuples(st.floats(0, 190), st.floats(0, 90), st.floats(0.01, 10), st.floats(0.01, 10)))
def test_the_view_and_the_format_word_a_row_alike(
    project: Project, values: tuple[float, float, float, float]
) -> None:
    left, top, width, height = values
    box = Box(left, top, left + width, top + height)
    drawn = Annotation(new_uid(), 2, box, author="li")
    project.apply([AnnotationEdit(1, None, drawn)], actor="li")
    view, row = (
        project.annotations.yolo_lines(1)[-1].split(),
        yolo.row(1, box, Size(200, 100)).split(),
    )
    assert [len(word) for word in view] == [len(word) for word in row]
    # SQLite and Python may round a tie in the eighth decimal to different sides.
    assert list(map(float, view)) == pytest.approx(list(map(float, row)), abs=1.1e-8, rel=0)


def test_an_image_that_a_model_was_over_meanwhile_is_handed_out_all_the_same(project):
    seen = project.images.get(1).label
    drawn_on = replace(seen, state="prelabelled")
    project.apply([ImageEdit(1, seen, drawn_on)], actor="starter", kind="prelabel")

    handed = ImageEdit(1, seen, replace(seen, assigned_to="li"))
    gesture = project.apply([handed], actor="lead", kind="assign")

    now = project.images.get(1).label
    assert now == replace(drawn_on, assigned_to="li")
    assert project.log.edits_of(gesture, 1) == [ImageEdit(1, drawn_on, now)]
