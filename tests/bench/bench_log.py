"""The log of a large project: what it is asked whenever labels come in, go back or are merged.

    python -m tests.bench.bench_log [IMAGES]

makes a project with ten boxes an image (default: 100,000 images, so a million edits by one person),
hands every image out, and prints each answer beside what reading all edits costs in the same run.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from app.services.assign import assign
from app.storage.project import Project
from tests.bench.bench_project import make_project, timed_ms

# The least that any look at all edits costs.
BARE = (
    "SELECT sum(length(after)) FROM edit JOIN gesture ON gesture.id = gesture_id WHERE image_id > 0"
)


def handed_out_project(folder: Path, images: int) -> Project:
    project = make_project(folder, images)
    assign(project, ["bench"], by="bench")
    return project


def bare(project: Project) -> object:
    return project._db.rows(BARE)


def questions(project: Project, images: int) -> dict[str, Callable[[], object]]:
    """What it is asked → how; of a batch of an import, 200 images."""
    batch = range(images // 2, images // 2 + 200)
    log = project.log
    return {
        "touched by people, one image": lambda: log.touched_by_people(images // 2),
        "closed to imports, 200 images": lambda: project.closed_to_imports(batch),
        "what to undo": lambda: project.undo_line.to_undo("bench"),
        "what to redo": lambda: project.undo_line.to_redo("bench"),
        "which hand-out to take back": lambda: project.undo_line.to_take_back("bench"),
        "images that somebody worked on": lambda: log.images_of("bench"),
        "what was done lately, first page": lambda: log.latest(most=20, most_edits=40),
    }


def main() -> None:
    images = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as temporary:
        started = time.perf_counter()
        with handed_out_project(Path(temporary) / "project", images) as project:
            print(f"{images * 10} edits: made in {time.perf_counter() - started:.0f} s")
            for asked, answer in questions(project, images).items():
                print(f"{asked}: {timed_ms(answer, 3):.2f} ms")
            print(f"reading all edits: {timed_ms(lambda: bare(project), 3):.0f} ms")


if __name__ == "__main__":
    main()
