"""Figures of quality cost what changed, not what there is, as ratios in one run."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.services.quality import count_changed
from app.storage.project import Project
from tests.bench.bench_project import cpu_ms
from tests.bench.bench_quality import (
    bare,
    edit_ms,
    edit_ms_without_triggers,
    make_worked_on_project,
    opened,
)

pytestmark = pytest.mark.slow
IMAGES = 3_000


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    with make_worked_on_project(tmp_path_factory.mktemp("quality") / "p", IMAGES) as project:
        count_changed(project)
        yield project


def test_opening_costs_no_more_the_more_images_there_are(project: Project, tmp_path: Path) -> None:
    with make_worked_on_project(tmp_path / "few", IMAGES // 6) as few:
        count_changed(few)
        among_few = cpu_ms(lambda: opened(few))
    # Six times the images, of six people instead of one: the figures are of people.
    assert cpu_ms(lambda: opened(project)) / among_few < 8


def test_an_edit_costs_little_more_for_being_noted(project: Project) -> None:
    noted = min(edit_ms(project) for _ in range(3))
    assert noted / min(edit_ms_without_triggers(project) for _ in range(3)) < 2


def test_counting_nothing_new_costs_nothing(project: Project) -> None:
    assert cpu_ms(lambda: count_changed(project)) < cpu_ms(lambda: bare(project))
