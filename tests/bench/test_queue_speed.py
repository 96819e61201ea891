"""The queue of a large project costs what its rows cost, as ratios in one run."""

from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest
from pytestqt.qtbot import QtBot

from app.core.queue import SORTS, QueueFilter
from app.storage.project import Project
from tests.bench.bench_project import cpu_ms
from tests.bench.bench_queue import (
    FILTERS,
    SMALL_PROJECT,
    make_worked_on_project,
    next_image_ms,
    plain_ids,
)
from widgets.queue.image_queue import ImageQueue

pytestmark = pytest.mark.slow
IMAGES = 10_000


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    with make_worked_on_project(tmp_path_factory.mktemp("queue") / "large", IMAGES) as project:
        yield project


def test_all_ids_cost_little_more_than_reading_them(project: Project) -> None:
    assert list(project.queue.ids(QueueFilter())) == sorted(plain_ids(project))

    plain = cpu_ms(lambda: plain_ids(project))
    taken = cpu_ms(lambda: project.queue.ids(QueueFilter()))
    assert taken / plain < 3


def test_no_order_or_filter_costs_many_times_that(project: Project) -> None:
    wanted = [QueueFilter(sort=sort) for sort in SORTS] + list(FILTERS.values())

    def times_plain(order: QueueFilter) -> float:
        """Each beside its baseline, because the machine may be slower for a while."""
        return cpu_ms(lambda: project.queue.ids(order)) / cpu_ms(lambda: plain_ids(project))

    # The dearest weighs all that is known of each image: 13 to 16 times.
    assert max(median(times_plain(w) for _ in range(3)) for w in wanted) < 30


def test_new_ids_are_listed_as_fast_where_an_image_is_open(qtbot: QtBot) -> None:
    queue, ids = ImageQueue(lambda ids: []), range(1, 100_001)
    qtbot.addWidget(queue)
    queue.show()

    def listed_beside(image_id: int | None) -> float:
        queue.set_current(None)
        queue.set_current(image_id)
        return cpu_ms(lambda: queue.set_ids(ids), 1)

    bare = median(listed_beside(None) for _ in range(5))
    assert median(listed_beside(50) for _ in range(5)) / bare < 6


def test_the_next_image_costs_the_same_in_a_large_project(project: Project, tmp_path: Path) -> None:
    with make_worked_on_project(tmp_path / "small", SMALL_PROJECT) as small:
        among_few = min(next_image_ms(small) for _ in range(3))
    among_many = min(next_image_ms(project) for _ in range(3))

    assert among_many / among_few < 2
