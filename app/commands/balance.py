"""`flawmark balance`"""

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from app.commands.given import AsJson, ProjectFolder
from app.console import SHOWN_PROBLEMS, counted, out, print_json
from app.core.balance import Balance, BuildFigures, ClassFigures, Tally
from app.core.errors import UserError
from app.services.balance import balance_json, read_balance, set_targets
from app.services.environment import person
from app.storage.project import Project


def balance(
    project: ProjectFolder,
    target: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CLASS=BOXES",
            help="How many boxes of a class you want; 0 for no target. May be given again.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show boxes and images of each class against their targets, and where more may be found."""
    targets = _read_targets(target or ())
    with Project.open(project) as opened:
        if targets:
            set_targets(opened, targets, by=person())
        figures = read_balance(opened)
    if as_json:
        print_json(balance_json(figures))
        return
    out.print(_table(figures.classes))
    for each in figures.classes:
        if each.is_lacking:
            out.print(_wanting(each), markup=False)
    out.print(_evenness(figures))
    out.print(_normal(figures))
    _print_builds(figures.builds, figures.classes)


def _read_targets(given: Sequence[str]) -> dict[str, int]:
    targets = {}
    for each in given:
        name, is_there, count = each.rpartition("=")  # a name may have that sign in it
        if not is_there or not count.isdecimal():
            raise UserError(
                f"--target {each!r} is not like wrinkle=200.",
                hint="Name a class and how many boxes of it you want.",
            )
        targets[name] = int(count)
    return targets


def _table(classes: tuple[ClassFigures, ...]) -> Table:
    table = Table("class", "boxes", "target", "images", "approved", "submitted", "proposals")
    for each in classes:
        total = each.total
        counts = (
            total.checked,
            each.target or "",
            total.checked_images,
            each.checked_in("approved"),
            each.checked_in("submitted"),
            total.proposals,
        )
        # As text: a name may look like markup.
        table.add_row(Text(each.label_class.name), *map(str, counts))
    return table


def _wanting(figures: ClassFigures) -> str:
    of = f" of {figures.target}" if figures.target else ""
    likely = _likely(figures.waiting.likely_images)
    return f"{figures.label_class.name}: {figures.total.checked}{of}; {likely}"


def _likely(images: int) -> str:
    if not images:
        return "no unlabelled image is known to hold one."
    hold = "image probably holds" if images == 1 else "images probably hold"
    return f"{images} unlabelled {hold} one."


def _evenness(figures: Balance) -> str:
    ratio = figures.imbalance_ratio
    if not figures.classes:
        return "The project has no classes yet."
    if ratio is None:
        lacking = sum(not each.total.checked for each in figures.classes)
        of = counted(len(figures.classes), "class", many="classes")
        return f"Imbalance: without a box by people so far {lacking} of {of}."
    return f"Imbalance: the most frequent class has {ratio:.1f} times the boxes of the rarest."


def _normal(figures: Balance) -> str:
    crowd, share = figures.worked_on, figures.normal_share
    said = "" if share is None else f" ({share:.0%})"
    return (
        f"Normal: {crowd.normal} of {counted(crowd.images, 'image')} that people worked on{said}."
    )


def _print_builds(builds: tuple[BuildFigures, ...], classes: tuple[ClassFigures, ...]) -> None:
    table = Table("build", "images", "normal")
    for each in classes:
        table.add_column(Text(each.label_class.name))
    for build in builds[:SHOWN_PROBLEMS]:
        tallies = (build.by_class.get(each.label_class.id, Tally()) for each in classes)
        counts = [tally.checked for tally in tallies]
        said = (build.crowd.images, build.crowd.normal, *counts)
        table.add_row(Text(build.name), *map(str, said))
    if len(builds) > 1:
        out.print(table)
    if len(builds) > SHOWN_PROBLEMS:
        out.print(f"… and {len(builds) - SHOWN_PROBLEMS} more builds (all with --json)")
