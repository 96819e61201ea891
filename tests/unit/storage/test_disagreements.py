"""What a project keeps of a model's disagreements, and when it lets go of them."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from app.core.annotation import Annotation
from app.core.disagreement import Disagreement, disagreements
from app.core.edit import AnnotationEdit, ImageEdit
from app.core.geometry import Box
from app.core.image import ImageLabel
from app.core.queue import DISAGREEING, QueueFilter
from app.storage.project import Project
from app.storage.runs import RunKey

STREAK, SLAG = 1, 2
A, B, C = Box(10, 10, 50, 90), Box(80, 10, 120, 90), Box(140, 10, 180, 90)
ASIDE = A.moved(12, 0)


@pytest.fixture
def run(project: Project) -> int:
    return open_run(project)


@pytest.fixture
def judged(project: Project) -> Project:
    """Image 1 has a person's streaks at A and B."""
    draw(project, own("a", A), own("b", B))
    return project


def open_run(project: Project, weights: str = "w", **settings: object) -> int:
    with project.transaction():
        return project.runs.open(RunKey("model", "starter", weights, settings), actor="lead")


def own(uid: str, box: Box, class_id: int = STREAK) -> Annotation:
    return Annotation(uid, class_id, box, author="ann")


def find(uid: str, box: Box, class_id: int = STREAK, run_id: int = 1) -> Annotation:
    return Annotation(uid, class_id, box, score=0.8, run_id=run_id)


def draw(project: Project, *annotations: Annotation, image_id: int = 1) -> None:
    project.apply([AnnotationEdit(image_id, None, a) for a in annotations], actor="ann")


def go_over(
    project: Project,
    run_id: int,
    found: Sequence[Annotation],
    *,
    image_id: int = 1,
    classes: Sequence[int] = (STREAK, SLAG),
) -> None:
    """As a run does once its finds are saved."""
    with project.transaction():
        standing = project.annotations.of_image(image_id)
        label = project.images.get(image_id).label
        project.disagreements.replace(
            run_id,
            image_id,
            disagreements(label, standing, found, classes=classes),
            standing=standing,
            classes=classes,
            own_runs=project.runs.same_model(run_id),
        )


def said(project: Project, image_id: int = 1) -> list[Disagreement]:
    return [kept.said for kept in project.disagreements.of_image(image_id) if kept.is_open]


def kinds(project: Project, image_id: int = 1) -> list[str]:
    return [each.kind for each in said(project, image_id)]


def test_all_that_was_said_is_read_back(judged: Project, run: int) -> None:
    outline = ((150.0, 10.0), (180.0, 10.0), (140.0, 90.0))
    found = [find("f", ASIDE), find("g", B, SLAG), replace(find("h", C), polygon=outline)]
    go_over(judged, run, found)
    label = ImageLabel("new")
    expected = disagreements(label, judged.annotations.of_image(1), found)
    assert [each.kind for each in expected] == ["shifted", "class", "extra"]
    with Project.open(judged.folder) as again:
        kept = again.disagreements.of_image(1)
        assert [each.said for each in kept] == expected
        assert {(each.image_id, each.run_id, each.is_open) for each in kept} == {(1, run, True)}
        assert again.disagreements.get([kept[1].id, 999]) == [kept[1]]


def test_going_over_an_image_again_replaces_what_was_said_of_it(judged: Project, run: int) -> None:
    go_over(judged, run, [find("f", A)])
    assert kinds(judged) == ["missed"]
    other_settings = open_run(judged, confidence=0.5)
    go_over(judged, other_settings, [find("f", A), find("g", B), find("h", C)])
    assert kinds(judged) == ["extra"]
    other_model = open_run(judged, "v")
    go_over(judged, other_model, [find("f", A), find("g", B, SLAG)])
    assert kinds(judged) == ["extra", "class"]
    go_over(judged, run, [find("f", A), find("g", B)])
    assert kinds(judged) == ["class"]


def test_a_run_of_some_classes_leaves_what_was_said_of_the_others(
    judged: Project, run: int
) -> None:
    go_over(judged, run, [find("f", A), find("g", B), find("s", C, SLAG)])
    some = open_run(judged, classes=["streak"])
    go_over(judged, some, [find("f", A)], classes=[STREAK])
    assert sorted(kinds(judged)) == ["extra", "missed"]


def test_a_box_that_changes_or_goes_takes_its_disagreement_along_and_undo_brings_it_back(
    judged: Project, run: int
) -> None:
    go_over(judged, run, [find("f", ASIDE)])
    before = said(judged)
    assert [each.kind for each in before] == ["shifted", "missed"]
    a, b = judged.annotations.of_image(1)
    for change in (
        AnnotationEdit(1, a, replace(a, box=ASIDE)),
        AnnotationEdit(1, a, replace(a, class_id=SLAG)),
        AnnotationEdit(1, a, None),
    ):
        judged.apply([change], actor="ann")
        assert kinds(judged) == ["missed"]
        judged.undo("ann")
        assert said(judged) == before
    judged.apply([AnnotationEdit(1, b, replace(b, author="bo"))], actor="bo")
    assert kinds(judged) == ["shifted", "missed"]  # who looked at it is no other box


def test_an_extra_goes_when_a_person_draws_there_and_comes_back_with_undo(
    judged: Project, run: int
) -> None:
    go_over(judged, run, [find("f", A), find("g", B), find("h", C)])
    assert kinds(judged) == ["extra"]
    draw(judged, find("proposal", C, run_id=run))
    assert kinds(judged) == ["extra"]
    draw(judged, own("c", C.moved(2, 0), SLAG))
    assert kinds(judged) == []
    judged.undo("ann")
    assert kinds(judged) == ["extra"]
    draw(judged, own("d", Box(0, 92, 20, 99)))
    assert kinds(judged) == ["extra"]


def test_an_extra_beside_a_thin_streak_stays_while_that_is_worked_on(
    judged: Project, run: int
) -> None:
    beside = A.moved(10, 0)  # marks the same place by overlap alone
    go_over(judged, run, [find("f", A), find("g", B), find("h", beside)])
    assert kinds(judged) == ["extra"]
    a = judged.annotations.of_image(1)[0]
    judged.apply([AnnotationEdit(1, a, replace(a, box=A.moved(1, 0)))], actor="ann")
    assert kinds(judged) == ["extra"]
    draw(judged, own("second", beside))
    assert kinds(judged) == []


def test_an_extra_with_a_proposal_goes_with_it(judged: Project, run: int) -> None:
    proposal = find("p", C, run_id=run)
    draw(judged, proposal)
    found = [find("f", A), find("g", B), proposal]
    for after in (None, proposal.touched_by("ann"), replace(proposal, box=B, author="ann")):
        go_over(judged, run, found)
        (extra,) = said(judged)
        assert extra.standing == proposal
        judged.apply([AnnotationEdit(1, proposal, after)], actor="ann")
        assert kinds(judged) == []
        judged.undo("ann")
        assert kinds(judged) == ["extra"]


def test_dismissing_says_who_and_when_and_reopening_takes_it_back(
    judged: Project, run: int
) -> None:
    go_over(judged, run, [find("f", ASIDE)])
    shifted, missed = judged.disagreements.of_image(1)
    judged.disagreements.dismiss([shifted.id], "ann")
    judged.disagreements.dismiss([shifted.id], "bo")
    (now, still_open) = judged.disagreements.of_image(1)
    assert (now.is_open, now.dismissed_by) == (False, "ann")
    assert now.dismissed_at is not None and now.dismissed_at > "2026"
    assert still_open == missed
    judged.disagreements.reopen([shifted.id])
    assert judged.disagreements.of_image(1) == [shifted, missed]


def test_what_was_dismissed_stays_so_when_any_run_says_it_again(judged: Project, run: int) -> None:
    found = [find("f", ASIDE), find("h", C)]
    go_over(judged, run, found)
    judged.disagreements.dismiss([kept.id for kept in judged.disagreements.of_image(1)], "ann")
    go_over(judged, open_run(judged, "v"), [find("f", ASIDE.moved(1, 0)), find("h", C)])
    go_over(judged, run, found)
    assert kinds(judged) == []
    assert len(judged.disagreements.of_image(1)) == 6
    a = judged.annotations.of_image(1)[0]
    judged.apply([AnnotationEdit(1, a, replace(a, box=A.moved(0, 3)))], actor="ann")
    go_over(judged, run, found)
    assert kinds(judged) == ["shifted"]  # of another box than the one that was kept


def test_an_extra_that_was_dismissed_with_its_proposal_does_not_come_back(
    judged: Project, run: int
) -> None:
    proposal = find("p", C, run_id=run)
    draw(judged, proposal)
    found = [find("f", A), find("g", B), proposal]
    go_over(judged, run, found)
    (extra,) = judged.disagreements.of_image(1)
    judged.apply([AnnotationEdit(1, proposal, None)], actor="ann")
    judged.disagreements.dismiss([extra.id], "ann")
    go_over(judged, run, found)
    assert kinds(judged) == []


def test_open_ones_are_listed_by_kind_and_run(judged: Project, run: int) -> None:
    other = open_run(judged, "v")
    draw(judged, own("c", A), image_id=3)
    go_over(judged, run, [find("f", ASIDE), find("g", C)])
    go_over(judged, other, [find("f", A, SLAG)], image_id=3)
    table = judged.disagreements
    assert [(k.image_id, k.said.kind) for k in table.all_open()] == [
        (1, "shifted"),
        (1, "missed"),
        (1, "extra"),
        (3, "class"),
    ]
    assert [k.said.kind for k in table.all_open(kinds=["missed", "class"])] == ["missed", "class"]
    assert [k.image_id for k in table.all_open(runs=[other])] == [3]
    assert table.all_open(runs=[]) == []
    table.dismiss([k.id for k in table.all_open(kinds=["extra"])], "ann")
    assert table.all_open(kinds=["extra"]) == []


def test_a_run_is_to_be_compared_with_what_was_judged_since(project: Project, run: int) -> None:
    table = project.disagreements
    assert table.to_compare(run) == frozenset()
    draw(project, find("p", A, run_id=run), image_id=2)
    assert table.to_compare(run) == frozenset()
    draw(project, own("a", A))
    project.apply([ImageEdit(3, ImageLabel(), ImageLabel(is_normal=True))], actor="ann")
    assert table.to_compare(run) == {1, 3}
    go_over(project, run, [])
    go_over(project, run, [], image_id=2)
    assert table.to_compare(run) == {3}
    assert table.to_compare(open_run(project, "v")) == {1, 3}
    accepted = find("p", A, run_id=run).touched_by("ann")
    project.apply([AnnotationEdit(2, find("p", A, run_id=run), accepted)], actor="ann")
    assert table.to_compare(run) == {2, 3}
    normal = ImageLabel(is_normal=True)
    project.apply(
        [ImageEdit(3, normal, replace(normal, state="excluded", reason="blurred"))], actor="ann"
    )
    assert table.to_compare(run) == {2}
    table.forget(run, [3, 1])
    assert table.to_compare(run) == {1, 2}
    go_over(project, run, [])
    go_over(project, run, [], image_id=2)
    assert table.to_compare(run) == frozenset()
    table.forget(run)
    assert table.to_compare(run) == {1, 2}


def test_an_image_takes_all_along_when_it_goes(project: Project, run: int) -> None:
    project.apply([ImageEdit(3, ImageLabel(), ImageLabel(is_normal=True))], actor="ann")
    go_over(project, run, [find("f", A)], image_id=3)
    with project.transaction():
        for kept in ("edit_is_written_once_delete", "image_with_a_history_stays"):
            project._db.execute(f"DROP TRIGGER {kept}")
        project._db.execute("DELETE FROM edit WHERE image_id = 3")
        project._db.execute("DELETE FROM image WHERE id = 3")
    for table in ("disagreement", "comparison"):
        assert project._db.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


def test_a_queue_of_disagreements(judged: Project, run: int) -> None:
    draw(judged, own("c", A), image_id=3)
    go_over(judged, run, [find("f", ASIDE), find("g", B)])
    go_over(judged, run, [find("f", A)], image_id=3)

    def queue() -> dict[str, list[int]]:
        found = {kind: judged.queue.ids(QueueFilter(disagreement=kind)) for kind in DISAGREEING}
        return {kind: list(ids) for kind, ids in found.items() if ids}

    assert queue() == {"any": [1], "shifted": [1]}
    go_over(judged, run, [], image_id=3)
    assert queue() == {"any": [1, 3], "shifted": [1], "missed": [3]}
    judged.disagreements.dismiss([judged.disagreements.of_image(3)[0].id], "ann")
    assert queue() == {"any": [1], "shifted": [1]}
    a = judged.annotations.of_image(1)[0]
    judged.apply([AnnotationEdit(1, a, None)], actor="ann")
    assert queue() == {}


def test_the_queue_reads_an_index_alone(project: Project) -> None:
    asked: list[str] = []
    project._db.conn.set_trace_callback(asked.append)
    project.queue.ids(QueueFilter(disagreement="extra"))
    project._db.conn.set_trace_callback(None)
    (query,) = asked
    plan = [row[-1] for row in project._db.rows(f"EXPLAIN QUERY PLAN {query}")]
    assert any("COVERING INDEX disagreement_open" in step for step in plan), plan
