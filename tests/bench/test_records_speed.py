"""Records come fast and in little memory, as ratios in one run."""

from pathlib import Path

import pytest

from tests.bench.bench_records import dumped_s, exported, make_project

# Their JSON alone takes a fifteenth to a twenty-fifth of the time.
_TIMES_JSON = 60
_BYTES_AN_IMAGE = 8_000


@pytest.mark.slow
@pytest.mark.alone
def test_records_cost_little_more_than_their_json_and_no_memory(tmp_path: Path) -> None:
    few = exported(make_project(tmp_path / "few", 500), tmp_path / "few" / "out")
    many = exported(make_project(tmp_path / "many", 3000), tmp_path / "many" / "out")
    assert (few["records"], many["records"]) == (1500, 9000)
    # What both take to start is left out.
    elapsed_s = many["cpu_s"] - few["cpu_s"]
    assert elapsed_s / 7500 < _TIMES_JSON * dumped_s(tmp_path / "many" / "out") / 9000
    assert (many["peak_mb"] - few["peak_mb"]) * 1e6 < _BYTES_AN_IMAGE * 2500
