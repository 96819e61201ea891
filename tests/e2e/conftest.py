"""The real command line, in a process of its own, and the real photos where they are at hand."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
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


@pytest.fixture
def flawmark(environment: dict[str, str]) -> Flawmark:
    """Runs `flawmark ARGS` and, unless told otherwise, insists that it ends well."""

    def run(*args: object, code: int = 0) -> Result:
        command = [sys.executable, "-m", "app", *map(str, args)]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        assert "Traceback" not in done.stderr, done.stderr
        assert done.returncode == code, done.stdout + done.stderr
        return Result(done.returncode, done.stdout, done.stderr)

    return run


def real(folder: str) -> Path:
    path = SHARED / folder
    if not path.is_dir():
        pytest.skip(f"the real photos are not here: ../shared/data/{folder}")
    return path
