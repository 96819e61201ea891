"""`flawmark split`"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from app.commands.given import AsJson, ProjectFolder, read_shares
from app.console import counted, out, print_json, steps
from app.core.dividing import GAP_LAYERS
from app.core.image import SPLITS
from app.core.label_class import LabelClass
from app.core.splitting import NORMAL
from app.services.environment import person
from app.services.leaks import Leak, LeakReport, find_leaks
from app.services.splits import (
    SplitOptions,
    SplitReport,
    labelled_images,
    read_splits,
    set_build_pattern,
    split_images,
    split_notes,
    unlock_splits,
)
from app.storage.project import Project
from app.storage.splits import Unlocking


def split(
    project: ProjectFolder,
    shares: Annotated[
        str | None,
        typer.Argument(help="Such as 0.8,0.1,0.1 for train, val, test. Without: what holds now."),
    ] = None,
    again: Annotated[
        bool, typer.Option(help="Anew for images that have a split, but were never exported.")
    ] = False,
    cut: Annotated[
        bool, typer.Option(help="Cut builds where whole ones don't come near the shares.")
    ] = False,
    gap: Annotated[
        int, typer.Option(min=0, help="Layers to leave out where a build is cut.")
    ] = GAP_LAYERS,
    builds: Annotated[
        str | None,
        typer.Option(
            metavar="PATTERN",
            help='Regular expression that finds the build in a path; "" for folders.',
        ),
    ] = None,
    check: Annotated[
        bool, typer.Option(help="List near-duplicates and neighbours across splits. Exit 1 if any.")
    ] = False,
    unlock: Annotated[bool, typer.Option(help="Let exported images change their split.")] = False,
    build: Annotated[str | None, typer.Option(help="Unlock only this build.")] = None,
    reason: Annotated[str, typer.Option(help="Why it is unlocked; the project keeps it.")] = "",
    as_json: AsJson = False,
) -> None:
    """Give images to train, val and test: builds whole, classes even. Or look at how it stands."""
    wanted = None if shares is None else read_shares(shares, "SHARES")
    _refuse_mixed(wanted is not None, again or cut, unlock, bool(build or reason))
    with Project.open(project) as opened, steps() as step:
        if builds is not None:
            set_build_pattern(opened, builds, by=person())
        if unlock:
            count = unlock_splits(opened, reason, actor=person(), build=build)
            out.print(f"Free to change their split: {counted(count, 'image')}.")
            out.print("`flawmark split … --again` does it.")
            return
        if wanted is not None:
            options = SplitOptions(wanted, may_cut=cut, again=again, gap_layers=gap)
            images = labelled_images(opened)
            _, report = split_images(opened, images, options, actor=person())
        else:
            report = read_splits(opened)
        leaks = find_leaks(opened, on_progress=step.begin("Photos")) if check else None
        classes = opened.classes.all()
        unlockings = opened.splits.unlockings()
    if as_json:
        print_json(_as_json(report, classes, leaks, unlockings))
    else:
        _say(report, classes, leaks, unlockings)
    if leaks is not None and (leaks.twins or leaks.neighbours):
        raise typer.Exit(1)


def _refuse_mixed(splits: bool, how: bool, unlocks: bool, about_unlocking: bool) -> None:
    if how and not splits:
        raise typer.BadParameter("--again and --cut go with shares such as 0.8,0.1,0.1")
    if unlocks and splits:
        raise typer.BadParameter("--unlock comes first; then give shares and --again")
    if about_unlocking and not unlocks:
        raise typer.BadParameter("--build and --reason go with --unlock")


def _as_json(
    report: SplitReport,
    classes: Sequence[LabelClass],
    leaks: LeakReport | None,
    unlockings: Sequence[Unlocking],
) -> dict[str, object]:
    names = {c.id: c.name for c in classes} | {NORMAL: "normal"}
    told = asdict(report) | {"unlockings": [asdict(each) for each in unlockings]}
    told["counts"] = {
        split: {name: kinds.get(class_id, 0) for class_id, name in names.items()}
        for split, kinds in report.counts.items()
    }
    told["deviations"] = [
        {
            "split": each.split,
            "of": "images" if each.class_id is None else names[each.class_id],
            "images": each.images,
            "share": each.share,
            "wanted": each.wanted,
            "points": each.points,
        }
        for each in report.deviations
    ]
    if leaks is not None:
        told["near_duplicates"] = [asdict(each) for each in leaks.twins]
        told["neighbours"] = [asdict(each) for each in leaks.neighbours]
        told["checked"] = leaks.checked
    return told


def _say(
    report: SplitReport,
    classes: Sequence[LabelClass],
    leaks: LeakReport | None,
    unlockings: Sequence[Unlocking],
) -> None:
    table = Table(title="Images")
    table.add_column("")
    for heading in SPLITS:
        table.add_column(heading, justify="right")
    whole = sum(report.images.values())
    if not whole:
        out.print("No image has a split yet. Give shares of train, val and test: 0.8,0.1,0.1")
        if report.went_out:
            out.print(f"Exported without one, so they stay in train: {report.went_out}.")
        return
    _row(table, "all", [report.images[split] for split in SPLITS], [whole] * 3)
    totals = [report.images[split] for split in SPLITS]
    for class_id, name in [*((c.id, c.name) for c in classes), (NORMAL, "normal")]:
        _row(table, name, [report.counts[split].get(class_id, 0) for split in SPLITS], totals)
    _row(table, "locked", [report.locked[split] for split in SPLITS], totals)
    out.print(table)
    for note in split_notes(report, classes):
        out.print(note, markup=False)
    if report.spread:
        named = ", ".join(report.spread[:5]) + (" …" if len(report.spread) > 5 else "")
        said = f"Builds that lie in several splits ({len(report.spread)}): {named}."
        out.print(said, markup=False)
    if leaks is not None:
        _say_leaks(leaks)
    for each in unlockings:
        images = counted(each.images, "image")
        who = f"{images} unlocked by {each.person} on {each.at[:10]}"
        out.print(f"{who}: {each.reason}", markup=False)


def _say_leaks(leaks: LeakReport) -> None:
    _list("near-duplicates across splits", leaks.twins)
    _list("neighbouring layers in different splits", leaks.neighbours)
    if leaks.unread:
        out.print(f"Photos that could not be looked at: {len(leaks.unread)}")
        for each in leaks.unread:
            out.print(f"  {each.what}", markup=False)


def _list(title: str, leaks: Sequence[Leak]) -> None:
    out.print(f"{len(leaks)} {title}.")
    for leak in leaks:
        out.print(f"  {leak.path} {leak.words}", markup=False)


def _row(table: Table, name: str, counts: Sequence[int], of: Sequence[int]) -> None:
    cells = [
        f"{n} ({n / whole:.1%})" if whole else str(n) for n, whole in zip(counts, of, strict=True)
    ]
    table.add_row(Text(name), *cells)
