"""What must not grow with the project doesn't, as ratios in one run."""

from pathlib import Path

import pytest

from tests.bench.bench_project import bare_count, cpu_ms, make_project


@pytest.mark.slow
def test_counting_classes_costs_a_fraction_of_counting_rows(tmp_path: Path) -> None:
    with make_project(tmp_path / "project", images=5_000) as project:
        counted = cpu_ms(project.classes.counts)
        bare = cpu_ms(lambda: bare_count(project), 3)
        assert [tuple(row) for row in bare_count(project)] == [
            (c.label_class.id, c.boxes, c.proposals, c.images) for c in project.classes.counts()
        ]
    assert bare / counted > 10
