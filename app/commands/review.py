"""`flawmark review`"""

from typing import Annotated, Literal

import typer

from app.commands.given import AsJson, ProjectFolder
from app.console import counted, list_problems, out, print_json
from app.core.errors import UserError
from app.services.environment import person
from app.services.named_images import image_named
from app.services.review import approve, exclude, reopen, send_back
from app.storage.project import Project

Verdict = Literal["approve", "return", "exclude", "reopen"]


def review(
    project: ProjectFolder,
    verdict: Annotated[Verdict, typer.Argument(help="What becomes of the photos.")],
    photos: Annotated[
        list[str], typer.Argument(metavar="PHOTO...", help="File names; one to approve.")
    ],
    reason: Annotated[
        str, typer.Option(help="Why; to approve is the only one that needs none.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Approve photos, return them to who labelled them, take them out or open them again."""
    if verdict == "approve" and len(photos) > 1:
        raise typer.BadParameter(
            "only one photo is approved at a time here, since nobody sees the boxes. Many are"
            " approved in the window, on the wall of crops."
        )
    with Project.open(project) as opened:
        images = [image_named(opened, photo) for photo in photos]
        if verdict == "approve":
            report = approve(opened, images[0], person=person())
        else:
            move = {"return": send_back, "exclude": exclude, "reopen": reopen}[verdict]
            report = move(opened, images, reason, person=person())
    refused = [UserError(f"{path}: {e.what}", hint=e.hint) for path, e in report.refused]
    list_problems([f"{e.what} {e.hint}" for e in refused], title="Left as they are")
    if as_json:
        print_json({"done": report.done, "refused": [e.what for e in refused]})
    else:
        out.print(f"{report.done} of {counted(report.done + len(refused), 'photo')} done.")
    if refused:
        raise typer.Exit(1)
