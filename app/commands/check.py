"""`flawmark check`"""

from dataclasses import asdict

import typer

from app.commands.given import AsJson, ProjectFolder
from app.console import list_findings, out, print_json, steps
from app.services.check import check as run_check
from app.storage.project import Project


def check(project: ProjectFolder, as_json: AsJson = False) -> None:
    """Look for what would spoil an export. Exit 1 when an error is found."""
    with Project.open(project) as opened, steps() as step:
        findings = run_check(opened, on_progress=step.begin("Checks"))
    errors = sum(f.severity == "error" for f in findings)
    if as_json:
        print_json([asdict(f) for f in findings])
    else:
        list_findings(findings)
        out.print(f"{errors} errors, {len(findings) - errors} warnings.")
    if errors:
        raise typer.Exit(1)
