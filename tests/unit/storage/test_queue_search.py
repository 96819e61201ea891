"""What the queue finds is what the same rules find in plain Python."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.annotation import Annotation
from app.core.blind import visible
from app.core.disagreement import Disagreement, Find
from app.core.edit import AnnotationEdit
from app.core.geometry import Box
from app.core.image import STATES, ImageLabel
from app.core.label_class import LabelClass
from app.core.queue import ORIGINS, SORTS, QueueFilter, Sort
from app.core.shape import Shape
from app.storage.images import NewImage
from app.storage.project import Project
from app.storage.queue import _BLIND, _TOLD, _conditions
from app.storage.runs import RunKey
from tests.helpers.reviewing import bring

BOX = Box(10, 10, 50, 60)
PATHS = (
    "../photos/Layer_10.png",
    "../photos/layer_2.png",
    "../photos/Über_3.png",
    "../photos/layer_1.png",
    "../photos/b/STRASSE_007.png",
    "../photos/b/layer_20.png",
)
LABELS = {
    1: ImageLabel("submitted", assigned_to="ann", tags=("shadow", "printing")),
    2: ImageLabel("approved", is_normal=True, assigned_to="李明"),
    3: ImageLabel("in_progress", tags=("shadow",)),
    5: ImageLabel("excluded", tags=("unclear",), assigned_to="ann"),
}


def _boxes(model: int, other: int) -> list[tuple[int, Annotation]]:
    """(image id, annotation). Images 2 and 4 have none."""
    return [
        (1, Annotation("a", 1, BOX, author="ann")),
        (1, Annotation("b", 2, BOX, score=0.9, run_id=model)),
        (1, Annotation("c", 1, BOX, score=0.3, run_id=model)),
        (3, Annotation("d", 1, BOX, score=0.3, run_id=model, author="ann")),
        (3, Annotation("e", 3, BOX, score=0.5, run_id=other)),
        (5, Annotation("f", 2, BOX, run_id=other)),
        (6, Annotation("g", 2, BOX, score=0.5, run_id=model)),
    ]


BLIND = frozenset({1, 5, 6})


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    yield from _made(tmp_path_factory.mktemp("queue"))


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """The same one, on whose images of `BLIND` no model has drawn anything."""
    yield from _made(tmp_path_factory.mktemp("bare"), but=BLIND)


def _made(folder: Path, *, but: frozenset[int] = frozenset()) -> Iterator[Project]:
    with Project.create(folder / "line3") as project:
        project.add_classes([LabelClass(name) for name in ("streak", "slag", "wrinkle")], actor="x")
        with project.transaction():
            project.images.add(NewImage(p, f"hash {p}", 1, 1, 200, 100) for p in PATHS)
            model = project.runs.open(RunKey("model", "starter", "w", {}), actor="lead")
            other = project.runs.open(RunKey("import", "voc", "", {}), actor="lead")
        for image_id, new in _boxes(model, other):
            if new.is_proposal and image_id in but:
                continue
            project.apply([AnnotationEdit(image_id, None, new)], actor="ann")
        for image_id, label in LABELS.items():
            bring(project, image_id, label)
        yield project


def _lets_through(
    wanted: QueueFilter, project: Project, image_id: int, blind: frozenset[int] = frozenset()
) -> bool:
    image = project.images.get(image_id)
    boxes = visible(project.annotations.of_image(image_id), is_blind=image_id in blind)
    scored = wanted.least_score is not None or wanted.most_score is not None
    says_of_boxes = (
        scored
        or wanted.origin in ("people", "proposals")
        or wanted.class_ids
        or wanted.run_id is not None
    )

    def fits(box: Annotation) -> bool:
        is_proposal = box.author is None
        if wanted.class_ids and box.class_id not in wanted.class_ids:
            return False
        if wanted.run_id is not None and box.run_id != wanted.run_id:
            return False
        if wanted.origin == "people" and is_proposal:
            return False
        if wanted.origin == "proposals" and not is_proposal:
            return False
        if not scored:
            return True
        least = 0.0 if wanted.least_score is None else wanted.least_score
        most = 1.0 if wanted.most_score is None else wanted.most_score
        return is_proposal and box.score is not None and least <= box.score <= most

    return (
        image.label.state in wanted.states
        and (not wanted.tags or bool(wanted.tags & set(image.label.tags)))
        and wanted.normal in (None, image.label.is_normal)
        and wanted.assigned_to in (None, image.label.assigned_to or "")
        and wanted.text.casefold() in image.path.casefold()
        and not (wanted.origin == "none" and boxes)
        and (not says_of_boxes or any(map(fits, boxes)))
    )


SCORES = st.none() | st.sampled_from((0.0, 0.3, 0.4, 0.5, 0.9, 1.0))
FILTERS = st.builds(
    QueueFilter,
    states=st.just(frozenset(STATES)) | st.frozensets(st.sampled_from(STATES)),
    class_ids=st.frozensets(st.integers(1, 4), max_size=2),
    tags=st.frozensets(st.sampled_from(("shadow", "printing", "unclear", "gone")), max_size=2),
    normal=st.sampled_from((None, True, False)),
    least_score=SCORES,
    most_score=SCORES,
    origin=st.sampled_from(ORIGINS),
    run_id=st.sampled_from((None, 1, 2, 3)),
    assigned_to=st.sampled_from((None, "", "ann", "李明", "nobody")),
    text=st.sampled_from(("", "LAYER", "über", "straße", "_", "%", "10")),
    sort=st.sampled_from(SORTS),
    descending=st.booleans(),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(wanted=FILTERS)
def test_the_query_finds_what_the_rules_find(project: Project, wanted: QueueFilter) -> None:
    expected = {i for i in range(1, 7) if _lets_through(wanted, project, i)}

    found = project.queue.ids(wanted)

    assert set(found) == expected
    assert len(found) == len(expected)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(wanted=FILTERS, blind=st.frozensets(st.integers(1, 6), min_size=1))
def test_blind_images_are_found_only_by_what_people_drew(
    project: Project, wanted: QueueFilter, blind: frozenset[int]
) -> None:
    expected = {i for i in range(1, 7) if _lets_through(wanted, project, i, blind)}

    assert set(project.queue.ids(wanted, blind=blind)) == expected


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("descending", [False, True])
def test_hidden_proposals_sort_nothing(
    project: Project, bare: Project, sort: Sort, *, descending: bool
) -> None:
    wanted = QueueFilter(sort=sort, descending=descending)

    assert project.queue.ids(wanted, blind=BLIND) == bare.queue.ids(wanted)


def test_no_disagreement_with_a_model_finds_a_blind_image(project: Project) -> None:
    extra = Disagreement("extra", None, Find(1, Shape(BOX), 0.8))
    with project.transaction():
        project.disagreements.replace(1, 4, [extra], standing=[], classes=[1], own_runs=[1])
    wanted = QueueFilter(disagreement="any")

    assert list(project.queue.ids(wanted)) == [4]
    assert list(project.queue.ids(wanted, blind={4})) == []


@pytest.mark.parametrize(
    "wanted",
    [
        QueueFilter(class_ids=frozenset({1})),
        QueueFilter(least_score=0.1),
        QueueFilter(most_score=0.9),
        QueueFilter(origin="none"),
        QueueFilter(run_id=1),
        QueueFilter(disagreement="any"),
        *(QueueFilter(sort=sort) for sort in SORTS),
    ],
)
def test_who_asks_about_boxes_is_known(wanted: QueueFilter) -> None:
    of_images: list[Sort] = ["added", "name", "state", "review_next"]
    assert wanted.heeds_boxes == (wanted not in [QueueFilter(sort=sort) for sort in of_images])


@pytest.mark.parametrize(
    ("sort", "rising", "falling"),
    [
        ("added", [1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1]),
        ("name", [6, 5, 4, 2, 1, 3], [3, 1, 2, 4, 5, 6]),
        ("state", [4, 6, 3, 1, 2, 5], [5, 2, 1, 3, 4, 6]),
        ("boxes", [2, 4, 5, 6, 3, 1], [1, 3, 5, 6, 2, 4]),
        ("lowest_score", [1, 3, 6, 2, 4, 5], [3, 6, 1, 2, 4, 5]),
        ("highest_score", [3, 6, 1, 2, 4, 5], [1, 3, 6, 2, 4, 5]),
        ("changed", [4, 6, 1, 2, 3, 5], [5, 3, 2, 1, 6, 4]),
    ],
)
def test_orders(project: Project, sort: str, rising: list[int], falling: list[int]) -> None:
    wanted = QueueFilter(sort=sort)  # type: ignore[arg-type]

    assert list(project.queue.ids(wanted)) == rising
    assert list(project.queue.ids(replace(wanted, descending=True))) == falling


def test_a_class_and_a_score_are_of_the_same_box(project: Project) -> None:
    sure_streak = QueueFilter(class_ids=frozenset({1}), least_score=0.8)
    sure_slag = QueueFilter(class_ids=frozenset({2}), least_score=0.8)

    assert list(project.queue.ids(sure_streak)) == []
    assert list(project.queue.ids(sure_slag)) == [1]


def test_rows_come_in_the_order_asked_for(project: Project) -> None:
    rows = project.queue.rows([3, 1, 99, 2])

    assert [row.id for row in rows] == [3, 1, 2]
    first = rows[1]
    assert (first.path, first.content_hash) == (PATHS[0], f"hash {PATHS[0]}")
    assert (first.width_px, first.height_px) == (200, 100)
    assert (first.state, first.is_normal, first.assigned_to) == ("submitted", False, "ann")
    assert first.tags == ("printing", "shadow")
    assert (first.boxes, first.proposals) == (3, 2)
    assert not first.has_open_comments
    assert (rows[2].is_normal, rows[2].boxes, rows[2].assigned_to) == (True, 0, "李明")


def test_only_open_comments_are_told(project: Project) -> None:
    project.comments.add(3, "Look again.", author="x")
    done = project.comments.add(4, "Look again.", author="x")
    project.comments.reply(done.id, "I did.", author="y")
    project.comments.resolve(done.id, "y")
    assert [row.has_open_comments for row in project.queue.rows([3, 4])] == [True, False]


def test_states_in_the_order_asked_for(project: Project) -> None:
    assert list(project.queue.states([5, 4, 1]).items()) == [
        (5, "excluded"),
        (4, "new"),
        (1, "submitted"),
    ]


def test_people_are_those_with_images(project: Project) -> None:
    assert project.queue.people() == ["ann", "李明"]


def test_the_folder_that_all_photos_share(project: Project, tmp_path: Path) -> None:
    assert project.queue.shared_folder() == "../photos/"
    with Project.create(tmp_path / "none") as empty:
        assert empty.queue.shared_folder() == ""
        assert list(empty.queue.ids(QueueFilter())) == []
        assert list(empty.queue.ids(QueueFilter(sort="name"))) == []


@pytest.mark.parametrize("told", ["true", _TOLD])
def test_what_is_asked_of_boxes_never_reads_the_boxes_themselves(
    project: Project, told: str
) -> None:
    where, values = _conditions(
        QueueFilter(origin="proposals", least_score=0.5, class_ids=frozenset({1}), run_id=1), told
    )
    asked = f"EXPLAIN QUERY PLAN {_BLIND} SELECT id FROM image WHERE {where}"
    plan = [row[-1] for row in project._db.rows(asked, ["[]", *values])]

    assert any("COVERING INDEX annotation_by_origin" in step for step in plan)
