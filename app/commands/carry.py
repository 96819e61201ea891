"""`flawmark carry`"""

from dataclasses import asdict
from typing import Annotated

import typer

from app.commands.given import AsJson, ProjectFolder
from app.console import counted, list_problems, out, print_json, say_blind, steps
from app.imaging.registration import LEAST_LIKENESS
from app.services.carry_over import carry_over_all
from app.services.environment import cache_folder, models_folder, person
from app.services.live_segmenter import open_hand
from app.services.named_images import image_named
from app.services.shelf import Shelf
from app.services.shelf_names import CONTRAST
from app.storage.project import Project


def carry(
    project: ProjectFolder,
    images: Annotated[
        list[str] | None,
        typer.Argument(help="Names of images, or ends of their paths. Without them: all."),
    ] = None,
    least_likeness: Annotated[
        float,
        typer.Option(min=0, max=1, help="How like the layer before a place must look."),
    ] = LEAST_LIKENESS,
    segmenter: Annotated[
        str,
        typer.Option(
            help="Segment Anything weights that fit the boxes anew: a name on the shelf, or a path;"
            ' "contrast" needs none.'
        ),
    ] = CONTRAST,
    as_json: AsJson = False,
) -> None:
    """Propose on each image what people drew on the layer before, where it is still to be seen."""
    shelf = Shelf(models_folder())
    with (
        Project.open(project) as opened,
        open_hand(segmenter, cache_folder(), shelf) as hand,
        steps() as step,
    ):
        named = [image_named(opened, name).id for name in images or []]
        report = carry_over_all(
            opened,
            named or opened.images.ids_by_path().values(),
            actor=person(),
            least_likeness=least_likeness,
            segmenter=hand,
            segmenter_name=segmenter,
            on_progress=step.begin("Images"),
        )
    list_problems([e.what for e in report.refused], title="Images refused")
    if as_json:
        print_json({**asdict(report), "refused": [e.what for e in report.refused]})
        return
    out.print(
        f"{counted(report.proposals, 'proposal')} on {counted(report.images, 'image')}; "
        f"{counted(report.dropped, 'box', many='boxes')} dropped, "
        f"{counted(report.settled + report.first, 'image')} left alone."
    )
    say_blind(report.blind)
