"""`flawmark classes`"""

from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from app.commands.given import AsJson, ProjectFolder
from app.console import counted, out, print_json
from app.core.errors import UserError
from app.services.classes import (
    change_class,
    class_named,
    merge_class,
    order_classes,
    remove_class,
    with_first,
)
from app.services.environment import person
from app.storage.project import Project

ClassName = Annotated[str, typer.Argument(metavar="CLASS", help="Its name or Chinese name.")]

classes = typer.Typer(
    help="The label classes of a project. A lead renames, recolours, orders, merges, removes them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@classes.command("list")
def list_(project: ProjectFolder, as_json: AsJson = False) -> None:
    """List the classes in their order, which is that of the indexes in exported files."""
    with Project.open(project) as opened:
        counts = opened.classes.counts()
    if as_json:
        print_json(
            [
                {
                    "index": index,
                    "id": each.label_class.id,
                    "name": each.label_class.name,
                    "name_zh": each.label_class.name_zh,
                    "colour": each.label_class.colour,
                    "hotkey": each.label_class.hotkey,
                    "boxes": each.boxes,
                    "proposals": each.proposals,
                    "images": each.images,
                }
                for index, each in enumerate(counts)
            ]
        )
        return
    table = Table("index", "class", "中文", "key", "colour", "boxes", "images", box=None)
    for index, each in enumerate(counts):
        c = each.label_class
        # As text: a name may look like markup.
        names = Text(c.name), Text(c.name_zh), Text(c.hotkey), Text(c.colour, c.colour)
        table.add_row(str(index), *names, str(each.boxes), str(each.images))
    out.print(table)


@classes.command()
def rename(
    project: ProjectFolder,
    name: ClassName,
    to: Annotated[str, typer.Argument(metavar="NAME", help="What it is called from now on.")],
    chinese: Annotated[
        str | None, typer.Option(metavar="NAME", help="Its Chinese name from now on.")
    ] = None,
) -> None:
    """Give a class another name: every label follows."""
    from app.services.spoken_names import how_to_name, unspoken_name, what_is_wrong  # takes a while

    with Project.open(project) as opened:
        was = class_named(opened, name)
        now = change_class(opened, was.id, name=to, name_zh=chinese, by=person())
        fault = unspoken_name(opened, was.id)
    out.print(Text(f"{was.name} is called {now.name} now."))
    if fault is not None:
        why, hint = what_is_wrong(fault), how_to_name(fault.language)
        out.print(Text(f"It is no word for a defect: {why}. {hint}"))


@classes.command()
def colour(
    project: ProjectFolder,
    name: ClassName,
    to: Annotated[str, typer.Argument(metavar="#RRGGBB", help="Its colour from now on.")],
) -> None:
    """Give a class another colour."""
    with Project.open(project) as opened:
        now = change_class(opened, class_named(opened, name).id, colour=to, by=person())
    out.print(Text(f"{now.name} is {now.colour} now."))


@classes.command()
def key(
    project: ProjectFolder,
    name: ClassName,
    to: Annotated[
        str,
        typer.Argument(metavar="KEY", help="The letter, digit or sign that picks it; '' for none."),
    ],
) -> None:
    """Give a class a key of its own. Without one it is picked by the digit of its place."""
    titles = _titles_of_actions()
    if (action := titles.get(to.casefold())) is not None:
        raise UserError(f"In the window the key {to} does “{action}”.", hint="Choose another key.")
    with Project.open(project) as opened:
        named = class_named(opened, name)
        now = change_class(opened, named.id, hotkey=to.lower(), taken=titles, by=person())
    words = f"{now.hotkey} picks {now.name}" if now.hotkey else f"{now.name} has no key of its own"
    out.print(Text(f"{words} now."))


def _titles_of_actions() -> dict[str, str]:
    """What each key does in the window at first, casefolded: what a person changed there is told
    there.
    """
    from app.shell.keys.actions import ACTIONS, action_title  # loads Qt, which no other needs

    return {key.casefold(): action_title(spec) for spec in ACTIONS for key in spec.keys}


@classes.command()
def order(
    project: ProjectFolder,
    first: Annotated[
        list[str], typer.Argument(metavar="CLASS", help="Those that come first, in their order.")
    ],
) -> None:
    """Put classes first; the others follow as they stand. The order gives indexes and digits."""
    with Project.open(project) as opened:
        wanted = with_first(opened, [class_named(opened, name) for name in first])
        order_classes(opened, wanted, by=person())
        now = opened.classes.all()
    out.print(Text(", ".join(c.name for c in now)))


@classes.command()
def merge(
    project: ProjectFolder,
    name: ClassName,
    into: Annotated[str, typer.Argument(metavar="INTO", help="The class that its boxes get.")],
) -> None:
    """Make one class of two: every box of CLASS is of INTO, and CLASS goes."""
    with Project.open(project) as opened:
        gone, kept = class_named(opened, name), class_named(opened, into)
        done = merge_class(opened, gone.id, kept.id, by=person())
    boxes, images = counted(done.boxes, "box", many="boxes"), counted(done.images, "image")
    out.print(Text(f"{kept.name} has {boxes} on {images} more; {gone.name} is gone."))


@classes.command()
def remove(project: ProjectFolder, name: ClassName) -> None:
    """Take away a class that nothing speaks of."""
    with Project.open(project) as opened:
        gone = remove_class(opened, class_named(opened, name).id, by=person())
    out.print(Text(f"{gone.name} is gone."))
