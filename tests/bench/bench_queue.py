"""The queue of a large project: opening it, every order and filter, stepping, scrolling.

    python -m tests.bench.bench_queue [IMAGES ...]

makes projects with ten boxes an image, half of them proposals (default: 20,000 and 100,000 images),
and prints each figure beside its baseline of the same run or the peers' figure.
"""

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median, quantiles

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from app.core.queue import SORTS, QueueFilter
from app.storage.project import Project
from tests.bench.bench_project import make_project, timed_ms
from widgets.queue.image_queue import ImageQueue

PAGE = 64
SMALL_PROJECT = 200
PEERS_OPEN_S = {
    20_000: "ISAT 0.12 s, X-AnyLabeling 0.96 s, AnyLabeling 2.3 s, labelme 2.9 s",
    100_000: "no peer was run on so many; at 20,000 ISAT 0.12 s",
}
PEERS_NEXT = "next image in a folder of 20,000, decoded and painted: ISAT 14 ms, labelme 63 ms"

# As half a year of work leaves a project. Edit by edit it would take the bench minutes, so the
# triggers that want each change in the log are laid aside.
GUARDS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%RAISE(%'"
WORKED_ON = (
    "INSERT INTO gesture (at, actor, kind) VALUES ('', 'bench', 'import')",
    "INSERT INTO model_run (kind, name, weights_hash, settings, actor, started_at)"
    " VALUES ('model', 'starter', 'w', '{}', 'bench', '')",
    "UPDATE annotation SET author = NULL, run_id = (SELECT max(id) FROM model_run),"
    " score = (id * 7919 % 1000) / 1000.0 WHERE id % 2 = 0",
    "UPDATE image SET is_normal = id % 9 = 0,"
    " state = CASE id % 3 WHEN 0 THEN 'new' WHEN 1 THEN 'submitted' ELSE 'prelabelled' END,"
    " assigned_to = CASE id % 4 WHEN 0 THEN 'ann' WHEN 1 THEN 'li' END",
    "INSERT INTO tag (name, name_zh) VALUES ('shadow', '阴影')",
    "INSERT INTO image_tag SELECT image.id, tag.id FROM image JOIN tag ON tag.name = 'shadow'"
    " WHERE image.id % 5 = 0",
)

FILTERS = {
    "state": QueueFilter(states=frozenset({"submitted"})),
    "class": QueueFilter(class_ids=frozenset({1})),
    "tag": QueueFilter(tags=frozenset({"shadow"})),
    "normal": QueueFilter(normal=True),
    "score 0.2 to 0.3": QueueFilter(least_score=0.2, most_score=0.3),
    "a person's boxes": QueueFilter(origin="people"),
    "proposals": QueueFilter(origin="proposals"),
    "no boxes": QueueFilter(origin="none"),
    "run": QueueFilter(run_id=1),
    "assigned": QueueFilter(assigned_to="ann"),
    "nobody": QueueFilter(assigned_to=""),
    "text": QueueFilter(text="99"),
    "several, by lowest score": QueueFilter(
        states=frozenset({"submitted", "new"}),
        class_ids=frozenset({1, 2}),
        least_score=0.1,
        text="1",
        sort="lowest_score",
    ),
}


def make_worked_on_project(folder: Path, images: int) -> Project:
    project = make_project(folder, images)
    with project.transaction():
        guards = project._db.rows(GUARDS)
        for name, _ in guards:
            project._db.execute(f"DROP TRIGGER {name}")
        for statement in (*WORKED_ON, *(sql for _, sql in guards)):
            project._db.execute(statement)
    return project


def plain_ids(project: Project) -> list[int]:
    """The least that any list of all images costs."""
    return [image_id for (image_id,) in project._db.rows("SELECT id FROM image")]


def next_image(project: Project, image_id: int) -> None:
    """What the database is asked when a person goes to another image."""
    project.queue.rows([image_id])
    project.images.get(image_id)
    project.annotations.of_image(image_id)


def next_image_ms(project: Project, steps: int = 200) -> float:
    """Median of steps through the queue, from the middle on."""
    ids = project.queue.ids(QueueFilter())
    start = max(0, len(ids) // 2 - steps)
    taken = []
    for image_id in ids[start : start + steps]:
        started = time.perf_counter()
        next_image(project, image_id)
        taken.append((time.perf_counter() - started) * 1000)
    return median(taken)


OPEN = f"""
import resource, sys, time
from pathlib import Path
from app.core.queue import QueueFilter
from app.storage.project import Project
started = time.perf_counter()
with Project.open(Path(sys.argv[1])) as project:
    ids = project.queue.ids(QueueFilter())
    folder = project.queue.shared_folder()
    rows = project.queue.rows(ids[:{PAGE}])
    counts = project.images.count()
elapsed_ms = (time.perf_counter() - started) * 1000
print(elapsed_ms, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def opened(folder: Path) -> tuple[float, float]:
    """Milliseconds until the queue could be shown, in a fresh process; its peak memory in MB."""
    runs = []
    for _ in range(5):
        done = subprocess.run(
            [sys.executable, "-c", OPEN, str(folder)], capture_output=True, text=True, check=True
        )
        runs.append(tuple(map(float, done.stdout.split())))
    return median(ms for ms, _ in runs), median(mb for _, mb in runs)


def shown_list(project: Project) -> tuple[ImageQueue, float]:
    """The list on (an offscreen) screen, and the milliseconds from its ids to its first page."""
    queue = ImageQueue(project.queue.rows)
    queue.resize(280, 900)
    queue.show()
    QApplication.processEvents()
    ids = project.queue.ids(QueueFilter())
    started = time.perf_counter()
    queue.set_ids(ids)
    queue.viewport().repaint()
    return queue, (time.perf_counter() - started) * 1000


def scrolled_ms(queue: ImageQueue, places: Sequence[int]) -> list[float]:
    """Milliseconds from a new place of the scroll bar until it is painted, rows read and all."""
    taken = []
    for place in places:
        started = time.perf_counter()
        queue.verticalScrollBar().setValue(place)
        queue.viewport().repaint()
        taken.append((time.perf_counter() - started) * 1000)
        QApplication.processEvents()
    return taken


def scroll_places(queue: ImageQueue) -> dict[str, list[int]]:
    """By the wheel, a page at a time, and dragged to anywhere."""
    bar = queue.verticalScrollBar()
    rng = random.Random(1)
    return {
        "wheel": [n * 3 * bar.singleStep() for n in range(300)],
        "page by page": [n * bar.pageStep() for n in range(300)],
        "anywhere": [rng.randrange(bar.maximum()) for _ in range(100)],
    }


def print_figures(project: Project, images: int, small_ms: float) -> None:
    ms, mb = opened(project.folder)
    print(f"open, queue, first page: {ms:.0f} ms, {mb:.0f} MB  ({PEERS_OPEN_S.get(images, '')})")
    step = next_image_ms(project)
    print(
        f"next image, from the database: {step:.2f} ms; among {SMALL_PROJECT}: {small_ms:.2f} ms"
        f"  ({PEERS_NEXT})"
    )
    plain = timed_ms(lambda: plain_ids(project))
    print(f"ids, plain SELECT: {plain:.1f} ms")
    orders = {f"by {sort}": QueueFilter(sort=sort, descending=True) for sort in SORTS}
    for name, wanted in {**orders, **FILTERS}.items():
        found = len(project.queue.ids(wanted))
        taken = timed_ms(lambda wanted=wanted: project.queue.ids(wanted), 5)
        print(f"  {name:26s} {found:7d} images {taken:7.1f} ms = {taken / plain:4.1f} × plain")
    queue, shown = shown_list(project)
    print(f"list of {images}: first page after {shown:.1f} ms")
    for name, places in scroll_places(queue).items():
        taken = scrolled_ms(queue, places)
        p95 = quantiles(taken, n=20)[-1]
        print(f"  scrolled {name}: median {median(taken):.1f} ms, p95 {p95:.1f} ms")


def main() -> None:
    app = QApplication([])
    sizes = [int(given) for given in sys.argv[1:]] or [20_000, 100_000]
    with tempfile.TemporaryDirectory() as temporary:
        with make_worked_on_project(Path(temporary) / "small", SMALL_PROJECT) as small:
            small_ms = next_image_ms(small)
        for images in sizes:
            print(f"\n{images} images, {10 * images} boxes")
            with make_worked_on_project(Path(temporary) / f"{images}", images) as project:
                print_figures(project, images, small_ms)
    app.quit()


if __name__ == "__main__":
    main()
