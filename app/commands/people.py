"""`flawmark people`"""

from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from app.commands.given import AsJson, ProjectFolder
from app.console import out, print_json
from app.core.people import Role
from app.core.review import SELF_REVIEW_SETTING
from app.services.environment import person
from app.services.people import allow_self_review, change_person, colleagues
from app.storage.project import Project


def people(
    project: ProjectFolder,
    add: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Who is new, or changes; give several in turn."),
    ] = None,
    role: Annotated[
        Role | None, typer.Option(help="What the people of --add are from now on.")
    ] = None,
    colour: Annotated[
        str | None, typer.Option(metavar="#RRGGBB", help="Theirs from now on.")
    ] = None,
    self_review: Annotated[
        bool | None,
        typer.Option(help="Whether people may approve what they handed in themselves."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Who works on the project, and as what. A record of who did what, no lock."""
    with Project.open(project) as opened:
        for name in add or ():
            change_person(opened, name, role=role, colour=colour, by=person())
        if self_review is not None:
            allow_self_review(opened, self_review, by=person())
        known = colleagues(opened)
        allowed = opened.settings.get(SELF_REVIEW_SETTING) is True
    if as_json:
        print_json({"people": [asdict(each) for each in known], "self_review": allowed})
        return
    table = Table("name", "role", "since", "to do", "handed in", "reviewed", box=None)
    for each in known:
        who = each.person
        counts = (str(n) for n in (each.open, each.handed_in, each.reviewed))
        table.add_row(Text(who.name, who.colour), who.role, who.since[:10], *counts)
    out.print(table)
    out.print(
        "People may approve what they handed in themselves."
        if allowed
        else "What somebody handed in, somebody else approves."
    )
