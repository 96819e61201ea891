"""`flawmark demo`"""

from pathlib import Path
from typing import Annotated

import typer

from app.commands.export import say_exported
from app.commands.prelabel import say_prelabelled
from app.console import out, print_balance, say_error, steps
from app.core.errors import UserError
from app.services.demo import DemoStep
from app.services.demo import demo as run_demo
from app.services.environment import cache_folder, person
from app.services.status import status as read_status
from app.shell.viewer import show_project
from app.storage.project import Project

_STEPS: dict[DemoStep, str] = {
    "photos": "Making photos",
    "import": "Importing",
    "prelabel": "Pre-labelling",
    "export": "Exporting",
}


def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR")] = Path("flawmark-demo"),
    window: Annotated[bool, typer.Option(help="Look at the result in a window.")] = True,
) -> None:
    """Make sample photos and run the whole job on them."""
    with steps() as step:
        report = run_demo(
            folder,
            actor=person(),
            cache=cache_folder(),
            on_step=lambda name: step.begin(_STEPS[name]),
        )
    with Project.open(report.project) as opened:
        figures = read_status(opened)
    print_balance(figures)
    if isinstance(report.prelabelled, UserError):
        say_error(report.prelabelled)
    else:
        say_prelabelled(report.prelabelled)
        out.print(f"Drawn defects found by the starter model: {report.found} of {report.drawn}.")
    for exported in report.exports:
        say_exported(exported)
    if not window:
        return
    try:
        show_project(report.project)
    except UserError as e:
        # The job is done; that this machine has no screen is no failure of it.
        out.print(f"{e.what} {e.hint}", markup=False)
