"""`flawmark blind`"""

from typing import Annotated

import typer

from app.commands.given import ProjectFolder
from app.console import out
from app.core.blind import SHARE_SETTING, share_of
from app.storage.project import Project


def blind(
    project: ProjectFolder,
    share: Annotated[
        float | None,
        typer.Argument(help="From 0 (none) to 1 (all images). Without it: what holds."),
    ] = None,
) -> None:
    """Serve a share of the images with proposals hidden, to see how far people just nod."""
    with Project.open(project) as opened:
        if share is not None:
            opened.settings.put(SHARE_SETTING, share_of(share))
        now = share_of(opened.settings.get(SHARE_SETTING))
    out.print(f"{now:.0%} of the images are served blind, other ones to each person.")
