"""The trainers themselves, each in an environment of its own, kept in a folder that people name.

The environments are made with `uv`, from wherever it takes packages, with the torch of this
project; tiny models are made beside them. `python -m tests.consumers.trainers` makes all ready.
"""

import json
import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import version
from itertools import takewhile
from pathlib import Path

from filelock import FileLock

HERE = Path(__file__).parent
FOLDER = "FLAWMARK_CONSUMERS"
TRAINERS = ("ms-swift", "llama-factory")


class NotReadyError(Exception):
    """No trainer can be had here, for the reason that it says."""


@dataclass(frozen=True)
class Consumer:
    """A trainer that answers what it makes of files, and trains on them."""

    python: Path
    script: Path
    models: Path

    def read(self, jobs, work):
        """`jobs` name files and models; what `script` says of each, by its name."""
        asked, answered = work / "jobs.json", work / "results.json"
        asked.write_text(json.dumps(jobs), "utf-8")
        _run([self.python, self.script, asked, answered], cwd=work)
        return json.loads(answered.read_text("utf-8"))

    def run(self, command, work):
        """A command line for a shell, as people type it with this environment's programs."""
        words = shlex.split(command)
        settings = dict(word.split("=", 1) for word in takewhile(lambda w: "=" in w, words))
        program, *arguments = words[len(settings) :]
        program = self.python.parent / program
        _run([self.python, HERE / "run_offline.py", program, *arguments], cwd=work, **settings)


def kept_folder():
    """Where environments may be kept; raises NotReadyError when nobody said."""
    if FOLDER not in os.environ:
        raise NotReadyError(
            f"set {FOLDER} to a folder where the trainers' environments may be kept"
        )
    folder = Path(os.environ[FOLDER]).expanduser().resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def consumer(trainer):
    """A trainer by its name, ready; raises NotReadyError when it can't be had here."""
    folder, name = kept_folder(), trainer.replace("-", "_")
    if shutil.which("uv") is None:
        raise NotReadyError("uv, which makes the trainers' environments, is not installed")
    with FileLock(folder / f"{name}.lock"):
        try:
            python = _environment(folder / name, HERE / f"{name}.txt")
        except subprocess.CalledProcessError as error:
            raise NotReadyError(f"no environment for {trainer}: {error.stderr}") from error
        models = _models(folder / f"models_of_{name}", python)
    return Consumer(python, HERE / f"read_as_{name}.py", models)


def _environment(folder, requirements):
    """Made anew when what it is to hold has changed."""
    wanted = requirements.read_text("utf-8")
    wanted += "".join(f"{name}=={version(name)}\n" for name in ("torch", "torchvision"))
    made = folder / "requirements.txt"
    python = folder / "bin" / "python"
    if not made.exists() or made.read_text("utf-8") != wanted:
        _run(["uv", "venv", "--clear", "--python", "3.11", folder], cwd=folder.parent)
        pending = folder / "pending.txt"
        pending.write_text(wanted, "utf-8")
        _run(["uv", "pip", "install", "--python", python, "-r", pending], cwd=folder)
        pending.rename(made)
    return python


def _models(folder, python):
    """Made anew when what makes them has changed."""
    script, made_by = HERE / "make_models.py", folder / "made_by.py"
    if not made_by.exists() or made_by.read_text("utf-8") != script.read_text("utf-8"):
        unfinished = folder.with_suffix(".part")
        for old in (folder, unfinished):
            shutil.rmtree(old, ignore_errors=True)
        _run([python, script, unfinished], cwd=folder.parent)
        shutil.copyfile(script, unfinished / made_by.name)
        unfinished.rename(folder)
    return folder


def _run(command, *, cwd, **settings):
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    try:
        subprocess.run(
            [str(word) for word in command],
            cwd=cwd, env={**environment, **settings}, check=True, capture_output=True, text=True,
        )  # fmt: skip
    except subprocess.CalledProcessError as error:
        error.add_note(error.stderr[-4_000:])
        raise


if __name__ == "__main__":
    try:
        for trainer in TRAINERS:
            consumer(trainer)
    except NotReadyError as missing:
        sys.exit(str(missing))
