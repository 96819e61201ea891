"""How the command line talks: progress, tables, errors, and questions."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
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


@contextmanager
def steps() -> Iterator[Callable[[str], OnProgress]]:
    """Gives a function that opens a progress line by its title and returns what moves it on.

    The lines go to standard error, so that standard output stays clean for scripts. Ctrl-C ends
    the command with a word on what is saved, and exit code 130.
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

        def begin(title: str) -> OnProgress:
            task = bar.add_task(title, total=None)

            def move(progress: Progress) -> None:
                bar.update(task, completed=progress.done, total=progress.total)

            return move

        try:
            yield begin
        finally:
            for task in bar.tasks:
                # It had nothing to do, or failed before it began: an empty line says neither.
                bar.update(task.id, visible=task.total is not None)


@contextmanager
def _interruptible() -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        err.print("Stopped. What was done is saved; run the same command again to go on.")
        raise SystemExit(130) from None


def say_error(error: UserError) -> None:
    """One line what, one line what to do."""
    err.print(Text(error.what, style="bold red"))
    err.print(Text(error.hint))


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
        out.print(Text(f"{alike[0].severity}: {kind}, {len(alike)} times. {alike[0].hint}", style))
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
        table.add_row(each["name"], each["name_zh"], str(each["boxes"]), str(each["images"]), bar)
    out.print(table)


def ask_class(name: str, classes: Sequence[LabelClass]) -> LabelClass | None:
    """Which label class a model's class stands for; an empty answer leaves it out."""
    choices = ", ".join(c.name for c in classes)
    while True:
        answer = err.input(
            f"The model's class {name!r} is which of {choices}? (empty: none) "
        ).strip()
        if not answer:
            return None
        for each in classes:
            if answer in (each.name, each.name_zh):
                return each
