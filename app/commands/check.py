"""`flawmark check`"""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from app.commands.given import AsJson, ProjectFolder
from app.console import list_findings, out, print_json, steps
from app.services.check import check as run_check
from app.services.check_conversations import check_conversations
from app.services.check_records import check_records
from app.services.record_options import RecordExport, target_of
from app.storage.project import Project


def check(
    project: ProjectFolder,
    conversations: Annotated[
        bool, typer.Option(help="Compare what every conversation says with the labels, too.")
    ] = False,
    records: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Compare the records of a JSONL file instead."),
    ] = None,
    target: Annotated[
        str | None, typer.Option(help="What FILE was written for, as `flawmark targets` lists it.")
    ] = None,
    max_pixels: Annotated[
        int | None, typer.Option(min=1, help="As FILE was exported with.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Look for what would spoil an export. Exit 1 when an error is found."""
    if (records is None) != (target is None):
        raise typer.BadParameter("--records FILE and --target NAME are given together")
    with Project.open(project) as opened, steps() as step:
        if records is not None and target is not None:
            options = RecordExport(target=target, max_pixels=max_pixels)
            progress = step.begin("Records")
            findings = check_records(opened, records, target_of(options), on_progress=progress)
        else:
            findings = run_check(opened, on_progress=step.begin("Checks"))
            if conversations:
                findings += check_conversations(opened, on_progress=step.begin("Conversations"))
    errors = sum(f.severity == "error" for f in findings)
    if as_json:
        print_json([asdict(f) for f in findings])
    else:
        list_findings(findings)
        out.print(f"{errors} errors, {len(findings) - errors} warnings.")
    if errors:
        raise typer.Exit(1)
