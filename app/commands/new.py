"""`flawmark new`"""

from typing import Annotated

import typer

from app.commands.given import ProjectFolder
from app.console import out
from app.services import create
from app.services.environment import person


def new(
    project: ProjectFolder,
    labels: Annotated[
        str | None,
        typer.Option(help="A label set that ships (powder-bed, battery-electrode) or a YAML file."),
    ] = None,
) -> None:
    """Make a new project. Without --labels its classes come from the first import."""
    label_set = None if labels is None else create.load_label_set(labels)
    with create.create_project(project, label_set, actor=person()) as made:
        names = ", ".join(c.name for c in made.classes.all()) or "none yet"
        tags = ", ".join(name for name, _ in made.tags()) or "none"
    out.print(f"New project {project}. Classes: {names}. Tags: {tags}.", markup=False)
