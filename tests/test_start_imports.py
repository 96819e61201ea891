"""What the start of the window may cost: what it loads, and what the other commands load."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from app.cli import COMMANDS
from tests.bench.bench_start import make_project

ROOT = Path(__file__).parents[1]

TOO_HEAVY = {
    "httpx2", "matplotlib", "onnxruntime", "openai", "openvino", "pandas", "scipy", "torch",
    "torchvision", "ultralytics",
}  # fmt: skip
_IMPORTED_IN_FUNCTION = re.compile(r"^ {8,}from (app\.shell\.\S+) import", re.MULTILINE)
ONLY_FOR_COMMANDS = {"pydantic", "rich", "typer"}
ONLY_FOR_SOME = {"PIL", "numpy.random", "yaml"}
"""Unusual photos, exports in splits, recipes."""


def top_level(modules: list[str]) -> set[str]:
    return {name.partition(".")[0] for name in modules}


def python(*arguments: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", **environment},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_window_shows_a_photo_without_anything_it_does_not_need(tmp_path: Path) -> None:
    project = make_project(tmp_path)

    command = "-m", "tests.helpers.watched_start", "open", str(project)
    told = python(*command, FLAWMARK_CONFIG=str(tmp_path / "config"))

    _, _, modules = json.loads(told)
    assert "app.storage.project" in modules
    assert not (TOO_HEAVY | ONLY_FOR_COMMANDS) & top_level(modules)
    assert not ONLY_FOR_SOME & set(modules)
    assert not [name for name in modules if name.startswith("app.conversations")]


def test_every_command_loads_without_qt_and_without_model_libraries() -> None:
    loaded = python(
        "-c",
        "import json, sys\n"
        "from app.cli import command_line\n"
        "commands = command_line().commands\n"
        "names = [commands[name].name for name in commands]\n"
        "print(json.dumps([names, list(sys.modules)]))",
    )

    names, modules = json.loads(loaded)
    assert names == list(COMMANDS)
    assert not (TOO_HEAVY | {"PySide6"}) & top_level(modules)


def test_a_command_loads_only_what_it_needs() -> None:
    loaded = python(
        "-c",
        "import json, sys\n"
        "from app.cli import command_line\n"
        "command_line().commands['status']\n"
        "print(json.dumps(list(sys.modules)))",
    )

    others = {target.partition(":")[0] for target in COMMANDS.values()} - {"app.commands.status"}
    assert not others & set(json.loads(loaded))


def test_the_source_of_what_is_imported_is_not_read_for_qt() -> None:
    kept = (
        "import json, linecache, PySide6.QtCore, colorsys\n"
        "print(json.dumps(colorsys.__file__ in linecache.cache))"
    )
    ours = "from app.shell.imports import read_no_sources; read_no_sources()\n"

    assert json.loads(python("-c", kept)) is True, "PySide has changed: is it still needed?"
    assert json.loads(python("-c", ours + kept)) is False


def test_all_rooms_that_are_opened_later_are_loaded_ahead() -> None:
    rooms = [room.read_text("utf-8") for room in (ROOT / "app/shell/bench").glob("*.py")]
    loaded = python(
        "-c",
        "import json, sys\n"
        "from app.shell.imports import load_ahead, read_no_sources\n"
        "read_no_sources()\n"
        "import app.shell.frame.main_window\n"
        "at_start = list(sys.modules)\n"
        "load_ahead().join()\n"
        "print(json.dumps([at_start, list(sys.modules)]))",
    )

    at_start, then = map(set, json.loads(loaded))
    in_functions = {name for room in rooms for name in _IMPORTED_IN_FUNCTION.findall(room)}
    assert in_functions - at_start
    assert in_functions <= then
