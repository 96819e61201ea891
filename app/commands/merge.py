"""`flawmark merge`"""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

from app.commands.given import AsJson, ProjectFolder
from app.console import counted, list_problems, out, print_json, steps
from app.services.environment import person
from app.services.merge import merge as run_merge
from app.storage.project import Project


def merge(
    project: ProjectFolder,
    other: Annotated[Path, typer.Argument(metavar="COPY", help="A copy that was worked on.")],
    as_json: AsJson = False,
) -> None:
    """Bring in what was done in a copy of the project. The copy is left as it is."""
    with Project.open(project) as opened, Project.open(other) as copy, steps() as step:
        report = run_merge(opened, copy, actor=person(), on_progress=step.begin("Merging"))
    refused = [f"{path}: {e.what} {e.hint}" for path, e in report.refused]
    list_problems(report.conflicts, title="Changed in both, left as they are here")
    list_problems(refused, title="Not allowed here, left as they are")
    list_problems(report.unknown, title="Photos that this project hasn't")
    if as_json:
        print_json(asdict(replace(report, refused=[])) | {"refused": refused})
        return
    out.print(
        f"{counted(report.images, 'image')} took {counted(report.gestures, 'step')}; "
        f"{counted(report.comments, 'comment')}, {counted(report.visits, 'visit')}, "
        f"{counted(report.second, 'second labelling')} and "
        f"{counted(len(report.people), 'person', many='people')} came in."
    )
