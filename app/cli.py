"""The command line: one function a command, each a few calls of the services."""

import getpass
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import platformdirs
import typer
from rich.table import Column, Table
from rich.text import Text

from app.console import (
    list_findings,
    list_problems,
    out,
    print_balance,
    print_json,
    say_error,
    speak_utf8,
    steps,
)
from app.core.errors import UserError
from app.core.image import STATES, State
from app.formats.table import FORMATS
from app.services import create, doctor, models
from app.services.check import check as run_check
from app.services.class_mapping import read_mapping
from app.services.demo import demo as run_demo
from app.services.export import TARGETS, ExportOptions, ExportReport
from app.services.export import export as run_export
from app.services.import_labels import LabelImport, Standing, import_labels
from app.services.import_photos import import_photos
from app.services.prelabel import PrelabelOptions, PrelabelReport
from app.services.prelabel import prelabel as run_prelabel
from app.services.relink import relink as run_relink
from app.services.selection import LABELLED, Shares
from app.services.status import status as read_status
from app.storage.project import Project

cli = typer.Typer(
    name="flawmark",
    help="A bench for labelling photos of industrial surfaces: models draw, people correct.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

ProjectFolder = Annotated[Path, typer.Argument(metavar="PROJECT", help="The project's folder.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]


def main() -> None:
    """Exit 0: done. 1: something in the world is in the way, said in two lines. 2: wrong usage."""
    speak_utf8()
    try:
        cli()
    except UserError as e:
        say_error(e)
        sys.exit(1)


def _actor() -> str:
    try:
        return os.environ.get("FLAWMARK_USER") or getpass.getuser()
    except (KeyError, OSError) as e:  # a user without a name, as in many containers
        raise UserError(
            "Your login has no name to write into the history.",
            hint="Set FLAWMARK_USER to your name.",
        ) from e


def _cache() -> Path:
    return Path(os.environ.get("FLAWMARK_CACHE") or platformdirs.user_cache_dir("flawmark"))


def _trusted_folders() -> list[Path]:
    named = os.environ.get("FLAWMARK_TRUSTED", "")
    return [Path(folder) for folder in named.split(os.pathsep) if folder]


@cli.command()
def new(
    project: ProjectFolder,
    labels: Annotated[
        str | None,
        typer.Option(help="A label set that ships (powder-bed, battery-electrode) or a YAML file."),
    ] = None,
) -> None:
    """Make a new project. Without --labels its classes come from the first import."""
    label_set = None if labels is None else create.load_label_set(labels)
    with create.create_project(project, label_set, actor=_actor()) as made:
        names = ", ".join(c.name for c in made.classes.all()) or "none yet"
        tags = ", ".join(name for name, _ in made.tags()) or "none"
    out.print(f"New project {project}. Classes: {names}. Tags: {tags}.", markup=False)


@cli.command(name="import")
def import_(
    project: ProjectFolder,
    source: Annotated[Path, typer.Argument(help="A folder of photos, with or without labels.")],
    standing: Annotated[
        Standing, typer.Option("--as", help="What imported labels count as.")
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
        photos = import_photos(opened, source, on_progress=step.begin("Photos"))
        labels = import_labels(opened, wanted, actor=_actor(), on_progress=step.begin("Labels"))
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
        f"{photos.added} photos added, {photos.known} known, {photos.moved} found again where they "
        f"moved, {len(photos.refused)} refused."
    )
    if labels is None:
        out.print("No labels found in this folder.")
    else:
        out.print(
            f"{labels.format_title} labels: {labels.boxes} boxes on {labels.images} images, "
            f"{labels.normal} of them normal; {labels.kept} images left as people made them."
        )
    if labels is not None and labels.incomplete:
        out.print(f"{labels.incomplete} images lost labels on the way: they are in progress.")


@cli.command()
def relink(
    project: ProjectFolder,
    folder: Annotated[Path, typer.Argument(help="Where the photos are now.")],
    as_json: AsJson = False,
) -> None:
    """Find photos that moved by their content."""
    with Project.open(project) as opened, steps() as step:
        report = run_relink(opened, folder, on_progress=step.begin("Comparing"))
    list_problems([e.what for e in report.refused], title="Files not compared")
    list_problems(report.missing, title="Photos still missing")
    if as_json:
        print_json({**asdict(report), "refused": [e.what for e in report.refused]})
        return
    out.print(
        f"{report.relinked} photos found again, {report.in_place} were in place, "
        f"{len(report.missing)} are missing."
    )


@cli.command()
def prelabel(
    project: ProjectFolder,
    model: Annotated[str, typer.Option(help='"starter", or weights: .pt, .onnx, OpenVINO folder.')],
    mapping: Annotated[
        Path | None, typer.Option("--map", help="YAML: `model class: label class` lines.")
    ] = None,
    confidence: Annotated[float | None, typer.Option(min=0, max=1, help="Least score.")] = None,
    iou: Annotated[
        float | None, typer.Option(min=0, max=1, help="Overlap at which a weaker box goes.")
    ] = None,
    image_size: Annotated[
        int | None, typer.Option(min=32, help="Pixels of the longer side that the model sees.")
    ] = None,
    tile: Annotated[
        int | None, typer.Option(min=64, help="Cut larger photos into tiles of this side.")
    ] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:1, mps.")] = "auto",
    trust: Annotated[
        bool,
        typer.Option(help="Open a .pt file from anywhere. It can run code: know who made it."),
    ] = False,
    again: Annotated[bool, typer.Option(help="Go over images it has seen, too.")] = False,
    fast_engine: Annotated[
        bool, typer.Option(help="On a CPU, convert .pt weights once to OpenVINO.")
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Let a model propose boxes. What people touched is left alone."""
    chosen = models.find_model(model, trusted_folders=_trusted_folders(), trust=trust)
    options = PrelabelOptions(
        cache=_cache(),
        confidence=confidence,
        iou=iou,
        image_size_px=image_size,
        device=device,
        tile_px=tile,
        mapping={} if mapping is None else read_mapping(mapping),
        again=again,
        fast_engine=fast_engine,
    )
    with Project.open(project) as opened, steps() as step:
        ask = step.ask_class if sys.stdin.isatty() and not as_json else None
        report = run_prelabel(
            opened, chosen, options, actor=_actor(), ask=ask, on_progress=step.begin("Images")
        )
    list_problems([e.what for e in report.refused], title="Photos refused")
    if as_json:
        print_json({**asdict(report), "refused": [e.what for e in report.refused]})
    else:
        _say_prelabelled(report)


def _say_prelabelled(report: PrelabelReport) -> None:
    speed = report.images / report.elapsed_s if report.elapsed_s else 0.0
    for note in report.notes:
        out.print(note, markup=False)
    out.print(
        f"{report.proposals} proposals on {report.images} images with {report.device}, "
        f"{speed:.1f} photos/s; {report.skipped} images left alone."
    )


@cli.command()
def status(project: ProjectFolder, as_json: AsJson = False) -> None:
    """Show how far the work has come, and the balance of the classes."""
    with Project.open(project) as opened:
        figures = read_status(opened)
    if as_json:
        print_json(figures)
        return
    images, annotations = figures["images"], figures["annotations"]
    states = ", ".join(f"{n} {state}" for state, n in images.items() if n and state != "total")
    out.print(f"{images['total']} images: {states or 'none'}; {figures['normal']} normal.")
    out.print(
        f"{annotations['total']} boxes: {annotations['people']} by people, "
        f"{annotations['proposals']} proposals."
    )
    print_balance(figures)


@cli.command()
def export(
    project: ProjectFolder,
    to: Annotated[str, typer.Option(help=f"What for: {', '.join(TARGETS)}.")],
    folder: Annotated[Path, typer.Argument(metavar="OUT", help="A new folder, or an old export.")],
    copy: Annotated[bool, typer.Option(help="Copy photos instead of linking them.")] = False,
    split: Annotated[
        str | None,
        typer.Option(help="Shares such as 0.8,0.1,0.1 for train, val, test; else as imported."),
    ] = None,
    states: Annotated[
        str, typer.Option(help="Only images in these states, separated by commas.")
    ] = ",".join(LABELLED),
    as_json: AsJson = False,
) -> None:
    """Write the labelled images for a trainer or another tool."""
    if to not in TARGETS:
        raise typer.BadParameter(f"--to wants one of {', '.join(TARGETS)}, not {to}")
    options = ExportOptions(
        states=_states(states), copy_photos=copy, shares=None if split is None else _shares(split)
    )
    with Project.open(project) as opened, steps() as step:
        report = run_export(
            opened, to, folder, actor=_actor(), options=options, on_progress=step.begin("Images")
        )
    if as_json:
        print_json({**asdict(report), "out": str(report.out)})
    else:
        _say_exported(report)


def _say_exported(report: ExportReport) -> None:
    out.print(
        f"{report.out}: {report.images} images, {report.boxes} boxes, {report.normal} normal.",
        markup=False,
    )
    for note in report.notes:
        out.print(note, markup=False)


def _states(text: str) -> tuple[State, ...]:
    chosen = tuple(state for state in STATES if state in text.split(","))
    if set(chosen) != set(text.split(",")):
        raise typer.BadParameter(f"--states wants some of {','.join(STATES)}, not {text}")
    return chosen


def _shares(text: str) -> Shares:
    try:
        return Shares(*(float(part) for part in text.split(",")))
    except (ValueError, TypeError) as e:
        raise typer.BadParameter(f"--split wants shares like 0.8,0.1,0.1 ({e})") from e


@cli.command()
def check(project: ProjectFolder, as_json: AsJson = False) -> None:
    """Look for what would spoil an export. Exit 1 when an error is found."""
    with Project.open(project) as opened, steps() as step:
        findings = run_check(opened, on_progress=step.begin("Checks"))
    errors = sum(f.severity == "error" for f in findings)
    if as_json:
        print_json([asdict(f) for f in findings])
    else:
        list_findings(findings)
        out.print(f"{errors} errors, {len(findings) - errors} warnings.")
    if errors:
        raise typer.Exit(1)


@cli.command(name="doctor")
def doctor_(as_json: AsJson = False) -> None:
    """Tell what works on this machine, what doesn't, and what to do."""
    diagnoses = doctor.doctor(_cache())
    if as_json:
        print_json([asdict(d) for d in diagnoses])
        return
    table = Table("", "", Column("what", overflow="fold"), "what to do")
    for d in diagnoses:
        table.add_row("ok" if d.ok else "NO", d.topic, Text(d.what), Text(d.hint))
    out.print(table)


@cli.command()
def demo(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]")] = Path("flawmark-demo"),
    window: Annotated[bool, typer.Option(help="Look at the result in a window.")] = True,
) -> None:
    """Make sample photos and run the whole job on them."""
    with steps() as step:
        report = run_demo(folder, actor=_actor(), cache=_cache(), on_step=step.begin)
    with Project.open(report.project) as opened:
        figures = read_status(opened)
    print_balance(figures)
    _say_prelabelled(report.prelabelled)
    out.print(f"{report.found} of {report.drawn} drawn defects were found by the starter model.")
    for exported in report.exports:
        _say_exported(exported)
    if not window:
        return
    try:
        _show(report.project)
    except UserError as e:
        # The job is done; that this machine has no screen is no failure of it.
        out.print(f"{e.what} {e.hint}", markup=False)


@cli.command(name="open")
def open_(project: ProjectFolder) -> None:
    """Look at a project in a window."""
    Project.open(project).close()
    _show(project)


def _show(project: Path) -> None:
    # Qt takes a while to load and needs libraries of the system that servers lack.
    from app.shell.viewer import show_project

    show_project(project)
