"""What the log is asked again and again doesn't grow with it, as ratios in one run."""

from pathlib import Path

import pytest

from tests.bench.bench_log import bare, handed_out_project, questions
from tests.bench.bench_project import cpu_ms

IMAGES = 5_000


@pytest.mark.slow
def test_the_log_answers_without_being_read(tmp_path: Path) -> None:
    with handed_out_project(tmp_path / "project", IMAGES) as project:
        asked = questions(project, IMAGES)
        asked.pop("images that somebody worked on")  # these are all of them
        asked.pop("what was done lately, first page")  # its page is all there is of so few
        asked["the first edits of a hand-out"] = lambda: project.log.get(
            project.undo_line.to_take_back("bench")[0], most_edits=40
        )
        read_all = cpu_ms(lambda: bare(project))
        for question, answer in asked.items():
            assert cpu_ms(answer) < read_all / 3, question
