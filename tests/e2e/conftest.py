"""The real command line, in a process of its own, and the real photos where they are at hand."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data"


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Flawmark = Callable[..., Result]


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """One cache for the whole run, so that weights are converted once; never the user's own."""
    cache = str(tmp_path_factory.mktemp("cache"))
    return {**os.environ, "FLAWMARK_CACHE": cache, "FLAWMARK_USER": "li", "COLUMNS": "200"}


@pytest.fixture(scope="session")
def flawmark(environment: dict[str, str]) -> Flawmark:
    """Runs `flawmark ARGS` and, unless told otherwise, insists that it ends well."""

    def run(*args: object, code: int = 0) -> Result:
        command = [sys.executable, "-m", "app", *map(str, args)]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        assert "Traceback" not in done.stderr, done.stderr
        assert done.returncode == code, done.stdout + done.stderr
        return Result(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, flawmark: Flawmark) -> tuple[Path, str]:
    """The folder that `flawmark demo` has made, to be copied, and what it said."""
    folder = tmp_path_factory.mktemp("demo") / "out"
    return folder, flawmark("demo", folder, "--no-window").out


@pytest.fixture
def forkserver(monkeypatch: pytest.MonkeyPatch) -> ForkServerContext:
    """For processes that are killed in numbers: forked from one that has loaded what they need."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))  # where the server finds what it loads ahead
    context = get_context("forkserver")
    # For all tests at once: there is one server as long as pytest runs, and it loads nothing later.
    context.set_forkserver_preload(
        ["tests.helpers.endless_editor", "tests.helpers.killed_annotator"]
    )
    return context


def real(folder: str) -> Path:
    path = SHARED / folder
    if not path.is_dir():
        pytest.skip(f"the real photos are not here: ../shared/data/{folder}")
    return path
