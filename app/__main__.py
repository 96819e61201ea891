"""Starts Flawmark: `flawmark` and `python -m app`."""

import sys
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path

from app.core.errors import UserError


def main() -> None:
    """Exit 0: done. 1: something in the world is in the way, said in two lines. 2: wrong usage."""
    _speak_utf8()
    try:
        _run(sys.argv[1:])
    except UserError as e:
        from app.console import say_error  # its tables and colours take a while to load

        say_error(e)
        sys.exit(1)


def _run(arguments: Sequence[str]) -> None:
    match arguments:
        case ["open", *folder] if len(folder) < 2 and not "".join(folder).startswith("-"):
            # Past the command line: what reads options takes longer to load than Qt.
            from app.shell.viewer import show_project

            show_project(Path(*folder) if folder else None)
        case _:
            from app.cli import command_line
            from app.garbage import collect_rarely

            commands = command_line()
            collect_rarely()
            commands()


def _speak_utf8() -> None:
    """Chinese names must come through also where output goes into a file or a pipe on Windows."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8")


if __name__ == "__main__":
    main()
