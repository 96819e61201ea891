"""How the command line talks: progress, tables, errors, and questions."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as ProgressBar
from rich.table import Table
from rich.text import Text

from app.core.errors import UserError
from app.core.label_class import LabelClass
from app.core.progress import OnProgress, Progress
from app.services.check import Finding

out = Console(soft_wrap=True)
err = Console(stderr=True, soft_wrap=True)

SHOWN_PROBLEMS = 20


class _Speed(ProgressColumn):
    """Steps per second, since the whole job began."""

    def render(self, task: Task) -> Text:
        per_second = (task.finished_speed or task.speed) if task.completed else None
        return Text(
            "" if per_second is None else f"{per_second:.1f}/s", style="progress.data.speed"
        )


class Steps:
    """The progress lines of one command, on standard error: standard output stays for scripts."""

    def __init__(self, bar: ProgressBar) -> None:
        self._bar = bar

    def begin(self, title: str) -> OnProgress:
        """Opens a line; what is returned moves it on."""
        task = self._bar.add_task(title, total=None)

        def move(progress: Progress) -> None:
            self._bar.update(task, completed=progress.done, total=progress.total)

        return move

    def later(self, title: str) -> OnProgress:
        """The same, but the line opens with the first step: for what follows something else."""
        begun = cache(lambda: self.begin(title))
        return lambda progress: begun()(progress)

    def ask_class(self, name: str, classes: Sequence[LabelClass]) -> LabelClass | None:
        """Which label class a model's class stands for; an empty answer leaves it out."""
        choices = ", ".join(c.name for c in classes)
        question = f"The model's class {name!r} is which of {choices}? (empty: none) "
        self._bar.stop()  # a moving line would wipe the question away
        try:
            while True:
                answer = err.input(question, markup=False).strip()
                found = next((c for c in classes if answer in (c.name, c.name_zh)), None)
                if found is not None or not answer:
                    return found
        finally:
            self._bar.start()


@contextmanager
def steps() -> Iterator[Steps]:
    """Progress lines for one command.

    Ctrl-C ends it with a word on what is saved, and exit code 130.
    """
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Speed(),
        TimeRemainingColumn(),
    )
    with _interruptible(), ProgressBar(*columns, console=err) as bar:
        try:
            yield Steps(bar)
        finally:
            for task in bar.tasks:
                # It had nothing to do, or failed before it began: an empty line says neither.
                bar.update(task.id, visible=task.total is not None)


@contextmanager
def _interruptible() -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        err.print("Stopped. What was done is saved; the same command goes on from there.")
        raise SystemExit(130) from None


def counted(count: int, noun: str, *, many: str = "") -> str:
    """A number with its noun; `many` is for more than one, where that isn't with an s."""
    return f"{count} {noun if count == 1 else many or noun + 's'}"


def say_error(error: UserError) -> None:
    """One line what, one line what to do."""
    err.print(Text(error.what, style="bold red"))
    err.print(Text(error.hint))


def say_blind(images: int) -> None:
    """Why not all of what was found is told."""
    if images:
        out.print(f"Nothing is told of {images} of these images, which you label blind.")


def list_problems(problems: Sequence[object], *, title: str) -> None:
    """The first problems, one a line, on standard error; then how many more there are."""
    if not problems:
        return
    err.print(Text(f"{title}: {len(problems)}", style="yellow"))
    for problem in problems[:SHOWN_PROBLEMS]:
        err.print(Text(f"  {problem}"))
    if len(problems) > SHOWN_PROBLEMS:
        err.print(Text(f"  … and {len(problems) - SHOWN_PROBLEMS} more"))


def list_findings(findings: Sequence[Finding]) -> None:
    """By kind: how many and what to do, then the first of them."""
    for kind in dict.fromkeys(f.kind for f in findings):
        alike = [f for f in findings if f.kind == kind]
        style = "bold red" if alike[0].severity == "error" else "yellow"
        out.print(
            Text(
                f"{alike[0].severity}: {kind}, {counted(len(alike), 'time')}. {alike[0].hint}",
                style,
            )
        )
        for f in alike[:SHOWN_PROBLEMS]:
            out.print(Text(f"  {f.image}: {f.what}" if f.image else f"  {f.what}"))
        if len(alike) > SHOWN_PROBLEMS:
            out.print(Text(f"  … and {len(alike) - SHOWN_PROBLEMS} more (all with --json)"))


def print_json(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def print_balance(status: dict[str, Any]) -> None:
    """How much of each class there is, with a bar against the most frequent one."""
    table = Table(title="Balance")
    for heading, side in (("class", "left"), ("", "left"), ("boxes", "right"), ("images", "right")):
        table.add_column(heading, justify="right" if side == "right" else "left")
    table.add_column("share")
    most = max((c["boxes"] for c in status["classes"]), default=0) or 1
    for each in status["classes"]:
        bar = "█" * round(20 * each["boxes"] / most)
        names = Text(each["name"]), Text(each["name_zh"])  # as text: a name may look like markup
        table.add_row(*names, str(each["boxes"]), str(each["images"]), bar)
    out.print(table)
