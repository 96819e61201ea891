"""`flawmark open`"""

from pathlib import Path
from typing import Annotated

import typer

from app.shell.viewer import show_project


def open_(
    project: Annotated[
        Path | None, typer.Argument(metavar="PROJECT", help="The project's folder.")
    ] = None,
) -> None:
    """Label a project in the window. Without PROJECT the window shows those opened lately."""
    show_project(project)
