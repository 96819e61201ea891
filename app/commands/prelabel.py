"""`flawmark prelabel`"""

import sys
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from app.commands.given import AsJson, ProjectFolder
from app.console import counted, list_problems, out, print_json, say_blind, steps
from app.services.class_mapping import read_mapping, read_phrases
from app.services.drawers import plan_named
from app.services.environment import cache_folder, models_folder, person, trusted_folders
from app.services.models import find_model
from app.services.prelabel import PrelabelOptions, PrelabelReport
from app.services.prelabel import prelabel as run_prelabel
from app.services.shelf import Shelf
from app.storage.project import Project

ModelName = Annotated[
    str,
    typer.Option(
        help='"starter", a name on the model shelf, "recipe:NAME", or the path of weights.'
    ),
]
MappingFile = Annotated[
    Path | None, typer.Option("--map", help="YAML: `model class: label class` lines.")
]
Iou = Annotated[
    float | None, typer.Option(min=0, max=1, help="Overlap at which a weaker box goes.")
]
ImageSize = Annotated[
    int | None, typer.Option(min=32, help="Pixels of the longer side that the model sees.")
]
PhraseFile = Annotated[
    Path | None,
    typer.Option(
        # No square brackets: they would be taken for markup.
        help="YAML: `label class: phrase` lines, or a list of phrases for each, for a model that is"
        " asked in words. Without it, the prompts of the classes are asked for."
    ),
]
TextThreshold = Annotated[
    float, typer.Option(min=0, max=1, help="Least score of a word to count as the reason.")
]
Tile = Annotated[
    int | None, typer.Option(min=64, help="Cut larger photos into tiles of this side.")
]
Trust = Annotated[
    bool, typer.Option(help="Open a .pt file from anywhere. It can run code: know who made it.")
]
Compare = Annotated[
    bool, typer.Option(help="Propose nothing: note where it disagrees with people's images.")
]
FastEngine = Annotated[bool, typer.Option(help="On a CPU, convert .pt weights once to OpenVINO.")]


def prelabel(
    project: ProjectFolder,
    model: ModelName,
    mapping: MappingFile = None,
    confidence: Annotated[float | None, typer.Option(min=0, max=1, help="Least score.")] = None,
    iou: Iou = None,
    image_size: ImageSize = None,
    phrases: PhraseFile = None,
    text_threshold: TextThreshold = 0.25,
    tile: Tile = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:1, mps.")] = "auto",
    trust: Trust = False,
    again: Annotated[bool, typer.Option(help="Go over images it has seen, too.")] = False,
    compare: Compare = False,
    fast_engine: FastEngine = True,
    as_json: AsJson = False,
) -> None:
    """Let a model, or a recipe of several, propose boxes. What people touched is left alone."""
    find = partial(
        find_model, shelf=Shelf(models_folder()), trusted_folders=trusted_folders(), trust=trust
    )
    options = PrelabelOptions(
        cache=cache_folder(),
        confidence=confidence,
        iou=iou,
        image_size_px=image_size,
        device=device,
        tile_px=tile,
        mapping={} if mapping is None else read_mapping(mapping),
        phrases={} if phrases is None else read_phrases(phrases),
        text_threshold=text_threshold,
        again=again,
        compare=compare,
        fast_engine=fast_engine,
    )
    with Project.open(project) as opened, steps() as step:
        ask = step.ask_class if sys.stdin.isatty() and not as_json else None
        plan = plan_named(model, opened, options, find=find)
        report = run_prelabel(
            opened, plan, options, actor=person(), ask=ask, on_progress=step.begin("Images")
        )
    list_problems([e.what for e in report.refused], title="Photos refused")
    if as_json:
        print_json({**asdict(report), "refused": [e.what for e in report.refused]})
    else:
        say_prelabelled(report)


def say_prelabelled(report: PrelabelReport) -> None:
    speed = report.images / report.elapsed_s if report.elapsed_s else 0.0
    if not report.device:
        out.print(f"Nothing left to do; {counted(report.skipped, 'image')} left alone.")
        return
    for note in report.notes:
        out.print(note, markup=False)
    out.print(
        f"{counted(report.proposals, 'proposal')} on {counted(report.images, 'image')} with "
        f"{report.device}, {speed:.1f} photos/s; {counted(report.skipped, 'image')} left alone."
    )
    say_blind(report.blind)
    if report.disagreements:
        out.print(
            f"{counted(report.disagreements, 'disagreement')} with people: "
            "`flawmark disagreements PROJECT`."
        )
