"""Projects, processes and threads cost next to nothing beside the bare library, in one run."""

from pathlib import Path

import pytest

from tests.bench.bench_prelabel import make_weights, measure

LEAST_RATIO = 0.7  # 0.9 and more when quiet and over hundreds of photos; the rest is noise


@pytest.mark.alone
@pytest.mark.slow
def test_prelabelling_keeps_up_with_the_bare_loop(tmp_path: Path) -> None:
    measured = measure(make_weights(tmp_path), tmp_path, count=16, repeats=3)
    assert measured["ratio"] >= LEAST_RATIO, measured
