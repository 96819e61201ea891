"""How many moves of hand it takes to bring spoilt proposals on real photos to the true boxes.

`python -m tests.bench.bench_moves [--images 100] [--seed 1]` prints a table.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import mean

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from tests.e2e.annotator import Annotator, Done
from tests.e2e.conftest import SHARED
from tests.helpers.faulty_project import FAULTS, make_faulty_project
from tests.helpers.hands import open_bench

PHOTOS = SHARED / "neu-det"


def table(done: Sequence[Done]) -> str:
    """Moves an image by kind of fault, in Markdown; the key that submits comes on top of each."""
    lines = [
        "| the model was | images | moves in the design | moves here | at most |",
        "|---|---|---|---|---|",
    ]
    for kind in FAULTS:
        lines.append(_row(kind, [d for d in done if d.task.kind == kind]))
    lines.append(_row("all", done))
    return "\n".join(lines)


def _row(kind: str, done: Sequence[Done]) -> str:
    moves = [d.moves for d in done]
    allowed = mean(d.allowed for d in done)
    return f"| {kind} | {len(done)} | {allowed:.2f} | {mean(moves):.2f} | {max(moves)} |"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--images", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if not PHOTOS.is_dir():
        sys.exit("The real photos are not here: ../shared/data/neu-det")
    application = QApplication.instance() or QApplication(["bench"])
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        tasks = make_faulty_project(folder, PHOTOS, images=options.images, seed=options.seed)
        driver = open_bench(folder / "project", home=folder)
        annotator = Annotator(driver)
        annotator.work_through(tasks)
        driver.window.close()
    print(table(annotator.done))
    application.quit()


if __name__ == "__main__":
    main()
