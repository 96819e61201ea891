"""`flawmark second`"""

from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table

from app.commands.given import AsJson, ProjectFolder
from app.console import out, print_json
from app.core.errors import UserError
from app.services.environment import person
from app.services.named_images import image_named
from app.services.second import Compared, compared, give_gold, give_twice, name_gold, unname_gold
from app.storage.project import Project

second = typer.Typer(
    help="Photos labelled a second time, by people who don't see the first.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Photos = Annotated[list[str], typer.Argument(metavar="PHOTO...", help="File names.")]


@second.command("gold")
def gold(
    project: ProjectFolder,
    photos: Photos,
    remove: Annotated[bool, typer.Option("--remove", help="They are no longer gold.")] = False,
) -> None:
    """Name approved photos whose labels are known to be right."""
    with Project.open(project) as opened:
        images = [image_named(opened, photo) for photo in photos]
        if remove:
            unname_gold(opened, images, by=person())
        else:
            name_gold(opened, images, by=person())
        count = len(opened.second.gold())
    out.print(f"Photos that are gold: {count}.")


@second.command("give")
def give(
    project: ProjectFolder,
    to: Annotated[list[str], typer.Option(metavar="NAME", help="Who; give several in turn.")],
    gold: Annotated[
        int | None, typer.Option(metavar="N", help="So many gold photos to each.")
    ] = None,
    twice: Annotated[
        float | None,
        typer.Option(metavar="SHARE", help="So that this share (0 to 1) is labelled by two."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Which ones.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Put photos among people's work that were labelled before, as if they were new."""
    if (gold is None) == (twice is None):
        raise UserError("Either --gold or --twice is to be given.", hint="Give one of them.")
    with Project.open(project) as opened:
        if gold is not None:
            given = give_gold(opened, to, gold, seed=seed, by=person())
        else:
            given = give_twice(opened, to, twice or 0.0, seed=seed, by=person())
    if as_json:
        print_json(asdict(given))
        return
    out.print(f"{given.given} of {given.wanted} given out.")
    if given.given < given.wanted:
        out.print("For the rest there is nobody who hasn't seen the photo.")
    if given.exposed:
        out.print(
            f"{given.exposed} stand among nothing else that is still to be labelled, so it can be "
            "told what they are: hand out new photos too."
        )
    if given.unproposed:
        out.print(
            f"{given.unproposed} stand among photos that a model has looked at, and none has at "
            "them: run `flawmark prelabel` again."
        )


@second.command("show")
def show(project: ProjectFolder, as_json: AsJson = False) -> None:
    """Tell how what was said the second time agrees with the first."""
    with Project.open(project) as opened:
        found = compared(opened)
    if as_json:
        print_json([_as_json(each) for each in found])
        return
    table = Table("who", "against", "images", "F1", "mean IoU", "kappa of classes", box=None)
    for each in found:
        said = each.agreement
        figures = (_shown(value) for value in (said.f1, said.mean_iou, said.kappa))
        table.add_row(each.person, each.against or "gold", str(each.images), *figures)
    out.print(table if found else "Nothing was handed in a second time yet.")


def _as_json(each: Compared) -> dict[str, object]:
    said = each.agreement
    return {
        "person": each.person,
        "purpose": each.purpose,
        "against": each.against,
        "images": each.images,
        "boxes_first": said.first,
        "boxes_second": said.second,
        "f1": said.f1,
        "f1_with_class": said.f1_with_class,
        "mean_iou": said.mean_iou,
        "kappa": said.kappa,
    }


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
