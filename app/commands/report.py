"""`flawmark report`"""

from pathlib import Path
from typing import Annotated

import typer

from app.commands.given import ProjectFolder
from app.console import out, steps
from app.core.language import LANGUAGES
from app.services.quality import count_changed
from app.services.quality_report import PICTURES, write_report
from app.storage.project import Project


def report(
    project: ProjectFolder,
    file: Annotated[Path, typer.Argument(metavar="OUT.html", help="The page to write.")],
    lang: Annotated[str, typer.Option(help=f"One of {', '.join(LANGUAGES)}.")] = "en",
    pictures: Annotated[
        int, typer.Option(min=0, max=200, help="How many probable label errors it shows.")
    ] = PICTURES,
) -> None:
    """Write the figures of quality as one page with pictures, to read, print or mail."""
    language = next((known for known in LANGUAGES if known == lang), None)
    if language is None:
        raise typer.BadParameter(f"--lang wants one of {', '.join(LANGUAGES)}, not {lang}")
    with Project.open(project) as opened, steps() as step:
        count_changed(opened, on_progress=step.begin("Images that have changed"))
        progress = step.begin("Pictures")
        write_report(opened, file, language=language, pictures=pictures, on_progress=progress)
    size_kb = file.stat().st_size / 1024
    out.print(f"{file}: {size_kb:,.0f} kB, nothing beside it needed.", markup=False)
