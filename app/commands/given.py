"""What commands are given alike."""

from pathlib import Path
from typing import Annotated

import typer

from app.core.splitting import Shares

ProjectFolder = Annotated[Path, typer.Argument(metavar="PROJECT", help="The project's folder.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]


def read_shares(text: str, name: str) -> Shares:
    """Raises typer.BadParameter, with `name`, for what is no shares."""
    try:
        return Shares(*(float(part) for part in text.split(",")))
    except (ValueError, TypeError) as e:
        raise typer.BadParameter(f"{name} wants shares like 0.8,0.1,0.1 ({e})") from e
