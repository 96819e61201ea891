"""`flawmark export`"""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from app.commands.given import AsJson, ProjectFolder, read_shares
from app.commands.record_options import RecordFlags, with_record_flags
from app.console import counted, out, print_json, steps
from app.core.image import STATES, State
from app.services.environment import person
from app.services.export import TARGETS, ExportOptions, ExportReport
from app.services.export import export as run_export
from app.services.selection import LABELLED
from app.storage.project import Project


@with_record_flags
def export(
    project: ProjectFolder,
    to: Annotated[str, typer.Option(help=f"What for: {', '.join(TARGETS)}.")],
    folder: Annotated[Path, typer.Argument(metavar="OUT", help="A new folder, or an old export.")],
    copy: Annotated[bool, typer.Option(help="Copy photos instead of linking them.")] = False,
    split: Annotated[
        str | None,
        typer.Option(help="Shares such as 0.8,0.1,0.1 for train, val, test; else as imported."),
    ] = None,
    states: Annotated[
        str, typer.Option(help="Only images in these states, separated by commas.")
    ] = ",".join(LABELLED),
    as_json: AsJson = False,
    *,
    records: RecordFlags,
) -> None:
    """Write the labelled images for a trainer or another tool."""
    if to not in TARGETS:
        raise typer.BadParameter(f"--to wants one of {', '.join(TARGETS)}, not {to}")
    if copy and to == "jsonl":
        raise typer.BadParameter("--copy is not for --to jsonl: --bake writes copies of photos")
    options = ExportOptions(
        states=_states(states),
        copy_photos=copy,
        shares=None if split is None else read_shares(split, "--split"),
        records=records.for_export(to),
        mix=records.mix(to),
    )
    with Project.open(project) as opened, steps() as step:
        report = run_export(
            *(opened, to, folder),
            actor=person(),
            options=options,
            on_progress=step.begin("Images"),
            on_leak_check=step.later("Looking for leaks"),
        )
    if as_json:
        print_json({**asdict(report), "out": str(report.out)})
    else:
        say_exported(report)


def say_exported(report: ExportReport) -> None:
    images, boxes = counted(report.images, "image"), counted(report.boxes, "box", many="boxes")
    records = f"; {counted(report.records, 'record')}" if report.records else ""
    out.print(f"{report.out}: {images}, {boxes}, {report.normal} normal{records}.", markup=False)
    for note in report.notes:
        out.print(note, markup=False)


def _states(text: str) -> tuple[State, ...]:
    chosen = tuple(state for state in STATES if state in text.split(","))
    if set(chosen) != set(text.split(",")):
        raise typer.BadParameter(f"--states wants some of {','.join(STATES)}, not {text}")
    return chosen
