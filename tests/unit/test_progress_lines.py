"""The progress lines of a command: a later one opens with its first step."""

from app.console import steps
from app.core.progress import Progress


def test_a_later_line_opens_with_its_first_step() -> None:
    with steps() as step:
        later = step.later("Looking for leaks")
        assert step._bar.tasks == []
        later(Progress(1, 3))
        later(Progress(2, 3))
        (line,) = step._bar.tasks
        assert (line.description, line.completed, line.total) == ("Looking for leaks", 2, 3)
