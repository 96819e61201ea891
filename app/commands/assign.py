"""`flawmark assign`"""

from typing import Annotated

import typer

from app.commands.given import AsJson, ProjectFolder
from app.console import counted, out, print_json
from app.core.errors import UserError
from app.services.assign import assign as run_assign
from app.services.assign import take_back
from app.services.environment import person
from app.storage.project import Project


def assign(
    project: ProjectFolder,
    to: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Who; give several in turn.")
    ] = None,
    builds: Annotated[
        bool, typer.Option(help="Whole folders to one person, or the images evenly.")
    ] = True,
    again: Annotated[
        bool, typer.Option(help="Hand out anew what somebody has already, too.")
    ] = False,
    undo: Annotated[
        bool, typer.Option("--take-back", help="Take back what you handed out last.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Share the images that are still to be labelled out among people."""
    if undo == bool(to):
        raise UserError("Either --to or --take-back is to be given.", hint="Give one of them.")
    with Project.open(project) as opened:
        if not to:
            _tell_taken_back(take_back(opened, by=person()), as_json=as_json)
            return
        given = run_assign(opened, to, whole_builds=builds, again=again, by=person())
    if as_json:
        print_json(given)
        return
    for name, count in given.items():
        out.print(f"{name}: {counted(count, 'image')}", markup=False)


def _tell_taken_back(count: int, *, as_json: bool) -> None:
    if as_json:
        print_json({"taken_back": count})
    else:
        out.print(f"Images that are whose they were: {count}.")
