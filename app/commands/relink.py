"""`flawmark relink`"""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from app.commands.given import AsJson, ProjectFolder
from app.console import counted, list_problems, out, print_json, steps
from app.services.relink import relink as run_relink
from app.storage.project import Project


def relink(
    project: ProjectFolder,
    folder: Annotated[Path, typer.Argument(help="Where the photos are now.")],
    as_json: AsJson = False,
) -> None:
    """Find photos that moved by their content."""
    with Project.open(project) as opened, steps() as step:
        report = run_relink(opened, folder, on_progress=step.begin("Comparing"))
    list_problems([e.what for e in report.refused], title="Files not compared")
    list_problems(report.missing, title="Photos still missing")
    if as_json:
        print_json({**asdict(report), "refused": [e.what for e in report.refused]})
        return
    out.print(
        f"{counted(report.relinked, 'photo')} found again, {report.in_place} in place, "
        f"{len(report.missing)} missing."
    )
