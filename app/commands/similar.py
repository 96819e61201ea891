"""`flawmark similar`"""

from collections.abc import Iterable
from dataclasses import asdict
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Annotated

import typer

from app.commands.given import AsJson, ProjectFolder
from app.console import counted, list_problems, out, print_json, say_blind, steps
from app.core.image import Image
from app.imaging.similar import LEAST_SCORE, MOST
from app.services.environment import cache_folder, models_folder, person
from app.services.live_segmenter import open_hand
from app.services.named_images import box_named, image_named
from app.services.shelf import Shelf
from app.services.shelf_names import CONTRAST
from app.services.similar import find_similar_in
from app.storage.project import Project


class Where(StrEnum):
    """Which images are searched."""

    HERE = "here"
    FOLDER = "folder"
    ALL = "all"


def similar(
    project: ProjectFolder,
    image: Annotated[str, typer.Argument(help="Name of an image, or the end of its path.")],
    box: Annotated[str, typer.Argument(help="Number of a box on it, or the start of its uid.")],
    where: Annotated[Where, typer.Option("--in", help="Which images to search.")] = Where.HERE,
    least_score: Annotated[float, typer.Option(min=0, max=1, help="Least likeness.")] = LEAST_SCORE,
    most: Annotated[int, typer.Option(min=1, help="Most finds an image.")] = MOST,
    segmenter: Annotated[
        str,
        typer.Option(
            help='Segment Anything weights to search by: a name on the shelf, or a path; "contrast"'
            " compares the pictures themselves."
        ),
    ] = CONTRAST,
    again: Annotated[bool, typer.Option(help="Search images it has searched, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Propose what looks like one box, here or on other images."""
    shelf = Shelf(models_folder())
    with (
        Project.open(project) as opened,
        open_hand(segmenter, cache_folder(), shelf) as hand,
        steps() as step,
    ):
        target = image_named(opened, image)
        report = find_similar_in(
            opened,
            target.id,
            box_named(opened, target, box).uid,
            _searched(where, target, opened.images.all()),
            actor=person(),
            segmenter=hand,
            segmenter_name=segmenter,
            least_score=least_score,
            most=most,
            again=again or where is Where.HERE,
            on_progress=step.begin("Images"),
        )
    list_problems([e.what for e in report.refused], title="Photos refused")
    if as_json:
        print_json({**asdict(report), "refused": [e.what for e in report.refused]})
        return
    out.print(
        f"{counted(report.proposals, 'proposal')} on {counted(report.images, 'image')}; "
        f"{counted(report.skipped, 'image')} left alone."
    )
    say_blind(report.blind)


def _searched(where: Where, target: Image, images: Iterable[Image]) -> list[int]:
    if where is Where.HERE:
        return [target.id]
    folder = PurePosixPath(target.path).parent
    return [
        image.id
        for image in images
        if where is Where.ALL or PurePosixPath(image.path).parent == folder
    ]
