"""`flawmark review`"""

from typing import Annotated, Literal

import typer

from app.commands.given import AsJson, ProjectFolder
from app.console import list_problems, out, print_json
from app.core.errors import UserError
from app.services.environment import person
from app.services.named_images import image_named
from app.services.review import approve, exclude, reopen, send_back
from app.storage.project import Project

Verdict = Literal["approve", "return", "exclude", "reopen"]


def review(
    project: ProjectFolder,
    verdict: Annotated[Verdict, typer.Argument(help="What becomes of the photos.")],
    photos: Annotated[list[str], typer.Argument(metavar="PHOTO...", help="File names.")],
    reason: Annotated[
        str, typer.Option(help="Why; to approve is the only one that needs none.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Approve photos, return them to who labelled them, take them out or open them again."""
    with Project.open(project) as opened:
        images = [image_named(opened, photo) for photo in photos]
        if verdict == "approve":
            report = approve(opened, images, person=person())
        else:
            move = {"return": send_back, "exclude": exclude, "reopen": reopen}[verdict]
            report = move(opened, images, reason, person=person())
    refused = [UserError(f"{path}: {e.what}", hint=e.hint) for path, e in report.refused]
    list_problems([f"{e.what} {e.hint}" for e in refused], title="Left as they are")
    if as_json:
        print_json({"done": report.done, "refused": [e.what for e in refused]})
    else:
        out.print(f"{report.done} of {len(images)} photos done.")
    if refused:
        raise typer.Exit(1)
