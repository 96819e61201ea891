"""The trainers themselves, each in an environment of its own, kept in a folder that people name.

    FLAWMARK_CONSUMERS=~/.cache/flawmark-consumers uv run pytest -m consumers

The first run makes the environments with `uv`, from wherever it takes packages, with the torch of
this project: 1.6 GB beside that, and two minutes in all on two cores once the packages are in uv's
cache. Without the variable these tests are skipped.
"""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import pytest

HERE = Path(__file__).parent
FOLDER = "FLAWMARK_CONSUMERS"


def pytest_configure(config):
    config.addinivalue_line(
        "markers", f"consumers: real trainers read what was exported; set {FOLDER} to a folder"
    )


@dataclass(frozen=True)
class Consumer:
    """A trainer that answers what it makes of files."""

    python: Path
    script: Path
    stubs: Path

    def read(self, jobs, work):
        """`jobs` name files and models; what `script` says of each, by its name."""
        asked, answered = work / "jobs.json", work / "results.json"
        asked.write_text(json.dumps(jobs), "utf-8")
        _run([self.python, self.script, asked, answered], cwd=work)
        return json.loads(answered.read_text("utf-8"))


@pytest.fixture(scope="session")
def consumers_folder():
    if FOLDER not in os.environ:
        pytest.skip(f"set {FOLDER} to a folder where the trainers' environments may be kept")
    if shutil.which("uv") is None:
        pytest.skip("uv, which makes the trainers' environments, is not installed")
    folder = Path(os.environ[FOLDER]).expanduser().resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def ms_swift(consumers_folder):
    return _consumer(consumers_folder, "ms_swift")


@pytest.fixture(scope="session")
def llama_factory(consumers_folder):
    return _consumer(consumers_folder, "llama_factory")


def _consumer(folder, name):
    python = _environment(folder / name, HERE / f"{name}.txt")
    stubs = folder / f"stubs_of_{name}"
    if not stubs.exists():
        unfinished = stubs.with_suffix(".part")
        _run([python, HERE / "make_stubs.py", unfinished], cwd=folder)
        unfinished.rename(stubs)
    return Consumer(python, HERE / f"read_as_{name}.py", stubs)


def _environment(folder, requirements):
    """Made anew when what it is to hold has changed."""
    wanted = requirements.read_text("utf-8")
    wanted += "".join(f"{name}=={version(name)}\n" for name in ("torch", "torchvision"))
    made = folder / "requirements.txt"
    python = folder / "bin" / "python"
    if not made.exists() or made.read_text("utf-8") != wanted:
        try:
            _run(["uv", "venv", "--clear", "--python", "3.11", folder], cwd=folder.parent)
            pending = folder / "pending.txt"
            pending.write_text(wanted, "utf-8")
            _run(["uv", "pip", "install", "--python", python, "-r", pending], cwd=folder)
            pending.rename(made)
        except subprocess.CalledProcessError as error:
            pytest.skip(f"no environment for {requirements.stem} could be made: {error.stderr}")
    return python


def _run(command, *, cwd):
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    return subprocess.run(
        [str(word) for word in command],
        cwd=cwd, env=environment, check=True, capture_output=True, text=True,
    )  # fmt: skip
