"""Takes the words of the window out of the code into each .ts, and compiles each .ts to its .qm.

    python -m resources.translations.update

Words that are new are marked as unfinished in the .ts; words that are gone leave it.
"""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

FOLDER = Path(__file__).parent
ROOT = FOLDER.parent.parent


def sources() -> list[Path]:
    """Everything that speaks on screen."""
    return sorted(
        file for room in ("app/shell", "widgets") for file in ROOT.glob(f"{room}/**/*.py")
    )


def extract(ts: Path, files: Iterable[Path]) -> None:
    """Brings the .ts up to the code. Raises CalledProcessError when lupdate can't."""
    # Without places in the code: they would change with every line that is added above them.
    options = ["-no-obsolete", "-locations", "none", "-sort-messages", "-silent"]
    _run("lupdate", *options, *map(str, files), "-ts", str(ts))


def compile_words(ts: Path, qm: Path) -> None:
    """Raises CalledProcessError when the .ts is none."""
    _run("lrelease", "-silent", str(ts), "-qm", str(qm))


def _run(tool: str, *arguments: str) -> None:
    program = Path(sys.executable).with_name(f"pyside6-{tool}")
    subprocess.run([str(program), *arguments], check=True, cwd=ROOT)


if __name__ == "__main__":
    for words in sorted(FOLDER.glob("*.ts")):
        extract(words, sources())
        compile_words(words, words.with_suffix(".qm"))
