"""`flawmark import`"""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from app.commands.given import AsJson, ProjectFolder
from app.console import counted, list_problems, out, print_json, steps
from app.formats.table import FORMATS
from app.services.environment import person
from app.services.import_labels import LabelImport, Standing, import_labels, refuse_unsigned
from app.services.import_photos import import_photos
from app.storage.project import Project


def import_(
    project: ProjectFolder,
    source: Annotated[Path, typer.Argument(help="A folder of photos, with or without labels.")],
    standing: Annotated[
        Standing,
        typer.Option("--as", help="What imported labels count as; approved for reviewers only."),
    ] = "proposals",
    format_name: Annotated[
        str | None, typer.Option("--format", help=f"{', '.join(FORMATS)}; else it is detected.")
    ] = None,
    add_classes: Annotated[
        bool, typer.Option(help="Take classes in that the project doesn't have.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Take photos in, and their labels. Run it again to go on after an interruption."""
    if format_name is not None and format_name not in FORMATS:
        raise typer.BadParameter(f"--format wants one of {', '.join(FORMATS)}, not {format_name}")
    wanted = LabelImport(source, standing, format_name, add_classes)
    with Project.open(project) as opened, steps() as step:
        refuse_unsigned(opened, standing, by=person())
        photos = import_photos(opened, source, on_progress=step.begin("Photos"))
        labels = import_labels(opened, wanted, actor=person(), on_progress=step.begin("Labels"))
    list_problems([e.what for e in photos.refused], title="Photos refused")
    if labels is not None:
        list_problems(labels.problems, title="Labels not taken as they stand")
    if as_json:
        print_json(
            {
                "photos": {**asdict(photos), "refused": [e.what for e in photos.refused]},
                "labels": labels
                and {**asdict(labels), "problems": [str(p) for p in labels.problems]},
            }
        )
        return
    out.print(
        f"{counted(photos.added, 'photo')} added, {photos.known} known, {photos.moved} found again "
        f"where they moved, {len(photos.refused)} refused."
    )
    if labels is None:
        out.print("No labels found in this folder.")
    else:
        out.print(
            f"{labels.format_title} labels: {counted(labels.boxes, 'box', many='boxes')} on "
            f"{counted(labels.images, 'image')}, {labels.normal} of them normal."
        )
        if labels.kept:
            out.print(
                "Left as they are, for people worked on them, or they are approved, gold or "
                f"exported: {counted(labels.kept, 'image')}."
            )
    if labels is not None and labels.incomplete:
        out.print(
            f"{counted(labels.incomplete, 'image')} lost labels on the way, and now in progress."
        )
