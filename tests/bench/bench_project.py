"""A large project: opening it, counting its classes, reading one image, saving one edit.

    python -m tests.bench.bench_project [IMAGES]

makes a project with ten boxes an image (default 100,000 images) in a temporary folder, and prints
each figure beside its baseline in the same run.
"""

import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from app.core.annotation import Annotation, new_uid
from app.core.batches import batches
from app.core.edit import AnnotationEdit
from app.core.geometry import Box
from app.core.label_class import LabelClass
from app.storage.images import NewImage
from app.storage.project import Project

BOXES_AN_IMAGE = 10
CLASSES = 5

# What a count costs without the counts that triggers keep.
BARE_COUNT = (
    "SELECT class_id, count(*), sum(author IS NULL), count(DISTINCT image_id)"
    " FROM annotation GROUP BY class_id"
)


def make_project(folder: Path, images: int) -> Project:
    """Through the door that every label takes: edits, log and counts are all there."""
    project = Project.create(folder)
    project.add_classes([LabelClass(f"class {n}") for n in range(CLASSES)], actor="bench")
    with project.transaction():
        project.images.add(
            NewImage(f"{n // 1000}/{n}.jpg", f"{n:064x}", 1, 1, 1024, 1024) for n in range(images)
        )
    rng = random.Random(1)
    for batch in batches(range(1, images + 1), 1000):
        project.apply(
            [AnnotationEdit(i, None, _box(rng)) for i in batch for _ in range(BOXES_AN_IMAGE)],
            actor="bench",
        )
    return project


def _box(rng: random.Random) -> Annotation:
    left, top = rng.uniform(0, 900), rng.uniform(0, 900)
    box = Box(left, top, left + rng.uniform(1, 100), top + rng.uniform(1, 100))
    return Annotation(new_uid(), rng.randint(1, CLASSES), box, author="bench")


def timed_ms(work: Callable[[], object], repeats: int = 9) -> float:
    """Median milliseconds of one call."""
    taken = []
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        taken.append((time.perf_counter() - started) * 1000)
    return median(taken)


def cpu_ms(work: Callable[[], object], repeats: int = 9) -> float:
    """The same of this thread's own time, so that it doesn't matter who else wants the core."""
    taken = []
    for _ in range(repeats):
        started = time.thread_time()
        work()
        taken.append((time.thread_time() - started) * 1000)
    return median(taken)


def bare_count(project: Project) -> list[tuple[int, ...]]:
    return list(project._db.execute(BARE_COUNT))


OPEN = """
import resource, sys, time
from pathlib import Path
from app.storage.project import Project
started = time.perf_counter()
with Project.open(Path(sys.argv[1])) as project:
    counts = project.classes.counts()
    boxes = project.annotations.of_image(1)
    states = project.images.count()
elapsed_ms = (time.perf_counter() - started) * 1000
print(elapsed_ms, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def opened(folder: Path) -> tuple[float, float]:
    """Milliseconds to open, count and read an image in a fresh process; its peak memory in MB."""
    done = subprocess.run(
        [sys.executable, "-c", OPEN, str(folder)], capture_output=True, text=True, check=True
    )
    ms, mb = map(float, done.stdout.split())
    return ms, mb


def main() -> None:
    images = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "project"
        started = time.perf_counter()
        project = make_project(folder, images)
        made_s = time.perf_counter() - started
        boxes = images * BOXES_AN_IMAGE
        size_mb = (folder / "project.db").stat().st_size / 1e6
        print(f"{images} images, {boxes} boxes: made in {made_s:.0f} s, {size_mb:.0f} MB")
        print_figures(project, images)
        project.close()
        ms, mb = opened(folder)
        print(f"open, count, read one image: {ms:.0f} ms, {mb:.0f} MB")


def print_figures(project: Project, images: int) -> None:
    counted, bare = timed_ms(project.classes.counts), timed_ms(lambda: bare_count(project), 3)
    print(f"class counts: {counted:.2f} ms ({bare / counted:.0f} times faster than GROUP BY)")
    read = timed_ms(lambda: project.annotations.of_image(images // 2))
    print(f"one image's boxes: {read:.2f} ms")
    rng = random.Random(2)
    saved = timed_ms(lambda: project.apply([AnnotationEdit(7, None, _box(rng))], actor="bench"), 50)
    print(f"one edit, saved: {saved:.2f} ms")


if __name__ == "__main__":
    main()
