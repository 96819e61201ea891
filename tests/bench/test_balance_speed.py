"""Figures of balance touch no box, as ratios in one run."""

from pathlib import Path

import pytest

from app.services.balance import class_figures, read_balance
from tests.bench.bench_balance import bare, make_labelled_project
from tests.bench.bench_project import cpu_ms

pytestmark = pytest.mark.slow
IMAGES = 3_000
_TIMES = 5


def test_opening_all_figures_costs_less_than_looking_at_the_boxes(tmp_path: Path) -> None:
    with make_labelled_project(tmp_path / "project", IMAGES) as project:
        looked_at = cpu_ms(lambda: bare(project))
        opened = cpu_ms(lambda: read_balance(project))
        strip = cpu_ms(lambda: class_figures(project))

    assert opened / looked_at < 0.7
    assert strip / looked_at < 0.1


def test_ten_times_the_boxes_cost_no_more(tmp_path: Path) -> None:
    """Of as many folders: what is read grows with classes, states and folders alone."""
    with (
        make_labelled_project(tmp_path / "small", IMAGES // 10) as small,
        make_labelled_project(tmp_path / "large", IMAGES) as large,
    ):
        for project in (small, large):
            project._db.execute("UPDATE image SET path = 'one/' || id")
        # In turns, because the machine may be slower for a while.
        took = [
            (cpu_ms(lambda: read_balance(small)), cpu_ms(lambda: read_balance(large)))
            for _ in range(_TIMES)
        ]

    few, many = map(min, zip(*took, strict=True))
    assert many / few < 2
