"""Figures of balance: whatever is done to boxes and images, they are what a recount finds."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from app.core.balance import PLACE_CELLS, SIZE_STEPS
from app.core.image import STATES
from app.core.label_class import LabelClass
from app.core.queue import QueueFilter
from app.storage.images import NewImage
from app.storage.migrations import balance, builds, migrations
from app.storage.project import Project

WIDTH, HEIGHT = 200, 100
TABLES = ("image_class_count", "build_stand", "class_stand", "class_pair", "class_map")
IMAGES, CLASSES, BOXES = range(1, 5), range(1, 4), range(6)

# In tables, not by `apply`: what keeps the figures must not rely on who writes.
SCORES = st.none() | st.sampled_from((0.0, 0.25, 0.4, 0.5, 0.613, 1.0))
ROWS = st.tuples(
    st.sampled_from(IMAGES),
    st.sampled_from(CLASSES),
    st.tuples(st.floats(-20, 199), st.floats(-20, 99), st.floats(0.1, 220), st.floats(0.1, 120)),
    SCORES,
    st.sampled_from((None, "ann")),
)
OPERATIONS = st.one_of(
    st.tuples(st.just("put"), st.sampled_from(BOXES), ROWS),
    st.tuples(st.just("remove"), st.sampled_from(BOXES)),
    st.tuples(st.just("state"), st.sampled_from(IMAGES), st.sampled_from(STATES)),
    st.tuples(st.just("normal"), st.sampled_from(IMAGES), st.booleans()),
    st.tuples(
        st.just("path"), st.sampled_from(IMAGES), st.sampled_from(("", "a/", "a/b/", "/x y/", "/"))
    ),
    st.tuples(st.just("build"), st.sampled_from(IMAGES), st.sampled_from((None, "a", "job7"))),
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Open for any change of state: what is allowed is a matter of other triggers."""
    project = Project.create(tmp_path_factory.mktemp("counts") / "project")
    project.add_classes([LabelClass(f"class {n}") for n in CLASSES], actor="lead")
    with project.transaction():
        project.images.add(NewImage(f"a/{n}.png", f"{n}", 1, 1, WIDTH, HEIGHT) for n in IMAGES)
    project._db.execute(
        "INSERT INTO model_run (kind, name, weights_hash, settings, actor, started_at)"
        " VALUES ('model', 'm', 'w', '{}', 'lead', '')"
    )
    guards = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%RAISE(ABORT%'"
    for (name,) in project._db.rows(guards):
        project._db.execute(f"DROP TRIGGER {name}")
    return project


def do(project: Project, what: str, which: int, value: Any = None) -> None:
    db = project._db
    if what == "put":
        image_id, class_id, (left, top, width, height), score, author = value
        row = (image_id, class_id, left, top, left + width, top + height, score, author)
        changed = db.execute(
            "UPDATE annotation SET image_id = ?, class_id = ?, left_px = ?, top_px = ?,"
            " right_px = ?, bottom_px = ?, score = ?, author = ? WHERE uid = ?",
            [*row, f"box {which}"],
        )
        if not changed.rowcount:
            db.execute(
                "INSERT INTO annotation (image_id, class_id, left_px, top_px, right_px, bottom_px,"
                " score, author, uid, run_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
                [*row, f"box {which}"],
            )
    elif what == "remove":
        db.execute("DELETE FROM annotation WHERE uid = ?", [f"box {which}"])
    elif what == "path":
        db.execute("UPDATE image SET path = ? WHERE id = ?", [f"{value}{which}.png", which])
    elif what == "build":
        db.execute("UPDATE image SET build = ? WHERE id = ?", [value, which])
    elif what == "normal":
        db.execute("UPDATE image SET is_normal = ? WHERE id = ?", [value, which])
    else:
        db.execute("UPDATE image SET state = ?, reason = 'r' WHERE id = ?", [value, which])


def without_zeros(project: Project) -> dict[str, set[tuple[Any, ...]]]:
    """The rows of each table; a row of class_stand and the like that says 0 says nothing."""
    rows = {table: project._db.rows(f"SELECT * FROM {table}") for table in TABLES}
    keys = {"image_class_count": 2, "build_stand": 2, "class_stand": 3, "class_pair": 2}
    return {
        table: {row for row in found if any(row[keys.get(table, 3) :])}
        for table, found in rows.items()
    }


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(operations=st.lists(OPERATIONS, max_size=25))
def test_counts_are_what_a_recount_finds(project: Project, operations: list[Any]) -> None:
    project._db.execute("BEGIN")
    try:
        for operation in operations:
            do(project, *operation)
        kept = without_zeros(project)
        project._db.execute("DROP TRIGGER class_stand_changes")
        project._db.execute("UPDATE image_class_count SET proposals = 0, expected_milli = 0")
        for table in ("class_pair", "class_map"):
            project._db.execute(f"DELETE FROM {table} WHERE true")
        balance.fill_proposals(project._db)
        builds.fill_by_build(project._db)
        balance.fill_pairs_and_maps(project._db)
        recounted = without_zeros(project)
        of_images = Counter(image.build for image in project.images.all())
        by_name = project._db.rows(
            "SELECT name, sum(images) FROM build JOIN build_stand ON build_id = id GROUP BY 1"
        )
    finally:
        project._db.execute("ROLLBACK")
    assert without_numbers(kept) == without_numbers(recounted)
    assert Counter(dict(by_name)) == of_images


def without_numbers(tables: dict[str, set[tuple[Any, ...]]]) -> dict[str, Any]:
    """Builds get other numbers in a recount, so their rows are compared without."""
    return {
        **{
            name: Counter(tables[name]) for name in ("image_class_count", "class_pair", "class_map")
        },
        "build_stand": Counter(row[1:] for row in tables["build_stand"]),
        "class_stand": Counter((row[0], *row[2:]) for row in tables["class_stand"]),
    }


def put(project: Project, number: int, image: int, klass: int, box: Any, score: Any, who: Any):
    do(project, "put", number, (image, klass, box, score, who))


@pytest.fixture
def furnished(tmp_path: Path, project: Project):
    """Image 1 has two streaks by a person, one beside a proposal of class 2; image 2 proposals."""
    project._db.execute("BEGIN")
    put(project, 0, 1, 1, (0, 0, 20, 10), None, "ann")
    put(project, 1, 1, 1, (180, 90, 20, 10), None, "ann")
    put(project, 2, 1, 2, (50, 50, 100, 1), 0.75, None)
    put(project, 3, 2, 2, (0, 0, 200, 100), 0.25, None)
    put(project, 4, 2, 2, (0, 0, 1, 1), 0.5, None)
    put(project, 5, 3, 3, (0, 0, 1, 1), 0.25, None)
    do(project, "state", 1, "submitted")
    do(project, "normal", 4, True)
    yield project
    project._db.execute("ROLLBACK")


def test_figures_by_class_and_state(furnished: Project) -> None:
    streak, second, third = furnished.balance.of_classes(furnished.classes.all())

    assert (streak.total.checked, streak.total.checked_images) == (2, 1)
    assert streak.checked_in("submitted") == 2
    assert (second.total.checked, second.total.proposals) == (0, 3)
    assert second.waiting.expected == 0.75
    assert second.waiting.likely_images == 1
    assert third.waiting.likely_images == 0
    assert third.waiting.expected == 0.25


def test_states_builds_and_pairs(furnished: Project) -> None:
    do(furnished, "path", 4, "b/")

    states = furnished.balance.of_states()
    first, second = furnished.balance.of_builds()

    assert (states["new"].images, states["new"].normal) == (3, 1)
    assert (first.name, first.crowd.images, first.by_class[1].boxes) == ("a", 3, 2)
    assert (second.name, second.crowd.normal, second.by_class) == ("b", 1, {})
    assert furnished.balance.pairs() == {(1, 2): 1}


def test_maps_of_places_and_sizes(furnished: Project) -> None:
    places, sizes = furnished.balance.maps("place"), furnished.balance.maps("size")

    last = PLACE_CELLS - 1
    # Centres at (10, 5) and (190, 95) of 200 x 100: a twentieth from either corner.
    assert places[1][1, 1] == places[1][last - 1, last - 1] == 1
    assert places[1].sum() == 2
    # 100 x 1 of 200 x 100: half the width, a hundredth of the height; the whole photo; 1 x 1.
    assert sizes[2][2, SIZE_STEPS - 1] == 1
    assert sizes[2][SIZE_STEPS - 1, SIZE_STEPS - 1] == 1
    assert sizes[2][2, 1] == 1


def test_images_that_promise_the_rarest_classes_come_first(furnished: Project) -> None:
    order = QueueFilter(sort="label_next")

    # Image 2 promises 0.75 of a class without boxes, image 3 0.25; image 1 is submitted.
    assert list(furnished.queue.ids(order)) == [2, 3, 4, 1]
    backwards = QueueFilter(sort="label_next", descending=True)
    assert list(furnished.queue.ids(backwards)) == [1, 4, 3, 2]


def test_a_class_that_has_its_target_promises_nothing(furnished: Project) -> None:
    for number in (3, 4):
        do(furnished, "remove", number)
    put(furnished, 3, 2, 1, (0, 0, 9, 9), 1.0, None)
    furnished._db.execute("UPDATE label_class SET target_count = 2 WHERE id = 1")

    assert list(furnished.queue.ids(QueueFilter(sort="label_next"))) == [3, 2, 4, 1]


def test_an_older_project_is_counted_when_it_is_opened(tmp_path: Path) -> None:
    with Database(tmp_path / "project.db") as old:
        old.execute("PRAGMA application_id = 0x464C574D")
        migrations.apply(old, stop_before="m019_class_balance")
        for statement in (
            "INSERT INTO label_class (id, position, name, name_zh, colour, hotkey, definition,"
            " prompts, target_count) VALUES (1, 0, 'streak', '', '#e6194b', '', '', '[]', 9),"
            " (2, 1, 'slag', '', '#4363d8', '', '', '[]', 0)",
            "INSERT INTO image (id, path, content_hash, size_bytes, mtime_ns, width_px, height_px)"
            " VALUES (1, 'a/1.png', 'h', 1, 1, 200, 100), (2, '2.png', 'i', 1, 1, 200, 100)",
            "INSERT INTO model_run VALUES (1, 'model', 'm', 'w', '{}', 'lead', '')",
            "INSERT INTO annotation (uid, image_id, class_id, left_px, top_px, right_px, bottom_px,"
            " score, run_id, author) VALUES ('u', 1, 1, 0, 0, 20, 10, NULL, NULL, 'li'),"
            " ('v', 1, 2, 0, 0, 9, 9, 0.25, 1, NULL), ('w', 2, 2, 0, 0, 9, 9, 0.75, 1, NULL)",
        ):
            old.execute(statement)

    with Project.open(tmp_path) as project:
        streak, slag = project.balance.of_classes(project.classes.all())
        assert (streak.total.checked, streak.missing) == (1, 8)
        assert (slag.waiting.expected, slag.waiting.likely_images) == (1.0, 1)
        assert [build.name for build in project.balance.of_builds()] == [".", "a"]
        assert project.balance.pairs() == {(1, 2): 1}
        assert project.balance.maps("place")[1].sum() == 1
        assert list(project.queue.ids(QueueFilter(sort="label_next"))) == [2, 1]
