"""`flawmark assign`"""

from typing import Annotated

import typer

from app.commands.given import AsJson, ProjectFolder
from app.console import out, print_json
from app.services.assign import assign as run_assign
from app.services.environment import person
from app.storage.project import Project


def assign(
    project: ProjectFolder,
    to: Annotated[list[str], typer.Option(metavar="NAME", help="Who; give several in turn.")],
    builds: Annotated[
        bool, typer.Option(help="Whole folders to one person, or the images evenly.")
    ] = True,
    again: Annotated[
        bool, typer.Option(help="Hand out anew what somebody has already, too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Share the images that are still to be labelled out among people."""
    with Project.open(project) as opened:
        given = run_assign(opened, to, whole_builds=builds, again=again, by=person())
    if as_json:
        print_json(given)
        return
    for name, count in given.items():
        out.print(f"{name}: {count} images", markup=False)
